"""At the gate, and after: scans that count once, earning, forgetting, waiting, and a known answer."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from marketplace.income import queries as income
from marketplace.income import services as income_services
from marketplace.income.values import CostKind
from marketplace.kernel import clock
from marketplace.tours import queries, refusals, services
from marketplace.tours.services import PartDraft, Scan
from marketplace.tours.values import Basis, BookingState, CheckInOutcome, DepartureState, Leader, Role
from tests.farmers.places import REFERENCE
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")


def scan(code, nonce, minutes=0, **facts):
    return Scan(nonce=nonce, code=code, device_at=trips.START + dt.timedelta(minutes=minutes), **facts)


def test_a_bookings_code_lets_everybody_in_once(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 3)
    with clock.stopped_at(trips.START):
        first = services.check_in(session, departure_id=departure.id, scan=scan(view.code, "a"), by=where.host_farmer)
        same = services.check_in(session, departure_id=departure.id, scan=scan(view.code, "a"), by=where.host_farmer)
        second = services.check_in(session, departure_id=departure.id, scan=scan(view.code, "b"), by=where.host_farmer)
    assert (first.outcome, first.people) == (CheckInOutcome.ACCEPTED, 3)
    assert same == first
    assert (second.outcome, second.people) == (CheckInOutcome.DUPLICATE, 0)
    assert queries.booking_by_id(session, booking_id=view.id).state is BookingState.REDEEMED


def test_tickets_come_one_by_one_and_the_bookings_code_brings_the_rest(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 3)
    with clock.stopped_at(trips.START):
        one = services.check_in(
            session, departure_id=departure.id, scan=scan(view.tickets[0].code.lower(), "a"), by=where.host_farmer
        )
        rest = services.check_in(session, departure_id=departure.id, scan=scan(view.code, "b"), by=where.host_farmer)
    assert (one.people, rest.people) == (1, 2)


def test_codes_that_open_nothing_are_written_down_as_what_they_are(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    other = trips.leaves(session, tour, trips.START + dt.timedelta(days=1))
    elsewhere, unpaid = trips.booked(session, tour, other), trips.held(session, tour, departure)
    with clock.stopped_at(trips.START):
        found = [
            services.check_in(session, departure_id=departure.id, scan=scan(code, code), by=where.host_farmer).outcome
            for code in (elsewhere.code, unpaid.code, "NOSUCH")
        ]
        services.expire_bookings(session)
    assert found == [CheckInOutcome.OTHER_DEPARTURE, CheckInOutcome.VOID, CheckInOutcome.UNKNOWN]


def test_two_phones_without_a_network_upload_later_and_one_scan_is_a_duplicate(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    one, two = trips.booked(session, tour, departure, 2), trips.booked(session, tour, departure, 1)
    with clock.stopped_at(trips.START + dt.timedelta(hours=5)):
        first = [scan(two.code, "p1-2", 3, is_offline=True), scan(one.code, "p1-1", 1, is_offline=True)]
        second = [scan(one.code, "p2-1", 2, is_offline=True)]
        from_first = services.upload_scans(session, departure_id=departure.id, scans=first, by=where.host_farmer)
        from_second = services.upload_scans(session, departure_id=departure.id, scans=second * 2, by=where.guide_farmer)
        again = services.upload_scans(session, departure_id=departure.id, scans=first, by=where.host_farmer)
    assert [result.people for result in from_first] == [2, 1]
    assert {result.outcome for result in from_second} == {CheckInOutcome.DUPLICATE}
    assert again == from_first


def test_what_ran_is_earned_a_day_later_and_names_are_forgotten_after_a_month(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2)
    with clock.stopped_at(departure.cutoff_at):
        services.close_due(session)
    with clock.stopped_at(departure.ends_at):
        assert services.run_due(session) == 1
        assert services.earn_due(session) == 0
    with clock.stopped_at(departure.ends_at + dt.timedelta(hours=24)):
        assert services.earn_due(session) == 3
        assert services.earn_due(session) == 0
        assert services.forget_names(session) == 0
    assert queries.departure_by_id(session, departure_id=departure.id).state is DepartureState.SETTLED
    with clock.stopped_at(departure.ends_at + dt.timedelta(days=31)):
        assert services.forget_names(session) == 2
    assert not any(ticket.is_named for ticket in queries.booking_by_id(session, booking_id=view.id).tickets)


def test_who_does_not_come_has_paid_for_what_ran_and_gets_nothing_back_afterwards(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    came, missed = trips.booked(session, tour, departure, 2), trips.booked(session, tour, departure, 1)
    with clock.stopped_at(trips.START + dt.timedelta(minutes=5)):
        services.check_in(session, departure_id=departure.id, scan=scan(came.code, "a"), by=where.host_farmer)
        services.check_in(session, departure_id=departure.id, scan=scan(came.code, "b"), by=where.guide_farmer)
        with pytest.raises(refusals.TooLateToCancel):
            services.cancel_booking(session, key="late", booking_id=missed.id, by=None)
        services.close_due(session)
    with clock.stopped_at(departure.ends_at + dt.timedelta(hours=24)):
        services.run_due(session)
        assert services.earn_due(session) == 2, "one part a booking, however often a code was scanned"
    earned = income.household_figures(session, household_id=where.host_id, period="2026-09").earned_fen
    assert earned == 3 * 8800 - 3 * 352
    assert queries.booking_by_id(session, booking_id=missed.id).state is BookingState.CONFIRMED


def test_freed_seats_are_offered_in_order_and_never_after_the_date_has_closed(session, where):
    tour = trips.experience(session, where, most=4)
    departure = trips.leaves(session, tour)
    full = trips.booked(session, tour, departure, 4)
    wait = {"departure_ref": departure.ref, "sealer": trips.SEALER}
    many = services.wait_for_seats(session, key="w1", people=3, leader=Leader("张", "13900000021"), **wait)
    few = services.wait_for_seats(session, key="w2", people=2, leader=Leader("李", "13900000022"), **wait)
    assert services.wait_for_seats(session, key="w1", people=3, leader=Leader("张", "13900000021"), **wait) == many
    assert services.offer_freed_seats(session) == []
    going = [ticket.id for ticket in full.tickets[:2]]
    services.cancel_people(session, key="p", booking_id=full.id, ticket_ids=going, by=None)
    assert len(services.offer_freed_seats(session)) == 1
    taken = trips.held(session, tour, departure, 2)
    services.take_offer(session, ref=few, booking_id=taken.id)
    with pytest.raises(refusals.WaitingClosed):
        services.take_offer(session, ref=many, booking_id=taken.id)
    services.let_go(session, booking_id=taken.id, by=None)
    with clock.stopped_at(departure.cutoff_at):
        assert services.offer_freed_seats(session) == []
        with pytest.raises(refusals.DepartureClosed):
            services.wait_for_seats(session, key="w3", people=1, leader=Leader("王", "13900000023"), **wait)


def test_the_known_answer_of_a_tour_comes_out_to_the_fen(session, where, monkeypatch):
    known = json.loads((REFERENCE / "known_answers.json").read_text(encoding="utf-8"))["tour_split"]
    monkeypatch.setattr("marketplace.tours.rules.pricing.FEES_BP", dict.fromkeys([(a, b) for a in (0, 1) for b in (0, 1)], 0))
    parts = [
        PartDraft(role=Role.HOMESTAY, seller_id=where.host_seller, basis=Basis.NIGHT, amount=20_000),
        PartDraft(role=Role.GUIDE, seller_id=where.host_seller, basis=Basis.BOOKING, amount=20_000),
        PartDraft(role=Role.HOST, seller_id=where.agency, basis=Basis.SHARE, amount=10_000, is_service=False),
    ]
    tour = trips.route(session, where, price_fen=80_000, parts=parts)
    view = trips.booked(session, tour, trips.leaves(session, tour), 2)
    assert view.total_fen == 160_000
    homestay, guide, _rest = view.shares
    assert (homestay.gross_fen, guide.gross_fen) == (40_000, 20_000)
    income_services.declare_cost(
        session, key="c", source=f"booking_share/{homestay.id}", kind=CostKind.INPUTS, amount_fen=12_000, by=where.host_farmer
    )
    figures = income.household_figures(session, household_id=where.host_id, period="2026-09")
    assert figures.net_fen == Decimal(known["h1_net"]) * 100
