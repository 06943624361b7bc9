"""Sweeps of payments: refunds that a machine sends, visits to a service's page that nobody ends, intents, words to buyers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.kernel import clock, faults
from marketplace.kernel.jobs import AskingSweep, Sweep
from marketplace.payments import queries, services
from marketplace.payments.gateways import Gateways, Refunding
from marketplace.payments.gateways.protocol import CheckoutFact, CheckoutWish, GatewayRefused, GatewaySilent
from marketplace.payments.queries import hosted
from marketplace.payments.refusals import GatewayUnavailable
from marketplace.payments.values import CheckoutState, CheckoutView, Outcome, RefundAsked

#: A visit, what it is opened with where it may still be, and what the service says of it: nothing where it was never opened.
Wishes = list[tuple[CheckoutView, CheckoutWish | None]]
Facts = list[tuple[CheckoutView, CheckoutFact | None]]


def sweeps_for(outside: Mapping[str, Any]) -> tuple[Sweep | AskingSweep, ...]:
    """Return the sweeps, given where the application keeps `gateways`, `words`, `sealer`, `settings`: looked up at each run."""

    def gateways() -> Gateways:
        found: Gateways = outside["gateways"]
        return found

    def look(session: Session) -> Wishes:
        return [(one, _wish(session, one, outside)) for one in hosted.checkouts_to_look_after(session)]

    def take_checkouts(session: Session, facts: Facts) -> int:
        return _take_checkouts(session, gateways(), facts)

    def tell(session: Session) -> int:
        return services.tell_buyers(
            session, say=outside["words"].said, sealer=outside["sealer"], site=outside["settings"].public_url
        )

    return (
        Sweep("payments.begin_refunds", 60, services.begin_refunds),
        AskingSweep(
            "payments.finish_refunds", 60, queries.refunds_begun, lambda begun: ask_refunds(gateways(), begun), _take_refunds
        ),
        Sweep("payments.expire_intents", 300, services.expire_intents),
        AskingSweep("payments.end_checkouts", 60, look, lambda wishes: ask_checkouts(gateways(), wishes), take_checkouts),
        Sweep("payments.tell_buyers", 60, tell),
    )


def ask_refunds(gateways: Gateways, begun: Mapping[int, RefundAsked]) -> dict[int, Outcome]:
    """Ask for money to go back, or what became of it; a way to pay that is configured no more is left alone."""
    faults.point("refund.begun")
    answers = {}
    for attempt_id, asked in begun.items():
        try:
            gateway = gateways.get(asked.gateway)
        except GatewayUnavailable:
            continue
        if not isinstance(gateway, Refunding):
            continue
        if asked.gateway_ref:
            answers[attempt_id] = gateway.refund_state(asked.gateway_ref)
        else:
            answers[attempt_id] = gateway.refund(key=asked.key, payment_ref=asked.payment_ref, amount_minor=asked.amount_minor)
    faults.point("refund.called")
    return answers


def ask_checkouts(gateways: Gateways, wishes: Wishes) -> Facts:
    """Open what was written down and not opened, end what nobody should pay any more, look at what should have ended."""
    facts: Facts = []
    for checkout, wish in wishes:
        try:
            service = gateways.hosted(checkout.gateway)
            if checkout.state is CheckoutState.OPENING:
                facts.append((checkout, service.open(wish) if wish is not None else None))
            elif checkout.state is CheckoutState.OPEN and checkout.expires_at > clock.now():
                facts.append((checkout, service.expire(checkout.session_id)))
            else:
                facts.append((checkout, service.checkout(checkout.session_id)))
        except GatewayRefused:
            facts.append((checkout, None))
        except (GatewaySilent, GatewayUnavailable):
            continue  # asked again in a minute
    return facts


def _wish(session: Session, checkout: CheckoutView, outside: Mapping[str, Any]) -> CheckoutWish | None:
    if checkout.state is not CheckoutState.OPENING or checkout.expires_at <= clock.now():
        return None
    return hosted.wish_of(session, checkout=checkout, say=outside["words"].said)


def _take_refunds(session: Session, answers: Mapping[int, Outcome]) -> int:
    return services.finish_refunds(session, answers=answers)


def _take_checkouts(session: Session, gateways: Gateways, facts: Facts) -> int:
    changed = 0
    for checkout, fact in facts:
        if fact is None:
            services.give_up_checkout(session, checkout_id=checkout.id)
            changed += 1
            continue
        word = services.take_checkout(session, gateways=gateways, gateway=checkout.gateway, fact=fact)
        changed += word not in ("stands", "unknown")
    return changed
