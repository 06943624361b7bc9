"""Saying how it was: who may, of what, once; the form without script, and where it stands afterwards."""

import io
import itertools

import pytest
from PIL import Image
from sqlalchemy import func, select

from marketplace.farmers import services as farmers
from marketplace.kernel.errors import NotThere
from marketplace.media import queries as media
from marketplace.media.services import DiskStore
from marketplace.orders import queries, refusals, rules, services
from marketplace.orders.values import OrderState
from marketplace.products import queries as products
from marketplace.products import services as goods
from marketplace.products.models import Review
from marketplace.products.refusals import ReviewedAlready
from tests.farmers.places import enter
from tests.orders import sales
from tests.orders.test_shop_pages import knows, value
from tests.products.goods import photograph

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_keys = itertools.count(1)


def test_goods_have_arrived_in_two_of_the_states():
    assert set(rules.ARRIVED) == set(OrderState) - {*rules.UNDELIVERED, OrderState.CANCELLED}


def say(session, line, by=None, **facts):
    given = {"key": f"said-{next(_keys)}", "line_id": line.id, "stars": 5, "words": "好吃", "by": by} | facts
    return services.review_line(session, **given)


@ON_SQLITE
def test_what_came_is_reviewed_once_a_line_by_its_buyer_and_nothing_else(session):
    market = sales.fair(session)
    village = market.village
    bought = sales.bought(session, [(market.seed, 1), (market.rice, 2), (market.tea, 1)], buyer_user_id=market.buyer)
    own, tea = (queries.order_by_id(session, order_id=order.id) for order in bought.orders)
    for until in ("confirmed", "handed_in"):
        with pytest.raises(refusals.NotDelivered):
            say(session, own.lines[0])
        if until == "confirmed":
            sales.sent(session, own.id, village.farmer, until="handed_in")
    services.ship_order(session, order_id=own.id, by=None, carrier="顺丰", tracking_no="SF1")
    services.deliver_order(session, order_id=own.id, by=None)
    ref = say(session, own.lines[0], by=market.buyer, key="one")
    assert say(session, own.lines[0], by=market.buyer, key="one", stars=1) == ref
    with pytest.raises(ReviewedAlready):
        say(session, own.lines[0], by=market.buyer)
    say(session, own.lines[1], stars=3)
    with pytest.raises(refusals.NotDelivered):
        say(session, tea.lines[0])
    with pytest.raises(NotThere):
        services.review_line(session, key="x", line_id=987654, stars=5, words="", by=None)
    found = queries.reviews_of_lines(session, [own.lines[0].id, own.lines[1].id, tea.lines[0].id])
    assert {line: (one.stars, one.province) for line, one in found.items()} == {
        own.lines[0].id: (5, sales.PROVINCE), own.lines[1].id: (3, sales.PROVINCE),
    }  # fmt: skip
    assert [one.stars for one in queries.reviews_of_buyer(session, user_id=market.buyer)] == [3, 5]
    assert queries.reviews_of_buyer(session, user_id=village.farmer) == ()


@ON_SQLITE
def test_whoever_sold_it_does_not_review_it_signed_in_or_as_a_guest_of_their_own_order(session):
    market = sales.fair(session)
    farmer = market.village.farmer
    theirs = sales.bought(session, [(market.seed, 1)], buyer_user_id=farmer).orders[0]
    others = sales.bought(session, [(market.seed, 1)]).orders[0]
    for order in (theirs, others):
        sales.sent(session, order.id, farmer)
    for line, by in ((theirs.lines[0], farmer), (theirs.lines[0], None), (others.lines[0], farmer)):
        with pytest.raises(refusals.OwnGoods):
            say(session, line, by=by)
    assert say(session, others.lines[0])


@pytest.fixture
def arrived(app, writing, fair):
    """A guest's purchase of seed and rice that has come."""
    bought = sales.bought(writing, [(fair.seed, 1), (fair.rice, 1)], sealer=app.extensions["sealer"])
    sales.sent(writing, bought.orders[0].id, fair.village.farmer)
    writing.commit()
    return bought


@pytest.fixture
def path(arrived):
    return f"/orders/{arrived.ref}/lines/{arrived.orders[0].lines[0].id}/review"


def send(client, path, photos=(), **facts):
    data = {"key": value(client.get(path).text, "key"), "stars": "4", "words": "很甜", **facts}
    data["photos"] = [(io.BytesIO(each), f"{number}.jpg") for number, each in enumerate(photos)]
    return client.post(path, data=data, content_type="multipart/form-data")


def kept(writing):
    writing.rollback()
    return writing.scalar(select(func.count()).select_from(Review))


def test_a_guest_says_how_it_was_from_the_order_page_and_finds_it_there(client, writing, fair, arrived, path):
    knows(client, arrived.ref)
    order = client.get(f"/orders/{arrived.ref}").text
    assert order.count("Say how it was<") == 2
    page = client.get(path).text
    for words in ("Very bad", "Very good"):
        assert words in page
    assert page.count('name="stars"') == 5
    answer = send(client, path)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/orders/{arrived.ref}#line-")
    order = client.get(answer.location).text
    assert order.count("Say how it was<") == 1
    assert "很甜" in order
    assert "Thank you. Whoever buys next reads it." in order
    # coming back to the form leads to what stands; sending it once more changes nothing
    assert client.get(path).status_code == 303
    again = client.post(path, data={"key": "other", "stars": "1", "words": "不甜"})
    assert again.status_code == 409
    assert "You have said how it was already." in again.text
    assert kept(writing) == 1
    (ref,) = (one.ref for one in products.reviews_of_offer(writing, products.offer_by_ref(writing, fair.seed).id).rows)
    goods.answer_review(writing, ref=ref, words="谢谢您", by=fair.village.farmer)
    goods.hide_review(writing, ref=ref, reason="与商品无关", by=fair.village.official)
    writing.commit()
    order = client.get(f"/orders/{arrived.ref}").text
    assert "谢谢您" in order
    assert "An official has hidden this from others" in order
    assert "与商品无关" in order


def test_what_is_refused_keeps_what_was_typed(client, writing, arrived, path):
    knows(client, arrived.ref)
    refused = send(client, path, stars="", words="很甜，就是少了点", photos=[photograph()])
    assert refused.status_code == 422
    assert 'href="#f-stars"' in refused.text
    assert "很甜，就是少了点" in refused.text
    assert "Please choose your photos once more" in refused.text
    for facts in ({"stars": "6"}, {"stars": "0"}, {"stars": "five"}, {"words": "好" * 301}):
        refused = send(client, path, **facts)
        assert refused.status_code == 422, facts
    assert 'value="4" checked' in refused.text
    refused = send(client, path, photos=[b"<svg/>"])
    assert 400 <= refused.status_code < 500
    assert 'href="#f-photos"' in refused.text
    assert "很甜" in refused.text
    assert kept(writing) == 0


def test_three_photos_are_kept_for_everybody_and_without_what_the_phone_wrote_into_them(
    app, client, writing, fair, arrived, path
):
    knows(client, arrived.ref)
    secret = Image.Exif()
    secret[0x010E] = "27.13 N 113.95 E"
    out = io.BytesIO()
    Image.new("RGB", (500, 400), "maroon").save(out, "JPEG", exif=secret)
    photos = [out.getvalue(), *(photograph(each) for each in ("teal", "olive", "navy"))]
    assert send(client, path, photos=photos).status_code == 303
    writing.rollback()
    (one,) = products.reviews_of_offer(writing, products.offer_by_ref(writing, fair.seed).id).rows
    views = media.image_views(writing, one.image_ids)
    assert len(views) == 3
    store = DiskStore(app.extensions["settings"].media_dir)
    first = views[one.image_ids[0]]
    for kind, width in first.files:
        assert b"27.13 N" not in store.path(first.sha256, f"{width}.{kind}").read_bytes()
    page = client.get(f"/products/{products.offer_by_ref(writing, fair.seed).slug}").text
    assert all(f"/media/{view.sha256}" in page for view in views.values())


def test_only_whoever_knows_the_order_reviews_it_and_only_once_it_has_come(app, client, writing, fair, arrived, path):
    assert client.get(path).status_code == 404
    assert client.post(path, data={"stars": "5"}).status_code == 404
    waiting = sales.bought(writing, [(fair.seed, 1)], sealer=app.extensions["sealer"])
    writing.commit()
    knows(client, arrived.ref, waiting.ref)
    early = f"/orders/{waiting.ref}/lines/{waiting.orders[0].lines[0].id}/review"
    assert "Say how it was<" not in client.get(f"/orders/{waiting.ref}").text
    assert client.get(early).location == f"/orders/{waiting.ref}"
    refused = client.post(early, data={"stars": "5"})
    assert refused.status_code == 409
    assert "It has not come yet." in refused.text
    # another's line is no line of this order
    assert client.get(f"/orders/{waiting.ref}/lines/{arrived.orders[0].lines[0].id}/review").status_code == 404
    enter(client, fair.village.farmer)
    knows(client, arrived.ref)
    assert "Say how it was<" not in client.get(f"/orders/{arrived.ref}").text
    assert "for others to say" in client.post(path, data={"stars": "5"}).text
    assert kept(writing) == 0


def test_a_buyer_whose_account_is_of_the_household_now_is_refused(writing, fair, arrived):
    farmers.match_user_to_household(writing, household_id=fair.village.household_id, user_id=fair.buyer, by=fair.village.official)
    with pytest.raises(refusals.OwnGoods):
        say(writing, arrived.orders[0].lines[0], by=fair.buyer)
