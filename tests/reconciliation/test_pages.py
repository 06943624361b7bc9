"""The pages of reconciliation: what an official sees, chooses and sends, and what of it the other must do."""

import io
import re

import pytest
from openpyxl import load_workbook

from marketplace.kernel import clock
from marketplace.ledger.values import BANK
from marketplace.reconciliation import queries, services
from marketplace.reconciliation.values import Side
from tests.farmers.places import enter, official
from tests.orders.sales import fair, place
from tests.payments.money import paid_offline
from tests.reconciliation.lists import HEAD, bank_list

COUNTY = "360321"
OVERVIEW, ACCOUNT, LISTS = (f"/office/reconciliation{tail}" for tail in ("", "/bank", "/lists"))


@pytest.fixture
def county(writing):
    """A sale that two officials saw, and two officials of the county."""
    market = fair(writing)
    purchase = place(writing, [(market.seed, 1)])
    receipt = paid_offline(writing, purchase, market.village.official, market.second_official)
    services.take_book(writing, account=BANK)
    people = [official(writing, "county_official", COUNTY) for _ in range(2)]
    writing.commit()
    return receipt, people


def entered(open_browser, user_id):
    browser = open_browser()
    enter(browser, user_id)
    return browser


def send(browser, content, name="bank.csv"):
    return browser.post(LISTS, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_a_list_is_taken_in_a_difference_explained_by_one_and_accepted_by_another(writing, open_browser, county):
    receipt, (first, second) = county
    one, other = entered(open_browser, first), entered(open_browser, second)
    assert "No bank list has been taken in yet" in one.get(OVERVIEW).text
    today = clock.today().isoformat()
    answer = send(one, bank_list((receipt.amount_fen, receipt.bank_ref, ""), (1234, "INTEREST", ""), day=today))
    assert (answer.status_code, answer.location) == (303, ACCOUNT)
    page = one.get(ACCOUNT).text
    assert "2 rows of the bank&#39;s list were read." in page
    assert "¥12.34" in page
    assert receipt.bank_ref not in page, "what joined is not shown"
    (row,) = queries.open_rows(writing, BANK, Side.OUTSIDE)
    wish = {"row": str(row.id), "key": "0190a0a0-0000-7000-8000-000000000000"}
    without = one.post(f"{ACCOUNT}/explain", data=wish)
    assert without.status_code == 422
    assert "Say in a few words why" in without.text
    assert f'value="{row.id}" form="explain" checked' in without.text, "what was chosen is kept"
    nothing = one.post(f"{ACCOUNT}/explain", data={"reason": "季度利息"})
    assert nothing.status_code == 422
    assert "季度利息" in nothing.text
    assert one.post(f"{ACCOUNT}/explain", data={**wish, "reason": "季度利息"}).status_code == 303
    assert one.post(f"{ACCOUNT}/explain", data={**wish, "reason": "季度利息"}).status_code == 303, "sent twice, written once"
    (group,) = queries.waiting_groups(writing, BANK)
    assert "Another official accepts" in one.get(ACCOUNT).text
    accept = f"/office/reconciliation/differences/{group.ref}/accept"
    one.post(accept)
    assert queries.waiting_groups(writing, BANK), "whoever explained it does not accept it"
    assert "季度利息" in other.get(ACCOUNT).text
    assert other.post(accept).status_code == 303
    assert "Both sides agree" in other.get(ACCOUNT).text
    assert "季度利息" in other.get(f"{ACCOUNT}/closed").text
    sheets = load_workbook(io.BytesIO(one.get(f"{ACCOUNT}/excel").data))
    assert [cell.value for cell in sheets.worksheets[0]["B"]][1:] == [
        receipt.amount_fen / 100, 0, 0, 12.34, (receipt.amount_fen + 1234) / 100, (receipt.amount_fen + 1234) / 100,
    ]  # fmt: skip


def test_a_bad_list_names_its_rows_and_nothing_of_it_is_taken(writing, open_browser, county):
    one = entered(open_browser, county[1][0])
    answer = send(one, (HEAD + "2026-02-30,A-1,1.00,,1.00,,\n").encode())
    assert answer.status_code == 422
    assert "Nothing was taken" in answer.text
    assert "2026-02-30" not in answer.text
    assert send(one, b"PK\x03\x04").status_code == 422
    assert one.post(LISTS).status_code == 400
    assert queries.bank_statements(writing) == []


def test_rows_beyond_a_page_follow_on_the_next_and_only_once(writing, open_browser, county, monkeypatch):
    monkeypatch.setattr("marketplace.reconciliation.views.accounts.PAGE", 3)
    _receipt, (first, _second) = county
    one = entered(open_browser, first)
    send(one, bank_list(*((100 + number, f"ROW-{number:04d}", "") for number in range(8)), day=clock.today().isoformat()))
    seen, url = [], ACCOUNT
    while url:
        page = one.get(url).text
        seen += [number for number in range(8) if f"ROW-{number:04d}" in page]
        found = re.search(rf'href="({ACCOUNT}\?after=[0-9.-]+)"', page)
        url = found and found[1]
    assert seen == list(range(8))


@pytest.mark.parametrize("path", ["/office/reconciliation/nobody", f"{ACCOUNT}/nothing", "/office/reconciliation/offline"])
def test_accounts_that_nobody_keeps_are_not_there(writing, open_browser, county, path):
    assert entered(open_browser, county[1][0]).get(path).status_code == 404


def test_a_place_that_is_none_is_the_beginning(writing, open_browser, county):
    one = entered(open_browser, county[1][0])
    for after in ("x", "2026-09-01", "2026-09-01.", "2026-09-01.9999999999999999999999", "２.1"):
        assert one.get(f"{ACCOUNT}?after={after}").status_code == 200
