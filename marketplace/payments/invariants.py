"""Truths of payments (assurance.md, 7 and 8). Each check returns the rows that break it; without `since` all
are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, or_, select, text, true, union_all
from sqlalchemy.orm import Session

from marketplace.ledger.queries import amounts_by_source
from marketplace.ledger.values import clearing
from marketplace.orders import queries as orders
from marketplace.orders.values import PurchaseState, RefundState
from marketplace.payments.ddl import TRIGGERS
from marketplace.payments.models import OfflineReceipt, PaymentAttempt, PaymentEffect, PaymentIntent, RefundTransfer
from marketplace.payments.values import OFFLINE, AttemptState, Effect, IntentState, ReceiptState, TransferState

Check = tuple[str, Callable[[Session], Sequence[Any]]]

_ARRIVED = (ReceiptState.CONFIRMED, ReceiptState.TO_RETURN, ReceiptState.RETURNING, ReceiptState.RETURNED)
_BACK = (RefundState.SUCCEEDED, RefundState.PAID_BY_HAND)


def intents_beside_purchases(session: Session) -> Sequence[Any]:
    """Return succeeded intents whose purchase is not paid, or otherwise; and intents over another sum than the purchase's."""
    bought = orders.purchases()
    rows = (
        select(PaymentIntent.ref, bought.c.ref)
        .join(bought, bought.c.id == PaymentIntent.purchase_id)
        .where(
            or_(
                PaymentIntent.amount_fen != bought.c.total_fen,
                and_(
                    PaymentIntent.state == IntentState.SUCCEEDED.value,
                    or_(bought.c.state != PurchaseState.PAID.value, bought.c.gateway != PaymentIntent.gateway),
                ),
            )
        )
    )
    return session.execute(rows).all()


def purchases_paid_by_nothing(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return paid purchases that no succeeded intent stands behind."""
    bought = orders.purchases()
    rows = (
        select(bought.c.ref)
        .join(
            PaymentIntent,
            and_(PaymentIntent.purchase_id == bought.c.id, PaymentIntent.state == IntentState.SUCCEEDED.value),
            isouter=True,
        )
        .where(
            bought.c.state == PurchaseState.PAID.value,
            PaymentIntent.id.is_(None),
            true() if since is None else bought.c.paid_at >= since,
        )
    )
    return session.execute(rows).all()


def effects_beside_intents(session: Session) -> Sequence[Any]:
    """Return intents that succeeded without their effect, or had it without succeeding."""
    paid = (
        select(PaymentEffect.intent_id, func.count().label("count"))
        .where(PaymentEffect.kind == Effect.PAID.value)
        .group_by(PaymentEffect.intent_id)
        .subquery()
    )
    rows = (
        select(PaymentIntent.ref)
        .join(paid, paid.c.intent_id == PaymentIntent.id, isouter=True)
        .where((PaymentIntent.state == IntentState.SUCCEEDED.value) != (func.coalesce(paid.c.count, 0) == 1))
    )
    return session.execute(rows).all()


def receipts_beside_intents(session: Session) -> Sequence[Any]:
    """Return receipts over another sum than their intent's, confirmed ones that paid nothing, offline payments nobody saw."""
    rows = (
        select(PaymentIntent.ref, OfflineReceipt.ref)
        .join(
            OfflineReceipt,
            and_(
                OfflineReceipt.intent_id == PaymentIntent.id,
                OfflineReceipt.state.in_([state.value for state in _ARRIVED]),
            ),
            isouter=True,
        )
        .where(
            PaymentIntent.gateway == OFFLINE,
            or_(
                OfflineReceipt.amount_fen != PaymentIntent.amount_fen,
                (PaymentIntent.state == IntentState.SUCCEEDED.value)
                != (func.coalesce(OfflineReceipt.state, "") == ReceiptState.CONFIRMED.value),
            ),
        )
    )
    return session.execute(rows).all()


def refunds_nobody_sent(session: Session) -> Sequence[Any]:
    """Return refunds whose money is said to be back without a machine's success or two officials' transfer of that sum."""
    given = orders.refunds()
    sent = union_all(
        select(PaymentAttempt.refund_id.label("refund_id"), PaymentAttempt.amount_fen.label("amount_fen")).where(
            PaymentAttempt.state == AttemptState.SUCCEEDED.value, PaymentAttempt.refund_id.is_not(None)
        ),
        select(RefundTransfer.refund_id, RefundTransfer.amount_fen).where(RefundTransfer.state == TransferState.CONFIRMED.value),
    ).subquery()
    summed = select(sent.c.refund_id, func.sum(sent.c.amount_fen).label("amount_fen")).group_by(sent.c.refund_id).subquery()
    rows = (
        select(given.c.ref, summed.c.amount_fen)
        .join(summed, summed.c.refund_id == given.c.id, isouter=True)
        .where(
            or_(
                and_(
                    given.c.state.in_([state.value for state in _BACK]),
                    func.coalesce(summed.c.amount_fen, 0) != given.c.total_fen,
                ),
                and_(given.c.state.not_in([state.value for state in _BACK]), summed.c.refund_id.is_not(None)),
            )
        )
    )
    return session.execute(rows).all()


def settlements_beside_slips(session: Session) -> Sequence[Any]:
    """Return confirmed receipts and transfers that the book does not know, or knows over another sum."""
    booked = amounts_by_source(clearing(OFFLINE), ("settlement",))
    head = f"{OFFLINE}/"
    receipts = select(
        (literal(head) + cast(OfflineReceipt.ref, String)).label("source"), (-OfflineReceipt.amount_fen).label("amount_fen")
    ).where(OfflineReceipt.state.in_([state.value for state in _ARRIVED]))
    returns = select(literal(head) + OfflineReceipt.ref + literal("/back"), OfflineReceipt.amount_fen).where(
        OfflineReceipt.state == ReceiptState.RETURNED.value
    )
    given = orders.refunds()
    transfers = (
        select(literal(head) + RefundTransfer.ref, RefundTransfer.amount_fen)
        .join(given, given.c.id == RefundTransfer.refund_id)
        .where(RefundTransfer.state == TransferState.CONFIRMED.value, given.c.gateway == OFFLINE)
    )
    slips = union_all(receipts, returns, transfers).subquery()
    rows = (
        select(slips.c.source, slips.c.amount_fen, booked.c.amount_fen)
        .join(booked, booked.c.source == slips.c.source, isouter=True)
        .where(func.coalesce(booked.c.amount_fen, 0) != slips.c.amount_fen)
    )
    return session.execute(rows).all()


def broken_guards(session: Session) -> Sequence[Any]:
    """Return the triggers that are missing."""
    if session.get_bind().dialect.name == "sqlite":
        found = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    else:
        found = session.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")).all()
    return sorted(set(TRIGGERS) - set(found))


CHECKS: tuple[Check, ...] = (
    ("payments.intents_beside_purchases", intents_beside_purchases),
    ("payments.purchases_paid_by_nothing", purchases_paid_by_nothing),
    ("payments.effects_beside_intents", effects_beside_intents),
    ("payments.receipts_beside_intents", receipts_beside_intents),
    ("payments.refunds_nobody_sent", refunds_nobody_sent),
    ("payments.settlements_beside_slips", settlements_beside_slips),
    ("payments.guards", broken_guards),
)
