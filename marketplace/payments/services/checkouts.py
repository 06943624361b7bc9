"""Visits to a payment service's own page: written down, opened, and what the service says became of them.

The service is asked outside any transaction. `begin_checkout` writes down what it will be asked, under a key that it sees too;
`take_checkout` takes down what it says, whoever asked it: the buyer's page, a notification, or the sweep. Killed in between, the
same question under the same key finds the same visit.
"""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.payments import rules
from marketplace.payments.dues import dues_of
from marketplace.payments.gateways import Gateways, Refunding
from marketplace.payments.gateways.protocol import CheckoutFact, Stage
from marketplace.payments.models import PaymentCheckout, PaymentIntent
from marketplace.payments.queries import due_of_intent
from marketplace.payments.queries.hosted import checkout_view
from marketplace.payments.refusals import NothingToPay, TooManyTries
from marketplace.payments.services.intents import confirm, start_payment
from marketplace.payments.services.rows import taken
from marketplace.payments.services.telling import note_for_buyer
from marketplace.payments.values import LIVE_CHECKOUTS, CheckoutState, CheckoutView, Effect, NoteKind, SurplusReason

_STATES = {
    Stage.OPEN: CheckoutState.OPEN,
    Stage.PROCESSING: CheckoutState.PROCESSING,
    Stage.PAID: CheckoutState.COMPLETE,
    Stage.FAILED: CheckoutState.FAILED,
    Stage.EXPIRED: CheckoutState.EXPIRED,
}
#: Nobody opens another beside one of these.
_STANDING = (*LIVE_CHECKOUTS, CheckoutState.PROCESSING)
_ENDED = (CheckoutState.COMPLETE, CheckoutState.EXPIRED, CheckoutState.FAILED)


def begin_checkout(session: Session, *, gateways: Gateways, ref: str, gateway: str, locale: str, site: str) -> CheckoutView:
    """Write down a visit that is to be opened, or return the one that somebody may still pay in or has paid in.

    What is bought is kept until the page takes no more money, and a little longer.

    Raises:
        GatewayUnavailable: no payment service with a page of its own here.
        NotThere: nothing is to be paid under this reference.
        NothingToPay: it is paid, called off or out of time.
        TooManyTries: it was begun too often.
    """
    service = gateways.hosted(gateway)
    intent = session.get_one(
        PaymentIntent, start_payment(session, gateways=gateways, ref=ref, gateway=gateway).id
    )  # choosing keeps whoever else chooses out until we are done
    live = session.scalar(
        select(PaymentCheckout).where(
            PaymentCheckout.intent_id == intent.id, PaymentCheckout.state.in_([state.value for state in _STANDING])
        )
    )
    if live is not None:
        return checkout_view(live, intent)
    tries = session.scalar(select(func.count(PaymentCheckout.id)).where(PaymentCheckout.intent_id == intent.id)) or 0
    if tries >= rules.MOST_CHECKOUTS:
        raise TooManyTries
    now = clock.now()
    expires_at = (now + service.session_life).replace(microsecond=0)
    price = service.price(intent.amount_fen)
    row = PaymentCheckout(
        key=f"checkout/{intent.ref}/{tries + 1}", intent_id=intent.id, gateway=gateway, state=CheckoutState.OPENING.value,
        locale="en" if locale == "en" else "zh", site=site.rstrip("/")[:200], currency=price.currency,
        amount_minor=price.amount_minor, opened_at=now, expires_at=expires_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    kind, due_id = due_of_intent(intent)
    dues_of(kind).keep(session, due_id, gateway=gateway, until=expires_at + rules.HOLD_BEYOND)
    return checkout_view(row, intent)


def take_checkout(session: Session, *, gateways: Gateways, gateway: str, fact: CheckoutFact) -> str:
    """Take down what a service says of a visit; return in a word what that led to. The same word again changes nothing.

    A payment counts once by the service's name for it, whoever tells of it and however often.
    """
    found = session.scalar(
        select(PaymentCheckout.id).where(
            PaymentCheckout.gateway == gateway,
            or_(PaymentCheckout.session_id == fact.session_id, PaymentCheckout.key == fact.key),
        )
    )
    if found is None:
        return "unknown"
    row = taken(session, PaymentCheckout, found)
    if row.session_id not in (None, fact.session_id):
        return "unknown"
    before, after = CheckoutState(row.state), _STATES[fact.stage]
    is_stale = before is CheckoutState.FAILED and after is CheckoutState.PROCESSING and row.session_id is not None
    row.session_id = fact.session_id
    if is_stale or after is before or after not in rules.CHECKOUT_EDGES[before]:
        return "stands"  # looked up before it failed and told later: it would keep the buyer from paying again
    row.url = fact.url if after is CheckoutState.OPEN else ""
    row.ended_at = clock.now() if after in _ENDED else None
    if after is CheckoutState.COMPLETE:
        return str(_paid(session, gateways, row, fact))
    row.state = after.value
    session.flush()
    if after is CheckoutState.PROCESSING:
        _keep(session, row)
    if after is CheckoutState.FAILED:
        note_for_buyer(session, NoteKind.NOT_PAID, row.id)
    return after.value


def give_up_checkout(session: Session, *, checkout_id: int) -> None:
    """Say that a visit was never opened: the service refused it, or nobody asked before its time was over. Safe to repeat."""
    row = taken(session, PaymentCheckout, checkout_id)
    if row.state == CheckoutState.OPENING:
        row.state, row.ended_at = CheckoutState.FAILED.value, clock.now()
        session.flush()


def _paid(session: Session, gateways: Gateways, row: PaymentCheckout, fact: CheckoutFact) -> Effect:
    """Let money that came do what it was for; another sum or currency than was asked for does nothing, and officials look."""
    now = clock.now()
    service = gateways.get(row.gateway)
    row.method, row.refundable_until = fact.method[:30], None
    if isinstance(service, Refunding):
        row.refundable_until = service.refundable_until(fact.method, now)
    is_right = (fact.currency, fact.captured_minor) == (row.currency, row.amount_minor)
    effect = confirm(
        session, gateways=gateways, intent_id=row.intent_id, event_id=f"paid/{fact.payment_ref}", at=now, checkout_id=row.id,
        wrong=None if is_right else SurplusReason.WRONG_AMOUNT, captured_minor=fact.captured_minor,
    )  # fmt: skip
    row.state, row.payment_ref, row.captured_minor = CheckoutState.COMPLETE.value, fact.payment_ref, fact.captured_minor
    row.effect = effect.value
    session.flush()
    return effect


def _keep(session: Session, row: PaymentCheckout) -> None:
    """Keep what is bought while its money is on its way; what has ended meanwhile has ended."""
    kind, due_id = due_of_intent(session.get_one(PaymentIntent, row.intent_id))
    try:
        dues_of(kind).keep(session, due_id, gateway=row.gateway, until=clock.now() + rules.PROCESSING_HOLD)
    except (NothingToPay, NotThere):
        return
