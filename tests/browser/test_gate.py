"""Two phones at a gate without reception: both scan the same party, upload later, and everybody comes in once."""

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy.orm import Session

from marketplace.accounts.queries import user_by_phone
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction
from marketplace.tours import queries, services
from marketplace.tours.models import CheckIn
from marketplace.tours.services import Party
from marketplace.tours.values import Leader, UnitKind, Wish
from marketplace.web.db import db
from tests.browser.conftest import come_under_worker, copy_of, sign_in, until, visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.breaks_truths("money is said to have come as payments would", "payments.dues_paid_by_nothing"),
]

WAITING = "async () => Scans.waiting(await Scans.all()).length"


def engine_of(site):
    with site.app.app_context():
        return db.engine


@pytest.fixture(scope="module")
def ground(scratch, small_county):
    return copy_of(small_county, scratch)


@pytest.fixture(scope="module")
def county(small_county):
    """The phones and passwords of its people."""
    return small_county.people


@pytest.fixture(scope="module")
def departure(site, county):
    """A departure of the farmer's with two parties that paid; returns its reference and their codes."""

    def build(session):
        farmer = user_by_phone(session, county["farmer"][0])
        official = user_by_phone(session, county["county_official"][0])
        household = min(farmers.households_of_user(session, farmer.id))
        seller = farmers.sellers_of_household(session, household)[0]
        wish = Wish(template="lotus_picking", weekdays=range(1, 8), start_times=["15:00"], weeks=1, seats=10, price_fen=8800)
        key = services.offer_experience(session, key="gate", seller_id=seller.id, wish=wish, by=farmer.id)
        services.approve_tour(session, tour_id=key, by=official.id)
        tour = queries.tour_by_id(session, tour_id=key)
        ahead = clock.now() + dt.timedelta(days=7)
        (first, *_others) = queries.departures_of_tour(session, tour_id=key, from_at=clock.now(), to_at=ahead)
        adult = next(unit.id for unit in tour.units if unit.kind is UnitKind.ADULT)
        codes = []
        for number, people in enumerate((3, 2)):
            view = services.hold_seats(
                session, key=f"gate{number}", departure_ref=first.ref, sealer=site.app.extensions["sealer"],
                party=Party(units=[(adult, people)], leader=Leader("王雨", f"1390000001{number}")), expected_total_fen=None,
            )  # fmt: skip
            services.confirm_booking(session, booking_id=view.id, gateway="offline", gateway_fee_fen=0, at=clock.now())
            codes.append(view.code)
        return first.ref, codes

    return in_transaction(engine_of(site), build)


def scans_of(session, ref):
    """Return what was scanned on the list of the departure; elsewhere in the county others have come through a gate."""
    departure = queries.departure_by_ref(session, ref=ref)
    return session.query(CheckIn).filter_by(departure_id=departure.id).order_by(CheckIn.id).all()


def at_gate(site, browser, county, ref):
    """Return a phone, signed in, on the list of the departure, which its worker has kept."""
    page = visit(browser, site)
    page.goto("/?lang=zh")
    sign_in(page, county["farmer"])
    page.goto(f"/desk/departures/{ref}")
    come_under_worker(page)
    page.goto(f"/desk/departures/{ref}")
    until(page, f"async () => !!(await (await caches.open('desk-lists')).match('/desk/departures/{ref}', {{ignoreVary: true}}))")
    return page


def type_code(page, code):
    page.fill("#f-code", code)
    page.click("form#code button")


def said(page, words):
    until(page, f"() => document.getElementById('gate-said').textContent.includes('{words}')")


def test_what_two_phones_scanned_without_reception_counts_once_when_both_have_uploaded(site, browser, county, departure):
    ref, (first, second) = departure
    one, two = at_gate(site, browser, county, ref), at_gate(site, browser, county, ref)
    for phone in (one, two):
        phone.context.set_offline(True)
        phone.goto(f"/desk/departures/{ref}")  # a phone that was put away in between still has the list
        type_code(phone, first.lower())
        said(phone, "放进人数： 3")
        assert "有网时自动发出" in phone.locator("#gate-said").inner_text()
    type_code(one, first)
    said(one, "这个码用过了")
    type_code(one, "ZZZZZZ")
    said(one, "没有这个码")
    type_code(two, second)
    said(two, "放进人数： 2")
    assert (one.evaluate(WAITING), two.evaluate(WAITING)) == (3, 2)
    with Session(engine_of(site)) as session:
        assert not scans_of(session, ref)

    one.context.set_offline(False)
    until(one, "async () => Scans.waiting(await Scans.all()).length === 0")
    two.context.set_offline(False)
    until(two, "async () => Scans.waiting(await Scans.all()).length === 0")
    said(two, "这个码用过了")
    assert two.locator("#gate-here").inner_text() == "5"
    with Session(engine_of(site)) as session:
        rows = scans_of(session, ref)
        assert sorted((row.outcome, row.people) for row in rows) == [
            ("accepted", 2), ("accepted", 3), ("duplicate", 0), ("duplicate", 0), ("unknown", 0),
        ]  # fmt: skip
        assert all(row.is_offline for row in rows)
    violations = Axe().run(two).response["violations"]
    assert not [f"{found['id']}: {found['nodes'][0]['html'][:160]}" for found in violations]
    one.context.close()
    two.context.close()


def test_a_phone_with_a_camera_reads_codes_and_leaving_it_keeps_nothing(site, browser, county, departure):
    """Chromium here reads no codes: a detector of the same shape stands in for it, and a drawn picture for the camera."""
    ref, (first, _second) = departure
    page = visit(browser, site)
    page.add_init_script(
        f"const read = [{{rawValue: 'https://x.example/b/{first}'}}];"
        "window.BarcodeDetector = class { detect() { return Promise.resolve(read) } };"
        "navigator.mediaDevices.getUserMedia = () => { const drawn = document.createElement('canvas');"
        " setInterval(() => drawn.getContext('2d').fillRect(0, 0, 9, 9), 50); return Promise.resolve(drawn.captureStream(20)) };"
    )
    page.goto("/?lang=zh")
    sign_in(page, county["farmer"])
    page.goto(f"/desk/departures/{ref}")
    page.click("#gate-scan")
    until(page, "() => /放进人数： 3|这个码用过了/.test(document.getElementById('gate-said').textContent)")
    assert page.locator("#gate-video").is_hidden()
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))") == []
    page.context.close()
