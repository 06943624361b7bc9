"""Officials and buyers for the races over money: each runs in a process of its own, with its own connections.

The unguarded ones act on what they had read before the start, as a view would that hands its verb rows instead of keys.
"""

import contextlib

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.income.models import Settlement
from marketplace.income.refusals import PayoutExceedsEarned
from marketplace.income.services import payouts
from marketplace.kernel import faults
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.orders import services as orders
from marketplace.orders.refusals import RefundTooLarge
from marketplace.orders.services import after_sale
from marketplace.orders.values import RefundReason
from marketplace.payments import services
from marketplace.payments.gateways.protocol import About, Notice
from marketplace.payments.models import OfflineReceipt, PaymentCheckout
from marketplace.payments.services import checkouts, receipts
from tests.payments import stripe_facts
from tests.payments.money import GATEWAYS
from tests.races import REFUSED, ready

CONFIRM = checkouts.confirm


@contextlib.contextmanager
def refused_by(refusal):
    try:
        yield
    except refusal:
        raise SystemExit(REFUSED) from None


def read_before(address, model, key):
    """Return a stand-in for looking at a row: it gives it as it is now, whatever becomes of it."""
    engine = make_engine(address, pool_size=1)
    with Session(engine, expire_on_commit=False) as session:
        row = session.get(model, key)
        session.expunge_all()
    engine.dispose()
    return lambda session, *_: session.merge(row, load=False)


def confirm_receipt(address, what, racer, _tries, start):
    """Confirm one receipt, as one of several officials."""
    receipt_id, officials = what
    with ready(address, start) as engine:
        in_transaction(
            engine,
            lambda session: (
                services.confirm_offline_receipt(
                    session, gateways=GATEWAYS, receipt_id=receipt_id, by=officials[racer % len(officials)]
                ).state
            ),
            tries=14,
        )


def confirm_receipt_unguarded(address, what, racer, tries, start):
    receipts.taken = read_before(address, OfflineReceipt, what[0])
    confirm_receipt(address, what, racer, tries, start)


def record_payout(address, what, racer, _tries, start):
    """Record that all a seller has earned was sent."""
    seller_ref, amount_fen, officials = what
    with ready(address, start) as engine, refused_by(PayoutExceedsEarned):
        in_transaction(
            engine,
            lambda session: income.record_payout(
                session, key=f"payout/{racer}", seller_ref=seller_ref, amount_fen=amount_fen, bank_ref=f"ICBC-P{racer}",
                prepared_by=officials[racer % len(officials)],
            ).id,
            tries=14,
        )  # fmt: skip


def record_payout_unguarded(address, what, racer, tries, start):
    payouts.held_fen = lambda *_: {}
    record_payout(address, what, racer, tries, start)


def confirm_payout(address, what, racer, _tries, start):
    """Confirm one pay-out, as one of several officials."""
    payout_id, officials = what
    with ready(address, start) as engine:
        in_transaction(
            engine,
            lambda session: income.confirm_payout(session, payout_id=payout_id, by=officials[racer % len(officials)]).id,
            tries=14,
        )


def confirm_payout_unguarded(address, what, racer, tries, start):
    payouts.locked = read_before(address, Settlement, what[0])
    with refused_by(IntegrityError):
        confirm_payout(address, what, racer, tries, start)


def ask_back(address, line_id, racer, _tries, start):
    """Ask for the money of the last unit of a line."""
    with ready(address, start) as engine, refused_by(RefundTooLarge):
        in_transaction(
            engine,
            lambda session: orders.request_refund(
                session, key=f"refund/{racer}", line_id=line_id, quantity=1, reason=RefundReason.DAMAGED, note="", restock=False,
                by=None,
            ).id,
            tries=14,
        )  # fmt: skip


def ask_back_unguarded(address, line_id, racer, tries, start):
    after_sale.refunds_of = lambda *_: []
    ask_back(address, line_id, racer, tries, start)


def hear(address, what, racer, _tries, start):
    """Take a notification of one payment: the same for all, or each its own of the same."""
    fact, is_same = what
    notice = Notice(
        event_id="evt_1" if is_same else f"evt_{racer}", kind="checkout.session.completed", about=About.CHECKOUT,
        object_ref=fact.session_id,
    )  # fmt: skip
    with ready(address, start) as engine, refused_by(DBAPIError):
        in_transaction(
            engine,
            lambda session: services.take_notice(
                session, gateways=stripe_facts.WAYS, gateway="stripe", notice=notice, facts=(fact,)
            ),
            tries=14,
        )


def hear_unguarded(address, what, racer, tries, start):
    """The same, acting on the visit as it was read before, and counting each notification as money of its own."""
    fact, visit_id = what
    checkouts.taken = read_before(address, PaymentCheckout, visit_id)
    checkouts.confirm = lambda session, *, event_id, **facts: CONFIRM(session, event_id=f"{event_id}/{racer}", **facts)
    hear(address, (fact, False), racer, tries, start)


def die_hearing(address, fact):
    """Take a notification and die by kill -9 with all of it written and nothing committed."""
    faults._fuse = faults.Fuse({"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DIES_AT": "webhook.taken"})
    notice = Notice(event_id="evt_1", kind="checkout.session.completed", about=About.CHECKOUT, object_ref=fact.session_id)
    in_transaction(
        make_engine(address, pool_size=1),
        lambda session: services.take_notice(session, gateways=stripe_facts.WAYS, gateway="stripe", notice=notice, facts=(fact,)),
    )
