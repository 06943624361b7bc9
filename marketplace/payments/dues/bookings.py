"""Bookings of tours, as something to be paid."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.payments.refusals import NothingToPay
from marketplace.payments.values import OFFLINE, DueKind, DueLine, DueView, IntentState, RefundDue, RefundStep
from marketplace.tours import queries as tours
from marketplace.tours import services
from marketplace.tours.refusals import BookingClosed, PaidTooLate
from marketplace.tours.values import BookingState, BookingView, RefundState, RefundView

_PAID = (BookingState.CONFIRMED, BookingState.REDEEMED)
#: What an unpaid intent becomes when its booking has ended.
_ENDED = {
    BookingState.EXPIRED: IntentState.EXPIRED,
    BookingState.CANCELLED: IntentState.CANCELLED,
    BookingState.CONFIRMED: IntentState.CANCELLED,
    BookingState.REDEEMED: IntentState.CANCELLED,
}
_BACK = (RefundState.SUCCEEDED.value, RefundState.PAID_BY_HAND.value)


class Bookings:
    """Seats of one party, paid together."""

    kind = DueKind.BOOKING
    letter = "B"
    page = "tours.show_booking"

    def by_ref(self, session: Session, ref: str) -> DueView | None:
        """Return one by its reference."""
        found = tours.booking_by_ref(session, ref=ref)
        return None if found is None else _view(found)

    def by_id(self, session: Session, due_id: int) -> DueView | None:
        """Return one by key."""
        found = tours.booking_by_id(session, booking_id=due_id)
        return None if found is None else _view(found)

    def take(self, session: Session, due_id: int) -> DueView:
        """Return one that nobody else changes until this transaction ends."""
        return _view(services.take_booking(session, booking_id=due_id))

    def households(self, session: Session, due_id: int) -> frozenset[int]:
        """Return the households that host or guide."""
        found = tours.booking_by_id(session, booking_id=due_id)
        return frozenset() if found is None else _households(found)

    def choose(self, session: Session, due_id: int, *, gateway: str, hold: dt.timedelta) -> DueView:
        """Keep the seats as long as a way of paying takes."""
        try:
            return _view(services.choose_gateway(session, booking_id=due_id, gateway=gateway, hold=hold))
        except BookingClosed as error:
            raise NothingToPay from error

    def keep(self, session: Session, due_id: int, *, gateway: str, until: dt.datetime) -> DueView:
        """Keep the seats beyond the visitor's own time."""
        try:
            return _view(services.keep_seats(session, booking_id=due_id, gateway=gateway, until=until))
        except BookingClosed as error:
            raise NothingToPay from error

    def mark_paid(self, session: Session, due_id: int, *, gateway: str, fee_fen: int, at: dt.datetime) -> bool:
        """Sell the seats and let each payee's share accrue."""
        try:
            return services.confirm_booking(session, booking_id=due_id, gateway=gateway, gateway_fee_fen=fee_fen, at=at)
        except PaidTooLate:
            return False

    def ended(self, session: Session, due_ids: Iterable[int]) -> dict[int, IntentState]:
        """Return what an unpaid intent of those that have ended becomes."""
        states = tours.states_of_bookings(session, booking_ids=due_ids)
        return {key: _ENDED[state] for key, state in states.items() if state in _ENDED}

    def lines(self, session: Session, due_id: int, locale: str) -> tuple[DueLine, ...]:
        """Return the booking as one line: its price is divided between its payees, not between its people."""
        found = tours.booking_by_id(session, booking_id=due_id)
        return () if found is None else (DueLine(found.title(locale), 1, found.total_fen),)

    def freight_fen(self, session: Session, due_id: int) -> int:  # noqa: ARG002 (the protocol's names)
        """Return nothing: nothing is sent."""
        return 0

    def is_delivered(self, session: Session, due_id: int) -> bool:
        """Say whether the party came."""
        found = tours.booking_by_id(session, booking_id=due_id)
        return found is not None and found.state is BookingState.REDEEMED

    def phone(self, session: Session, due_id: int, sealer: Sealer) -> str:
        """Return the leader's telephone."""
        return tours.leader_of(session, booking_id=due_id, sealer=sealer).phone

    def awaiting(self, session: Session, areas: Collection[str], gateway: str) -> list[DueView]:
        """Return those of some areas that wait for money through a gateway."""
        return [_view(one) for one in tours.awaiting_payment(session, areas=areas, gateway=gateway)]

    def refund(self, session: Session, refund_id: int) -> RefundDue:
        """Return money that goes back."""
        found = tours.refund_by_id(session, refund_id=refund_id)
        if found is None:
            raise NotThere
        return self._refund(session, found)

    def refund_by_ref(self, session: Session, ref: str) -> RefundDue | None:
        """Return money that goes back by its reference."""
        found = tours.refund_by_ref(session, ref=ref)
        return None if found is None else self._refund(session, found)

    def refunds_to_submit(self, session: Session, *, limit: int, but_not: str) -> list[RefundDue]:
        """Return approved refunds that a machine sends."""
        return [_plain(refund) for refund in tours.refunds_to_submit(session, limit=limit, but_not=but_not)]

    def refunds_to_carry(self, session: Session, areas: Collection[str]) -> list[RefundDue]:
        """Return the refunds of some areas that people send."""
        return [_plain(refund) for refund in tours.refunds_to_carry(session, areas=areas, gateway=OFFLINE)]

    def count_to_carry(self, areas: Collection[str]) -> Select[int]:
        """Return the count of the refunds of some areas that people send."""
        return tours.count_refunds_to_carry(areas, gateway=OFFLINE)

    def submit(self, session: Session, refund_id: int) -> None:
        """Say that it has been asked for."""
        services.submit_refund(session, refund_id=refund_id)

    def succeeded(self, session: Session, refund_id: int, *, at: dt.datetime) -> bool:
        """Say that the money is back."""
        return services.refund_succeeded(session, refund_id=refund_id, at=at)

    def failed(self, session: Session, refund_id: int, *, note: str) -> None:
        """Say that the gateway did not pay."""
        services.refund_failed(session, refund_id=refund_id, note=note)

    def paid_by_hand(self, session: Session, refund_id: int, *, by: int, bank_ref: str, at: dt.datetime) -> bool:
        """Say that it went back another way."""
        return services.refund_paid_by_hand(session, refund_id=refund_id, by=by, bank_ref=bank_ref, at=at)

    def all(self) -> Any:
        """Return all bookings for the truths; one that was cancelled after it was paid is paid."""
        rows = tours.bookings()
        return select(
            rows.c.id, rows.c.ref, rows.c.paid_at.is_not(None).label("is_paid"), rows.c.gateway, rows.c.total_fen, rows.c.paid_at
        ).subquery()

    def all_refunds(self) -> Any:
        """Return all refunds of bookings for the truths."""
        rows = tours.refunds()
        return select(
            rows.c.id, rows.c.ref, rows.c.state.in_(_BACK).label("is_back"), rows.c.gateway, rows.c.total_fen
        ).subquery()

    def _refund(self, session: Session, refund: RefundView) -> RefundDue:
        booking = tours.booking_by_id(session, booking_id=refund.booking_id)
        return _plain(refund, booking)


def _plain(refund: RefundView, booking: BookingView | None = None) -> RefundDue:
    return RefundDue(
        kind=DueKind.BOOKING, id=refund.id, ref=refund.ref, due_ref=refund.booking_ref, area_code=refund.area_code,
        gateway=refund.gateway, amount_fen=refund.amount_fen, title_zh=refund.title, title_en=refund.title_en,
        step=RefundStep(refund.state),
        requested_at=refund.requested_at, buyer_user_id=booking.buyer_user_id if booking else None,
        household_ids=_households(booking) if booking else frozenset(),
    )  # fmt: skip


def _households(booking: BookingView) -> frozenset[int]:
    return frozenset(share.household_id for share in booking.shares if share.household_id is not None)


def _view(booking: BookingView) -> DueView:
    return DueView(
        kind=DueKind.BOOKING, id=booking.id, ref=booking.ref, area_code=booking.area_code, total_fen=booking.total_fen,
        title_zh=booking.title_zh, title_en=booking.title_en, gateway=booking.gateway or "", phone_last4=booking.phone_last4,
        buyer_user_id=booking.buyer_user_id, placed_at=booking.placed_at, hold_until=booking.hold_until,
        is_paid=booking.paid_at is not None, ended=None if booking.paid_at is not None else _ENDED.get(booking.state),
    )  # fmt: skip
