"""The officials' pages of tours: routes joined, licences on file, dates in bulk, and a departure called off."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.tours import queries
from marketplace.tours.values import BookingState, DepartureState, Role, TourKind, TourState
from tests.farmers.places import enter
from tests.tours import trips


@pytest.fixture
def where(app, writing):
    with clock.stopped_at(trips.NOW):
        app.extensions["sealer"] = trips.SEALER  # the key under which the county of this test was sealed
        yield trips.county(writing)


def licence(client, writing, where, **changed):
    data = {"seller": trips.number_of(writing, where.agency), "number": "L-JX-1", "valid_to": "2030-01-01"} | changed
    return client.post("/office/agencies", data=data)


def route(writing, where, **changed):
    """Return a route of two places, a night, a guide of another household and the agency, as the form sends it."""
    host, guide, agency = (trips.number_of(writing, key) for key in (where.host_seller, where.guide_seller, where.agency))
    return {
        "client_key": "r1", "title_zh": "红色两日", "title_en": "Two red days", "theme": "red", "host": host,
        "meeting_zh": "纪念馆门口", "least": "2", "most": "20", "nights": "1", "cutoff": "24", "times": "9:00", "weeks": "2",
        "weekdays": ["6"], "policy": "group", "adult": "400", "student": "200", "stops": "4", "parts": "4",
        "site-0": "gun-museum", "dwell-0": "90", "travel-0": "20", "site-1": "lotus-park", "dwell-1": "120",
        "seller-0": host, "role-0": "homestay", "basis-0": "night", "amount-0": "100", "uses-0": "12", "after-0": "480",
        "seller-1": guide, "role-1": "guide", "basis-1": "booking", "amount-1": "200", "uses-1": "2",
        "seller-3": agency, "role-3": "host", "basis-3": "share", "amount-3": "100", "operator": agency,
    } | changed  # fmt: skip


def routes(writing, where):
    writing.expire_all()
    waiting = queries.tours_waiting(writing, areas=["360321"])
    return [tour for tour in waiting if tour.kind is TourKind.ROUTE]


def test_a_village_joins_a_route_and_another_official_approves_it(client, where, writing):
    enter(client, where.second)
    assert licence(client, writing, where).status_code == 303
    enter(client, where.official)
    answer = client.post("/office/tours/route/new", data=route(writing, where))
    assert answer.status_code == 303, answer.text
    (tour,) = routes(writing, where)
    assert [stop.slug for stop in tour.stops] == ["gun-museum", "lotus-park"]
    assert [(part.amount, part.is_service) for part in tour.components] == [(10_000, True), (20_000, True), (10_000, False)]
    page = client.get(answer.headers["Location"]).text
    assert "Operated by the licensed travel agency" in page
    for part in ("¥200.00", "¥400.00"):  # of two grown-ups: a night of two, the guide, and what is left
        assert part in page
    client.post(f"/office/tours/{tour.ref}/approve")
    assert len(routes(writing, where)) == 1, "nobody approves what they joined themselves"
    enter(client, where.second)
    client.post(f"/office/tours/{tour.ref}/approve")
    assert routes(writing, where) == []
    assert "Saturday" in client.get(f"/office/tours/{tour.ref}").text
    assert len(dates(writing, tour)) == 2


def dates(writing, tour):
    writing.expire_all()
    return queries.departures_of_tour(writing, tour_id=tour.id, from_at=trips.NOW, to_at=trips.NOW + dt.timedelta(days=121))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount-3": "60"}, "must be 100 percent together; now they are 60."),
        ({"operator": ""}, "Choose the licensed agency that operates it."),
        ({"seller-1": "S000000"}, "No approved seller has the number S000000."),
        ({"host": "S000000"}, "No approved seller of your area has this number."),
        ({"site-0": "", "site-1": ""}, "Choose at least one place"),
        ({"dwell-0": "long"}, "Choose a number from 1 to 2880."),
        ({"least": "30"}, "Fewer can come than must come."),
        ({"times": "noon"}, "Write times such as 09:00"),
        ({"amount-0": ""}, "Write an amount in yuan"),
        ({"adult": ""}, "What does a grown-up pay?"),
        ({"policy": "none"}, "Choose what goes back"),
    ],
)
def test_what_is_wrong_with_a_route_is_said_beside_its_box_and_nothing_typed_is_lost(client, where, writing, changed, words):
    enter(client, where.second)
    licence(client, writing, where)
    answer = client.post("/office/tours/route/new", data=route(writing, where, **changed))
    assert words in answer.text
    assert 'value="Two red days"' in answer.text
    assert routes(writing, where) == []


def test_rows_are_added_without_a_script_and_keep_what_stands_in_them(client, where, writing):
    enter(client, where.official)
    page = client.post("/office/tours/route/new", data=route(writing, where, action="more")).text
    assert 'name="site-5"' in page
    assert 'name="amount-0" type="text" inputmode="decimal" value="100"' in page


def test_a_route_that_was_sent_back_is_written_anew_in_the_same_boxes(client, where, writing):
    enter(client, where.second)
    licence(client, writing, where)
    enter(client, where.official)
    client.post("/office/tours/route/new", data=route(writing, where))
    (tour,) = routes(writing, where)
    enter(client, where.second)
    client.post(f"/office/tours/{tour.ref}/return", data={"reason": "讲解费偏低"})
    enter(client, where.official)
    page = client.get(f"/office/tours/route/new?tour={tour.ref}").text
    assert "讲解费偏低" in page
    assert 'value="纪念馆门口"' in page
    client.post("/office/tours/route/new", data=route(writing, where, tour=tour.ref, **{"amount-1": "260"}))
    (again,) = routes(writing, where)
    assert (again.ref, again.state, again.components[1].amount) == (tour.ref, TourState.SUBMITTED, 26_000)


def test_a_licence_is_the_countys_to_record_and_no_household_has_one(client, where, writing):
    enter(client, where.official)
    assert licence(client, writing, where).status_code == 403
    enter(client, where.second)
    household = trips.number_of(writing, where.host_seller)
    assert "A household cannot operate packages." in licence(client, writing, where, seller=household).text
    assert "last day it is valid" in licence(client, writing, where, valid_to="").text
    licence(client, writing, where)
    assert "L-JX-1" in client.get("/office/agencies").text
    with clock.stopped_at(dt.datetime(2030, 1, 2, 4, tzinfo=dt.UTC)):
        enter(client, where.second)
        assert "Has run out" in client.get("/office/agencies").text


def test_dates_open_in_bulk_without_those_on_which_a_place_is_closed(client, where, writing):
    tour = trips.route(writing, where)
    enter(client, where.official)
    data = {"from_on": "2026-09-07", "to_on": "2026-09-20", "weekdays": ["1", "2"], "times": "09:00", "seats": "15"}
    client.post(f"/office/tours/{tour.ref}/dates", data=data)
    assert [one.most_people for one in dates(writing, tour)] == [15, 15]  # the museum is closed on Mondays
    wrong = {**data, "to_on": "2026-09-01"}
    assert "lies before the first" in client.post(f"/office/tours/{tour.ref}/dates", data=wrong).text
    assert "at least one day" in client.post(f"/office/tours/{tour.ref}/dates", data={**data, "weekdays": []}).text


def test_calling_off_shows_people_and_money_first_and_asks_again_if_they_moved(client, where, writing):
    tour = trips.experience(writing, where)
    date = trips.leaves(writing, tour)
    paid, held = trips.booked(writing, tour, date, 3), trips.held(writing, tour, date, 1)
    writing.commit()
    enter(client, where.official)
    address = f"/office/departures/{date.ref}/call-off"
    page = client.get(address).text
    assert "¥264.00" in page
    assert "<dd>4</dd>" in page
    data = {"reason": "weather", "words": "明天有暴雨", "seen": "2/4/26400"}
    assert "Choose why." in client.post(address, data={**data, "reason": "visitor"}).text
    assert "in a few words" in client.post(address, data={**data, "words": " "}).text
    moved = client.post(address, data={**data, "seen": "1/3/26400"})
    assert "Please look at the figures once more." in moved.text
    client.post(address, data=data)
    writing.expire_all()
    assert queries.departure_by_id(writing, departure_id=date.id).state is DepartureState.CANCELLED
    for view in (paid, held):
        assert queries.booking_by_id(writing, booking_id=view.id).state is BookingState.CANCELLED
    page = client.get(f"/office/departures/{date.ref}").text
    assert "明天有暴雨" in page
    assert "Call it off…" not in page
    assert trips.breaches(writing) == {}


def test_the_list_of_departures_says_state_heads_and_minimum_and_closing_keeps_who_booked(client, where, writing):
    tour = trips.experience(writing, where, least=2)
    date = trips.leaves(writing, tour)
    trips.booked(writing, tour, date, 3)
    writing.commit()
    enter(client, where.official)
    page = client.get("/office/departures").text
    assert "3 / 50" in page
    assert "Goes for sure" in page
    assert client.get("/office/departures?first=nonsense").status_code == 200
    assert "Nothing leaves" in client.get("/office/departures?first=2027-05-01").text
    client.post(f"/office/departures/{date.ref}/close")
    writing.expire_all()
    found = queries.departure_by_id(writing, departure_id=date.id)
    assert (found.state, found.confirmed) == (DepartureState.CLOSED, 3)


def test_another_guide_steps_in_from_the_page_of_the_date_with_a_reason(client, where, writing):
    tour = trips.route(writing, where)
    date = trips.leaves(writing, tour)
    trips.booked(writing, tour, date, 2)
    writing.commit()
    enter(client, where.official)
    address = f"/office/departures/{date.ref}/parts/{trips.part(tour, Role.GUIDE)}/substitute"
    assert address in client.get(f"/office/departures/{date.ref}").text
    page = client.get(address).text
    assert trips.number_of(writing, where.guide_seller) in page
    assert "¥200.00" in page
    data = {"seller": trips.number_of(writing, where.host_seller), "reason": "摔伤了脚"}
    assert "in a few words" in client.post(address, data={**data, "reason": " "}).text
    wrong = client.post(address, data={**data, "seller": "S000000"}).text
    assert "No approved seller has this number." in wrong
    assert 'value="S000000"' in wrong
    assert "摔伤了脚" in wrong
    assert client.post(address, data=data).status_code == 303
    page = client.get(f"/office/departures/{date.ref}?lang=zh").text
    for words in ("替补记录", "摔伤了脚", trips.number_of(writing, where.guide_seller), "替补"):
        assert words in page
    assert "本来就由该卖家承担" in client.post(address, data={**data, "reason": "再换一次"}).text
    assert trips.breaches(writing) == {}


def test_a_part_that_is_no_part_of_the_date_or_a_date_that_is_over_has_no_substitute(client, where, writing):
    date = trips.leaves(writing, trips.experience(writing, where))
    enter(client, where.official)
    assert client.get(f"/office/departures/{date.ref}/parts/999/substitute").status_code == 404
    client.post(f"/office/departures/{date.ref}/call-off", data={"reason": "weather", "words": "暴雨", "seen": "0/0/0"})
    assert "/substitute" not in client.get(f"/office/departures/{date.ref}").text
    (part,) = queries.payees_of_departure(writing, departure_id=date.id)
    assert client.get(f"/office/departures/{date.ref}/parts/{part.component_id}/substitute").status_code == 404
