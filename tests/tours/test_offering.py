"""A household offers what it does, without typing: templates, dates that open when the village approves, and four screens."""

import datetime as dt

import pytest

from marketplace.kernel import clock
from marketplace.tours import queries, refusals, rules, services
from marketplace.tours.values import INCLUDED_WORDS, TIME_WORDS, ResourceKind, Theme, TourState, UnitKind, Wish
from tests.tours import trips

pytestmark = pytest.mark.usefixtures("stopped")

SATURDAYS = Wish(template="lotus_picking", weekdays=[6], start_times=["08:30"], weeks=2, seats=10, price_fen=8800)


def offered(session, where, wish=SATURDAYS, key="k1", **facts):
    tour_id = services.offer_experience(session, key=key, seller_id=where.host_seller, wish=wish, by=where.host_farmer, **facts)
    return queries.tour_by_id(session, tour_id=tour_id)


def test_what_is_chosen_of_a_template_is_a_whole_tour_that_waits_for_the_village(session, where):
    tour = offered(session, where)
    assert (tour.state, tour.theme, tour.title_zh, tour.most_people) == (TourState.SUBMITTED, Theme.LOTUS, "下塘采莲", 10)
    assert [(unit.kind, unit.price_fen) for unit in tour.units] == [(UnitKind.ADULT, 8800), (UnitKind.CHILD, 4400)]
    assert "金城社区" in tour.meeting_zh
    assert (tour.is_real_name, len(tour.stops)) == (False, 0)
    assert offered(session, where).id == tour.id


def test_its_dates_open_once_the_village_has_approved_it(session, where):
    tour = offered(session, where)
    assert dates(session, tour) == []
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    assert dates(session, tour) == ["2026-09-05 08:30", "2026-09-12 08:30"]
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    assert len(dates(session, tour)) == 2


def dates(session, tour):
    found = queries.departures_of_tour(
        session, tour_id=tour.id, from_at=trips.NOW, to_at=trips.NOW + dt.timedelta(days=rules.DAYS_AHEAD)
    )
    return [one.starts_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") for one in found]


def test_more_dates_open_and_those_that_stand_stay(session, where):
    tour = offered(session, where)
    with pytest.raises(refusals.TourStep):
        services.open_more_dates(session, tour_id=tour.id, weekdays=[6], start_times=["08:30"], weeks=2)
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    assert services.open_more_dates(session, tour_id=tour.id, weekdays=[6, 7], start_times=["08:30"], weeks=3) == 4
    assert services.open_more_dates(session, tour_id=tour.id, weekdays=[6, 7], start_times=["08:30"], weeks=3) == 0
    assert len(dates(session, tour)) == 6
    with pytest.raises(refusals.TourUnfinished):
        services.open_more_dates(session, tour_id=tour.id, weekdays=[6], start_times=["03:00"], weeks=2)


def test_a_narrator_tells_of_a_place_leads_one_party_and_asks_for_names_where_the_place_does(session, where):
    museum = next(site for site in queries.sites(session) if site.id == where.museum)
    wish = Wish(template="narrator", weekdays=[1, 2], start_times=["09:30"], weeks=2, seats=20, price_fen=3000, site_id=museum.id)
    tour = offered(session, where, wish)
    assert (tour.title_zh, tour.theme, tour.is_real_name) == ("一枝枪纪念馆讲解", Theme.RED, True)
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    assert dates(session, tour) == ["2026-09-08 09:30", "2026-09-15 09:30"]  # the museum is closed on Mondays
    departure = queries.departures_of_tour(session, tour_id=tour.id, from_at=trips.NOW, to_at=trips.START)[0]
    trips.booked(session, tour, departure, 2)
    assert queries.departure_by_id(session, departure_id=departure.id).left == 0


def test_what_a_household_has_is_shared_by_all_that_it_offers(session, where):
    one = offered(session, where)
    two = offered(session, where, Wish(template="rice_harvest", weekdays=[6], start_times=["08:30"], weeks=2, seats=12,
                                       price_fen=6800), key="k2")  # fmt: skip
    assert one.components[0].resource_id == two.components[0].resource_id
    for tour in (one, two):
        services.approve_tour(session, tour_id=tour.id, by=where.official)
    first, second = (
        queries.departures_of_tour(session, tour_id=tour.id, from_at=trips.NOW, to_at=trips.START)[0] for tour in (one, two)
    )
    trips.booked(session, one, first, 7)
    assert queries.departure_by_id(session, departure_id=second.id).left == 5


def test_more_seats_on_a_date_widen_what_the_household_has_and_fewer_stop_at_what_is_booked(session, where):
    tour = offered(session, where)
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    departure = queries.departures_of_tour(session, tour_id=tour.id, from_at=trips.NOW, to_at=trips.START)[0]
    seats = {"departure_id": departure.id, "by": where.host_farmer, "seller_id": where.host_seller}
    services.set_seats(session, most_people=15, **seats)
    assert queries.departure_by_id(session, departure_id=departure.id).left == 15
    trips.booked(session, tour, departure, 12)
    with pytest.raises(refusals.CapacityTaken) as no:
        services.set_seats(session, most_people=11, **seats)
    assert no.value.taken == 12


def test_what_the_village_sent_back_is_written_anew_and_sent_again(session, where):
    tour = offered(session, where)
    services.return_tour(session, tour_id=tour.id, by=where.official, reason="周日也开吧")
    wish = Wish(template="farm_meal", weekdays=[6, 7], start_times=["11:30"], weeks=4, seats=8, price_fen=5800)
    services.revise_experience(session, tour_id=tour.id, wish=wish, by=where.host_farmer)
    again = queries.tour_by_id(session, tour_id=tour.id)
    assert (again.ref, again.state, again.title_zh, len(again.components)) == (tour.ref, TourState.SUBMITTED, "农家饭", 1)
    with pytest.raises(refusals.TourStep):
        services.revise_experience(session, tour_id=tour.id, wish=wish, by=where.host_farmer)


def test_a_photograph_can_be_added_until_the_village_has_looked(session, where):
    tour = offered(session, where)
    services.approve_tour(session, tour_id=tour.id, by=where.official)
    with pytest.raises(refusals.TourStep):
        services.add_photo(session, tour_id=tour.id, image_id=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"template": "gold_digging"}, {"weekdays": []}, {"weekdays": [8]}, {"start_times": []}, {"start_times": ["07:77"]},
        {"weeks": 0}, {"weeks": 99}, {"seats": 0}, {"seats": 61}, {"price_fen": 0}, {"template": "narrator", "seats": 9},
    ],
)  # fmt: skip
def test_what_makes_no_experience_is_refused(session, where, wrong):
    facts = {name: getattr(SATURDAYS, name) for name in SATURDAYS.__slots__} | wrong
    with pytest.raises(refusals.TourUnfinished):
        offered(session, where, Wish(**facts))


def test_the_countys_templates_hold_together():
    found = queries.templates()
    assert {each.code for each in found} == {"tea_picking", "rice_harvest", "lotus_picking", "farm_meal", "homestay", "narrator"}
    for each in found:
        assert each.guidance_low_fen < each.guidance_high_fen
        assert each.policy in rules.POLICIES
        assert each.seats <= each.most_seats
        assert {part for part, _at in each.times} <= set(TIME_WORDS)
        assert set(each.included) | set(each.not_included) <= set(INCLUDED_WORDS)
        assert (each.resource is ResourceKind.GUIDE) == each.needs_site == ("{place}" in each.title_zh)
