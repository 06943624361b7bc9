"""What turns out otherwise than it stood: a bank that reverses what officials had decided on, an answer that is late, a contact
that does not open."""

import dataclasses

import pytest
from sqlalchemy import text

from marketplace.ledger.queries import balance
from marketplace.messages.models import Message
from marketplace.orders import services as order_services
from marketplace.payments import services
from marketplace.payments.queries import hosted
from tests.conftest import fresh_database
from tests.farmers import places
from tests.orders.sales import place, sent
from tests.payments.money import breaches
from tests.payments.stripe_till import say


@pytest.fixture(params=["sqlite"])
def database_url(request, scratch):
    """SQLite alone: nothing here is about the engine."""
    with fresh_database(request, scratch) as url:
        yield url


def decided(till, *, delivered):
    """Let a dispute be lost and two officials say who bears it; return (what was bought, the dispute's name, refunds)."""
    purchase, visit = till.paid([(till.market.seed, 2)])
    refunds = []
    if delivered:
        sent(till.session, purchase.orders[0].id, till.market.village.farmer)
    else:
        refunds = order_services.cancel_order(till.session, order_id=purchase.orders[0].id, by=till.market.buyer, key="c")
        for refund in refunds:
            order_services.approve_refund(till.session, refund_id=refund.id, by=till.market.second_official)
    name, _ = till.stub.book.dispute(visit.payment_ref)
    till.stub.book.withdraw(name)
    till.stub.book.close_dispute(name, won=False)
    till.told_all()
    (dispute,) = hosted.disputes_in(till.session, areas=["360321"])
    services.propose_bearer(till.session, dispute_id=dispute.id, by=till.market.village.official)
    services.decide_bearer(till.session, dispute_id=dispute.id, by=till.market.second_official)
    till.sweep()
    return purchase, name, refunds


def at_stripe(till):
    """Return what lies at Stripe, its fees on sales put back."""
    return sum(
        one["line"]["net"] + (one["line"]["fee"] if one["line"]["type"] == "charge" else 0) for one in till.stub.book.balance
    )


def test_the_platform_has_its_fees_back_when_the_bank_turns_a_dispute_that_it_bore(till):
    purchase, name, _ = decided(till, delivered=True)
    fees = balance(till.session, "fees/platform")
    till.stub.book.close_dispute(name, won=True)
    till.told_all()
    assert balance(till.session, "fees/platform") == fees - purchase.total_fen
    assert balance(till.session, "clearing/stripe") == at_stripe(till)
    till.stub.book.withdraw(name)  # and once more: the decision stands
    till.told_all()
    assert balance(till.session, "fees/platform") == fees
    assert balance(till.session, "disputes/stripe") == 0
    assert balance(till.session, "clearing/stripe") == at_stripe(till)
    assert breaches(till.session) == {}


def test_a_buyer_is_owed_a_refund_that_was_the_disputes_money_when_the_bank_turns_it(till):
    purchase, name, refunds = decided(till, delivered=False)
    assert {till.refund_state(one) for one in refunds} == {"succeeded"}
    till.stub.book.close_dispute(name, won=True)
    till.told_all()
    (surplus,) = till.surpluses(purchase)
    assert (surplus.route, surplus.reason, surplus.amount_fen) == ("hand", "refund_came_back", purchase.total_fen)
    assert balance(till.session, "owed/stripe") == -purchase.total_fen
    assert balance(till.session, "disputes/stripe") == 0
    assert balance(till.session, "clearing/stripe") == at_stripe(till)
    services.record_surplus_return(till.session, surplus_id=surplus.id, by=till.market.village.official, bank_ref="OUT-1")
    services.confirm_surplus_return(till.session, surplus_id=surplus.id, by=till.market.second_official)
    assert balance(till.session, "owed/stripe") == 0
    assert breaches(till.session) == {}


def test_an_answer_that_money_is_on_its_way_comes_too_late_once_it_did_not_arrive(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    visit = till.open(purchase)
    till.stub.book.pay(visit.session_id, method="alipay", later=True)
    on_its_way = till.gateway.checkout(visit.session_id)
    till.told(till.stub.book.settle(visit.session_id, arrives=False))
    assert services.take_fact(till.session, gateways=till.ways, gateway="stripe", fact=on_its_way) == "stands"
    assert till.open(purchase).state == "open"  # the buyer may try again at once
    paid = dataclasses.replace(on_its_way, stage="paid", captured_minor=on_its_way.amount_minor)
    assert services.take_fact(till.session, gateways=till.ways, gateway="stripe", fact=paid) == "paid"
    assert breaches(till.session) == {}


def test_a_contact_that_does_not_open_keeps_the_words_from_no_other_buyer(till):
    session = till.session
    for ref in (till.market.seed, till.market.rice):
        visit = till.open(place(session, [(ref, 1)]))
        till.stub.book.pay(visit.session_id, method="alipay", later=True)
        till.told(till.stub.book.settle(visit.session_id, arrives=False))
    session.execute(text("UPDATE purchases SET phone_sealed = 'gone.AAAA' WHERE id = (SELECT MIN(id) FROM purchases)"))
    session.expire_all()
    assert services.tell_buyers(session, say=say, sealer=places.SEALER, site=None) == 1
    assert services.tell_buyers(session, say=say, sealer=places.SEALER, site=None) == 0
    assert session.query(Message).count() == 1
