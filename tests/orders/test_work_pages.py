"""Orders at work: the farmer's desk, the officials of the area, and refunds that two people decide."""

import datetime as dt

import pytest

from marketplace.farmers import services as farmers
from marketplace.kernel import clock
from marketplace.orders import queries, services
from marketplace.orders.values import OrderState, RefundState
from tests.farmers import places
from tests.farmers.places import enter
from tests.orders import sales
from tests.orders.test_shop_pages import counted

TOWN, OTHER_TOWN, COUNTY = "360321101", "360321102", "360321"
PHONE, STREET = sales.CONTACT.phone, "解放路1号"


@pytest.fixture
def order(buy):
    return buy().orders[0]


@pytest.fixture
def clerk(writing, fair):
    """A township's official who had no part in anything."""
    return places.official(writing, "township_official", TOWN)


def state(writing, order):
    writing.rollback()
    return queries.order_by_ref(writing, ref=order.ref).state


def ask(writing, order, by=None, quantity=1, reason="damaged"):
    return sales.asked(writing, order.lines[0], quantity, by=by, reason=reason)


def test_the_farmer_takes_an_order_on_with_one_button_at_a_time(client, fair, writing, order):
    enter(client, fair.village.farmer)
    assert order.ref in client.get("/desk/orders").text
    for step, then in (("confirm", OrderState.CONFIRMED), ("pack", OrderState.PACKED), ("hand-in", OrderState.HANDED_IN)):
        page = client.get(f"/desk/orders/{order.ref}").text
        assert page.count(f'action="/desk/orders/{order.ref}/') == 1
        assert f'action="/desk/orders/{order.ref}/{step}"' in page
        for _ in range(2):  # a button pressed twice
            assert client.post(f"/desk/orders/{order.ref}/{step}").status_code == 303
        assert state(writing, order) == then
    assert f'action="/desk/orders/{order.ref}/' not in client.get(f"/desk/orders/{order.ref}").text
    assert sales.breaches(writing) == {}


def test_a_step_out_of_turn_is_refused_in_words(client, fair, writing, order):
    enter(client, fair.village.farmer)
    assert client.post(f"/desk/orders/{order.ref}/hand-in").status_code == 303
    assert "can&#39;t follow now" in client.get(f"/desk/orders/{order.ref}").text
    assert state(writing, order) == OrderState.PLACED
    assert client.post(f"/desk/orders/{order.ref}/deliver").status_code == 404


def test_nobody_packs_what_is_asked_back(client, fair, writing, order):
    services.cancel_order(writing, order_id=order.id, by=None, key="c")
    enter(client, fair.village.farmer)
    assert 'class="dock"' not in client.get(f"/desk/orders/{order.ref}").text
    client.post(f"/desk/orders/{order.ref}/confirm")
    assert "Wait until the village has answered." in client.get(f"/desk/orders/{order.ref}").text
    assert state(writing, order) == OrderState.PLACED


def test_an_unpaid_order_is_not_on_the_desk(client, fair, writing, app):
    unpaid = sales.place(writing, [(fair.seed, 1)], sealer=app.extensions["sealer"])
    enter(client, fair.village.farmer)
    assert unpaid.ref not in client.get("/desk/orders").text
    assert client.get(f"/desk/orders/{unpaid.ref}-1").status_code == 404


def test_another_farmers_order_is_not_there(client, fair, writing, order, app):
    _, other, _ = places.selling_household(writing, app.extensions["sealer"])
    enter(client, other)
    assert order.ref not in client.get("/desk/orders").text
    assert client.get(f"/desk/orders/{order.ref}").status_code == 404
    assert client.post(f"/desk/orders/{order.ref}/confirm").status_code == 404
    assert state(writing, order) == OrderState.PLACED


def test_the_farmer_does_not_open_an_order_of_somebody_else_in_the_same_purchase(client, fair, buy):
    bought = buy((fair.seed, 1), (fair.tea, 1))
    enter(client, fair.village.farmer)
    mine, other = bought.orders
    assert client.get(f"/desk/orders/{mine.ref}").status_code == 200
    assert client.get(f"/desk/orders/{other.ref}").status_code == 404


def test_the_buyers_number_and_street_stand_there_until_the_window_closes_and_never_after(client, fair, writing, order, clerk):
    with clock.stopped_at(clock.now()) as _:
        start = clock.now()
    services.confirm_order(writing, order_id=order.id, by=fair.village.farmer)
    for person, path in ((fair.village.farmer, f"/desk/orders/{order.ref}"), (clerk, f"/office/orders/{order.ref}")):
        enter(client, person)
        page = client.get(path).text
        assert PHONE in page
        assert STREET in page
    services.pack_order(writing, order_id=order.id, by=fair.village.farmer)
    services.hand_in_order(writing, order_id=order.id, by=fair.village.farmer)
    services.ship_order(writing, order_id=order.id, by=clerk, carrier="顺丰", tracking_no="SF1")
    services.deliver_order(writing, order_id=order.id, by=clerk)
    hours = order.lines[0].after_sale_hours
    for after, is_shown in ((hours - 1, True), (hours + 1, False)):
        with clock.stopped_at(start + dt.timedelta(hours=after)):
            for person, path in ((fair.village.farmer, f"/desk/orders/{order.ref}"), (clerk, f"/office/orders/{order.ref}")):
                enter(client, person)
                page = client.get(path).text
                assert (PHONE in page, STREET in page) == (is_shown, is_shown), (path, after)


def test_a_cancelled_orders_buyer_is_left_alone(client, fair, writing, order):
    (refund,) = services.cancel_order(writing, order_id=order.id, by=None, key="c")
    sales.refunded(writing, fair, refund)
    enter(client, fair.village.farmer)
    page = client.get(f"/desk/orders/{order.ref}").text
    assert PHONE not in page
    assert STREET not in page


def test_lists_never_show_a_buyers_number(client, fair, order, clerk):
    for person, path in ((fair.village.farmer, "/desk/orders"), (clerk, "/office/orders"), (clerk, "/office/after-sale")):
        enter(client, person)
        page = client.get(path).text
        assert PHONE not in page
        assert STREET not in page


def test_the_collection_point_hands_on_and_notes_number_and_arrival(client, fair, writing, order, clerk):
    enter(client, clerk)
    for step in ("confirm", "pack", "hand-in"):
        assert f'/office/orders/{order.ref}/{step}"' in client.get(f"/office/orders/{order.ref}").text
        assert client.post(f"/office/orders/{order.ref}/{step}").status_code == 303
    answer = client.post(f"/office/orders/{order.ref}/ship", data={"carrier": "顺丰", "tracking_no": ""})
    assert answer.status_code == 422
    assert "Error:" in answer.text
    assert 'value="顺丰"' in answer.text
    assert client.post(f"/office/orders/{order.ref}/ship", data={"carrier": "顺丰", "tracking_no": " sf123 "}).status_code == 303
    page = client.get(f"/office/orders/{order.ref}").text
    assert "SF123" in page
    assert client.post(f"/office/orders/{order.ref}/deliver").status_code == 303
    assert state(writing, order) == OrderState.DELIVERED
    assert sales.breaches(writing) == {}


def test_another_parcels_number_is_refused_and_kept_in_its_box(client, fair, writing, buy, clerk):
    first, second = buy().orders[0], buy().orders[0]
    sales.sent(writing, first.id, clerk, "shipped")
    sales.sent(writing, second.id, clerk, "handed_in")
    taken = queries.order_by_ref(writing, ref=first.ref).tracking_no
    enter(client, clerk)
    answer = client.post(f"/office/orders/{second.ref}/ship", data={"carrier": "顺丰", "tracking_no": taken})
    assert answer.status_code == 409
    assert "Another parcel has this tracking number" in answer.text
    assert f'value="{taken}"' in answer.text
    assert state(writing, second) == OrderState.HANDED_IN


def test_an_official_of_another_township_finds_nothing(client, fair, writing, order):
    refund = ask(writing, order)
    enter(client, places.official(writing, "township_official", OTHER_TOWN))
    assert order.ref not in client.get("/office/orders").text
    assert f"/office/orders/{order.ref}" not in client.get("/office/orders", query_string={"q": order.ref}).text
    assert refund.order_ref not in client.get("/office/after-sale").text
    assert client.get(f"/office/orders/{order.ref}").status_code == 404
    for path, data in (
        (f"/office/orders/{order.ref}/confirm", {}),
        (f"/office/orders/{order.ref}/ship", {"carrier": "a", "tracking_no": "b"}),
        (f"/office/after-sale/{refund.ref}/approve", {}),
        (f"/office/after-sale/{refund.ref}/reject", {"answer": "no"}),
    ):
        assert client.post(path, data=data).status_code == 404, path
    assert state(writing, order) == OrderState.PLACED


def test_the_auditor_reads_and_changes_nothing_and_sees_no_number(client, fair, writing, order):
    refund = ask(writing, order)
    enter(client, places.official(writing, "auditor", COUNTY))
    page = client.get(f"/office/orders/{order.ref}").text
    assert order.lines[0].title_in("en") in page
    assert PHONE not in page
    assert "<button" not in page[page.index('id="main"') :]
    assert client.get("/office/after-sale").status_code == 200
    assert client.post(f"/office/orders/{order.ref}/confirm").status_code == 403
    assert client.post(f"/office/after-sale/{refund.ref}/approve").status_code == 403


def test_an_order_is_found_by_its_number_or_its_beginning(client, fair, buy, clerk):
    first, second = buy(), buy((fair.rice, 1))
    enter(client, clerk)
    page = client.get("/office/orders", query_string={"q": first.ref.lower()}).text
    assert f"/office/orders/{first.ref}-1" in page
    assert f"/office/orders/{second.ref}-1" not in page
    for odd in ("%", "_", "'", "\\", "x" * 4000):
        answer = client.get("/office/orders", query_string={"q": odd})
        assert answer.status_code == 200
        assert f"/office/orders/{first.ref}-1" not in answer.text


@pytest.mark.parametrize(
    "query", [{"before": "0"}, {"before": "-1"}, {"before": str(2**70)}, {"before": "x"}, {"state": "eaten"}]
)
def test_odd_questions_to_the_lists_are_answered(client, fair, order, clerk, query):
    enter(client, clerk)
    for path in ("/office/orders", "/office/after-sale"):
        assert client.get(path, query_string=query).status_code == 200
    enter(client, fair.village.farmer)
    for path in ("/desk/orders", "/orders"):
        assert client.get(path, query_string=query).status_code == 200


def test_a_refund_is_approved_by_somebody_else_than_asked(client, fair, writing, order, clerk):
    refund = ask(writing, order, by=clerk)
    enter(client, clerk)
    page = client.get("/office/after-sale").text
    assert f"/office/after-sale/{refund.ref}/approve" not in page
    client.post(f"/office/after-sale/{refund.ref}/approve")
    assert "Ask another official." in client.get("/office/after-sale").text
    assert queries.refund_by_ref(writing, ref=refund.ref).state == RefundState.REQUESTED
    enter(client, fair.second_official)
    page = client.get("/office/after-sale").text
    assert f"/office/after-sale/{refund.ref}/approve" in page
    assert "¥48.00" in page
    assert f"{refund.title_en} × {refund.quantity}" in page
    assert client.post(f"/office/after-sale/{refund.ref}/approve").status_code == 303
    writing.rollback()
    found = queries.refund_by_ref(writing, ref=refund.ref)
    assert (found.state, found.approved_by) == (RefundState.APPROVED, fair.second_official)
    assert sales.breaches(writing) == {}


def test_a_refund_is_turned_down_in_words_that_the_buyer_reads(client, fair, writing, buy, clerk):
    bought = buy()
    refund = ask(writing, bought.orders[0])
    enter(client, clerk)
    answer = client.post(f"/office/after-sale/{refund.ref}/reject", data={"answer": "  "})
    assert answer.status_code == 422
    assert f'href="#f-answer-{refund.ref}"' in answer.text
    assert client.post(f"/office/after-sale/{refund.ref}/reject", data={"answer": "照片上是好的"}).status_code == 303
    with client.session_transaction() as held:
        held["orders"] = [bought.ref]
    assert "照片上是好的" in client.get(f"/orders/{bought.ref}").text
    assert queries.refund_by_ref(writing, ref=refund.ref).state == RefundState.REJECTED
    assert sales.breaches(writing) == {}


def test_the_office_is_told_how_many_refunds_wait(client, fair, writing, order, clerk):
    enter(client, clerk)
    before = client.get("/office/orders").text
    ask(writing, order)
    after = client.get("/office/orders").text
    assert after.count('class="count">1<') > before.count('class="count">1<')


def test_the_desks_home_counts_what_waits(client, fair, writing, buy):
    enter(client, fair.village.farmer)
    assert 'class="count"' not in client.get("/desk/").text
    buy()
    order = buy().orders[0]
    assert 'class="count">2<' in client.get("/desk/").text
    sales.sent(writing, order.id, fair.village.farmer, "handed_in")
    assert 'class="count">1<' in client.get("/desk/").text


def test_more_orders_cost_no_more_questions(client, fair, writing, buy, clerk):
    ask(writing, buy((fair.seed, 1)).orders[0])
    paths = ((fair.village.farmer, "/desk/orders"), (clerk, "/office/orders"), (clerk, "/office/after-sale"))

    def count():
        found = []
        for person, path in paths:
            enter(client, person)
            found.append(counted(client, path))
        return found

    few = count()
    for _ in range(9):
        ask(writing, buy((fair.seed, 1)).orders[0])
    assert count() == few


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("until", ["placed", "confirmed", "packed", "handed_in", "shipped", "delivered"])
def test_every_state_of_an_order_has_its_words_for_buyer_desk_and_office(client, fair, writing, buy, clerk, until, lang):
    bought = buy()
    order = bought.orders[0]
    if until != "placed":
        if until in ("confirmed", "packed"):
            services.confirm_order(writing, order_id=order.id, by=clerk)
            if until == "packed":
                services.pack_order(writing, order_id=order.id, by=clerk)
        else:
            sales.sent(writing, order.id, clerk, until)
    writing.commit()
    assert state(writing, order) == until
    for person, path in (
        (fair.village.farmer, f"/desk/orders/{order.ref}"),
        (fair.village.farmer, "/desk/orders"),
        (clerk, f"/office/orders/{order.ref}"),
        (clerk, "/office/orders"),
        (fair.buyer, f"/orders/{bought.ref}"),
    ):
        enter(client, person)
        client.set_cookie("lang", lang)
        with client.session_transaction() as held:
            held["orders"] = [bought.ref]
        answer = client.get(path)
        assert answer.status_code == 200
        assert ('lang="zh-CN"' if lang == "zh" else 'lang="en-GB"') in answer.text
        assert 'class="tag' in answer.text or path == "/office/orders"


def test_an_official_finds_no_buttons_beside_what_their_own_household_sold(client, fair, writing, order, clerk):
    farmers.match_user_to_household(writing, household_id=fair.village.household_id, user_id=clerk, by=fair.village.official)
    sales.sent(writing, order.id, fair.village.farmer, until="handed_in")
    enter(client, clerk)
    page = client.get(f"/office/orders/{order.ref}").text
    assert "Your own household sold this." in page
    assert f'action="/office/orders/{order.ref}/' not in page
    sent_anyway = client.post(f"/office/orders/{order.ref}/ship", data={"carrier": "顺丰", "tracking_no": "SF1"})
    assert sent_anyway.status_code == 403
    assert state(writing, order) == OrderState.HANDED_IN
    enter(client, fair.second_official)
    assert f'action="/office/orders/{order.ref}/ship"' in client.get(f"/office/orders/{order.ref}").text
