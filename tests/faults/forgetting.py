"""What a process of the site may forget, for the controls: each takes one guard away in its own process."""

import stripe
from stripe.checkout import SessionService

from marketplace.income.services import results
from marketplace.kernel import clock, faults
from marketplace.payments import services
from marketplace.payments.models import PaymentNotification
from marketplace.payments.queries import hosted
from marketplace.web.db import write


def the_keys():
    """Ask the service each time under a key of its own, as the library does that was given none."""
    for service in (SessionService, stripe.RefundService):
        service.create = _without_key(service.create)


def _without_key(create):
    return lambda self, params, _options=None: create(self, params)


def that_a_result_stands_with_what_it_moves():
    """Say that a bank's result is accepted, and move the book in a transaction of its own."""
    apply = results._apply

    def applied(session, *facts):
        session.commit()
        apply(session, *facts)

    results._apply = applied


def that_a_notification_stands_with_its_effect():
    """Note that a notification came first, and do what it leads to in a transaction of its own."""
    is_notified = hosted.is_notified

    def noted(session, *, gateway, event_id):
        if is_notified(session, gateway=gateway, event_id=event_id):
            return True
        facts = {"gateway": gateway, "event_id": event_id, "kind": "noted", "object_ref": "", "outcome": "noted"}
        write(lambda writing: writing.add(PaymentNotification(**facts, received_at=clock.now())))
        return False

    def take_notice(session, *, gateways, gateway, notice, facts):
        words = [services.take_fact(session, gateways=gateways, gateway=gateway, fact=fact) for fact in facts]
        session.flush()
        faults.point("webhook.taken")
        return words

    hosted.is_notified, services.take_notice = noted, take_notice
