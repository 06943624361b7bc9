"""Seats are held, paid for, or let go: a booking has all that its departure draws on, or nothing."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.accounts.refusals import TryLater
from marketplace.accounts.services import spend_try
from marketplace.accounts.values import Origin
from marketplace.farmers.values import SellerCard
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.kernel.identity import IdNumber, IdNumberRefused
from marketplace.tours import rules
from marketplace.tours.models import Booking, Departure, Ticket, TourUnit
from marketplace.tours.queries.bookings import booking_by_key, booking_view, place, ticket_place
from marketplace.tours.queries.tours import tour_by_id
from marketplace.tours.refusals import (
    BookingClosed,
    DepartureClosed,
    DepartureFull,
    IdentityRefused,
    LeaderRefused,
    NamesNeeded,
    PaidTooLate,
    PeopleRefused,
    PriceChanged,
    TooManyBookings,
)
from marketplace.tours.services.departures import refresh_state
from marketplace.tours.services.inventory import give, take
from marketplace.tours.services.rows import booking_taken, move_booking, note, taken
from marketplace.tours.services.shares import accrue_shares, payees_of, write_shares
from marketplace.tours.services.telling import owe_words
from marketplace.tours.values import (
    LIGHT_UNITS,
    BookingState,
    BookingView,
    CancelReason,
    GroupKind,
    Leader,
    NoticeKind,
    TicketState,
    TourState,
    TourView,
    Traveller,
    UnitKind,
)

#: How long seats are kept while somebody fills in the form and chooses how to pay.
HOLD = dt.timedelta(minutes=15)
MOST_PEOPLE = 300
MOST_EXPIRED_AT_ONCE = 200
_PHONE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who comes: how many of each unit (key), who leads, and where a place asks for it, everybody's name and number."""

    units: Sequence[tuple[int, int]]
    leader: Leader
    travellers: Sequence[Traveller] = ()
    group: GroupKind | None = None
    group_name: str = ""
    note: str = ""


def hold_seats(
    session: Session, *, key: str, departure_ref: str, party: Party, sealer: Sealer, expected_total_fen: int | None,
    buyer_user_id: int | None = None, channel: str = "shop", promotion: str | None = None, locale: str = "zh",
    origin: Origin | None = None,
) -> BookingView:  # fmt: skip
    """Hold seats for a quarter of an hour and freeze price, policy and payees. The same key again returns the first.

    A booking with an `origin` is counted against budgets, for seats are kept from others before anything is paid.

    Raises:
        NotThere: no such departure.
        PeopleRefused, LeaderRefused, NamesNeeded, IdentityRefused: who comes makes no booking.
        DepartureClosed, DepartureFull: the date does not allow it; the latter carries how many are left.
        PriceChanged: the sum is not the one the visitor saw.
        TooManyBookings: the telephone number's, the browser's or the address's budget is spent.
    """
    standing = booking_by_key(session, key=key)
    if standing is not None:
        return standing
    departure, tour = _date_on_sale(session, departure_ref)
    units = _units(session, tour, party.units)
    people = sum(count for _unit, count in units)
    leader = clean_leader(party.leader)
    travellers = _travellers(tour, party, people)
    total_fen = sum(unit.price_fen * count for unit, count in units)
    if expected_total_fen is not None and expected_total_fen != total_fen:
        raise PriceChanged(now_fen=total_fen)
    if origin is not None:
        count_booking(session, leader, origin)
    payees = payees_of(session, departure_id=departure.id)
    booking = _booking(session, key, departure, tour, people, total_fen, payees.values())
    booking.name_sealed = sealer.seal(leader.name, place("name", booking.ref))
    booking.phone_sealed = sealer.seal(leader.phone, place("phone", booking.ref))
    booking.phone_last4 = leader.phone[-4:]
    booking.party = party.group.value if party.group else None
    booking.party_name, booking.note = party.group_name.strip()[:60], party.note.strip()[:200]
    booking.buyer_user_id, booking.channel, booking.promotion, booking.locale = buyer_user_id, channel, promotion, locale
    # The key before the seats: of two first tries at once, one waits here and then takes the other's result.
    try:
        with session.begin_nested():
            session.add(booking)
            session.flush()
    except IntegrityError:
        standing = booking_by_key(session, key=key)
        if standing is None:
            raise
        return standing
    take(session, departure.id, booking, now=clock.now())
    _write_tickets(session, booking, units, travellers, sealer)
    write_shares(session, booking, tour, payees)
    note(session, booking, before="", after=booking.state, by=buyer_user_id)
    return booking_view(session, booking)


def take_booking(session: Session, *, booking_id: int) -> BookingView:
    """Return a booking that nobody else changes until this transaction ends.

    Raises:
        NotThere: there is none.
    """
    _departure, booking = booking_taken(session, booking_id)
    return booking_view(session, booking)


def choose_gateway(session: Session, *, booking_id: int, gateway: str, hold: dt.timedelta) -> BookingView:
    """Keep the seats as long as a way of paying takes, counted from the booking, at most until the date closes.

    Raises:
        BookingClosed: it does not wait for money any more.
    """
    placed_at = session.scalar(select(Booking.placed_at).where(Booking.id == booking_id))
    if placed_at is None:
        raise NotThere
    return keep_seats(session, booking_id=booking_id, gateway=gateway, until=placed_at + hold)


def keep_seats(session: Session, *, booking_id: int, gateway: str, until: dt.datetime) -> BookingView:
    """Keep the seats until a moment, at most until the date closes; never shorter than before.

    Raises:
        BookingClosed: it does not wait for money any more.
    """
    departure, booking = booking_taken(session, booking_id)
    if booking.state != BookingState.ON_HOLD or booking.hold_until <= clock.now():
        raise BookingClosed
    booking.gateway = gateway
    booking.hold_until = max(booking.hold_until, min(until, departure.cutoff_at))
    session.flush()
    return booking_view(session, booking)


def confirm_booking(session: Session, *, booking_id: int, gateway: str, gateway_fee_fen: int, at: dt.datetime) -> bool:
    """Take note that the money is there: the seats are sold and each payee's share accrues. True the first time, False after.

    A booking that ran out of time takes its seats anew if they are still there.

    Raises:
        PaidTooLate: they are not; nothing is changed, and the money has to go back.
    """
    departure, booking = booking_taken(session, booking_id)
    if booking.state in (BookingState.CONFIRMED, BookingState.REDEEMED):
        return False
    if booking.state == BookingState.CANCELLED:
        raise PaidTooLate
    if booking.state == BookingState.EXPIRED:
        try:
            with session.begin_nested():  # all or nothing, though the caller goes on after the refusal
                take(session, departure.id, booking, now=clock.now())
        except (DepartureFull, DepartureClosed) as error:
            raise PaidTooLate from error
    booking.gateway, booking.gateway_fee_fen, booking.paid_at = gateway, gateway_fee_fen, at
    move_booking(session, booking, BookingState.CONFIRMED, by=None, at=at)
    session.refresh(departure)
    departure.confirmed += booking.people
    session.flush()
    refresh_state(session, departure)
    accrue_shares(session, booking, gateway_fee_fen)
    owe_words(session, NoticeKind.CONFIRMED, booking_id=booking.id)
    return True


def let_go(session: Session, *, booking_id: int, by: int | None) -> BookingView:
    """Call off a booking that is not paid. Calling off twice, or after its time, changes nothing.

    Raises:
        BookingClosed: it is paid; it can be cancelled under its policy.
    """
    departure, booking = booking_taken(session, booking_id)
    if booking.state in (BookingState.CONFIRMED, BookingState.REDEEMED):
        raise BookingClosed
    if booking.state == BookingState.ON_HOLD:
        give(session, departure.id, booking, people=booking.people)
        booking.cancelled_at, booking.reason = clock.now(), CancelReason.VISITOR.value
        move_booking(session, booking, BookingState.CANCELLED, by=by)
        for ticket in session.scalars(select(Ticket).where(Ticket.booking_id == booking.id)):
            ticket.state = TicketState.VOID.value
        session.flush()
    return booking_view(session, booking)


def expire_bookings(session: Session, now: dt.datetime | None = None) -> int:
    """End the holds whose time is over and free their seats; return how many."""
    moment = now or clock.now()
    due = session.scalars(
        select(Booking.id)
        .where(Booking.state == BookingState.ON_HOLD.value, Booking.hold_until <= moment)
        .order_by(Booking.departure_id, Booking.id)
        .limit(MOST_EXPIRED_AT_ONCE)
    ).all()
    ended = 0
    for booking_id in due:
        departure, booking = booking_taken(session, booking_id)
        ended += end_hold(session, departure, booking, moment)
    return ended


def end_hold(session: Session, departure: Departure, booking: Booking, moment: dt.datetime) -> bool:
    """Free the seats of a hold whose time is over; False where it was paid or kept longer. The caller has taken both rows."""
    if booking.state != BookingState.ON_HOLD or booking.hold_until > moment:
        return False
    give(session, departure.id, booking, people=booking.people)
    move_booking(session, booking, BookingState.EXPIRED, by=None, at=moment)
    return True


def count_booking(session: Session, leader: Leader, origin: Origin) -> None:
    """Count what is kept from others for a telephone number, a browser and a network address.

    Raises:
        TooManyBookings: one of their budgets is spent.
    """
    try:
        spend_try(session, kind="booking", subject=leader.phone, address=origin.address, device=origin.browser)
    except TryLater as error:
        raise TooManyBookings(hours=-(-error.params["minutes"] // 60)) from error


def _date_on_sale(session: Session, ref: str) -> tuple[Departure, TourView]:
    """Return a date with its tour; it is taken for change, so that nobody steps in for another while its payees are written.

    Raises:
        NotThere: no such date.
        DepartureClosed: the tour is not on sale.
    """
    departure_id = session.scalar(select(Departure.id).where(Departure.ref == ref))
    departure = taken(session, Departure, departure_id) if departure_id is not None else None
    tour = tour_by_id(session, tour_id=departure.tour_id) if departure is not None else None
    if departure is None or tour is None:
        raise NotThere
    if tour.state is not TourState.ON_SALE:
        raise DepartureClosed
    return departure, tour


def _units(session: Session, tour: TourView, wanted: Sequence[tuple[int, int]]) -> list[tuple[TourUnit, int]]:
    """Return the units asked for with their counts, the dearest first.

    Raises:
        PeopleRefused: nobody, too many, another tour's unit, or children without an adult.
    """
    counts = {unit_id: count for unit_id, count in wanted if count}
    units = session.scalars(select(TourUnit).where(TourUnit.option_id == tour.option_id, TourUnit.id.in_(sorted(counts)))).all()
    if len(units) != len(counts) or any(count < 0 for count in counts.values()):
        raise PeopleRefused
    if not 1 <= sum(counts.values()) <= MOST_PEOPLE:
        raise PeopleRefused
    if all(UnitKind(unit.kind) in LIGHT_UNITS for unit in units):
        raise PeopleRefused
    return [(unit, counts[unit.id]) for unit in sorted(units, key=lambda unit: (-unit.price_fen, unit.id))]


def clean_leader(given: Leader) -> Leader:
    """Return who leads with name and number in order.

    Raises:
        LeaderRefused: either is missing or wrong.
    """
    phone = re.sub(r"^(\+|00)?86(?=1)", "", re.sub(r"[\s-]", "", given.phone))
    name = given.name.strip()
    if not 1 <= len(name) <= 40 or not _PHONE.fullmatch(phone):
        raise LeaderRefused
    return Leader(name, phone)


def _travellers(tour: TourView, party: Party, people: int) -> list[Traveller]:
    """Return who is named, in order; a group's names may follow later.

    Raises:
        NamesNeeded, IdentityRefused: a place asks for them and they are missing or wrong.
    """
    if not tour.is_real_name:
        return []  # what no place asks for is not kept
    if not party.travellers and party.group is not None:
        return []
    if len(party.travellers) != people:
        raise NamesNeeded
    return [checked(traveller, number) for number, traveller in enumerate(party.travellers, start=1)]


def checked(traveller: Traveller, number: int) -> Traveller:
    """Return a traveller with name and number in order.

    Raises:
        NamesNeeded: no name.
        IdentityRefused: the number cannot be.
    """
    name = traveller.name.strip()
    if not 1 <= len(name) <= 40:
        raise NamesNeeded
    try:
        return Traveller(name, IdNumber.parse(traveller.id_number, today=clock.today()).text)
    except IdNumberRefused as error:
        raise IdentityRefused(number=number) from error


def _booking(
    session: Session, key: str, departure: Departure, tour: TourView, people: int, total_fen: int, payees: Iterable[SellerCard]
) -> Booking:
    now = clock.now()
    return Booking(
        ref=_fresh(session, Booking.ref, lambda: "B" + ids.digits(10)), key=key,
        code=_fresh(session, Booking.code, lambda: ids.reference("", 6)), departure_id=departure.id, tour_id=tour.id,
        village_code=tour.village_code,
        area_code=rules.smallest_area([tour.village_code, *(card.village_code for card in payees)]),
        title_zh=tour.title_zh, title_en=tour.title_en, state=BookingState.ON_HOLD.value, people=people, nights=tour.nights,
        total_fen=total_fen, policy=[list(tier) for tier in tour.policy], placed_at=now, hold_until=now + HOLD, sequence=0,
    )  # fmt: skip


def _write_tickets(
    session: Session, booking: Booking, units: Sequence[tuple[TourUnit, int]], travellers: Sequence[Traveller], sealer: Sealer
) -> None:
    everybody = [unit for unit, count in units for _ in range(count)]
    for number, unit in enumerate(everybody):
        code = _fresh(session, Ticket.code, lambda: ids.reference("", 6))
        ticket = Ticket(
            code=code, booking_id=booking.id, unit_id=unit.id, unit_kind=unit.kind, price_fen=unit.price_fen,
            state=TicketState.ISSUED.value,
        )  # fmt: skip
        if travellers:
            ticket.name_sealed = sealer.seal(travellers[number].name, ticket_place("name", code))
            ticket.id_number_sealed = sealer.seal(travellers[number].id_number, ticket_place("id_number", code))
        session.add(ticket)
        session.flush()


def _fresh(session: Session, column: InstrumentedAttribute[str], make: Callable[[], str]) -> str:
    """Return a name that no row of the column has."""
    while True:
        name = make()
        if session.scalar(select(column).where(column == name)) is None:
            return name
