"""What visitors see of tours and places, through the browser's eyes."""

import datetime as dt
import io
import json
import re

import pytest
import segno
from PIL import Image

from marketplace.kernel import clock
from marketplace.tours import queries, services
from marketplace.tours.values import CancelReason
from marketplace.tours.views.printing import HEIGHT, WIDTH, lines_of
from tests.farmers import places
from tests.tours import trips

LANGS = {"en": ("2 places left", "Full", "100% back"), "zh": ("余2位", "已满", "退100%")}


@pytest.fixture
def where(writing, client):
    client.set_cookie("lang", "en")
    with clock.stopped_at(trips.NOW):
        yield trips.county(writing)


@pytest.fixture
def route(writing, where):
    return trips.route(
        writing, where, story_zh="慢慢走", story_en="No hurry", included=("guide", "meal"), not_included=("drinks",)
    )


def machine_facts(page):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_list_shows_each_tour_with_its_price_and_next_date_and_narrows_to_a_theme(client, writing, where, route):
    pond = trips.experience(writing, where)
    trips.leaves(writing, route)
    page = words_of(client.get("/tours/").text)
    assert re.search(r"Two red days ¥400\.00 a person 2 stops · 2 days, 1 night .*?Red culture 12 Sept? Sat", page)
    assert re.search(r"Picking lotus ¥88\.00 a person \S.*? · 2\.5 hours .*?No dates yet", page)
    lotus = client.get("/tours/?theme=lotus").text
    assert f"/tours/{pond.slug}" in lotus
    assert f"/tours/{route.slug}" not in lotus
    assert "Nothing here at the moment" in client.get("/tours/?theme=tea").text
    assert client.get("/tours/?theme=nonsense&after=x").status_code == 200


def test_a_full_list_goes_on_on_the_next_page(client, writing, where):
    for number in range(22):
        trips.experience(writing, where, title_en=f"Number {number}")
    first = client.get("/tours/").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(following).text
    shown = [re.findall(r"Number \d+", page) for page in (first, second)]
    assert len(shown[0]) == 20
    assert len(shown[1]) == 2
    assert not set(shown[0]) & set(shown[1])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tour_tells_in_words_what_is_left_and_what_comes_back(client, writing, where, route, lang):
    client.set_cookie("lang", lang)
    few = trips.leaves(writing, route, most_people=2)
    full = trips.leaves(writing, route, trips.START + dt.timedelta(days=7), most_people=2)
    trips.held(writing, route, full)
    writing.commit()
    answer = client.get(f"/tours/{route.slug}").text
    for departure in (few, full):  # where a date is full its page keeps the waiting list
        assert re.search(rf'class="leave" href="[^"]*{departure.ref}', answer)
    page = words_of(answer)
    left, none_left, back = LANGS[lang]
    assert few.left == 2
    for words in (f"09:00 {left} ¥400.00", f"09:00 {none_left}", back, "L-JX-12345"):
        assert words in page
    assert "贫困" not in page
    assert "poor" not in page.lower()


def test_a_date_that_was_called_off_or_has_closed_says_so_and_names_no_price(client, writing, where, route):
    off = trips.leaves(writing, route)
    closed = trips.leaves(writing, route, trips.START + dt.timedelta(days=7))
    services.call_off_departure(writing, departure_id=off.id, reason=CancelReason.WEATHER, words="rain", by=where.official)
    services.close_departure(writing, departure_id=closed.id)
    writing.commit()
    page = words_of(client.get(f"/tours/{route.slug}?month=2026-09").text)
    assert "09:00 Called off" in page
    assert "09:00 Booking has closed" in page
    assert "left ¥" not in page


def test_the_months_lead_from_the_present_one_to_the_last_that_can_be_booked(client, writing, where, route):
    trips.leaves(writing, route)
    page = client.get(f"/tours/{route.slug}").text
    assert "September 2026" in page
    assert 'rel="prev' not in page
    assert re.search(r'rel="next[^"]*" href="/tours/[^"]+month=2026-10#dates"', page)
    last = client.get(f"/tours/{route.slug}?month=2027-01").text
    assert "January 2027" in last
    assert 'rel="next' not in last
    for nonsense in ("2027-02", "2026-08", "2026-13", "x", "2026-10-01"):
        assert "September 2026" in client.get(f"/tours/{route.slug}?month={nonsense}").text


def test_what_waits_or_was_put_away_has_no_page_and_what_is_paused_cannot_be_booked(client, writing, where, route):
    waits = services.draft_tour(writing, key="waits", draft=trips.draft_of_experience(where), by=where.host_farmer)
    services.submit_tour(writing, tour_id=waits, by=where.host_farmer)
    writing.commit()
    assert client.get(f"/tours/{queries.tour_by_id(writing, tour_id=waits).slug}").status_code == 404
    trips.leaves(writing, route)
    services.pause_tour(writing, tour_id=route.id, by=where.official)
    writing.commit()
    assert "This cannot be booked at the moment." in client.get(f"/tours/{route.slug}").text
    services.archive_tour(writing, tour_id=route.id, by=where.official)
    writing.commit()
    for path in ("", "/poster.png"):
        assert client.get(f"/tours/{route.slug}{path}").status_code == 404
    assert client.get("/tours/nobodys").status_code == 404


def test_ten_yuan_are_split_over_kinds_of_payees_and_sum_to_ten(client, writing, where, route):
    page = client.get(f"/tours/{route.slug}").text
    part = re.search(r'<div class="splitbar">.*?</ul>', page, re.DOTALL)[0]
    rows = re.findall(r"<span>([^<]+)</span><span class=\"dots\"></span><b class=\"num\">¥([0-9.]+)</b>", part)
    assert [words for words, _yuan in rows] == [
        "To 2 households: Homestay, Guide", "To the travel agency: Host", "This platform", "Payment service",
    ]  # fmt: skip
    assert sum(int(yuan.replace(".", "")) for _words, yuan in rows) == 1000
    # four adults pay 1,600: 400 for beds and 200 for the guide less 3 %, the rest to the agency less 5 %; 0.6 % for paying
    assert [yuan for _words, yuan in rows] == ["3.62", "5.90", "0.42", "0.06"]
    assert "Reckoned for 4 adults who book together." in page


def test_machines_read_the_trip_its_stops_its_prices_and_its_next_dates(client, writing, where, route):
    trips.leaves(writing, route)
    facts = machine_facts(client.get(f"/tours/{route.slug}").text)
    assert (facts["@type"], facts["name"]) == ("TouristTrip", "Two red days")
    assert [each["item"]["name"] for each in facts["itinerary"]["itemListElement"]] == ["Gun Museum", "Lotus Park"]
    assert [offer["price"] for offer in facts["offers"]] == ["400.00", "200.00"]
    (event,) = facts["subjectOf"]
    assert (event["@type"], event["startDate"]) == ("Event", "2026-09-12T09:00:00+08:00")
    assert event["offers"]["availability"].endswith("/InStock")
    assert facts["url"].endswith(f"/tours/{route.slug}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_tells_its_story_and_rules_and_leads_to_the_tours_that_stop_there(client, writing, where, route, lang):
    client.set_cookie("lang", lang)
    page = client.get("/sites/gun-museum").text
    for words in {"en": ("Story", "Monday", "Example:", "20 people"), "zh": ("故事", "周一", "示例", "20人起")}[lang]:
        assert words in page
    assert f"/tours/{route.slug}" in page
    assert "/sites/lotus-park" in page  # near by
    facts = machine_facts(page)
    assert facts["@type"] == "TouristAttraction"
    assert "Monday" not in facts["openingHoursSpecification"]["dayOfWeek"]
    assert client.get("/sites/nowhere").status_code == 404


def test_the_places_are_listed_and_narrowed(client, where):
    everything, red = client.get("/sites/").text, client.get("/sites/?kind=red").text
    assert "/sites/gun-museum" in everything
    assert "/sites/lotus-park" in everything
    assert "/sites/gun-museum" in red
    assert "/sites/lotus-park" not in red
    assert "/sites/lotus-park" in client.get("/sites/?kind=nonsense").text


def test_a_village_gathers_who_sells_what_and_what_can_be_seen(client, writing, where, route):
    pond = trips.experience(writing, where)
    page = client.get(f"/villages/{places.VILLAGE}").text
    for address in (f"/tours/{pond.slug}", "/sites/gun-museum", f"/products/?area={places.VILLAGE}", "/sellers/"):
        assert address in page
    for nowhere in ("360321", "360321101", "999999999999", "x"):
        assert client.get(f"/villages/{nowhere}").status_code == 404


def test_the_map_for_machines_names_tours_places_and_villages(client, writing, where, route):
    page = client.get("/sitemap.xml").text
    for path in ("/tours/", "/sites/", f"/tours/{route.slug}", "/sites/gun-museum", f"/villages/{places.VILLAGE}"):
        assert f"{path}</loc>" in page


@pytest.mark.parametrize(
    ("asked", "source"), [("", "poster"), ("?for=lotus-festival", "lotus-festival"), ("?for=No%20code", "poster")]
)
def test_the_poster_carries_a_code_that_leads_to_the_tour_and_names_where_it_was_seen(client, route, asked, source):
    answer = client.get(f"/tours/{route.slug}/poster.png{asked}")
    assert answer.mimetype == "image/png"
    sheet = Image.open(io.BytesIO(answer.data)).convert("L")
    assert sheet.size == (WIDTH, HEIGHT)
    code = [bytes(row) for row in segno.make(f"http://localhost/tours/{route.slug}?from={source}", error="m", micro=False).matrix]
    assert read_code(sheet, len(code)) == code


def read_code(sheet, modules):
    """Read the modules of the code in the white field of a poster, as a telephone's camera would."""
    left, top, side = 472, 922, 252
    size = (side - 24) // modules
    margin = (side - size * modules) // 2
    return [
        bytes(
            sheet.getpixel((left + margin + x * size + size // 2, top + margin + y * size + size // 2)) < 128
            for x in range(modules)
        )
        for y in range(modules)
    ]


def test_a_long_title_is_broken_between_words_and_cut_with_an_ellipsis():
    assert lines_of("红色一日：从一枝枪讲起", size=50, width=250, most=3) == ["红色一日：", "从一枝枪讲", "起"]
    assert lines_of("Lianhua Memorial Hall", size=50, width=450, most=3) == ["Lianhua Memorial", "Hall"]
    cut = lines_of("Lianhua Memorial Hall for Revolutionary Martyrs with a narrator", size=50, width=450, most=2)
    assert cut == ["Lianhua Memorial", "Hall for…"]


def test_a_link_that_is_passed_on_names_its_source(client, route):
    page = client.get(f"/tours/{route.slug}").text
    assert f'data-copy="http://localhost/tours/{route.slug}?from=share"' in page
    assert f'property="og:image" content="http://localhost/tours/{route.slug}/poster.png"' in page
    client.get(f"/tours/{route.slug}?from=share")
    with client.session_transaction() as held:
        assert held["from"][0] == "share"


@pytest.mark.parametrize(
    ("words", "tour", "site"),
    [
        ("红色两日", True, False), ("hongse", True, False), ("Two red", True, False), ("纪念馆", True, True),
        ("jinianguan", True, True), ("museum", True, True), ("gun museum", True, True), ("荷博", True, True),
        ("采莲 纪念馆", False, False), ("%", False, False),
    ],
)  # fmt: skip
def test_the_search_of_the_shop_finds_tours_and_places_by_chinese_pinyin_and_english(client, route, words, tour, site):
    page = client.get("/search", query_string={"q": words}).text
    assert (f"/tours/{route.slug}" in page, "/sites/" in page) == (tour, site)
    assert ("Nothing found" in page) is not (tour or site)
    assert "/tours/red" not in client.get("/search", query_string={"q": words, "after": "5"}).text  # with the first page alone


def test_what_is_paused_or_waits_is_not_found(client, writing, where, route):
    services.draft_tour(writing, key="waits", draft=trips.draft_of_experience(where), by=where.host_farmer)
    services.pause_tour(writing, tour_id=route.id, by=where.official)
    writing.commit()
    for words in ("红色两日", "下塘采莲"):
        assert 'href="/tours/' not in client.get("/search", query_string={"q": words}).text.replace('href="/tours/"', "")
