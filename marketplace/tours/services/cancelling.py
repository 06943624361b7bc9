"""Bookings are cancelled in whole or in part, moved to another date, or called off with their departure; money goes back."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import share as portion
from marketplace.tours import rules
from marketplace.tours.models import Booking, BookingRefund, BookingRefundPart, BookingShare, Departure, Ticket
from marketplace.tours.queries.bookings import booking_view
from marketplace.tours.refusals import (
    BankRefNeeded,
    BookingClosed,
    DepartureRuns,
    PeopleRefused,
    ReasonNeeded,
    RefundChanged,
    TooLateToCancel,
    VisitorsThere,
)
from marketplace.tours.services.departures import refresh_state
from marketplace.tours.services.inventory import give, take
from marketplace.tours.services.rows import booking_taken, move_booking, move_departure, move_refund, note, taken
from marketplace.tours.services.shares import follow_work, payees_of, promised_back, source_of
from marketplace.tours.services.telling import owe_words
from marketplace.tours.values import (
    BookingState,
    BookingView,
    CancelReason,
    DepartureState,
    NoticeKind,
    RefundState,
    TicketState,
)

#: The money is back with the visitors.
DONE = (RefundState.SUCCEEDED, RefundState.PAID_BY_HAND)
WHOLE_BP = 10_000


def cancel_booking(session: Session, *, key: str, booking_id: int, by: int | None) -> BookingView:
    """Cancel a paid booking under its own policy: places are free at once, and its share of the price goes back. Safe to repeat.

    Raises:
        BookingClosed: it is not paid, or has been used.
        TooLateToCancel: the tour has begun.
    """
    departure, booking = booking_taken(session, booking_id)
    if booking.state == BookingState.CANCELLED:
        return booking_view(session, booking)
    if booking.state != BookingState.CONFIRMED:
        raise BookingClosed
    now = clock.now()
    if departure.starts_at <= now:
        raise TooLateToCancel
    share_bp = rules.refund_share_bp(_policy(booking), starts_at=departure.starts_at, now=now)
    _end(session, departure, booking, reason=CancelReason.VISITOR, share_bp=share_bp, key=key, by=by, words="")
    return booking_view(session, booking)


def cancel_people(
    session: Session, *, key: str, booking_id: int, ticket_ids: Collection[int], by: int | None, expected_fen: int | None = None
) -> BookingView:
    """Take some people off a paid booking under its policy; the last of them cancels it. Safe to repeat.

    `expected_fen` is what the visitor was told would go back.

    Raises:
        BookingClosed: it is not paid, or has been used.
        TooLateToCancel: the tour has begun.
        PeopleRefused: nobody, or a ticket that is not an open one of this booking.
        RefundChanged: something else would go back than expected; carries what.
    """
    departure, booking = booking_taken(session, booking_id)
    if session.scalar(select(BookingRefund.id).where(BookingRefund.key == key)) is not None:
        return booking_view(session, booking)
    if booking.state != BookingState.CONFIRMED:
        raise BookingClosed
    now = clock.now()
    if departure.starts_at <= now:
        raise TooLateToCancel
    issued = _issued(session, booking)
    going = [ticket for ticket in issued if ticket.id in set(ticket_ids)]
    if not going or len(going) != len(set(ticket_ids)):
        raise PeopleRefused
    share_bp = rules.refund_share_bp(_policy(booking), starts_at=departure.starts_at, now=now)
    back_fen = rules.refund_fen(
        sum(ticket.price_fen for ticket in going), _policy(booking), starts_at=departure.starts_at, now=now,
        left_fen=booking.total_fen - sum(promised_back(session, booking).values()),
    )  # fmt: skip
    if expected_fen not in (None, back_fen):
        raise RefundChanged(now_fen=back_fen)
    if len(going) == len(issued):
        _end(session, departure, booking, reason=CancelReason.VISITOR, share_bp=share_bp, key=key, by=by, words="")
        return booking_view(session, booking)
    for ticket in going:
        ticket.state = TicketState.VOID.value
    give(session, departure.id, booking, people=len(going))
    booking.people -= len(going)
    booking.sequence += 1
    session.refresh(departure)
    departure.confirmed -= len(going)
    session.flush()
    refresh_state(session, departure)
    _give_back(session, booking, back_fen, reason=CancelReason.VISITOR, key=key, by=by)
    note(session, booking, before=booking.state, after=booking.state, by=by, words=f"-{len(going)}")
    return booking_view(session, booking)


def call_off_departure(session: Session, *, departure_id: int, reason: CancelReason, words: str, by: int | None) -> int:
    """Call off a whole departure: everybody who paid gets everything back, who waits is told. Return how many bookings ended.

    Safe to repeat. The money goes back whole whatever the policy says: nobody's visitors bear the weather.
    Where time calls it off (`by` nobody) the reason says everything, in each reader's language: words are a person's own.

    Raises:
        ReasonNeeded: a person without words.
        DepartureRuns: it has taken place.
        VisitorsThere: somebody has come in.
    """
    words = words.strip()[:200]
    if by is not None and not words:
        raise ReasonNeeded
    departure = taken(session, Departure, departure_id)
    if departure.state == DepartureState.CANCELLED:
        return 0
    if departure.state in (DepartureState.RUN, DepartureState.SETTLED):
        raise DepartureRuns
    if has_begun(session, departure.id):
        raise VisitorsThere
    ended = 0
    for booking_id in session.scalars(
        select(Booking.id)
        .where(Booking.departure_id == departure.id, Booking.state.in_(["ON_HOLD", "CONFIRMED"]))
        .order_by(Booking.id)
    ).all():
        booking = taken(session, Booking, booking_id)
        _end(
            session, departure, booking, reason=reason, share_bp=WHOLE_BP, key=f"departure/{departure.ref}/{booking.ref}", by=by,
            words=words,
        )  # fmt: skip
        ended += 1
    session.refresh(departure)
    departure.reason, departure.words, departure.decided_by, departure.decided_at = reason.value, words, by, clock.now()
    move_departure(session, departure, DepartureState.CANCELLED)
    if by is not None:
        record_audit(
            session, by=by, action="tours.call_off", object_kind="departure", object_ref=departure.ref,
            after={"reason": reason.value, "bookings": ended}, reason=words,
        )  # fmt: skip
    return ended


def has_begun(session: Session, departure_id: int) -> bool:
    """Say whether somebody of a departure has come in."""
    came = exists().where(Booking.departure_id == departure_id, Booking.state == BookingState.REDEEMED.value)
    return bool(session.scalar(select(came)))


def move_to(session: Session, *, booking_id: int, departure_ref: str, by: int | None) -> BookingView:
    """Move a booking to another date of the same tour at the same price; its policy stays. Safe to repeat.

    Raises:
        NotThere: no such date of this tour.
        BookingClosed: it is not paid, or has been used.
        TooLateToCancel: its own date can no longer be left for nothing.
        DepartureClosed, DepartureFull: the other date does not allow it.
    """
    target = session.scalar(select(Departure).where(Departure.ref == departure_ref))
    standing = session.get(Booking, booking_id)
    if target is None or standing is None:
        raise NotThere
    for key in sorted({target.id, standing.departure_id}):
        taken(session, Departure, key)
    departure, booking = booking_taken(session, booking_id)
    if departure.id == target.id:
        return booking_view(session, booking)
    if target.option_id != departure.option_id:
        raise NotThere
    if booking.state != BookingState.CONFIRMED:
        raise BookingClosed
    now = clock.now()
    if rules.refund_share_bp(_policy(booking), starts_at=departure.starts_at, now=now) < WHOLE_BP:
        raise TooLateToCancel
    give(session, departure.id, booking, people=booking.people)
    take(session, target.id, booking, now=now)
    booking.departure_id = target.id
    booking.sequence += 1
    for each, change in ((departure, -booking.people), (target, booking.people)):
        session.refresh(each)
        each.confirmed += change
        session.flush()
        refresh_state(session, each)
    follow_work(session, booking, payees_of(session, departure_id=target.id))
    note(session, booking, before=booking.state, after=booking.state, by=by, words=f"{departure.ref} > {target.ref}")
    return booking_view(session, booking)


def submit_refund(session: Session, *, refund_id: int) -> None:
    """The gateway has been asked, or an official has begun to send it. Saying so twice changes nothing."""
    booking, refund = _refund_taken(session, refund_id)
    if refund.state != RefundState.SUBMITTED:
        move_refund(session, booking, refund, RefundState.SUBMITTED, by=None)


def refund_succeeded(session: Session, *, refund_id: int, at: dt.datetime) -> bool:
    """The money is back: shares, attribution and book move now. True the first time, False after."""
    booking, refund = _refund_taken(session, refund_id)
    if refund.state in DONE:
        return False
    move_refund(session, booking, refund, RefundState.SUCCEEDED, by=None, at=at)
    _reverse(session, booking, refund, at)
    return True


def refund_failed(session: Session, *, refund_id: int, note: str = "") -> None:
    """The gateway did not pay: it can be submitted again, or paid by hand. Saying so twice changes nothing."""
    booking, refund = _refund_taken(session, refund_id)
    if refund.state != RefundState.FAILED:
        move_refund(session, booking, refund, RefundState.FAILED, by=None, words=note[:200])


def refund_paid_by_hand(session: Session, *, refund_id: int, by: int, bank_ref: str, at: dt.datetime) -> bool:
    """The money went back another way, under a bank's reference. True the first time, False after.

    Raises:
        BankRefNeeded: without it.
    """
    bank_ref = bank_ref.strip()[:80]
    if not bank_ref:
        raise BankRefNeeded
    booking, refund = _refund_taken(session, refund_id)
    if refund.state in DONE:
        return False
    refund.bank_ref = bank_ref
    move_refund(session, booking, refund, RefundState.PAID_BY_HAND, by=by, at=at, words=bank_ref)
    _reverse(session, booking, refund, at)
    return True


def _end(
    session: Session, departure: Departure, booking: Booking, *, reason: CancelReason, share_bp: int, key: str, by: int | None,
    words: str,
) -> None:  # fmt: skip
    """End a booking: its places are free, its tickets void, and a share of what is left of its price goes back."""
    was_paid = booking.state == BookingState.CONFIRMED
    issued = _issued(session, booking)
    give(session, departure.id, booking, people=booking.people)
    booking.cancelled_at, booking.reason = clock.now(), reason.value
    move_booking(session, booking, BookingState.CANCELLED, by=by, words=words)
    for ticket in issued:
        ticket.state = TicketState.VOID.value
    session.flush()
    if reason is not CancelReason.VISITOR:
        owe_words(session, NoticeKind.CALLED_OFF, booking_id=booking.id)
    if not was_paid:
        return
    session.refresh(departure)
    departure.confirmed -= booking.people
    session.flush()
    if departure.state in (DepartureState.OPEN, DepartureState.GUARANTEED):
        refresh_state(session, departure)
    amount_fen = portion(sum(ticket.price_fen for ticket in issued), share_bp)
    _give_back(session, booking, amount_fen, reason=reason, key=key, by=by)


def _give_back(
    session: Session, booking: Booking, amount_fen: int, *, reason: CancelReason, key: str, by: int | None
) -> BookingRefund | None:
    """Write down what goes back and what of it each payee gives; `payments` sends it."""
    shares = _shares(session, booking)
    promised = promised_back(session, booking)
    left = [share.gross_fen - promised.get(share.id, 0) for share in shares]
    amount_fen = min(amount_fen, sum(left))
    if not amount_fen:
        return None
    refund = BookingRefund(
        ref=ids.reference("G"), key=key, booking_id=booking.id, area_code=booking.area_code, amount_fen=amount_fen,
        reason=reason.value, state=RefundState.APPROVED.value, requested_by=by, requested_at=clock.now(),
    )  # fmt: skip
    session.add(refund)
    session.flush()
    session.add_all(
        BookingRefundPart(refund_id=refund.id, share_id=share.id, amount_fen=part_fen)
        for share, part_fen in zip(shares, rules.spread_refund(amount_fen, left), strict=True)
        if part_fen
    )
    note(session, booking, before="", after=refund.state, by=by, refund=refund)
    return refund


def _reverse(session: Session, booking: Booking, refund: BookingRefund, at: dt.datetime) -> None:
    refund.succeeded_at = at
    parts = dict(
        session.execute(
            select(BookingRefundPart.share_id, BookingRefundPart.amount_fen).where(BookingRefundPart.refund_id == refund.id)
        ).all()
    )
    for share in _shares(session, booking):
        amount_fen = parts.get(share.id, 0)
        if not amount_fen:
            continue
        share.refunded_fen += amount_fen
        session.flush()
        income.reverse_sale(
            session, source=source_of(share), refund_ref=refund.ref, amount_fen=amount_fen,
            remaining_gross_fen=share.gross_fen - share.refunded_fen, at=at, gateway=str(booking.gateway),
        )  # fmt: skip


def _issued(session: Session, booking: Booking) -> Sequence[Ticket]:
    return session.scalars(
        select(Ticket).where(Ticket.booking_id == booking.id, Ticket.state == TicketState.ISSUED.value).order_by(Ticket.id)
    ).all()


def _shares(session: Session, booking: Booking) -> Sequence[BookingShare]:
    return session.scalars(
        select(BookingShare)
        .where(BookingShare.booking_id == booking.id)
        .order_by(BookingShare.id)
        .execution_options(populate_existing=True)
    ).all()


def _refund_taken(session: Session, refund_id: int) -> tuple[Booking, BookingRefund]:
    booking_id = session.scalar(select(BookingRefund.booking_id).where(BookingRefund.id == refund_id))
    if booking_id is None:
        raise NotThere
    return taken(session, Booking, booking_id), taken(session, BookingRefund, refund_id)


def _policy(booking: Booking) -> tuple[tuple[int, int], ...]:
    return tuple((hours, share_bp) for hours, share_bp in booking.policy)
