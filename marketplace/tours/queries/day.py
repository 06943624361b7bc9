"""Named reads of a day: who does the work of a departure, who comes, and what was scanned."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import mask_name
from marketplace.tours.models import Booking, CheckIn, Departure, Substitution, Ticket, Tour, TourComponent
from marketplace.tours.queries.bookings import place, ticket_place
from marketplace.tours.queries.departures import departure_views
from marketplace.tours.values import (
    BookingState,
    CheckInOutcome,
    DepartureState,
    DepartureView,
    GroupKind,
    PartyView,
    Payee,
    Role,
    ScanView,
    SubstitutionView,
    TicketState,
    UnitKind,
)

_COMING = (BookingState.CONFIRMED.value, BookingState.REDEEMED.value)


def payees_of_departure(session: Session, *, departure_id: int) -> list[Payee]:
    """Return who does each component's work on a departure, in order. Two queries."""
    stands_in = substitutes_on(session, departure_id=departure_id)
    rows = session.execute(
        select(TourComponent.id, TourComponent.role, TourComponent.seller_id)
        .join(Departure, Departure.option_id == TourComponent.option_id)
        .where(Departure.id == departure_id)
        .order_by(TourComponent.position)
    )
    return [
        Payee(
            component_id=key,
            role=Role(role),
            seller_id=stands_in.get(key, seller_id),
            is_substitute=stands_in.get(key, seller_id) != seller_id,
        )
        for key, role, seller_id in rows
    ]


def substitutes_on(session: Session, *, departure_id: int) -> dict[int, int]:
    """Return the seller who does a component's work on a departure in another's place, by component; the last one counts."""
    rows = session.execute(
        select(Substitution.component_id, Substitution.to_seller_id)
        .where(Substitution.departure_id == departure_id)
        .order_by(Substitution.component_id, Substitution.position)
    )
    return dict(rows.all())


def substitutions_of_departure(session: Session, *, departure_id: int) -> list[SubstitutionView]:
    """Return who stepped in for whom on a departure, the first first. One query."""
    rows = session.execute(
        select(Substitution, TourComponent.role)
        .join(TourComponent, TourComponent.id == Substitution.component_id)
        .where(Substitution.departure_id == departure_id)
        .order_by(Substitution.id)
    )
    return [
        SubstitutionView(
            component_id=row.component_id, role=Role(role), from_seller_id=row.from_seller_id, to_seller_id=row.to_seller_id,
            by_user_id=row.by_user_id, at=row.at, reason=row.reason,
        )
        for row, role in rows
    ]  # fmt: skip


def sellers_on(session: Session, *, departure_id: int) -> set[int]:
    """Return the sellers who have to do with a departure: its host, and whoever does its work."""
    host = session.scalars(
        select(Tour.host_seller_id).join(Departure, Departure.tour_id == Tour.id).where(Departure.id == departure_id)
    )
    return {*host, *(payee.seller_id for payee in payees_of_departure(session, departure_id=departure_id))}


def departures_of_sellers(
    session: Session, *, seller_ids: Iterable[int], from_at: dt.datetime, to_at: dt.datetime,
    but: Sequence[DepartureState] = (DepartureState.CANCELLED,),
) -> list[DepartureView]:  # fmt: skip
    """Return what leaves between two moments and is hosted or worked on by some sellers, in order. Four queries.

    What is called off is left out unless `but` says otherwise. Whoever was replaced on a departure no longer has it, unless they
    host it.
    """
    wanted = sorted(set(seller_ids))
    if not wanted:
        return []
    works = select(TourComponent.option_id).where(TourComponent.seller_id.in_(wanted))
    hosts = select(Tour.id).where(Tour.host_seller_id.in_(wanted))
    steps_in = select(Substitution.departure_id).where(Substitution.to_seller_id.in_(wanted))
    rows = session.scalars(
        select(Departure)
        .where(
            Departure.starts_at >= from_at,
            Departure.starts_at < to_at,
            Departure.state.not_in([one.value for one in but]),
            or_(Departure.option_id.in_(works), Departure.tour_id.in_(hosts), Departure.id.in_(steps_in)),
        )
        .order_by(Departure.starts_at, Departure.id)
    ).all()
    replaced = _without_work(session, rows, wanted)
    return departure_views(session, [row for row in rows if row.id not in replaced])


def _without_work(session: Session, rows: Sequence[Departure], seller_ids: Sequence[int]) -> set[int]:
    """Return the departures among some on which none of the sellers works or hosts after all substitutions. Two queries."""
    work: dict[int, dict[int, int]] = defaultdict(dict)
    keys = [row.id for row in rows]
    for departure_id, component_id, seller_id, host_id in session.execute(
        select(Departure.id, TourComponent.id, TourComponent.seller_id, Tour.host_seller_id)
        .join(TourComponent, TourComponent.option_id == Departure.option_id)
        .join(Tour, Tour.id == Departure.tour_id)
        .where(Departure.id.in_(keys))
    ):
        work[departure_id] |= {component_id: seller_id, 0: host_id}
    for departure_id, component_id, seller_id in session.execute(
        select(Substitution.departure_id, Substitution.component_id, Substitution.to_seller_id)
        .where(Substitution.departure_id.in_(keys))
        .order_by(Substitution.position)
    ):
        work[departure_id][component_id] = seller_id
    return {key for key, sellers in work.items() if not set(sellers.values()) & set(seller_ids)}


def parties_of_departure(session: Session, *, departure_id: int, sealer: Sealer) -> list[PartyView]:
    """Return who comes on a departure, party by party, the first booked first. Two queries."""
    bookings = session.scalars(
        select(Booking).where(Booking.departure_id == departure_id, Booking.state.in_(_COMING)).order_by(Booking.id)
    ).all()
    tickets: dict[int, list[Ticket]] = defaultdict(list)
    for ticket in session.scalars(
        select(Ticket)
        .where(Ticket.booking_id.in_([one.id for one in bookings]), Ticket.state != TicketState.VOID.value)
        .order_by(Ticket.id)
    ):
        tickets[ticket.booking_id].append(ticket)
    return [_party(booking, tickets[booking.id], sealer) for booking in bookings]


def _party(booking: Booking, tickets: Sequence[Ticket], sealer: Sealer) -> PartyView:
    waiting = [ticket for ticket in tickets if ticket.state == TicketState.ISSUED]
    name = sealer.open(booking.name_sealed, place("name", booking.ref)) if booking.name_sealed else ""
    return PartyView(
        booking_id=booking.id, booking_ref=booking.ref, leader_masked=mask_name(name) if name else "",
        phone_last4=booking.phone_last4, group=GroupKind(booking.party) if booking.party else None,
        group_name=booking.party_name, note=booking.note,
        units=tuple(sorted(Counter(UnitKind(ticket.unit_kind) for ticket in tickets).items())),
        people=len(tickets), arrived=len(tickets) - len(waiting),
        names=tuple(
            mask_name(sealer.open(ticket.name_sealed, ticket_place("name", ticket.code)))
            for ticket in tickets
            if ticket.name_sealed
        ),
        codes=((booking.code, len(waiting)), *((ticket.code, int(ticket in waiting)) for ticket in tickets)),
    )  # fmt: skip


def head_counts(session: Session, *, departure_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return (people who come, people who are there) of some departures, by departure. One query."""
    here = func.sum(case((Ticket.state == TicketState.REDEEMED.value, 1), else_=0))
    rows = session.execute(
        select(Booking.departure_id, func.count(), here)
        .join(Ticket, Ticket.booking_id == Booking.id)
        .where(
            Booking.departure_id.in_(sorted(set(departure_ids))),
            Booking.state.in_(_COMING),
            Ticket.state != TicketState.VOID.value,
        )
        .group_by(Booking.departure_id)
    )
    return {key: (people, int(arrived or 0)) for key, people, arrived in rows}


def scans_of_departure(
    session: Session, *, departure_id: int, but: Sequence[CheckInOutcome] = (), limit: int = 50
) -> list[ScanView]:
    """Return what was scanned at a departure's gate, the latest first, perhaps without some outcomes."""
    rows = session.execute(
        select(CheckIn, Booking.ref)
        .join(Booking, Booking.id == CheckIn.booking_id, isouter=True)
        .where(CheckIn.departure_id == departure_id, CheckIn.outcome.not_in([one.value for one in but]))
        .order_by(CheckIn.id.desc())
        .limit(limit)
    )
    return [
        ScanView(
            outcome=CheckInOutcome(row.outcome), people=row.people, booking_ref=ref or "", device_at=row.device_at,
            is_offline=row.is_offline,
        )
        for row, ref in rows
    ]  # fmt: skip
