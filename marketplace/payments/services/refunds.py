"""Approved refunds that two officials send: of money that people brought, and where a machine cannot or did not."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.kernel import clock, ids
from marketplace.payments.dues import dues_of
from marketplace.payments.models import RefundTransfer
from marketplace.payments.queries import refund_behind, refund_keys, transfer_of, transfer_view
from marketplace.payments.refusals import NeedsSecondOfficial, NotByHand, ReasonNeeded, ReceiptClosed
from marketplace.payments.services.outgoing import outgoing_reference
from marketplace.payments.services.own import refuse_own_refund
from marketplace.payments.services.rows import taken
from marketplace.payments.values import OFFLINE, DueKind, RefundStep, TransferState, TransferView


def record_refund_transfer(
    session: Session, *, key: str, refund_id: int, bank_ref: str, by: int, kind: DueKind = DueKind.PURCHASE
) -> TransferView:
    """Record that an official sent a refund; another confirms. A repeat of `key` gives the first.

    Raises:
        NotThere: no such refund.
        NotByHand: a machine sends it and has not failed.
        ReceiptClosed: it is sent already, or nobody approved it.
        ReferenceNeeded, ReferenceUsed: the bank's reference does not fit; one that was taken back may be used again.
        OwnPurchase: it goes to themselves, or their household gives it.
    """
    first = session.scalar(select(RefundTransfer).where(RefundTransfer.key == key))
    if first is not None:
        return transfer_view(first)
    dues = dues_of(kind)
    refund = dues.refund(session, refund_id)
    refuse_own_refund(session, refund, by)
    reference = outgoing_reference(session, bank_ref)
    if refund.gateway == OFFLINE:
        if refund.step not in (RefundStep.APPROVED, RefundStep.FAILED):
            raise ReceiptClosed
        dues.submit(session, refund.id)
    elif refund.step is not RefundStep.FAILED:
        raise NotByHand
    standing = select(RefundTransfer.id).where(transfer_of(refund), RefundTransfer.state != TransferState.WITHDRAWN.value)
    if session.scalar(standing) is not None:
        raise ReceiptClosed
    transfer = RefundTransfer(
        ref=ids.reference("T"),
        key=key,
        refund_ref=refund.ref,
        area_code=refund.area_code,
        amount_fen=refund.amount_fen,
        bank_ref=reference,
        state=TransferState.RECORDED.value,
        recorded_by=by,
        recorded_at=clock.now(),
        **refund_keys(refund.kind, refund.id),
    )
    session.add(transfer)
    session.flush()
    _audit(session, transfer, by=by, action="payments.refund_record")
    return transfer_view(transfer)


def confirm_refund_transfer(session: Session, *, transfer_id: int, by: int) -> TransferView:
    """Confirm, as another official, that a refund left the bank: order or booking, attribution and book move now. Safe to repeat.

    Raises:
        NeedsSecondOfficial: whoever recorded it.
        OwnPurchase: it goes to themselves, or their household gives it.
        ReceiptClosed: it was withdrawn.
    """
    transfer = taken(session, RefundTransfer, transfer_id)
    if transfer.recorded_by == by:
        raise NeedsSecondOfficial
    kind, refund_id = refund_behind(transfer)
    refund = dues_of(kind).refund(session, refund_id)
    refuse_own_refund(session, refund, by)
    if transfer.state == TransferState.CONFIRMED:
        return transfer_view(transfer)
    if transfer.state != TransferState.RECORDED:
        raise ReceiptClosed
    now = clock.now()
    transfer.state, transfer.confirmed_by, transfer.confirmed_at = TransferState.CONFIRMED.value, by, now
    session.flush()
    if refund.step is RefundStep.FAILED:
        dues_of(kind).paid_by_hand(session, refund.id, by=by, bank_ref=transfer.bank_ref, at=now)
    else:
        dues_of(kind).succeeded(session, refund.id, at=now)
    income.settle_clearing(
        session,
        gateway=refund.gateway,
        amount_fen=-transfer.amount_fen,
        bank_ref=transfer.ref,
        at=now,
        note=transfer.bank_ref,
    )
    _audit(session, transfer, by=by, action="payments.refund_confirm")
    return transfer_view(transfer)


def withdraw_refund_transfer(session: Session, *, transfer_id: int, by: int, reason: str) -> TransferView:
    """Take back what was recorded by mistake; the refund waits to be sent again. Safe to repeat.

    Raises:
        ReasonNeeded: without words.
        ReceiptClosed: it is confirmed.
    """
    transfer = taken(session, RefundTransfer, transfer_id)
    if transfer.state == TransferState.WITHDRAWN:
        return transfer_view(transfer)
    if transfer.state != TransferState.RECORDED:
        raise ReceiptClosed
    reason = reason.strip()[:400]
    if not reason:
        raise ReasonNeeded
    transfer.state, transfer.reason = TransferState.WITHDRAWN.value, reason
    session.flush()
    kind, refund_id = refund_behind(transfer)
    if dues_of(kind).refund(session, refund_id).step is RefundStep.SUBMITTED:
        dues_of(kind).failed(session, refund_id, note=reason)
    _audit(session, transfer, by=by, action="payments.refund_withdraw", reason=reason)
    return transfer_view(transfer)


def _audit(session: Session, transfer: RefundTransfer, *, by: int, action: str, reason: str | None = None) -> None:
    record_audit(
        session,
        by=by,
        action=action,
        object_kind="refund_transfer",
        object_ref=transfer.ref,
        after={
            "state": transfer.state, "refund": transfer.refund_ref, "amount_fen": transfer.amount_fen,
            "bank_ref": transfer.bank_ref,
        },
        reason=reason,
    )  # fmt: skip
