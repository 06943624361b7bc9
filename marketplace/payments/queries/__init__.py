"""Named reads of payments."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.payments.dues import every_kind
from marketplace.payments.models import OfflineReceipt, PaymentAttempt, PaymentIntent, PaymentSurplus, RefundTransfer
from marketplace.payments.values import (
    AttemptState,
    DueKind,
    DueView,
    IntentState,
    IntentView,
    Method,
    ReceiptState,
    ReceiptView,
    RefundAsked,
    RefundDue,
    Route,
    SurplusReason,
    SurplusView,
    TransferState,
    TransferView,
)

#: Receipts that an official still has to act on.
OPEN_RECEIPTS = (ReceiptState.RECORDED, ReceiptState.TO_RETURN, ReceiptState.RETURNING)


def intent_by_id(session: Session, *, intent_id: int) -> IntentView | None:
    """Return an intent by key."""
    found = session.get(PaymentIntent, intent_id)
    return None if found is None else intent_view(found)


def intents_of(session: Session, due: DueView) -> tuple[IntentView, ...]:
    """Return the ways in which a purchase or booking was to be paid, the first chosen first."""
    rows = session.scalars(select(PaymentIntent).where(intent_of(due)).order_by(PaymentIntent.id))
    return tuple(intent_view(row) for row in rows)


def receipt_by_ref(session: Session, *, ref: str) -> ReceiptView | None:
    """Return a receipt by its reference."""
    found = session.scalar(select(OfflineReceipt).where(OfflineReceipt.ref == ref))
    return None if found is None else receipt_view(found)


def receipts_of(session: Session, *, due_ref: str) -> tuple[ReceiptView, ...]:
    """Return what officials recorded for a purchase or booking, the first first."""
    rows = session.scalars(
        select(OfflineReceipt)
        .join(PaymentIntent, PaymentIntent.id == OfflineReceipt.intent_id)
        .where(PaymentIntent.due_ref == due_ref)
        .order_by(OfflineReceipt.id)
    )
    return tuple(receipt_view(row) for row in rows)


def receipts_open(session: Session, *, areas: Collection[str], limit: int = 100) -> tuple[ReceiptView, ...]:
    """Return the receipts of some areas that wait for an official, the oldest first."""
    rows = session.scalars(
        select(OfflineReceipt)
        .where(OfflineReceipt.state.in_([state.value for state in OPEN_RECEIPTS]), in_areas(OfflineReceipt.area_code, areas))
        .order_by(OfflineReceipt.id)
        .limit(limit)
    )
    return tuple(receipt_view(row) for row in rows)


def receipts_settled(session: Session, *, areas: Collection[str], limit: int = 20) -> tuple[ReceiptView, ...]:
    """Return the latest receipts of some areas that nobody has to act on any more."""
    rows = session.scalars(
        select(OfflineReceipt)
        .where(OfflineReceipt.state.not_in([state.value for state in OPEN_RECEIPTS]), in_areas(OfflineReceipt.area_code, areas))
        .order_by(OfflineReceipt.id.desc())
        .limit(limit)
    )
    return tuple(receipt_view(row) for row in rows)


def count_receipts_open(areas: Collection[str]) -> Select[int]:
    """Return the count of receipts, and of sums that machines took too much and cannot send back, that wait for an official."""
    receipts = select(func.count(OfflineReceipt.id)).where(
        OfflineReceipt.state.in_([state.value for state in OPEN_RECEIPTS]), in_areas(OfflineReceipt.area_code, areas)
    )
    surpluses = select(func.count(PaymentSurplus.id)).where(
        PaymentSurplus.state != ReceiptState.RETURNED.value,
        PaymentSurplus.route == Route.HAND.value,
        in_areas(PaymentSurplus.area_code, areas),
    )
    return select(receipts.scalar_subquery() + surpluses.scalar_subquery())


def surplus_by_ref(session: Session, *, ref: str) -> SurplusView | None:
    """Return money that a machine took once too often by its reference."""
    found = session.scalar(select(PaymentSurplus).where(PaymentSurplus.ref == ref))
    return None if found is None else surplus_view(found)


def dues_of_surpluses(session: Session, refs: Collection[str]) -> dict[str, str]:
    """Return the reference of the purchase or booking that each of some surpluses was paid for. One query."""
    rows = session.execute(select(PaymentSurplus.ref, PaymentSurplus.due_ref).where(PaymentSurplus.ref.in_(sorted(refs))))
    return {row.ref: row.due_ref for row in rows}


def surpluses_open(session: Session, *, areas: Collection[str], limit: int = 100) -> tuple[SurplusView, ...]:
    """Return what machines took too much in some areas and is not back with the buyer, the oldest first."""
    rows = session.scalars(
        select(PaymentSurplus)
        .where(PaymentSurplus.state != ReceiptState.RETURNED.value, in_areas(PaymentSurplus.area_code, areas))
        .order_by(PaymentSurplus.id)
        .limit(limit)
    )
    return tuple(surplus_view(row) for row in rows)


def transfer_by_ref(session: Session, *, ref: str) -> TransferView | None:
    """Return a transfer by its reference."""
    found = session.scalar(select(RefundTransfer).where(RefundTransfer.ref == ref))
    return None if found is None else transfer_view(found)


def transfers_open(session: Session, *, areas: Collection[str], limit: int = 100) -> tuple[TransferView, ...]:
    """Return the transfers of some areas that wait for a second official, the oldest first."""
    rows = session.scalars(
        select(RefundTransfer)
        .where(RefundTransfer.state == TransferState.RECORDED.value, in_areas(RefundTransfer.area_code, areas))
        .order_by(RefundTransfer.id)
        .limit(limit)
    )
    return tuple(transfer_view(row) for row in rows)


def count_transfers_waiting(areas: Collection[str]) -> Select[int]:
    """Return the count of the refunds of some areas that officials have to send or to confirm."""
    to_confirm = select(func.count(RefundTransfer.id)).where(
        RefundTransfer.state == TransferState.RECORDED.value, in_areas(RefundTransfer.area_code, areas)
    )
    to_send = [kind.count_to_carry(areas).scalar_subquery() for kind in every_kind()]
    return select(sum(to_send, start=to_confirm.scalar_subquery()))


def refunds_begun(session: Session, *, limit: int = 50) -> Mapping[int, RefundAsked]:
    """Return the attempts at sending money back that no gateway has settled, by key."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(PaymentAttempt.state == AttemptState.STARTED.value, PaymentAttempt.intent_id.is_(None))
        .order_by(PaymentAttempt.id)
        .limit(limit)
    )
    return {
        row.id: RefundAsked(
            gateway=row.gateway, key=row.key, amount_fen=row.amount_fen, payment_ref=row.payment_ref,
            amount_minor=row.amount_minor, gateway_ref=row.gateway_ref,
        )
        for row in rows
    }  # fmt: skip


def intent_view(row: PaymentIntent) -> IntentView:
    """Return an intent as others may see it."""
    kind, due_id = due_of_intent(row)
    return IntentView(
        id=row.id, ref=row.ref, due_kind=kind, due_id=due_id, due_ref=row.due_ref, area_code=row.area_code,
        gateway=row.gateway, amount_fen=row.amount_fen, state=IntentState(row.state), created_at=row.created_at,
        succeeded_at=row.succeeded_at,
    )  # fmt: skip


def receipt_view(row: OfflineReceipt) -> ReceiptView:
    """Return a receipt as officials see it."""
    return ReceiptView(
        id=row.id, ref=row.ref, intent_id=row.intent_id, due_ref=row.due_ref, area_code=row.area_code,
        method=Method(row.method), bank_ref=row.bank_ref, amount_fen=row.amount_fen, state=ReceiptState(row.state),
        recorded_by=row.recorded_by, recorded_at=row.recorded_at, confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at, reason=row.reason or "", returned_ref=row.returned_ref or "",
        return_recorded_by=row.return_recorded_by,
    )  # fmt: skip


def surplus_view(row: PaymentSurplus) -> SurplusView:
    """Return money that a machine took once too often as officials see it."""
    return SurplusView(
        id=row.id, ref=row.ref, due_ref=row.due_ref, area_code=row.area_code, gateway=row.gateway,
        amount_fen=row.amount_fen, state=ReceiptState(row.state), came_at=row.came_at, returned_ref=row.returned_ref or "",
        return_recorded_by=row.return_recorded_by, reason=SurplusReason(row.reason), route=Route(row.route),
    )  # fmt: skip


def transfer_view(row: RefundTransfer) -> TransferView:
    """Return a transfer as officials see it."""
    kind, refund_id = refund_behind(row)
    return TransferView(
        id=row.id, ref=row.ref, refund_kind=kind, refund_id=refund_id, refund_ref=row.refund_ref, area_code=row.area_code,
        amount_fen=row.amount_fen, bank_ref=row.bank_ref, state=TransferState(row.state), recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )  # fmt: skip


def intent_of(due: DueView) -> ColumnElement[bool]:
    """Return the condition that an intent is a purchase's or booking's."""
    return (PaymentIntent.purchase_id if due.kind is DueKind.PURCHASE else PaymentIntent.booking_id) == due.id


def transfer_of(refund: RefundDue) -> ColumnElement[bool]:
    """Return the condition that a transfer is a refund's."""
    return (RefundTransfer.refund_id if refund.kind is DueKind.PURCHASE else RefundTransfer.booking_refund_id) == refund.id


def due_of_intent(row: PaymentIntent) -> tuple[DueKind, int]:
    """Return kind and key of what an intent pays."""
    if row.purchase_id is not None:
        return DueKind.PURCHASE, row.purchase_id
    if row.booking_id is None:
        raise AssertionError("the database keeps one of them")
    return DueKind.BOOKING, row.booking_id


def refund_behind(row: PaymentAttempt | RefundTransfer) -> tuple[DueKind, int]:
    """Return kind and key of the refund that an attempt or a transfer sends."""
    if row.refund_id is not None:
        return DueKind.PURCHASE, row.refund_id
    if row.booking_refund_id is None:
        raise AssertionError("the database keeps one of them")
    return DueKind.BOOKING, row.booking_refund_id


def refund_keys(kind: DueKind, refund_id: int) -> dict[str, int]:
    """Return the column that names a refund of a kind, and its key."""
    return {"refund_id" if kind is DueKind.PURCHASE else "booking_refund_id": refund_id}
