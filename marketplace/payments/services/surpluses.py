"""Money that a machine took once too often, or too late: noted with the event that told of it, and sent back by two officials.

The gateway holds it until then. The book counts what was paid, and this never was; so nothing is posted when it comes or goes.
"""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.payments.dues import due_by_ref
from marketplace.payments.models import PaymentEvent, PaymentIntent, PaymentSurplus
from marketplace.payments.queries import surplus_view
from marketplace.payments.refusals import NeedsSecondOfficial, ReceiptClosed
from marketplace.payments.services.outgoing import outgoing_reference
from marketplace.payments.services.own import refuse_own_due
from marketplace.payments.services.rows import taken
from marketplace.payments.values import ReceiptState, SurplusView


def note_surplus(session: Session, intent: PaymentIntent, event: PaymentEvent, at: dt.datetime) -> None:
    """Write down that an event's money has to go back."""
    session.add(
        PaymentSurplus(
            ref=ids.reference("V"), event_id=event.id, due_ref=intent.due_ref, area_code=intent.area_code,
            gateway=intent.gateway, amount_fen=intent.amount_fen, state=ReceiptState.TO_RETURN.value, came_at=at,
        )
    )  # fmt: skip
    session.flush()


def record_surplus_return(session: Session, *, surplus_id: int, by: int, bank_ref: str) -> SurplusView:
    """Record that it was sent back, under the bank's or the payment service's reference; another confirms. Safe to repeat.

    Raises:
        ReferenceNeeded, ReferenceUsed: the reference does not fit.
        OwnPurchase: they bought it, or their household is paid by it.
        ReceiptClosed: it is back already.
    """
    surplus = taken(session, PaymentSurplus, surplus_id)
    _refuse_own(session, surplus, by)
    if surplus.state == ReceiptState.RETURNING:
        return surplus_view(surplus)
    if surplus.state != ReceiptState.TO_RETURN:
        raise ReceiptClosed
    reference = outgoing_reference(session, bank_ref)
    surplus.state, surplus.returned_ref, surplus.return_recorded_by = ReceiptState.RETURNING.value, reference, by
    session.flush()
    _audit(session, surplus, by=by, action="payments.surplus_record")
    return surplus_view(surplus)


def confirm_surplus_return(session: Session, *, surplus_id: int, by: int) -> SurplusView:
    """Confirm, as another official, that it is back with the buyer. Safe to repeat.

    Raises:
        NeedsSecondOfficial: whoever recorded it.
        OwnPurchase: they bought it, or their household is paid by it.
        ReceiptClosed: nobody recorded that it was sent.
    """
    surplus = taken(session, PaymentSurplus, surplus_id)
    if surplus.return_recorded_by == by:
        raise NeedsSecondOfficial
    _refuse_own(session, surplus, by)
    if surplus.state == ReceiptState.RETURNED:
        return surplus_view(surplus)
    if surplus.state != ReceiptState.RETURNING:
        raise ReceiptClosed
    surplus.state, surplus.return_confirmed_by, surplus.returned_at = ReceiptState.RETURNED.value, by, clock.now()
    session.flush()
    _audit(session, surplus, by=by, action="payments.surplus_confirm")
    return surplus_view(surplus)


def _refuse_own(session: Session, surplus: PaymentSurplus, by: int) -> None:
    due = due_by_ref(session, surplus.due_ref)
    if due is None:
        raise NotThere
    refuse_own_due(session, due, by)


def _audit(session: Session, surplus: PaymentSurplus, *, by: int, action: str) -> None:
    record_audit(
        session, by=by, action=action, object_kind="surplus", object_ref=surplus.ref,
        after={
            "state": surplus.state, "purchase": surplus.due_ref, "amount_fen": surplus.amount_fen,
            "bank_ref": surplus.returned_ref,
        },
    )  # fmt: skip
