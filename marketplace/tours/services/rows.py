"""What the verbs share: rows taken for change, steps along legal edges, and their history.

Order of taking: the departure, its buckets by key, the booking, its refunds. Who needs two takes them in this order.
"""

import datetime as dt
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.tours import rules
from marketplace.tours.models import Booking, BookingEvent, BookingRefund, Departure, Tour, TourEvent
from marketplace.tours.refusals import BookingClosed, DepartureRuns, TourStep
from marketplace.tours.values import BookingState, DepartureState, RefundState, TourState

Row = TypeVar("Row", Tour, Departure, Booking, BookingRefund)


def taken(session: Session, model: type[Row], key: int) -> Row:
    """Return a row that nobody else changes until this transaction ends.

    Raises:
        NotThere: there is none.
    """
    found = session.scalar(select(model).where(model.id == key).with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotThere
    return found


def booking_taken(session: Session, booking_id: int) -> tuple[Departure, Booking]:
    """Return a booking and its departure, both taken for change.

    Raises:
        NotThere: there is none.
    """
    departure_id = session.scalar(select(Booking.departure_id).where(Booking.id == booking_id))
    if departure_id is None:
        raise NotThere
    departure = taken(session, Departure, departure_id)
    booking = taken(session, Booking, booking_id)
    if booking.departure_id != departure.id:  # moved to another date between the two
        return booking_taken(session, booking_id)
    return departure, booking


def move_tour(session: Session, tour: Tour, to: TourState, *, by: int, reason: str = "") -> None:
    """Take a tour along a legal edge.

    Raises:
        TourStep: there is no such edge.
    """
    before = TourState(tour.state)
    if to not in rules.TOUR_EDGES[before]:
        raise TourStep
    tour.state = to.value
    session.add(TourEvent(tour_id=tour.id, before=before, after=to, at=clock.now(), by_user_id=by, reason=reason[:200]))
    session.flush()


def move_departure(session: Session, departure: Departure, to: DepartureState) -> None:
    """Take a departure along a legal edge.

    Raises:
        DepartureRuns: there is no such edge.
    """
    if to not in rules.DEPARTURE_EDGES[DepartureState(departure.state)]:
        raise DepartureRuns
    departure.state = to.value
    session.flush()


def move_booking(
    session: Session, booking: Booking, to: BookingState, *, by: int | None, at: dt.datetime | None = None, words: str = ""
) -> None:
    """Take a booking along a legal edge; calendars hear of it.

    Raises:
        BookingClosed: there is no such edge.
    """
    before = BookingState(booking.state)
    if to not in rules.BOOKING_EDGES[before]:
        raise BookingClosed
    booking.state = to.value
    booking.sequence += 1
    note(session, booking, before=before, after=to, by=by, at=at, words=words)


def move_refund(
    session: Session, booking: Booking, refund: BookingRefund, to: RefundState, *, by: int | None, at: dt.datetime | None = None,
    words: str = "",
) -> None:  # fmt: skip
    """Take a refund along a legal edge.

    Raises:
        BookingClosed: there is no such edge.
    """
    before = RefundState(refund.state)
    if to not in rules.REFUND_EDGES[before]:
        raise BookingClosed
    refund.state = to.value
    note(session, booking, before=before, after=to, by=by, at=at, words=words, refund=refund)


def note(
    session: Session, booking: Booking, *, before: str, after: str, by: int | None, at: dt.datetime | None = None,
    words: str = "", refund: BookingRefund | None = None, subject: str = "",
) -> None:  # fmt: skip
    """Write down one step of a booking or its refund."""
    session.add(
        BookingEvent(
            booking_id=booking.id, refund_id=refund.id if refund else None, before=before, after=after, at=at or clock.now(),
            subject=subject or ("refund" if refund else "booking"), by_user_id=by, note=words[:200],
        )
    )  # fmt: skip
    session.flush()
