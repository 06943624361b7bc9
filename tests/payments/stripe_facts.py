"""What Stripe would say of a payment, for tests that need one to stand and nothing of how it came."""

import datetime as dt

from marketplace.kernel import clock
from marketplace.payments import services
from marketplace.payments.gateways import Configured, gateways_for
from marketplace.payments.gateways.protocol import CheckoutFact, DisputeFact, Stage, Verdict
from marketplace.payments.queries import hosted
from tests.payments.stripe_stub.server import KEY, SECRET

#: On a Stripe that nobody asks: nothing listens there.
WAYS = gateways_for(
    is_production=False,
    configured=Configured(
        {
            "LOTUSFAIR_STRIPE_SECRET_KEY": KEY, "LOTUSFAIR_STRIPE_WEBHOOK_SECRET": SECRET,
            "LOTUSFAIR_STRIPE_API_BASE": "http://127.0.0.1:9",
        },
        is_production=False,
    ),
)  # fmt: skip


def fact_of(visit, payment_ref="", stage=Stage.PAID, **facts):
    """Return what is said of a visit."""
    given = {
        "session_id": visit.session_id or f"cs_{visit.key}", "key": visit.key, "stage": stage, "url": "",
        "currency": visit.currency,
        "amount_minor": visit.amount_minor, "captured_minor": visit.amount_minor if stage is Stage.PAID else 0,
        "payment_ref": payment_ref, "method": "card", "expires_at": visit.expires_at,
    } | facts  # fmt: skip
    return CheckoutFact(**given)


def paid_at_stripe(session, ref, payment_ref):
    """Pay what is due under a reference; return the visit."""
    visit = services.begin_checkout(session, gateways=WAYS, ref=ref, gateway="stripe", locale="zh", site="https://fair.example")
    services.take_fact(session, gateways=WAYS, gateway="stripe", fact=fact_of(visit, payment_ref))
    return hosted.checkouts_of(session, due_ref=ref)[-1]


def lost_dispute(visit):
    """Return a dispute over all of a payment that was lost."""
    return DisputeFact(
        dispute_ref=f"dp_{visit.payment_ref}", payment_ref=visit.payment_ref, currency=visit.currency,
        amount_minor=visit.captured_minor, taken_minor=visit.captured_minor, returned_minor=0, fee_minor=1500,
        fee_returned_minor=0,
        verdict=Verdict.LOST, reason="product_not_received", evidence_due_at=clock.now() + dt.timedelta(days=7),
        opened_at=clock.now(),
    )  # fmt: skip
