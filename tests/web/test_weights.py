"""What a page weighs on the wire, first and again: the numbers of the design, measured on the small demonstration county.

Counted are the bodies as a browser of today gets them (`Accept-Encoding: gzip, deflate, br`), with every picture of the page as a
phone of 360 px and two device pixels would choose it, those below the fold too. Pictures that happen to be the same are counted
each time, so that a page is no lighter for the sameness of invented goods. Headers are not counted.
"""

import dataclasses
import html
import io
import re
import shutil
import uuid
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from marketplace.app import create_app
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.conftest import environment_of
from tests.products.goods import photograph
from tests.sharing import share

KB = 1024
HTML, CSS, JS = 14 * KB, 12 * KB, 15 * KB
HOME, HOME_REQUESTS = 150 * KB, 20
PRODUCT = 120 * KB
DESK_FIRST, DESK_AGAIN = 40 * KB, 10 * KB
CHECKOUT = 30 * KB
REPORT = 80 * KB
#: A phone's width in CSS pixels, and its device pixels to each.
WIDTH, DENSITY = 360, 2
BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept-Language": "zh-CN", "Sec-Fetch-Site": "same-origin"}


@dataclasses.dataclass
class Weight:
    """Bytes by kind; `kept` is what stays in the browser's cache for ever."""

    html: int
    css: int = 0
    js: int = 0
    pictures: int = 0
    kept: int = 0
    requests: int = 1

    @property
    def first(self):
        return self.html + self.css + self.js + self.pictures

    @property
    def again(self):
        return self.first - self.kept


@pytest.fixture(scope="module")
def county(scratch, small_county, templates):
    """The application on the small county; and the phones and passwords of its people."""
    folder = Path(shutil.copytree(small_county.folder, scratch / ("weights-" + uuid.uuid4().hex[:8])))
    app = share(create_app(Settings.from_environment(environment_of(folder, f"sqlite:///{folder / 'site.db'}"))), templates)
    yield app, small_county.people
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def guest(county):
    return county[0].test_client()


@pytest.fixture
def farmer(county):
    return signed_in(county, "farmer")


def signed_in(county, role):
    """Return the browser of a person of the small county."""
    client = county[0].test_client()
    phone, password = county[1][role]
    assert client.post("/sign-in", data={"phone": phone, "password": password}, headers=BROWSER).status_code == 303
    return client


def needed_width(sizes):
    """Return the device pixels a phone wants: of `sizes` the last entry, the one without a condition."""
    last = sizes.split(",")[-1].strip()
    number = float(re.match(r"[\d.]+", last)[0])
    return DENSITY * (number * WIDTH / 100 if last.endswith("vw") else number)


def chosen(picture):
    """Return the address a browser that knows AVIF picks out of a <picture>."""
    source = re.search(r'<source type="image/avif" srcset="([^"]+)" sizes="([^"]+)"', picture)
    if not source:
        return re.search(r'<img src="([^"]+)"', picture)[1]
    offered = sorted((int(width), address) for address, width in re.findall(r"(\S+) (\d+)w", source[1]))
    return next((address for width, address in offered if width >= needed_width(source[2])), offered[-1][1])


def weigh(client, path):
    """Fetch a page and all it names."""
    with client.get(path, headers=BROWSER) as answer:
        assert answer.status_code == 200, (path, answer.status_code)
        assert answer.headers.get("Content-Encoding") in ("gzip", "br"), path
        found = Weight(len(answer.data))
    text = client.get(path, headers={**BROWSER, "Accept-Encoding": "identity"}).text
    pictures = re.findall(r"<picture>.*?</picture>", text, re.DOTALL)
    rest = re.sub(r"<picture>.*?</picture>", "", text, flags=re.DOTALL)
    parts = [("css", each) for each in re.findall(r'<link rel="stylesheet" href="([^"]+)"', rest)]
    parts += [("js", each) for each in re.findall(r'<script[^>]* src="([^"]+)"', rest)]
    parts += [("pictures", each) for each in re.findall(r'<link rel="icon"[^>]* href="([^"]+)"', rest)]
    parts += [("pictures", each) for each in re.findall(r'<img[^>]* src="([^"]+)"', rest)]
    parts += [("pictures", chosen(each)) for each in pictures]
    for kind, address in parts:
        assert not urlsplit(address).netloc, f"{path} fetches from elsewhere: {address}"
        with client.get(html.unescape(address), headers=BROWSER) as answer:
            assert answer.status_code == 200, (path, address)
            size = len(answer.data)
            cached = "immutable" in answer.headers.get("Cache-Control", "") or "max-age=" in answer.headers.get(
                "Cache-Control", ""
            )
        setattr(found, kind, getattr(found, kind) + size)
        found.kept += size if cached else 0
        found.requests += 1
    assert found.html <= HTML, (path, found)
    assert found.css <= CSS, (path, found)
    assert found.js <= JS, (path, found)
    return found


def test_a_report_with_its_charts_is_light_at_every_level(county):
    client = signed_in(county, "county_official")
    path = client.get("/office/reports/", follow_redirects=True).request.path
    assert 'class="plot"' in client.get(path).text  # a chart was counted
    pages = [path]
    for inner in (r"/office/reports/areas/\d{9}", r"/office/reports/areas/\d{12}", r"/office/reports/households/\w+"):
        # of several places one has sales and so a chart; the longest page is the heaviest
        found = sorted(set(re.findall(rf'href="({inner})[?"]', client.get(pages[-1]).text)))
        pages.append(max(found, key=lambda each: len(client.get(each).data)))
    for page in (*pages, f"{path}/poverty", f"{path}/ledger"):
        found = weigh(client, page)
        assert found.first <= REPORT, (page, found)


def goods_of(client):
    return re.search(r'href="(/products/[^"/?]+)"', client.get("/products/").text)[1]


def test_the_home_page_is_light_at_the_first_view(guest):
    found = weigh(guest, "/")
    assert found.first <= HOME, found
    assert found.requests <= HOME_REQUESTS, found


def test_the_catalogue_is_no_heavier_than_the_home_page(guest):
    found = weigh(guest, "/products/")
    assert found.first <= HOME, found
    assert weigh(guest, "/search?q=%E5%A4%A7%E7%B1%B3").first <= HOME


def test_a_page_of_goods_is_light_before_anybody_scrolls(guest):
    found = weigh(guest, goods_of(guest))
    assert found.pictures > 10 * KB  # its photograph was counted
    assert found.first <= PRODUCT, found


def test_the_lists_of_tours_and_places_are_no_heavier_than_the_home_page(guest):
    for path in ("/tours/", "/sites/"):
        assert weigh(guest, path).first <= HOME, path


def test_a_tour_a_place_and_a_village_are_light_before_anybody_scrolls(guest):
    page = guest.get("/tours/").text
    tour, place = (re.search(rf'href="(/{kind}/[^"/?]+)"', page)[1] for kind in ("tours", "sites"))
    village = re.search(r'href="(/villages/[^"/?]+)"', guest.get(place).text)[1]
    for path in (tour, place, village):
        found = weigh(guest, path)
        assert found.pictures > KB  # its drawing was counted
        assert found.first <= PRODUCT, (path, found)


def test_each_screen_of_listing_costs_a_farmer_little_and_the_next_time_less(farmer):
    paths = ["/desk/", "/desk/offers", "/desk/offers/new"]
    draft = start_draft(farmer)
    paths.append(f"/desk/offers/{draft}/goods")
    for path in paths:
        found = weigh(farmer, path)
        assert found.first <= DESK_FIRST, (path, found)
        assert found.again <= DESK_AGAIN, (path, found)


def test_each_screen_of_offering_an_experience_costs_as_little(farmer):
    chosen = {"template": "farm_meal"}
    answers = {**chosen, "weekdays": ["6", "7"], "times": ["11:30"], "weeks": "4", "seats": "10"}
    screens = {"": {}, "/days": chosen, "/price": answers, "/check": {**answers, "price": "58"}}
    for path in (
        "/desk/tours",
        "/desk/tours/today",
        *(f"/desk/tours/new{end}?{urlencode(said, doseq=True)}" for end, said in screens.items()),
    ):
        found = weigh(farmer, path)
        assert found.first <= DESK_FIRST, (path, found)
        assert found.again <= DESK_AGAIN, (path, found)


def start_draft(client):
    """Return the number of a draft begun as a household begins it."""
    page = client.get("/desk/offers/new", headers={**BROWSER, "Accept-Encoding": "identity"}).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    picture = io.BytesIO(photograph())
    answer = client.post(
        "/desk/offers/new", data={**fields, "photos": (picture, "rice.jpg")}, content_type="multipart/form-data", headers=BROWSER
    )
    assert answer.status_code == 303, answer.text[:400]
    return answer.headers["Location"].split("/")[-2]


def test_the_page_kept_for_no_reception_and_its_scripts_fit_a_bad_line(farmer, county):
    found = weigh(farmer, "/desk/offers/at-once")
    assert found.first <= DESK_FIRST, found
    assert found.again <= DESK_AGAIN, found
    worker = county[0].test_client().get("/desk/sw.js")
    assert len(worker.data) <= JS


def test_the_way_to_the_till_is_light_step_by_step(guest):
    page = guest.get(goods_of(guest)).text
    ref = re.search(r'name="offer" value="([^"]+)"', page)[1]
    assert guest.post("/cart/add", data={"offer": ref, "quantity": "1"}, headers=BROWSER).status_code == 303
    for path in ("/cart", "/checkout"):
        found = weigh(guest, path)
        assert found.first <= CHECKOUT, (path, found)
