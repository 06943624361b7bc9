"""A tourist on a phone: a date, two adults and a child, the trial till, the code, the calendar, one person less."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.tours import services
from marketplace.tours.values import GroupKind, ResourceKind
from marketplace.web.db import db
from tests.browser.test_every_page import endpoint_of, look, opened
from tests.farmers import places
from tests.tours import trips

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def county(site):
    with site.app.app_context(), Session(db.engine) as session:
        return trips.county(session)


def morning(days):
    """Return nine in the morning there, so many days from now; a day later where the museum of the route is closed."""
    on = clock.today() + dt.timedelta(days=days)
    if on.isoweekday() == int(trips.CLOSED_WEEKDAY):
        on += dt.timedelta(days=1)
    return dt.datetime(on.year, on.month, on.day, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def slug(site, county):
    """A household's tour on sale, with dates in the weeks to come."""
    with site.app.app_context(), Session(db.engine) as session:
        tour = trips.experience(session, county)
        for days in (10, 12, 17):
            trips.leaves(session, tour, morning(days))
        return tour.slug


@pytest.fixture
def school(site, county):
    """A school's booking of a route whose museum asks for names, which follow; returns its number."""
    with site.app.app_context(), Session(db.engine) as session:
        beds = services.add_resource(session, kind=ResourceKind.BEDS, name="床位", capacity=40, seller_id=county.host_seller)
        tour = trips.route(session, county, beds=beds)
        departure = trips.leaves(session, tour, morning(12))
        ref = services.hold_seats(
            session, key=f"school-{tour.id}", departure_ref=departure.ref, sealer=site.app.extensions["sealer"],
            party=trips.party(tour, 20, travellers=(), group=GroupKind.SCHOOL, group_name="示例中学"), expected_total_fen=None,
        ).ref  # fmt: skip
        session.commit()
        return ref


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off(site, browser, slug, lang):
    page, complaints = opened(browser, site, lang)
    wrong = {}

    def looked_at(path):
        answer = page.goto(path)
        if found := look(page, answer, endpoint_of(site.app, path.partition("?")[0]), complaints, lang):
            wrong[path] = found

    looked_at(f"/tours/{slug}/dates?lang={lang}")
    book = page.locator("a[href$='/book']").first.get_attribute("href")
    looked_at(book)
    page.locator(".who-comes [data-step='1']").nth(0).click()
    page.locator(".who-comes [data-step='1']").nth(1).click()
    expect(page.locator(".dock .price")).to_contain_text("220.00")
    page.fill("#f-name", "王雨")
    page.fill("#f-phone", "13900000011")
    page.locator(".dock button").click()
    page.wait_for_url("**/pay/B*")
    ref = page.url.rsplit("/", 1)[1]
    looked_at(f"/pay/{ref}")
    expect(page.locator(".hold-clock")).to_contain_text(":")
    expect(page.locator("main")).to_contain_text({"zh": "预订号", "en": "Booking number"}[lang])
    looked_at(f"/bookings/{ref}")
    expect(page.locator(".hold-clock")).to_contain_text(":")
    page.goto(f"/pay/{ref}/sandbox")
    page.locator("button[value=pay]").click()
    page.wait_for_url(f"**/bookings/{ref}")
    looked_at(f"/bookings/{ref}")
    expect(page.locator(".qr svg")).to_be_visible()
    assert len(page.locator(".code-l").inner_text().replace(" ", "")) == 6
    with page.expect_download() as download:
        page.locator("a[href$='/calendar.ics']").click()
    event = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    assert str(event["STATUS"]) == "CONFIRMED"
    looked_at(f"/bookings/{ref}/move")
    looked_at(f"/bookings/{ref}/cancel")
    page.locator("input[type=checkbox][name=person]").last.check()
    page.locator("main form button").first.click()
    expect(page.locator("h1")).to_contain_text("44.00")
    page.locator("form[method=post] .btn-danger").click()
    page.wait_for_url(f"**/bookings/{ref}")
    expect(page.locator(".pass")).to_contain_text("2")
    looked_at(book.replace("/book", "/wait"))
    page.fill("#f-name", "王雨")
    page.fill("#f-phone", "13900000011")
    page.locator("main form button[type=submit], main form .btn-wide").last.click()
    page.wait_for_url("**/waiting/*")
    looked_at(urlsplit(page.url).path)
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_school_finds_its_booking_by_number_and_brings_its_names(site, browser, school, lang):
    page, complaints = opened(browser, site, lang)
    page.goto("/orders/find")
    page.fill("#f-number", school)
    page.fill("#f-last_four", "0011")
    page.press("#f-last_four", "Enter")
    page.wait_for_url(f"**/bookings/{school}")
    page.locator(f"a[href='/bookings/{school}/roster']").click()
    page.wait_for_url("**/roster")
    assert not look(page, page.goto(page.url), "tours.roster", complaints, lang)
    page.fill("#f-roster", "\n".join(f"游客{number} {places.id_of(300 + number)}" for number in range(20)))
    page.locator("main form button").first.click()
    page.wait_for_url(f"**/bookings/{school}")
    assert page.locator(f"a[href='/bookings/{school}/roster']").inner_text() == {"zh": "修改名单", "en": "Change the names"}[lang]
    page.context.close()
