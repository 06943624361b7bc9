"""Choosing how to pay, money that two officials see, money that comes too late, and the trial till."""

import datetime as dt

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.income.models import Attribution
from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from marketplace.payments import queries, refusals, services
from marketplace.payments.dues import due_by_ref
from marketplace.payments.gateways import gateways_for
from marketplace.payments.gateways.sandbox import SandboxGateway
from marketplace.payments.models import OfflineReceipt, PaymentAttempt, PaymentEffect
from marketplace.payments.values import Effect, IntentState, Method, ReceiptState
from tests.orders.sales import AT, fair, left, place
from tests.payments.money import GATEWAYS, breaches, chosen, confirmed, paid_offline, recorded


@pytest.fixture
def market(session):
    with clock.stopped_at(AT):
        yield fair(session)


def state_of(session, purchase):
    return orders.purchase_by_id(session, purchase_id=purchase.id).state


def test_choosing_to_pay_offline_keeps_the_goods_three_days(session, market):
    purchase = place(session, [(market.seed, 2)])
    intent = chosen(session, purchase)
    assert (intent.amount_fen, intent.state) == (purchase.total_fen, IntentState.CREATED)
    held = orders.purchase_by_id(session, purchase_id=purchase.id)
    assert held.hold_until == AT + dt.timedelta(days=3)
    assert held.gateway == "offline"


def test_choosing_again_finds_the_same_intent_and_gains_no_time(session, market):
    purchase = place(session, [(market.seed, 2)])
    first = chosen(session, purchase)
    with clock.stopped_at(AT + dt.timedelta(days=2)):
        assert chosen(session, purchase).id == first.id
    assert orders.purchase_by_id(session, purchase_id=purchase.id).hold_until == AT + dt.timedelta(days=3)
    assert chosen(session, purchase, "sandbox").id != chosen(session, purchase).id


def test_two_officials_make_a_purchase_paid(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 2), (market.tea, 1)])
    chosen(session, purchase)
    receipt = recorded(session, purchase, village.official, key="of this page")
    assert recorded(session, purchase, village.official, key="of this page") == receipt
    assert state_of(session, purchase) == "awaiting_payment"
    assert balance(session, "clearing/offline") == 0
    done = confirmed(session, receipt, market.second_official)
    assert done.state == ReceiptState.CONFIRMED
    assert state_of(session, purchase) == "paid"
    assert balance(session, "clearing/offline") == 0
    assert balance(session, "bank") == purchase.total_fen
    assert session.scalar(select(func.count()).select_from(Attribution)) == 2
    assert breaches(session) == {}


def test_whoever_recorded_money_does_not_confirm_it(session, market):
    purchase = place(session, [(market.seed, 1)])
    receipt = recorded(session, purchase, market.village.official)
    with pytest.raises(refusals.NeedsSecondOfficial):
        confirmed(session, receipt, market.village.official)
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE offline_receipts SET state = 'confirmed', confirmed_by = recorded_by"))


def test_nobody_records_or_confirms_the_money_of_what_they_bought_or_their_household_sold(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 1), (market.tea, 1)], buyer_user_id=market.buyer)
    for person in (village.farmer, market.buyer):
        with pytest.raises(refusals.OwnPurchase):
            recorded(session, purchase, person)
    receipt = recorded(session, purchase, village.official)
    for person in (village.farmer, market.buyer):
        with pytest.raises(refusals.OwnPurchase):
            confirmed(session, receipt, person)
    other = recorded(session, place(session, [(market.tea, 1)]), village.farmer)
    assert confirmed(session, other, market.buyer).state == ReceiptState.CONFIRMED, "what is nobody's own is anybody's to confirm"
    assert confirmed(session, receipt, market.second_official).state == ReceiptState.CONFIRMED


def test_a_receipt_is_confirmed_once_however_often_it_is_said(session, market):
    purchase = place(session, [(market.seed, 1)])
    receipt = recorded(session, purchase, market.village.official)
    first = confirmed(session, receipt, market.second_official)
    assert confirmed(session, receipt, market.second_official) == first
    assert balance(session, "bank") == purchase.total_fen
    assert session.scalar(select(func.count()).select_from(PaymentEffect)) == 1
    assert breaches(session) == {}


def test_a_receipt_names_exactly_what_is_due(session, market):
    purchase = place(session, [(market.seed, 1)])
    for amount in (purchase.total_fen - 1, purchase.total_fen + 1, 0, -purchase.total_fen):
        with pytest.raises(refusals.WrongAmount) as no:
            recorded(session, purchase, market.village.official, amount_fen=amount)
        assert no.value.due_fen == purchase.total_fen


def test_a_receipt_needs_a_reference_nobody_used(session, market):
    first, second = place(session, [(market.seed, 1)]), place(session, [(market.rice, 1)])
    with pytest.raises(refusals.ReferenceNeeded):
        recorded(session, first, market.village.official, bank_ref="  ")
    recorded(session, first, market.village.official, bank_ref="ICBC-1")
    with pytest.raises(refusals.ReferenceUsed):
        recorded(session, second, market.village.official, bank_ref="ICBC-1")
    # a slip of the collection point counts by itself
    assert recorded(session, second, market.village.official, bank_ref="ICBC-1", method=Method.CASH).method == Method.CASH


def test_one_purchase_has_one_standing_receipt(session, market):
    purchase = place(session, [(market.seed, 1)])
    first = recorded(session, purchase, market.village.official, key="k")
    assert recorded(session, purchase, market.village.official, key="k") == first
    with pytest.raises(refusals.ReceiptWaits):
        recorded(session, purchase, market.village.official)
    with pytest.raises(refusals.ReasonNeeded):
        services.reject_offline_receipt(session, receipt_id=first.id, by=market.second_official, reason=" ")
    services.reject_offline_receipt(session, receipt_id=first.id, by=market.second_official, reason="查无此笔")
    with pytest.raises(refusals.ReceiptClosed):
        confirmed(session, first, market.second_official)
    again = recorded(session, purchase, market.village.official)
    assert confirmed(session, again, market.second_official).state == ReceiptState.CONFIRMED
    assert breaches(session) == {}


def test_a_recorded_receipt_keeps_the_goods_until_it_is_decided(session, market):
    purchase = place(session, [(market.seed, 1)])
    recorded(session, purchase, market.village.official)
    with clock.stopped_at(AT + dt.timedelta(days=2)):
        assert order_services.expire_purchases(session) == 0
    with clock.stopped_at(AT + dt.timedelta(days=3)):
        assert order_services.expire_purchases(session) == 1


def test_late_money_is_taken_while_the_goods_are_there(session, market):
    purchase = place(session, [(market.seed, 5)])
    chosen(session, purchase)
    with clock.stopped_at(AT + dt.timedelta(days=4)):
        order_services.expire_purchases(session)
        assert services.expire_intents(session) == 1
        receipt = recorded(session, purchase, market.village.official)
        assert confirmed(session, receipt, market.second_official).state == ReceiptState.CONFIRMED
        assert state_of(session, purchase) == "paid"
        assert left(session, market.seed) == 45
        assert breaches(session) == {}


def test_late_money_without_goods_goes_back_through_two_officials(session, market):
    village = market.village
    purchase = place(session, [(market.rice, 15)])
    chosen(session, purchase)
    with clock.stopped_at(AT + dt.timedelta(days=4)):
        order_services.expire_purchases(session)
        paid_offline(session, place(session, [(market.rice, 10)]), village.official, market.second_official)
        in_bank = balance(session, "bank")
        late = confirmed(session, recorded(session, purchase, village.official), market.second_official)
        assert late.state == ReceiptState.TO_RETURN
        assert state_of(session, purchase) == "expired"
        assert balance(session, "clearing/offline") == -purchase.total_fen  # somebody else's money lies with us
        assert breaches(session) == {}
        with pytest.raises(refusals.ReferenceNeeded):
            services.record_return(session, receipt_id=late.id, by=village.official, bank_ref="")
        services.record_return(session, receipt_id=late.id, by=village.official, bank_ref="OUT-1")
        with pytest.raises(refusals.NeedsSecondOfficial):
            services.confirm_return(session, receipt_id=late.id, by=village.official)
        for _ in range(2):
            assert services.confirm_return(session, receipt_id=late.id, by=market.second_official).state == ReceiptState.RETURNED
        assert balance(session, "clearing/offline") == 0
        assert balance(session, "bank") == in_bank
        assert breaches(session) == {}


def test_a_purchase_that_is_paid_offers_no_second_way_to_pay(session, market):
    purchase = place(session, [(market.seed, 1)])
    paid_offline(session, purchase, market.village.official, market.second_official)
    with pytest.raises(refusals.NothingToPay):
        chosen(session, purchase, "sandbox")


def test_money_that_a_buyer_transferred_twice_is_seen_and_goes_back_through_two_officials(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 1)])
    paid_offline(session, purchase, village.official, market.second_official)
    in_bank = balance(session, "bank")
    again = recorded(session, purchase, village.official)
    with pytest.raises(refusals.ReceiptWaits):
        recorded(session, purchase, village.official)
    assert confirmed(session, again, market.second_official).state == ReceiptState.TO_RETURN
    assert balance(session, "clearing/offline") == -purchase.total_fen
    assert breaches(session) == {}
    third = confirmed(session, recorded(session, purchase, village.official), market.second_official)
    for receipt, bank_ref in ((again, "OUT-1"), (third, "OUT-2")):
        services.record_return(session, receipt_id=receipt.id, by=village.official, bank_ref=bank_ref)
        services.confirm_return(session, receipt_id=receipt.id, by=market.second_official)
    assert balance(session, "clearing/offline") == 0
    assert balance(session, "bank") == in_bank
    assert session.scalar(select(func.count()).select_from(Attribution)) == 1
    assert breaches(session) == {}


def test_money_that_a_machine_took_twice_is_noted_and_goes_back_through_two_officials(session, market):
    village = market.village
    purchase = place(session, [(market.seed, 1)])
    intent = chosen(session, purchase, "sandbox")

    def confirm(event_id):
        return services.confirm(session, gateways=GATEWAYS, intent_id=intent.id, event_id=event_id, at=clock.now())

    assert [confirm(event) for event in ("e-1", "e-2", "e-1", "e-2")] == [
        Effect.PAID, Effect.TO_RETURN, Effect.PAID, Effect.TO_RETURN,
    ]  # fmt: skip
    assert confirm("e-3") == Effect.TO_RETURN
    first, second = queries.surpluses_open(session, areas=["360321"])
    assert session.scalar(queries.count_receipts_open(("360321101",))) == 2
    assert queries.surpluses_open(session, areas=["360321102"]) == ()
    assert (first.due_ref, first.gateway, first.amount_fen) == (purchase.ref, "sandbox", purchase.total_fen)
    assert balance(session, "clearing/sandbox") == purchase.total_fen
    assert breaches(session) == {}
    with pytest.raises(refusals.ReceiptClosed):
        services.confirm_surplus_return(session, surplus_id=first.id, by=village.official)
    with pytest.raises(refusals.ReferenceNeeded):
        services.record_surplus_return(session, surplus_id=first.id, by=village.official, bank_ref=" ")
    for _ in range(2):
        services.record_surplus_return(session, surplus_id=first.id, by=village.official, bank_ref="re_1")
    with pytest.raises(refusals.ReferenceUsed):
        services.record_surplus_return(session, surplus_id=second.id, by=village.official, bank_ref="re_1")
    with pytest.raises(refusals.NeedsSecondOfficial):
        services.confirm_surplus_return(session, surplus_id=first.id, by=village.official)
    for _ in range(2):
        services.confirm_surplus_return(session, surplus_id=first.id, by=market.second_official)
    assert [one.ref for one in queries.surpluses_open(session, areas=["360321"])] == [second.ref]
    with pytest.raises(refusals.OwnPurchase):
        services.record_surplus_return(session, surplus_id=second.id, by=village.farmer, bank_ref="re_2")
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE payment_surpluses SET state = 'to_return'"))


def test_money_that_a_machine_took_for_goods_sold_meanwhile_is_noted(session, market):
    purchase = place(session, [(market.rice, 15)])
    intent = chosen(session, purchase, "sandbox")
    with clock.stopped_at(AT + dt.timedelta(days=4)):
        order_services.expire_purchases(session)
        paid_offline(session, place(session, [(market.rice, 10)]), market.village.official, market.second_official)
        effect = services.confirm(session, gateways=GATEWAYS, intent_id=intent.id, event_id="late", at=clock.now())
        assert effect == Effect.TO_RETURN
        assert [one.due_ref for one in queries.surpluses_open(session, areas=["360321"])] == [purchase.ref]
        assert breaches(session) == {}


def test_money_seen_after_the_trial_till_took_it_goes_back(session, market):
    purchase = place(session, [(market.seed, 1)])
    trial, receipt = chosen(session, purchase, "sandbox"), recorded(session, purchase, market.village.official)
    services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=trial.id, key="t", succeeds=True)
    assert confirmed(session, receipt, market.second_official).state == ReceiptState.TO_RETURN
    assert breaches(session) == {}


def test_the_trial_till_pays_once_under_one_key(session, market):
    purchase = place(session, [(market.seed, 1)])
    intent = chosen(session, purchase, "sandbox")
    for _ in range(3):
        done = services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=intent.id, key="t", succeeds=True)
    assert done.state == IntentState.SUCCEEDED
    assert session.scalar(select(func.count()).select_from(PaymentAttempt)) == 1
    assert balance(session, "clearing/sandbox") == purchase.total_fen
    assert breaches(session) == {}


def test_a_refused_trial_leaves_the_purchase_waiting(session, market):
    purchase = place(session, [(market.seed, 1)])
    intent = chosen(session, purchase, "sandbox")
    services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=intent.id, key="no", succeeds=False)
    assert state_of(session, purchase) == "awaiting_payment"
    services.pay_at_trial_till(session, gateways=GATEWAYS, intent_id=intent.id, key="yes", succeeds=True)
    assert state_of(session, purchase) == "paid"
    assert breaches(session) == {}


def test_the_trial_till_does_not_exist_in_production():
    with pytest.raises(refusals.NoTrialInProduction):
        SandboxGateway(is_production=True)
    offered = gateways_for(is_production=True)
    assert [view.name for view in offered.offered] == ["offline"]
    with pytest.raises(refusals.GatewayUnavailable):
        offered.get("sandbox")


def test_an_event_said_twice_changes_nothing_more(session, market):
    purchase = place(session, [(market.seed, 1)])
    intent = chosen(session, purchase, "sandbox")
    said = {services.confirm(session, gateways=GATEWAYS, intent_id=intent.id, event_id="e-1", at=clock.now()) for _ in range(3)}
    assert said == {Effect.PAID}
    assert balance(session, "clearing/sandbox") == purchase.total_fen
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE payment_events SET event_id = 'e-2'"))


def test_intents_close_with_their_purchase(session, market):
    purchase = place(session, [(market.seed, 1)])
    chosen(session, purchase)
    assert services.expire_intents(session) == 0
    order_services.cancel_purchase(session, purchase_id=purchase.id, by=None)
    assert services.expire_intents(session) == 1
    assert services.expire_intents(session) == 0
    assert queries.intents_of(session, due_by_ref(session, purchase.ref))[0].state == IntentState.CANCELLED


def test_officials_lists_are_cut_to_their_area(session, market):
    recorded(session, place(session, [(market.seed, 1)]), market.village.official)
    assert session.scalar(queries.count_receipts_open(("360321101",))) == 1
    assert len(queries.receipts_open(session, areas=("360321101",))) == 1
    assert session.scalar(queries.count_receipts_open(("360321102",))) == 0
    assert queries.receipts_open(session, areas=()) == ()
    assert session.scalar(select(func.count()).select_from(OfflineReceipt)) == 1
