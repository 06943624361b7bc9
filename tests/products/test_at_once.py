"""The whole listing in one delivery: exactly once, for one's own household, and as true as three screens."""

import datetime as dt
import io
import re

import pytest

from marketplace.kernel import clock
from marketplace.products import queries, services
from tests.farmers.places import enter
from tests.products.goods import assert_truths_hold, on_sale, photograph, village

AT_ONCE = "/desk/offers/at-once"


@pytest.fixture
def place(app, writing):
    found = village(writing, app.extensions["sealer"])
    writing.commit()
    return found


def deliver(client, place, *, json=True, photo=True, **fields):
    data = {
        "household": place.household_ref, "client_key": "kept-1", "variety": "lotus_seed", "price": "48", "stock": "20",
        "harvest": "1",
    } | fields  # fmt: skip
    if photo:
        data["photos"] = (io.BytesIO(photograph()), "a.jpg")
    headers = {"Accept": "application/json"} if json else {}
    return client.post(AT_ONCE, data=data, content_type="multipart/form-data", headers=headers)


def test_one_delivery_is_an_offer_that_waits_for_the_village(client, place, writing):
    enter(client, place.farmer)
    page = client.get(AT_ONCE).text
    assert place.household_ref in page
    assert re.search(r'name="variety" value="(white_rice|lotus_seed)" checked', page)
    answer = deliver(client, place)
    assert answer.status_code == 201
    offer = queries.offer_by_ref(writing, answer.json["ref"])
    assert (offer.state, offer.price_fen, offer.variety, offer.household_id) == (
        "submitted",
        4800,
        "lotus_seed",
        place.household_id,
    )
    assert queries.images_of_offers(writing, [offer.id])
    assert_truths_hold(writing)


def test_the_page_begins_with_the_same_price_and_unit_as_the_three_screens(client, place, writing):
    for price in (4000, 4800, 9000):
        on_sale(writing, place, price_fen=price)
    writing.commit()
    enter(client, place.farmer)
    wares = dict(re.findall(r'name="variety" value="(\w+)"[^>]* data-price="([0-9.]+)"', client.get(AT_ONCE).text))
    photo = {"photos": (io.BytesIO(photograph()), "a.jpg"), "household": place.household_ref}
    goods = client.post("/desk/offers/new", data=photo, content_type="multipart/form-data").headers["Location"]
    for variety, price in (("lotus_seed", "48"), ("honey", wares["honey"]), ("flower_seedlings", wares["flower_seedlings"])):
        page = client.get(f"{goods}?variety={variety}").text
        assert re.search(rf'name="price"[^>]* value="{price}"', page), variety
        assert wares[variety] == price
        assert ("In your village it is usually ¥48.00." in page) == (variety == "lotus_seed")
    assert "Price of one plant, in yuan" in page
    assert "How much in one pack?" not in page
    page = client.get(AT_ONCE).text
    assert re.search(r"<span>Flower seedlings</span><small>1 plant<br>", page)
    assert re.search(r"<span>Handicraft</span><small>1 piece<br>", page)
    assert re.search(r"<span>Lotus seed</span><small>500 g<br>", page)


def test_the_same_delivery_again_changes_nothing_even_after_the_village_sent_the_offer_back(client, place, writing):
    enter(client, place.farmer)
    ref = deliver(client, place).json["ref"]
    again = deliver(client, place, price="50", stock="1")
    assert (again.status_code, again.json["ref"]) == (200, ref)
    offer = queries.offer_by_ref(writing, ref)
    services.reject_offer(writing, offer_id=offer.id, by=place.official, reason="照片太暗")
    writing.commit()
    assert deliver(client, place).status_code == 200
    offer = queries.offer_by_ref(writing, ref)
    assert (offer.state, offer.price_fen, offer.returned_reason) == ("draft", 4800, "照片太暗")


def test_a_draft_begun_with_reception_is_finished_by_what_was_kept_without(client, place, writing):
    enter(client, place.farmer)
    data = {"photos": (io.BytesIO(photograph()), "a.jpg"), "client_key": "kept-1", "household": place.household_ref}
    begun = client.post("/desk/offers/new", data=data, content_type="multipart/form-data").headers["Location"]
    answer = deliver(client, place, photo=False)
    assert (answer.status_code, answer.json["ref"]) == (201, begun.split("/")[3])
    assert queries.offer_by_ref(writing, answer.json["ref"]).state == "submitted"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"photo": False}, "photo"),
        ({"price": "NaN"}, "yuan"),
        ({"stock": "0"}, "number"),
        ({"variety": "gold"}, "Choose"),
        ({"harvest": "-1"}, "number"),
        ({"price": "999"}, "guide"),
        ({"made_on": "soon"}, "day"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_half_done(client, place, writing, fields, words):
    enter(client, place.farmer)
    answer = deliver(client, place, **fields)
    assert answer.status_code == 422
    assert words in answer.json["words"]
    assert queries.offer_by_client_key(writing, f"{place.farmer}/kept-1") is None
    shown = deliver(client, place, json=False, **fields)
    assert shown.status_code == 422
    assert words in shown.text


def test_a_price_outside_the_guide_is_taken_when_it_is_meant(client, place):
    enter(client, place.farmer)
    assert deliver(client, place, price="999", sure="yes").status_code == 201


@pytest.mark.parametrize(("days_kept", "counted"), [(0, 0), (5, 5), (-3, 0), (400, 0)])
def test_yesterday_is_reckoned_from_the_day_the_phone_was_told(client, place, writing, days_kept, counted):
    enter(client, place.farmer)
    told = clock.today() - dt.timedelta(days=days_kept)
    ref = deliver(client, place, made_on=told.isoformat()).json["ref"]
    assert queries.offer_by_ref(writing, ref).harvest_on == clock.today() - dt.timedelta(days=counted + 1)


def test_without_script_the_one_page_leads_where_three_screens_lead(client, place):
    enter(client, place.farmer)
    answer = deliver(client, place, json=False)
    assert answer.status_code == 303
    assert "Sent to the village" in client.get(answer.headers["Location"]).text


def test_nobody_lists_at_once_for_a_household_not_their_own(client, place):
    enter(client, place.official)
    assert deliver(client, place).status_code == 403
    enter(client, place.stranger)
    assert deliver(client, place).status_code == 403
    client.delete_cookie("fair")
    assert client.get("/desk/offers/ticket").status_code == 302


def test_a_phone_gets_a_token_that_holds_for_its_next_delivery(client, place):
    enter(client, place.farmer)
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    assert deliver(client, place).status_code == 403
    token = client.get("/desk/offers/ticket")
    assert token.headers["Cache-Control"] == "private, no-store"
    assert deliver(client, place, csrf_token=token.json["csrf_token"]).status_code == 201


def test_the_worker_names_files_that_are_there_and_reaches_no_farther_than_the_desk(client, place):
    client.delete_cookie("fair")
    answer = client.get("/desk/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Service-Worker-Allowed" not in answer.headers
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    files = re.findall(r'"(/(?:static|drawn)/[^"]+)"', answer.text)
    assert len(files) > 8
    for path in files:
        with client.get(path) as file:
            assert file.status_code == 200, path
    again = client.get("/desk/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/sign-out", "/mine/sign-out-everywhere"])
def test_signing_out_tells_the_browser_to_forget_what_it_kept(client, place, path):
    enter(client, place.farmer)
    assert client.post(path).headers["Clear-Site-Data"] == '"storage"'
