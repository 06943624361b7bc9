"""Money moved by several at once, each a process: it moves once; and a control of each shows that the race is real."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import AuditEvent
from marketplace.income import services as income
from marketplace.income.models import Attribution, Settlement
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.orders import services as orders
from marketplace.orders.models import OrderEvent, Refund
from tests.farmers import places
from tests.orders.sales import fair, place, sent
from tests.payments import racers
from tests.payments.money import breaches, chosen, paid_offline, recorded
from tests.races import race

pytestmark = pytest.mark.race
CROWD = {"crowd": 6, "tries": 1}


@pytest.fixture
def market(session):
    return fair(session)


@pytest.fixture
def officials(session, market):
    """Three officials beside the one who records."""
    made = [places.official(session, "county_official", "360321") for _ in range(3)]
    session.commit()
    return made


@pytest.fixture
def receipt(session, market):
    """A purchase whose money one official has seen."""
    purchase = place(session, [(market.seed, 2)])
    chosen(session, purchase)
    receipt = recorded(session, purchase, market.village.official)
    session.commit()
    return receipt


@pytest.fixture
def earned_fen(session, market):
    """What the household has earned and was not paid."""
    purchase = place(session, [(market.seed, 2)])
    paid_offline(session, purchase, market.village.official, market.second_official)
    sent(session, purchase.orders[0].id, market.village.farmer)
    orders.complete_due(session, now=clock.now() + dt.timedelta(days=30))
    session.commit()
    return int(session.scalar(select(func.sum(Attribution.earned_fen))))


@pytest.fixture
def payout(session, market, earned_fen):
    made = income.record_payout(
        session, key="p", seller_ref=market.village.seller_ref, amount_fen=earned_fen, bank_ref="ICBC-P",
        prepared_by=market.village.official,
    )  # fmt: skip
    session.commit()
    return made


@pytest.fixture
def line(session, market):
    """A delivered line of one unit."""
    purchase = place(session, [(market.seed, 1)])
    paid_offline(session, purchase, market.village.official, market.second_official)
    line = sent(session, purchase.orders[0].id, market.village.farmer).lines[0]
    session.commit()
    return line


def lines_of_trail(session, action):
    session.rollback()
    return session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action))


def sum_of(session, column):
    session.rollback()
    return session.scalar(select(func.coalesce(func.sum(column), 0)))


def test_a_receipt_confirmed_by_several_at_once_pays_once(database_url, session, receipt, officials):
    assert race(racers.confirm_receipt, database_url, (receipt.id, officials), **CROWD) == 0
    assert lines_of_trail(session, "payments.receipt_confirm") == 1
    paid = select(func.count()).select_from(OrderEvent).where(OrderEvent.subject == "purchase", OrderEvent.after == "paid")
    assert session.scalar(paid) == 1
    assert balance(session, "bank") == receipt.amount_fen
    assert breaches(session) == {}


def test_without_the_guard_several_confirm_the_same_receipt(database_url, session, receipt, officials):
    race(racers.confirm_receipt_unguarded, database_url, (receipt.id, officials), **CROWD)
    assert lines_of_trail(session, "payments.receipt_confirm") > 1


def test_what_was_earned_is_recorded_as_paid_out_once(database_url, session, market, earned_fen, officials):
    what = (market.village.seller_ref, earned_fen, officials)
    assert race(racers.record_payout, database_url, what, **CROWD) == CROWD["crowd"] - 1
    assert sum_of(session, Settlement.amount_fen) == earned_fen


def test_without_the_guard_more_is_paid_out_than_was_earned(database_url, session, market, earned_fen, officials):
    what = (market.village.seller_ref, earned_fen, officials)
    assert race(racers.record_payout_unguarded, database_url, what, **CROWD) < CROWD["crowd"] - 1
    assert sum_of(session, Settlement.amount_fen) > earned_fen


def test_a_pay_out_confirmed_by_several_at_once_pays_once(database_url, session, payout, officials):
    assert race(racers.confirm_payout, database_url, (payout.id, officials), **CROWD) == 0
    assert lines_of_trail(session, "payout.confirm") == 1
    assert sum_of(session, Attribution.paid_fen) == payout.amount_fen
    assert breaches(session) == {}


def test_without_the_guard_only_the_database_stops_the_second_payment(database_url, session, payout, officials):
    assert race(racers.confirm_payout_unguarded, database_url, (payout.id, officials), **CROWD) > 0
    assert sum_of(session, Attribution.paid_fen) == payout.amount_fen


def test_the_last_unit_is_asked_back_once(database_url, session, line):
    assert race(racers.ask_back, database_url, line.id, **CROWD) == CROWD["crowd"] - 1
    assert sum_of(session, Refund.quantity) == 1
    assert breaches(session) == {}


@pytest.mark.breaks_truths("the guard is gone", "orders:")
def test_without_the_guard_the_last_unit_is_asked_back_more_than_once(database_url, session, line):
    race(racers.ask_back_unguarded, database_url, line.id, **CROWD)
    assert sum_of(session, Refund.quantity) > 1
