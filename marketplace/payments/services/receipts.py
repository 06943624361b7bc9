"""Money that people bring: one official records it, another confirms; what came too late goes back in the same way."""

import datetime as dt

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.payments.dues import due_by_ref, dues_of
from marketplace.payments.gateways import Gateways
from marketplace.payments.models import OfflineReceipt
from marketplace.payments.queries import receipt_view
from marketplace.payments.refusals import (
    NeedsSecondOfficial,
    ReasonNeeded,
    ReceiptClosed,
    ReceiptWaits,
    ReferenceNeeded,
    ReferenceUsed,
    WrongAmount,
)
from marketplace.payments.services.intents import confirm, intent_for
from marketplace.payments.services.outgoing import outgoing_reference
from marketplace.payments.services.own import refuse_own_due
from marketplace.payments.services.rows import taken
from marketplace.payments.values import OFFLINE, Effect, Method, ReceiptState, ReceiptView

#: A recorded receipt keeps the goods so long: the second official may be away over a week-end.
_WAIT = dt.timedelta(days=3)
_STANDING = OfflineReceipt.state != ReceiptState.REJECTED.value


def record_offline_receipt(
    session: Session, *, key: str, ref: str, method: Method, bank_ref: str, amount_fen: int, by: int
) -> ReceiptView:
    """Record that the money was seen at the bank or the collection point. Nothing moves before another confirms.

    A repeat of `key` gives the first. Money for what ran out, or is paid already, may be recorded: confirming decides what
    becomes of it.

    Raises:
        NotThere: nothing is to be paid under this reference.
        ReferenceNeeded, WrongAmount: the slip does not fit.
        NothingToPay: it was called off, or ran out, in this moment.
        ReceiptWaits: another receipt waits for its second official.
        ReferenceUsed: another one's receipt stands under this reference.
        OwnPurchase: they bought it, or their household is paid by it.
    """
    standing = session.scalar(select(OfflineReceipt).where(OfflineReceipt.key == key))
    if standing is not None:
        return receipt_view(standing)
    bank_ref = bank_ref.strip()[:80]
    if not bank_ref:
        raise ReferenceNeeded
    due = due_by_ref(session, ref)
    if due is None:
        raise NotThere
    dues = dues_of(due.kind)
    due = dues.take(session, due.id)
    refuse_own_due(session, due, by)
    if amount_fen != due.total_fen:
        raise WrongAmount(due_fen=due.total_fen)
    if due.is_waiting and due.hold_until > clock.now():
        due = dues.keep(session, due.id, gateway=OFFLINE, until=clock.now() + _WAIT)
    intent = intent_for(session, due, OFFLINE)
    if session.scalar(_waiting(intent.id)) is not None:
        raise ReceiptWaits
    used = select(OfflineReceipt.id).where(
        OfflineReceipt.method == Method(method).value, OfflineReceipt.bank_ref == bank_ref, _STANDING
    )
    if session.scalar(used) is not None:
        raise ReferenceUsed
    receipt = OfflineReceipt(
        ref=ids.reference("C"),
        key=key,
        intent_id=intent.id,
        due_ref=due.ref,
        area_code=due.area_code,
        method=Method(method).value,
        bank_ref=bank_ref,
        amount_fen=amount_fen,
        state=ReceiptState.RECORDED.value,
        recorded_by=by,
        recorded_at=clock.now(),
    )
    session.add(receipt)
    session.flush()
    _audit(session, receipt, by=by, action="payments.receipt_record")
    return receipt_view(receipt)


def confirm_offline_receipt(session: Session, *, gateways: Gateways, receipt_id: int, by: int) -> ReceiptView:
    """Confirm, as another official, that the money is there: the purchase is paid and the book moves, or it has to go back.

    Safe to repeat.

    Raises:
        NeedsSecondOfficial: whoever recorded it.
        OwnPurchase: they bought it, or their household is paid by it.
        ReceiptClosed: it was rejected.
    """
    receipt = taken(session, OfflineReceipt, receipt_id)
    if receipt.recorded_by == by:
        raise NeedsSecondOfficial
    _refuse_own(session, receipt, by)
    if receipt.state == ReceiptState.REJECTED:
        raise ReceiptClosed
    if receipt.state != ReceiptState.RECORDED:
        return receipt_view(receipt)
    now = clock.now()
    effect = confirm(session, gateways=gateways, intent_id=receipt.intent_id, event_id=receipt.ref, at=now)
    state = ReceiptState.CONFIRMED if effect is Effect.PAID else ReceiptState.TO_RETURN
    receipt.state, receipt.confirmed_by, receipt.confirmed_at = state.value, by, now
    session.flush()
    # the money lies in the county's bank in either case; what must go back stays visible as a clearing balance below zero
    income.settle_clearing(
        session, gateway=OFFLINE, amount_fen=receipt.amount_fen, bank_ref=receipt.ref, at=now, note=receipt.bank_ref
    )
    _audit(session, receipt, by=by, action="payments.receipt_confirm")
    return receipt_view(receipt)


def reject_offline_receipt(session: Session, *, receipt_id: int, by: int, reason: str) -> ReceiptView:
    """Say that this money is not there, or not this purchase's; the purchase waits on. Safe to repeat.

    Raises:
        ReasonNeeded: without words.
        ReceiptClosed: it is confirmed.
    """
    receipt = taken(session, OfflineReceipt, receipt_id)
    if receipt.state == ReceiptState.REJECTED:
        return receipt_view(receipt)
    if receipt.state != ReceiptState.RECORDED:
        raise ReceiptClosed
    reason = reason.strip()[:400]
    if not reason:
        raise ReasonNeeded
    receipt.state, receipt.rejected_by, receipt.reason = ReceiptState.REJECTED.value, by, reason
    session.flush()
    _audit(session, receipt, by=by, action="payments.receipt_reject", reason=reason)
    return receipt_view(receipt)


def record_return(session: Session, *, receipt_id: int, by: int, bank_ref: str) -> ReceiptView:
    """Record that money which came too late, or twice, was sent back; another official confirms. Safe to repeat.

    Raises:
        ReferenceNeeded, ReferenceUsed: the bank's reference does not fit.
        OwnPurchase: they bought it, or their household is paid by it.
        ReceiptClosed: there is nothing to send back.
    """
    receipt = taken(session, OfflineReceipt, receipt_id)
    _refuse_own(session, receipt, by)
    if receipt.state == ReceiptState.RETURNING:
        return receipt_view(receipt)
    if receipt.state != ReceiptState.TO_RETURN:
        raise ReceiptClosed
    reference = outgoing_reference(session, bank_ref)
    receipt.state, receipt.returned_ref, receipt.return_recorded_by = ReceiptState.RETURNING.value, reference, by
    session.flush()
    _audit(session, receipt, by=by, action="payments.return_record")
    return receipt_view(receipt)


def confirm_return(session: Session, *, receipt_id: int, by: int) -> ReceiptView:
    """Confirm, as another official, that late money left the bank. Safe to repeat.

    Raises:
        NeedsSecondOfficial: whoever recorded it.
        OwnPurchase: they bought it, or their household is paid by it.
        ReceiptClosed: nobody recorded that it was sent.
    """
    receipt = taken(session, OfflineReceipt, receipt_id)
    if receipt.return_recorded_by == by:
        raise NeedsSecondOfficial
    _refuse_own(session, receipt, by)
    if receipt.state == ReceiptState.RETURNED:
        return receipt_view(receipt)
    if receipt.state != ReceiptState.RETURNING:
        raise ReceiptClosed
    now = clock.now()
    receipt.state, receipt.return_confirmed_by, receipt.returned_at = ReceiptState.RETURNED.value, by, now
    session.flush()
    income.settle_clearing(
        session,
        gateway=OFFLINE,
        amount_fen=-receipt.amount_fen,
        bank_ref=f"{receipt.ref}/back",
        at=now,
        note=receipt.returned_ref,
    )
    _audit(session, receipt, by=by, action="payments.return_confirm")
    return receipt_view(receipt)


def _waiting(intent_id: int) -> Select[int]:
    return select(OfflineReceipt.id).where(
        OfflineReceipt.intent_id == intent_id, OfflineReceipt.state == ReceiptState.RECORDED.value
    )


def _refuse_own(session: Session, receipt: OfflineReceipt, by: int) -> None:
    due = due_by_ref(session, receipt.due_ref)
    if due is None:
        raise NotThere
    refuse_own_due(session, due, by)


def _audit(session: Session, receipt: OfflineReceipt, *, by: int, action: str, reason: str | None = None) -> None:
    record_audit(
        session,
        by=by,
        action=action,
        object_kind="receipt",
        object_ref=receipt.ref,
        after={
            "state": receipt.state, "purchase": receipt.due_ref, "amount_fen": receipt.amount_fen,
            "bank_ref": receipt.returned_ref or receipt.bank_ref,
        },
        reason=reason,
    )  # fmt: skip
