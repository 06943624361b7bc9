"""A visitor's way through a booking, with the browser's eyes: date, people, payment, ticket; and what becomes of it later."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from marketplace.kernel import clock
from marketplace.payments import services as payments
from marketplace.tours import queries, services
from marketplace.tours.models import Booking, WaitingEntry
from marketplace.tours.values import BookingState, CancelReason, GroupKind, TourState
from tests.farmers.places import enter, id_of, person
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")

WHO = {"name": "王雨", "phone": "139-0000-0011"}


@pytest.fixture
def where(writing, client):
    client.set_cookie("lang", "en")
    yield trips.county(writing)
    writing.rollback()
    assert trips.breaches(writing) == {}


@pytest.fixture
def sealed(app, monkeypatch):
    """Let what the tests seal be opened by the application."""
    monkeypatch.setattr(trips, "SEALER", app.extensions["sealer"])


def value(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)[1]


def knows(client, *refs):
    with client.session_transaction() as held:
        held["orders"] = list(refs)


def bookings(writing):
    writing.rollback()
    return [queries.booking_by_id(writing, booking_id=key) for key in writing.scalars(select(Booking.id).order_by(Booking.id))]


def fill(client, departure, **facts):
    """Write who comes, look at the sum, and send it: what a person without a script does."""
    page = client.get(f"/departures/{departure.ref}/book").text
    given = {"key": value(page, "key"), "seen": value(page, "seen"), **WHO, **facts}
    answer = client.post(f"/departures/{departure.ref}/book", data=given)
    if answer.status_code == 200:
        given["seen"] = value(answer.text, "seen")
        answer = client.post(f"/departures/{departure.ref}/book", data=given)
    return answer, given


def paid(app, writing, ref):
    """Pay at the trial till, as the visitor would."""
    gateways = app.extensions["gateways"]
    intent = payments.start_payment(writing, gateways=gateways, ref=ref, gateway="sandbox")
    payments.pay_at_trial_till(writing, gateways=gateways, intent_id=intent.id, key=f"till/{ref}", succeeds=True)
    writing.commit()


@pytest.fixture
def booked(app, writing, where, client, sealed):
    """A booking paid elsewhere that this browser knows."""

    def make(tour=None, departure=None, adults=2, others=1, **facts):
        tour = tour or trips.experience(writing, where)
        departure = departure or trips.leaves(writing, tour)
        view = trips.booked(writing, tour, departure, adults, others, **facts)
        writing.commit()
        knows(client, view.ref)
        return view

    return make


def test_a_month_of_dates_is_told_in_words_each_with_the_way_on(client, writing, where):
    tour = trips.experience(writing, where, most=6, least=2)
    dates = [trips.leaves(writing, tour, trips.START + dt.timedelta(days=day)) for day in (0, 1, 2, 30)]
    trips.booked(writing, tour, dates[1], 6)
    trips.booked(writing, tour, dates[2], 2)
    page = client.get(f"/tours/{tour.slug}/dates").text
    assert "September 2026" in page
    assert re.search(rf'href="/departures/{dates[0].ref}/book"[^>]*>12 Sept Sat 09:00.*?6 places left.*?¥88.00', page, re.DOTALL)
    assert "Goes from 2 people on" in page
    assert re.search(rf'href="/departures/{dates[1].ref}/wait".*?Full, wait for a place', page, re.DOTALL)
    assert re.search(rf"{dates[2].ref}/book.*?4 places left.*?Goes for sure", page, re.DOTALL)
    assert dates[3].ref not in page
    following = re.search(r'rel="next nofollow" href="([^"]+)"', page)[1]
    assert following.endswith("month=2026-10")
    assert dates[3].ref in client.get(following).text
    assert 'rel="next' not in client.get(f"/tours/{tour.slug}/dates?month=2027-01").text


@pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "2030-01", "x", "2026-9"])
def test_a_month_that_cannot_be_is_that_of_the_next_date(client, writing, where, month):
    tour = trips.experience(writing, where)
    trips.leaves(writing, tour, trips.START + dt.timedelta(days=30))
    assert "October 2026" in client.get(f"/tours/{tour.slug}/dates", query_string={"month": month}).text


def test_what_cannot_be_booked_any_more_says_so_and_leads_nowhere(client, writing, where):
    tour = trips.experience(writing, where)
    near = trips.leaves(writing, tour, trips.NOW + dt.timedelta(hours=20))
    off = trips.leaves(writing, tour, trips.START)
    services.call_off_departure(writing, departure_id=off.id, reason=CancelReason.WEATHER, words="雨", by=where.official)
    writing.commit()
    with clock.stopped_at(trips.NOW + dt.timedelta(hours=10)):
        page = client.get(f"/tours/{tour.slug}/dates?month=2026-09").text
        assert "Booking has closed" in page
        assert near.ref not in page
        assert off.ref not in page
        for path in (f"/departures/{near.ref}/book", f"/departures/{near.ref}/wait"):
            assert client.get(path).location == f"/tours/{tour.slug}/dates"
    services.pause_tour(writing, tour_id=tour.id, by=where.host_farmer)
    assert "cannot be booked at the moment" in client.get(f"/tours/{tour.slug}/dates").text
    draft = services.draft_tour(writing, key="draft", draft=trips_draft(tour), by=where.host_farmer)
    hidden = queries.tour_by_id(writing, tour_id=draft)
    assert hidden.state is TourState.DRAFT
    assert client.get(f"/tours/{hidden.slug}/dates").status_code == 404


def trips_draft(tour):
    parts = [
        services.PartDraft(role=one.role, seller_id=one.seller_id, basis=one.basis, amount=one.amount) for one in tour.components
    ]
    return services.TourDraft(
        kind=tour.kind, theme=tour.theme, host_seller_id=tour.host_seller_id, title_zh="草稿", meeting_zh="门口", minutes=60,
        least_people=1, most_people=10, prices=[(tour.units[0].kind, 10_000)], parts=parts,
    )  # fmt: skip


def test_a_guest_books_without_a_script_and_is_sent_on_to_pay(client, writing, where):
    tour = trips.experience(writing, where)
    departure = trips.leaves(writing, tour)
    page = client.get(f"/departures/{departure.ref}/book").text
    assert "¥88.00" in page
    answer, _given = fill(client, departure, adult=2, child=1, note="有老人")
    (view,) = bookings(writing)
    assert answer.location == f"/pay/{view.ref}"
    assert (view.state, view.people, view.total_fen, view.note) == (BookingState.ON_HOLD, 3, 22_000, "有老人")
    assert client.get(answer.location).status_code == 200
    shown = client.get(f"/bookings/{view.ref}")
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "Held for you" in shown.text
    assert 'data-left="900"' in shown.text
    assert "15 minutes" in shown.text


def test_the_sum_is_shown_before_it_is_owed(client, writing, where):
    tour = trips.experience(writing, where)
    departure = trips.leaves(writing, tour)
    page = client.get(f"/departures/{departure.ref}/book").text
    given = {"key": value(page, "key"), "seen": value(page, "seen"), **WHO, "adult": 3}
    reckoned = client.post(f"/departures/{departure.ref}/book", data={**given, "action": "reckon"})
    assert reckoned.status_code == 200
    assert "¥264.00" in reckoned.text
    answer = client.post(f"/departures/{departure.ref}/book", data=given)
    assert answer.status_code == 200
    assert "The total has changed to ¥264.00" in answer.text
    assert 'value="王雨"' in answer.text
    assert bookings(writing) == []


def test_what_is_booked_after_a_shared_link_counts_for_its_promotion(client, writing, where):
    tour = trips.experience(writing, where)
    departure = trips.leaves(writing, tour)
    client.get(f"/tours/{tour.slug}?from=lotus-festival")
    fill(client, departure, adult="2")
    writing.rollback()
    assert writing.scalars(select(Booking.promotion)).all() == ["lotus-festival"]


def test_a_double_click_makes_one_booking_and_one_persons_key_is_not_anothers(client, writing, where, open_browser):
    tour = trips.experience(writing, where)
    departure = trips.leaves(writing, tour)
    first, given = fill(client, departure, adult=1)
    assert client.post(f"/departures/{departure.ref}/book", data=given).location == first.location
    assert len(bookings(writing)) == 1
    other = open_browser()
    somebody = person(writing)
    writing.commit()
    enter(other, somebody)
    assert other.post(f"/departures/{departure.ref}/book", data=given).location != first.location


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("phone", "12345"), ("adult", "x"), ("adult", "-1"), ("adult", "0"), ("adult", "51"), ("note", "长" * 300)],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(client, writing, where, field, typed):
    departure = trips.leaves(writing, trips.experience(writing, where))
    answer, _given = fill(client, departure, **{"adult": "1", "note": "带轮椅", field: typed})
    assert answer.status_code in (400, 409, 422)
    assert "<title>Error:" in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert 'class="error"' in answer.text
    for name, kept in {"name": "王雨", "phone": "13900000011", "note": "带轮椅"}.items():
        assert (kept in answer.text) is (name != field)
    assert bookings(writing) == []


def test_the_last_places_go_to_one_and_the_other_is_led_to_the_waiting_list(client, writing, where):
    tour = trips.experience(writing, where, most=2)
    departure = trips.leaves(writing, tour)
    page = client.get(f"/departures/{departure.ref}/book").text
    trips.held(writing, tour, departure, 2)
    writing.commit()
    given = {"key": value(page, "key"), "seen": "8800", **WHO, "adult": 1}
    answer = client.post(f"/departures/{departure.ref}/book", data=given)
    assert answer.status_code == 409
    assert f'href="/departures/{departure.ref}/wait"' in answer.text
    assert "王雨" in answer.text
    assert client.get(f"/departures/{departure.ref}/book").location == f"/departures/{departure.ref}/wait"


def test_names_are_asked_for_only_where_a_place_wants_them_and_each_is_judged(client, writing, where):
    tour = trips.route(writing, where)
    departure = trips.leaves(writing, tour)
    assert (
        "identity number"
        not in client.get(f"/departures/{trips.leaves(writing, trips.experience(writing, where)).ref}/book").text
    )
    answer, given = fill(client, departure, adult=1, student=1)
    assert answer.status_code == 422
    assert "Gun Museum: each visitor" in answer.text
    assert "Visitor 2, Student" in answer.text
    wrong = {**given, "name-1": "王雨", "id-1": id_of(301), "name-2": "王小雨", "id-2": "360321199001011234"}
    answer = client.post(f"/departures/{departure.ref}/book", data=wrong)
    assert answer.status_code == 422
    assert "does not fit the others" in answer.text
    assert 'href="#f-name-2"' in answer.text
    assert 'href="#f-name-1"' not in answer.text
    assert f'value="{id_of(301)}"' in answer.text
    twice = client.post(f"/departures/{departure.ref}/book", data={**wrong, "id-2": id_of(301)})
    assert "stands at 1 already" in twice.text
    good = client.post(f"/departures/{departure.ref}/book", data={**wrong, "id-2": id_of(302)})
    (view,) = bookings(writing)
    assert good.location == f"/pay/{view.ref}"
    assert all(ticket.is_named for ticket in view.tickets)
    shown = client.get(f"/bookings/{view.ref}").text
    assert "王**" in shown
    assert id_of(301) not in shown


def test_many_names_are_pasted_as_a_list(client, writing, where):
    departure = trips.leaves(writing, trips.route(writing, where))
    people = [f"{number}. 游客{number} {id_of(300 + number)}" for number in range(1, 11)]
    answer, given = fill(client, departure, adult=10, roster="\n".join(people[:9]))
    assert answer.status_code == 422
    assert "10 people come, and 9 are on the list." in answer.text
    assert "游客9" in answer.text
    bad = client.post(f"/departures/{departure.ref}/book", data={**given, "roster": "\n".join([*people[:8], "游客9", people[9]])})
    assert "Line 9: Write the name" in bad.text
    good = client.post(f"/departures/{departure.ref}/book", data={**given, "roster": "\n".join(people)})
    assert good.status_code == 303
    assert all(ticket.is_named for ticket in bookings(writing)[0].tickets)


def test_a_groups_names_may_follow_and_are_pasted_on_the_bookings_page(app, client, writing, where, sealed):
    departure = trips.leaves(writing, trips.route(writing, where))
    answer, _given = fill(client, departure, student=3, adult=1, group="school", group_name="莲花一小", later="1")
    (view,) = bookings(writing)
    assert answer.location == f"/pay/{view.ref}"
    assert (view.group, view.group_name) == (GroupKind.SCHOOL, "莲花一小")
    assert "The names of 4 people are still missing." in client.get(f"/bookings/{view.ref}").text
    path = f"/bookings/{view.ref}/roster"
    lines = ["王老师，36039919700101301" + id_of(301)[-1], f"２、学生甲 {id_of(302)}", f"{id_of(303)} 学生乙", "学生丙 360399"]
    answer = client.post(path, data={"roster": "\n".join(lines)})
    assert answer.status_code == 422
    assert "Line 4: " in answer.text
    assert answer.text.count("Line ") == 2  # in the summary and beside the box
    assert "学生乙" in answer.text
    too_many = "\n".join(f"学生{number} {id_of(310 + number)}" for number in range(5))
    assert "4 people come, and 5 are on the list." in client.post(path, data={"roster": too_many}).text
    assert client.post(path, data={"roster": ""}).status_code == 422
    good = client.post(path, data={"roster": "\n".join([*lines[:3], f"学生丙 {id_of(304)}"])})
    assert good.location == f"/bookings/{view.ref}"
    names = queries.names_on_tickets(writing, booking_id=view.id, sealer=app.extensions["sealer"])
    assert list(names.values()) == ["王**", "学**", "学**", "学**"]
    assert "王**" in client.get(path).text


def test_the_ticket_stands_on_the_page_once_it_is_paid(app, client, writing, where):
    tour = trips.route(writing, where)
    departure = trips.leaves(writing, tour)
    fill(client, departure, adult=2, **{"name-1": "甲", "id-1": id_of(301), "name-2": "乙", "id-2": id_of(302)})
    (view,) = bookings(writing)
    unpaid = client.get(f"/bookings/{view.ref}").text
    assert "<svg" in unpaid
    assert 'class="qr"' not in unpaid
    assert f"{view.code[:3]} {view.code[3:]}" not in unpaid
    paid(app, writing, view.ref)
    page = client.get(f"/bookings/{view.ref}").text
    assert 'class="qr"' in page
    assert f"{view.code[:3]} {view.code[3:]}" in page
    for ticket in view.tickets:
        assert f"{ticket.code[:3]} {ticket.code[3:]}" in page
    for words in (
        "Booked. We look forward to you!",
        "2 people on 12 Sept Sat 09:00.",
        "纪念馆门口",
        "Gun Museum",
        "Lotus Park",
        "10:50",
    ):
        assert words in page
    assert re.search(r"Where your ¥10 goes.*?Homestay.*?¥2\.\d\d.*?Guide.*?This platform", page, re.DOTALL)
    assert "If you cancel now you get ¥800.00 back." in page
    assert re.search(r"Until 5 Sept Sat 09:00.*?now.*?¥800.00 back.*?¥560.00 back.*?¥240.00 back.*?nothing back", page, re.DOTALL)


def test_the_qr_code_holds_the_code_and_nothing_else(client, booked, monkeypatch):
    drawn = []
    make = __import__("segno").make
    monkeypatch.setattr("segno.make", lambda content, **facts: drawn.append(content) or make(content, **facts))
    view = booked()
    assert client.get(f"/bookings/{view.ref}").status_code == 200
    assert drawn == [view.code]


def test_a_hold_that_ran_out_is_held_anew_with_one_touch(client, writing, where, app):
    tour = trips.experience(writing, where, most=3)
    departure = trips.leaves(writing, tour)
    fill(client, departure, adult=2, child=1, note="带轮椅")
    (view,) = bookings(writing)
    with clock.stopped_at(trips.NOW + dt.timedelta(minutes=16)):
        assert client.get(f"/pay/{view.ref}").location == f"/bookings/{view.ref}"
        page = client.get(f"/bookings/{view.ref}").text
        assert "The time to pay is over" in page
        answer = client.post(f"/bookings/{view.ref}/again", data={"seen": value(page, "seen")})
        again = client.post(f"/bookings/{view.ref}/again", data={"seen": value(page, "seen")})
        assert answer.location == again.location != f"/pay/{view.ref}"
        old, new = bookings(writing)
        assert (old.state, new.state, new.people, new.note) == (BookingState.EXPIRED, BookingState.ON_HOLD, 3, "带轮椅")
        assert client.get(f"/bookings/{new.ref}").status_code == 200
        paid(app, writing, new.ref)
        assert "Booked." in client.get(f"/bookings/{new.ref}").text


def test_places_held_anew_at_another_price_are_shown_first_and_gone_ones_said(client, writing, where):
    tour = trips.experience(writing, where, most=2)
    departure = trips.leaves(writing, tour)
    fill(client, departure, adult=2)
    (view,) = bookings(writing)
    with clock.stopped_at(trips.NOW + dt.timedelta(minutes=16)):
        changed = client.post(f"/bookings/{view.ref}/again", data={"seen": "1"})
        assert "The total has changed to ¥176.00" in changed.text
        assert value(changed.text, "seen") == "17600"
        services.expire_bookings(writing)
        trips.held(writing, tour, departure, 1)
        writing.commit()
        answer = client.post(f"/bookings/{view.ref}/again")
        assert answer.location == f"/bookings/{view.ref}"
        assert "Only 1 places are left" in client.get(answer.location).text


def test_places_that_are_not_paid_are_given_up(client, writing, where):
    departure = trips.leaves(writing, trips.experience(writing, where))
    fill(client, departure, adult=2)
    (view,) = bookings(writing)
    assert client.post(f"/bookings/{view.ref}/let-go").location == f"/bookings/{view.ref}"
    assert "nothing is owed" in client.get(f"/bookings/{view.ref}").text
    assert bookings(writing)[0].state is BookingState.CANCELLED


def test_what_comes_back_is_shown_before_one_of_the_party_is_taken_off(client, writing, booked):
    view = booked(adults=2, others=1)
    path = f"/bookings/{view.ref}/cancel"
    choose = client.get(path).text
    assert choose.count('type="checkbox"') == 3
    child = view.tickets[-1].id
    with clock.stopped_at(trips.START - dt.timedelta(hours=30)):
        look = client.get(path, query_string={"person": child}).text
        assert "¥30.80 comes back" in look
        assert "70%" in look
        assert "2 people still come." in look
        given = {"person": [child], "seen": value(look, "seen"), "key": value(look, "key")}
        assert bookings(writing)[0].people == 3
        for _touch in range(2):
            assert client.post(path, data=given).location == f"/bookings/{view.ref}"
        (now,) = bookings(writing)
        assert (now.people, now.refunded_fen) == (2, 3_080)
        page = client.get(f"/bookings/{view.ref}").text
        assert "¥30.80 goes back" in page
        assert "¥30.80 is on its way back." in page
        assert "Good for 2 people" in page
        assert "If you cancel now you get ¥123.20 back." in page


def test_a_tier_that_passed_meanwhile_is_shown_anew(client, writing, booked):
    view = booked(adults=1, others=0)
    path = f"/bookings/{view.ref}/cancel"
    look = client.get(path).text  # of one person there is nothing to choose
    assert "¥88.00 comes back" in look
    with clock.stopped_at(trips.START - dt.timedelta(hours=30)):
        given = {"person": [view.tickets[0].id], "seen": value(look, "seen"), "key": value(look, "key")}
        answer = client.post(path, data=given)
        assert answer.status_code == 200
        assert "Now ¥61.60 would go back." in answer.text
        assert bookings(writing)[0].state is BookingState.CONFIRMED
        client.post(path, data={**given, "seen": value(answer.text, "seen")})
    assert bookings(writing)[0].state is BookingState.CANCELLED
    assert "You cancelled this booking" in client.get(f"/bookings/{view.ref}").text


@pytest.mark.parametrize("person", [[], ["x"], ["999999"], ["-1"]])
def test_nobody_chosen_is_asked_again_and_nothing_happens(client, writing, booked, person):
    view = booked()
    answer = client.post(f"/bookings/{view.ref}/cancel", data={"person": person, "seen": "0", "key": "k"})
    assert answer.status_code == 422
    assert "Choose who does not come." in answer.text
    assert bookings(writing)[0].people == 3


def test_a_departure_called_off_says_why_and_that_everything_comes_back(client, writing, where, booked):
    view = booked()
    services.call_off_departure(
        writing, departure_id=view.departure.id, reason=CancelReason.WEATHER, words="暴雨红色预警", by=where.official
    )
    page = client.get(f"/bookings/{view.ref}").text
    assert "This departure is called off: Weather" in page
    assert "暴雨红色预警" in page
    assert "All that you paid goes back" in page
    assert "/cancel" not in page
    assert client.get(f"/bookings/{view.ref}/cancel").location == f"/bookings/{view.ref}"


def test_a_booking_moves_to_a_date_that_takes_it(client, writing, where, booked):
    tour = trips.experience(writing, where, most=4)
    first = trips.leaves(writing, tour)
    other, full = (trips.leaves(writing, tour, trips.START + dt.timedelta(days=day)) for day in (1, 2))
    trips.booked(writing, tour, full, 3)
    view = booked(tour, first)
    page = client.get(f"/bookings/{view.ref}/move").text
    assert other.ref in page
    assert full.ref not in page
    path = f"/bookings/{view.ref}/move"
    assert client.post(path).status_code == 422
    assert client.post(path, data={"departure": "D0000000"}).status_code == 422
    assert client.post(path, data={"departure": full.ref}).status_code == 409
    assert client.post(path, data={"departure": other.ref}).location == f"/bookings/{view.ref}"
    assert bookings(writing)[-1].departure.ref == other.ref
    with clock.stopped_at(trips.START - dt.timedelta(hours=2)):
        assert client.get(path).location == f"/bookings/{view.ref}"
        assert path not in client.get(f"/bookings/{view.ref}").text


def test_a_full_date_is_waited_for_and_its_offer_leads_to_a_booking(client, writing, where, sealed, open_browser):
    tour = trips.experience(writing, where, most=2)
    departure = trips.leaves(writing, tour)
    full = trips.booked(writing, tour, departure, 2)
    path = f"/departures/{departure.ref}/wait"
    page = client.get(path).text
    assert client.post(path, data={"key": value(page, "key"), "people": "9", **WHO}).status_code == 400
    given = {"key": value(page, "key"), "people": "2", **WHO}
    answer = client.post(path, data=given)
    assert client.post(path, data=given).location == answer.location
    (ref,) = writing.scalars(select(WaitingEntry.ref)).all()
    assert answer.location == f"/waiting/{ref}"
    assert "You are the first." in client.get(answer.location).text
    stranger = open_browser()
    stranger.set_cookie("lang", "en")
    assert stranger.get(f"/waiting/{ref}").location == f"/orders/find?number={ref}"
    services.cancel_booking(writing, key="c", booking_id=full.id, by=None)
    services.offer_freed_seats(writing)
    found = stranger.post("/orders/find", data={"number": ref, "last_four": "0011"})
    assert found.location == f"/waiting/{ref}"
    offered = stranger.get(found.location).text
    assert "Places have come free" in offered
    link = re.search(r'href="(/departures/[^"]+offer=[^"]+)"', offered)[1].replace("&amp;", "&")
    form = stranger.get(link).text
    assert (value(form, "name"), value(form, "phone"), value(form, "offer")) == ("王雨", "13900000011", ref)
    assert client.get(link.replace(ref, "Q0000000")).status_code == 200
    sent = {"key": value(form, "key"), "seen": value(form, "seen"), "offer": ref, "adult": 2, **WHO}
    booking = stranger.post(f"/departures/{departure.ref}/book", data=sent)
    view = bookings(writing)[-1]
    assert booking.location == f"/pay/{view.ref}"
    assert f'href="/bookings/{view.ref}"' in stranger.get(f"/waiting/{ref}").text
    assert stranger.get(f"/bookings/{view.ref}").status_code == 200


def test_who_waits_may_leave(client, writing, where):
    tour = trips.experience(writing, where, most=1)
    departure = trips.leaves(writing, tour)
    trips.booked(writing, tour, departure, 1)
    page = client.get(f"/departures/{departure.ref}/wait").text
    ref = client.post(f"/departures/{departure.ref}/wait", data={"key": value(page, "key"), "people": 1, **WHO}).location[9:]
    assert client.post(f"/waiting/{ref}/leave").location == f"/waiting/{ref}"
    assert "You left the waiting list" in client.get(f"/waiting/{ref}").text


def test_a_booking_is_found_by_number_and_four_digits_and_tries_are_counted(client, booked, open_browser):
    view = booked()
    stranger = open_browser()
    stranger.set_cookie("lang", "en")
    assert stranger.get(f"/bookings/{view.ref}").location == f"/orders/find?number={view.ref}"
    for path in ("cancel", "move", "roster", "calendar.ics"):
        assert stranger.get(f"/bookings/{view.ref}/{path}").status_code == 404
    wrong = stranger.post("/orders/find", data={"number": view.ref, "last_four": "9999"})
    assert wrong.status_code == 422
    found = stranger.post("/orders/find", data={"number": f" {view.ref.lower()} ", "last_four": "0011"})
    assert found.location == f"/bookings/{view.ref}"
    assert stranger.get(found.location).status_code == 200
    for _try in range(8):
        stranger.post("/orders/find", data={"number": view.ref, "last_four": "9999"})
    assert stranger.post("/orders/find", data={"number": view.ref, "last_four": "0011"}).status_code == 429


def test_who_signed_in_finds_their_bookings_and_nobody_elses(client, writing, where, sealed):
    tour = trips.experience(writing, where)
    departure = trips.leaves(writing, tour)
    me, other = person(writing), person(writing)
    mine = [trips.held(writing, tour, departure, 1, buyer_user_id=me) for _number in range(32)]
    theirs = trips.held(writing, tour, departure, 1, buyer_user_id=other)
    writing.commit()
    enter(client, me)
    assert 'href="/bookings"' in client.get("/mine").text
    page = client.get("/bookings").text
    assert page.count('class="booked"') == 30
    assert mine[-1].ref in page
    assert theirs.ref not in page
    older = re.search(r'href="(/bookings\?before=\d+)"', page)[1]
    assert mine[0].ref in client.get(older).text
    assert client.get(f"/bookings/{mine[0].ref}").status_code == 200
    assert client.get(f"/bookings/{theirs.ref}").status_code == 303
