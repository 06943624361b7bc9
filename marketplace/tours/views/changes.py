"""What becomes of a booking later: people taken off, with what comes back shown first; another date; names that follow."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, rules, services
from marketplace.tours.forms.booking import CancelForm, RosterForm
from marketplace.tours.pages.booking import CancelPage, MovePage, RosterPage, TicketRow
from marketplace.tours.refusals import PeopleRefused, RefundChanged
from marketplace.tours.rosters import read_lines, travellers_of
from marketplace.tours.values import BookingState, BookingView, TicketState
from marketplace.tours.views import booking_words as words
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.book import line_errors
from marketplace.tours.views.bookings import own_booking, ticket_rows
from marketplace.tours.views.wording import when_words
from marketplace.web.db import reader, write
from marketplace.web.filters import money
from marketplace.web.identity import acting_user
from marketplace.web.pages import private
from marketplace.web.policy import policy
from marketplace.web.words import flash_refusal, say


@bp.get("/bookings/<ref>/cancel")
@policy("bookings.choose_leavers", known=True, of="booking")
def cancel(ref: str) -> Response:
    """Choose who does not come; then show what comes back before anything is done."""
    booking = own_booking(ref)
    if not _can_change(booking):
        return _back(booking)
    return _cancel_page(booking, CancelForm(formdata=None, key=ids.uuid7()), request.args.getlist("person", type=int))


@bp.post("/bookings/<ref>/cancel")
@policy("bookings.cancel", known=True, of="booking")
def confirm_cancel(ref: str) -> Response:
    """Take them off; what comes back is what was shown."""
    booking, by = own_booking(ref), acting_user()
    form, asked = CancelForm(), request.form.getlist("person", type=int)
    gone = {ticket.id for ticket in booking.tickets if ticket.state is TicketState.VOID}
    if asked and set(asked) <= gone:  # a second touch
        return _back(booking)
    if not form.is_posted_and_valid():
        return _cancel_page(booking, form, asked, status=422)
    wish: dict[str, Any] = {
        "key": f"cancel/{booking.ref}/{form.key.data or ids.uuid7()}"[:80], "booking_id": booking.id, "ticket_ids": asked,
        "expected_fen": form.seen.data, "by": by,
    }  # fmt: skip
    try:
        write(lambda session: services.cancel_people(session, **wish).state)
    except RefundChanged as no:
        return _cancel_page(booking, form, asked, changed=say(no))
    except PeopleRefused:
        return _cancel_page(booking, form, [], status=422)
    except Refusal as no:
        flash_refusal(no)
        return _back(booking)
    back = money(int(form.seen.data or 0))
    flash(_("Done. %(amount)s goes back the way it came.", amount=back) if form.seen.data else _("Done."), "ok")
    return _back(booking)


@bp.get("/bookings/<ref>/move")
@policy("bookings.choose_date", known=True, of="booking")
def move(ref: str) -> Response:
    """Offer the other dates that take these people."""
    booking = own_booking(ref)
    return _move_page(booking) if _can_move(booking) else _back(booking)


@bp.post("/bookings/<ref>/move")
@policy("bookings.move", known=True, of="booking")
def confirm_move(ref: str) -> Response:
    """Move a booking to the date chosen, at the same price."""
    booking, by, chosen = own_booking(ref), acting_user(), request.form.get("departure", "")[:16]
    if not chosen:
        return _move_page(booking, error=_("Choose a date."), status=422)
    try:
        moved = write(lambda session: services.move_to(session, booking_id=booking.id, departure_ref=chosen, by=by))
    except NotThere:
        return _move_page(booking, error=_("Choose a date."), status=422)
    except Refusal as no:
        return _move_page(booking, chosen, say(no), no.status)
    flash(_("Moved. You are expected on %(when)s.", when=when_words(moved.departure.starts_at)), "ok")
    return _back(booking)


@bp.get("/bookings/<ref>/roster")
@policy("bookings.see_roster", known=True, of="booking")
def roster(ref: str) -> Response:
    """Ask for the names that a place on the way wants."""
    booking = own_booking(ref)
    return _roster_page(booking, RosterForm(formdata=None)) if _can_name(booking) else _back(booking)


@bp.post("/bookings/<ref>/roster")
@policy("bookings.enter_roster", known=True, of="booking")
def enter_roster(ref: str) -> Response:
    """Take in a pasted list whole, or say line by line what is wrong with it."""
    booking, by = own_booking(ref), acting_user()
    form = RosterForm()
    entries = read_lines(form.roster.data or "", today=clock.today())
    lines = line_errors(entries)
    if not form.is_posted_and_valid() or lines:
        return _roster_page(booking, form, lines, 422)
    wish: dict[str, Any] = {
        "booking_id": booking.id, "travellers": travellers_of(entries), "sealer": current_app.extensions["sealer"], "by": by,
    }  # fmt: skip
    try:
        write(lambda session: services.enter_roster(session, **wish))
    except PeopleRefused:
        return _roster_page(booking, form, [_("%(people)d people come, and %(named)d are on the list.", people=booking.people,
                                              named=len(entries))], 422)  # fmt: skip
    except Refusal as no:
        flash_refusal(no)
        return _back(booking)
    flash(ngettext("%(num)d name is sealed.", "%(num)d names are sealed.", len(entries)), "ok")
    return _back(booking)


def _back(booking: BookingView) -> Response:
    return redirect(url_for("tours.show_booking", ref=booking.ref), code=303)


def _can_change(booking: BookingView) -> bool:
    return booking.state is BookingState.CONFIRMED and booking.departure.starts_at > clock.now()


def _can_move(booking: BookingView) -> bool:
    return _can_change(booking) and words.whole_until(booking.policy, booking.departure.starts_at) is not None


def _can_name(booking: BookingView) -> bool:
    tour = queries.tour_by_id(reader(), tour_id=booking.tour_id)
    is_live = booking.state in (BookingState.ON_HOLD, BookingState.CONFIRMED) and not words.has_run_out(booking)
    return tour is not None and tour.is_real_name and is_live and booking.departure.starts_at > clock.now()


def _cancel_page(
    booking: BookingView, form: CancelForm, asked: Sequence[int], *, changed: str = "", status: int = 200
) -> Response:
    rows = [row for row in ticket_rows(booking) if row.ticket.state is TicketState.ISSUED]
    chosen: list[TicketRow] = rows if len(rows) == 1 else [row for row in rows if row.ticket.id in set(asked)]
    price_fen = sum(row.ticket.price_fen for row in chosen)
    share_bp = rules.refund_share_bp(booking.policy, starts_at=booking.departure.starts_at, now=clock.now())
    page = CancelPage(
        booking=booking, form=form, tickets=rows, chosen=chosen, price_fen=price_fen, percent=share_bp // 100,
        back_fen=words.back_of(booking, price_fen), changed=changed,
    )  # fmt: skip
    return private(render_template("tours/cancel.html", page=page, has_errors=status != 200, tab="mine"), status)


def _move_page(booking: BookingView, chosen: str = "", error: str | None = None, status: int = 200) -> Response:
    dates = queries.dates_to_move_to(reader(), booking_id=booking.id, now=clock.now())
    page = MovePage(booking, dates, chosen, error)
    return private(render_template("tours/move.html", page=page, has_errors=error is not None, tab="mine"), status)


def _roster_page(booking: BookingView, form: RosterForm, lines: Sequence[str] = (), status: int = 200) -> Response:
    named = queries.names_on_tickets(reader(), booking_id=booking.id, sealer=current_app.extensions["sealer"])
    page = RosterPage(booking, form, lines, list(named.values()))
    return private(render_template("tours/roster.html", page=page, has_errors=status != 200, tab="mine"), status)
