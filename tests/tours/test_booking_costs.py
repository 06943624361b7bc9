"""What the steps of booking cost: no question a row, and bytes within the budget of a checkout step."""

import datetime as dt

import pytest
from sqlalchemy import event

from marketplace.tours import queries, services
from tests.farmers.places import enter, person
from tests.tours import trips
from tests.web.test_query_counts import statements
from tests.web.test_weights import CHECKOUT, weigh

pytestmark = pytest.mark.usefixtures("stopped")


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


def test_dates_that_are_over_are_not_read_to_find_those_ahead(writing, where):
    tour = trips.experience(writing, where)
    view = trips.booked(writing, tour, trips.leaves(writing, tour))
    asked = []
    event.listen(
        writing.get_bind(), "before_cursor_execute", lambda _c, _x, statement, values, *_: asked.append((statement, values))
    )
    queries.next_start(writing, tour_id=tour.id, now=trips.NOW)
    queries.next_departures(writing, tour_ids=[tour.id], now=trips.NOW)
    queries.dates_to_move_to(writing, booking_id=view.id, now=trips.NOW)
    searches = [each for each in asked if "cutoff_at > ?" in each[0]]
    assert len(searches) == 3
    for statement, values in searches:
        plan = [str(row[-1]) for row in writing.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert any("departures" in step and "starts_at>?" in step for step in plan), plan
