"""Bookings and their refunds as subqueries, for the truths of the rooms above."""

from typing import Any

from sqlalchemy import select

from marketplace.tours.models import Booking, BookingRefund


def bookings() -> Any:
    """Return all bookings as a subquery: id, ref, state, gateway, total_fen, paid_at."""
    return select(Booking.id, Booking.ref, Booking.state, Booking.gateway, Booking.total_fen, Booking.paid_at).subquery()


def refunds() -> Any:
    """Return all refunds of bookings as a subquery: id, ref, state, gateway of the booking, total_fen."""
    return (
        select(
            BookingRefund.id, BookingRefund.ref, BookingRefund.state, Booking.gateway, BookingRefund.amount_fen.label("total_fen")
        )
        .join(Booking, Booking.id == BookingRefund.booking_id)
        .subquery()
    )
