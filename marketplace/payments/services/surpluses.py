"""Money at a payment service that is a buyer's: it came too late or twice, is another sum, or is a refund that did not arrive.

Noted with the event that told of it. A service that can sends it back by itself (`services.sending`); where that fails or must
not be, two officials do. Of a service that holds money the book has it on `owed/…` until then; the trial till holds nothing, so
that nothing is posted.
"""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.payments import rules
from marketplace.payments.dues import due_by_ref
from marketplace.payments.gateways import Gateways, Refunding, Reporting
from marketplace.payments.models import PaymentCheckout, PaymentEffect, PaymentEvent, PaymentIntent, PaymentSurplus
from marketplace.payments.queries import surplus_view
from marketplace.payments.refusals import MachineSends, NeedsSecondOfficial, ReceiptClosed
from marketplace.payments.services.outgoing import outgoing_reference
from marketplace.payments.services.own import refuse_own_due
from marketplace.payments.services.rows import taken
from marketplace.payments.services.telling import note_for_buyer
from marketplace.payments.values import Effect, NoteKind, ReceiptState, Route, SurplusReason, SurplusView


def note_surplus(
    session: Session, gateways: Gateways, intent: PaymentIntent, event: PaymentEvent, at: dt.datetime, *, reason: SurplusReason,
    checkout_id: int | None, captured_minor: int,
) -> None:  # fmt: skip
    """Write down that an event's money has to go back. Another sum than was asked for is looked at by officials first."""
    gateway, checkout = gateways.get(intent.gateway), None
    amount_fen = intent.amount_fen
    if checkout_id is not None:
        checkout = session.get_one(PaymentCheckout, checkout_id)
        amount_fen = max(1, rules.fen_of(captured_minor, paid_fen=amount_fen, asked_minor=checkout.amount_minor))
    by_machine = checkout is not None and isinstance(gateway, Refunding) and reason is SurplusReason.TOO_LATE
    add_surplus(
        session, intent, event, at, amount_fen=amount_fen, reason=reason, checkout=checkout,
        route=Route.MACHINE if by_machine else Route.HAND, is_booked=isinstance(gateway, Reporting),
    )  # fmt: skip
    if checkout is not None and by_machine:
        note_for_buyer(session, NoteKind.SENT_BACK, checkout.id)


def add_surplus(
    session: Session, intent: PaymentIntent, event: PaymentEvent, at: dt.datetime, *, amount_fen: int, reason: SurplusReason,
    checkout: PaymentCheckout | None, route: Route, is_booked: bool,
) -> None:  # fmt: skip
    """Add money that has to go back, and post it where the book knows such money."""
    surplus = PaymentSurplus(
        ref=ids.reference("V"), event_id=event.id, due_ref=intent.due_ref, area_code=intent.area_code, gateway=intent.gateway,
        amount_fen=amount_fen, state=ReceiptState.TO_RETURN.value, came_at=at, reason=reason.value, route=route.value,
        checkout_id=None if checkout is None else checkout.id, is_booked=is_booked,
    )  # fmt: skip
    session.add(surplus)
    session.flush()
    if is_booked:
        income.take_owed(session, gateway=surplus.gateway, source=surplus.ref, amount_fen=amount_fen, at=at)


def owe_again(session: Session, checkout: PaymentCheckout, *, event_id: str, amount_fen: int) -> None:
    """A refund that had gone through is not with the buyer after all: the service has the money again, and officials send it."""
    intent, now = session.get_one(PaymentIntent, checkout.intent_id), clock.now()
    event = PaymentEvent(gateway=checkout.gateway, event_id=event_id, intent_id=intent.id, received_at=now)
    session.add(event)
    session.flush()
    session.add(PaymentEffect(intent_id=intent.id, event_id=event.id, kind=Effect.CAME_BACK.value, at=now))
    add_surplus(
        session, intent, event, now, amount_fen=amount_fen, reason=SurplusReason.REFUND_CAME_BACK, checkout=checkout,
        route=Route.HAND, is_booked=True,
    )  # fmt: skip


def surplus_sent(session: Session, *, surplus_id: int, refund_ref: str, at: dt.datetime) -> None:
    """Take down that the service sent it back itself."""
    surplus = taken(session, PaymentSurplus, surplus_id)
    surplus.state, surplus.returned_ref, surplus.returned_at = ReceiptState.RETURNED.value, refund_ref[:80], at
    session.flush()
    _post_return(session, surplus, by_machine=True)


def surplus_not_sent(session: Session, *, surplus_id: int) -> None:
    """Take down that the service could not: officials send it."""
    surplus = taken(session, PaymentSurplus, surplus_id)
    surplus.route = Route.HAND.value
    session.flush()


def record_surplus_return(session: Session, *, surplus_id: int, by: int, bank_ref: str) -> SurplusView:
    """Record that it was sent back, under the bank's or the payment service's reference; another confirms. Safe to repeat.

    Raises:
        ReferenceNeeded, ReferenceUsed: the reference does not fit.
        OwnPurchase: they bought it, or their household is paid by it.
        MachineSends: the service does and has not failed.
        ReceiptClosed: it is back already.
    """
    surplus = taken(session, PaymentSurplus, surplus_id)
    _refuse_own(session, surplus, by)
    if surplus.route == Route.MACHINE and surplus.state == ReceiptState.TO_RETURN:
        raise MachineSends
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
    _post_return(session, surplus, by_machine=False)
    _audit(session, surplus, by=by, action="payments.surplus_confirm")
    return surplus_view(surplus)


def _post_return(session: Session, surplus: PaymentSurplus, *, by_machine: bool) -> None:
    if surplus.is_booked and surplus.returned_at is not None:
        income.return_owed(
            session, gateway=surplus.gateway, source=surplus.ref, amount_fen=surplus.amount_fen, by_machine=by_machine,
            at=surplus.returned_at,
        )  # fmt: skip


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
