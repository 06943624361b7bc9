"""Named reads of departures: a month of a tour, a day of a village, what is left. Buckets shared with other tours count."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.tours.models import Allocation, Booking, BookingRefund, Bucket, Departure, DepartureDraw, Ticket
from marketplace.tours.values import (
    BookingState,
    CancelReason,
    DepartureState,
    DepartureView,
    Draw,
    Stakes,
    TicketState,
)


def departure_by_ref(session: Session, *, ref: str) -> DepartureView | None:
    """Return a departure by its reference."""
    found = session.scalar(select(Departure).where(Departure.ref == ref))
    return None if found is None else departure_views(session, [found])[0]


def departure_by_id(session: Session, *, departure_id: int) -> DepartureView | None:
    """Return a departure by key."""
    found = session.get(Departure, departure_id, populate_existing=True)  # its counts are changed by statements
    return None if found is None else departure_views(session, [found])[0]


def departures_of_tour(session: Session, *, tour_id: int, from_at: dt.datetime, to_at: dt.datetime) -> list[DepartureView]:
    """Return a tour's departures between two moments, in order. Two queries however many there are."""
    rows = session.scalars(
        select(Departure)
        .where(Departure.tour_id == tour_id, Departure.starts_at >= from_at, Departure.starts_at < to_at)
        .order_by(Departure.starts_at, Departure.id)
    ).all()
    return departure_views(session, rows)


def departures_in(
    session: Session, *, areas: Sequence[str], from_at: dt.datetime, to_at: dt.datetime, limit: int = 200
) -> list[DepartureView]:
    """Return what leaves in some areas between two moments, in order."""
    rows = session.scalars(
        select(Departure)
        .where(in_areas(Departure.village_code, areas), Departure.starts_at >= from_at, Departure.starts_at < to_at)
        .order_by(Departure.starts_at, Departure.id)
        .limit(limit)
    ).all()
    return departure_views(session, rows)


def next_start(session: Session, *, tour_id: int, now: dt.datetime) -> dt.datetime | None:
    """Return when a tour leaves next that can still be booked or waited for."""
    return session.scalar(
        select(Departure.starts_at)
        .where(
            Departure.tour_id == tour_id,
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            *_still_ahead(now),
        )
        .order_by(Departure.starts_at)
        .limit(1)
    )


def dates_to_move_to(session: Session, *, booking_id: int, now: dt.datetime, limit: int = 60) -> list[DepartureView]:
    """Return the other dates of a booking's tour that take its people, in order. Five queries.

    What the booking holds itself counts as free, for it lets go of that first.
    """
    own = session.get_one(Booking, booking_id)
    departure = session.get_one(Departure, own.departure_id)
    rows = session.scalars(
        select(Departure)
        .where(
            Departure.option_id == departure.option_id,
            Departure.id != departure.id,
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            *_still_ahead(now),
            Departure.taken + own.people <= Departure.most_people,
        )
        .order_by(Departure.starts_at, Departure.id)
        .limit(limit)
    ).all()
    held = dict(
        session.execute(select(Allocation.bucket_id, Allocation.quantity).where(Allocation.booking_id == booking_id)).all()
    )
    return [view for view in departure_views(session, rows, freed=held) if view.left >= own.people]


def next_departures(session: Session, *, tour_ids: Iterable[int], now: dt.datetime) -> dict[int, dt.datetime]:
    """Return when each of some tours leaves next and can still be booked, by tour. One query."""
    rows = session.execute(
        select(Departure.tour_id, func.min(Departure.starts_at))
        .where(
            Departure.tour_id.in_(sorted(set(tour_ids))),
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            *_still_ahead(now),
            Departure.taken < Departure.most_people,
        )
        .group_by(Departure.tour_id)
    )
    return dict(rows.all())


def stakes_of_departure(session: Session, *, departure_id: int) -> Stakes:
    """Return what calling a departure off would do: as `services.call_off_departure` then does it. Three queries."""
    bookings = session.execute(
        select(Booking.id, Booking.state, Booking.people, Booking.total_fen).where(
            Booking.departure_id == departure_id,
            Booking.state.in_([BookingState.ON_HOLD.value, BookingState.CONFIRMED.value]),
        )
    ).all()
    keys = [row.id for row in bookings if row.state == BookingState.CONFIRMED]
    issued = dict(
        session.execute(
            select(Ticket.booking_id, func.sum(Ticket.price_fen))
            .where(Ticket.booking_id.in_(keys), Ticket.state == TicketState.ISSUED.value)
            .group_by(Ticket.booking_id)
        ).all()
    )
    promised = dict(
        session.execute(
            select(BookingRefund.booking_id, func.sum(BookingRefund.amount_fen))
            .where(BookingRefund.booking_id.in_(keys))
            .group_by(BookingRefund.booking_id)
        ).all()
    )
    return Stakes(
        bookings=len(bookings),
        people=sum(row.people for row in bookings),
        back_fen=sum(
            min(int(issued.get(row.id, 0)), row.total_fen - int(promised.get(row.id, 0))) for row in bookings if row.id in keys
        ),
    )


def departure_views(
    session: Session, rows: Sequence[Departure], *, freed: Mapping[int, int] = MappingProxyType({})
) -> list[DepartureView]:
    """Return departures with what is left of seats and of every bucket they draw on, to which `freed` adds. One query."""
    draws = _draws(session, [row.id for row in rows], freed)
    return [
        DepartureView(
            id=row.id, ref=row.ref, tour_id=row.tour_id, option_id=row.option_id, village_code=row.village_code,
            starts_at=row.starts_at, ends_at=row.ends_at, cutoff_at=row.cutoff_at, state=DepartureState(row.state),
            least_people=row.least_people, most_people=row.most_people, taken=row.taken, confirmed=row.confirmed,
            left=people_that_fit(row.most_people - row.taken, draws.get(row.id, ())),
            reason=CancelReason(row.reason) if row.reason else None, words=row.words,
        )
        for row in rows
    ]  # fmt: skip


def people_left(session: Session, departure_id: int) -> int:
    """Return how many people of one more booking a departure still takes. Two queries."""
    seats = session.scalar(select(Departure.most_people - Departure.taken).where(Departure.id == departure_id)) or 0
    return people_that_fit(seats, _draws(session, [departure_id]).get(departure_id, ()))


def people_that_fit(seats: int, draws: Sequence[tuple[int, str, int]]) -> int:
    """Return how many people fit the seats and every (free, draw, quantity) of the buckets."""
    left = seats
    for free, draw, quantity in draws:
        if draw == Draw.PERSON:
            left = min(left, free // quantity)
        elif free < quantity:
            left = 0
    return max(0, left)


def _still_ahead(now: dt.datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return that a date takes bookings at a moment. Nothing closes after it has begun, and by that the index skips the past."""
    return Departure.cutoff_at > now, Departure.starts_at > now


def _draws(
    session: Session, departure_ids: Sequence[int], freed: Mapping[int, int] = MappingProxyType({})
) -> Mapping[int, list[tuple[int, str, int]]]:
    found: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    rows = session.execute(
        select(DepartureDraw.departure_id, Bucket.id, Bucket.capacity - Bucket.taken, DepartureDraw.draw, DepartureDraw.quantity)
        .join(Bucket, Bucket.id == DepartureDraw.bucket_id)
        .where(DepartureDraw.departure_id.in_(departure_ids))
    )
    for departure_id, bucket_id, free, draw, quantity in rows:
        found[departure_id].append((free + freed.get(bucket_id, 0), draw, quantity))
    return found
