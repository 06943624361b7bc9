"""Named reads of bookings, whole: a fixed number of queries however many tickets there are."""

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import mask_name
from marketplace.tours.models import Booking, BookingRefund, BookingShare, Departure, Ticket, Tour
from marketplace.tours.queries.departures import departure_views
from marketplace.tours.values import (
    BookingState,
    BookingView,
    CancelReason,
    GroupKind,
    Leader,
    RefundState,
    RefundView,
    Role,
    ShareView,
    TicketState,
    TicketView,
    UnitKind,
)


def booking_by_ref(session: Session, *, ref: str) -> BookingView | None:
    """Return a booking by its reference."""
    return _one(session, session.scalar(select(Booking).where(Booking.ref == ref)))


def booking_by_id(session: Session, *, booking_id: int) -> BookingView | None:
    """Return a booking by key."""
    return _one(session, session.get(Booking, booking_id))


def booking_by_key(session: Session, *, key: str) -> BookingView | None:
    """Return the booking made under a client's key."""
    return _one(session, session.scalar(select(Booking).where(Booking.key == key)))


def known_to(session: Session, *, ref: str, last_four: str) -> BookingView | None:
    """Return a booking to whoever knows the last four digits of its telephone number; the caller limits the tries."""
    found = session.scalar(select(Booking).where(Booking.ref == ref))
    expected = found.phone_last4 if found else "----"
    return _one(session, found) if hmac.compare_digest(expected.encode(), last_four.encode()) else None


def bookings_of_buyer(
    session: Session, *, user_id: int, before: int | None = None, limit: int = 30
) -> tuple[list[BookingView], int | None]:
    """Return what somebody signed in has booked, the latest first, and the key before which the next page begins."""
    wanted = select(Booking).where(Booking.buyer_user_id == user_id).order_by(Booking.id.desc()).limit(limit + 1)
    if before is not None:
        wanted = wanted.where(Booking.id < before)
    rows = session.scalars(wanted).all()
    return booking_views(session, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def has_open_booking(session: Session, *, user_id: int) -> bool:
    """Say whether somebody holds or awaits a visit: a booking held, or one whose date has not ended."""
    awaited = select(Departure.id).where(Departure.id == Booking.departure_id, Departure.ends_at > clock.now())
    is_open = or_(Booking.state == BookingState.ON_HOLD.value, (Booking.state == BookingState.CONFIRMED.value) & awaited.exists())
    return session.scalar(select(Booking.id).where(Booking.buyer_user_id == user_id, is_open).limit(1)) is not None


def bookings_of_departure(session: Session, *, departure_id: int, is_live: bool = True) -> list[BookingView]:
    """Return a departure's bookings, the first first; those that hold seats, or all."""
    wanted = select(Booking).where(Booking.departure_id == departure_id).order_by(Booking.id)
    if is_live:
        wanted = wanted.where(Booking.state.in_([BookingState.CONFIRMED.value, BookingState.REDEEMED.value]))
    return booking_views(session, session.scalars(wanted).all())


def awaiting_payment(session: Session, *, areas: Collection[str], gateway: str, limit: int = 50) -> list[BookingView]:
    """Return the bookings of some areas that wait for money through a gateway, those that end first first."""
    rows = session.scalars(
        select(Booking)
        .where(Booking.state == BookingState.ON_HOLD.value, Booking.gateway == gateway, in_areas(Booking.area_code, tuple(areas)))
        .order_by(Booking.hold_until, Booking.id)
        .limit(limit)
    ).all()
    return booking_views(session, rows)


def states_of_bookings(session: Session, *, booking_ids: Iterable[int]) -> dict[int, BookingState]:
    """Return how far some bookings have come, by key."""
    rows = session.execute(select(Booking.id, Booking.state).where(Booking.id.in_(sorted(set(booking_ids)))))
    return {key: BookingState(state) for key, state in rows}


def leader_of(session: Session, *, booking_id: int, sealer: Sealer) -> Leader:
    """Return who answers for a booking; empty once forgotten. The caller has authorised it."""
    found = session.get(Booking, booking_id)
    if found is None or found.name_sealed is None or found.phone_sealed is None:
        return Leader("", "")
    return Leader(
        sealer.open(found.name_sealed, place("name", found.ref)), sealer.open(found.phone_sealed, place("phone", found.ref))
    )


def names_on_tickets(session: Session, *, booking_id: int, sealer: Sealer) -> dict[int, str]:
    """Return the names on a booking's tickets, masked, by ticket; those without one are left out."""
    rows = session.execute(
        select(Ticket.id, Ticket.code, Ticket.name_sealed).where(Ticket.booking_id == booking_id, Ticket.name_sealed.is_not(None))
    )
    return {key: mask_name(sealer.open(sealed, ticket_place("name", code))) for key, code, sealed in rows if sealed}


def refunds_to_submit(session: Session, *, limit: int, but_not: str) -> list[RefundView]:
    """Return approved refunds whose money a machine sends back, the oldest first."""
    return _refunds(
        session,
        select(BookingRefund)
        .join(Booking, Booking.id == BookingRefund.booking_id)
        .where(BookingRefund.state == RefundState.APPROVED.value, Booking.gateway != but_not)
        .order_by(BookingRefund.id)
        .limit(limit),
    )


def refunds_to_carry(session: Session, *, areas: Collection[str], gateway: str, limit: int = 100) -> list[RefundView]:
    """Return the refunds of some areas that officials send: approved ones of a gateway, and any that failed."""
    return _refunds(
        session,
        select(BookingRefund)
        .join(Booking, Booking.id == BookingRefund.booking_id)
        .where(_is_carried_in(areas, gateway))
        .order_by(BookingRefund.id)
        .limit(limit),
    )


def count_refunds_to_carry(areas: Collection[str], *, gateway: str) -> Select[int]:
    """Return the count of the refunds that officials of some areas send, to be asked together with others."""
    return (
        select(func.count())
        .select_from(BookingRefund)
        .join(Booking, Booking.id == BookingRefund.booking_id)
        .where(_is_carried_in(areas, gateway))
    )


def _is_carried_in(areas: Collection[str], gateway: str) -> ColumnElement[bool]:
    has_failed = BookingRefund.state == RefundState.FAILED.value
    by_people = (BookingRefund.state == RefundState.APPROVED.value) & (Booking.gateway == gateway)
    return (has_failed | by_people) & in_areas(BookingRefund.area_code, areas)


def refund_by_id(session: Session, *, refund_id: int) -> RefundView | None:
    """Return a refund by key."""
    found = _refunds(session, select(BookingRefund).where(BookingRefund.id == refund_id))
    return found[0] if found else None


def refund_by_ref(session: Session, *, ref: str) -> RefundView | None:
    """Return a refund by its reference."""
    found = _refunds(session, select(BookingRefund).where(BookingRefund.ref == ref))
    return found[0] if found else None


def place(part: str, ref: str) -> str:
    """Return what a sealed part of a booking is bound to."""
    return f"bookings/{part}/{ref}"


def ticket_place(part: str, code: str) -> str:
    """Return what a sealed part of a ticket is bound to."""
    return f"tickets/{part}/{code}"


def booking_view(session: Session, found: Booking) -> BookingView:
    """Return a booking whole."""
    return booking_views(session, [found])[0]


def booking_views(session: Session, rows: Sequence[Booking]) -> list[BookingView]:
    """Return bookings with departure, tickets, shares and refunds. Six queries."""
    keys = [row.id for row in rows]
    departures = session.scalars(
        select(Departure)
        .where(Departure.id.in_(sorted({row.departure_id for row in rows})))
        .execution_options(populate_existing=True)  # its counts are changed by statements
    ).all()
    leaves = {view.id: view for view in departure_views(session, departures)}
    slugs = dict(session.execute(select(Tour.id, Tour.slug).where(Tour.id.in_(sorted({row.tour_id for row in rows})))).all())
    tickets: dict[int, list[TicketView]] = defaultdict(list)
    for one in session.scalars(select(Ticket).where(Ticket.booking_id.in_(keys)).order_by(Ticket.id)):
        tickets[one.booking_id].append(
            TicketView(
                id=one.id, code=one.code, unit_id=one.unit_id, unit_kind=UnitKind(one.unit_kind), price_fen=one.price_fen,
                state=TicketState(one.state), is_named=one.name_sealed is not None, redeemed_at=one.redeemed_at,
            )
        )  # fmt: skip
    shares: dict[int, list[ShareView]] = defaultdict(list)
    for part in session.scalars(select(BookingShare).where(BookingShare.booking_id.in_(keys)).order_by(BookingShare.id)):
        shares[part.booking_id].append(
            ShareView(
                id=part.id, component_id=part.component_id, role=Role(part.role), seller_id=part.seller_id,
                household_id=part.household_id, village_code=part.village_code, gross_fen=part.gross_fen,
                refunded_fen=part.refunded_fen, platform_fee_bp=part.platform_fee_bp, gateway_fee_fen=part.gateway_fee_fen,
                earned_at=part.earned_at,
            )
        )  # fmt: skip
    refunds: dict[int, list[RefundView]] = defaultdict(list)
    if keys:
        for back in _refunds(session, select(BookingRefund).where(BookingRefund.booking_id.in_(keys)).order_by(BookingRefund.id)):
            refunds[back.booking_id].append(back)
    return [
        BookingView(
            id=row.id, ref=row.ref, key=row.key, code=row.code, state=BookingState(row.state), departure=leaves[row.departure_id],
            tour_id=row.tour_id, tour_slug=slugs[row.tour_id], title_zh=row.title_zh, title_en=row.title_en,
            village_code=row.village_code, area_code=row.area_code, buyer_user_id=row.buyer_user_id,
            phone_last4=row.phone_last4, group=GroupKind(row.party) if row.party else None, group_name=row.party_name,
            people=row.people, total_fen=row.total_fen, gateway=row.gateway,
            policy=tuple((hours, share_bp) for hours, share_bp in row.policy), placed_at=row.placed_at,
            hold_until=row.hold_until, paid_at=row.paid_at, cancelled_at=row.cancelled_at,
            reason=CancelReason(row.reason) if row.reason else None, sequence=row.sequence, note=row.note,
            promotion=row.promotion, tickets=tuple(tickets[row.id]), shares=tuple(shares[row.id]), refunds=tuple(refunds[row.id]),
        )
        for row in rows
    ]  # fmt: skip


def _one(session: Session, found: Booking | None) -> BookingView | None:
    return None if found is None else booking_view(session, found)


def _refunds(session: Session, wanted: Select[BookingRefund]) -> list[RefundView]:
    rows = session.scalars(wanted).all()
    if not rows:
        return []
    bookings = {
        key: (ref, gateway, title, title_en)
        for key, ref, gateway, title, title_en in session.execute(
            select(Booking.id, Booking.ref, Booking.gateway, Booking.title_zh, Booking.title_en).where(
                Booking.id.in_(sorted({row.booking_id for row in rows}))
            )
        )
    }
    return [
        RefundView(
            id=row.id, ref=row.ref, booking_id=row.booking_id, booking_ref=bookings[row.booking_id][0], area_code=row.area_code,
            gateway=str(bookings[row.booking_id][1]), title=bookings[row.booking_id][2], title_en=bookings[row.booking_id][3],
            amount_fen=row.amount_fen, reason=CancelReason(row.reason),
            state=RefundState(row.state), requested_at=row.requested_at,
        )
        for row in rows
    ]  # fmt: skip
