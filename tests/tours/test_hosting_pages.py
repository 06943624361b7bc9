"""The pages of those who receive visitors: four screens without typing, the village's queue, dates, and the list of the day."""

import datetime as dt
import io
import re

import pytest

from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.tours import queries
from marketplace.tours.values import Role, TourState
from tests.farmers.places import enter
from tests.products.goods import photograph
from tests.tours import trips

#: The clock moves on by days, and no worker runs here that would have told the visitors meanwhile.
pytestmark = pytest.mark.breaks_truths("no worker tells the visitors", "tours.visitors_not_told")


@pytest.fixture
def where(app, writing):
    with clock.stopped_at(trips.NOW):
        app.extensions["sealer"] = trips.SEALER  # the key under which the county of this test was sealed
        yield trips.county(writing)


def fields(page):
    """Return the hidden answers and the chosen ones of a page's first form of the screens."""
    form = re.search(r'<form id="(?:what|when|price|offer)".*?</form>', page, re.DOTALL)[0]
    found = [(name, value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)]
    found += re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)"[^>]* value="([^"]*)" checked', form)
    found += re.findall(r'<input class="input" id="f-\w+" name="(\w+)" type="number"[^>]*? value="([^"]*)"', form)
    return [(name, value) for name, value in found if name != "csrf_token"]


def through(client, template="lotus_picking", first=(), **changed):
    """Walk the screens by what they offer; return the last screen."""
    page = client.get("/desk/tours/new", query_string=list(first)).text
    answers = [*fields(page), ("template", template)]
    for path in ("days", "price", "check"):
        answers = [(name, value) for name, value in answers if name not in changed] + list(changed.items())
        answer = client.get(f"/desk/tours/new/{path}", query_string=answers)
        assert answer.status_code == 200
        page, answers = answer.text, fields(answer.text)
    return page


def own(writing, where):
    writing.expire_all()
    return queries.own_experiences(writing, household_ids=[where.host_id], user_id=0)


def test_four_screens_without_a_typed_character_end_at_the_village(client, where, writing):
    enter(client, where.host_farmer)
    page = through(client)
    assert "This is what visitors see" in page
    assert "¥93.00" in page  # the middle of the guidance stood in the box
    answer = client.post("/desk/tours/new", data=dict_of(fields(page)))
    assert answer.status_code == 303
    (tour,) = own(writing, where)
    assert (tour.state, tour.weekdays, tour.weeks, tour.title_en) == (TourState.SUBMITTED, (6, 7), 4, "Lotus picking")
    assert "Sent to the village" in client.get(answer.headers["Location"]).text
    assert client.post("/desk/tours/new", data=dict_of(fields(page))).headers["Location"] == answer.headers["Location"]
    assert len(own(writing, where)) == 1


def dict_of(pairs):
    found = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def test_a_photograph_of_ones_own_goes_along_and_another_can_follow_until_the_village_looks(client, where, writing):
    enter(client, where.host_farmer)
    data = {**dict_of(fields(through(client))), "photos": (io.BytesIO(photograph()), "a.jpg")}
    ref = client.post("/desk/tours/new", data=data, content_type="multipart/form-data").headers["Location"].split("/")[3][:9]
    (tour,) = own(writing, where)
    assert tour.image_id is not None
    later = {"photos": (io.BytesIO(photograph()), "b.jpg")}
    client.post(f"/desk/tours/{ref}/photo", data=later, content_type="multipart/form-data")
    assert "The photo is there." in client.get(f"/desk/tours/{ref}").text
    client.post(f"/desk/tours/{ref}/photo", data={})
    assert "Take a photo first." in client.get(f"/desk/tours/{ref}").text


def test_a_narrator_is_asked_where_and_only_then(client, where):
    enter(client, where.guide_farmer)
    page = client.get("/desk/tours/new/days", query_string={"template": "narrator"}).text
    assert "Which place do you tell of?" in page
    assert "Error:" not in page
    page = client.get("/desk/tours/new/days", query_string={"template": "narrator", "site": ""}).text
    assert "Choose the place that you tell of." in page
    page = through(client, "narrator", site="gun-museum")
    assert "Gun Museum with a narrator" in page


def test_each_screen_asks_again_for_what_it_lacks(client, where):
    enter(client, where.host_farmer)
    asked = {
        "days": ({}, "Choose what you offer."),
        "price": ({"template": "farm_meal", "weeks": "4", "seats": "8"}, "Choose at least one day."),
        "check": ({"template": "homestay", "weekdays": "6", "weeks": "4", "seats": "99", "price": "99"}, "At most 40 people"),
    }
    for path, (sent, words) in asked.items():
        answer = client.get(f"/desk/tours/new/{path}", query_string=sent)
        assert words in answer.text, path
        assert "<title>Error:" in answer.text


def test_a_price_outside_the_guidance_is_a_question_and_never_a_block(client, where):
    enter(client, where.host_farmer)
    page = client.get("/desk/tours/new/check", query_string={**ANSWERS, "price": "388"}).text
    assert "Is ¥388.00 right?" in page
    page = client.get("/desk/tours/new/check", query_string={**ANSWERS, "price": "388", "sure": "38800"}).text
    assert "This is what visitors see" in page
    page = client.get("/desk/tours/new/check", query_string={**ANSWERS, "price": "lots"}).text
    assert "Write an amount in yuan" in page


ANSWERS = {"template": "lotus_picking", "weekdays": ["6", "7"], "times": ["08:30"], "weeks": "2", "seats": "10", "price": "88"}


def test_an_official_offers_for_a_household_that_agreed_and_another_approves(client, where, writing):
    enter(client, where.official)
    household = "household=" + ref_of(writing, where)
    page = client.get(f"/desk/tours/new?{household}").text
    assert "Visitors see the household as the host" in page
    data = {**ANSWERS, "household": ref_of(writing, where)}
    assert "Ask the household first" in client.post("/desk/tours/new", data=data).text
    assert own(writing, where) == []
    answer = client.post("/desk/tours/new", data={**data, "consent": "yes"})
    (tour,) = own(writing, where)
    assert tour.is_assisted
    assert "Another official decides." in client.get("/office/tours").text
    client.post(f"/office/tours/{tour.ref}/approve")
    assert own(writing, where)[0].state is TourState.SUBMITTED
    assert client.get(answer.headers["Location"]).status_code == 200
    enter(client, where.second)
    client.post(f"/office/tours/{tour.ref}/approve")
    assert own(writing, where)[0].state is TourState.ON_SALE


def ref_of(writing, where):
    return farmers.household(writing, where.host_id).ref


@pytest.fixture
def tour(where, writing):
    return trips.experience(
        writing, where, template="lotus_picking", weekdays=[6, 7], weeks=2, start_times=["08:30"], least=1, most=10
    )


def first_date(writing, tour):
    writing.expire_all()
    return queries.departures_of_tour(writing, tour_id=tour.id, from_at=trips.NOW, to_at=trips.NOW + dt.timedelta(days=20))[0]


def test_a_household_pauses_resumes_opens_more_dates_and_puts_away(client, where, writing, tour):
    enter(client, where.host_farmer)
    page = client.get(f"/desk/tours/{tour.ref}").text
    assert "0 of 10 booked" in page
    client.post(f"/desk/tours/{tour.ref}/pause")
    assert own(writing, where)[0].state is TourState.PAUSED
    client.post(f"/desk/tours/{tour.ref}/resume")
    assert "Choose at least one day." in client.post(f"/desk/tours/{tour.ref}/dates", data={"weeks": "2"}).text
    more = {"weekdays": ["5", "6"], "times": ["08:30"], "weeks": "4"}
    client.post(f"/desk/tours/{tour.ref}/dates", data=more)
    assert "6 new dates are open." in client.get(f"/desk/tours/{tour.ref}?all=1").text
    client.post(f"/desk/tours/{tour.ref}/archive")
    assert own(writing, where)[0].state is TourState.ARCHIVED
    client.post(f"/desk/tours/{tour.ref}/resume")
    assert "not in a state" in client.get(f"/desk/tours/{tour.ref}").text


def test_the_seats_of_a_date_stop_at_what_is_booked_and_the_page_says_what_to_do_instead(client, where, writing, tour):
    date = first_date(writing, tour)
    trips.booked(writing, tour, date, 4)
    writing.commit()
    enter(client, where.host_farmer)
    refused = client.post(f"/desk/departures/{date.ref}/seats", data={"seats": "3"})
    assert "4 are booked already. Close the date for new bookings" in refused.text
    client.post(f"/desk/departures/{date.ref}/seats", data={"seats": "12"})
    assert first_date(writing, tour).most_people == 12
    client.post(f"/desk/departures/{date.ref}/close")
    assert first_date(writing, tour).state == "closed"
    assert "Close this date" not in client.get(f"/desk/departures/{date.ref}").text


def test_what_the_village_sends_back_comes_with_its_words_and_is_changed_on_the_same_screens(client, where, writing):
    enter(client, where.host_farmer)
    client.post("/desk/tours/new", data=dict_of(fields(through(client))))
    (tour,) = own(writing, where)
    enter(client, where.official)
    assert "Say in a few words" in client.post(f"/office/tours/{tour.ref}/return", data={}).text
    client.post(f"/office/tours/{tour.ref}/return", data={"reason": "周末人多，请减到六人"})
    enter(client, where.host_farmer)
    page = client.get(f"/desk/tours/{tour.ref}").text
    assert "周末人多，请减到六人" in page
    first = [("tour", tour.ref), ("template", "lotus_picking")]
    page = through(client, first=first, seats="6")
    client.post("/desk/tours/new", data=dict_of(fields(page)))
    (again,) = own(writing, where)
    assert (again.ref, again.state, again.most_people) == (tour.ref, TourState.SUBMITTED, 6)


def test_the_list_of_the_day_shows_parties_lets_them_in_by_code_and_flags_what_came_twice(client, where, writing, tour):
    date = first_date(writing, tour)
    view = trips.booked(writing, tour, date, 3)
    writing.commit()
    enter(client, where.host_farmer)
    address = f"/desk/departures/{date.ref}"
    with clock.stopped_at(date.starts_at + dt.timedelta(minutes=10)):
        enter(client, where.host_farmer)
        assert "Today" in client.get("/desk/tours/today").text
        page = client.get(address).text
        assert "3 late" in page
        assert "王*" in page
        assert not any(code in page for code in (view.code, *(ticket.code for ticket in view.tickets)))
        assert trips.LEADER.phone not in page
        client.post(f"{address}/check-in", data={"code": view.tickets[0].code.lower(), "nonce": "n1"})
        assert "1 person comes in." in client.get(address).text
        client.post(f"{address}/check-in", data={"code": view.code, "nonce": "n2"})
        assert "All are here" in client.get(address).text
        client.post(f"{address}/check-in", data={"code": view.code, "nonce": "n3"})
        assert "This code was used before." in client.get(address).text.partition("Codes that let nobody in")[2]
        client.post(f"{address}/check-in", data={"code": "NOSUCH"})
        assert "Nobody has this code." in client.get(address).text
        assert "Type the six characters" in client.post(f"{address}/check-in", data={}).text


def test_who_did_not_come_is_said_after_the_end_and_the_list_prints_with_boxes(client, where, writing, tour):
    date = first_date(writing, tour)
    view = trips.booked(writing, tour, date, 2, 1)
    writing.commit()
    with clock.stopped_at(date.ends_at + dt.timedelta(minutes=1)):
        enter(client, where.host_farmer)
        assert "3 did not come" in client.get(f"/desk/departures/{date.ref}").text
        page = client.get(f"/desk/departures/{date.ref}/manifest").text
        assert "□ □ □" in page
        assert "Adult 2 · Child 1" in page
        assert f"{view.code[:3]} {view.code[3:]}" in page


def test_a_printed_route_says_heads_stops_with_times_and_who_works_and_no_whole_name_or_number(client, where, writing):
    route = trips.route(writing, where)
    date = trips.leaves(writing, route)
    guide = trips.part(route, Role.GUIDE)
    trips.booked(writing, route, date, 2, 1)
    trips.stepped_in(writing, where, date, guide, where.host_seller)
    writing.commit()
    enter(client, where.official)
    page = client.get(f"/office/departures/{date.ref}/manifest").text
    for words in ("3 (Adult 2 · Student 1)", "09:00 – 10:30", "10:50 – 12:50", "Lotus Park", "王*", "(0011)"):
        assert words in page, words
    assert trips.number_of(writing, where.guide_seller) not in page, "who was replaced does not stand on the list"
    for secret in (trips.LEADER.name, trips.LEADER.phone, "游客0"):
        assert secret not in page


def test_a_guide_sees_the_departures_they_work_on_and_changes_nothing_of_the_hosts(client, where, writing):
    tour = trips.route(writing, where)
    date = trips.leaves(writing, tour)
    enter(client, where.guide_farmer)
    with clock.stopped_at(trips.START - dt.timedelta(hours=2)):
        enter(client, where.guide_farmer)
        page = client.get("/desk/tours/today").text
        assert f"/desk/departures/{date.ref}" in page
        assert client.get(f"/desk/departures/{date.ref}").status_code == 200
        assert client.post(f"/desk/departures/{date.ref}/seats", data={"seats": "9"}).status_code == 404
        assert client.post(f"/desk/departures/{date.ref}/close").status_code == 404
        other = trips.leaves(writing, trips.experience(writing, where))
        assert client.get(f"/desk/departures/{other.ref}").status_code == 404
