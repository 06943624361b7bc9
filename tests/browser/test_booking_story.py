"""A tourist on a phone: a date, two adults and a child, the trial till, the code, the calendar, one person less."""

import datetime as dt

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.web.db import db
from tests.browser.conftest import visit
from tests.browser.test_every_page import endpoint_of, look
from tests.tours import trips

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def slug(site):
    """A household's tour on sale, with dates in the weeks to come."""
    with site.app.app_context(), Session(db.engine) as session:
        tour = trips.experience(session, trips.county(session))
        for days in (10, 11, 17):
            trips.leaves(session, tour, clock.now() + dt.timedelta(days=days))
        return tour.slug


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tourist_books_pays_shows_the_code_and_takes_one_person_off(site, browser, slug, lang):
    page = visit(browser, site, lang=lang)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong = {}

    def looked_at(path):
        answer = page.goto(path)
        if found := look(page, answer, endpoint_of(site.app, path.partition("?")[0]), list(complaints), lang):
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
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    page.context.close()
