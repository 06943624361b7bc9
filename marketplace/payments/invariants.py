"""Truths of payments (assurance.md, 7 and 8). Each check returns the rows that break it; without `since` all
are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import String, and_, case, cast, false, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from marketplace.kernel.triggers import missing
from marketplace.ledger.queries import amounts_by_source, entries_like
from marketplace.ledger.values import clearing
from marketplace.payments.ddl import TRIGGERS
from marketplace.payments.dues import Dues, every_kind
from marketplace.payments.models import (
    OfflineReceipt,
    PaymentAttempt,
    PaymentCheckout,
    PaymentDispute,
    PaymentEffect,
    PaymentEvent,
    PaymentIntent,
    PaymentSurplus,
    RefundTransfer,
)
from marketplace.payments.values import (
    OFFLINE,
    AttemptState,
    CheckoutState,
    DueKind,
    Effect,
    IntentState,
    ReceiptState,
    SurplusReason,
    TransferState,
)

Check = tuple[str, Callable[[Session], Sequence[Any]]]

_ARRIVED = (ReceiptState.CONFIRMED, ReceiptState.TO_RETURN, ReceiptState.RETURNING, ReceiptState.RETURNED)


def intents_beside_dues(session: Session) -> Sequence[Any]:
    """Return intents over another sum than is due, and succeeded ones whose purchase or booking is not paid through them."""
    found: list[Any] = []
    for dues in every_kind():
        bought = dues.all()
        found += session.execute(
            select(PaymentIntent.ref, bought.c.ref)
            .join(bought, bought.c.id == _due_id(dues.kind))
            .where(
                or_(
                    PaymentIntent.amount_fen != bought.c.total_fen,
                    and_(
                        PaymentIntent.state == IntentState.SUCCEEDED.value,
                        or_(bought.c.is_paid.is_(False), bought.c.gateway != PaymentIntent.gateway),
                    ),
                )
            )
        ).all()
    return found


def dues_paid_by_nothing(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return paid purchases and bookings that no succeeded intent stands behind."""
    found: list[Any] = []
    for dues in every_kind():
        bought = dues.all()
        found += session.execute(
            select(bought.c.ref)
            .join(
                PaymentIntent,
                and_(_due_id(dues.kind) == bought.c.id, PaymentIntent.state == IntentState.SUCCEEDED.value),
                isouter=True,
            )
            .where(
                bought.c.is_paid.is_(True),
                PaymentIntent.id.is_(None),
                true() if since is None else bought.c.paid_at >= since,
            )
        ).all()
    return found


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
    is_confirmed = OfflineReceipt.state == ReceiptState.CONFIRMED.value
    rows = (
        select(PaymentIntent.ref)
        .join(OfflineReceipt, OfflineReceipt.intent_id == PaymentIntent.id, isouter=True)
        .where(PaymentIntent.gateway == OFFLINE)
        .group_by(PaymentIntent.id, PaymentIntent.ref)
        .having(
            or_(
                func.sum(case((OfflineReceipt.amount_fen != PaymentIntent.amount_fen, 1), else_=0)) != 0,
                func.sum(case((is_confirmed, 1), else_=0))
                != case((PaymentIntent.state == IntentState.SUCCEEDED.value, 1), else_=0),
            )
        )
    )
    return session.execute(rows).all()


def money_to_send_back_unseen(session: Session) -> Sequence[Any]:
    """Return events of machines whose money has to go back without a surplus that officials see, and surpluses of others."""
    has_to_go_back = PaymentEffect.kind.in_([Effect.TO_RETURN.value, Effect.CAME_BACK.value]) & (PaymentEvent.gateway != OFFLINE)
    rows = (
        select(PaymentEvent.event_id, PaymentEvent.gateway)
        .join(PaymentEffect, PaymentEffect.event_id == PaymentEvent.id, isouter=True)
        .join(PaymentSurplus, PaymentSurplus.event_id == PaymentEvent.id, isouter=True)
        .where(func.coalesce(has_to_go_back, false()) != PaymentSurplus.id.is_not(None))
    )
    return session.execute(rows).all()


def refunds_nobody_sent(session: Session) -> Sequence[Any]:
    """Return refunds whose money is said to be back without a machine's success or two officials' transfer of that sum."""
    found: list[Any] = []
    for dues in every_kind():
        given = dues.all_refunds()
        tried, carried = _refund_id(PaymentAttempt, dues.kind), _refund_id(RefundTransfer, dues.kind)
        sent = union_all(
            select(tried.label("refund_id"), PaymentAttempt.amount_fen.label("amount_fen")).where(
                PaymentAttempt.state == AttemptState.SUCCEEDED.value, tried.is_not(None)
            ),
            select(carried, RefundTransfer.amount_fen).where(
                RefundTransfer.state == TransferState.CONFIRMED.value, carried.is_not(None)
            ),
        ).subquery()
        summed = select(sent.c.refund_id, func.sum(sent.c.amount_fen).label("amount_fen")).group_by(sent.c.refund_id).subquery()
        found += session.execute(
            select(given.c.ref, summed.c.amount_fen)
            .join(summed, summed.c.refund_id == given.c.id, isouter=True)
            .where(
                or_(
                    and_(given.c.is_back.is_(True), func.coalesce(summed.c.amount_fen, 0) != given.c.total_fen),
                    and_(given.c.is_back.is_(False), summed.c.refund_id.is_not(None)),
                )
            )
        ).all()
    return found


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
    slips = union_all(receipts, returns, *(_transfers(dues) for dues in every_kind())).subquery()
    rows = (
        select(slips.c.source, slips.c.amount_fen, booked.c.amount_fen)
        .join(booked, booked.c.source == slips.c.source, isouter=True)
        .where(func.coalesce(booked.c.amount_fen, 0) != slips.c.amount_fen)
    )
    return session.execute(rows).all()


def checkouts_beside_effects(session: Session) -> Sequence[Any]:
    """Return visits in which money was taken without the effect they name, under the service's name for it, or with another."""
    said = (
        select(PaymentEvent.gateway, PaymentEvent.event_id, PaymentEffect.kind, PaymentEffect.intent_id)
        .join(PaymentEffect, PaymentEffect.event_id == PaymentEvent.id)
        .subquery()
    )
    rows = (
        select(PaymentCheckout.key, PaymentCheckout.effect, said.c.kind)
        .join(
            said,
            and_(
                said.c.gateway == PaymentCheckout.gateway,
                said.c.event_id == literal("paid/") + PaymentCheckout.payment_ref,
                said.c.intent_id == PaymentCheckout.intent_id,
            ),
            isouter=True,
        )
        .where(
            PaymentCheckout.state == CheckoutState.COMPLETE.value,
            func.coalesce(said.c.kind, "") != func.coalesce(PaymentCheckout.effect, "?"),
        )
    )
    return session.execute(rows).all()


def refunded_beside_captured(session: Session) -> Sequence[Any]:
    """Return payments of which more is said to be sent back by machine than was captured, or another sum than attempts sent."""
    came_back = (
        select(PaymentSurplus.checkout_id, func.sum(PaymentAttempt.amount_minor).label("minor"))
        .join(PaymentEvent, PaymentEvent.id == PaymentSurplus.event_id)
        .join(
            PaymentAttempt,
            and_(
                PaymentAttempt.gateway == PaymentEvent.gateway,
                PaymentEvent.event_id == literal("came_back/") + PaymentAttempt.gateway_ref,
            ),
        )
        .where(PaymentSurplus.reason == SurplusReason.REFUND_CAME_BACK.value)
        .group_by(PaymentSurplus.checkout_id)
        .subquery()
    )
    sent = (
        select(PaymentAttempt.checkout_id, func.sum(PaymentAttempt.amount_minor).label("minor"))
        .where(PaymentAttempt.checkout_id.is_not(None), PaymentAttempt.state != AttemptState.FAILED.value)
        .group_by(PaymentAttempt.checkout_id)
        .subquery()
    )
    rows = (
        select(PaymentCheckout.key, PaymentCheckout.captured_minor, PaymentCheckout.refunded_minor, sent.c.minor)
        .join(sent, sent.c.checkout_id == PaymentCheckout.id, isouter=True)
        .join(came_back, came_back.c.checkout_id == PaymentCheckout.id, isouter=True)
        .where(
            or_(
                PaymentCheckout.refunded_minor > PaymentCheckout.captured_minor,
                PaymentCheckout.refunded_minor != func.coalesce(sent.c.minor, 0) - func.coalesce(came_back.c.minor, 0),
            )
        )
    )
    return session.execute(rows).all()


def owed_beside_surpluses(session: Session) -> Sequence[Any]:
    """Return services whose `owed/…` is another sum than what they hold of buyers' money and nobody has sent back."""
    held = (
        select(PaymentSurplus.gateway.label("gateway"), func.sum(-PaymentSurplus.amount_fen).label("fen"))
        .where(PaymentSurplus.is_booked.is_(True), PaymentSurplus.state != ReceiptState.RETURNED.value)
        .group_by(PaymentSurplus.gateway)
    )
    return _beside_accounts(session, held, "owed/")


def disputed_beside_disputes(session: Session) -> Sequence[Any]:
    """Return services whose `disputes/…` is another sum than what they took for disputes and nobody has borne."""
    row = PaymentDispute
    open_fen = row.taken_fen - row.returned_fen - row.borne_fen - row.refunded_fen
    held = select(row.gateway.label("gateway"), func.sum(open_fen).label("fen")).group_by(row.gateway)
    return _beside_accounts(session, held, "disputes/")


def _beside_accounts(session: Session, held: Any, beginning: str) -> Sequence[Any]:
    """Return the accounts whose balance is not what the rows of their service sum to."""
    sums = {f"{beginning}{gateway}": int(fen) for gateway, fen in session.execute(held)}
    booked = entries_like(f"{beginning}%")
    balances = {
        account: int(fen)
        for account, fen in session.execute(select(booked.c.account, func.sum(booked.c.amount_fen)).group_by(booked.c.account))
    }
    return [
        (account, sums.get(account, 0), balances.get(account, 0))
        for account in sorted(sums.keys() | balances.keys())
        if sums.get(account, 0) != balances.get(account, 0)
    ]


def _transfers(dues: Dues) -> Any:
    given = dues.all_refunds()
    return (
        select(literal(f"{OFFLINE}/") + RefundTransfer.ref, RefundTransfer.amount_fen)
        .join(given, given.c.id == _refund_id(RefundTransfer, dues.kind))
        .where(RefundTransfer.state == TransferState.CONFIRMED.value, given.c.gateway == OFFLINE)
    )


def _due_id(kind: DueKind) -> Any:
    return PaymentIntent.purchase_id if kind is DueKind.PURCHASE else PaymentIntent.booking_id


def _refund_id(table: type[PaymentAttempt] | type[RefundTransfer], kind: DueKind) -> Any:
    return table.refund_id if kind is DueKind.PURCHASE else table.booking_refund_id


def broken_guards(session: Session) -> Sequence[Any]:
    """Return the triggers that are missing."""
    return missing(session, TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("payments.intents_beside_dues", intents_beside_dues),
    ("payments.dues_paid_by_nothing", dues_paid_by_nothing),
    ("payments.effects_beside_intents", effects_beside_intents),
    ("payments.receipts_beside_intents", receipts_beside_intents),
    ("payments.money_to_send_back_unseen", money_to_send_back_unseen),
    ("payments.refunds_nobody_sent", refunds_nobody_sent),
    ("payments.settlements_beside_slips", settlements_beside_slips),
    ("payments.checkouts_beside_effects", checkouts_beside_effects),
    ("payments.refunded_beside_captured", refunded_beside_captured),
    ("payments.owed_beside_surpluses", owed_beside_surpluses),
    ("payments.disputed_beside_disputes", disputed_beside_disputes),
    ("payments.guards", broken_guards),
)
