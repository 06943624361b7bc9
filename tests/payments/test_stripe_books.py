"""Money at Stripe, to the fen and on both engines: refunds that wait, fail and come back, disputes, payouts, its balance."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.orders import services as order_services
from marketplace.payments import refusals, services
from marketplace.payments.gateways import Configured, gateways_for
from marketplace.payments.queries import hosted
from marketplace.payments.values.movements import MovementKind
from tests.orders.sales import place, sent
from tests.payments.money import breaches, sent_back
from tests.payments.stripe_stub.book import Refused
from tests.payments.stripe_stub.server import FAILS_AFTER, FAILS_BEFORE, LOST_AFTER
from tests.payments.stripe_till import Till, later


def captured(till, visit):
    row = till.session.execute(
        text("SELECT captured_minor, refunded_minor FROM payment_checkouts WHERE id = :id"), {"id": visit.id}
    ).one()
    return tuple(row)


def at_stripe(till):
    """Return what lies at Stripe by its own lines, its fees put back."""
    return sum(each["line"]["net"] + each["line"]["fee"] for each in till.stub.book.balance)


def test_refunds_by_line_before_and_after_delivery_sum_to_what_was_paid_and_never_more(till):
    purchase, visit = till.paid([(till.market.seed, 3)])
    line = purchase.orders[0].lines[0]
    first = till.approved(line, 1)
    till.sweep()
    assert till.refund_state(first) == "succeeded"
    sent(till.session, purchase.orders[0].id, till.market.village.farmer)
    rest = till.approved(line, 2)
    till.sweep()
    till.sweep()
    assert till.refund_state(rest) == "succeeded"
    given = first.total_fen + rest.total_fen
    assert captured(till, visit) == (purchase.total_fen, given)
    assert balance(till.session, "clearing/stripe") == purchase.total_fen - given == at_stripe(till)
    with pytest.raises(Refused):
        till.stub.book.create_refund({"payment_intent": visit.payment_ref, "amount": purchase.total_fen - given + 1})
    with pytest.raises(IntegrityError), till.session.begin_nested():  # the database holds it too
        till.session.execute(text("UPDATE payment_checkouts SET refunded_minor = captured_minor + 1"))
    till.told_all()
    assert breaches(till.session) == {}


def test_a_whole_order_goes_back_by_machine_once_whatever_answers_are_lost(till):
    purchase, _ = till.paid([(till.market.seed, 2)])
    refunds = order_services.cancel_order(till.session, order_id=purchase.orders[0].id, by=till.market.buyer, key="c")
    for refund in refunds:
        order_services.approve_refund(till.session, refund_id=refund.id, by=till.market.second_official)
    for how in (FAILS_BEFORE, LOST_AFTER, FAILS_AFTER):
        till.stub.hurt("/v1/refunds", how)
    for _ in range(3):
        till.sweep()
    assert {till.refund_state(refund) for refund in refunds} == {"succeeded"}
    assert sum(one["amount"] for one in till.stub.book.of_kind("refund")) == purchase.total_fen
    assert balance(till.session, "clearing/stripe") == at_stripe(till) == 0
    assert breaches(till.session) == {}


def test_a_refund_on_its_way_stays_submitted_and_arrives_by_notification_or_by_asking(till):
    purchase, _ = till.paid([(till.market.seed, 3)])
    line = purchase.orders[0].lines[0]
    till.stub.book.refunds_are = "pending"
    told, asked = till.approved(line, 1), till.approved(line, 1)
    till.sweep()
    till.sweep()
    assert {till.refund_state(one) for one in (told, asked)} == {"submitted"}
    assert len(till.stub.book.of_kind("refund")) == 2
    first, second = till.stub.book.of_kind("refund")
    till.told(till.stub.book.finish_refund(first["id"]))
    assert [till.refund_state(told), till.refund_state(asked)] == ["succeeded", "submitted"]
    till.stub.book.finish_refund(second["id"])
    till.sweep()
    assert till.refund_state(asked) == "succeeded"
    assert breaches(till.session) == {}


def test_a_refund_that_fails_on_its_way_goes_to_two_officials(till):
    purchase, visit = till.paid([(till.market.seed, 2)])
    till.stub.book.refunds_are = "pending"
    refund = till.approved(purchase.orders[0].lines[0], 1)
    till.sweep()
    (at_it,) = till.stub.book.of_kind("refund")
    till.told(till.stub.book.fail_refund(at_it["id"]))
    assert till.refund_state(refund) == "failed"
    assert captured(till, visit) == (purchase.total_fen, 0)
    sent_back(till.session, refund, till.market.village.official, till.market.second_official)
    assert till.refund_state(refund) == "paid_by_hand"
    # the county paid it out of its bank; Stripe still holds the buyer's payment whole
    assert balance(till.session, "clearing/stripe") == purchase.total_fen == at_stripe(till)
    assert balance(till.session, "bank") == -refund.total_fen
    till.told_all()
    assert breaches(till.session) == {}


def test_a_refund_that_comes_back_leaves_the_sale_refunded_and_is_owed_until_two_officials_send_it(till):
    purchase, visit = till.paid([(till.market.seed, 2)])
    refund = till.approved(purchase.orders[0].lines[0], 1)
    till.sweep()
    assert till.refund_state(refund) == "succeeded"
    owed_to_seller = balance(till.session, f"payable/{till.market.village.seller_ref}/accrued")
    (at_it,) = till.stub.book.of_kind("refund")
    event = till.stub.book.fail_refund(at_it["id"])
    assert [till.told(event), till.told(till.stub.book.say("refund.updated", at_it))] == ["came_back", "stands"]
    assert till.refund_state(refund) == "succeeded"
    assert balance(till.session, f"payable/{till.market.village.seller_ref}/accrued") == owed_to_seller
    assert balance(till.session, "clearing/stripe") == purchase.total_fen == at_stripe(till)
    assert balance(till.session, "owed/stripe") == -refund.total_fen
    (surplus,) = till.surpluses(purchase)
    assert (surplus.reason, surplus.route, surplus.amount_fen) == ("refund_came_back", "hand", refund.total_fen)
    assert captured(till, visit) == (purchase.total_fen, 0)
    assert breaches(till.session) == {}
    till.sweep()  # no machine tries it again
    services.record_surplus_return(till.session, surplus_id=surplus.id, by=till.market.village.official, bank_ref="OUT-1")
    services.confirm_surplus_return(till.session, surplus_id=surplus.id, by=till.market.second_official)
    assert balance(till.session, "owed/stripe") == 0
    assert balance(till.session, "bank") == -refund.total_fen
    till.told_all()
    assert breaches(till.session) == {}


@pytest.mark.parametrize(("method", "days"), [("alipay", 90), ("wechat_pay", 180), ("card", 180)])
def test_until_its_methods_time_is_over_a_machine_sends_it_and_two_officials_afterwards(till, method, days):
    purchase, _ = till.paid([(till.market.seed, 2)], method=method)
    line = purchase.orders[0].lines[0]
    early = till.approved(line, 1)
    with later(days=days, minutes=-5):
        till.sweep()
        assert till.refund_state(early) == "succeeded"
    late = till.approved(line, 1)
    with later(days=days):
        till.sweep()
        assert till.refund_state(late) == "failed"
        assert len(till.stub.book.of_kind("refund")) == 1
        sent_back(till.session, late, till.market.village.official, till.market.second_official)
        assert till.refund_state(late) == "paid_by_hand"
        assert breaches(till.session) == {}


def disputed(till, *, delivered):
    purchase, visit = till.paid([(till.market.seed, 2)])
    if delivered:
        sent(till.session, purchase.orders[0].id, till.market.village.farmer)
    dispute_id, _ = till.stub.book.dispute(visit.payment_ref)
    return purchase, dispute_id


def test_a_dispute_moves_the_book_as_the_balance_moves_whatever_order_it_is_told_in(till):
    purchase, dispute_id = disputed(till, delivered=True)
    payable = balance(till.session, f"payable/{till.market.village.seller_ref}/accrued")
    till.stub.book.withdraw(dispute_id)
    for event in reversed(till.stub.book.events[-2:]):
        assert till.told(event) in ("open", "stands")
    assert balance(till.session, "disputes/stripe") == purchase.total_fen
    assert balance(till.session, "clearing/stripe") == -1500
    assert balance(till.session, f"payable/{till.market.village.seller_ref}/accrued") == payable
    (dispute,) = hosted.disputes_in(till.session, areas=["360321"])
    assert (dispute.state, dispute.fee_fen, dispute.open_fen) == ("open", 1500, purchase.total_fen)
    assert dispute.evidence_due_at > clock.now() + dt.timedelta(days=6)
    assert breaches(till.session) == {}
    till.stub.book.close_dispute(dispute_id, won=True)
    till.told_all()
    assert hosted.disputes_in(till.session, areas=["360321"])[0].state == "won"
    assert balance(till.session, "disputes/stripe") == 0
    assert balance(till.session, "clearing/stripe") == purchase.total_fen - 1500
    assert breaches(till.session) == {}


def test_a_dispute_told_of_before_the_payment_brings_the_payment_along(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    visit = till.open(purchase)
    till.stub.book.pay(visit.session_id)
    payment_ref = till.stub.book.get(visit.session_id)["payment_intent"]
    _, event = till.stub.book.dispute(payment_ref)
    till.told(event)
    assert till.now(purchase).state == "paid"
    assert len(hosted.disputes_in(till.session, areas=["360321"])) == 1
    assert breaches(till.session) == {}


def test_a_dispute_lost_over_delivered_goods_is_borne_by_the_platform_by_two_officials(till):
    purchase, dispute_id = disputed(till, delivered=True)
    till.stub.book.withdraw(dispute_id)
    till.told_all()
    (dispute,) = hosted.disputes_in(till.session, areas=["360321"])
    official, second = till.market.village.official, till.market.second_official
    with pytest.raises(refusals.DisputeNotLost):
        services.propose_bearer(till.session, dispute_id=dispute.id, by=official)
    till.stub.book.close_dispute(dispute_id, won=False)
    till.told_all()
    with pytest.raises(refusals.DisputeNotLost):
        services.decide_bearer(till.session, dispute_id=dispute.id, by=second)
    with pytest.raises(refusals.OwnPurchase):
        services.propose_bearer(till.session, dispute_id=dispute.id, by=till.market.village.farmer)
    for _ in range(2):
        assert services.propose_bearer(till.session, dispute_id=dispute.id, by=official).bearer == "platform"
    with pytest.raises(refusals.NeedsSecondOfficial):
        services.decide_bearer(till.session, dispute_id=dispute.id, by=official)
    fees = balance(till.session, "fees/platform")
    for _ in range(2):
        services.decide_bearer(till.session, dispute_id=dispute.id, by=second)
    assert balance(till.session, "disputes/stripe") == 0
    assert balance(till.session, "fees/platform") == fees + purchase.total_fen
    with pytest.raises(IntegrityError), till.session.begin_nested():  # the database holds the two officials
        till.session.execute(text("UPDATE payment_disputes SET decided_by = NULL"))
    assert breaches(till.session) == {}


def test_a_dispute_lost_over_goods_that_never_came_is_the_refunds_money(till):
    purchase, dispute_id = disputed(till, delivered=False)
    refunds = order_services.cancel_order(till.session, order_id=purchase.orders[0].id, by=till.market.buyer, key="c")
    for refund in refunds:
        order_services.approve_refund(till.session, refund_id=refund.id, by=till.market.second_official)
    till.stub.book.withdraw(dispute_id)
    till.told_all()
    till.sweep()
    assert {till.refund_state(one) for one in refunds} == {"approved"}  # the bank has not decided
    till.stub.book.close_dispute(dispute_id, won=False)
    till.told_all()
    (dispute,) = hosted.disputes_in(till.session, areas=["360321"])
    services.propose_bearer(till.session, dispute_id=dispute.id, by=till.market.village.official)
    assert services.decide_bearer(till.session, dispute_id=dispute.id, by=till.market.second_official).bearer == "refund"
    till.sweep()
    assert {till.refund_state(one) for one in refunds} == {"succeeded"}
    assert till.stub.book.of_kind("refund") == []
    assert balance(till.session, "disputes/stripe") == 0
    assert balance(till.session, "clearing/stripe") == -1500 == at_stripe(till) - 1500
    assert breaches(till.session) == {}


def test_payouts_reach_the_bank_once_and_come_back_and_fees_clear_the_rest(till):
    purchase, _ = till.paid([(till.market.seed, 3)])
    refund = till.approved(purchase.orders[0].lines[0], 1)
    till.sweep()
    payout_id, event = till.stub.book.pay_out()
    amount = till.stub.book.get(payout_id)["amount"]
    assert [till.told(event), till.told(till.stub.book.say("payout.paid", till.stub.book.get(payout_id)))] == [
        "settled",
        "stands",
    ]
    assert balance(till.session, "bank") == amount
    lines = list(till.gateway.movements_of(payout_id))
    assert [line.kind for line in lines] == [MovementKind.CHARGE, MovementKind.REFUND, MovementKind.PAYOUT]
    charge, back, paid_out = lines
    assert (charge.gross_fen, charge.due_ref, charge.key) == (purchase.total_fen, purchase.ref, till.visit(purchase).key)
    assert charge.net_fen == charge.gross_fen - charge.fee_fen
    assert (back.gross_fen, back.key, back.payment_ref) == (
        -refund.total_fen,
        f"refund/{refund.ref}",
        till.visit(purchase).payment_ref,
    )
    assert (paid_out.gross_fen, paid_out.payout_ref) == (-amount, payout_id)
    income.take_gateway_fee(till.session, gateway="stripe", source=charge.id, amount_fen=charge.fee_fen, at=clock.now())
    assert balance(till.session, "clearing/stripe") == 0
    assert till.told(till.stub.book.fail_payout(payout_id)) == "unsettled"
    assert balance(till.session, "bank") == 0
    hour = dt.timedelta(hours=1)
    today = list(till.gateway.movements(since=clock.now() - hour, until=clock.now() + hour))
    assert [line.kind for line in today][-1] is MovementKind.FAILURE
    assert len(today) == len(till.stub.book.balance)
    assert (
        list(till.gateway.movements(since=clock.now() + dt.timedelta(hours=1), until=clock.now() + dt.timedelta(hours=2))) == []
    )
    till.told_all()
    assert breaches(till.session) == {}


def test_another_currency_is_frozen_when_the_page_is_opened_and_refunds_sum_to_what_was_captured(session, stub, market):
    words = stub.words(currency="usd", rate="0.1385")
    till = Till(session, stub, gateways_for(is_production=False, configured=Configured(words, is_production=False)), market)
    purchase, visit = till.paid([(market.seed, 3)])
    assert (visit.currency, visit.amount_minor) == ("usd", round(purchase.total_fen * 0.1385))
    assert balance(session, "clearing/stripe") == purchase.total_fen
    dearer = stub.words(currency="usd", rate="0.1500")
    till.ways = gateways_for(is_production=False, configured=Configured(dearer, is_production=False))
    refunds = order_services.cancel_order(session, order_id=purchase.orders[0].id, by=market.buyer, key="c")
    for refund in refunds:
        order_services.approve_refund(session, refund_id=refund.id, by=market.second_official)
    till.sweep()
    till.told_all()
    assert sum(one["amount"] for one in stub.book.of_kind("refund")) == visit.amount_minor
    assert captured(till, visit) == (visit.amount_minor, visit.amount_minor)
    assert balance(session, "clearing/stripe") == 0
    _, event = stub.book.pay_out("usd")
    assert till.told(event) == "left_to_comparison"
    assert breaches(session) == {}
