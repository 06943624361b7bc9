"""A sale passed on to another seller: whole, once, and never after it was earned."""

import pytest

from marketplace.income import queries, refusals, services
from marketplace.income.queries import drills
from marketplace.income.rules import figures_of
from marketplace.income.values import Figures, Movement
from marketplace.ledger.queries import balance
from tests.income.sales import LATER, NEXT_MONTH, POOL, SELLER, breaches, earn, fact, refund, village


@pytest.fixture
def who(session):
    found = village(session)
    services.accrue_sale(session, fact=fact(household_id=found.household_id))
    yield found
    assert breaches(session) == {}


def left(gross_fen=45000, **changed):
    return fact(**{"source": "order_line/1/1", "gross_fen": gross_fen, "platform_fee_bp": 300, "sold_at": NEXT_MONTH} | changed)


def test_a_pool_takes_over_from_a_household_at_its_own_rate_and_in_its_own_month(session, who):
    number = services.pass_on_sale(session, source="order_line/1", fact=left())
    assert services.pass_on_sale(session, source="order_line/1", fact=left()) == number, "a repeat gives the first"
    assert queries.household_figures(session, household_id=who.household_id, period="2026-09").net_fen == 45000 - 2250 - 277
    assert queries.household_figures(session, household_id=who.household_id, period="2026") == Figures()
    assert balance(session, f"payable/{SELLER}/accrued") == 0
    assert balance(session, f"payable/{POOL}/accrued") == -(45000 - 1350 - 277)
    assert balance(session, "fees/platform") == -1350
    figures, gateway_fee = drills.figures_of_sources(session, ["order_line/1", "order_line/1/1"])
    assert (figures.gross_fen, figures.fees_fen, gateway_fee, figures.lines) == (45000, 1350 + 277, 277, 1)


def test_what_was_refunded_before_stays_behind(session, who):
    refund(session, 5000, 40000)
    services.pass_on_sale(session, source="order_line/1", fact=left(40000))
    assert queries.household_figures(session, household_id=who.household_id, period="2026").refunds_fen == 5000
    assert queries.household_figures(session, household_id=who.household_id, period="2026").net_fen == 0


def test_what_is_closed_can_neither_be_refunded_nor_earned_nor_passed_on_again(session, who):
    services.pass_on_sale(session, source="order_line/1", fact=left())
    for verb in (lambda: refund(session, 1, 44999), lambda: earn(session)):
        with pytest.raises(refusals.SaleClosed):
            verb()
    with pytest.raises(refusals.SaleClosed):
        services.pass_on_sale(session, source="order_line/1", fact=left(source="order_line/1/2"))


def test_what_is_earned_or_gone_back_or_counted_otherwise_is_not_passed_on(session, who):
    with pytest.raises(refusals.SaleDiffers):
        services.pass_on_sale(session, source="order_line/1", fact=left(44999))
    with pytest.raises(refusals.SaleUnknown):
        services.pass_on_sale(session, source="order_line/9", fact=left())
    services.accrue_sale(session, fact=fact(2, who.household_id))
    refund(session, 45000, 0, number=2)
    with pytest.raises(refusals.AmountWrong):
        services.pass_on_sale(session, source="order_line/2", fact=left(0, source="order_line/2/1", order_ref="L000002"))
    earn(session, at=LATER)
    with pytest.raises(refusals.SaleClosed):
        services.pass_on_sale(session, source="order_line/1", fact=left())


def test_a_line_that_was_passed_on_is_no_longer_ones_own():
    assert figures_of([(Movement.ACCRUED, 9), (Movement.PASSED_ON, 9)]) == Figures()
