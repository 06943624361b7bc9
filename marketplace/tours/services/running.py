"""What time does to departures: bookings close, too few people call it off, it runs, and what was paid for it is earned."""

import datetime as dt

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.tours.models import Booking, BookingRefund, BookingShare, Departure, Ticket, WaitingEntry
from marketplace.tours.services.cancelling import call_off_departure, has_begun
from marketplace.tours.services.departures import close_departure, departures_past_cutoff
from marketplace.tours.services.rows import move_booking, move_departure, taken
from marketplace.tours.services.shares import source_of
from marketplace.tours.values import BookingState, CancelReason, DepartureState, TicketState

#: After the end, complaints of the day can still be answered with a refund before anything is earned.
EARN_AFTER = dt.timedelta(hours=24)
#: Names and identity numbers on tickets are forgotten so long after the visit.
FORGET_AFTER = dt.timedelta(days=30)
#: Who booked is kept as long as article 31 of the E-Commerce Law asks.
LEADERS_KEPT = dt.timedelta(days=3 * 366)
MOST_AT_ONCE = 200
_OPEN_REFUNDS = ("approved", "submitted", "failed")


def close_due(session: Session, now: dt.datetime | None = None) -> int:
    """Close what can no longer be booked; return how many departures. What too few paid for and nobody came to is called off."""
    due = departures_past_cutoff(session, now)
    for departure_id, is_enough in due:
        if is_enough or has_begun(session, departure_id):
            close_departure(session, departure_id=departure_id)
        else:
            call_off_departure(session, departure_id=departure_id, reason=CancelReason.MINIMUM, words="", by=None)
    return len(due)


def run_due(session: Session, now: dt.datetime | None = None) -> int:
    """Take note of departures whose end has passed; return how many."""
    keys = session.scalars(
        select(Departure.id)
        .where(Departure.state == DepartureState.CLOSED.value, Departure.ends_at <= (now or clock.now()))
        .order_by(Departure.ends_at, Departure.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for key in keys:
        move_departure(session, taken(session, Departure, key), DepartureState.RUN)
    return len(keys)


def earn_due(session: Session, now: dt.datetime | None = None) -> int:
    """Make the payees' what was paid for departures that have run, and settle what was called off; return how many shares.

    A booking with money still on its way back waits for it.
    """
    moment = now or clock.now()
    is_over = (Departure.state == DepartureState.CANCELLED.value) | (
        Departure.state.in_([DepartureState.RUN.value, DepartureState.SETTLED.value]) & (Departure.ends_at <= moment - EARN_AFTER)
    )
    waits = exists().where(BookingRefund.booking_id == Booking.id, BookingRefund.state.in_(_OPEN_REFUNDS))
    shares = session.scalars(
        select(BookingShare)
        .join(Booking, Booking.id == BookingShare.booking_id)
        .join(Departure, Departure.id == Booking.departure_id)
        .where(BookingShare.earned_at.is_(None), Booking.paid_at.is_not(None), is_over, ~waits)
        .order_by(BookingShare.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=BookingShare, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for share in shares:
        income.earn_sale(session, source=source_of(share), at=moment)
        share.earned_at = moment
    session.flush()
    _settle(session, moment)
    return len(shares)


def forget_names(session: Session, now: dt.datetime | None = None) -> int:
    """Forget names and identity numbers on tickets of visits long past; return how many tickets."""
    moment = (now or clock.now()) - FORGET_AFTER
    rows = session.scalars(
        select(Ticket)
        .join(Booking, Booking.id == Ticket.booking_id)
        .join(Departure, Departure.id == Booking.departure_id)
        .where(Ticket.id_number_sealed.is_not(None), Departure.ends_at <= moment)
        .order_by(Ticket.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for ticket in rows:
        ticket.name_sealed = ticket.id_number_sealed = None
    session.flush()
    return len(rows)


def forget_leaders(session: Session, now: dt.datetime | None = None) -> int:
    """Forget who led a booking, or waited for one, long after the date; return how many were touched."""
    moment = now or clock.now()
    led = session.scalars(
        select(Booking)
        .join(Departure, Departure.id == Booking.departure_id)
        .where(Booking.name_sealed.is_not(None), Departure.ends_at <= moment - LEADERS_KEPT)
        .order_by(Booking.id)
        .limit(MOST_AT_ONCE)
    ).all()
    waited = session.scalars(
        select(WaitingEntry)
        .join(Departure, Departure.id == WaitingEntry.departure_id)
        .where(WaitingEntry.name_sealed.is_not(None), Departure.ends_at <= moment - FORGET_AFTER)
        .order_by(WaitingEntry.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for booking in led:
        booking.name_sealed = booking.phone_sealed = None
    for entry in waited:
        entry.name_sealed = entry.phone_sealed = None
    session.flush()
    return len(led) + len(waited)


def redeem_booking(session: Session, booking: Booking, *, by: int, at: dt.datetime) -> None:
    """Take note that somebody of a booking came; the first time moves it. The booking is taken for change."""
    if booking.state == BookingState.CONFIRMED:
        move_booking(session, booking, BookingState.REDEEMED, by=by, at=at)


def redeem_ticket(ticket: Ticket, *, at: dt.datetime) -> None:
    """Use up a ticket that is still issued."""
    if ticket.state != TicketState.ISSUED:
        raise AssertionError("checked before")
    ticket.state, ticket.redeemed_at = TicketState.REDEEMED.value, at


def _settle(session: Session, moment: dt.datetime) -> None:
    unearned = exists().where(
        BookingShare.booking_id == Booking.id,
        BookingShare.earned_at.is_(None),
        Booking.departure_id == Departure.id,
        Booking.paid_at.is_not(None),
    )
    for departure in session.scalars(
        select(Departure)
        .where(Departure.state == DepartureState.RUN.value, Departure.ends_at <= moment - EARN_AFTER, ~unearned)
        .order_by(Departure.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ):
        move_departure(session, departure, DepartureState.SETTLED)
