"""What a phone at the gate may keep and sends: hashes instead of codes, and scans that count once whoever sends them."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.tours import queries
from marketplace.tours.views.day import hash_of
from tests.farmers.places import enter
from tests.tours import trips

#: The clock moves on by days, and no worker runs here that would have told the visitors meanwhile.
pytestmark = pytest.mark.breaks_truths("no worker tells the visitors", "tours.visitors_not_told")


@pytest.fixture
def where(app, writing):
    with clock.stopped_at(trips.NOW):
        app.extensions["sealer"] = trips.SEALER  # the key under which the county of this test was sealed
        yield trips.county(writing)


@pytest.fixture
def date(where, writing):
    return trips.leaves(writing, trips.route(writing, where))


@pytest.fixture
def party(where, writing, date):
    view = trips.booked(writing, queries.tour_by_id(writing, tour_id=date.tour_id), date, 3)
    writing.commit()
    return view


def scan(code, nonce, minutes=0, **facts):
    at = trips.START + dt.timedelta(minutes=minutes)
    return {"nonce": f"nonce-{nonce:0>8}", "code": code, "device_at": at.isoformat(), "is_offline": True} | facts


def send(client, date, *scans):
    return client.post(f"/desk/departures/{date.ref}/scans", json={"scans": list(scans)})


def test_a_phone_keeps_counts_masked_names_and_short_hashes_but_no_code(client, where, date, party):
    enter(client, where.host_farmer)
    answer = client.get(f"/desk/departures/{date.ref}/list")
    assert answer.headers["Cache-Control"] == "private, no-store"
    (kept,) = answer.json["list"]["parties"]
    assert (kept["people"], kept["arrived"]) == (3, 0)
    assert kept["codes"][0] == [hash_of(date.ref, party.code), 3]
    assert [people for _hash, people in kept["codes"]] == [3, 1, 1, 1]
    for secret in (party.code, *(ticket.code for ticket in party.tickets), trips.LEADER.name, trips.LEADER.phone):
        assert secret not in answer.text


def test_two_phones_that_were_offline_upload_later_and_what_both_scanned_counts_once(client, where, writing, date, party):
    with clock.stopped_at(trips.START + dt.timedelta(hours=5)):
        enter(client, where.host_farmer)
        first = send(client, date, scan(party.code, "1", 2), scan("NOSUCH", "2", 1)).json
        assert [(one["outcome"], one["people"]) for one in first["results"]] == [("unknown", 0), ("accepted", 3)]
        assert first["here"] == 3
        assert first["parties"][0]["words"] == "All are here"
        enter(client, where.guide_farmer)
        second = send(client, date, scan(party.code, "1", 1)).json
        assert [one["outcome"] for one in second["results"]] == ["duplicate"], "another phone's nonce is another scan"
        assert "used before" in second["results"][0]["words"]
        again = send(client, date, scan(party.code, "1", 1)).json
        assert again["results"] == second["results"]
        assert "This code was used before." in client.get(f"/desk/departures/{date.ref}").text


@pytest.mark.parametrize(
    "body",
    [
        None, [], {"scans": "x"}, {"scans": [1]}, {"scans": [{}]}, {"scans": [scan("A", "1")] * 101},
        {"scans": [scan(None, "1")]}, {"scans": [scan("A", "'; --")]}, {"scans": [scan("A", "1", device_at=5)]},
    ],
)  # fmt: skip
def test_what_is_no_list_of_scans_is_refused(client, where, writing, date, body):
    enter(client, where.host_farmer)
    assert client.post(f"/desk/departures/{date.ref}/scans", json=body).status_code == 400
    assert queries.scans_of_departure(writing, departure_id=date.id) == []


def test_a_phone_whose_clock_is_nonsense_is_believed_about_the_code_and_not_about_the_time(client, where, date, party):
    enter(client, where.host_farmer)
    for number, at in enumerate(("soon", "9999-99-99T00:00:00Z", "2026-09-12T09:00:00")):
        answer = send(client, date, scan(party.tickets[number].code, f"{number}-clock", device_at=at))
        assert answer.json["results"][0]["outcome"] == "accepted"


def test_the_gate_of_another_household_is_not_there(client, where, writing, party):
    other = trips.leaves(writing, trips.experience(writing, where))
    enter(client, where.guide_farmer)
    assert client.get(f"/desk/departures/{other.ref}/list").status_code == 404
    assert send(client, other, scan(party.code, "1")).status_code == 404
