"""What must stand at the end, whoever was killed when: asked of the database, of the service, and of what people were told."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.db import make_engine
from marketplace.ledger.queries import balance
from marketplace.orders import queries as orders
from marketplace.payments.models import PaymentAttempt, PaymentCheckout, PaymentEffect, PaymentEvent
from tests import truths
from tests.orders.sales import left


def stands(url, stub, acknowledged, *, stock):
    """Hold a database and a Stripe against what was acknowledged: references of purchases that were ordered and paid.

    `stock` is what was on sale at first, by offer.
    """
    assert truths.breaches_in(url) == {}
    engine = make_engine(url)
    try:
        with Session(engine) as session:
            money_stands_once(session, stub)
            bought = orders_stand(session, acknowledged)
            for offer, quantity in stock.items():
                assert left(session, offer) == quantity - bought[offer], "stock"
            assert balance(session, "clearing/stripe") == at_stripe(stub), "the service holds what the book says"
            assert balance(session, "disputes/stripe") == balance(session, "owed/stripe") == 0
    finally:
        engine.dispose()


def money_stands_once(session, stub):
    """Each payment at the service has its one effect here, and each refund its one attempt; nothing else has any."""
    book = stub.book
    paid = sorted(f"paid/{each['id']}" for each in book.of_kind("payment_intent") if each["status"] == "succeeded")
    told = session.execute(
        select(PaymentEvent.event_id, func.count(PaymentEffect.id))
        .join(PaymentEffect, PaymentEffect.event_id == PaymentEvent.id)
        .where(PaymentEvent.gateway == "stripe", PaymentEvent.event_id.like("paid/%"))
        .group_by(PaymentEvent.event_id)
    ).all()
    assert sorted(map(tuple, told)) == [(name, 1) for name in paid], "each payment counts once"
    sent = sorted(each["id"] for each in book.of_kind("refund") if each["status"] == "succeeded")
    ended = select(PaymentAttempt.gateway_ref).where(PaymentAttempt.state == "succeeded", PaymentAttempt.checkout_id.is_not(None))
    assert sorted(session.scalars(ended)) == sent, "each refund is sent once"
    assert session.scalar(select(func.count()).where(PaymentAttempt.state == "started")) == 0
    pages = sorted(each["id"] for each in book.of_kind("checkout.session"))
    known = session.scalars(select(PaymentCheckout.session_id).where(PaymentCheckout.session_id.is_not(None)))
    assert sorted(known) == pages, "no page stands open that nobody here knows of"


def orders_stand(session, acknowledged):
    """Each purchase that was acknowledged is there and paid once; return how many of each offer were sold and not given back."""
    bought = Counter()
    for ref in acknowledged:
        purchase = orders.purchase_by_ref(session, ref=ref)
        assert purchase is not None, f"{ref} was acknowledged"
        assert purchase.state == "paid", f"{ref} was paid"
        for order in purchase.orders:
            for line in order.lines:
                bought[line.offer_ref] += line.quantity
    return bought


def at_stripe(stub):
    """Return what lies at the service by its own lines, its fees put back."""
    return sum(each["line"]["net"] + each["line"]["fee"] for each in stub.book.balance)
