"""Many visitors at once, each a process: nothing is booked beyond what there is, no two wait for each other, the books are right.

A control of each shows that the race is real.
"""

import pytest
from sqlalchemy import func, select

from marketplace.kernel import clock
from marketplace.ledger.queries import balance
from marketplace.tours import queries, services
from marketplace.tours.models import Booking, BookingRefund, Bucket, Departure
from marketplace.tours.services import PartDraft
from marketplace.tours.values import Basis, Draw, ResourceKind, Role
from tests.races import STOCK, drop_check, race
from tests.tours import racers, trips

pytestmark = pytest.mark.race
#: What the smaller crowds want: two more than there is, in as many rounds as they have tries.
FEW_PLACES = 10
FEW = {"crowd": 6, "tries": 2}
#: What the crowd of the last race does, by number: two sweeps, two late payments, two cancellations of one booking, two new ones.
DEEDS = {"crowd": 8, "tries": 1}


@pytest.fixture
def where(session):
    with clock.stopped_at(trips.NOW):
        yield trips.county(session)


def plot(session, where, capacity, name="莲塘"):
    return services.add_resource(session, kind=ResourceKind.PLOT, name=name, capacity=capacity, seller_id=where.host_seller)


def dates_of(session, *tours):
    """Open a date of each tour, for everybody to see; return the keys of both."""
    made = [(tour.id, trips.leaves(session, tour).id) for tour in tours]
    session.commit()
    return made


def date_of(session, where, seats):
    """Open a date with some seats, in a place that has room for twice as many."""
    tour = trips.experience(session, where, most=seats, beds=plot(session, where, 2 * seats))
    return dates_of(session, tour)[0]


@pytest.fixture
def sharing(session, where):
    """Dates of two tours that share one pond, which has no more places than each of them has seats."""
    pond = plot(session, where, FEW_PLACES)
    tours = [trips.experience(session, where, most=FEW_PLACES, beds=pond) for _ in range(2)]
    return dates_of(session, *tours)


@pytest.fixture
def rounds(session, where):
    """Dates of three tours that use the same three ponds, each in an order of its own."""
    ponds = [plot(session, where, 12, f"塘{number}") for number in range(3)]

    def part(pond, amount):
        return PartDraft(
            role=Role.PICKING, seller_id=where.host_seller, basis=Basis.SHARE, amount=amount, resource_id=pond, draw=Draw.PERSON,
            is_service=False,
        )  # fmt: skip

    tours = [
        trips.experience(
            session, where, parts=[part(pond, amount) for pond, amount in zip(order, (5000, 3000, 2000), strict=True)]
        )
        for order in (ponds, [*ponds[1:], ponds[0]], ponds[::-1])
    ]
    return dates_of(session, *tours)


@pytest.fixture
def ending(session, where):
    """A full date of four seats: two holds that have just run out, and one booking that is paid."""
    tour = trips.experience(session, where, most=4)
    date = trips.leaves(session, tour)
    held = [trips.held(session, tour, date, 1).id for _ in range(2)]
    paid = trips.booked(session, tour, date, 2, fee_fen=106).id
    session.commit()
    return {"date": (tour.id, date.id), "held": held, "paid": paid}


def sum_of(session, column, *conditions):
    session.rollback()
    return session.scalar(select(func.coalesce(func.sum(column), 0)).where(*conditions))


def test_24_visitors_with_12_tries_each_book_exactly_the_50_seats_of_a_date(database_url, session, where):
    race(racers.book, database_url, [date_of(session, where, STOCK)])
    assert sum_of(session, Booking.people, Booking.state == "CONFIRMED") == STOCK
    assert sum_of(session, Departure.taken) == STOCK
    assert trips.breaches(session) == {}


@pytest.mark.breaks_truths("the guard is gone", "tours.miscounted_departures")
def test_without_the_guard_a_few_overbook_a_date_of_10_seats(database_url, session, where):
    """Surely: all look before anybody books, so that six see the four seats which the first round left."""
    date = date_of(session, where, FEW_PLACES)
    drop_check(session, "departures", "ck_departures_never_overbooked")
    race(racers.book_unguarded, database_url, [date], **FEW)
    assert sum_of(session, Departure.taken) > FEW_PLACES


def test_two_tours_that_share_10_places_book_exactly_10_together(database_url, session, sharing):
    race(racers.book, database_url, sharing, **FEW)
    assert sum_of(session, Bucket.taken) == FEW_PLACES
    assert sum_of(session, Booking.people, Booking.state == "CONFIRMED") == FEW_PLACES
    assert trips.breaches(session) == {}


@pytest.mark.breaks_truths("the guard is gone", "tours.miscounted_buckets")
def test_without_the_guard_what_two_tours_share_is_given_away_twice(database_url, session, sharing):
    """Surely, as above."""
    drop_check(session, "buckets", "ck_buckets_never_overbooked")
    race(racers.book_unguarded, database_url, sharing, **FEW)
    assert sum_of(session, Bucket.taken) > FEW_PLACES


def test_tours_that_use_three_buckets_in_different_orders_never_wait_for_each_other(database_url, session, rounds):
    assert race(racers.book, database_url, rounds, crowd=12, tries=3) == 0
    booked = sum_of(session, Booking.people, Booking.state == "CONFIRMED")
    assert booked == 12
    assert list(session.scalars(select(Bucket.taken))) == [booked] * 3, "all three or none"
    assert trips.breaches(session) == {}


def test_without_one_order_of_taking_postgresql_ends_some_and_sqlite_lets_only_one_write(database_url, session, rounds):
    ended = race(racers.book_in_own_order, database_url, rounds, crowd=6, tries=1)
    assert bool(ended) == (session.get_bind().dialect.name == "postgresql")
    assert sum_of(session, Booking.people, Booking.state == "CONFIRMED") == 6 - ended, "whoever is ended holds nothing"
    assert trips.breaches(session) == {}


def test_holds_that_end_late_payments_and_double_cancellations_at_once_leave_the_books_right(database_url, session, ending):
    assert race(racers.end_together, database_url, ending, **DEEDS) == 0
    with clock.stopped_at(racers.OVER):
        services.expire_bookings(session)
        session.commit()
        assert trips.breaches(session) == {}
    assert sum_of(session, Departure.taken) <= 4
    (refund,) = session.scalars(select(BookingRefund))
    assert (refund.state, refund.amount_fen) == ("succeeded", 2 * 8800), "cancelled twice, paid back once"
    kept = sum_of(session, Booking.total_fen, Booking.state == "CONFIRMED")
    assert balance(session, "clearing/offline") == kept
    assert {queries.booking_by_id(session, booking_id=key).state for key in ending["held"]} <= {"CONFIRMED", "EXPIRED"}


@pytest.mark.breaks_truths("the guard is gone", "tours.")
def test_without_taking_the_rows_first_the_same_deeds_leave_a_false_count(database_url, session, ending):
    drop_check(session, "departures", "ck_departures_never_overbooked")
    drop_check(session, "buckets", "ck_buckets_never_overbooked")
    race(racers.end_together_unguarded, database_url, ending, **DEEDS)
    session.rollback()
    with clock.stopped_at(racers.OVER):
        assert "tours.miscounted_departures" in trips.breaches(session)
