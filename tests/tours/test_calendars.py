"""Calendars as programs read them: a visitor's booking through its changes, and a host's feed under a secret address."""

import datetime as dt

import pytest
from icalendar import Calendar

from marketplace.accounts import queries as users
from marketplace.tours import queries, services
from marketplace.tours.rosters import read_lines, read_rows
from marketplace.tours.values import CancelReason
from tests.farmers.places import enter, id_of, person
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")


@pytest.fixture
def where(app, writing, client, monkeypatch):
    monkeypatch.setattr(trips, "SEALER", app.extensions["sealer"])
    client.set_cookie("lang", "en")
    return trips.county(writing)


def read(answer):
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-store"
    return Calendar.from_ical(answer.data)


def test_a_booking_keeps_its_name_in_a_calendar_while_its_sequence_rises(client, writing, where):
    tour = trips.experience(writing, where)
    first, other = trips.leaves(writing, tour), trips.leaves(writing, tour, trips.START + dt.timedelta(days=1))
    view = trips.booked(writing, tour, first, 2)
    with client.session_transaction() as held:
        held["orders"] = [view.ref]
    path = f"/bookings/{view.ref}/calendar.ics"
    answer = client.get(path)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{view.ref}.ics"'
    seen = [read(answer)]
    services.move_to(writing, booking_id=view.id, departure_ref=other.ref, by=None)
    seen.append(read(client.get(path)))
    services.cancel_booking(writing, key="c", booking_id=view.id, by=None)
    seen.append(read(client.get(path)))
    events = [one.walk("VEVENT")[0] for one in seen]
    assert {str(event["UID"]) for event in events} == {f"{view.ref}@bookings.lotusfair"}
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [str(one["METHOD"]) for one in seen] == ["PUBLISH", "PUBLISH", "CANCEL"]
    sequences = [int(event["SEQUENCE"]) for event in events]
    assert sequences == sorted(set(sequences))
    assert [event["DTSTART"].dt for event in events] == [first.starts_at, other.starts_at, other.starts_at]
    assert events[0]["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert [str(zone["TZID"]) for zone in seen[0].walk("VTIMEZONE")] == ["Asia/Shanghai"]
    text = answer.get_data(as_text=True)
    assert trips.LEADER.name not in text
    assert trips.LEADER.phone not in text


def test_a_hosts_feed_counts_heads_and_names_nobody(client, writing, where, open_browser):
    tour = trips.experience(writing, where, least=2)
    first, off = trips.leaves(writing, tour), trips.leaves(writing, tour, trips.START + dt.timedelta(days=1))
    trips.booked(writing, tour, first, 2, 1)
    services.call_off_departure(writing, departure_id=off.id, reason=CancelReason.WEATHER, words="雨", by=where.official)
    enter(client, where.host_farmer)
    assert client.get("/desk/tours/calendar").status_code == 200
    client.post("/desk/tours/calendar")
    token = queries.calendar_token(writing, user_id=where.host_farmer, sealer=trips.SEALER)
    assert f"/desk/tours/calendar.ics?token={token}" in client.get("/desk/tours/calendar").text
    program = open_browser()  # it carries no cookie
    answer = program.get(f"/desk/tours/calendar.ics?token={token}")
    events = read(answer).walk("VEVENT")
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CANCELLED"]
    assert "3" in str(events[0]["SUMMARY"])
    text = answer.get_data(as_text=True)
    for secret in (trips.LEADER.name, trips.LEADER.phone, trips.LEADER.phone[-4:]):
        assert secret not in text


@pytest.mark.parametrize("how", ["ended", "made anew", "account closed"])
def test_a_token_that_no_longer_counts_opens_nothing(client, writing, where, how):
    wish = {"user_id": where.host_farmer, "sealer": trips.SEALER}
    path = f"/desk/tours/calendar.ics?token={services.make_calendar(writing, **wish)}"
    assert client.get(path).status_code == 200
    if how == "ended":
        services.end_calendar(writing, user_id=where.host_farmer)
    elif how == "made anew":
        services.make_calendar(writing, **wish)
    else:
        users.user(writing, where.host_farmer).is_active = False
    assert client.get(path).status_code == 404
    for token in ("", "x", "长" * 200):
        assert client.get("/desk/tours/calendar.ics", query_string={"token": token}).status_code == 404


def test_only_who_hosts_has_a_calendar(client, writing, where):
    somebody = person(writing)
    writing.commit()
    enter(client, somebody)
    assert client.get("/desk/tours/calendar").status_code == 403


TODAY = trips.NOW.date()


@pytest.mark.parametrize(
    "line",
    ["王一 {}", "{} 王一", "3. 王一 {}", "３、王一，{}", "王一\t{}", "王一{}", "王一；{}", "12 王一 {}"],
)
def test_a_line_is_read_however_name_and_number_stand_on_it(line):
    (entry,) = read_lines(line.format(id_of(301)), today=TODAY)
    assert (entry.name, entry.id_number, entry.refusal) == ("王一", id_of(301), None)
    assert "王一" not in repr(entry)
    assert id_of(301) not in repr(entry)


def test_a_list_names_the_lines_that_are_wrong_by_their_own_number():
    lines = f"王一 {id_of(301)}\n\n李二\n{id_of(302)}\n赵三 360321\n钱四 {id_of(301)}"
    found = [(one.number, one.refusal.code) for one in read_lines(lines, today=TODAY) if one.refusal]
    assert found == [
        (3, "name_or_number_missing"),
        (4, "name_or_number_missing"),
        (5, "name_or_number_missing"),
        (6, "named_twice"),
    ]
    rows = read_rows([("王一", id_of(301)), ("", ""), ("李二", "360321")], today=TODAY)
    assert [one.refusal.code if one.refusal else "" for one in rows] == ["", "name_or_number_missing", "id_length"]
