"""A month on paper says what its page says, to the fen: sales with their split, refunds after the pay-out, and the money sent."""

import pytest

from marketplace.farmers import queries as farmer_queries
from marketplace.farmers import services as farmers
from marketplace.farmers.values import AccountEntry, AccountEvidence
from marketplace.income import queries, services
from marketplace.income.views.statements import statement_on_paper
from marketplace.kernel import clock
from marketplace.web import faces
from tests.farmers import places
from tests.farmers.places import VILLAGE
from tests.income import payees
from tests.income.sales import LATER, MONTH, NEXT_MONTH, earn, fact, refund, village
from tests.papers import pages_of

pytestmark = pytest.mark.skipif(faces.installed_face() is None, reason="no Chinese face is installed, so no PDF is offered")

#: role -> where it is held.
OFFICIALS = {"township_official": VILLAGE[:9], "auditor": VILLAGE[:6]}


@pytest.fixture
def home(app, writing, client):
    """A household whose two sales of September were paid out through the bank; one of them was refunded in October."""
    sealer = app.extensions["sealer"]
    with clock.stopped_at(payees.EARLY):
        who = village(writing)
        seller = farmers.apply_to_sell(writing, household_id=who.household_id, display_name="刘家", by=who.farmer)
        farmers.approve_seller(writing, seller_id=seller.id, by=who.clerk)
        farmers.match_user_to_household(writing, household_id=who.household_id, user_id=who.farmer, by=who.clerk)
        entry = AccountEntry("刘一", "示例农商行", "6222000011110001", AccountEvidence.CARD)
        account = farmers.record_account(writing, key="a", seller_id=seller.id, entry=entry, by=who.clerk, sealer=sealer)
        farmers.confirm_account(writing, account_id=account.id, by=who.cashier)
    for number, fen in ((1, 45_000), (2, 12_345)):
        fact_of = fact(number, who.household_id, seller_ref=seller.ref, gross_fen=fen)
        services.accrue_sale(writing, fact=fact_of)
        earn(writing, number)
    with clock.stopped_at(LATER):
        people = {role: places.official(writing, role, area) for role, area in OFFICIALS.items()}
        people["elsewhere"] = places.official(writing, "township_official", "360321102")
        people |= {"farmer": who.farmer, "stranger": who.helper}
        batch = services.prepare_batch(writing, key="k", area_code=VILLAGE[:6], by=who.clerk, month=MONTH)
        services.approve_batch(writing, batch_id=batch.id, by=who.cashier)
        services.make_bank_file(writing, batch_id=batch.id, by=who.clerk, sealer=sealer)
        payees.paid_by_bank(writing, who, payees.attempts(writing, batch)[seller.ref], "ICBC-77")
    with clock.stopped_at(NEXT_MONTH):
        refund(writing, 9_000, 36_000, number=1, at=NEXT_MONTH)
    ref = farmer_queries.household(writing, who.household_id).ref
    writing.commit()
    places.enter(client, who.farmer)
    with clock.stopped_at(NEXT_MONTH):
        yield who, ref, people


def paper_of(app, household_id, ref, month):
    with app.test_request_context("/?lang=zh"):
        return statement_on_paper(household_id, ref, month)


@pytest.mark.parametrize("month", [MONTH, "2026-10", "2026-08"])
def test_its_rows_sum_to_the_totals_of_the_page_to_the_fen(home, app, writing, month):
    who, ref, _people = home
    total = queries.statement(writing, who.household_id, month).total
    sales, payouts = paper_of(app, who.household_id, ref, month).tables
    platform, service = sales.total[4], sales.total[5]
    assert sales.total[2:] == [
        total.gross_fen, -total.refunds_fen, platform, service, -total.costs_fen, total.net_fen
    ]  # fmt: skip
    assert platform + service == -total.fees_fen
    assert [sum(row[at] for row in sales.rows) for at in range(2, 8)] == sales.total[2:]
    assert sum(row[-1] for row in payouts.rows) == payouts.total[-1] == total.paid_fen


def test_a_refund_after_the_pay_out_is_a_negative_line_of_the_month_in_which_it_came(home, app):
    who, ref, _people = home
    (row,) = paper_of(app, who.household_id, ref, "2026-10").tables[0].rows
    assert row[2:] == [0, -9_000, 450, 0, 0, -8_550]


def test_the_file_says_it_all_in_the_reader_s_language_with_the_account_masked(home, client):
    _who, ref, _people = home
    answer = client.get(f"/desk/money/{MONTH}.pdf?lang=zh")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
    (page,) = pages_of(answer.get_data())
    for words in ("2026年9月对账单", ref, "莲子 × 10", "L000001", "450.00", "123.45", "ICBC-77", "示例农商行", "0001"):
        assert words in page
    assert "6222000011110001" not in page.replace("\n", "")
    assert "Statement for September 2026" in pages_of(client.get(f"/desk/money/{MONTH}.pdf?lang=en").get_data())[0]
    assert f"/desk/money/{MONTH}.pdf" in client.get(f"/desk/money/{MONTH}").text


@pytest.mark.parametrize(
    ("role", "status"), [("township_official", 200), ("auditor", 200), ("elsewhere", 404), ("stranger", 403)]
)
def test_officials_within_reach_have_it_and_nobody_else(home, client, role, status):
    _who, ref, people = home
    places.enter(client, people[role])
    assert client.get(f"/desk/money/{MONTH}.pdf?household={ref}").status_code == status
