"""Holds made anew, offers taken, what is told by SMS, what goes back as shown, dates to move to, budgets, calendars."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Origin
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.messages.models import Message
from marketplace.tours import queries, refusals, services
from marketplace.tours.models import Substitution, VisitorNotice
from marketplace.tours.values import BookingState, CancelReason, GroupKind, Leader, ResourceKind, Traveller, WaitingState
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")

HERE = Origin("203.0.113.9", "browser-1")


def later(**how_long):
    return clock.stopped_at(trips.NOW + dt.timedelta(**how_long))


def again(session, view, key="again", **facts):
    wish = {"booking_id": view.id, "sealer": trips.SEALER, "expected_total_fen": view.total_fen} | facts
    return services.hold_again(session, key=key, **wish)


def told(session, site=None):
    """Return (phone, words) of what goes out now."""
    services.tell_visitors(session, say=lambda _language, sentence: sentence, sealer=trips.SEALER, site=site)
    rows = session.scalars(select(Message).order_by(Message.id)).all()
    found = [
        (trips.SEALER.open(row.to_sealed, f"outbox/{row.ref}/to"), trips.SEALER.open(row.body_sealed, f"outbox/{row.ref}/body"))
        for row in rows
    ]
    for row in rows:
        session.delete(row)
    session.flush()
    return found


def test_a_hold_that_ran_out_is_held_anew_with_everybody_as_they_were_written(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    first = trips.held(session, tour, departure, 2, 1, locale="en")
    with later(minutes=16):  # before any sweep: its own seats are the last
        second = again(session, first)
        assert again(session, first) == second
        assert queries.booking_by_id(session, booking_id=first.id).state is BookingState.EXPIRED
        assert (second.state, second.people, second.total_fen) == (BookingState.ON_HOLD, 3, first.total_fen)
        assert second.hold_until == trips.NOW + dt.timedelta(minutes=31)
        assert second.ref != first.ref
        names = [queries.names_on_tickets(session, booking_id=view.id, sealer=trips.SEALER) for view in (first, second)]
        assert list(names[0].values()) == list(names[1].values()) == ["游**"] * 3
        assert queries.leader_of(session, booking_id=second.id, sealer=trips.SEALER) == trips.LEADER


def test_a_group_whose_names_follow_is_held_anew_without_them(session, where):
    tour = trips.route(session, where)
    view = trips.held(session, tour, trips.leaves(session, tour), 3, travellers=(), group=GroupKind.SCHOOL, group_name="一小")
    some = [Traveller("王一", trips.places.id_of(401))]
    services.enter_roster(session, booking_id=view.id, travellers=some, sealer=trips.SEALER, by=None)
    with later(minutes=16):
        second = again(session, view)
    assert (second.group, second.group_name) == (GroupKind.SCHOOL, "一小")
    assert not any(ticket.is_named for ticket in second.tickets)


def test_only_what_ran_out_is_held_anew_and_at_the_price_that_was_seen(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    held, paid = trips.held(session, tour, departure), trips.booked(session, tour, departure)
    for view in (held, paid):
        with pytest.raises(refusals.BookingClosed):
            again(session, view, key=f"again-{view.id}")
    with later(minutes=16), pytest.raises(refusals.PriceChanged) as refused:
        again(session, held, expected_total_fen=1)
    assert refused.value.now_fen == held.total_fen
    session.rollback()


def test_a_list_of_names_replaces_the_one_before(session, where):
    tour = trips.route(session, where)
    view = trips.held(session, tour, trips.leaves(session, tour), 3, travellers=(), group=GroupKind.SCHOOL, group_name="一小")
    people = [Traveller(f"学生{number}", trips.places.id_of(400 + number)) for number in range(3)]
    for count in (3, 2):
        services.enter_roster(session, booking_id=view.id, travellers=people[:count], sealer=trips.SEALER, by=None)
        assert sum(ticket.is_named for ticket in queries.booking_by_id(session, booking_id=view.id).tickets) == count


def waiting(session, departure, people=2, **facts):
    wish = {"departure_ref": departure.ref, "people": people, "leader": Leader("李", "13900000022"), "sealer": trips.SEALER}
    return services.wait_for_seats(session, **{"key": f"wait-{people}"} | wish | facts)


@pytest.fixture
def offered(session, where):
    """A full date of which two seats came free and were offered to whoever waits: (tour, departure, entry, another date)."""
    tour = trips.experience(session, where, most=4)
    departure, other = trips.leaves(session, tour), trips.leaves(session, tour, trips.START + dt.timedelta(days=1))
    full = trips.booked(session, tour, departure, 4)
    ref, behind = waiting(session, departure, 2), waiting(session, departure, 3)
    assert [queries.waiting_by_ref(session, ref=one).before for one in (ref, behind)] == [0, 1]
    services.cancel_people(session, key="p", booking_id=full.id, ticket_ids=[one.id for one in full.tickets[:2]], by=None)
    services.offer_freed_seats(session)
    session.commit()
    return tour, departure, ref, other


def taken(session, tour, departure, ref, key="taken"):
    return services.hold_offered(
        session, offer_ref=ref, key=key, departure_ref=departure.ref, party=trips.party(tour), sealer=trips.SEALER,
        expected_total_fen=None,
    )  # fmt: skip


def test_an_offered_seat_is_taken_with_its_booking_once(session, offered):
    tour, departure, ref, _other = offered
    booking = taken(session, tour, departure, ref)
    assert taken(session, tour, departure, ref) == booking
    entry = queries.waiting_by_ref(session, ref=ref)
    assert (entry.state, entry.booking_ref) == (WaitingState.TAKEN, booking.ref)
    session.commit()
    services.let_go(session, booking_id=booking.id, by=None)
    with pytest.raises(refusals.WaitingClosed):
        taken(session, tour, departure, ref, key="another")
    session.rollback()


def test_an_offer_counts_for_its_own_date_and_time_alone(session, offered):
    tour, departure, ref, other = offered
    with pytest.raises(NotThere):
        taken(session, tour, other, ref)
    session.rollback()
    with later(hours=2), pytest.raises(refusals.WaitingClosed):
        taken(session, tour, departure, ref)
    session.rollback()


def test_who_waits_is_known_by_reference_and_four_digits(session, offered):
    ref = offered[2]
    assert queries.waiting_known_to(session, ref=ref, last_four="0022").ref == ref
    assert queries.waiting_known_to(session, ref=ref, last_four="0000") is None
    assert queries.waiting_known_to(session, ref="Q0000000", last_four="0022") is None
    entry = queries.waiting_by_ref(session, ref=ref)
    assert queries.leader_waiting(session, waiting_id=entry.id, sealer=trips.SEALER) == Leader("李", "13900000022")


def test_who_leaves_the_list_is_offered_nothing(session, where):
    tour = trips.experience(session, where, most=2)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2)
    ref = waiting(session, departure)
    for _ in range(2):
        services.leave_list(session, ref=ref)
    services.cancel_booking(session, key="c", booking_id=view.id, by=None)
    assert services.offer_freed_seats(session) == []
    assert queries.waiting_by_ref(session, ref=ref).state is WaitingState.WITHDRAWN


def test_visitors_are_told_once_of_their_booking_in_words_without_their_name(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2, locale="en")
    ((phone, words),) = told(session, site="https://fair.example/")
    assert phone == trips.LEADER.phone
    for part in ("Picking lotus", "2026-09-12 09:00", "2 people", view.code, f"https://fair.example/bookings/{view.ref}"):
        assert part in words
    assert trips.LEADER.name not in words
    assert told(session) == []


def test_a_departure_called_off_is_told_to_who_paid_and_to_who_did_not(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    paid, _held = trips.booked(session, tour, departure), trips.held(session, tour, departure)
    told(session)
    services.call_off_departure(session, departure_id=departure.id, reason=CancelReason.WEATHER, words="雨", by=where.official)
    first, second = (words for _phone, words in told(session))
    assert "Weather" in first
    assert "goes back" in first
    assert first.endswith(paid.ref)
    assert "paid nothing" in second


def test_an_offer_is_told_with_its_time_and_a_visitor_cancelling_hears_nothing(session, offered):
    ref = offered[2]
    found = [words for phone, words in told(session) if phone == "13900000022"]
    assert len(found) == 1
    assert "2026-09-03 14:00" in found[0]
    assert found[0].endswith(ref)


def test_what_comes_too_late_is_not_sent_and_not_kept(session, where):
    tour = trips.experience(session, where)
    trips.booked(session, tour, trips.leaves(session, tour))
    with clock.stopped_at(trips.START):
        assert "tours.visitors_not_told" in trips.breaches(session)
        assert told(session) == []
    assert session.scalars(select(VisitorNotice.told_at)).all() == [trips.START]


def test_the_sum_that_goes_back_is_the_one_that_was_shown(session, where):
    tour = trips.route(session, where)
    view = trips.booked(session, tour, trips.leaves(session, tour), 2, 1)
    session.commit()
    wish = {"booking_id": view.id, "ticket_ids": [view.tickets[-1].id], "by": None}
    with clock.stopped_at(trips.START - dt.timedelta(hours=100)):
        with pytest.raises(refusals.RefundChanged) as refused:
            services.cancel_people(session, key="p", expected_fen=20_000, **wish)
        assert refused.value.now_fen == 14_000
        session.rollback()
        one = services.cancel_people(session, key="p", expected_fen=14_000, **wish)
    assert one.refunded_fen == 14_000


def test_dates_to_move_to_count_what_the_booking_itself_lets_go(session, where):
    guides = services.add_resource(session, kind=ResourceKind.GUIDE, name="讲解", capacity=1, seller_id=where.guide_seller)
    tour = trips.route(session, where, guides=guides)
    departure = trips.leaves(session, tour)
    same_morning = trips.leaves(session, tour, trips.START + dt.timedelta(hours=1))
    next_week = trips.leaves(session, tour, trips.START + dt.timedelta(days=7))
    full = trips.leaves(session, tour, trips.START + dt.timedelta(days=8))
    view = trips.booked(session, tour, departure, 3)
    trips.booked(session, tour, full, 10)
    assert queries.departure_by_id(session, departure_id=same_morning.id).left == 0
    found = queries.dates_to_move_to(session, booking_id=view.id, now=trips.NOW)
    assert [one.ref for one in found] == [same_morning.ref, next_week.ref]
    for one in found:
        services.move_to(session, booking_id=view.id, departure_ref=one.ref, by=None)


@pytest.mark.parametrize(
    ("kind", "most", "other"),
    [("phone", 12, {"leader": Leader("王雨", "13900000012")}),
     ("device", 24, {"origin": Origin(HERE.address, "browser-2")}),
     ("address", 120, {"origin": Origin("203.0.113.10", "browser-1")})],
)  # fmt: skip
def test_bookings_are_counted_for_each_number_browser_and_address(session, where, kind, most, other):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    with clock.stopped_at(trips.NOW.replace(minute=5)):
        for number in range(most - 1):
            spent = {"subject": f"139{number:08d}", "device": f"b-{number}", "address": f"a-{number}"}
            same = {
                "phone": {"subject": trips.LEADER.phone},
                "device": {"device": HERE.browser},
                "address": {"address": HERE.address},
            }  # fmt: skip
            accounts.spend_try(session, kind="booking", **spent | same[kind])
        first = trips.held(session, tour, departure, key="last", origin=HERE)
        session.commit()
        for verb in (trips.held, lambda *_, **facts: waiting(session, departure, leader=trips.LEADER, **facts)):
            with pytest.raises(refusals.TooManyBookings) as no:
                verb(session, tour, departure, origin=HERE)
            assert 1 <= no.value.params["hours"] <= 24
            session.rollback()
        assert trips.held(session, tour, departure, key="last", origin=HERE) == first, "the same page sent again is no new one"
        trips.held(session, tour, departure, **{"origin": HERE} | other)


def test_a_calendar_has_one_secret_address_that_can_be_changed_and_ended(session, where):
    wish = {"user_id": where.host_farmer, "sealer": trips.SEALER}
    first = services.make_calendar(session, **wish)
    second = services.make_calendar(session, **wish)
    assert queries.calendar_token(session, **wish) == second
    assert queries.owner_of_calendar(session, token=second) == where.host_farmer
    assert queries.owner_of_calendar(session, token=first) is None
    for _ in range(2):
        services.end_calendar(session, user_id=where.host_farmer)
    assert queries.owner_of_calendar(session, token=second) is None
    assert queries.calendar_token(session, **wish) is None


def test_a_calendar_holds_what_a_household_works_on_after_substitutions(session, where):
    route, own = trips.route(session, where), trips.experience(session, where)
    first, second = trips.leaves(session, route), trips.leaves(session, own)
    swap = {"departure_id": first.id, "position": 1, "by_user_id": where.official, "at": trips.NOW, "reason": "病了"}
    guide = next(one for one in route.components if one.seller_id == where.guide_seller)

    def theirs(household_id):
        facts = {"from_at": trips.NOW, "to_at": trips.NOW + dt.timedelta(days=120)}
        found = queries.hosted_departures(session, household_ids=[household_id], **facts)
        return [one.departure.ref for one in found]

    assert theirs(where.host_id) == [first.ref, second.ref]
    assert theirs(where.guide_id) == [first.ref]
    session.add(Substitution(component_id=guide.id, from_seller_id=where.guide_seller, to_seller_id=where.host_seller, **swap))
    session.flush()
    assert theirs(where.guide_id) == []
    assert theirs(where.host_id) == [first.ref, second.ref]


def test_a_contact_that_does_not_open_keeps_the_words_from_no_other_visitor(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    for _ in range(2):
        trips.booked(session, tour, departure)
    session.execute(text("UPDATE bookings SET phone_sealed = 'gone.AAAA' WHERE id = (SELECT MIN(id) FROM bookings)"))
    session.expire_all()
    assert len(told(session)) == 1
    assert told(session) == []
