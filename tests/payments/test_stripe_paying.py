"""Paying at Stripe: a page is opened, kept, ended; what is notified counts once, whatever comes when and how often."""

import datetime as dt
import random
from urllib.parse import unquote_plus

import pytest

from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from marketplace.payments import refusals, services
from marketplace.payments.gateways.protocol import GatewayRefused, GatewaySilent, NotGenuine
from marketplace.payments.models import PaymentNote
from marketplace.payments.queries import hosted
from tests.conftest import fresh_database
from tests.orders.sales import left, place
from tests.payments.money import breaches, paid_offline
from tests.payments.stripe_stub.server import FAILS_AFTER, FAILS_BEFORE, LOST_AFTER, LOST_BEFORE
from tests.payments.stripe_till import SITE, later, say


@pytest.fixture(params=["sqlite"])
def database_url(request, scratch):
    """SQLite alone: what differs between the engines is asked in test_stripe_books and test_stripe_races."""

    with fresh_database(request, scratch) as url:
        yield url


def test_a_page_is_opened_kept_for_and_paid_by_notification_alone(till):
    purchase = place(till.session, [(till.market.seed, 2), (till.market.tea, 1)])
    visit = till.open(purchase)
    assert (visit.state, visit.currency, visit.amount_minor) == ("open", "cny", purchase.total_fen)
    held = till.now(purchase)
    assert held.hold_until == visit.expires_at + dt.timedelta(minutes=2)
    assert held.hold_until > clock.now() + dt.timedelta(minutes=30)
    event = till.stub.book.pay(visit.session_id, method="alipay")
    assert till.now(purchase).state == "awaiting_payment"
    assert till.told(event) == "paid"
    assert till.now(purchase).state == "paid"
    done = till.visit(purchase)
    assert (done.state, done.method, done.captured_minor, done.url) == ("complete", "alipay", purchase.total_fen, "")
    assert balance(till.session, "clearing/stripe") == purchase.total_fen
    assert breaches(till.session) == {}


def test_choosing_it_again_finds_the_same_page(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    first = till.open(purchase)
    assert till.open(purchase).session_id == first.session_id
    assert len(till.stub.book.of_kind("checkout.session")) == 1


def test_a_page_killed_while_it_was_opened_is_found_again_under_its_key(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    till.stub.hurt("/v1/checkout/sessions", LOST_AFTER)
    with pytest.raises(GatewaySilent):
        till.open(purchase)
    assert till.visit(purchase).state == "opening"
    visit = till.open(purchase)
    assert visit.state == "open"
    assert [one["id"] for one in till.stub.book.of_kind("checkout.session")] == [visit.session_id]


def test_a_page_nobody_came_back_for_is_opened_by_the_sweep_under_its_key_and_ended_with_its_order(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    till.stub.hurt("/v1/checkout/sessions", LOST_BEFORE)
    with pytest.raises(GatewaySilent):
        till.open(purchase)
    with later(minutes=3):
        till.sweep()
        assert till.visit(purchase).state == "open"
        order_services.cancel_purchase(till.session, purchase_id=purchase.id, by=None)
        till.sweep()
        assert till.visit(purchase).state == "expired"
        assert till.stub.book.of_kind("checkout.session")[0]["status"] == "expired"


def test_a_page_that_stripe_fails_over_is_given_up_and_known_should_it_be_paid(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    till.stub.hurt("/v1/checkout/sessions", FAILS_AFTER)
    with pytest.raises(GatewaySilent) as silent:
        till.open(purchase)
    assert silent.value.is_stuck
    services.give_up_checkout(till.session, checkout_id=till.visit(purchase).id)
    (orphan,) = till.stub.book.of_kind("checkout.session")
    assert till.told(till.stub.book.pay(orphan["id"])) == "paid"
    assert till.now(purchase).state == "paid"
    assert breaches(till.session) == {}


def test_an_opened_page_is_ended_when_another_way_is_chosen_or_the_time_is_over(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    visit = till.open(purchase)
    till.sweep()
    assert till.visit(purchase).state == "open"
    services.start_payment(till.session, gateways=till.ways, ref=purchase.ref, gateway="offline")
    till.sweep()
    assert till.visit(purchase).state == "expired"
    with pytest.raises(GatewayRefused):
        till.gateway._asked(lambda: till.gateway._client.v1.checkout.sessions.expire(visit.session_id))
    assert till.gateway.expire(visit.session_id).stage == "expired"
    assert breaches(till.session) == {}


def test_goods_are_not_kept_for_ever_by_opening_pages_again_and_again(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    for _ in range(6):
        till.told(till.stub.book.say("checkout.session.expired", till.stub.book.expire_session(till.open(purchase).session_id)))
    with pytest.raises(refusals.TooManyTries):
        till.open(purchase)


@pytest.mark.parametrize("seed", range(4))
def test_notifications_in_any_order_and_any_number_of_times_pay_once(till, seed):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    book = till.stub.book
    book.pay(visit.session_id, method="wechat_pay", later=True)
    book.settle(visit.session_id)
    heard = list(book.events) * 3
    random.Random(seed).shuffle(heard)
    words = [till.told(event) for event in heard]
    assert words.count("paid") >= 1
    assert till.now(purchase).state == "paid"
    assert till.surpluses(purchase) == ()
    assert balance(till.session, "clearing/stripe") == purchase.total_fen
    assert breaches(till.session) == {}


def test_money_on_its_way_keeps_the_goods_and_pays_when_it_arrives(till):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    assert till.told(till.stub.book.pay(visit.session_id, method="wechat_pay", later=True)) == "processing"
    assert till.now(purchase).hold_until > clock.now() + dt.timedelta(hours=23)
    assert till.open(purchase).state == "processing"  # no second page while it is
    assert till.told(till.stub.book.settle(visit.session_id)) == "paid"
    assert breaches(till.session) == {}


def test_money_that_did_not_arrive_is_told_and_may_be_tried_again(till):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    till.told(till.stub.book.pay(visit.session_id, method="alipay", later=True))
    assert till.told(till.stub.book.settle(visit.session_id, arrives=False)) == "failed"
    assert till.session.query(PaymentNote).one().kind == "not_paid"
    again = till.open(purchase)
    assert again.session_id != visit.session_id
    assert till.told(till.stub.book.pay(again.session_id)) == "paid"
    assert breaches(till.session) == {}


def test_a_notification_that_says_paid_of_what_is_not_is_not_believed(till):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    book = till.stub.book
    lie = dict(book.get(visit.session_id), status="complete", payment_status="paid")
    assert till.told(book.say("checkout.session.completed", lie)) == "stands"
    assert till.now(purchase).state == "awaiting_payment"
    assert till.told(book.pay(visit.session_id)) == "paid"


def test_a_lost_notification_is_made_good_by_the_sweep_and_counts_once(till):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    event = till.stub.book.pay(visit.session_id)
    with later(minutes=41):
        till.sweep()
        assert till.now(purchase).state == "paid"
        assert till.told(event) == "stands"
        assert till.surpluses(purchase) == ()
        assert breaches(till.session) == {}


@pytest.mark.parametrize("fact", [{"amount": 1}, {"currency": "usd"}])
def test_another_sum_or_currency_pays_nothing_and_officials_look(till, fact):
    purchase = place(till.session, [(till.market.seed, 2)])
    visit = till.open(purchase)
    assert till.told(till.stub.book.pay(visit.session_id, **fact)) == "to_return"
    assert till.now(purchase).state == "awaiting_payment"
    (surplus,) = till.surpluses(purchase)
    assert (surplus.reason, surplus.route, surplus.state) == ("wrong_amount", "hand", "to_return")
    assert breaches(till.session) == {}


def test_late_money_for_goods_that_are_still_there_buys_them(till):
    purchase = place(till.session, [(till.market.rice, 15)])
    visit = till.open(purchase)
    event = till.stub.book.pay(visit.session_id)
    with later(hours=1):
        order_services.expire_purchases(till.session)
        assert till.now(purchase).state == "expired"
        assert till.told(event) == "paid"
        assert till.now(purchase).state == "paid"
        assert breaches(till.session) == {}


def test_late_money_without_goods_goes_back_by_itself_and_the_buyer_is_told(till):
    purchase = place(till.session, [(till.market.rice, 15)])
    visit = till.open(purchase)
    event = till.stub.book.pay(visit.session_id)
    with later(hours=1):
        order_services.expire_purchases(till.session)
        paid_offline(
            till.session, place(till.session, [(till.market.rice, 10)]), till.market.village.official, till.market.second_official
        )
        assert till.told(event) == "to_return"
        assert balance(till.session, "owed/stripe") == -purchase.total_fen
        (surplus,) = till.surpluses(purchase)
        with pytest.raises(refusals.MachineSends):
            services.record_surplus_return(till.session, surplus_id=surplus.id, by=till.market.second_official, bank_ref="OUT-9")
        assert breaches(till.session) == {}
        till.sweep()
        (surplus,) = till.surpluses(purchase)
        assert surplus.state == "returned"
        assert balance(till.session, "owed/stripe") == balance(till.session, "clearing/stripe") == 0
        till.told_all()
        assert till.session.query(PaymentNote).one().kind == "sent_back"
        assert left(till.session, till.market.rice) == 10
        assert breaches(till.session) == {}


def test_paid_twice_the_second_goes_back_by_itself_and_by_two_officials_where_stripe_cannot(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    visit = till.open(purchase)
    event = till.stub.book.pay(visit.session_id)
    paid_offline(till.session, purchase, till.market.village.official, till.market.second_official)
    assert till.told(event) == "to_return"
    till.stub.book.refunds_are = "failed"
    till.sweep()
    (surplus,) = till.surpluses(purchase)
    assert (surplus.state, surplus.route) == ("to_return", "hand")
    services.record_surplus_return(till.session, surplus_id=surplus.id, by=till.market.village.official, bank_ref="OUT-1")
    services.confirm_surplus_return(till.session, surplus_id=surplus.id, by=till.market.second_official)
    assert balance(till.session, "owed/stripe") == 0
    # the county paid out of its bank what Stripe still holds
    assert balance(till.session, "clearing/stripe") == purchase.total_fen
    assert breaches(till.session) == {}


def test_forged_stale_future_foreign_and_strange_notifications_are_refused(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    event = till.stub.book.pay(till.open(purchase).session_id)
    sign, now = till.stub.signed, clock.now().timestamp()
    refused = [
        sign(event, at=now, secret="whsec_of_somebody_else"),
        sign(event, at=now - 301),
        sign(event, at=now + 301),
        sign(event | {"livemode": True}, at=now),
        sign(event | {"account": "acct_other"}, at=now),
        sign(event | {"object": "v2.core.event"}, at=now),
        sign(event | {"id": ""}, at=now),
        sign(event | {"data": {"object": {}}}, at=now),
        sign(event | {"data": []}, at=now),
        sign("[]", at=now),
        sign("{", at=now),
        (b"\xff\xfe", sign(event, at=now)[1]),
        (sign(event, at=now)[0] + b" ", sign(event, at=now)[1]),
        (sign(event, at=now)[0], {}),
        (sign(event, at=now)[0], {"Stripe-Signature": "t=x,v1=,,"}),
    ]
    for body, headers in refused:
        with pytest.raises(NotGenuine):
            till.gateway.read(body, headers)
    for at in (now - 299, now + 299):
        assert till.gateway.read(*sign(event, at=at)).event_id == event["id"]
    assert till.now(purchase).state == "awaiting_payment"


def test_what_is_none_of_our_business_is_acknowledged_and_left_alone(till):
    assert till.told(till.stub.book.say("customer.created", {"id": "cus_1", "object": "customer"})) == "ignored"
    session = till.stub.book.create_session(
        {
            "line_items": {"0": {"price_data": {"currency": "cny", "unit_amount": "5", "product_data": {"name": "x"}}}},
            "success_url": "x", "cancel_url": "x",
        }
    )  # fmt: skip
    assert till.told(till.stub.book.pay(session["id"])) == "unknown"
    assert hosted.checkouts_of(till.session, due_ref="L") == ()


def test_stripe_hears_opaque_references_and_nothing_of_who_buys(till):
    purchase, _ = till.paid([(till.market.seed, 2), (till.market.tea, 3)])
    till.approved(purchase.orders[0].lines[0], 1)
    till.sweep()
    till.told_all()
    heard = " ".join(sent for _method, _path, sent in till.stub.asked)
    assert purchase.ref in heard
    plain = unquote_plus(heard)
    for personal in ("王雨", "13900000011", "0011", "琴亭镇", "解放路", "萍乡", "江西", till.market.village.seller_ref):
        assert personal not in plain, personal


def test_lines_sum_to_the_total_whatever_the_discounts_and_the_currency(till):
    purchase = place(till.session, [(till.market.seed, 3), (till.market.rice, 1), (till.market.tea, 7)], province="北京市")
    visit = till.open(purchase)
    session = till.stub.book.get(visit.session_id)
    assert session["amount_total"] == purchase.total_fen
    assert (session["client_reference_id"], session["locale"]) == (purchase.ref, "zh")
    assert session["success_url"] == f"{SITE}/payments/stripe/return/{purchase.ref}"
    assert orders.purchase_by_id(till.session, purchase_id=purchase.id).gateway == "stripe"
    assert hosted.wish_of(till.session, checkout=visit, say=say).lines[-1].title == "Freight"


def test_a_failing_stripe_leaves_the_order_waiting(till):
    purchase = place(till.session, [(till.market.seed, 1)])
    till.stub.hurt("/v1/checkout/sessions", FAILS_BEFORE)
    with pytest.raises(GatewaySilent):
        till.open(purchase)
    assert till.now(purchase).state == "awaiting_payment"
    assert till.open(purchase).state == "open"
