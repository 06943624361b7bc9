"""The pages of goods: a household lists in three screens without typing, the village looks, the shop shows."""

import gzip
import io
import re

import brotli
import pytest

from marketplace.assistance import services as assistance
from marketplace.farmers import services as farmers
from marketplace.farmers.values import SellerKind
from marketplace.kernel import clock
from marketplace.products import queries, services
from tests.farmers.places import OTHER_VILLAGE, enter
from tests.products.goods import VILLAGE, assert_truths_hold, listed, on_sale, photograph, village

#: The budget of a page's HTML.
MOST_HTML = 14 * 1024


@pytest.fixture
def place(app, writing):
    found = village(writing, app.extensions["sealer"])
    writing.commit()
    return found


def send_photo(client, **fields):
    data = {"photos": (io.BytesIO(photograph()), "a.jpg"), "client_key": "k", **fields}
    return client.post("/desk/offers/new", data=data, content_type="multipart/form-data")


def test_a_household_lists_in_three_screens_and_the_village_puts_it_on_sale(client, place, writing):
    enter(client, place.farmer)
    assert place.household_ref in client.get("/desk/offers/new").text
    answer = send_photo(client, household=place.household_ref)
    assert answer.status_code == 303
    goods = answer.headers["Location"]
    page = client.get(goods).text
    # what the household grows comes first and is chosen already; its price stands in the box
    assert re.search(r'name="variety" value="(white_rice|lotus_seed)"', page)
    page = client.get(goods + "?variety=lotus_seed").text
    price = re.search(r'name="price"[^>]* value="([0-9.]+)"', page)[1]
    answer = client.post(goods, data={"variety": "lotus_seed", "unit": "500", "price": price, "stock": "20", "harvest": "1"})
    assert answer.status_code == 303
    check = answer.headers["Location"]
    assert "Start selling" in client.get(check).text
    answer = client.post(check)
    assert "Sent to the village" in client.get(answer.headers["Location"]).text
    ref = check.split("/")[3]

    enter(client, place.official)
    assert "Lotus seed 500 g" in client.get("/office/offers").text
    assert client.post(f"/office/offers/{ref}/approve").status_code == 303
    offer = queries.offer_by_ref(writing, ref)
    assert offer.state == "on_sale"

    client.get("/", headers={})
    for path in ("/", "/products/", f"/products/{offer.slug}", "/search?q=lianzi", f"/sellers/{place.seller_ref}"):
        assert "Lotus seed 500 g" in client.get(path).text, path
    assert offer.slug in client.get("/sitemap.xml").text
    assert_truths_hold(writing)


def test_a_price_outside_the_guidance_is_asked_about_once_and_never_blocked(client, place):
    enter(client, place.farmer)
    goods = send_photo(client, household=place.household_ref).headers["Location"]
    given = {"variety": "lotus_seed", "unit": "500", "price": "999", "stock": "20", "harvest": "0"}
    asked = client.post(goods, data=given)
    assert asked.status_code == 200
    assert 'name="sure" value="99900"' in asked.text
    assert client.post(goods, data={**given, "sure": "99900"}).status_code == 303
    assert client.post(goods, data={**given, "price": "998", "sure": "99900"}).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("price", "-1"), ("price", "NaN"), ("price", "1e400"), ("stock", "0"), ("stock", "x"), ("unit", "-5"), ("variety", "gold"),
     ("harvest", "99999"), ("price", ""), ("story", "x" * 5000)],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(client, place, field, value):
    enter(client, place.farmer)
    goods = send_photo(client, household=place.household_ref).headers["Location"]
    given = {"variety": "lotus_seed", "unit": "500", "price": "48", "stock": "37", "harvest": "0", field: value}
    answer = client.post(goods, data=given)
    assert answer.status_code == 200
    assert "What do you sell?" in answer.text


def test_no_photograph_or_no_picture_is_refused_in_words(client, place):
    enter(client, place.farmer)
    answer = client.post("/desk/offers/new", data={"household": place.household_ref})
    assert "Take at least one photo first." in answer.text
    bad = send_photo(client, household=place.household_ref, photos=(io.BytesIO(b"<svg/>"), "a.jpg"))
    assert "Only photographs can be used" in bad.text


def test_a_helper_lists_only_for_a_household_that_agrees(client, place, writing):
    enter(client, place.official)
    assert "Buyers see the household as the producer" in client.get(f"/desk/offers/new?household={place.household_ref}").text
    assert "Ask the household first" in send_photo(client, household=place.household_ref).text
    goods = send_photo(client, household=place.household_ref, consent="yes").headers["Location"]
    offer = queries.offer_by_ref(writing, goods.split("/")[3])
    assert (offer.household_id, offer.listed_by) == (place.household_id, place.official)
    assert offer.on_behalf_of_consent_id is not None


def test_strangers_get_the_same_404_as_for_what_is_not_there(client, place, writing):
    offer = listed(writing, place)
    writing.commit()
    enter(client, place.stranger)
    for path in (
        f"/desk/offers/{offer.ref}",
        f"/desk/offers/{offer.ref}/goods",
        f"/desk/offers/new?household={place.household_ref}",
    ):
        assert client.get(path).status_code == 404, path
    for verb in ("approve", "return", "licence"):
        assert client.post(f"/office/offers/{offer.ref}/{verb}", data={"reason": "x"}).status_code == 404
    assert client.post("/office/offers/P0/approve").status_code == 404
    assert offer.ref not in client.get("/office/offers").text
    # an official of the village manages no household's own listing
    enter(client, place.official)
    assert client.post(f"/desk/offers/{offer.ref}/pause").status_code == 404


def test_what_waits_or_was_put_away_is_not_in_the_shop(client, place, writing):
    waiting, sold = listed(writing, place), on_sale(writing, place)
    writing.commit()
    assert client.get(f"/products/{waiting.slug}").status_code == 404
    assert client.get(f"/products/{sold.slug}").status_code == 200
    services.pause_offer(writing, offer_id=sold.id, by=place.farmer)
    writing.commit()
    page = client.get(f"/products/{sold.slug}").text
    assert "/cart/add" not in page
    services.archive_offer(writing, offer_id=sold.id, by=place.farmer)
    writing.commit()
    assert client.get(f"/products/{sold.slug}").status_code == 404


def test_a_household_changes_price_and_number_and_pauses(client, place, writing):
    offer = on_sale(writing, place)
    writing.commit()
    enter(client, place.farmer)
    base = f"/desk/offers/{offer.ref}"
    client.post(f"{base}/price", data={"price": "52.5"})
    client.post(f"{base}/stock", data={"left": "7"})
    client.post(f"{base}/pause")
    writing.expire_all()
    assert (offer.price_fen, offer.state, queries.left_of(writing, [offer.id])[offer.id]) == (5250, "paused", 7)
    assert client.post(f"{base}/price", data={"price": "free"}).status_code == 200
    client.post(f"{base}/resume")
    writing.expire_all()
    assert offer.state == "on_sale"
    assert_truths_hold(writing)


def test_the_village_sends_back_only_with_words(client, place, writing):
    offer = listed(writing, place)
    writing.commit()
    enter(client, place.official)
    assert (
        "Say in a few words what should be changed."
        in client.post(f"/office/offers/{offer.ref}/return", data={"reason": ""}).text
    )
    client.post(f"/office/offers/{offer.ref}/return", data={"reason": "Please photograph it again"})
    enter(client, place.farmer)
    assert "Please photograph it again" in client.get("/desk/offers").text


@pytest.mark.parametrize(
    "query",
    ["category=rice", "category=gold", "season=now", "area=360321101", "area=%27%27", "price=20-50", "price=-", "price=x",
     "sort=sold", "sort=%00", "after=x", "after=9~9&sort=price", "before=9~9&sort=price",
     "after=2026-01-01T00:00:00%2B00:00~5", "after=" + "9" * 400],
)  # fmt: skip
def test_an_address_that_makes_no_sense_still_shows_a_list(client, place, writing, query):
    on_sale(writing, place)
    writing.commit()
    answer = client.get(f"/products/?{query}")
    assert answer.status_code == 200
    assert len(gzip.compress(answer.data)) < MOST_HTML


def test_the_list_leads_from_the_county_to_a_township_and_to_one_of_its_villages(client, place, writing):
    offer = on_sale(writing, place)
    writing.commit()
    township, elsewhere = VILLAGE[:9], OTHER_VILLAGE
    assert f"area={VILLAGE}" not in client.get("/products/").text
    page = client.get(f"/products/?area={township}").text
    assert f"area={VILLAGE}" in page
    assert f"area={elsewhere}" in page
    page = client.get(f"/products/?area={VILLAGE}").text
    assert offer.slug in page
    for code in (township, VILLAGE):
        assert re.search(rf'area={code}" aria-current="true"', page), code
    page = client.get(f"/products/?area={elsewhere}").text
    assert offer.slug not in page
    assert f"area={VILLAGE}" in page


def test_the_product_page_tells_what_it_must_in_order_within_its_budget(client, place, writing):
    offer = on_sale(writing, place)
    on_sale(writing, place)
    writing.commit()
    answer = client.get(f"/products/{offer.slug}?lang=en")
    order = [
        'class="gallery"', "<h1>", "¥48.00", "per 500 g", "Harvested", "Shelf life", "The village met this seller in person",
        "Sent from", 'action="/cart/add"', "Who grew it", "Where your ¥10 goes", "If something is wrong", "More like this",
    ]  # fmt: skip
    places = [answer.text.index(words, answer.text.index("<main")) for words in order]
    assert places == sorted(places)
    assert "¥9.44" in answer.text
    assert "¥0.50" in answer.text
    assert "¥0.06" in answer.text
    assert len(gzip.compress(answer.data)) < MOST_HTML


@pytest.mark.parametrize(
    ("kind", "share"),
    [(SellerKind.COOPERATIVE, "To the cooperative"), (SellerKind.COLLECTIVE, "To the village collective"),
     (SellerKind.ENTERPRISE, "To the enterprise")],
)  # fmt: skip
def test_what_sells_for_many_is_never_said_to_bring_the_money_to_a_household(client, place, writing, kind, share):
    shop = farmers.apply_to_sell(writing, display_name="莲乡社", village_code=VILLAGE, kind=kind, by=place.stranger)
    farmers.approve_seller(writing, seller_id=shop.id, by=place.official)
    offer = on_sale(writing, place, seller_id=shop.id, household_id=None, listed_by=place.stranger)
    own = on_sale(writing, place)
    writing.commit()
    page = client.get(f"/products/{offer.slug}?lang=en").text
    assert share in page
    assert "households get what the seller pays them" in page
    assert "by the household itself" not in page
    households_page = client.get(f"/products/{own.slug}").text
    for claim in ("To the household", "reaches the household", "in person", "Who grew it", "Grown in"):
        assert claim not in page, claim
        assert claim in households_page, claim
    assert "in person" not in client.get(f"/sellers/{shop.ref}").text
    for path in ("/", "/about"):
        assert "To the household" not in client.get(path).text
        assert "belongs to the household" not in client.get(path).text


def test_public_pages_hold_no_token_and_no_personal_number(client, place, writing):
    on_sale(writing, place)
    writing.commit()
    for path in ("/", "/products/", "/search?q=x", "/about", f"/sellers/{place.seller_ref}"):
        text = client.get(path).text
        assert "csrf" not in text
        assert not re.search(r"\b1[3-9][0-9]{9}\b", text)


def test_the_desk_greets_with_four_tiles(client, place):
    enter(client, place.farmer)
    page = client.get("/desk/").text
    for words in ("Sell something", "My orders", "My money", "Get help", "My goods"):
        assert words in page


def test_the_desk_calls_the_helper_of_the_household_by_name(client, app, place, writing):
    enter(client, place.farmer)
    assert 'href="tel:' not in client.get("/desk/?lang=en").text
    assistance.assign_helper(
        writing, household_id=place.household_id, name="周小英", organisation="县乡村振兴局", phone="13900000009",
        on=clock.today(), by=place.official, sealer=app.extensions["sealer"],
    )  # fmt: skip
    writing.commit()
    page = client.get("/desk/").text
    tile = page[page.index('class="desktiles"') : page.index("</nav>", page.index('class="desktiles"'))]
    assert 'href="tel:13900000009"' in tile
    assert "周小英" in tile


def test_a_drawn_picture_comes_as_a_picture_and_an_unknown_one_does_not(client, place):
    with client.get("/drawn/rice.svg") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    with client.get("/drawn/rice.svg", headers={"Accept-Encoding": "gzip"}) as small:
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == answer.data
        assert len(small.data) < 4096
    with client.get("/drawn/rice.svg", headers={"Accept-Encoding": "gzip, deflate, br"}) as smaller:
        assert smaller.headers["Content-Encoding"] == "br"
        assert brotli.decompress(smaller.data) == answer.data
        assert len(smaller.data) < len(small.data)
    assert len({client.get(f"/drawn/lotus_pond{number}.svg").data for number in ("", "-2", "-7", "-9")}) == 4
    for unknown in ("gold", "rice-0", "rice-10", "rice-", "rice-1-1"):
        assert client.get(f"/drawn/{unknown}.svg").status_code == 404
    assert "Disallow: /office/" in client.get("/robots.txt").text
