"""How bookings stand, in the visitor's words."""

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kernel import clock
from marketplace.kernel.money import share
from marketplace.tours import rules
from marketplace.tours.pages.booking import Tier
from marketplace.tours.rules.pricing import WHOLE_BP
from marketplace.tours.values import (
    BOOKING_WORDS,
    CANCEL_WORDS,
    UNIT_WORDS,
    BookingState,
    BookingView,
    CancelReason,
    Policy,
    RefundState,
    RefundView,
    TicketState,
    UnitKind,
    WaitingState,
    WaitingView,
)
from marketplace.tours.views.wording import when_words
from marketplace.web.filters import moment, money

KINDS: Mapping[BookingState, str] = {
    BookingState.ON_HOLD: "wait",
    BookingState.CONFIRMED: "ok",
    BookingState.REDEEMED: "ok",
    BookingState.EXPIRED: "plain",
    BookingState.CANCELLED: "plain",
}


def has_run_out(booking: BookingView) -> bool:
    """Say whether a hold is over, swept already or not."""
    return booking.state is BookingState.EXPIRED or (booking.state is BookingState.ON_HOLD and booking.hold_until <= clock.now())


def booking_words(booking: BookingView) -> tuple[str, str, str]:
    """Return (headline, kind, sentence) of how a booking stands."""
    people = ngettext("%(num)d person", "%(num)d people", booking.people)
    at = when_words(booking.departure.starts_at)
    if has_run_out(booking):
        return (
            _("The time to pay is over"), "wait",
            _("The places are free for others again. What you wrote is kept: you can hold them anew with one touch."),
        )  # fmt: skip
    if booking.state is BookingState.ON_HOLD:
        return (
            _("Held for you"), "wait",
            _("%(people)s on %(when)s. The places are yours once the payment has come.", people=people, when=at),
        )  # fmt: skip
    if booking.state is BookingState.CONFIRMED:
        return _("Booked. We look forward to you!"), "ok", _("%(people)s on %(when)s.", people=people, when=at)
    if booking.state is BookingState.REDEEMED:
        return _("Welcome! You have been checked in."), "ok", _("%(people)s on %(when)s.", people=people, when=at)
    return _cancelled_words(booking)


def state_words(booking: BookingView) -> tuple[str, str]:
    """Return (words, kind) of a booking's state for a list."""
    state = BookingState.EXPIRED if has_run_out(booking) else booking.state
    return str(_(BOOKING_WORDS[state])), KINDS[state]


def _cancelled_words(booking: BookingView) -> tuple[str, str, str]:
    if booking.reason in (None, CancelReason.VISITOR):
        back = booking.refunded_fen
        if booking.paid_at is None:
            return _("Called off"), "plain", _("Nothing was paid and nothing is owed.")
        words = _("%(amount)s goes back the way it came.", amount=money(back)) if back else _("By its terms nothing goes back.")
        return _("You cancelled this booking"), "plain", words
    reason = _(CANCEL_WORDS[booking.reason])
    back_words = _("All that you paid goes back the way it came.") if booking.paid_at is not None else _("You have paid nothing.")
    return _("This departure is called off: %(reason)s", reason=reason), "bad", back_words


def refund_words(refund: RefundView) -> tuple[str, str]:
    """Return (words, kind) of how far money that goes back has come."""
    amount = money(refund.amount_fen)
    if refund.state is RefundState.SUCCEEDED:
        return _("%(amount)s is back.", amount=amount), "ok"
    if refund.state is RefundState.PAID_BY_HAND:
        return _("%(amount)s was sent back by bank or in cash.", amount=amount), "ok"
    if refund.state is RefundState.FAILED:
        return _("%(amount)s could not go back by itself. An official sends it.", amount=amount), "wait"
    return _("%(amount)s is on its way back.", amount=amount), "info"


def tiers_of(booking: BookingView) -> list[Tier]:
    """Return what comes back when: the steps of the frozen terms, and nothing after the last."""
    starts_at, now = booking.departure.starts_at, clock.now()
    left_fen = booking.total_fen - booking.refunded_fen
    price_fen = sum(ticket.price_fen for ticket in booking.tickets if ticket.state is TicketState.ISSUED)
    steps = [(starts_at - dt.timedelta(hours=hours), share_bp) for hours, share_bp in sorted(booking.policy, reverse=True)]
    steps.append((starts_at, 0))
    present = next((at for at, (until, _share) in enumerate(steps) if now <= until), None)
    return [
        Tier(until, share_bp // 100, min(share(price_fen, share_bp), left_fen), number == present)
        for number, (until, share_bp) in enumerate(steps)
    ]


def back_of(booking: BookingView, price_fen: int) -> int:
    """Return what would go back now of the price of some of a booking's people."""
    return rules.refund_fen(
        price_fen, booking.policy, starts_at=booking.departure.starts_at, now=clock.now(),
        left_fen=booking.total_fen - booking.refunded_fen,
    )  # fmt: skip


def whole_until(policy: Policy, starts_at: dt.datetime) -> dt.datetime | None:
    """Return until when the whole price comes back, if that moment is still to come."""
    hours = [hours for hours, share_bp in policy if share_bp == WHOLE_BP]
    until = starts_at - dt.timedelta(hours=min(hours)) if hours else None
    return until if until is not None and until > clock.now() else None


def unit_words(kind: UnitKind) -> str:
    """Return what a kind of visitor is called."""
    return str(_(UNIT_WORDS[kind]))


def waiting_words(entry: WaitingView) -> tuple[str, str, str]:
    """Return (headline, kind, sentence) of a place on the waiting list."""
    if entry.state is WaitingState.OFFERED and entry.offered_until is not None and entry.offered_until > clock.now():
        return (
            _("Places have come free"), "ok",
            _("Book them by %(moment)s. Until then others may book them as well.", moment=moment(entry.offered_until)),
        )  # fmt: skip
    if entry.state is WaitingState.WAITING:
        words = ngettext(
            "%(num)d waits before you. When places come free we send you an SMS.",
            "%(num)d wait before you. When places come free we send you an SMS.",
            entry.before,
        ) if entry.before else _("You are the first. When places come free we send you an SMS.")  # fmt: skip
        return _("You are on the waiting list"), "wait", words
    if entry.state is WaitingState.TAKEN:
        return _("You booked these places"), "ok", _("Your booking has a page of its own.")
    if entry.state is WaitingState.WITHDRAWN:
        return _("You left the waiting list"), "plain", _("You hear nothing more of it.")
    return _("The waiting has ended"), "plain", _("The offer ran out, or the date can no longer be booked.")
