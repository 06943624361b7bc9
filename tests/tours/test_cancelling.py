"""What goes back, by policy, by weather, by too few people; moving to another date."""

import datetime as dt

import pytest

from marketplace.income.queries import drills
from marketplace.kernel import clock
from marketplace.tours import queries, refusals, services
from marketplace.tours.values import BookingState, CancelReason, DepartureState
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")


def at(**before_start):
    return clock.stopped_at(trips.START - dt.timedelta(**before_start))


def left(session, departure):
    return queries.departure_by_id(session, departure_id=departure.id).left


def test_an_early_cancellation_gives_everything_back_and_frees_the_seats(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 3, fee_fen=160)
    gone = services.cancel_booking(session, key="c", booking_id=view.id, by=None)
    assert gone.state is BookingState.CANCELLED
    assert [refund.amount_fen for refund in gone.refunds] == [26_400]
    assert left(session, departure) == 50
    assert services.cancel_booking(session, key="c", booking_id=view.id, by=None) == gone
    trips.sent_back(session, view)
    assert drills.sale(session, 1).figures.refunds_fen == 26_400


@pytest.mark.parametrize(("hours", "back"), [(30, 18_480), (10, 7_920), (3, 0)])
def test_a_late_one_gives_back_its_tier_and_the_rest_is_earned_on_the_day(session, where, hours, back):
    tour = trips.experience(session, where, cutoff_hours=1)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 3)
    with at(hours=hours):
        gone = services.cancel_booking(session, key="c", booking_id=view.id, by=None)
        assert sum(refund.amount_fen for refund in gone.refunds) == back
        trips.sent_back(session, view)
        trips.booked(session, tour, departure, 1)
    with clock.stopped_at(trips.START - dt.timedelta(minutes=30)):
        assert services.close_due(session) == 1
    with clock.stopped_at(trips.START + dt.timedelta(days=2)):
        services.run_due(session)
        assert services.earn_due(session) == 2
        figures = drills.sale(session, 1).figures
        assert figures.earned_fen == 26_400 - back - figures.fees_fen


def test_one_of_a_party_goes_and_the_others_stay(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2, 3)
    with at(hours=100):
        one = services.cancel_people(session, key="p", booking_id=view.id, ticket_ids=[view.tickets[-1].id], by=None)
        again = services.cancel_people(session, key="p", booking_id=view.id, ticket_ids=[view.tickets[-1].id], by=None)
    assert one.people == again.people == 4
    assert [refund.amount_fen for refund in one.refunds] == [14_000]  # 70 % of a student's 200
    assert (one.state, one.sequence) == (BookingState.CONFIRMED, view.sequence + 1)
    with at(hours=100), pytest.raises(refusals.PeopleRefused):
        services.cancel_people(session, key="q", booking_id=view.id, ticket_ids=[view.tickets[-1].id], by=None)
    trips.sent_back(session, view)
    with at(hours=200):
        everybody = [ticket.id for ticket in one.tickets if ticket.state == "issued"]
        gone = services.cancel_people(session, key="r", booking_id=view.id, ticket_ids=everybody, by=None)
    assert gone.state is BookingState.CANCELLED
    assert gone.refunded_fen == 14_000 + 2 * 40_000 + 2 * 20_000


def test_weather_gives_everybody_everything_back_whatever_the_policy_says(session, where):
    tour = trips.experience(session, where, cutoff_hours=0)
    departure = trips.leaves(session, tour)
    paid = [trips.booked(session, tour, departure, people) for people in (2, 3)]
    waiting = trips.held(session, tour, departure, 1)
    with at(hours=1):
        called = {"departure_id": departure.id, "reason": CancelReason.WEATHER, "words": "暴雨红色预警", "by": where.official}
        assert services.call_off_departure(session, **called) == 3
        assert services.call_off_departure(session, **called) == 0
    for view in paid:
        now = trips.sent_back(session, view)
        assert (now.state, now.reason, now.refunded_fen) == (BookingState.CANCELLED, CancelReason.WEATHER, view.total_fen)
    assert queries.booking_by_id(session, booking_id=waiting.id).state is BookingState.CANCELLED
    assert queries.departure_by_id(session, departure_id=departure.id).state is DepartureState.CANCELLED
    with pytest.raises(refusals.DepartureClosed):
        trips.held(session, tour, departure)
    session.rollback()


def test_a_departure_is_called_off_in_words_and_not_after_it_ran(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    with pytest.raises(refusals.ReasonNeeded):
        services.call_off_departure(session, departure_id=departure.id, reason=CancelReason.WEATHER, words=" ", by=where.official)
    trips.booked(session, tour, departure)
    with clock.stopped_at(trips.START + dt.timedelta(days=1)):
        services.close_due(session)
        services.run_due(session)
        with pytest.raises(refusals.DepartureRuns):
            services.call_off_departure(
                session, departure_id=departure.id, reason=CancelReason.WEATHER, words="雨", by=where.official
            )


def test_too_few_people_call_it_off_by_itself(session, where):
    tour = trips.experience(session, where, least=6)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 5)
    with at(hours=1):
        assert services.close_due(session) == 1
    gone = queries.booking_by_id(session, booking_id=view.id)
    assert (gone.reason, gone.refunded_fen) == (CancelReason.MINIMUM, gone.total_fen)
    assert queries.departure_by_ref(session, ref=departure.ref).words == ""  # the reason is said in each reader's language


def test_once_the_tour_has_begun_nothing_is_cancelled(session, where):
    tour = trips.experience(session, where)
    view = trips.booked(session, tour, trips.leaves(session, tour))
    with clock.stopped_at(trips.START), pytest.raises(refusals.TooLateToCancel):
        services.cancel_booking(session, key="c", booking_id=view.id, by=None)


def test_a_booking_moves_to_another_date_while_it_could_be_left_for_nothing(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    other = trips.leaves(session, tour, trips.START + dt.timedelta(days=7))
    view = trips.booked(session, tour, departure, 3)
    moved = services.move_to(session, booking_id=view.id, departure_ref=other.ref, by=None)
    assert (moved.departure.id, moved.sequence) == (other.id, view.sequence + 1)
    assert (left(session, departure), left(session, other)) == (12, 0)  # the guide goes with them
    assert services.move_to(session, booking_id=view.id, departure_ref=other.ref, by=None) == moved
    with clock.stopped_at(other.starts_at - dt.timedelta(hours=100)), pytest.raises(refusals.TooLateToCancel):
        services.move_to(session, booking_id=view.id, departure_ref=departure.ref, by=None)


def test_money_that_failed_to_go_back_is_sent_by_hand(session, where):
    tour = trips.experience(session, where)
    view = trips.booked(session, tour, trips.leaves(session, tour))
    services.cancel_booking(session, key="c", booking_id=view.id, by=None)
    (refund,) = queries.booking_by_id(session, booking_id=view.id).refunds
    services.submit_refund(session, refund_id=refund.id)
    services.refund_failed(session, refund_id=refund.id, note="card closed")
    with pytest.raises(refusals.BankRefNeeded):
        services.refund_paid_by_hand(session, refund_id=refund.id, by=where.second, bank_ref=" ", at=trips.NOW)
    hand = {"refund_id": refund.id, "by": where.second, "bank_ref": "B1", "at": trips.NOW}
    assert services.refund_paid_by_hand(session, **hand)
    assert not services.refund_paid_by_hand(session, **hand)


def test_what_visitors_have_come_to_is_neither_called_off_nor_given_up_for_the_others_who_did_not_book(session, where):
    tour = trips.experience(session, where, least=3)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2)
    scan = services.Scan(nonce="a", code=view.code, device_at=clock.now())
    services.check_in(session, departure_id=departure.id, scan=scan, by=where.host_farmer)
    with pytest.raises(refusals.VisitorsThere):
        services.call_off_departure(
            session, departure_id=departure.id, reason=CancelReason.WEATHER, words="暴雨", by=where.official
        )
    with clock.stopped_at(departure.cutoff_at):
        assert services.close_due(session) == 1
    assert queries.departure_by_id(session, departure_id=departure.id).state is DepartureState.CLOSED
