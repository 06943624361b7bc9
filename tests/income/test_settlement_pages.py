"""Settlements in the office, the household's word on the desk, and the command that prepares a month."""

import csv
import io

import pytest

from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.farmers.values import AccountEntry, AccountEvidence
from marketplace.income import queries, services
from marketplace.kernel import clock, ids
from marketplace.ledger.queries import balance
from tests.farmers import places
from tests.farmers.places import VILLAGE
from tests.income import payees
from tests.income.sales import LATER, earn, fact, village

NUMBER = "6222000011110001"


@pytest.fixture
def office(app, writing, client):
    """A seller with an earned sale and an account in use, its farmer, and officials of its township and county."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    sealer = app.extensions["sealer"]
    with clock.stopped_at(payees.EARLY):
        who = village(writing)
        seller = farmers.apply_to_sell(writing, household_id=who.household_id, display_name="刘家", by=who.farmer)
        farmers.approve_seller(writing, seller_id=seller.id, by=who.clerk)
        entry = AccountEntry("刘一", "示例农商行", NUMBER, AccountEvidence.CARD)
        account = farmers.record_account(writing, key=ids.uuid7(), seller_id=seller.id, entry=entry, by=who.clerk, sealer=sealer)
        farmers.confirm_account(writing, account_id=account.id, by=who.cashier)
    with clock.stopped_at(LATER):
        farmers.match_user_to_household(writing, household_id=who.household_id, user_id=who.farmer, by=who.clerk)
        services.accrue_sale(writing, fact=fact(1, who.household_id, seller_ref=seller.ref))
        earn(writing)
        people = {
            "farmer": who.farmer,
            "one": places.official(writing, "county_official", VILLAGE[:6]),
            "other": places.official(writing, "county_official", VILLAGE[:6]),
            "town": places.official(writing, "township_official", VILLAGE[:9]),
            "elsewhere": places.official(writing, "township_official", "360321102"),
            "auditor": places.official(writing, "auditor", VILLAGE[:6]),
        }
        writing.commit()
        yield people, seller, account


def batch_of(writing):
    writing.rollback()
    return queries.batches(writing, (VILLAGE[:6],))[0]


def sent(client, people, writing):
    """Prepare as one official, approve as another, make the file; return batch, file and attempt."""
    places.enter(client, people["one"])
    address = client.post("/office/settlements", data={"key": ids.uuid7(), "area": VILLAGE[:6]}).location
    assert "You prepared this" in client.get(address).text
    client.post(f"{address}/approve")
    assert batch_of(writing).state == "draft", "whoever prepared approves nothing"
    places.enter(client, people["other"])
    client.post(f"{address}/approve")
    file = client.post(f"{address}/file", data={"format": "csv"})
    (one,) = queries.settlements_of(writing, batch_of(writing).id)
    writing.rollback()
    return address, file, one


def upload(client, content):
    return client.post(
        "/office/settlements/results", data={"file": (io.BytesIO(content), "r.csv")}, content_type="multipart/form-data"
    )


def test_a_month_goes_through_the_office_to_the_household_s_phone(office, client, writing):
    people, _seller, _account = office
    address, file, one = sent(client, people, writing)
    rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert (rows[1][1], rows[1][4], rows[1][5], rows[-1][0]) == (one.ref, NUMBER, "424.73", "T")
    assert file.headers["Cache-Control"] == "no-store"
    page = client.get(address).text
    assert NUMBER not in page
    assert "**** 0001" in page
    again = client.post(f"/office/settlements/files/{queries.files_of(writing, one.batch_id)[0].ref}", data={"format": "xlsx"})
    assert again.data.startswith(b"PK")
    bad = upload(client, payees.result((one.ref, "paid", "", 1)))
    assert (bad.status_code, bad.text.count("银行流水号") > 1, "¥424.73" in bad.text) == (422, True, True)
    good = payees.result((one.ref, "paid", "ICBC-9", one.amount_fen))
    result = upload(client, good).location
    assert "You loaded this" in client.get(result).text
    client.post(f"{result}/accept")
    assert balance(writing, "bank") == 0
    places.enter(client, people["one"])
    client.post(f"{result}/accept")
    writing.rollback()
    assert balance(writing, "bank") == -42473
    places.enter(client, people["farmer"])
    page = client.get("/desk/money").text
    assert all(words in page for words in ("I have the money", "ICBC-9", "**** 0001"))
    client.post(f"/desk/settlements/{one.ref}/missing")
    assert "You said it has not arrived" in client.get("/desk/money").text
    assert client.post(f"/desk/settlements/{one.ref}/received").status_code == 303
    writing.rollback()
    assert queries.settlement_by_id(writing, one.id).state == "acknowledged"


def test_officials_of_elsewhere_see_and_send_nothing_and_the_auditor_only_sees(office, client, writing):
    people, _seller, _account = office
    address, _file, one = sent(client, people, writing)
    for who, seen in (("elsewhere", 404), ("town", 404), ("auditor", 200)):
        places.enter(client, people[who])
        assert client.get(address).status_code == seen
        assert client.get(f"{address}/excel").status_code == seen
        assert client.post(f"{address}/file").status_code in (403, 404)
    places.enter(client, people["elsewhere"])
    content = payees.result((one.ref, "paid", "ICBC-9", one.amount_fen))
    assert "No settlement of your area" in upload(client, content).text
    assert client.post("/office/settlements", data={"area": VILLAGE[:9]}).status_code == 404


def test_a_full_number_is_shown_against_a_reason_and_the_household_stops_a_change(office, client, writing):
    people, seller, account = office
    places.enter(client, people["town"])
    page = f"/office/sellers/{seller.ref}/account"
    assert NUMBER not in client.get(page).text
    assert client.post(f"/office/accounts/{account.ref}/look", data={"reason": ""}).status_code == 400
    shown = client.post(f"/office/accounts/{account.ref}/look", data={"reason": "银行来电核对"})
    assert (NUMBER in shown.text, shown.headers["Cache-Control"]) == (True, "no-store")
    wish = {"holder": "刘一", "bank": "示例银行", "number": "6222 0000 1111 000x", "evidence": "card"}
    assert "8 to 30 digits" in client.post(page, data=wish).text
    client.post(page, data=wish | {"number": "6222000011110009"})
    places.enter(client, people["one"])
    writing.rollback()
    new = farmer_queries.accounts_of_seller(writing, seller.id, sealer=client.application.extensions["sealer"])[0]
    client.post(f"/office/accounts/{new.ref}/confirm")
    places.enter(client, people["farmer"])
    assert "Your account changes on" in client.get("/desk/money").text
    client.post(f"/desk/accounts/{new.ref}/stop")
    page = client.get("/desk/money").text
    assert "Your account changes on" not in page
    assert "**** 0001" in page


def test_the_command_prepares_a_month_once_for_another_official_to_approve(office, app, writing):
    people, _seller, _account = office
    phones = {who: places.phone_of(writing, people[who]) for who in ("one", "farmer", "auditor")}
    writing.commit()
    run = app.test_cli_runner().invoke
    settle = ["income", "settle", "--by"]
    first = run(args=[*settle, phones["one"], "--month", "2026-08"])
    assert (first.exit_code, "2026-08 of 360321" in first.output) == (0, True)
    assert run(args=[*settle, phones["one"], "--month", "2026-08"]).output == first.output
    assert run(args=[*settle, phones["one"], "--month", "2026-13"]).exit_code == 2
    for who in ("farmer", "auditor"):
        refused = run(args=[*settle, phones[who]])
        assert (refused.exit_code, "official has this telephone number" in refused.output) == (1, True)
    assert run(args=[*settle, phones["one"]]).output == first.output, "last month, unless told"
    assert "Nobody can be paid now" in run(args=[*settle, phones["one"], "--month", "2026-07"]).output, "all is promised"
