"""What the steps of booking cost: no question a row, and bytes within the budget of a checkout step."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.tours import services
from tests.farmers.places import enter, person
from tests.tours import trips
from tests.web.test_query_counts import statements
from tests.web.test_weights import CHECKOUT, weigh


@pytest.fixture(autouse=True)
def _stopped():
    with clock.stopped_at(trips.NOW):
        yield


@pytest.fixture
def where(app, writing, monkeypatch):
    monkeypatch.setattr(trips, "SEALER", app.extensions["sealer"])
    return trips.county(writing)


def test_no_page_of_booking_asks_a_question_a_row(app, client, writing, where, open_browser):
    tour = trips.route(writing, where, most_people=12)
    departure = trips.leaves(writing, tour)
    me = person(writing)
    few = trips.booked(writing, tour, departure, 2, buyer_user_id=me)
    token = services.make_calendar(writing, user_id=where.host_farmer, sealer=trips.SEALER)
    writing.commit()
    enter(client, me)
    guest = open_browser()

    def counted():
        pages = {
            f"/tours/{tour.slug}/dates?month=2026-09": guest,
            f"/desk/tours/calendar.ics?token={token}": guest,
            "/bookings": client,
            f"/bookings/{few.ref}/move": client,
        }
        found = {}
        for path, browser in pages.items():
            browser.get(path)
            with statements(app) as seen:
                assert browser.get(path).status_code == 200, path
            found[path] = len([one for one in seen if not one.startswith("BEGIN")])
        return found

    before = counted()
    for days in (3, 4, 5, 6, 8, 10, 11):
        date = trips.leaves(writing, tour, trips.START + dt.timedelta(days=days))
        if days % 2:
            trips.booked(writing, tour, date, 2, buyer_user_id=me)
    assert counted() == before


def test_the_steps_of_booking_are_as_light_as_a_checkout(client, writing, where):
    tour = trips.route(writing, where)
    departure, *_others = (trips.leaves(writing, tour, trips.START + dt.timedelta(days=days)) for days in (0, 3, 4, 5, 6, 8, 10))
    for path in (f"/tours/{tour.slug}/dates", f"/departures/{departure.ref}/book", f"/departures/{departure.ref}/wait"):
        found = weigh(client, path)
        assert found.first <= CHECKOUT, (path, found)
