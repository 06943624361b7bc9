"""Pay-outs: two officials, a bank reference, the oldest sale first."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.farmers import services as farmers
from marketplace.income import queries, refusals, services
from marketplace.income.values import SettlementState
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from tests.farmers.places import VILLAGE
from tests.income.sales import LATER, NEXT_MONTH, SELLER, breaches, earn, fact, pay, refund, village


@pytest.fixture
def who(session):
    """Two earned sales of 424.73 each."""
    people = village(session)
    for number in (1, 2):
        services.accrue_sale(session, fact=fact(number, people.household_id))
        earn(session, number)
    session.commit()
    with clock.stopped_at(LATER):
        yield people


def record(session, who, fen=50000, key="k1", bank_ref="ICBC-1"):
    return services.record_payout(session, key=key, seller_ref=SELLER, amount_fen=fen, bank_ref=bank_ref, prepared_by=who.clerk)


def test_nothing_moves_before_a_second_official_confirms(session, who):
    record(session, who)
    assert balance(session, "bank") == 0
    (waiting,) = queries.payables(session, (VILLAGE,))
    assert (waiting.earned_fen, waiting.prepared_fen, waiting.payable_fen) == (84946, 50000, 34946)
    assert session.scalar(queries.payouts_waiting((VILLAGE[:9],))) == 1
    assert session.scalar(queries.payouts_waiting(("360321102",))) == 0


def test_the_official_who_prepared_cannot_confirm(session, who):
    payout = record(session, who)
    with pytest.raises(refusals.SameOfficial):
        services.confirm_payout(session, payout_id=payout.id, by=who.clerk)


def test_even_raw_sql_cannot_confirm_with_one_official(session, who):
    payout = record(session, who)
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(
            text("UPDATE settlements SET state = 'paid', approved_by = prepared_by, approved_at = prepared_at WHERE id = :id"),
            {"id": payout.id},
        )


def test_the_oldest_sale_is_paid_first_and_the_rest_stays_payable(session, who):
    pay(session, who, 50000)
    session.commit()
    assert balance(session, "bank") == -50000
    page = queries.lines_of(session, household_id=who.household_id, period="2026-09", kind="paid")
    assert {line.line_id: line.figures.paid_fen for line in page.lines} == {1: 42473, 2: 7527}
    assert queries.payables(session, (VILLAGE,))[0].payable_fen == 34946
    assert breaches(session) == {}


def test_confirming_twice_pays_once(session, who):
    payout = pay(session, who, 50000)
    session.commit()
    services.confirm_payout(session, payout_id=payout.id, by=who.cashier)
    assert balance(session, "bank") == -50000


def test_a_repeat_of_the_key_returns_the_first(session, who):
    assert record(session, who).id == record(session, who, fen=1).id


def test_more_than_is_earned_and_not_yet_prepared_is_refused(session, who):
    record(session, who)
    with pytest.raises(refusals.PayoutExceedsEarned, match=r"349\.46"):
        record(session, who, fen=34947, key="k2", bank_ref="ICBC-2")
    with pytest.raises(refusals.PayoutExceedsEarned):
        services.record_payout(session, key="k3", seller_ref="SNOBODY", amount_fen=1, bank_ref="x", prepared_by=who.clerk)


def test_a_bank_reference_pays_a_seller_once(session, who):
    record(session, who, fen=100)
    with pytest.raises(refusals.BankReferenceUsed):
        record(session, who, fen=100, key="k2")
    with pytest.raises(refusals.BankReferenceMissing):
        record(session, who, fen=100, key="k3", bank_ref="  ")


def test_nobody_records_or_confirms_money_to_their_own_household(session, who):
    for member in (who.clerk, who.cashier):
        farmers.match_user_to_household(session, household_id=who.household_id, user_id=member, by=who.helper)
    with pytest.raises(refusals.OwnMoney):
        record(session, who)
    payout = services.record_payout(
        session, key="k", seller_ref=SELLER, amount_fen=100, bank_ref="ICBC-1", prepared_by=who.helper
    )
    with pytest.raises(refusals.OwnMoney):
        services.confirm_payout(session, payout_id=payout.id, by=who.cashier)
    assert balance(session, "bank") == 0
    assert services.confirm_payout(session, payout_id=payout.id, by=who.farmer).state == SettlementState.PAID


def test_a_withdrawn_payout_frees_what_it_held_and_its_reference(session, who):
    payout = record(session, who, fen=84946)
    services.withdraw_payout(session, payout_id=payout.id, by=who.clerk, reason="写错了")
    with pytest.raises(refusals.PayoutClosed):
        services.confirm_payout(session, payout_id=payout.id, by=who.cashier)
    assert record(session, who, fen=84946, key="k2").state == SettlementState.DRAFT
    assert breaches(session) == {}


def test_what_was_confirmed_cannot_be_withdrawn(session, who):
    payout = pay(session, who, 50000)
    with pytest.raises(refusals.PayoutClosed):
        services.withdraw_payout(session, payout_id=payout.id, by=who.clerk, reason="x")


def test_a_refund_after_the_payout_is_a_negative_line_of_the_next(session, who):
    pay(session, who, 84946)
    refund(session, 9000, 36000, at=NEXT_MONTH)
    services.accrue_sale(session, fact=fact(3, who.household_id, sold_at=NEXT_MONTH))
    earn(session, 3, at=NEXT_MONTH)
    with clock.stopped_at(NEXT_MONTH):
        pay(session, who, 42473 - 8550, key="k2", bank_ref="ICBC-2")
    session.commit()
    october = queries.statement(session, who.household_id, "2026-10")
    assert {line.line.line_id: line.line.figures.paid_fen for line in october.lines} == {1: -8550, 3: 42473}
    assert queries.payables(session, (VILLAGE,)) == []
    assert breaches(session) == {}


def test_a_refund_that_overtakes_a_prepared_payout_does_not_hide_that_the_bank_has_paid(session, who):
    payout = record(session, who, fen=84946)
    refund(session, 45000, 0)
    services.confirm_payout(session, payout_id=payout.id, by=who.cashier)
    session.commit()
    assert balance(session, f"payable/{SELLER}/earned") == 42750
    assert queries.payables(session, (VILLAGE,))[0].payable_fen == -42750
    assert breaches(session) == {}
