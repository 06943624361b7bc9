"""The waiting list: freed seats are offered in order, for a while, and never after the date has closed."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.values import Origin
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.tours.models import Booking, Departure, WaitingEntry
from marketplace.tours.queries.departures import people_left
from marketplace.tours.queries.waiting import waiting_place
from marketplace.tours.refusals import DepartureClosed, PeopleRefused, WaitingClosed
from marketplace.tours.services.booking import MOST_PEOPLE, clean_leader, count_booking
from marketplace.tours.services.rows import taken
from marketplace.tours.services.telling import owe_words
from marketplace.tours.values import DepartureState, Leader, NoticeKind, WaitingState

#: How long an offered seat is kept for the one it was offered to.
OFFER = dt.timedelta(hours=2)
MOST_AT_ONCE = 100


def wait_for_seats(
    session: Session, *, key: str, departure_ref: str, people: int, leader: Leader, sealer: Sealer, locale: str = "zh",
    origin: Origin | None = None,
) -> str:  # fmt: skip
    """Put somebody on the list of a full date; return the entry's reference. The same key again returns the first.

    Raises:
        NotThere: no such date.
        PeopleRefused, LeaderRefused: who waits makes no sense.
        DepartureClosed: the date cannot be booked any more.
        TooManyBookings: the budget of the telephone number, browser or address is spent; only with an `origin`.
    """
    standing = session.scalar(select(WaitingEntry.ref).where(WaitingEntry.key == key))
    if standing is not None:
        return standing
    departure = session.scalar(select(Departure).where(Departure.ref == departure_ref))
    if departure is None:
        raise NotThere
    if not 1 <= people <= min(MOST_PEOPLE, departure.most_people):
        raise PeopleRefused
    leader = clean_leader(leader)
    if not _can_be_booked(departure, clock.now()):
        raise DepartureClosed
    if origin is not None:
        count_booking(session, leader, origin)
    ref = ids.reference("Q")
    session.add(
        WaitingEntry(
            ref=ref, key=key, departure_id=departure.id, people=people, locale=locale,
            name_sealed=sealer.seal(leader.name, waiting_place("name", ref)),
            phone_sealed=sealer.seal(leader.phone, waiting_place("phone", ref)), phone_last4=leader.phone[-4:],
            state=WaitingState.WAITING.value, made_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    return ref


def offer_freed_seats(session: Session, now: dt.datetime | None = None) -> list[int]:
    """Offer what is free to those who wait, the first first; return the keys of the entries that were offered something.

    Who waits for more people than are free is passed over for now and keeps the place in the list. An offer holds no seats:
    until it is taken anybody can book them, and the offer says so.
    """
    moment = now or clock.now()
    lapse_offers(session, moment)
    offered: list[int] = []
    departures = session.scalars(
        select(Departure.id)
        .where(
            Departure.id.in_(select(WaitingEntry.departure_id).where(WaitingEntry.state == WaitingState.WAITING.value)),
            Departure.state.in_([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]),
            Departure.cutoff_at > moment,
        )
        .order_by(Departure.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for departure_id in departures:
        departure = taken(session, Departure, departure_id)
        free = people_left(session, departure.id) - _offered(session, departure.id)
        waiting = session.scalars(
            select(WaitingEntry)
            .where(WaitingEntry.departure_id == departure.id, WaitingEntry.state == WaitingState.WAITING.value)
            .order_by(WaitingEntry.id)
        ).all()
        for entry in waiting:
            if entry.people <= free:
                entry.state, entry.offered_until = WaitingState.OFFERED.value, min(moment + OFFER, departure.cutoff_at)
                free -= entry.people
                offered.append(entry.id)
                owe_words(session, NoticeKind.OFFERED, waiting_entry_id=entry.id)
    session.flush()
    return offered


def lapse_offers(session: Session, now: dt.datetime | None = None) -> int:
    """End the offers whose time is over, and the waiting for dates that have closed; return how many."""
    moment = now or clock.now()
    closed = select(Departure.id).where(
        Departure.state.not_in([DepartureState.OPEN.value, DepartureState.GUARANTEED.value]) | (Departure.cutoff_at <= moment)
    )
    rows = session.scalars(
        select(WaitingEntry).where(
            ((WaitingEntry.state == WaitingState.OFFERED.value) & (WaitingEntry.offered_until <= moment))
            | ((WaitingEntry.state == WaitingState.WAITING.value) & WaitingEntry.departure_id.in_(closed))
        )
    ).all()
    for entry in rows:
        entry.state = WaitingState.LAPSED.value
    session.flush()
    return len(rows)


def take_offer(session: Session, *, ref: str, booking_id: int) -> None:
    """Tie an offer to the booking that took it. Tying it twice to the same changes nothing.

    Raises:
        NotThere: no such entry, or one of another date.
        WaitingClosed: it was not offered, or has lapsed.
    """
    entry = session.scalar(select(WaitingEntry).where(WaitingEntry.ref == ref).with_for_update())
    if entry is None or session.scalar(select(Booking.departure_id).where(Booking.id == booking_id)) != entry.departure_id:
        raise NotThere
    if entry.state == WaitingState.TAKEN and entry.booking_id == booking_id:
        return
    if entry.state != WaitingState.OFFERED or entry.offered_until is None or entry.offered_until <= clock.now():
        raise WaitingClosed
    entry.state, entry.booking_id = WaitingState.TAKEN.value, booking_id
    session.flush()


def leave_list(session: Session, *, ref: str) -> None:
    """Take somebody off the list, offered or not. Leaving twice, or after it ended, changes nothing.

    Raises:
        NotThere: no such entry.
    """
    entry = session.scalar(select(WaitingEntry).where(WaitingEntry.ref == ref).with_for_update())
    if entry is None:
        raise NotThere
    if entry.state in (WaitingState.WAITING, WaitingState.OFFERED):
        entry.state = WaitingState.WITHDRAWN.value
        session.flush()


def _offered(session: Session, departure_id: int) -> int:
    rows = session.scalars(
        select(WaitingEntry.people).where(
            WaitingEntry.departure_id == departure_id, WaitingEntry.state == WaitingState.OFFERED.value
        )
    )
    return sum(rows)


def _can_be_booked(departure: Departure, now: dt.datetime) -> bool:
    return departure.state in (DepartureState.OPEN, DepartureState.GUARANTEED) and departure.cutoff_at > now
