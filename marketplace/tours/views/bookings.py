"""/bookings/<number>: a booking as its visitors see it, from the held places to the ticket and after."""

from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.money import share
from marketplace.tours import queries, rules, services
from marketplace.tours.pages.booking import BookingPage, MyBookingsPage, TicketRow
from marketplace.tours.refusals import PriceChanged
from marketplace.tours.values import ROLE_WORDS, BookingState, BookingView, ShareView, TicketState, TourView
from marketplace.tours.views import booking_words as words
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.book import held, origin
from marketplace.tours.views.money import of_ten_yuan
from marketplace.tours.views.strip import strip_of
from marketplace.web.db import reader, write
from marketplace.web.identity import acting_user
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import authorise, me, policy
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal, say

_PAID = (BookingState.CONFIRMED, BookingState.REDEEMED)
#: Colours of payees in turn; the platform and the payment service have their own.
_PAYEES, _PLATFORM, _SERVICE = ("k1", "k4", "k3"), "k2", "k5"


@bp.get("/bookings")
@policy("bookings.mine", signed_in=True)
def mine() -> Response:
    """List what the signed-in person booked."""
    rows, following = queries.bookings_of_buyer(reader(), user_id=me().user_id, before=before_asked())
    page = MyBookingsPage(
        rows=rows,
        states={row.id: words.state_words(row) for row in rows},
        next_url=url_for("tours.mine", before=following) if following else None,
    )
    return private(render_template("tours/my_bookings.html", page=page, tab="mine"))


@bp.get("/bookings/<ref>")
@policy("bookings.show", known=True, of="booking")
def show_booking(ref: str) -> Response:
    """Show a booking to who made it; whoever else comes here is asked for the four digits."""
    try:
        booking = own_booking(ref)
    except NotThere:
        return redirect(url_for("orders.find", number=ref[:24]), code=303)
    return _shown(booking)


@bp.post("/bookings/<ref>/let-go")
@policy("bookings.let_go", known=True, of="booking")
def let_go(ref: str) -> Response:
    """Give up places that are not paid."""
    booking, by = own_booking(ref), acting_user()
    try:
        write(lambda session: services.let_go(session, booking_id=booking.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("The places are free again. Nothing was paid and nothing is owed."), "ok")
    return redirect(url_for("tours.show_booking", ref=ref), code=303)


@bp.post("/bookings/<ref>/again")
@policy("bookings.hold_again", known=True, of="booking")
def hold_again(ref: str) -> Response:
    """Hold places that ran out of time anew, for the same people; a changed price is shown first."""
    booking = own_booking(ref)
    seen = request.form.get("seen", type=int)
    wish: dict[str, Any] = {
        "key": f"again/{booking.ref}", "booking_id": booking.id, "sealer": current_app.extensions["sealer"],
        "expected_total_fen": booking.total_fen if seen is None else seen, "origin": origin(),
    }  # fmt: skip
    try:
        found = write(lambda session: services.hold_again(session, **wish).ref)
    except PriceChanged as no:
        flash(say(no), "wait")
        return _shown(booking, again_fen=no.now_fen)
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("tours.show_booking", ref=ref), code=303)
    return held(found)


def own_booking(ref: str) -> BookingView:
    """Return a booking to the browser that made or found it, and to its signed-in buyer."""
    return authorise(queries.booking_by_ref(reader(), ref=ref))


def ticket_rows(booking: BookingView) -> list[TicketRow]:
    """Return a booking's tickets in words, names masked."""
    names: dict[int, str] = {}
    if any(ticket.is_named for ticket in booking.tickets):
        names = queries.names_on_tickets(reader(), booking_id=booking.id, sealer=current_app.extensions["sealer"])
    return [
        TicketRow(ticket, words.unit_words(ticket.unit_kind), names.get(ticket.id, ""), spaced(ticket.code))
        for ticket in booking.tickets
    ]


def spaced(code: str) -> str:
    """Return a code in two halves, as it is read aloud."""
    return f"{code[:3]} {code[3:]}"


def _shown(booking: BookingView, again_fen: int | None = None) -> Response:
    tour = queries.tour_by_id(reader(), tour_id=booking.tour_id)
    if tour is None:
        raise NotThere
    headline, kind, sentence = words.booking_words(booking)
    now, starts_at = clock.now(), booking.departure.starts_at
    is_held = booking.state is BookingState.ON_HOLD and booking.hold_until > now
    is_paid = booking.state in _PAID
    can_change = booking.state is BookingState.CONFIRMED and starts_at > now
    issued = [ticket for ticket in booking.tickets if ticket.state is TicketState.ISSUED]
    page = BookingPage(
        booking=booking,
        tour=tour,
        headline=headline,
        kind=kind,
        words=sentence,
        leader=queries.leader_of(reader(), booking_id=booking.id, sealer=current_app.extensions["sealer"]),
        seconds_left=int((booking.hold_until - now).total_seconds()) if is_held else 0,
        again_fen=(again_fen or booking.total_fen) if words.has_run_out(booking) and starts_at > now else None,
        qr=qr_of(booking.code) if is_paid and issued else Markup(""),
        code=spaced(booking.code),
        tickets=ticket_rows(booking),
        strip=strip_of(tour.stops),
        stops=_stops(booking, tour),
        split=_split(booking) if is_paid else (),
        tiers=words.tiers_of(booking) if can_change or is_held else (),
        back_fen=words.back_of(booking, sum(ticket.price_fen for ticket in issued)) if can_change else 0,
        refunds=[words.refund_words(refund) for refund in booking.refunds],
        can_cancel=can_change and bool(issued),
        move_until=words.whole_until(booking.policy, starts_at) if can_change else None,
        needs_names=sum(not ticket.is_named for ticket in issued) if tour.is_real_name else 0,
        can_name=tour.is_real_name and (can_change or is_held),
        calendar_url=url_for("tours.booking_calendar", ref=booking.ref) if booking.paid_at is not None else None,
    )
    return private(render_template("tours/booking.html", page=page, tab="mine"))


def qr_of(code: str) -> Markup:
    """Return a code as a QR drawing: nothing stands in it but the code itself."""
    drawn = segno.make(code, error="m", micro=False, boost_error=False).svg_inline(omitsize=True, border=3, dark="#000")
    return Markup(drawn)  # noqa: S704 (drawn by us from a code of our own alphabet)


def _stops(booking: BookingView, tour: TourView) -> list[tuple[Any, str, int]]:
    times = rules.stop_times(booking.departure.starts_at, [(stop.dwell_minutes, stop.travel_minutes) for stop in tour.stops])
    return [
        (arrives, stop.name(locale_id()), stop.dwell_minutes) for stop, (arrives, _leaves) in zip(tour.stops, times, strict=True)
    ]


def _split(booking: BookingView) -> list[tuple[str, int, str]]:
    """Return where ten yuan of this booking go, to each payee by name, the platform and the payment service."""
    cards = farmers.seller_cards(reader(), {one.seller_id for one in booking.shares})
    platform = [share(one.gross_fen, one.platform_fee_bp) for one in booking.shares]
    service = [one.gateway_fee_fen or 0 for one in booking.shares]
    payees = [
        one.gross_fen - fee - cut for one, fee, cut in zip(booking.shares, platform, service, strict=True)
    ]  # fmt: skip
    named = [
        (_payee_words(one, cards[one.seller_id]), fen, _PAYEES[at % len(_PAYEES)])
        for at, (one, fen) in enumerate(zip(booking.shares, payees, strict=True))
    ]
    parts = [*named, (_("This platform"), sum(platform), _PLATFORM), (_("Payment service"), sum(service), _SERVICE)]
    return of_ten_yuan([part for part in parts if part[1] > 0])


def _payee_words(one: ShareView, card: SellerCard) -> str:
    return str(_("%(name)s, %(role)s", name=card.display_name, role=_(ROLE_WORDS[one.role])))
