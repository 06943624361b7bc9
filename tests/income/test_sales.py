"""A sale's way through the stages, and what it refuses."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.income import refusals, services
from marketplace.income.models import Attribution
from marketplace.income.queries import drills
from marketplace.income.values import CostKind
from marketplace.ledger.queries import balance
from tests.farmers.places import OTHER_VILLAGE
from tests.income.sales import AT, LATER, NEXT_MONTH, POOL, SELLER, breaches, earn, fact, refund, village


@pytest.fixture
def who(session):
    return village(session)


def test_an_attribution_freezes_the_standing_of_the_day(session, who):
    number = services.accrue_sale(session, fact=fact(household_id=who.household_id, is_cultural=True, promotion="poster-7"))
    found = drills.sale(session, number)
    assert (found.status, found.measure, found.promotion) == ("registered", "culture", "poster-7")
    assert found.spell_id is not None
    assert found.household_id == who.household_id


def test_the_village_is_the_household_s_own(session, who):
    number = services.accrue_sale(session, fact=fact(household_id=who.neighbour_id))
    assert drills.sale(session, number).village_code == OTHER_VILLAGE


def test_a_sale_without_a_household_goes_to_a_named_pool(session, who):
    number = services.accrue_sale(session, fact=fact())
    holder, household_id = session.get(Attribution, number).holder, session.get(Attribution, number).household_id
    assert (holder, household_id) == (f"pool/{POOL}", None)
    assert breaches(session) == {}


def test_a_repeat_accrues_nothing_and_gives_the_first(session, who):
    first = services.accrue_sale(session, fact=fact(household_id=who.household_id))
    session.commit()
    assert services.accrue_sale(session, fact=fact(household_id=who.household_id)) == first
    assert balance(session, "clearing/offline") == 45000


def test_a_repeat_with_other_amounts_is_refused(session, who):
    services.accrue_sale(session, fact=fact())
    with pytest.raises(Exception, match="posted before"):
        services.accrue_sale(session, fact=fact(gross_fen=45001))


@pytest.mark.parametrize("wrong", [{"gross_fen": -1}, {"gross_fen": 10**12}, {"gateway_fee_fen": -1}, {"quantity": 0}])
def test_impossible_amounts_are_refused(session, who, wrong):
    with pytest.raises(refusals.AmountWrong):
        services.accrue_sale(session, fact=fact(**wrong))


def test_goods_given_away_are_a_line_of_nothing(session, who):
    services.accrue_sale(session, fact=fact(gross_fen=0, gateway_fee_fen=0))
    earn(session)
    session.commit()
    assert breaches(session) == {}


def test_a_refund_never_exceeds_what_was_paid(session, who):
    services.accrue_sale(session, fact=fact())
    refund(session, 40000, 5000)
    with pytest.raises(refusals.RefundExceedsSale, match=r"50\.00"):
        refund(session, 5001, 0, ref="R2")


def test_a_refund_whose_remainder_disagrees_is_refused(session, who):
    services.accrue_sale(session, fact=fact())
    with pytest.raises(refusals.RemainderDiffers):
        refund(session, 9000, 36001)


def test_a_refund_counts_once(session, who):
    services.accrue_sale(session, fact=fact())
    refund(session, 9000, 36000)
    session.commit()
    refund(session, 9000, 36000)
    assert balance(session, "clearing/offline") == 36000
    assert breaches(session) == {}


def test_a_refund_after_earning_comes_off_what_was_earned(session, who):
    services.accrue_sale(session, fact=fact())
    earn(session)
    refund(session, 9000, 36000, at=NEXT_MONTH)
    assert -balance(session, f"payable/{POOL}/earned") == 33923
    assert balance(session, f"payable/{POOL}/accrued") == 0
    assert breaches(session) == {}


def test_a_sale_refunded_whole_leaves_the_seller_owing_the_gateway_s_fee(session, who):
    services.accrue_sale(session, fact=fact())
    refund(session, 45000, 0)
    earn(session)
    assert balance(session, f"payable/{POOL}/earned") == 277
    assert balance(session, "fees/platform") == 0
    assert breaches(session) == {}


def test_earning_twice_earns_once(session, who):
    services.accrue_sale(session, fact=fact(household_id=who.household_id))
    earn(session)
    session.commit()
    earn(session, at=NEXT_MONTH)
    assert -balance(session, f"payable/{SELLER}/earned") == 42473


def test_what_was_never_accrued_is_neither_earned_nor_refunded(session, who):
    with pytest.raises(refusals.SaleUnknown):
        earn(session, 9)
    with pytest.raises(refusals.SaleUnknown):
        refund(session, 1, 0, number=9)


def test_a_slip_in_declared_costs_is_undone_by_its_negative_and_never_below_nothing(session, who):
    services.accrue_sale(session, fact=fact())

    def declare(key, fen):
        services.declare_cost(session, key=key, source="order_line/1", kind=CostKind.INPUTS, amount_fen=fen, by=who.farmer, at=AT)

    declare("a", 500)
    declare("a", 500)
    declare("b", -200)
    with pytest.raises(refusals.AmountWrong):
        declare("c", -301)
    session.commit()
    assert session.scalar(text("SELECT costs_fen FROM attributions")) == 300
    assert breaches(session) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE attributions SET gross_fen = 1",
        "UPDATE attributions SET household_id = NULL",
        "UPDATE attributions SET status = 'none'",
        "DELETE FROM attributions",
        "UPDATE attribution_movements SET amount_fen = 1",
        "DELETE FROM attribution_movements",
    ],
)
def test_what_was_attributed_is_not_rewritten(session, who, statement):
    services.accrue_sale(session, fact=fact(household_id=who.household_id))
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(statement))


@pytest.mark.breaks_truths("rows are tampered with", "income:")
@pytest.mark.parametrize(
    ("statement", "truth"),
    [
        ("UPDATE attributions SET paid_fen = 1", "each sale's figures"),
        ("UPDATE attributions SET earned_fen = 1", "what is earned is what remained"),
        ("UPDATE village_totals SET gross_fen = gross_fen + 1 WHERE period = '2026'", "village roll-ups"),
        ("UPDATE holder_totals SET fees_fen = 0 WHERE period = '2026-09'", "household roll-ups"),
        ("DELETE FROM village_totals WHERE period = '2026-09'", "village roll-ups"),
        (
            "INSERT INTO attribution_movements"
            " (attribution_id, village_code, kind, amount_fen, at, month, ledger_transaction_id)"
            " SELECT attribution_id, village_code, 'refund', 5, at, month, ledger_transaction_id"
            " FROM attribution_movements WHERE kind = 'accrued'",
            "each posting moved what sellers are owed",
        ),
    ],
)
def test_the_checks_find_what_was_tampered_with(session, who, statement, truth):
    services.accrue_sale(session, fact=fact(household_id=who.household_id))
    session.commit()
    assert breaches(session) == {}
    session.execute(text(statement))
    assert any(truth in name for name in breaches(session))


def test_freight_goes_back_once_and_never_less_than_nothing(session):
    back = {"purchase_ref": "L1", "refund_ref": "R1", "gateway": "offline", "at": LATER}
    services.accrue_freight(session, purchase_ref="L1", gateway="offline", amount_fen=1200, at=AT)
    for _twice in range(2):
        services.reverse_freight(session, amount_fen=1200, **back)
    session.commit()
    assert (balance(session, "freight"), balance(session, "clearing/offline")) == (0, 0)
    with pytest.raises(refusals.AmountWrong):
        services.reverse_freight(session, amount_fen=-1, **back)
    assert breaches(session) == {}
