"""Seats held, paid, let go, run out of time; shared buckets; money to each payee."""

import dataclasses
import datetime as dt

import pytest

from marketplace.income.queries import drills
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.tours import queries, refusals, services
from marketplace.tours.values import BookingState, DepartureState, GroupKind, Leader, ResourceKind, Traveller
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")


def left(session, departure):
    return queries.departure_by_id(session, departure_id=departure.id).left


def test_held_seats_are_gone_and_a_repeat_gives_the_first(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    one = trips.held(session, tour, departure, 3, 1, key="k")
    again = trips.held(session, tour, departure, 3, 1, key="k")
    assert one == again
    assert (one.state, one.people, one.total_fen) == (BookingState.ON_HOLD, 4, 3 * 8800 + 4400)
    assert one.hold_until == trips.NOW + dt.timedelta(minutes=15)
    assert [ticket.price_fen for ticket in one.tickets] == [8800, 8800, 8800, 4400]
    assert left(session, departure) == 46


def test_more_than_are_left_are_refused_and_nothing_is_taken(session, where):
    tour = trips.experience(session, where, most=5)
    departure = trips.leaves(session, tour)
    trips.held(session, tour, departure, 3)
    session.commit()
    with pytest.raises(refusals.DepartureFull) as refused:
        trips.held(session, tour, departure, 3)
    assert refused.value.left == 2
    session.rollback()
    assert left(session, departure) == 2


def test_two_tours_that_share_a_guide_cannot_both_have_him(session, where):
    guides = services.add_resource(session, kind=ResourceKind.GUIDE, name="讲解", capacity=1, seller_id=where.guide_seller)
    one = trips.route(session, where, guides=guides)
    two = trips.route(session, where, guides=guides, title_zh="红色另一条")
    first = trips.leaves(session, one)
    second = trips.leaves(session, two, trips.START + dt.timedelta(hours=1))  # the same half-day
    afternoon = trips.leaves(session, two, trips.START + dt.timedelta(hours=5))
    trips.held(session, one, first)
    session.commit()
    assert left(session, second) == 0
    assert left(session, afternoon) > 0
    with pytest.raises(refusals.DepartureFull):
        trips.held(session, two, second)
    session.rollback()


def test_the_price_is_divided_between_the_payees_and_accrues_when_paid(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    view = trips.booked(session, tour, departure, 2, fee_fen=480)
    assert view.state is BookingState.CONFIRMED
    assert [share.gross_fen for share in view.shares] == [20_000, 20_000, 40_000]
    assert sum(share.gateway_fee_fen for share in view.shares) == 480
    sales = [drills.sale(session, number) for number in (1, 2, 3)]
    assert [(sale.figures.gross_fen, sale.measure, sale.income_category) for sale in sales] == [
        (20_000, "culture", "business"), (20_000, "culture", "wage"), (40_000, "culture", "business"),
    ]  # fmt: skip
    assert [sale.household_id for sale in sales] == [where.host_id, where.guide_id, None]


def test_enough_paid_people_make_a_departure_sure(session, where):
    tour = trips.experience(session, where, least=4)
    departure = trips.leaves(session, tour)
    trips.booked(session, tour, departure, 2)
    assert queries.departure_by_id(session, departure_id=departure.id).state is DepartureState.OPEN
    trips.booked(session, tour, departure, 2)
    assert queries.departure_by_id(session, departure_id=departure.id).state is DepartureState.GUARANTEED


def test_paying_twice_pays_once(session, where):
    tour = trips.experience(session, where)
    view = trips.booked(session, tour, trips.leaves(session, tour))
    assert not services.confirm_booking(session, booking_id=view.id, gateway="offline", gateway_fee_fen=0, at=trips.NOW)


def test_a_hold_runs_out_and_late_money_finds_its_seats_or_goes_back(session, where):
    tour = trips.experience(session, where, most=2)
    departure = trips.leaves(session, tour)
    one = trips.held(session, tour, departure)
    later = trips.NOW + dt.timedelta(minutes=16)
    with clock.stopped_at(later):
        assert services.expire_bookings(session) == 1
        assert left(session, departure) == 2
        two = trips.held(session, tour, departure)
        with pytest.raises(refusals.PaidTooLate):
            services.confirm_booking(session, booking_id=one.id, gateway="offline", gateway_fee_fen=0, at=later)
        services.let_go(session, booking_id=two.id, by=None)
        assert services.confirm_booking(session, booking_id=one.id, gateway="offline", gateway_fee_fen=0, at=later)
    assert queries.booking_by_id(session, booking_id=one.id).state is BookingState.CONFIRMED
    assert left(session, departure) == 0


def test_what_was_let_go_is_not_taken_up_by_late_money(session, where):
    tour = trips.experience(session, where)
    view = trips.held(session, tour, trips.leaves(session, tour))
    assert services.let_go(session, booking_id=view.id, by=None).state is BookingState.CANCELLED
    assert services.let_go(session, booking_id=view.id, by=None).state is BookingState.CANCELLED
    with pytest.raises(refusals.PaidTooLate):
        services.confirm_booking(session, booking_id=view.id, gateway="offline", gateway_fee_fen=0, at=trips.NOW)


def test_choosing_how_to_pay_keeps_the_seats_but_not_beyond_the_dates_closing(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour, trips.NOW + dt.timedelta(days=2))
    view = trips.held(session, tour, departure)
    kept = services.choose_gateway(session, booking_id=view.id, gateway="offline", hold=dt.timedelta(days=3))
    assert kept.hold_until == departure.cutoff_at


def test_a_date_that_has_closed_takes_nobody(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour, trips.NOW + dt.timedelta(hours=20))
    with clock.stopped_at(trips.NOW + dt.timedelta(hours=9)), pytest.raises(refusals.DepartureClosed):
        trips.held(session, tour, departure)
    session.rollback()


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ({"units": []}, refusals.PeopleRefused),
        ({"adults": 0, "others": 2}, refusals.PeopleRefused),
        ({"adults": 301}, refusals.PeopleRefused),
        ({"units": [(999_999, 1)]}, refusals.PeopleRefused),
        ({"leader": Leader("", "13900000011")}, refusals.LeaderRefused),
        ({"leader": Leader("王雨", "12345")}, refusals.LeaderRefused),
    ],
)
def test_who_makes_no_booking_is_told_why(session, where, who, refusal):
    tour = trips.experience(session, where, most=400)
    departure = trips.leaves(session, tour)
    with pytest.raises(refusal):
        trips.held(session, tour, departure, **who)
    session.rollback()


def test_a_place_that_asks_for_names_gets_them_sealed_and_others_do_not(session, where):
    tour = trips.route(session, where)
    departure = trips.leaves(session, tour)
    with pytest.raises(refusals.NamesNeeded):
        trips.held(session, tour, departure, travellers=())
    wrong = (Traveller("王", trips.places.id_of(301)), Traveller("李", "360321199001011234"))
    with pytest.raises(refusals.IdentityRefused) as refused:
        trips.held(session, tour, departure, travellers=wrong)
    assert refused.value.number == 2
    view = trips.held(session, tour, departure)
    assert all(ticket.is_named for ticket in view.tickets)
    names = queries.names_on_tickets(session, booking_id=view.id, sealer=trips.SEALER)
    assert set(names.values()) == {"游**"}
    other = trips.experience(session, where)
    plain = trips.held(session, other, trips.leaves(session, other), travellers=wrong)
    assert not any(ticket.is_named for ticket in plain.tickets)


def test_a_groups_roster_may_follow(session, where):
    tour = trips.route(session, where)
    view = trips.held(session, tour, trips.leaves(session, tour), 2, travellers=(), group=GroupKind.SCHOOL, group_name="一小")
    assert not any(ticket.is_named for ticket in view.tickets)
    names = [Traveller("王一", trips.places.id_of(401)), Traveller("李二", trips.places.id_of(402))]
    services.enter_roster(session, booking_id=view.id, travellers=names, sealer=trips.SEALER, by=None)
    assert all(ticket.is_named for ticket in queries.booking_by_id(session, booking_id=view.id).tickets)


def test_a_changed_price_is_shown_before_it_is_taken(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    with pytest.raises(refusals.PriceChanged) as refused:
        services.hold_seats(
            session, key="x", departure_ref=departure.ref, party=trips.party(tour), sealer=trips.SEALER, expected_total_fen=100
        )
    assert refused.value.now_fen == 17_600


def test_a_closed_place_closes_the_date(session, where):
    tour = trips.route(session, where)
    monday = dt.datetime(2026, 9, 14, 1, tzinfo=dt.UTC)
    with pytest.raises(refusals.DateRefused):
        services.open_departures(session, tour_id=tour.id, starts=[monday])
    session.rollback()
    assert services.open_departures(session, tour_id=tour.id, starts=[monday], skip_closed=True) == []
    with pytest.raises(refusals.DateRefused):
        services.open_departures(session, tour_id=tour.id, starts=[trips.NOW - dt.timedelta(days=1)])
    session.rollback()


def test_capacity_does_not_fall_below_what_is_booked(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    trips.booked(session, tour, departure, 5)
    with pytest.raises(refusals.CapacityTaken) as refused:
        services.set_seats(session, departure_id=departure.id, most_people=4, by=where.official)
    assert refused.value.taken == 5
    services.set_seats(session, departure_id=departure.id, most_people=5, by=where.official)
    with pytest.raises(refusals.DepartureFull):
        trips.held(session, tour, departure, 1)
    session.rollback()


def test_a_package_needs_a_licensed_operator(session, where):
    tour = trips.route(session, where)
    draft = services.TourDraft(
        kind=tour.kind, theme=tour.theme, host_seller_id=where.host_seller, title_zh="没有旅行社", meeting_zh="门口", minutes=60,
        least_people=1, most_people=10, prices=[(tour.units[0].kind, 10_000)],
        parts=[
            trips.PartDraft(role=part.role, seller_id=part.seller_id, basis=part.basis, amount=part.amount)
            for part in tour.components
        ],
    )  # fmt: skip
    tour_id = services.draft_tour(session, key="no-agency", draft=draft, by=where.host_farmer)
    services.submit_tour(session, tour_id=tour_id, by=where.host_farmer)
    with pytest.raises(refusals.OperatorNeeded):
        services.approve_tour(session, tour_id=tour_id, by=where.official)
    session.rollback()


def test_nobody_approves_their_own_tour(session, where):
    tour = trips.experience(session, where)
    draft = services.TourDraft(
        kind=tour.kind, theme=tour.theme, host_seller_id=where.host_seller, title_zh="自己批自己", meeting_zh="门口", minutes=60,
        least_people=1, most_people=10, prices=[(tour.units[0].kind, 10_000)],
        parts=[trips.PartDraft(role=tour.components[0].role, seller_id=where.host_seller, basis=tour.components[0].basis,
                               amount=10_000)],
    )  # fmt: skip
    tour_id = services.draft_tour(session, key="own", draft=draft, by=where.official)
    services.submit_tour(session, tour_id=tour_id, by=where.official)
    with pytest.raises(refusals.ApprovedByLister):
        services.approve_tour(session, tour_id=tour_id, by=where.official)
    with pytest.raises(refusals.ApprovedByLister):
        services.approve_tour(session, tour_id=tour_id, by=where.host_farmer)
    session.rollback()


def test_an_unknown_date_is_not_there(session, where):
    tour = trips.experience(session, where)
    departure = trips.leaves(session, tour)
    with pytest.raises(NotThere):
        trips.held(session, tour, dataclasses.replace(departure, ref="D0000000"))


def test_two_routes_share_the_hours_of_a_place_that_both_visit(session, where):
    beds = [
        services.add_resource(session, kind=ResourceKind.BEDS, name=f"床位{number}", capacity=60, seller_id=where.host_seller)
        for number in range(2)
    ]
    first, second = (trips.route(session, where, beds=each, most_people=40) for each in beds)
    one, other = (trips.leaves(session, tour) for tour in (first, second))
    assert (left(session, one), left(session, other)) == (40, 40)
    trips.booked(session, first, one, 40)
    # the museum lets 400 people a day into eight hours: fifty into each
    assert left(session, other) == 10
    session.commit()
    with pytest.raises(refusals.DepartureFull):
        trips.held(session, second, other, 11)
    session.rollback()
    trips.held(session, second, other, 10)
    assert left(session, other) == 0
