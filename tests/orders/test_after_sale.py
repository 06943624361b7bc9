"""An order's way, its returns and refunds, and the moment its income is earned."""

import datetime as dt
import json
from pathlib import Path

import pytest

from marketplace.income import queries as income
from marketplace.income import services as income_services
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import parse_yuan
from marketplace.ledger.queries import balance
from marketplace.orders import queries, refusals, rules, services
from marketplace.orders.models import HouseholdOrder, Refund
from marketplace.orders.values import OrderState, RefundReason, RefundState
from tests.orders.sales import AT, asked, bought, breaches, fair, left, pay, place, refunded, sent

ANSWER = json.loads((Path(__file__).parents[1] / "reference" / "known_answers.json").read_text(encoding="utf-8"))[
    "order_own_sale"
]
WEEK = dt.timedelta(hours=168)


@pytest.fixture
def market(session):
    return fair(session)


def order_of(session, purchase, number=0):
    return queries.purchase_by_id(session, purchase_id=purchase.id).orders[number]


def test_the_known_answer_comes_out_to_the_fen(session):
    market = fair(session, unit_grams=100)
    village = market.village
    with clock.stopped_at(AT):
        services.set_discount(
            session, seller_id=village.seller_id, threshold_fen=40000, off_fen=3000, from_on=clock.today(), to_on=clock.today(),
            by=village.farmer,
        )  # fmt: skip
        purchase = place(session, [(market.seed, 10)], province="北京市")
        assert (purchase.freight_fen, purchase.total_fen) == (parse_yuan(ANSWER["freight"]), parse_yuan(ANSWER["buyer_paid"]))
        pay(session, purchase, fee_fen=277)
        income_services.settle_clearing(session, gateway="offline", amount_fen=purchase.total_fen, bank_ref="in-1", at=AT)
        order = sent(session, purchase.orders[0].id, village.farmer)
        line = order.lines[0]
    with clock.stopped_at(AT + dt.timedelta(days=1)):
        refund = asked(session, line, 2, by=market.buyer, reason=RefundReason.SPOILED)
        assert refund.amount_fen == parse_yuan(ANSWER["refund"])
        refunded(session, market, refund)
        income_services.settle_clearing(
            session, gateway="offline", amount_fen=-refund.total_fen, bank_ref="out-1", at=clock.now()
        )
    with clock.stopped_at(AT + WEEK - dt.timedelta(seconds=1)):
        assert services.complete_due(session) == 0
    with clock.stopped_at(AT + WEEK):
        assert services.complete_due(session) == 1
        assert services.complete_due(session) == 0
        assert order_of(session, purchase).state == OrderState.COMPLETED
        payout = income_services.record_payout(
            session, key="p", seller_ref=village.seller_ref, amount_fen=parse_yuan(ANSWER["payout"]), bank_ref="ICBC-1",
            prepared_by=village.official,
        )  # fmt: skip
        income_services.confirm_payout(session, payout_id=payout.id, by=market.second_official)
        session.commit()
        assert breaches(session) == {}
    assert -balance(session, "fees/platform") == parse_yuan(ANSWER["platform_fee"])
    assert -balance(session, "fees/gateway") == parse_yuan(ANSWER["gateway_fee"])
    assert -balance(session, "freight") == parse_yuan(ANSWER["freight"])
    assert balance(session, "clearing/offline") == 0
    seller = f"payable/{village.seller_ref}"
    assert balance(session, f"{seller}/accrued") == balance(session, f"{seller}/earned") == 0
    assert income.totals(session, "360321", "2026-09").paid_fen == parse_yuan(ANSWER["payout"])


def test_several_sellers_bear_the_gateways_fee_by_what_was_paid_for_each(session, market):
    purchase = bought(session, [(market.seed, 1), (market.rice, 1), (market.tea, 2)], fee_fen=101)
    household, shop = purchase.orders
    assert (household.paid_fen, shop.paid_fen) == (11700 + 1450, 3000 + 700)
    # 101 over 13150 and 3700: 78.8 and 22.2; then 79 over 4800 and 6900: 32.4 and 46.6
    rows = sorted(session.execute(income.sales_like("order_line/%").select()).all())
    assert [row.gateway_fee_fen for row in rows] == [32, 47, 22]
    assert breaches(session) == {}


def test_every_step_that_the_table_does_not_know_is_refused_and_a_repeat_changes_nothing(session, market):
    verbs = {
        OrderState.CONFIRMED: services.confirm_order,
        OrderState.PACKED: services.pack_order,
        OrderState.HANDED_IN: services.hand_in_order,
        OrderState.SHIPPED: lambda session, **who: services.ship_order(session, carrier="顺丰", tracking_no="sf1", **who),
        OrderState.DELIVERED: services.deliver_order,
    }
    order_id = bought(session, [(market.seed, 1)]).orders[0].id
    for state in (OrderState.PLACED, *verbs):
        if state in verbs:
            assert verbs[state](session, order_id=order_id, by=market.village.official) == state
        for to, verb in verbs.items():
            if to not in rules.ORDER_EDGES[state] and to != state:
                with pytest.raises(refusals.StepRefused):
                    verb(session, order_id=order_id, by=market.village.official)
        if state in verbs:
            assert verbs[state](session, order_id=order_id, by=market.village.official) == state
    found = queries.order_by_id(session, order_id=order_id)
    assert len(found.events) == 2 + len(verbs)
    assert found.events[-1].by_name == "village_official"
    assert (found.carrier, found.tracking_no) == ("顺丰", "SF1")
    assert found.closes_at == found.delivered_at + WEEK
    with pytest.raises(NotThere):
        services.confirm_order(session, order_id=10**9, by=None)
    assert breaches(session) == {}


def test_no_two_parcels_of_a_carrier_share_a_number_and_none_goes_without(session, market):
    orders = [bought(session, [(market.seed, 1)]).orders[0].id for _ in range(2)]
    for order_id in orders:
        sent(session, order_id, market.village.farmer, until="handed_in")
    services.ship_order(session, order_id=orders[0], by=None, carrier="顺丰", tracking_no="SF1")
    with pytest.raises(refusals.TrackingTaken):
        services.ship_order(session, order_id=orders[1], by=None, carrier=" 顺丰 ", tracking_no="sf1 ")
    with pytest.raises(refusals.TrackingNeeded):
        services.ship_order(session, order_id=orders[1], by=None, carrier="顺丰", tracking_no=" ")
    assert services.ship_order(session, order_id=orders[1], by=None, carrier="中通", tracking_no="SF1") == "shipped"
    assert breaches(session) == {}


def test_refunds_of_a_line_sum_to_what_was_paid_whichever_is_turned_down(session, market):
    with clock.stopped_at(AT):
        services.set_discount(
            session, seller_id=market.village.seller_id, threshold_fen=10000, off_fen=1001, from_on=clock.today(),
            to_on=clock.today(), by=market.village.farmer,
        )  # fmt: skip
        purchase = bought(session, [(market.seed, 7)], fee_fen=100)
    line = purchase.orders[0].lines[0]
    assert line.paid_fen == 7 * 4800 - 1001
    first, second = asked(session, line, 3), asked(session, line, 2)
    services.reject_refund(session, refund_id=first.id, by=market.second_official, answer="照片看不清")
    third, fourth = asked(session, line, 4), asked(session, line, 1)
    with pytest.raises(refusals.RefundTooLarge) as no:
        asked(session, line, 1)
    assert no.value.left == 0
    assert second.amount_fen + third.amount_fen + fourth.amount_fen == line.paid_fen
    for refund in (second, third, fourth):
        refunded(session, market, refund)
    assert order_of(session, purchase).lines[0].refunded_fen == line.paid_fen
    assert breaches(session) == {}


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_no_more_units_than_were_bought_can_be_refunded(session, market, quantity):
    line = bought(session, [(market.seed, 2)]).orders[0].lines[0]
    with pytest.raises(refusals.RefundTooLarge):
        asked(session, line, quantity)


def test_the_same_key_asks_once(session, market):
    line = bought(session, [(market.seed, 2)]).orders[0].lines[0]
    assert asked(session, line, 1, key="k").id == asked(session, line, 2, key="k").id
    assert session.scalar(queries.count_refunds_waiting(["360321101"])) == 1
    assert session.scalar(queries.count_refunds_waiting(["360321102"])) == 0


def test_nothing_is_refunded_before_it_is_paid(session, market):
    line = place(session, [(market.seed, 2)]).orders[0].lines[0]
    with pytest.raises(refusals.StepRefused):
        asked(session, line, 1)


def test_nobody_decides_what_they_asked_for_or_bought_nor_what_their_household_sold(session, market):
    line = bought(session, [(market.seed, 3)], buyer_user_id=market.buyer).orders[0].lines[0]
    refund = asked(session, line, 1, by=market.second_official)
    for person in (market.second_official, market.village.farmer, market.buyer):
        with pytest.raises(refusals.NeedsAnother):
            services.approve_refund(session, refund_id=refund.id, by=person)
        with pytest.raises(refusals.NeedsAnother):
            services.reject_refund(session, refund_id=refund.id, by=person, answer="不退")
    for _twice in range(2):
        assert services.approve_refund(session, refund_id=refund.id, by=market.village.official).state == "approved"
    assert [row.ref for row in queries.refunds_to_submit(session, limit=5)] == [refund.ref]
    assert breaches(session) == {}


def test_every_edge_of_a_refund_that_the_table_does_not_know_is_refused(session, market):
    now = clock.now()
    verbs = {
        RefundState.APPROVED: lambda key: services.approve_refund(session, refund_id=key, by=market.second_official),
        RefundState.REJECTED: lambda key: services.reject_refund(session, refund_id=key, by=market.second_official, answer="不"),
        RefundState.SUBMITTED: lambda key: services.submit_refund(session, refund_id=key),
        RefundState.SUCCEEDED: lambda key: services.refund_succeeded(session, refund_id=key, at=now),
        RefundState.FAILED: lambda key: services.refund_failed(session, refund_id=key, note="bank closed"),
        RefundState.PAID_BY_HAND: lambda key: services.refund_paid_by_hand(
            session, refund_id=key, by=market.second_official, bank_ref="B1", at=now
        ),
    }
    ways = {
        RefundState.REQUESTED: (),
        RefundState.REJECTED: (RefundState.REJECTED,),
        RefundState.APPROVED: (RefundState.APPROVED,),
        RefundState.SUBMITTED: (RefundState.APPROVED, RefundState.SUBMITTED),
        RefundState.FAILED: (RefundState.APPROVED, RefundState.SUBMITTED, RefundState.FAILED),
        RefundState.SUCCEEDED: (RefundState.APPROVED, RefundState.SUBMITTED, RefundState.SUCCEEDED),
        RefundState.PAID_BY_HAND: (RefundState.APPROVED, RefundState.SUBMITTED, RefundState.FAILED, RefundState.PAID_BY_HAND),
    }
    line = bought(session, [(market.seed, 20)]).orders[0].lines[0]
    for state, way in ways.items():
        refund = asked(session, line, 1)
        for step in way:
            verbs[step](refund.id)
        for to, verb in verbs.items():
            is_done = state in rules.DONE_REFUNDS and to in rules.DONE_REFUNDS
            if to in rules.REFUND_EDGES[state]:
                continue
            if to == state or is_done:
                assert verb(refund.id) in (None, False) or to in (RefundState.APPROVED, RefundState.REJECTED)
            else:
                with pytest.raises(refusals.StepRefused):
                    verb(refund.id)
            assert queries.refund_by_ref(session, ref=refund.ref).state == state
    session.commit()
    assert breaches(session) == {}


def test_turning_down_and_paying_by_hand_need_words(session, market):
    line = bought(session, [(market.seed, 3)]).orders[0].lines[0]
    refund = asked(session, line, 1)
    with pytest.raises(refusals.AnswerNeeded):
        services.reject_refund(session, refund_id=refund.id, by=market.second_official, answer=" ")
    with pytest.raises(refusals.BankRefNeeded):
        services.refund_paid_by_hand(session, refund_id=refund.id, by=market.second_official, bank_ref=" ", at=clock.now())


def test_a_refund_puts_goods_back_only_where_they_can_be_sold_again(session, market):
    line = bought(session, [(market.seed, 4)]).orders[0].lines[0]
    refunded(session, market, asked(session, line, 1, restock=True))
    refunded(session, market, asked(session, line, 1, restock=False))
    assert left(session, market.seed) == 47
    assert breaches(session) == {}


def test_cancelling_an_unsent_order_waits_for_an_official_and_gives_its_freight_back(session, market):
    purchase = bought(session, [(market.seed, 1), (market.rice, 2), (market.tea, 1)], fee_fen=60)
    order = purchase.orders[0]
    with clock.stopped_at(clock.now()):
        asks = services.cancel_order(session, order_id=order.id, by=market.buyer, key="c")
        assert services.cancel_order(session, order_id=order.id, by=market.buyer, key="c") == asks
    assert sum(each.total_fen for each in asks) == order.paid_fen
    assert sum(each.freight_fen for each in asks) == order.freight_fen > 0
    with pytest.raises(refusals.BeingCancelled):
        services.confirm_order(session, order_id=order.id, by=market.village.farmer)
    with pytest.raises(refusals.RefundTooLarge):
        services.cancel_order(session, order_id=order.id, by=market.buyer, key="other")
    for refund in asks:
        refunded(session, market, refund)
    found = order_of(session, purchase)
    assert found.state == OrderState.CANCELLED
    assert all(line.earned_at for line in found.lines)
    assert (left(session, market.seed), left(session, market.rice)) == (50, 20)
    assert -balance(session, "freight") == purchase.orders[1].freight_fen
    # the gateway keeps its fee, and the seller owes it
    assert balance(session, f"payable/{market.village.seller_ref}/earned") > 0
    for verb in (services.confirm_order, services.deliver_order):
        with pytest.raises(refusals.StepRefused):
            verb(session, order_id=order.id, by=market.village.farmer)
    with pytest.raises(refusals.StepRefused):
        asked(session, found.lines[0], 1)
    assert breaches(session) == {}


def test_when_a_cancellation_is_turned_down_the_order_goes_on_and_its_freight_is_due(session, market):
    purchase = bought(session, [(market.seed, 1), (market.rice, 1)])
    order = purchase.orders[0]
    first, second = services.cancel_order(session, order_id=order.id, by=None, key="c")
    assert (first.freight_fen, second.freight_fen) == (0, order.freight_fen)
    services.reject_refund(session, refund_id=first.id, by=market.second_official, answer="已经装好")
    assert queries.refund_by_id(session, refund_id=second.id).freight_fen == 0
    refunded(session, market, second)
    assert sent(session, order.id, market.village.farmer).state == "delivered"
    assert breaches(session) == {}


def test_what_has_left_the_seller_is_not_cancelled_and_a_lost_parcel_ends_the_order(session, market):
    purchase = bought(session, [(market.seed, 2)])
    order = sent(session, purchase.orders[0].id, market.village.farmer, until="shipped")
    with pytest.raises(refusals.StepRefused):
        services.cancel_order(session, order_id=order.id, by=None, key="c")
    refund = asked(session, order.lines[0], 2, reason=RefundReason.LOST)
    assert refund.freight_fen == 0
    refunded(session, market, refund)
    assert order_of(session, purchase).state == OrderState.CANCELLED
    assert breaches(session) == {}


def test_a_change_of_mind_has_its_window_and_fresh_goods_have_none_but_faults_always_count(session, market):
    with clock.stopped_at(AT):
        purchase = bought(session, [(market.seed, 3), (market.tea, 3)])
        dry, fresh = (sent(session, order.id, market.village.farmer).lines[0] for order in purchase.orders)
        with pytest.raises(refusals.ReturnClosed):
            asked(session, fresh, 1, reason=RefundReason.CHANGED_MIND)
    with clock.stopped_at(AT + WEEK):
        asked(session, dry, 1, reason=RefundReason.CHANGED_MIND)
    with clock.stopped_at(AT + WEEK + dt.timedelta(seconds=1)):
        with pytest.raises(refusals.ReturnClosed):
            asked(session, dry, 1, reason=RefundReason.CHANGED_MIND)
        asked(session, dry, 1, reason=RefundReason.SPOILED)
        asked(session, fresh, 1, reason=RefundReason.SPOILED)
        assert breaches(session) == {}


def test_each_line_is_earned_when_its_own_window_closes_and_waits_while_asked_back(session, market):
    with clock.stopped_at(AT):
        purchase = bought(session, [(market.seed, 2), (market.tea, 2)], fee_fen=50)
        dry, _fresh = (sent(session, order.id, market.village.farmer) for order in purchase.orders)
    with clock.stopped_at(AT + dt.timedelta(hours=23)):
        refund = asked(session, dry.lines[0], 1)
    with clock.stopped_at(AT + dt.timedelta(hours=24)):
        assert services.complete_due(session) == 1
        assert [order_of(session, purchase, at).state for at in (0, 1)] == ["delivered", "completed"]
    with clock.stopped_at(AT + WEEK):
        assert services.complete_due(session) == 0
        refunded(session, market, refund)
        assert services.complete_due(session) == 1
        assert order_of(session, purchase).state == "completed"
        session.commit()
        assert breaches(session) == {}


def test_a_refund_after_earning_comes_off_what_is_earned(session, market):
    with clock.stopped_at(AT):
        purchase = bought(session, [(market.seed, 2)], fee_fen=50)
        order = sent(session, purchase.orders[0].id, market.village.farmer)
    with clock.stopped_at(AT + WEEK):
        services.complete_due(session)
        before = -balance(session, f"payable/{market.village.seller_ref}/earned")
        refunded(session, market, asked(session, order.lines[0], 1))
        assert before + balance(session, f"payable/{market.village.seller_ref}/earned") == 4800 - 240
        assert order_of(session, purchase).state == "completed"
        assert breaches(session) == {}


def test_the_database_itself_refuses_two_hats_reopening_and_rewriting(session, market):
    purchase = bought(session, [(market.seed, 2)])
    refund = asked(session, purchase.orders[0].lines[0], 2, by=market.buyer)
    session.commit()
    for change in (
        lambda: setattr(session.get(Refund, refund.id), "amount_fen", 1),
        lambda: [
            setattr(session.get(Refund, refund.id), *each) for each in (("state", "approved"), ("approved_by", market.buyer))
        ],
        lambda: setattr(session.get(HouseholdOrder, purchase.orders[0].id), "freight_fen", 1),
        lambda: session.delete(session.get(Refund, refund.id)),
    ):
        change()
        with pytest.raises(Exception, match=r"orders:|approved_by_another"):
            session.flush()
        session.rollback()
    refunded(session, market, refund)
    session.commit()
    session.get(HouseholdOrder, purchase.orders[0].id).state = "placed"
    with pytest.raises(Exception, match="orders:"):
        session.flush()
    session.rollback()
    assert breaches(session) == {}


def test_nobody_hands_on_or_sees_delivered_what_their_own_household_sold(session, market):
    order_id, seller = bought(session, [(market.seed, 1)]).orders[0].id, market.village.farmer
    sent(session, order_id, seller, until="handed_in")
    for verb, facts in ((services.ship_order, {"carrier": "顺丰", "tracking_no": "SF9"}), (services.deliver_order, {})):
        with pytest.raises(refusals.OwnParcel):
            verb(session, order_id=order_id, by=seller, **facts)
        verb(session, order_id=order_id, by=market.village.official, **facts)
    assert breaches(session) == {}
