"""Bookings for the rooms above: as subqueries for their truths, and by the names that income gives their shares."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.tours.models import Booking, BookingRefund, BookingShare


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


def booking_refs_of_sources(session: Session, sources: Iterable[str]) -> dict[str, str]:
    """Return the reference of the booking behind each of income's sources that is a payee's share. One query."""
    shares = {source: int(source.split("/")[1]) for source in sources if source.startswith("booking_share/")}
    rows = session.execute(
        select(BookingShare.id, Booking.ref)
        .join(Booking, Booking.id == BookingShare.booking_id)
        .where(BookingShare.id.in_(set(shares.values())))
    )
    refs = {row.id: row.ref for row in rows}
    return {source: refs[key] for source, key in shares.items() if key in refs}
