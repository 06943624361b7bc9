"""A way to pay is chosen, and the money comes: intent, attempt, outcome."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import share
from marketplace.orders import queries as order_queries
from marketplace.orders import services as orders
from marketplace.orders.refusals import PaidTooLate, PurchaseClosed
from marketplace.orders.values import PurchaseHead, PurchaseState
from marketplace.payments.gateways import Gateways
from marketplace.payments.gateways.sandbox import SandboxGateway
from marketplace.payments.models import PaymentAttempt, PaymentEffect, PaymentEvent, PaymentIntent
from marketplace.payments.queries import intent_view
from marketplace.payments.refusals import GatewayUnavailable, NothingToPay
from marketplace.payments.services.rows import taken
from marketplace.payments.values import AttemptState, Effect, IntentState, IntentView

#: Intents that one sweep closes; the next takes the rest.
MOST_AT_ONCE = 200
#: What an unpaid intent becomes when its purchase has ended.
_ENDED = {
    PurchaseState.EXPIRED: IntentState.EXPIRED,
    PurchaseState.CANCELLED: IntentState.CANCELLED,
    PurchaseState.PAID: IntentState.CANCELLED,
}


def start_payment(session: Session, *, gateways: Gateways, purchase_ref: str, gateway: str) -> IntentView:
    """Choose a way to pay: the goods are kept as long as it takes from the order on. Choosing it again finds the same intent.

    Raises:
        GatewayUnavailable: not offered in this deployment.
        NotThere: no such purchase.
        NothingToPay: it is paid, called off or out of time.
    """
    terms = gateways.get(gateway).view
    purchase = order_queries.head_by_ref(session, ref=purchase_ref)
    if purchase is None:
        raise NotThere
    try:
        purchase = orders.choose_gateway(session, purchase_id=purchase.id, gateway=gateway, hold=terms.hold)
    except PurchaseClosed as error:
        raise NothingToPay from error
    return intent_view(intent_for(session, purchase, gateway))


def intent_for(session: Session, purchase: PurchaseHead, gateway: str) -> PaymentIntent:
    """Return the intent of a purchase through a gateway, made if there is none; the caller holds the purchase."""
    found = session.scalar(
        select(PaymentIntent).where(PaymentIntent.purchase_id == purchase.id, PaymentIntent.gateway == gateway)
    )
    if found is not None:
        return found
    intent = PaymentIntent(
        ref=ids.reference("Y"),
        purchase_id=purchase.id,
        purchase_ref=purchase.ref,
        area_code=purchase.area_code,
        gateway=gateway,
        amount_fen=purchase.total_fen,
        state=IntentState.CREATED.value,
        created_at=clock.now(),
    )
    session.add(intent)
    session.flush()
    return intent


def confirm(session: Session, *, gateways: Gateways, intent_id: int, event_id: str, at: dt.datetime) -> Effect:
    """The money is there: in this transaction the purchase is paid and its income accrues, or the money has to go back.

    The same event again changes nothing and returns what it had done.

    Raises:
        NotThere: no such intent.
    """
    intent = taken(session, PaymentIntent, intent_id)
    said = select(PaymentEvent.id).where(PaymentEvent.gateway == intent.gateway, PaymentEvent.event_id == event_id)
    if session.scalar(said) is not None:
        return _effect_of(session, intent)
    session.add(PaymentEvent(gateway=intent.gateway, event_id=event_id, intent_id=intent.id, received_at=clock.now()))
    session.flush()
    if intent.state == IntentState.SUCCEEDED:
        return _effect_of(session, intent)
    fee_fen = share(intent.amount_fen, gateways.get(intent.gateway).view.fee_bp)
    try:
        is_first = orders.mark_paid(
            session, purchase_id=intent.purchase_id, gateway=intent.gateway, gateway_fee_fen=fee_fen, at=at
        )
    except PaidTooLate:
        is_first = False
    if is_first:
        intent.state, intent.succeeded_at = IntentState.SUCCEEDED.value, at
    effect = Effect.PAID if is_first else Effect.TO_RETURN
    session.add(PaymentEffect(intent_id=intent.id, kind=effect.value, at=at))
    session.flush()
    return effect


def pay_at_trial_till(session: Session, *, gateways: Gateways, intent_id: int, key: str, succeeds: bool) -> IntentView:
    """Let the trial till take, or refuse, a purchase's money. The same key again changes nothing.

    Raises:
        GatewayUnavailable: there is no trial here, or the intent is another gateway's.
        NothingToPay: the purchase does not wait for money.
    """
    intent = taken(session, PaymentIntent, intent_id)
    till = gateways.get(intent.gateway)
    if not isinstance(till, SandboxGateway):
        raise GatewayUnavailable
    if intent.state == IntentState.SUCCEEDED:
        return intent_view(intent)
    purchase = order_queries.head_by_id(session, purchase_id=intent.purchase_id)
    if purchase is None or purchase.state != PurchaseState.AWAITING_PAYMENT or purchase.hold_until <= clock.now():
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
    """Close the intents whose purchase has ended without them; return how many."""
    open_ones = session.scalars(
        select(PaymentIntent)
        .where(PaymentIntent.state == IntentState.CREATED)
        .order_by(PaymentIntent.created_at, PaymentIntent.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    states = order_queries.states_of_purchases(session, purchase_ids=[intent.purchase_id for intent in open_ones])
    closed = 0
    for intent in open_ones:
        ended = _ENDED.get(states[intent.purchase_id])
        if ended is not None:
            intent.state = ended.value
            closed += 1
    session.flush()
    return closed


def _effect_of(session: Session, intent: PaymentIntent) -> Effect:
    found = session.scalar(
        select(PaymentEffect.kind).where(PaymentEffect.intent_id == intent.id).order_by(PaymentEffect.id.desc()).limit(1)
    )
    return Effect(found or Effect.TO_RETURN)
