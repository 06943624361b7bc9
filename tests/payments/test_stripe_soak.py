"""Deliveries of notifications as bad as they come: doubled, reordered, delayed, forged, half of them lost at the first look.

The book afterwards is that of a clean run, to the fen, and nothing forged was taken. A few hundred here; `make faults` plays a
hundred thousand (`DELIVERIES=…` for more, `SEED=…` again).
"""

import os
import random

import pytest
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.ledger.models import AccountBalance
from marketplace.payments.gateways.protocol import GatewayRefused, GatewaySilent, NotGenuine
from marketplace.payments.models import PaymentAttempt, PaymentEffect, PaymentNotification
from marketplace.payments.queries import hosted
from tests.conftest import fresh_database
from tests.orders.sales import place
from tests.payments.money import breaches
from tests.payments.stripe_stub.server import FAILS_BEFORE, LOST_BEFORE

SEED = int(os.environ.get("SEED") or 20_261_126)
#: Five payments count, and one refund that came back.
EFFECTS = 6
#: Where each event goes wrong at its look-up.
_LOOKS = ("/v1/checkout", "/v1/refunds", "/v1/disputes", "/v1/payouts")


@pytest.fixture(params=["sqlite"])
def database_url(request, scratch):
    """SQLite alone: the engines differ in races, which test_stripe_races runs."""
    with fresh_database(request, scratch) as url:
        yield url


def happen(till):
    """Let everything happen once at Stripe and be asked for here; nobody is told anything yet."""
    book = till.stub.book
    for number, method in enumerate(("card", "alipay", "wechat_pay", "card", "card")):
        visit = till.open(place(till.session, [(till.market.seed, number % 3 + 1)]))
        book.pay(visit.session_id, method=method, later=method != "card")
        if method != "card":
            book.settle(visit.session_id, arrives=method == "alipay")
    till.open(place(till.session, [(till.market.tea, 1)]))
    book.expire_session(book.of_kind("checkout.session")[-1]["id"])
    payments = [each["id"] for each in book.of_kind("payment_intent") if each["latest_charge"]]
    won, _ = book.dispute(payments[-1])
    book.withdraw(won)
    book.close_dispute(won, won=True)
    lost, _ = book.dispute(payments[-2])
    book.withdraw(lost)
    book.close_dispute(lost, won=False)
    refund_in_every_way(till)
    payout, _ = book.pay_out()
    book.say("payout.paid", book.get(payout))


def refund_in_every_way(till):
    """Refund four units of one payment: two arrive, one of them late; one fails on its way, one comes back after it had arrived.

    Refunds follow a payment that is known here; what becomes of them nobody is told yet.
    """
    book = till.stub.book
    purchase, _ = till.paid([(till.market.seed, 4)])
    line = purchase.orders[0].lines[0]
    for how in ("succeeded", "succeeded", "pending", "pending"):
        book.refunds_are = how
        till.approved(line, 1)
        till.sweep()
    book.refunds_are = "succeeded"
    _arrived, came_back, arrives_late, fails = book.of_kind("refund")
    book.fail_refund(came_back["id"])
    book.finish_refund(arrives_late["id"])
    book.fail_refund(fails["id"])


def balances(till):
    """Return the book's balances, sellers' references put aside: they differ between two counties."""
    rows = till.session.execute(select(AccountBalance.account, AccountBalance.amount_fen).where(AccountBalance.amount_fen != 0))
    found = {}
    for account, fen in rows:
        name = account if not account.startswith("payable/") else "payable/" + account.rsplit("/", 1)[1]
        found[name] = found.get(name, 0) + fen
    return found


def heard(till, event):
    """Take a delivery as the webhook does; say whether it was answered with 2xx."""
    if hosted.is_notified(till.session, gateway="stripe", event_id=event["id"]):
        return True
    try:
        till.told(event)
    except (GatewaySilent, GatewayRefused):
        return False
    return True


def forged(till, event, dice):
    """Try to have something taken that Stripe did not send."""
    body, headers = till.stub.signed(
        dict(event, id=f"evt_forged_{dice.random()}"),
        at=clock.now().timestamp() + dice.choice((0, 400, -400)),
        secret="whsec_guess",
    )
    with pytest.raises(NotGenuine):
        till.gateway.read(body, headers)


def deliver(till, count, seed):
    """Deliver at least `count` times, until every event was answered; return how many were forged."""
    dice, events, tried = random.Random(seed), list(till.stub.book.events), 0
    waiting, forgeries = {event["id"] for event in events}, 0
    while tried < count or waiting:
        event = dice.choice(events)
        tried += 1
        if dice.random() < 0.2:
            forged(till, event, dice)
            forgeries += 1
            continue
        if event["id"] in waiting and dice.random() < 0.5:
            till.stub.hurt(dice.choice(_LOOKS), dice.choice((FAILS_BEFORE, LOST_BEFORE)))
        if heard(till, event):
            waiting.discard(event["id"])
        if tried % 500 == 0:
            till.session.commit()
            till.session.expunge_all()
    return forgeries


def soaked(till, clean_run, count, seed):
    happen(till)
    forgeries = deliver(till, count, seed)
    assert forgeries > count / 10
    taken = till.session.scalars(select(PaymentNotification.event_id)).all()
    assert sorted(taken) == sorted(event["id"] for event in till.stub.book.events)
    assert till.session.scalar(select(func.count()).select_from(PaymentEffect)) == EFFECTS
    assert sorted(till.session.scalars(select(PaymentAttempt.state))) == ["failed", "succeeded", "succeeded", "succeeded"]
    assert balances(till) == clean_run
    assert breaches(till.session) == {}


@pytest.fixture
def clean_run(till):
    """The balances of a run in which each event comes once, in order."""
    with till.session.begin_nested() as aside:
        happen(till)
        till.told_all()
        found = balances(till)
        aside.rollback()
    till.stub.book.__init__(now=till.stub.book.now)
    till.stub._kept.clear()
    till.session.expire_all()
    return found


def test_some_hundred_deliveries_leave_the_book_of_a_clean_run(till, clean_run):
    soaked(till, clean_run, 150, SEED)


@pytest.mark.faults
@pytest.mark.long
def test_a_hundred_thousand_deliveries_leave_the_book_of_a_clean_run(till, clean_run):
    soaked(till, clean_run, int(os.environ.get("DELIVERIES") or 100_000), SEED)
