"""Notifications of one payment heard by several processes at once: it counts once; and a control shows that the race is real."""

import signal

import pytest
from sqlalchemy import func, select

from marketplace.ledger.queries import balance
from marketplace.payments import services
from marketplace.payments.models import PaymentCheckout, PaymentEffect, PaymentNotification
from tests.orders.sales import fair, place
from tests.payments import racers, stripe_facts
from tests.payments.money import breaches
from tests.races import PROCESSES, race

pytestmark = pytest.mark.race
CROWD = {"crowd": 6, "tries": 1}


@pytest.fixture
def visit(session):
    """A page that is open, and that its buyer has just paid in."""
    purchase = place(session, [(fair(session).seed, 2)])
    visit = services.begin_checkout(
        session, gateways=stripe_facts.WAYS, ref=purchase.ref, gateway="stripe", locale="zh", site="https://fair.example"
    )
    open_one = stripe_facts.fact_of(visit, stage=stripe_facts.Stage.OPEN, url="https://pay.example/1")
    services.take_fact(session, gateways=stripe_facts.WAYS, gateway="stripe", fact=open_one)
    session.commit()
    return visit


def count(session, table):
    session.rollback()
    found = session.scalar(select(func.count()).select_from(table))
    session.rollback()  # SQLite has one writer: whoever races next must not wait for us
    return found


@pytest.mark.parametrize("is_same", [True, False], ids=["the same", "each its own"])
def test_notifications_heard_by_several_at_once_pay_once(database_url, session, visit, is_same):
    fact = stripe_facts.fact_of(visit, "pi_1")
    assert race(racers.hear, database_url, (fact, is_same), **CROWD) == 0
    assert count(session, PaymentNotification) == (1 if is_same else CROWD["crowd"])
    assert count(session, PaymentEffect) == 1
    assert balance(session, "clearing/stripe") == visit.amount_minor
    assert breaches(session) == {}


@pytest.mark.breaks_truths("the guard is gone", "payments.checkouts_beside_effects")
def test_without_the_guard_only_the_database_stops_the_second_payment(database_url, session, visit):
    fact = stripe_facts.fact_of(visit, "pi_1")
    assert race(racers.hear_unguarded, database_url, (fact, visit.id), **CROWD) > 0
    assert count(session, PaymentEffect) == 1
    assert session.scalar(select(PaymentCheckout.state)) == "complete"


def test_killed_before_it_is_committed_a_notification_has_done_nothing_and_does_all_when_it_is_sent_again(
    database_url, session, visit
):
    fact = stripe_facts.fact_of(visit, "pi_1")
    dying = PROCESSES.Process(target=racers.die_hearing, args=(database_url, fact))
    dying.start()
    dying.join(60)
    assert dying.exitcode == -signal.SIGKILL
    assert count(session, PaymentNotification) == count(session, PaymentEffect) == 0
    assert race(racers.hear, database_url, (fact, True), crowd=2, tries=1) == 0
    assert count(session, PaymentEffect) == 1
    assert breaches(session) == {}
