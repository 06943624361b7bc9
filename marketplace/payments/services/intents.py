"""A way to pay is chosen, and the money comes: intent, attempt, outcome."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import share
from marketplace.payments.dues import due_by_ref, dues_of
from marketplace.payments.gateways import Gateways
from marketplace.payments.gateways.sandbox import SandboxGateway
from marketplace.payments.models import PaymentAttempt, PaymentEffect, PaymentEvent, PaymentIntent
from marketplace.payments.queries import due_of_intent, intent_of, intent_view
from marketplace.payments.refusals import GatewayUnavailable, NothingToPay
from marketplace.payments.services.rows import taken
from marketplace.payments.services.surpluses import note_surplus
from marketplace.payments.values import (
    OFFLINE,
    AttemptState,
    DueKind,
    DueView,
    Effect,
    IntentState,
    IntentView,
    SurplusReason,
)

#: Intents that one sweep closes; the next takes the rest.
MOST_AT_ONCE = 200


def start_payment(session: Session, *, gateways: Gateways, ref: str, gateway: str) -> IntentView:
    """Choose a way to pay: what is held is kept as long as it takes. Choosing it again finds the same intent.

    Raises:
        GatewayUnavailable: not offered in this deployment.
        NotThere: nothing is to be paid under this reference.
        NothingToPay: it is paid, called off or out of time.
    """
    terms = gateways.get(gateway).view
    due = due_by_ref(session, ref)
    if due is None:
        raise NotThere
    due = dues_of(due.kind).choose(session, due.id, gateway=gateway, hold=terms.hold)
    return intent_view(intent_for(session, due, gateway))


def intent_for(session: Session, due: DueView, gateway: str) -> PaymentIntent:
    """Return the intent of what is due through a gateway, made if there is none; the caller holds the purchase or booking."""
    found = session.scalar(select(PaymentIntent).where(intent_of(due), PaymentIntent.gateway == gateway))
    if found is not None:
        return found
    intent = PaymentIntent(
        ref=ids.reference("Y"),
        purchase_id=due.id if due.kind is DueKind.PURCHASE else None,
        booking_id=due.id if due.kind is DueKind.BOOKING else None,
        due_ref=due.ref,
        area_code=due.area_code,
        gateway=gateway,
        amount_fen=due.total_fen,
        state=IntentState.CREATED.value,
        created_at=clock.now(),
    )
    session.add(intent)
    session.flush()
    return intent


def confirm(
    session: Session, *, gateways: Gateways, intent_id: int, event_id: str, at: dt.datetime, checkout_id: int | None = None,
    wrong: SurplusReason | None = None, captured_minor: int = 0,
) -> Effect:  # fmt: skip
    """The money is there: in this transaction what is due is paid and its income accrues, or the money has to go back.

    The same event again changes nothing and returns what it had done. Another event is other money: an intent is paid once.
    What came through a service's page names its visit and what was captured; `wrong` says why it pays nothing whatever is due.

    Raises:
        NotThere: no such intent.
    """
    intent = taken(session, PaymentIntent, intent_id)
    said = select(PaymentEffect.kind).join(PaymentEvent, PaymentEvent.id == PaymentEffect.event_id)
    standing = session.scalar(said.where(PaymentEvent.gateway == intent.gateway, PaymentEvent.event_id == event_id))
    if standing is not None:
        return Effect(standing)
    event = PaymentEvent(gateway=intent.gateway, event_id=event_id, intent_id=intent.id, received_at=clock.now())
    session.add(event)
    session.flush()
    effect = Effect.PAID if wrong is None and _is_paid_by_it(session, gateways, intent, at) else Effect.TO_RETURN
    session.add(PaymentEffect(intent_id=intent.id, event_id=event.id, kind=effect.value, at=at))
    session.flush()
    if effect is Effect.TO_RETURN and intent.gateway != OFFLINE:  # what people brought has its receipt
        note_surplus(
            session, gateways, intent, event, at, reason=wrong or SurplusReason.TOO_LATE, checkout_id=checkout_id,
            captured_minor=captured_minor,
        )  # fmt: skip
    return effect


def _is_paid_by_it(session: Session, gateways: Gateways, intent: PaymentIntent, at: dt.datetime) -> bool:
    if intent.state == IntentState.SUCCEEDED:
        return False
    fee_fen = share(intent.amount_fen, gateways.get(intent.gateway).view.fee_bp)
    kind, due_id = due_of_intent(intent)
    is_first = dues_of(kind).mark_paid(session, due_id, gateway=intent.gateway, fee_fen=fee_fen, at=at)
    if is_first:
        intent.state, intent.succeeded_at = IntentState.SUCCEEDED.value, at
    return is_first


def pay_at_trial_till(session: Session, *, gateways: Gateways, intent_id: int, key: str, succeeds: bool) -> IntentView:
    """Let the trial till take, or refuse, the money of a purchase or booking. The same key again changes nothing.

    Raises:
        GatewayUnavailable: there is no trial here, or the intent is another gateway's.
        NothingToPay: it does not wait for money.
    """
    intent = taken(session, PaymentIntent, intent_id)
    till = gateways.get(intent.gateway)
    if not isinstance(till, SandboxGateway):
        raise GatewayUnavailable
    if intent.state == IntentState.SUCCEEDED:
        return intent_view(intent)
    kind, due_id = due_of_intent(intent)
    due = dues_of(kind).by_id(session, due_id)
    if due is None or not due.is_waiting or due.hold_until <= clock.now():
        raise NothingToPay
    if session.scalar(select(PaymentAttempt.id).where(PaymentAttempt.key == key)) is not None:
        return intent_view(intent)
    outcome = till.pay(key=key, succeeds=succeeds)
    now = clock.now()
    session.add(
        PaymentAttempt(
            key=key, intent_id=intent.id, gateway=intent.gateway, amount_fen=intent.amount_fen, state=outcome.state.value,
            note=outcome.note, started_at=now, ended_at=now,
        )
    )  # fmt: skip
    session.flush()
    if outcome.state is AttemptState.SUCCEEDED:
        confirm(session, gateways=gateways, intent_id=intent.id, event_id=outcome.event_id, at=now)
    return intent_view(intent)


def expire_intents(session: Session) -> int:
    """Close the intents whose purchase or booking has ended without them; return how many."""
    open_ones = session.scalars(
        select(PaymentIntent)
        .where(PaymentIntent.state == IntentState.CREATED)
        .order_by(PaymentIntent.created_at, PaymentIntent.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    wanted: dict[DueKind, list[int]] = {}
    for intent in open_ones:
        kind, due_id = due_of_intent(intent)
        wanted.setdefault(kind, []).append(due_id)
    ended = {
        (kind, due_id): state for kind, keys in wanted.items() for due_id, state in dues_of(kind).ended(session, keys).items()
    }
    closed = 0
    for intent in open_ones:
        state = ended.get(due_of_intent(intent))
        if state is not None:
            intent.state = state.value
            closed += 1
    session.flush()
    return closed
