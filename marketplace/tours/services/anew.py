"""Seats held from what stands already: an expired booking once more as it was written, and a seat offered to who waits."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.values import Origin
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import Booking, Ticket
from marketplace.tours.queries.bookings import booking_by_key, leader_of, ticket_place
from marketplace.tours.refusals import BookingClosed
from marketplace.tours.services.booking import Party, end_hold, hold_seats
from marketplace.tours.services.rows import booking_taken
from marketplace.tours.services.waiting import take_offer
from marketplace.tours.values import BookingState, BookingView, GroupKind, Traveller


def hold_again(
    session: Session, *, key: str, booking_id: int, sealer: Sealer, expected_total_fen: int | None, origin: Origin | None = None
) -> BookingView:
    """Hold the seats of a booking that ran out of time once more, for the same people as they were written down.

    What was typed is not asked for again, and nobody's number is shown for it. The same key again returns the first.

    Raises:
        NotThere: no such booking.
        BookingClosed: it has not run out of time.
        what `hold_seats` raises.
    """
    standing = booking_by_key(session, key=key)
    if standing is not None:
        return standing
    departure, booking = booking_taken(session, booking_id)
    end_hold(session, departure, booking, clock.now())
    if booking.state != BookingState.EXPIRED:
        raise BookingClosed
    return hold_seats(
        session, key=key, departure_ref=departure.ref, party=_party(session, booking, sealer), sealer=sealer,
        expected_total_fen=expected_total_fen, buyer_user_id=booking.buyer_user_id, channel=booking.channel,
        promotion=booking.promotion, locale=booking.locale, origin=origin,
    )  # fmt: skip


def hold_offered(session: Session, *, offer_ref: str, **booking: Any) -> BookingView:
    """Hold seats that were offered to somebody on the waiting list; the rest is given as to `hold_seats`.

    Raises:
        NotThere: no such offer for this date.
        WaitingClosed: it has lapsed.
        what `hold_seats` raises.
    """
    view = hold_seats(session, **booking)
    take_offer(session, ref=offer_ref, booking_id=view.id)
    return view


def _party(session: Session, booking: Booking, sealer: Sealer) -> Party:
    tickets = session.scalars(select(Ticket).where(Ticket.booking_id == booking.id).order_by(Ticket.id)).all()
    named = [
        Traveller(
            sealer.open(ticket.name_sealed, ticket_place("name", ticket.code)),
            sealer.open(ticket.id_number_sealed, ticket_place("id_number", ticket.code)),
        )
        for ticket in tickets
        if ticket.name_sealed is not None and ticket.id_number_sealed is not None
    ]
    return Party(
        units=sorted(Counter(ticket.unit_id for ticket in tickets).items()),
        leader=leader_of(session, booking_id=booking.id, sealer=sealer),
        # a group's half-entered roster is entered anew
        travellers=named if len(named) == len(tickets) else (),
        group=GroupKind(booking.party) if booking.party else None,
        group_name=booking.party_name,
        note=booking.note,
    )
