"""Truths of tours (assurance.md, 4, 5, 6 and 9). Each check returns the rows that break it; all are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, String, and_, case, cast, exists, func, literal, or_, select, text
from sqlalchemy.orm import Session, aliased

from marketplace.farmers.queries.references import refs_of_sellers
from marketplace.income.queries import sales_like
from marketplace.kernel import clock
from marketplace.kernel.triggers import missing
from marketplace.tours import rules
from marketplace.tours.ddl import TRIGGERS
from marketplace.tours.models import (
    Allocation,
    Booking,
    BookingEvent,
    BookingRefund,
    BookingRefundPart,
    BookingShare,
    Bucket,
    CheckIn,
    Departure,
    DepartureDraw,
    Substitution,
    Ticket,
    TourComponent,
    VisitorNotice,
)
from marketplace.tours.values import BookingState, CheckInOutcome, DepartureState, Draw, RefundState, TicketState

Check = tuple[str, Callable[[Session], Sequence[Any]]]
#: The sweep runs each minute; a hold overdue for longer means that nobody sweeps.
GRACE = dt.timedelta(minutes=10)
LONGEST_SILENCE = dt.timedelta(days=1)
_LIVE = [state.value for state in rules.LIVE]
_PAID = [BookingState.CONFIRMED.value, BookingState.REDEEMED.value]
_DONE = [RefundState.SUCCEEDED.value, RefundState.PAID_BY_HAND.value]


def _sum(column: Any) -> Any:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def miscounted_departures(session: Session) -> Sequence[Any]:
    """Return departures whose taken or confirmed people are not those of their live and paid bookings."""
    live = (
        select(
            Booking.departure_id,
            _sum(Booking.people).label("people"),
            _sum(case((Booking.state.in_(_PAID), Booking.people), else_=0)).label("paid"),
        )
        .where(Booking.state.in_(_LIVE))
        .group_by(Booking.departure_id)
        .subquery()
    )
    return session.execute(
        select(Departure.ref, Departure.taken, live.c.people, Departure.confirmed, live.c.paid)
        .join(live, live.c.departure_id == Departure.id, isouter=True)
        .where(
            or_(
                Departure.taken != func.coalesce(live.c.people, 0),
                Departure.confirmed != func.coalesce(live.c.paid, 0),
                Departure.taken > Departure.most_people,
            )
        )
    ).all()


def miscounted_buckets(session: Session) -> Sequence[Any]:
    """Return buckets whose taken is not the sum of what bookings hold of them, or exceeds what there is."""
    held = select(Allocation.bucket_id, _sum(Allocation.quantity).label("held")).group_by(Allocation.bucket_id).subquery()
    return session.execute(
        select(Bucket.id, Bucket.taken, held.c.held, Bucket.capacity)
        .join(held, held.c.bucket_id == Bucket.id, isouter=True)
        .where(or_(Bucket.taken != func.coalesce(held.c.held, 0), Bucket.taken > Bucket.capacity))
    ).all()


def bookings_beside_their_buckets(session: Session) -> Sequence[Any]:
    """Return bookings that do not hold exactly what their departure draws for their people; ended ones hold nothing."""
    wanted = (
        select(
            Booking.id.label("booking_id"),
            DepartureDraw.bucket_id,
            _sum(DepartureDraw.quantity * case((DepartureDraw.draw == Draw.PERSON.value, Booking.people), else_=1)).label(
                "wanted"
            ),
        )
        .join(DepartureDraw, DepartureDraw.departure_id == Booking.departure_id)
        .where(Booking.state.in_(_LIVE))
        .group_by(Booking.id, DepartureDraw.bucket_id)
        .subquery()
    )
    missing = (
        select(wanted.c.booking_id, wanted.c.bucket_id, wanted.c.wanted, Allocation.quantity)
        .join(
            Allocation,
            and_(Allocation.booking_id == wanted.c.booking_id, Allocation.bucket_id == wanted.c.bucket_id),
            isouter=True,
        )
        .where(func.coalesce(Allocation.quantity, 0) != wanted.c.wanted)
    )
    beyond = (
        select(Allocation.booking_id, Allocation.bucket_id, literal(0), Allocation.quantity)
        .join(
            wanted,
            and_(wanted.c.booking_id == Allocation.booking_id, wanted.c.bucket_id == Allocation.bucket_id),
            isouter=True,
        )
        .where(Allocation.quantity > 0, wanted.c.booking_id.is_(None))
    )
    return [*session.execute(missing).all(), *session.execute(beyond).all()]


def broken_sums(session: Session) -> Sequence[Any]:
    """Return bookings whose price is not the sum of their tickets, or not the sum of their payees' shares."""
    tickets = select(Ticket.booking_id, _sum(Ticket.price_fen).label("fen")).group_by(Ticket.booking_id).subquery()
    shares = (
        select(BookingShare.booking_id, _sum(BookingShare.gross_fen).label("fen")).group_by(BookingShare.booking_id).subquery()
    )
    return session.execute(
        select(Booking.ref, Booking.total_fen, tickets.c.fen, shares.c.fen)
        .join(tickets, tickets.c.booking_id == Booking.id, isouter=True)
        .join(shares, shares.c.booking_id == Booking.id, isouter=True)
        .where(or_(func.coalesce(tickets.c.fen, 0) != Booking.total_fen, func.coalesce(shares.c.fen, 0) != Booking.total_fen))
    ).all()


def broken_parties(session: Session) -> Sequence[Any]:
    """Return live bookings whose people are not their tickets that still count, and ended ones with a ticket still open."""
    open_ = (
        select(Ticket.booking_id, func.count().label("tickets"))
        .where(Ticket.state != TicketState.VOID.value)
        .group_by(Ticket.booking_id)
        .subquery()
    )
    count = func.coalesce(open_.c.tickets, 0)
    return session.execute(
        select(Booking.ref, Booking.people, count)
        .join(open_, open_.c.booking_id == Booking.id, isouter=True)
        .where(
            or_(
                and_(Booking.state.in_(_LIVE), count != Booking.people),
                and_(Booking.state == BookingState.CANCELLED.value, count != 0),
            )
        )
    ).all()


def broken_attributions(session: Session) -> Sequence[Any]:
    """Return paid shares that income does not know, or knows otherwise, and sales of shares that nobody paid.

    What was passed on counts with whoever has the share now: each hand-over left one closed sale, and no fen was lost on the way.
    """
    sales = sales_like("booking_share/%")
    earlier = (
        select(sales.c.line_id, func.count().label("turns"), _sum(sales.c.refunded_fen).label("refunded_fen"))
        .where(sales.c.is_passed_on)
        .group_by(sales.c.line_id)
        .subquery()
    )
    held = select(sales).where(~sales.c.is_passed_on).subquery()
    sellers = refs_of_sellers().subquery()
    turn = case((BookingShare.turn == 0, ""), else_=literal("/") + cast(BookingShare.turn, String))
    paid = (
        select(
            (literal("booking_share/") + cast(BookingShare.id, String) + turn).label("source"), BookingShare.household_id,
            BookingShare.gross_fen, BookingShare.platform_fee_bp, BookingShare.gateway_fee_fen, BookingShare.refunded_fen,
            BookingShare.earned_at.is_not(None).label("is_earned"), BookingShare.turn, Booking.gateway, Booking.ref,
            sellers.c.ref.label("seller_ref"), func.coalesce(earlier.c.turns, 0).label("turns"),
            func.coalesce(earlier.c.refunded_fen, 0).label("refunded_earlier"),
        )
        .join(Booking, Booking.id == BookingShare.booking_id)
        .join(sellers, sellers.c.id == BookingShare.seller_id)
        .join(earlier, earlier.c.line_id == BookingShare.id, isouter=True)
        .where(Booking.paid_at.is_not(None))
        .subquery()
    )  # fmt: skip
    return session.execute(
        select(func.coalesce(paid.c.source, held.c.source), paid.c.gross_fen, held.c.gross_fen, held.c.refunded_fen)
        .select_from(paid)
        .join(held, held.c.source == paid.c.source, full=True)
        .where(
            or_(
                paid.c.source.is_(None),
                held.c.source.is_(None),
                paid.c.turns != paid.c.turn,
                held.c.gross_fen + paid.c.refunded_earlier != paid.c.gross_fen,
                held.c.refunded_fen + paid.c.refunded_earlier != paid.c.refunded_fen,
                held.c.platform_fee_bp != paid.c.platform_fee_bp,
                held.c.gateway_fee_fen != paid.c.gateway_fee_fen,
                held.c.gateway != paid.c.gateway,
                held.c.order_ref != paid.c.ref,
                held.c.seller_ref != paid.c.seller_ref,
                held.c.is_earned != paid.c.is_earned,
                func.coalesce(held.c.household_id, 0) != func.coalesce(paid.c.household_id, 0),
            )
        )
    ).all()


def shares_of_others(session: Session) -> Sequence[Any]:
    """Return shares that are still to be earned and do not belong to whoever does the work."""
    later = aliased(Substitution)
    is_last = ~exists().where(
        later.departure_id == Substitution.departure_id,
        later.component_id == Substitution.component_id,
        later.position > Substitution.position,
    )
    promised = (
        select(BookingRefundPart.share_id, _sum(BookingRefundPart.amount_fen).label("fen"))
        .group_by(BookingRefundPart.share_id)
        .subquery()
    )
    return session.execute(
        select(Booking.ref, BookingShare.id, BookingShare.seller_id, Substitution.to_seller_id, TourComponent.seller_id)
        .join(Booking, Booking.id == BookingShare.booking_id)
        .join(TourComponent, TourComponent.id == BookingShare.component_id)
        .join(
            Substitution,
            and_(
                Substitution.departure_id == Booking.departure_id,
                Substitution.component_id == BookingShare.component_id,
                is_last,
            ),
            isouter=True,
        )
        .join(promised, promised.c.share_id == BookingShare.id, isouter=True)
        .where(
            BookingShare.earned_at.is_(None),
            func.coalesce(promised.c.fen, 0) < BookingShare.gross_fen,
            BookingShare.seller_id != func.coalesce(Substitution.to_seller_id, TourComponent.seller_id),
        )
    ).all()


def broken_refunds(session: Session) -> Sequence[Any]:
    """Return refunds that are not the sum of their parts, shares beside what came back, bookings refunded beyond their price."""
    parts = (
        select(BookingRefundPart.refund_id, _sum(BookingRefundPart.amount_fen).label("fen"))
        .group_by(BookingRefundPart.refund_id)
        .subquery()
    )
    unsummed = (
        select(BookingRefund.ref, BookingRefund.amount_fen, parts.c.fen)
        .join(parts, parts.c.refund_id == BookingRefund.id, isouter=True)
        .where(func.coalesce(parts.c.fen, 0) != BookingRefund.amount_fen)
    )
    back = (
        select(BookingRefundPart.share_id, _sum(BookingRefundPart.amount_fen).label("fen"))
        .join(BookingRefund, BookingRefund.id == BookingRefundPart.refund_id)
        .where(BookingRefund.state.in_(_DONE))
        .group_by(BookingRefundPart.share_id)
        .subquery()
    )
    beside = (
        select(BookingShare.id, BookingShare.refunded_fen, back.c.fen)
        .join(back, back.c.share_id == BookingShare.id, isouter=True)
        .where(BookingShare.refunded_fen != func.coalesce(back.c.fen, 0))
    )
    promised = (
        select(BookingRefund.booking_id, _sum(BookingRefund.amount_fen).label("fen"))
        .group_by(BookingRefund.booking_id)
        .subquery()
    )
    beyond = (
        select(Booking.ref, Booking.total_fen, promised.c.fen)
        .join(promised, promised.c.booking_id == Booking.id)
        .where(or_(promised.c.fen > Booking.total_fen, Booking.paid_at.is_(None)))
    )
    return [*session.execute(unsummed).all(), *session.execute(beside).all(), *session.execute(beyond).all()]


def illegal_steps(session: Session) -> Sequence[Any]:
    """Return steps of bookings that no edge allows, and bookings whose last step is not where they stand."""
    steps = session.execute(
        select(BookingEvent.booking_id, BookingEvent.before, BookingEvent.after)
        .where(BookingEvent.subject == "booking", BookingEvent.before != "", BookingEvent.before != BookingEvent.after)
        .distinct()
    ).all()
    legal = {(before.value, after.value) for before, afters in rules.BOOKING_EDGES.items() for after in afters}
    latest = (
        select(BookingEvent.booking_id, func.max(BookingEvent.id).label("id"))
        .where(BookingEvent.subject == "booking")
        .group_by(BookingEvent.booking_id)
        .subquery()
    )
    elsewhere = (
        select(Booking.ref, Booking.state, BookingEvent.after)
        .join(latest, latest.c.booking_id == Booking.id, isouter=True)
        .join(BookingEvent, BookingEvent.id == latest.c.id, isouter=True)
        .where(func.coalesce(BookingEvent.after, "") != Booking.state)
    )
    return [*(row for row in steps if (row.before, row.after) not in legal), *session.execute(elsewhere).all()]


def holds_beyond_their_time(session: Session) -> Sequence[Any]:
    """Return holds that ran out long ago and still keep seats."""
    return session.execute(
        select(Booking.ref, Booking.hold_until).where(
            Booking.state == BookingState.ON_HOLD.value, Booking.hold_until < clock.now() - GRACE
        )
    ).all()


def visitors_not_told(session: Session) -> Sequence[Any]:
    """Return words owed to visitors that nobody has put into the outbox for a day."""
    return session.execute(
        select(VisitorNotice.id, VisitorNotice.kind, VisitorNotice.made_at).where(
            VisitorNotice.told_at.is_(None), VisitorNotice.made_at < clock.now() - LONGEST_SILENCE
        )
    ).all()


def departures_that_ended_live(session: Session) -> Sequence[Any]:
    """Return departures called off whose bookings still stand."""
    return session.execute(
        select(Departure.ref, Booking.ref)
        .join(Booking, Booking.departure_id == Departure.id)
        .where(Departure.state == DepartureState.CANCELLED.value, Booking.state.in_(_LIVE))
    ).all()


def tickets_used_without_a_scan(session: Session) -> Sequence[Any]:
    """Return bookings whose used tickets are not the people that accepted scans let in."""
    let_in = (
        select(CheckIn.booking_id, _sum(CheckIn.people).label("people"))
        .where(CheckIn.outcome == CheckInOutcome.ACCEPTED.value)
        .group_by(CheckIn.booking_id)
        .subquery()
    )
    used = (
        select(Ticket.booking_id, func.count().label("used"))
        .where(Ticket.state == TicketState.REDEEMED.value)
        .group_by(Ticket.booking_id)
        .subquery()
    )
    return session.execute(
        select(Booking.ref, used.c.used, let_in.c.people)
        .join(used, used.c.booking_id == Booking.id, isouter=True)
        .join(let_in, let_in.c.booking_id == Booking.id, isouter=True)
        .where(func.coalesce(used.c.used, 0) != func.coalesce(let_in.c.people, 0))
    ).all()


def earned_too_early(session: Session) -> Sequence[Any]:
    """Return shares that were earned before their departure had ended or been called off."""
    return session.execute(
        select(BookingShare.id, Departure.ref)
        .join(Booking, Booking.id == BookingShare.booking_id)
        .join(Departure, Departure.id == Booking.departure_id)
        .where(
            BookingShare.earned_at.is_not(None),
            Departure.state.not_in([DepartureState.RUN.value, DepartureState.SETTLED.value, DepartureState.CANCELLED.value]),
        )
    ).all()


def rows_of_another_village(session: Session) -> Sequence[Any]:
    """Return departures and bookings whose village is not their tour's."""
    return session.execute(
        text(
            "SELECT d.ref FROM departures d JOIN tours t ON t.id = d.tour_id WHERE d.village_code <> t.village_code"
            " UNION ALL SELECT b.ref FROM bookings b JOIN tours t ON t.id = b.tour_id WHERE b.village_code <> t.village_code"
        )
    ).all()


def broken_guards(session: Session) -> Sequence[Any]:
    """Return the triggers that are missing."""
    return missing(session, TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("tours.miscounted_departures", miscounted_departures),
    ("tours.miscounted_buckets", miscounted_buckets),
    ("tours.bookings_beside_their_buckets", bookings_beside_their_buckets),
    ("tours.broken_sums", broken_sums),
    ("tours.broken_parties", broken_parties),
    ("tours.broken_attributions", broken_attributions),
    ("tours.shares_of_others", shares_of_others),
    ("tours.broken_refunds", broken_refunds),
    ("tours.illegal_steps", illegal_steps),
    ("tours.holds_beyond_their_time", holds_beyond_their_time),
    ("tours.visitors_not_told", visitors_not_told),
    ("tours.departures_that_ended_live", departures_that_ended_live),
    ("tours.tickets_used_without_a_scan", tickets_used_without_a_scan),
    ("tours.earned_too_early", earned_too_early),
    ("tours.rows_of_another_village", rows_of_another_village),
    ("tours.guards", broken_guards),
)
