"""A basket becomes a purchase: what it costs, what it freezes, what it refuses."""

import datetime as dt

import pytest
from sqlalchemy import select

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Origin
from marketplace.kernel import clock
from marketplace.kernel.crypto import CannotOpen
from marketplace.orders import queries, refusals, rules, services
from marketplace.orders.models import Purchase
from marketplace.orders.values import Contact, Problem
from marketplace.products import services as products
from marketplace.products.queries import offer_by_ref
from marketplace.products.refusals import SoldOut
from tests.orders import sales
from tests.orders.sales import CONTACT, SEALER, bought, breaches, fair, left, pay, place


@pytest.fixture
def market(session):
    return fair(session)


def quoted(session, *items, province="江西省"):
    return queries.quote(session, items=items, province=province)


def test_a_basket_is_split_by_seller_and_each_parcel_pays_its_own_freight(session, market):
    found = quoted(session, (market.seed, 2), (market.tea, 3), (market.rice, 1))
    assert [len(order.lines) for order in found.orders] == [2, 1]
    assert (found.goods_fen, found.discount_fen, found.count) == (2 * 4800 + 6900 + 3 * 1500, 0, 6)
    # 6 kg: 7.00 + 5 x 1.50; 1.5 kg: 7.00 + 1.50
    assert [order.freight_fen for order in found.orders] == [1450, 850]
    assert found.total_fen == found.goods_fen + 2300
    assert not found.problems


def test_without_a_province_freight_is_unknown_and_for_one_not_served_it_says_so(session, market):
    found = quoted(session, (market.seed, 1), province=None)
    assert (found.freight_fen, found.total_fen, found.is_served) == (None, 4800, True)
    found = quoted(session, (market.seed, 1), province="台湾省")
    assert (found.freight_fen, found.is_served) == (None, False)
    with pytest.raises(refusals.NoFreight):
        place(session, [(market.seed, 1)], province="台湾省")


def test_a_quote_reports_every_problem_and_never_refuses(session, market):
    products.set_stock(session, offer_id=offer_by_ref(session, market.rice).id, left=2, by=market.village.farmer)
    products.pause_offer(session, offer_id=offer_by_ref(session, market.tea).id, by=market.village.stranger)
    found = quoted(session, (market.seed, 100000), (market.rice, 3), (market.tea, 1), ("P0NOBODY", 1), ("", 5), (market.seed, -3))
    problems = {line.ref: line.problem for order in found.orders for line in order.lines}
    assert problems == {market.seed: Problem.TOO_MANY, market.rice: Problem.SOLD_OUT, market.tea: Problem.NOT_ON_SALE}
    assert found.problems
    rice = next(line for order in found.orders for line in order.lines if line.ref == market.rice)
    assert (rice.left, rice.paid_fen, rice.problem_words) == (2, 0, "Only %(left)d are left now.")
    assert quoted(session).total_fen == 0


def test_placing_holds_the_goods_and_freezes_their_terms(session, market):
    with clock.stopped_at(at := clock.now()):
        purchase = place(session, [(market.seed, 2), (market.tea, 1)], note=" 请尽快 ", buyer_user_id=market.buyer)
        assert left(session, market.seed) == 48
        assert (purchase.state, purchase.hold_until) == ("awaiting_payment", at + dt.timedelta(minutes=30))
        products.change_price(session, offer_id=offer_by_ref(session, market.seed).id, price_fen=9900, by=market.village.farmer)
    found = queries.purchase_by_ref(session, ref=purchase.ref)
    first, second = found.orders
    assert (first.ref, second.ref) == (f"{purchase.ref}-1", f"{purchase.ref}-2")
    assert (first.lines[0].price_fen, first.lines[0].paid_fen, first.paid_fen) == (4800, 9600, 9600 + 700)
    assert (first.household_id, second.household_id) == (market.village.household_id, None)
    assert (found.note, found.area_code, found.phone_last4) == ("请尽快", sales.places.VILLAGE, "0011")
    assert found.ref[0] == "L"
    assert found.ref[1:].isdigit()
    assert len(found.ref) == 11
    assert queries.purchases_of_buyer(session, user_id=market.buyer).rows[0].quantity == 3
    assert breaches(session) == {}


def test_the_contact_is_sealed_and_opens_only_in_its_own_place(session, market):
    one, other = place(session, [(market.seed, 1)]), place(session, [(market.seed, 1)])
    row, foreign = (session.scalar(select(Purchase).where(Purchase.id == each.id)) for each in (one, other))
    for part in (row.name_sealed, row.phone_sealed, row.address_sealed):
        assert not any(word in part for word in (CONTACT.name, CONTACT.phone, CONTACT.address))
    assert queries.contact_of(session, purchase_id=one.id, sealer=SEALER) == CONTACT
    row.name_sealed = foreign.name_sealed
    session.flush()
    with pytest.raises(CannotOpen):
        queries.contact_of(session, purchase_id=one.id, sealer=SEALER)
    row.name_sealed = row.phone_sealed = row.address_sealed = None
    session.flush()
    assert queries.contact_of(session, purchase_id=one.id, sealer=SEALER) == Contact("", "", "")
    assert CONTACT.name not in repr(CONTACT)


def test_the_same_key_again_gives_the_first_purchase_and_holds_nothing_more(session, market):
    first = place(session, [(market.seed, 2)], key="k")
    assert place(session, [(market.rice, 5)], key="k").id == first.id
    assert (left(session, market.seed), left(session, market.rice)) == (48, 20)
    assert queries.purchase_by_key(session, key="k").id == first.id
    assert breaches(session) == {}


@pytest.mark.parametrize(
    ("items", "refusal"),
    [
        ([], refusals.EmptyBasket),
        ([("seed", 0)], refusals.EmptyBasket),
        ([("seed", -1)], refusals.EmptyBasket),
        ([("rice", 1), ("nothing", 1)], refusals.NotOnSale),
        ([("seed", 100_000)], refusals.QuantityOutOfRange),
        ([("seed", 40), ("seed", 40)], SoldOut),
        ([(f"P{n}", 1) for n in range(31)], refusals.BasketTooLarge),
    ],
)
def test_what_cannot_be_ordered_is_refused_whole(session, market, items, refusal):
    with pytest.raises(refusal):
        place(session, [(getattr(market, ref, ref), quantity) for ref, quantity in items])
    session.rollback()
    assert (left(session, market.seed), left(session, market.rice)) == (50, 20)
    assert breaches(session) == {}


def test_sold_out_says_which_and_how_many_are_left(session, market):
    with pytest.raises(SoldOut) as no:
        place(session, [(market.seed, 51)])
    assert (no.value.offer_id, no.value.left) == (offer_by_ref(session, market.seed).id, 50)


@pytest.mark.parametrize(
    ("name", "phone", "address"),
    [
        ("", "13900000011", "解放路一号"),
        ("王雨", "1390000001", "解放路一号"),
        ("王雨", "02088888888", "解放路一号"),
        ("王雨", "13900000011", "路"),
        ("王" * 41, "13900000011", "解放路一号"),
        ("王雨", "13900000011", "路" * 201),
    ],
)
def test_a_contact_to_which_nothing_can_be_sent_is_refused(session, market, name, phone, address):
    with pytest.raises(refusals.ContactRefused):
        place(session, [(market.seed, 1)], contact=Contact(name, phone, address))


def test_a_number_written_with_spaces_or_a_country_code_is_understood(session, market):
    purchase = place(session, [(market.seed, 1)], contact=Contact("王雨", "+86 139 0000-0011", "解放路一号"))
    assert queries.contact_of(session, purchase_id=purchase.id, sealer=SEALER).phone == "13900000011"


def test_a_sum_that_changed_after_the_buyer_saw_it_is_asked_about(session, market):
    total = quoted(session, (market.seed, 1)).total_fen
    with pytest.raises(refusals.TotalChanged) as no:
        place(session, [(market.seed, 1)], expected_total_fen=total - 1)
    assert no.value.now_fen == total
    assert place(session, [(market.seed, 1)], expected_total_fen=total).total_fen == total


def test_a_discount_is_the_sellers_own_spread_over_their_lines_and_frozen(session, market):
    today = clock.today()
    facts = {"seller_id": market.village.seller_id, "from_on": today, "to_on": today, "by": market.village.farmer}
    services.set_discount(session, threshold_fen=10000, off_fen=1000, **facts)
    first = services.set_discount(session, threshold_fen=15000, off_fen=1001, **facts)
    assert services.set_discount(session, threshold_fen=15000, off_fen=1001, **facts) == first
    assert quoted(session, (market.seed, 2)).discount_fen == 0
    purchase = place(session, [(market.seed, 2), (market.rice, 1), (market.tea, 1)])
    household, shop = purchase.orders
    assert (household.discount_fen, shop.discount_fen) == (1001, 0)
    assert [line.discount_fen for line in household.lines] == [582, 419]
    services.end_discount(session, discount_id=first.id, by=market.village.farmer)
    assert queries.purchase_by_ref(session, ref=purchase.ref).discount_fen == 1001
    assert quoted(session, (market.seed, 2), (market.rice, 1)).discount_fen == 1000
    assert breaches(session) == {}


@pytest.mark.parametrize(
    ("threshold", "off", "from_day", "to_day"),
    [(1000, 0, 0, 1), (1000, -5, 0, 1), (1000, 501, 0, 1), (1000, 100, 1, 0), (1000, 100, -3, -1), (1000, 100, 0, 400)],
)
def test_a_discount_that_cannot_be_is_refused(session, market, threshold, off, from_day, to_day):
    day = clock.today()
    with pytest.raises(refusals.DiscountRefused):
        services.set_discount(
            session, seller_id=market.village.seller_id, threshold_fen=threshold, off_fen=off,
            from_on=day + dt.timedelta(days=from_day), to_on=day + dt.timedelta(days=to_day), by=market.village.farmer,
        )  # fmt: skip


def test_paying_sells_the_goods_accrues_each_line_and_happens_once(session, market):
    purchase = place(session, [(market.seed, 1), (market.rice, 1), (market.tea, 1)])
    assert pay(session, purchase, fee_fen=101)
    assert not pay(session, purchase, fee_fen=101)
    found = queries.purchase_by_id(session, purchase_id=purchase.id)
    assert (found.state, found.gateway) == ("paid", "offline")
    assert [event.what for event in found.orders[0].events] == ["Ordered", "Paid by the buyer"]
    assert queries.count_to_do(session, household_ids=[market.village.household_id]) == 1
    assert offer_by_ref(session, market.seed).sold_count == 1
    assert breaches(session) == {}


def test_before_payment_an_order_is_nobodys_work(session, market):
    purchase = place(session, [(market.seed, 1)])
    households = [market.village.household_id]
    assert queries.count_to_do(session, household_ids=households) == 0
    assert queries.orders_of_households(session, household_ids=households).rows == ()
    assert queries.orders_in_areas(session, areas=["360321"]).rows == ()
    with pytest.raises(refusals.StepRefused):
        services.confirm_order(session, order_id=purchase.orders[0].id, by=market.village.farmer)


def test_lists_are_cut_to_areas_states_and_references_and_walk_page_by_page(session, market):
    refs = [bought(session, [(market.seed, 1)]).orders[0].ref for _ in range(5)]
    page = queries.orders_in_areas(session, areas=["360321101"], limit=3)
    following = queries.orders_in_areas(session, areas=["360321101"], limit=3, before=page.next_before)
    assert [row.ref for row in (*page.rows, *following.rows)] == refs[::-1]
    assert following.next_before is None
    assert [row.ref for row in queries.orders_in_areas(session, areas=["360321"], search=refs[2].lower()).rows] == [refs[2]]
    assert queries.orders_in_areas(session, areas=["360321"], search="%").rows == ()
    assert queries.orders_in_areas(session, areas=["360321102"]).rows == ()
    assert queries.orders_in_areas(session, areas=[]).rows == ()
    row = queries.orders_of_households(session, household_ids=[market.village.household_id], states=["placed"]).rows[0]
    assert (row.purchase_ref, row.quantity, row.lines) == (refs[4].rpartition("-")[0], 1, 1)


def test_a_purchase_is_known_to_whoever_knows_its_last_four_digits(session, market):
    purchase = place(session, [(market.seed, 1)])
    assert queries.known_to(session, ref=purchase.ref, last_four="0011").id == purchase.id
    for ref, digits in (
        (purchase.ref, "0012"),
        (purchase.ref, ""),
        (purchase.ref, "------"),
        ("L0", "----"),
        ("L0", "０"),
        ("", ""),
    ):
        assert queries.known_to(session, ref=ref, last_four=digits) is None


def test_choosing_how_to_pay_keeps_the_goods_longer_and_never_shorter(session, market):
    purchase = place(session, [(market.seed, 1)])
    three_days, later = dt.timedelta(days=3), purchase.placed_at + dt.timedelta(days=3)
    chosen = services.choose_gateway(session, purchase_id=purchase.id, gateway="offline", hold=three_days)
    assert chosen.hold_until == later
    again = services.choose_gateway(session, purchase_id=purchase.id, gateway="sandbox", hold=rules.HOLD)
    assert (again.hold_until, again.gateway) == (later, "sandbox")
    assert queries.awaiting_payment(session, areas=["360321"], gateway="offline").rows == ()
    assert [row.ref for row in queries.awaiting_payment(session, areas=["360321"], gateway="sandbox").rows] == [purchase.ref]
    pay(session, purchase)
    with pytest.raises(refusals.PurchaseClosed):
        services.choose_gateway(session, purchase_id=purchase.id, gateway="offline", hold=three_days)
    assert breaches(session) == {}


def test_whoever_chooses_again_and_again_keeps_the_goods_no_longer_but_an_official_may(session, market):
    purchase = place(session, [(market.seed, 50)])
    three_days, end = dt.timedelta(days=3), purchase.placed_at + dt.timedelta(days=3)
    for hours in (0, 30, 71):
        with clock.stopped_at(purchase.placed_at + dt.timedelta(hours=hours)):
            again = services.choose_gateway(session, purchase_id=purchase.id, gateway="offline", hold=three_days)
            assert again.hold_until == end
    seen = end + dt.timedelta(days=2)
    with clock.stopped_at(end - dt.timedelta(hours=1)):
        kept = services.keep_goods(session, purchase_id=purchase.id, gateway="offline", until=seen)
        assert kept.hold_until == seen
    with clock.stopped_at(seen):
        assert services.expire_purchases(session) == 1
        assert left(session, market.seed) == 50
        assert breaches(session) == {}


HERE = Origin("203.0.113.9", "browser-1")


@pytest.mark.parametrize(
    ("kind", "most", "other"),
    [("phone", 12, {"contact": Contact("王雨", "13900000012", CONTACT.address)}),
     ("device", 24, {"origin": Origin(HERE.address, "browser-2")}),
     ("address", 120, {"origin": Origin("203.0.113.10", "browser-1")})],
)  # fmt: skip
def test_orders_are_counted_for_each_number_browser_and_address(session, market, kind, most, other):
    one_hour = clock.now().replace(minute=5) + dt.timedelta(hours=1)
    with clock.stopped_at(one_hour):
        for number in range(most - 1):
            spent = {"subject": f"139{number:08d}", "device": f"b-{number}", "address": f"a-{number}"}
            same = {"phone": {"subject": CONTACT.phone}, "device": {"device": HERE.browser}, "address": {"address": HERE.address}}
            accounts.spend_try(session, kind="purchase", **spent | same[kind])
        first = place(session, [(market.seed, 1)], key="last", origin=HERE)
        session.commit()
        with pytest.raises(refusals.TooManyOrders) as no:
            place(session, [(market.seed, 1)], origin=HERE)
        assert 1 <= no.value.params["hours"] <= 24
        session.rollback()
        assert place(session, [(market.seed, 1)], key="last", origin=HERE) == first, "the same page sent again is no new order"
        place(session, [(market.seed, 1)], **{"origin": HERE} | other)
    with clock.stopped_at(one_hour + dt.timedelta(days=1)):
        services.expire_purchases(session)
        place(session, [(market.seed, 1)], origin=HERE)


def test_an_order_that_fails_is_not_counted(session, market):
    for _ in range(15):
        with pytest.raises(refusals.TotalChanged):
            place(session, [(market.seed, 1)], origin=HERE, expected_total_fen=1)
        session.rollback()
    place(session, [(market.seed, 1)], origin=HERE)


def test_a_purchase_not_paid_in_time_ends_and_its_goods_are_free(session, market):
    purchase = place(session, [(market.seed, 2)])
    assert services.expire_purchases(session) == 0
    with clock.stopped_at(purchase.hold_until):
        with pytest.raises(refusals.PurchaseClosed):
            services.choose_gateway(session, purchase_id=purchase.id, gateway="offline", hold=dt.timedelta(days=3))
        assert services.expire_purchases(session) == 1
        assert services.expire_purchases(session) == 0
        assert left(session, market.seed) == 50
        assert queries.purchase_by_id(session, purchase_id=purchase.id).state == "expired"
        assert breaches(session) == {}


def test_money_that_comes_late_is_taken_if_the_goods_are_there(session, market):
    expired, called_off = place(session, [(market.seed, 2)]), place(session, [(market.rice, 1)])
    services.cancel_purchase(session, purchase_id=called_off.id, by=None)
    with clock.stopped_at(expired.hold_until):
        services.expire_purchases(session)
        assert pay(session, expired)
        assert pay(session, called_off)
        assert not pay(session, expired)
        assert (left(session, market.seed), left(session, market.rice)) == (48, 19)
        assert breaches(session) == {}


def test_money_that_comes_after_only_the_goods_sweep_ran_is_taken_too(session, market):
    purchase = place(session, [(market.seed, 2)])
    with clock.stopped_at(purchase.hold_until):
        assert products.expire_holds(session) == 1
        assert pay(session, purchase)
        assert left(session, market.seed) == 48
        assert breaches(session) == {}


def test_money_that_comes_too_late_changes_nothing_at_all(session, market):
    purchase = place(session, [(market.rice, 1), (market.seed, 30)])
    with clock.stopped_at(purchase.hold_until):
        services.expire_purchases(session)
        bought(session, [(market.seed, 40)])
        with pytest.raises(refusals.PaidTooLate):
            pay(session, purchase)
        assert (left(session, market.seed), left(session, market.rice)) == (10, 20)
        assert queries.purchase_by_id(session, purchase_id=purchase.id).state == "expired"
        session.commit()
        assert breaches(session) == {}


def test_calling_off_frees_the_goods_once_and_not_after_payment(session, market):
    purchase = place(session, [(market.seed, 2)])
    for _twice in range(2):
        assert services.cancel_purchase(session, purchase_id=purchase.id, by=market.buyer).state == "cancelled"
    assert left(session, market.seed) == 50
    paid = bought(session, [(market.seed, 1)])
    with pytest.raises(refusals.PurchaseClosed):
        services.cancel_purchase(session, purchase_id=paid.id, by=None)
    assert breaches(session) == {}
