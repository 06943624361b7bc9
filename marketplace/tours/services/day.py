"""At the gate: codes are scanned or typed, also without a network, and each counts once; rosters that follow."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.tours.models import Booking, CheckIn, Departure, Ticket
from marketplace.tours.queries.bookings import ticket_place
from marketplace.tours.queries.tours import tour_by_id
from marketplace.tours.refusals import BookingClosed, NamesNeeded, PeopleRefused
from marketplace.tours.services.booking import checked
from marketplace.tours.services.rows import note, taken
from marketplace.tours.services.running import redeem_booking, redeem_ticket
from marketplace.tours.values import BookingState, CheckInOutcome, TicketState, Traveller

#: A phone's clock may be wrong by so much before we rather believe our own.
CLOCK_SLACK = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A code at the gate, as a phone kept it."""

    nonce: str
    code: str
    device_at: dt.datetime
    is_offline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """What became of a scan."""

    nonce: str
    outcome: CheckInOutcome
    people: int
    booking_ref: str


def check_in(session: Session, *, departure_id: int, scan: Scan, by: int) -> ScanResult:
    """Let in whoever a code stands for: a ticket's one person, or all of a booking that are not in yet. A nonce counts once.

    A code that was used before is written down as a duplicate and lets nobody in; nothing is ever paid by it.
    """
    departure = taken(session, Departure, departure_id)
    standing = session.scalar(select(CheckIn).where(CheckIn.nonce == scan.nonce))
    if standing is not None:
        return _result(session, standing)
    code = normalised(scan.code)
    booking, tickets = _behind(session, code)
    now = clock.now()
    at = scan.device_at if abs(now - scan.device_at) <= CLOCK_SLACK else now
    outcome, people = CheckInOutcome.UNKNOWN, 0
    if booking is not None:
        booking = taken(session, Booking, booking.id)
        issued = [ticket for ticket in tickets if ticket.state == TicketState.ISSUED]
        outcome = _outcome(booking, departure, tickets, issued)
        if outcome is CheckInOutcome.ACCEPTED:
            people = len(issued)
            for ticket in issued:
                redeem_ticket(ticket, at=at)
            redeem_booking(session, booking, by=by, at=at)
    row = CheckIn(
        nonce=scan.nonce, departure_id=departure.id, code=code[:12], booking_id=booking.id if booking else None,
        ticket_id=tickets[0].id if booking is not None and code != booking.code and tickets else None, outcome=outcome.value,
        people=people, device_at=scan.device_at, received_at=now, is_offline=scan.is_offline, by_user_id=by,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return _result(session, session.scalars(select(CheckIn).where(CheckIn.nonce == scan.nonce)).one())
    return _result(session, row)


def upload_scans(session: Session, *, departure_id: int, scans: Sequence[Scan], by: int) -> list[ScanResult]:
    """Take in what a phone kept while it had no network, in the order of its clock; each scan counts once."""
    return [
        check_in(session, departure_id=departure_id, scan=scan, by=by)
        for scan in sorted(scans, key=lambda one: (one.device_at, one.nonce))
    ]


def enter_roster(session: Session, *, booking_id: int, travellers: Sequence[Traveller], sealer: Sealer, by: int | None) -> None:
    """Enter the names of a booking whose roster follows, until the tour begins; a list replaces what was entered before.

    Raises:
        NotThere: no such booking.
        BookingClosed: it has ended, or the tour has begun.
        PeopleRefused: more names than tickets.
        NamesNeeded, IdentityRefused: a name or number is missing or wrong.
    """
    booking = taken(session, Booking, booking_id)
    departure = session.get_one(Departure, booking.departure_id)
    if booking.state not in (BookingState.ON_HOLD, BookingState.CONFIRMED) or departure.starts_at <= clock.now():
        raise BookingClosed
    tour = tour_by_id(session, tour_id=booking.tour_id)
    if tour is None or not tour.is_real_name:
        raise NamesNeeded
    tickets = session.scalars(
        select(Ticket).where(Ticket.booking_id == booking.id, Ticket.state == TicketState.ISSUED.value).order_by(Ticket.id)
    ).all()
    if not travellers or len(travellers) > len(tickets):
        raise PeopleRefused
    named = [checked(traveller, number) for number, traveller in enumerate(travellers, start=1)]
    for ticket in tickets:
        ticket.name_sealed = ticket.id_number_sealed = None
    for ticket, traveller in zip(tickets, named, strict=False):
        ticket.name_sealed = sealer.seal(traveller.name, ticket_place("name", ticket.code))
        ticket.id_number_sealed = sealer.seal(traveller.id_number, ticket_place("id_number", ticket.code))
    note(session, booking, before="", after=str(len(named)), by=by, subject="roster")


def normalised(code: str) -> str:
    """Return a code as it is kept: capitals, and letters that are misread as digits put right."""
    return code.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1").replace("-", "").replace(" ", "")


def _behind(session: Session, code: str) -> tuple[Booking | None, list[Ticket]]:
    """Return the booking and the tickets that a code stands for."""
    booking = session.scalar(select(Booking).where(Booking.code == code))
    if booking is not None:
        rows = session.scalars(
            select(Ticket).where(Ticket.booking_id == booking.id).order_by(Ticket.id).execution_options(populate_existing=True)
        ).all()
        return booking, list(rows)
    ticket = session.scalar(select(Ticket).where(Ticket.code == code).execution_options(populate_existing=True))
    if ticket is None:
        return None, []
    return session.get(Booking, ticket.booking_id), [ticket]


def _outcome(booking: Booking, departure: Departure, tickets: Sequence[Ticket], issued: Sequence[Ticket]) -> CheckInOutcome:
    if booking.departure_id != departure.id:
        return CheckInOutcome.OTHER_DEPARTURE
    if booking.state not in (BookingState.CONFIRMED, BookingState.REDEEMED):
        return CheckInOutcome.VOID
    if issued:
        return CheckInOutcome.ACCEPTED
    is_used = any(ticket.state == TicketState.REDEEMED for ticket in tickets)
    return CheckInOutcome.DUPLICATE if is_used else CheckInOutcome.VOID


def _result(session: Session, row: CheckIn) -> ScanResult:
    ref = session.scalar(select(Booking.ref).where(Booking.id == row.booking_id)) if row.booking_id else ""
    return ScanResult(nonce=row.nonce, outcome=CheckInOutcome(row.outcome), people=row.people, booking_ref=ref or "")
