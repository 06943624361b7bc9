"""Basket, checkout, and a buyer's own orders, through the browser's eyes."""

import datetime as dt
import io
import re

import pytest
from sqlalchemy import event, func, select

from marketplace.accounts import services as accounts
from marketplace.kernel import clock
from marketplace.media import queries as media
from marketplace.orders import queries, services
from marketplace.orders.models import Purchase
from marketplace.orders.values import PurchaseState, RefundState
from marketplace.products import services as products
from marketplace.web.db import db
from marketplace.web.visits import MOST_KINDS
from tests.farmers.places import enter
from tests.orders import sales
from tests.products.goods import photograph

PASTED = "收货人：王雨\n手机：139-0000-0011\n江西省萍乡市莲花县琴亭镇解放路1号"
WHERE = {"name": "王雨", "phone": "13900000011", "province": sales.PROVINCE, "address": "萍乡市莲花县琴亭镇解放路1号"}


def add(client, ref, quantity=1):
    return client.post("/cart/add", data={"offer": ref, "quantity": quantity})


def sellers_of(writing, *refs):
    return [order.seller_ref for order in queries.quote(writing, items=[(ref, 1) for ref in refs], province=None).orders]


def basket(client):
    with client.session_transaction() as held:
        return dict(held.get("basket", {}))


def value(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]


def knows(client, *refs):
    with client.session_transaction() as held:
        held["orders"] = list(refs)


def checkout(client, **facts):
    """Fill the page in as a person does: look, write, and confirm the sum that is shown with freight."""
    page = client.get("/checkout").text
    given = {"key": value(page, "key"), "seen": value(page, "seen"), **WHERE, **facts}
    answer = client.post("/checkout", data=given)
    if answer.status_code == 200:
        given["seen"] = value(answer.text, "seen")
        answer = client.post("/checkout", data=given)
    return answer, given


def purchases(writing):
    writing.rollback()
    return list(writing.scalars(select(Purchase).order_by(Purchase.id)))


def counted(client, path):
    """Return how many questions a page asks its database."""
    asked = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    with client.application.app_context():
        engine = db.engines["reader"]
    client.get(path)
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.lstrip().upper().startswith(("SELECT", "WITH"))])


def test_goods_go_from_their_page_into_the_basket_without_a_script(client, fair, writing):
    slug = queries.quote(writing, items=[(fair.seed, 1)], province=None).orders[0].lines[0].slug
    page = client.get(f"/products/{slug}").text
    assert 'action="/cart/add"' in page
    assert value(page, "offer") == fair.seed
    answer = add(client, fair.seed, 2)
    assert (answer.status_code, answer.location) == (303, "/cart")
    page = client.get("/cart").text
    assert "¥96.00" in page
    assert re.search(r'class="count">1<', page)
    assert basket(client) == {fair.seed: 2}


def test_the_goods_page_tells_the_freight_to_the_province_that_was_chosen_there(client, fair, writing):
    slug = queries.quote(writing, items=[(fair.seed, 1)], province=None).orders[0].lines[0].slug
    answer = client.get(f"/products/{slug}")
    assert answer.text.index("In person".lower()) < answer.text.index("Freight from ¥7.00") < answer.text.index("/cart/add")
    assert "Set-Cookie" not in answer.headers, "looking remembers nothing: a guest's page is everybody's"
    page = {"Referer": f"http://localhost/products/{slug}"}
    back = client.post("/delivery", data={"province": "湖南省"}, headers=page)
    assert (back.status_code, back.location) == (303, f"http://localhost/products/{slug}#delivery")
    assert "Freight to Hunan for 500\xa0g: ¥9.00." in client.get(f"/products/{slug}").text
    client.post("/delivery", data={"province": sales.PROVINCE}, headers=page)
    shown = client.get(f"/products/{slug}").text
    assert "Freight to Jiangxi for 500\xa0g: ¥7.00." in shown
    assert "Free from ¥199.00 of this seller’s goods." in shown
    add(client, fair.seed)
    assert re.search(r'<option value="江西省" selected>', client.get("/cart").text), "the basket sends there too"


@pytest.mark.parametrize("given", [{}, {"province": ""}, {"province": "Atlantis"}, {"province": "长" * 500}])
def test_a_province_that_is_none_is_not_remembered_and_nobody_is_sent_elsewhere(client, fair, given):
    answer = client.post("/delivery", data=given, headers={"Referer": "https://elsewhere.example/x"})
    assert (answer.status_code, answer.location) == (303, "/cart#delivery")
    with client.session_transaction() as held:
        assert "province" not in held


def test_more_of_the_same_is_added_up_and_each_seller_stands_apart(client, fair, writing):
    add(client, fair.seed)
    add(client, fair.seed, 2)
    add(client, fair.tea)
    assert basket(client) == {fair.seed: 3, fair.tea: 1}
    page = client.get("/cart").text
    for ref in sellers_of(writing, fair.seed, fair.tea):
        assert page.count(f'<section class="card" aria-labelledby="s-{ref}"') == 1
    assert "¥159.00" in page


def test_a_line_is_changed_and_taken_out(client, fair):
    add(client, fair.seed, 3)
    add(client, fair.tea)
    assert client.post("/cart/change", data={"offer": fair.seed, "quantity": 5}).location == "/cart"
    assert basket(client) == {fair.seed: 5, fair.tea: 1}
    client.post("/cart/change", data={"offer": fair.seed, "quantity": 0})
    client.post("/cart/remove", data={"offer": fair.tea})
    assert basket(client) == {}
    assert "Your basket is empty." in client.get("/cart").text


@pytest.mark.parametrize("quantity", ["", "x", "-1", "0", "1.5", "99999999999", "1e3"])
def test_a_quantity_that_is_none_changes_nothing_and_is_said(client, fair, quantity):
    assert add(client, fair.seed, quantity).status_code == 303
    assert basket(client) == {}
    assert 'class="notice bad"' in client.get("/cart").text


@pytest.mark.parametrize("quantity", ["", "x", "-1", "1.5"])
def test_a_change_that_makes_no_sense_is_said_beside_its_line(client, fair, quantity):
    add(client, fair.seed, 3)
    answer = client.post("/cart/change", data={"offer": fair.seed, "quantity": quantity})
    assert answer.status_code == 422
    assert "Error:" in answer.text
    assert basket(client) == {fair.seed: 3}


def test_what_nobody_sells_does_not_get_into_the_basket(client, fair):
    for ref in ("PNOTHERE", "../../etc", "x" * 5000, "", "莲子"):
        assert add(client, ref).status_code == 303
        assert basket(client) == {}


def test_the_basket_holds_thirty_kinds_at_most(client, fair):
    with client.session_transaction() as held:
        held["basket"] = {f"P{number:05d}": 1 for number in range(30)}
    add(client, fair.seed)
    assert fair.seed not in basket(client)
    assert "at most 30" in client.get("/cart").text


@pytest.mark.parametrize(
    "rubbish", [[1, 2], "text", {"P1": "many"}, {1: 1}, {"P1": -5}, {"P1": True}, {"": 1}, None, {"P'--": 1}]
)
def test_a_cookie_of_another_make_is_an_empty_basket(client, fair, rubbish):
    with client.session_transaction() as held:
        held["basket"], held["orders"], held["province"] = rubbish, rubbish, rubbish
    assert "Your basket is empty." in client.get("/cart").text
    assert client.get("/checkout").status_code == 303
    assert client.get("/orders/L0000000000").status_code in (303, 404)


def test_freight_stands_there_once_the_province_is_known(client, fair):
    add(client, fair.seed, 2)
    assert "¥7.00" not in client.get("/cart").text
    page = client.get("/cart", query_string={"province": sales.PROVINCE}).text
    assert "¥7.00" in page
    assert "¥103.00" in page
    assert "¥103.00" in client.get("/cart").text
    far = client.get("/cart", query_string={"province": "新疆维吾尔自治区"}).text
    assert "¥20.00" in far
    assert client.get("/cart", query_string={"province": "Atlantis"}).status_code == 200


def test_too_few_left_is_said_with_the_number_and_checkout_waits(client, fair, writing):
    add(client, fair.seed, 60)
    page = client.get("/cart").text
    assert "Only 50 are left now." in page
    assert 'href="/checkout"' not in page
    assert client.get("/checkout").location == "/cart"
    client.post("/cart/change", data={"offer": fair.seed, "quantity": 50})
    assert 'href="/checkout"' in client.get("/cart").text


def test_goods_paused_meanwhile_are_named_and_keep_nobody_from_the_rest(client, fair, writing):
    add(client, fair.seed)
    add(client, fair.tea)
    offer_id = queries.quote(writing, items=[(fair.seed, 1)], province=None).orders[0].lines[0].offer_id
    products.pause_offer(writing, offer_id=offer_id, by=fair.village.farmer)
    assert "This is not on sale any more." in client.get("/cart").text
    client.post("/cart/remove", data={"offer": fair.seed})
    assert client.get("/checkout").status_code == 200


def test_the_pasted_text_fills_the_boxes_without_a_script(client, fair):
    add(client, fair.seed)
    page = client.get("/checkout").text
    answer = client.post(
        "/checkout", data={"key": value(page, "key"), "seen": value(page, "seen"), "address_text": PASTED, "action": "parse"}
    )
    assert answer.status_code == 200
    assert value(answer.text, "name") == "王雨"
    assert value(answer.text, "phone") == "13900000011"
    assert re.search(r'<option value="江西省" selected', answer.text)
    assert "萍乡市莲花县琴亭镇解放路1号</textarea>" in answer.text
    assert value(answer.text, "key") == value(page, "key")
    assert "¥55.00" in answer.text


def test_checkout_asks_for_five_things_at_most(client, fair):
    add(client, fair.seed)
    page = client.get("/checkout").text
    form = page[page.index('id="order"') :]
    boxes = re.findall(r'<(?:input|textarea|select)[^>]*name="([a-z_]+)"', re.sub(r'<input type="hidden"[^>]*>', "", form))
    assert boxes == ["address_text", "name", "phone", "province", "address"]


def test_a_guest_orders_and_is_sent_on_to_pay(client, fair, writing):
    add(client, fair.seed, 2)
    add(client, fair.tea)
    answer, _ = checkout(client)
    assert answer.status_code == 303
    (bought,) = purchases(writing)
    assert answer.location == f"/pay/{bought.ref}"
    assert bought.total_fen == 9600 + 700 + 1500 + 700
    assert bought.buyer_user_id is None
    assert basket(client) == {}
    page = client.get(f"/orders/{bought.ref}")
    assert page.status_code == 200
    assert f"/pay/{bought.ref}" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert sales.breaches(writing) == {}


def test_a_double_click_makes_one_purchase(client, fair, writing):
    add(client, fair.seed)
    first, given = checkout(client)
    again = client.post("/checkout", data=given)
    assert again.status_code == 303
    assert again.location == first.location
    with client.session_transaction() as held:
        held["basket"] = {fair.seed: 1}  # the second request left before the first one's cookie came
    assert client.post("/checkout", data=given).location == first.location
    assert len(purchases(writing)) == 1


def test_a_number_that_orders_without_end_is_asked_to_wait_and_its_basket_is_kept(client, fair, writing):
    for number in range(12):
        accounts.spend_try(writing, kind="purchase", subject=WHERE["phone"], address=f"a{number}", device=f"b{number}")
    add(client, fair.seed)
    answer, _ = checkout(client, phone="139-0000-0011")
    assert answer.status_code == 429
    assert "Your basket stays as it is." in answer.text
    assert WHERE["address"] in answer.text
    assert basket(client) == {fair.seed: 1}
    assert purchases(writing) == []
    assert checkout(client, phone="13900000012")[0].status_code == 303


def test_one_persons_key_is_not_anothers(client, fair, writing, open_browser):
    add(client, fair.seed)
    first, given = checkout(client)
    other = open_browser()
    enter(other, fair.buyer)
    with other.session_transaction() as held:
        held["basket"] = {fair.tea: 1}
    answer = other.post("/checkout", data=given)
    assert answer.location != first.location
    assert {row.buyer_user_id for row in purchases(writing)} <= {None, fair.buyer}


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("phone", "12345"), ("phone", ""), ("province", ""), ("province", "Atlantis"), ("address", ""),
     ("name", "长" * 200), ("address", "长" * 900)],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, fair, writing, field, typed):
    add(client, fair.seed)
    answer, _ = checkout(client, **{field: typed})
    assert answer.status_code == 422
    assert "Error:" in answer.text
    assert f'href="#f-{field}"' in answer.text
    for name, said in WHERE.items():
        if name != field:
            assert said in answer.text
    assert purchases(writing) == []


def test_the_smallest_address_the_service_refuses_is_refused_with_words_too(client, fair, writing):
    add(client, fair.seed)
    answer, _ = checkout(client, address="abc")
    assert answer.status_code in (400, 422)
    assert "abc" in answer.text
    assert purchases(writing) == []


def test_a_total_that_changed_is_shown_before_it_is_owed(client, fair, writing):
    add(client, fair.seed)
    client.get("/cart", query_string={"province": sales.PROVINCE})
    page = client.get("/checkout").text
    assert "¥55.00" in page
    offer_id = queries.quote(writing, items=[(fair.seed, 1)], province=None).orders[0].lines[0].offer_id
    products.change_price(writing, offer_id=offer_id, price_fen=5000, by=fair.village.farmer)
    given = {"key": value(page, "key"), "seen": value(page, "seen"), **WHERE}
    answer = client.post("/checkout", data=given)
    assert answer.status_code == 200
    assert "¥57.00" in answer.text
    assert WHERE["address"] in answer.text
    assert purchases(writing) == []
    given["seen"] = value(answer.text, "seen")
    assert client.post("/checkout", data=given).status_code == 303
    assert purchases(writing)[0].total_fen == 5700


def test_the_last_piece_goes_to_one_and_the_other_is_told(client, fair, writing, app):
    add(client, fair.seed, 50)
    client.get("/cart", query_string={"province": sales.PROVINCE})
    page = client.get("/checkout").text
    sales.place(writing, [(fair.seed, 1)], sealer=app.extensions["sealer"])
    answer = client.post("/checkout", data={"key": value(page, "key"), "seen": value(page, "seen"), **WHERE})
    assert answer.location == "/cart"
    assert "Only 49 are left now." in client.get("/cart").text
    assert sales.breaches(writing) == {}


def test_somebody_signed_in_finds_their_order_listed_and_their_address_filled_in(client, fair, writing):
    enter(client, fair.buyer)
    add(client, fair.seed)
    assert checkout(client)[0].status_code == 303
    (bought,) = purchases(writing)
    assert bought.buyer_user_id == fair.buyer
    knows(client)
    assert client.get(f"/orders/{bought.ref}").status_code == 200
    line = queries.purchase_by_ref(writing, ref=bought.ref).orders[0].lines[0]
    page = client.get("/orders").text
    assert bought.ref in page
    assert line.title_en in page
    assert line.title not in page
    assert line.title in client.get("/orders?lang=zh").text
    client.get("/orders?lang=en")
    add(client, fair.tea)
    page = client.get("/checkout").text
    assert value(page, "phone") == WHERE["phone"]
    enter(client, fair.second_official)
    assert bought.ref not in client.get("/orders").text
    assert client.get(f"/orders/{bought.ref}").status_code == 303


def test_an_order_is_closed_to_a_browser_that_does_not_know_it(client, buy):
    bought = buy()
    answer = client.get(f"/orders/{bought.ref}")
    assert answer.location.startswith("/orders/find")
    assert sales.CONTACT.phone not in client.get(answer.location).text
    line = bought.orders[0].lines[0]
    for path in (
        f"/orders/{bought.ref}/cancel",
        f"/orders/{bought.ref}/parts/{bought.ref}-1/cancel",
        f"/orders/{bought.ref}/lines/{line.id}/refund",
    ):
        assert client.post(path).status_code == 404
    assert client.get(f"/orders/{bought.ref}/lines/{line.id}/refund").status_code == 404


def test_number_and_four_digits_open_an_order(client, buy):
    bought = buy()
    answer = client.post("/orders/find", data={"number": f" {bought.ref.lower()}-1 ", "last_four": "0011"})
    assert answer.location == f"/orders/{bought.ref}"
    page = client.get(answer.location)
    assert bought.orders[0].lines[0].title_in("en") in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("number", "last_four"),
    [("REF", "9999"), ("L0000000000", "0011"), ("", ""), ("REF", ""), ("REF", "00112"), ("x" * 900, "0011"), ("'; --", "٠٠١١")],
)
def test_a_wrong_number_or_wrong_digits_open_nothing_and_sound_alike(client, buy, number, last_four):
    bought = buy()
    answer = client.post("/orders/find", data={"number": number.replace("REF", bought.ref), "last_four": last_four})
    assert answer.status_code == 422
    assert "Error:" in answer.text
    assert client.get(f"/orders/{bought.ref}").status_code == 303


def test_guessing_the_digits_of_one_order_ends_soon(client, buy, open_browser):
    bought = buy()
    answers = [
        client.post("/orders/find", data={"number": bought.ref, "last_four": f"{n:04d}"}).status_code for n in range(100, 111)
    ]
    assert answers[:10] == [422] * 10
    assert answers[10] == 429
    # a new browser has no new tries, and the right digits do not help any more either
    assert open_browser().post("/orders/find", data={"number": bought.ref, "last_four": "0011"}).status_code == 429
    with clock.stopped_at(clock.now() + dt.timedelta(hours=2)):
        assert client.post("/orders/find", data={"number": bought.ref, "last_four": "0011"}).status_code == 303


def test_an_unpaid_order_is_called_off_and_its_goods_go_back(client, fair, writing):
    add(client, fair.seed, 5)
    checkout(client)
    (bought,) = purchases(writing)
    assert sales.left(writing, fair.seed) == 45
    assert "Wrong? Call the order off" in client.get(f"/orders/{bought.ref}").text
    assert client.post(f"/orders/{bought.ref}/cancel").status_code == 303
    assert purchases(writing)[0].state == PurchaseState.CANCELLED
    assert sales.left(writing, fair.seed) == 50
    page = client.get(f"/orders/{bought.ref}").text
    assert "Order cancelled" in page
    assert f"/pay/{bought.ref}" not in page
    assert "Wrong?" not in page
    assert sales.breaches(writing) == {}


def test_an_order_whose_time_ran_out_says_so_and_offers_no_payment(client, fair, writing):
    add(client, fair.seed)
    checkout(client)
    (bought,) = purchases(writing)
    with clock.stopped_at(clock.now() + dt.timedelta(minutes=31)):
        # the sweep has not come by yet: the page does not send anybody to pay for what is not held
        assert f"/pay/{bought.ref}" not in client.get(f"/orders/{bought.ref}").text
        services.expire_purchases(writing)
        assert "Not paid in time" in client.get(f"/orders/{bought.ref}").text


def test_what_was_not_paid_in_time_is_put_into_the_basket_again_but_for_what_is_sold_no_more(client, fair, writing):
    add(client, fair.seed)
    add(client, fair.tea, 2)
    checkout(client)
    (bought,) = purchases(writing)
    assert "/again" not in client.get(f"/orders/{bought.ref}").text
    assert client.post(f"/orders/{bought.ref}/again").location == f"/orders/{bought.ref}", "it still waits for its money"
    services.cancel_purchase(writing, purchase_id=bought.id, by=None)
    writing.commit()
    assert f"/orders/{bought.ref}/again" in client.get(f"/orders/{bought.ref}").text
    client.post(f"/orders/{bought.ref}/again")
    with client.session_transaction() as cookie:
        assert cookie.pop("basket") == {fair.seed: 1, fair.tea: 2}
    (tea,) = [
        line.offer_id
        for order in queries.purchase_by_ref(writing, ref=bought.ref).orders
        for line in order.lines
        if line.offer_ref == fair.tea
    ]
    products.pause_offer(writing, offer_id=tea, by=fair.village.official)
    writing.commit()
    page = client.get(client.post(f"/orders/{bought.ref}/again").location).text
    assert "left out" in page
    with client.session_transaction() as cookie:
        assert cookie["basket"] == {fair.seed: 1}
        full = cookie["basket"] = {f"OTHER{number}": 1 for number in range(MOST_KINDS)}
    assert "order the rest separately" in client.get(client.post(f"/orders/{bought.ref}/again").location).text
    with client.session_transaction() as cookie:
        assert cookie["basket"] == full, "nothing that lay there is lost"


def test_a_paid_order_that_was_not_sent_can_be_asked_back_whole_once(client, fair, writing, buy):
    bought = buy((fair.seed, 2), (fair.tea, 1))
    knows(client, bought.ref)
    path = f"/orders/{bought.ref}/parts/{bought.ref}-1/cancel"
    for _ in range(2):  # a button pressed twice is told the same twice
        assert client.post(path).status_code == 303
        assert 'class="notice ok"' in client.get(f"/orders/{bought.ref}").text
    found = queries.order_by_ref(writing, ref=f"{bought.ref}-1")
    assert [(refund.total_fen, refund.state) for refund in found.refunds] == [(9600 + 700, RefundState.REQUESTED)]
    assert client.post(f"/orders/{bought.ref}/parts/L0000000000-1/cancel").status_code == 404
    assert sales.breaches(writing) == {}


def test_a_complaint_takes_reason_and_number_and_the_same_page_sent_twice_is_one(client, fair, writing, buy):
    bought = buy((fair.seed, 3))
    order = bought.orders[0]
    sales.sent(writing, order.id, fair.village.farmer)
    knows(client, bought.ref)
    path = f"/orders/{bought.ref}/lines/{order.lines[0].id}/refund"
    page = client.get(path).text
    given = {"key": value(page, "key"), "quantity": "1", "reason": "damaged", "note": "一包漏了"}
    for _ in range(2):
        assert client.post(path, data=given).status_code == 303
    (refund,) = queries.order_by_ref(writing, ref=order.ref).refunds
    assert (refund.quantity, refund.amount_fen, refund.reason, refund.note, refund.restock) == (
        1,
        4800,
        "damaged",
        "一包漏了",
        False,
    )
    assert "Refund asked for" in client.get(f"/orders/{bought.ref}").text
    assert sales.breaches(writing) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "4"},
        {"quantity": "0"},
        {"quantity": ""},
        {"reason": ""},
        {"reason": "greed"},
        {"reason": "cancelled"},
        {"note": "长" * 500},
    ],
)
def test_a_complaint_that_does_not_fit_is_said_and_asks_for_nothing(client, fair, writing, buy, wrong):
    bought = buy((fair.seed, 3))
    sales.sent(writing, bought.orders[0].id, fair.village.farmer)
    knows(client, bought.ref)
    path = f"/orders/{bought.ref}/lines/{bought.orders[0].lines[0].id}/refund"
    answer = client.post(path, data={"key": "k", "quantity": "1", "reason": "damaged", "note": ""} | wrong)
    assert answer.status_code in (409, 422)
    assert "Error:" in answer.text or "refund" in answer.text
    assert queries.order_by_ref(writing, ref=f"{bought.ref}-1").refunds == ()


def test_fresh_goods_are_not_sent_back_for_a_change_of_mind(client, fair, writing, buy):
    bought = buy((fair.tea, 1))
    sales.sent(writing, bought.orders[0].id, fair.village.official)
    knows(client, bought.ref)
    path = f"/orders/{bought.ref}/lines/{bought.orders[0].lines[0].id}/refund"
    answer = client.post(path, data={"key": "k", "quantity": "1", "reason": "changed_mind"})
    assert answer.status_code == 409
    assert "without a fault" in answer.text


@pytest.fixture
def fresh(client, fair, writing, buy):
    """Fresh goods, just delivered: their purchase, and the page where its buyer complains."""
    bought = buy((fair.tea, 3))
    sales.sent(writing, bought.orders[0].id, fair.village.official)
    writing.commit()
    knows(client, bought.ref)
    return bought, f"/orders/{bought.ref}/lines/{bought.orders[0].lines[0].id}/refund"


def claim(client, path, photos=0, **facts):
    data = {"key": value(client.get(path).text, "key"), "quantity": "1", "reason": "spoiled", **facts}
    shades = ("teal", "olive", "maroon", "navy")
    data["photos"] = [(io.BytesIO(photograph(shades[number])), f"{number}.jpg") for number in range(photos)]
    return client.post(path, data=data, content_type="multipart/form-data")


def claims(writing, bought):
    """Return the refunds of a purchase, and what each was asked for with."""
    writing.rollback()
    refunds = queries.order_by_ref(writing, ref=bought.orders[0].ref).refunds
    found = queries.claims_of_refunds(writing, refund_ids=[refund.id for refund in refunds])
    return refunds, [found[refund.id] for refund in refunds]


def test_fresh_goods_need_a_photo_within_their_hours_or_the_word_that_there_is_none(client, fresh, writing):
    bought, path = fresh
    page = client.get(path).text
    assert "Fresh goods: send a photo until" in page
    assert 'value="changed_mind"' not in page
    refused = claim(client, path)
    assert refused.status_code == 422
    assert "Add a photo of it." in refused.text
    assert claims(writing, bought) == ((), [])
    assert claim(client, path, photos=1).status_code == 303
    assert claim(client, path, quality="yes").status_code == 303
    assert [(one.basis, len(one.image_ids)) for one in claims(writing, bought)[1]] == [("photo", 1), ("quality", 0)]
    assert sales.breaches(writing) == {}


def test_a_claim_of_quality_has_no_end_and_says_so(client, fresh, writing):
    bought, path = fresh
    with clock.stopped_at(clock.now() + dt.timedelta(days=40)):
        services.complete_due(writing)
        writing.commit()
        assert "Your legal rights on quality have no such end" in client.get(path).text
        assert claim(client, path).status_code == 303
        assert claim(client, path, photos=1).status_code == 303
    assert [one.basis for one in claims(writing, bought)[1]] == ["quality", "quality"]


def test_what_is_no_photo_is_said_beside_the_photos_and_three_are_kept(client, fresh, writing):
    bought, path = fresh
    data = {"key": "k", "quantity": "1", "reason": "spoiled", "note": "都烂了", "photos": (io.BytesIO(b"<svg/>"), "a.jpg")}
    refused = client.post(path, data=data, content_type="multipart/form-data")
    assert 400 <= refused.status_code < 500
    assert 'href="#f-photos"' in refused.text
    assert "都烂了" in refused.text
    assert claim(client, path, photos=4).status_code == 303
    assert [len(one.image_ids) for one in claims(writing, bought)[1]] == [3]


def test_the_buyers_photos_are_for_the_officials_of_the_place_alone(client, fair, fresh, writing, open_browser):
    bought, path = fresh
    claim(client, path, photos=1)
    (refund,), (found,) = claims(writing, bought)
    view = media.private_image_views(writing, found.image_ids)[found.image_ids[0]]
    photo = f"/office/after-sale/{refund.ref}/photos/{view.ref}/320.jpeg"
    assert client.get(f"/media/{view.sha256}/320.jpeg").status_code == 404
    assert client.get(photo).status_code != 200
    official = open_browser()
    official.set_cookie("lang", "en")
    enter(official, fair.second_official)
    page = official.get("/office/after-sale").text
    assert "with a photo within 24 hours of delivery" in page
    assert photo.rpartition("/")[0] in page
    with official.get(photo) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert official.get(photo.replace(view.ref, "M0")).status_code == 404
    assert official.get(photo.replace("320", "321")).status_code == 404
    enter(official, fair.village.stranger)
    assert official.get(photo).status_code == 404


def test_a_parcels_way_is_told_with_its_number(client, fair, writing, buy):
    bought = buy()
    knows(client, bought.ref)
    assert "Paid" in client.get(f"/orders/{bought.ref}").text
    order = sales.sent(writing, bought.orders[0].id, fair.village.farmer, "shipped")
    page = client.get(f"/orders/{bought.ref}").text
    assert order.tracking_no in page
    assert "On its way" in page
    services.deliver_order(writing, order_id=order.id, by=fair.village.official)
    assert "Delivered" in client.get(f"/orders/{bought.ref}").text


def test_where_the_money_went_adds_up_to_what_was_paid(client, fair, writing, buy):
    bought = buy((fair.seed, 2), fee_fen=62)
    knows(client, bought.ref)
    page = client.get(f"/orders/{bought.ref}").text
    part = page[page.index('class="splitbar"') :]
    figures = [int(yuan.replace(",", "").replace(".", "")) for yuan in re.findall(r'<b class="num">¥([0-9,.]+)</b>', part)[:4]]
    assert sum(figures) == bought.total_fen == 10300


def test_the_money_of_an_order_is_said_to_go_to_whoever_sold_it(client, fair, writing, buy):
    bought = buy((fair.seed, 1), (fair.tea, 1))
    knows(client, bought.ref)
    page = client.get(f"/orders/{bought.ref}").text
    assert (page.count("To the household"), page.count("To the enterprise")) == (1, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_the_way_speaks_both_languages(client, fair, buy, lang):
    bought = buy()
    knows(client, bought.ref)
    client.set_cookie("lang", lang)
    add(client, fair.seed)
    line = bought.orders[0].lines[0]
    for path in ("/cart", "/checkout", "/orders/find", f"/orders/{bought.ref}", f"/orders/{bought.ref}/lines/{line.id}/refund"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert ('lang="zh-CN"' if lang == "zh" else 'lang="en-GB"') in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_more_goods_and_more_orders_cost_no_more_questions(client, fair, writing, app):
    enter(client, fair.buyer)

    def buy(count):
        for _ in range(count):
            sales.bought(writing, [(fair.seed, 1)], sealer=app.extensions["sealer"], buyer_user_id=fair.buyer)

    buy(1)
    add(client, fair.seed)
    few = {path: counted(client, path) for path in ("/orders", "/cart", "/checkout")}
    buy(9)
    for ref in (fair.rice, fair.tea):
        add(client, ref)
    assert writing.scalar(select(func.count()).select_from(Purchase)) == 10
    assert {path: counted(client, path) for path in few} == few


def test_what_is_bought_within_thirty_days_of_a_shared_link_counts_for_its_promotion(client, fair, writing):
    with clock.stopped_at(clock.now() - dt.timedelta(days=30)):
        client.get("/products/?from=lotus-festival")
        client.get("/products/?from=no%20code%20of%20ours")  # passed over
    add(client, fair.seed)
    checkout(client)
    with clock.stopped_at(clock.now() + dt.timedelta(days=1)):
        services.expire_purchases(writing)
        add(client, fair.seed)
        checkout(client)
        client.get("/?from=wechat")  # the later link takes the place of the first
        add(client, fair.seed)
        checkout(client)
    assert [one.promotion for one in purchases(writing)] == ["lotus-festival", None, "wechat"]


@pytest.mark.parametrize("held", [{"code": 1}, ["wechat"], ["wechat", "yesterday"], ["we chat", "2026-11-26"], "wechat", [1, 2]])
def test_a_promotion_that_this_release_did_not_write_is_passed_over(client, fair, writing, held):
    with client.session_transaction() as cookie:
        cookie["from"] = held
    add(client, fair.seed)
    checkout(client)
    assert [one.promotion for one in purchases(writing)] == [None]
