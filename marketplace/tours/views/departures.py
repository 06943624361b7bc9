"""Departures for officials: how full, who comes, closing, and calling one off with everybody's money going back."""

import datetime as dt
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms import CallOffForm
from marketplace.tours.pages.departures import (
    BookingRow,
    CallOffPage,
    DeparturePage,
    DeparturesPage,
    SubstitutionRow,
    WorkerRow,
)
from marketplace.tours.values import (
    BOOKING_WORDS,
    CANCEL_WORDS,
    ROLE_WORDS,
    BookingState,
    BookingView,
    CancelReason,
    DepartureState,
    DepartureView,
    Payee,
    SubstitutionView,
)
from marketplace.tours.views.blueprint import OFFICIALS, READERS, bp
from marketplace.tours.views.office import date_rows, may_write
from marketplace.tours.views.wording import departure_words, named, when_words
from marketplace.web.db import reader, write
from marketplace.web.filters import moment, short_day
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal, say

#: Days on one page of the list.
DAYS_SHOWN = 14
#: Why an official may call a departure off.
REASONS = (CancelReason.WEATHER, CancelReason.HOUSEHOLD, CancelReason.SITE, CancelReason.MINIMUM)
_BOOKABLE = (DepartureState.OPEN, DepartureState.GUARANTEED)
_ENDED = (DepartureState.RUN, DepartureState.SETTLED, DepartureState.CANCELLED)
#: Nothing is left to hand over.
SETTLED = (DepartureState.SETTLED, DepartureState.CANCELLED)


@bp.get("/office/departures")
@policy("departures.list", **READERS)
def office_departures() -> str:
    """List what leaves in one's area, two weeks at a time."""
    first = _day(request.args.get("first", "")) or clock.today()
    start, _end = clock.day_bounds(first)
    step = dt.timedelta(days=DAYS_SHOWN)
    found = queries.departures_in(reader(), areas=reachable_areas(), from_at=start, to_at=start + step)
    titles = queries.titles(reader(), tour_ids=[one.tour_id for one in found], locale=locale_id())
    page = DeparturesPage(
        rows=date_rows(found, titles, areas.names(reader()) if found else {}),
        first_on=first.isoformat(),
        label=f"{short_day(first)} – {short_day(first + step - dt.timedelta(days=1))}",
        prev_url=url_for("tours.office_departures", first=(first - step).isoformat()),
        next_url=url_for("tours.office_departures", first=(first + step).isoformat()),
    )
    return render_template("tours/departures.html", page=page)


@bp.get("/office/departures/<ref>")
@policy("departures.see", of="departure", **READERS)
def office_departure(ref: str) -> str:
    """Show one departure: who has booked, who does the work, and what may be done."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    return _page(departure)


@bp.post("/office/departures/<ref>/close")
@policy("departures.close", of="departure", **OFFICIALS)
def close_departure(ref: str) -> Response:
    """Take no more bookings for a date; who has booked still comes."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    departure_id = departure.id
    try:
        write(lambda session: services.close_departure(session, departure_id=departure_id))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Closed. Who has booked still comes."), "ok")
    return redirect(url_for("tours.office_departure", ref=ref), code=303)


@bp.get("/office/departures/<ref>/call-off")
@policy("departures.ask_call_off", of="departure", **OFFICIALS)
def ask_call_off(ref: str) -> str:
    """Show how many people and how much money a calling-off sends back, before anybody confirms it."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    return _call_off(departure, CallOffForm(formdata=None))


@bp.post("/office/departures/<ref>/call-off")
@policy("departures.call_off", of="departure", **OFFICIALS)
def call_off(ref: str) -> str | Response:
    """Call a departure off: everybody who paid gets everything back."""
    departure = authorise(queries.departure_by_ref(reader(), ref=ref))
    form = CallOffForm()
    if not form.validate():
        return _call_off(departure, form)
    if form.seen.data != _seen(departure):
        return _call_off(departure, form, _("Somebody booked or cancelled meanwhile. Please look at the figures once more."))
    departure_id, by = departure.id, me().user_id
    reason, words = CancelReason(form.reason.data or ""), form.words.data or ""
    try:
        write(lambda session: services.call_off_departure(session, departure_id=departure_id, reason=reason, words=words, by=by))
    except Refusal as no:
        return _call_off(departure, form, say(no))
    flash(_("Called off. The money goes back to everybody who paid."), "ok")
    return redirect(url_for("tours.office_departure", ref=ref), code=303)


def _page(departure: DepartureView, errors: dict[str, str] | None = None) -> str:
    tour = queries.tour_by_id(reader(), tour_id=departure.tour_id)
    if tour is None:
        raise NotThere
    bookings = queries.bookings_of_departure(reader(), departure_id=departure.id, is_live=False)
    payees = queries.payees_of_departure(reader(), departure_id=departure.id)
    swaps = queries.substitutions_of_departure(reader(), departure_id=departure.id)
    cards = farmers.seller_cards(reader(), {payee.seller_id for payee in payees} | {swap.from_seller_id for swap in swaps})
    page = DeparturePage(
        row=date_rows([departure], {tour.id: tour.title(locale_id())}, areas.names(reader()))[0],
        tour_url=url_for("tours.office_tour", ref=tour.ref),
        left=departure.left,
        bookings=[_booking_row(one) for one in bookings if one.state is not BookingState.EXPIRED],
        workers=[_worker_row(payee, cards[payee.seller_id], bookings, departure) for payee in payees],
        substitutions=_substitution_rows(swaps, cards),
        called_off=_(CANCEL_WORDS[departure.reason]) if departure.reason else "",
        words=departure.words,
        can_close=may_write() and departure.state in _BOOKABLE,
        can_call_off=may_write() and departure.state not in _ENDED and not _has_begun(bookings),
        errors=errors or {},
    )
    return render_template("tours/office_departure.html", page=page, has_errors=bool(errors))


def _has_begun(bookings: list[BookingView]) -> bool:
    """Say whether somebody has come in: then it is no longer called off."""
    return any(booking.state is BookingState.REDEEMED for booking in bookings)


def _booking_row(booking: BookingView) -> BookingRow:
    return BookingRow(
        ref=booking.ref, state_words=_(BOOKING_WORDS[booking.state]), people=booking.people, total_fen=booking.total_fen,
        back_fen=booking.refunded_fen, group_name=booking.group_name,
        arrived=sum(ticket.redeemed_at is not None for ticket in booking.tickets),
    )  # fmt: skip


def _worker_row(payee: Payee, card: SellerCard, bookings: list[BookingView], departure: DepartureView) -> WorkerRow:
    can_change = may_write() and departure.state not in SETTLED
    address = url_for("tours.ask_substitute", ref=departure.ref, component_id=payee.component_id)
    return WorkerRow(
        component_id=payee.component_id, role=_(ROLE_WORDS[payee.role]), name=named(card),
        is_substitute=payee.is_substitute, fen=unearned(bookings, payee.component_id),
        substitute_url=address if can_change else None,
    )  # fmt: skip


def _substitution_rows(swaps: list[SubstitutionView], cards: Mapping[int, SellerCard]) -> list[SubstitutionRow]:
    """Return who stepped in for whom; every seller has a card, for who stepped in works or was replaced in turn."""
    officials = accounts.names_of_users(reader(), {swap.by_user_id for swap in swaps})
    return [
        SubstitutionRow(
            when=moment(swap.at), role=_(ROLE_WORDS[swap.role]), was=named(cards[swap.from_seller_id]),
            now=named(cards[swap.to_seller_id]), official=officials[swap.by_user_id], reason=swap.reason,
        )
        for swap in swaps
    ]  # fmt: skip


def unearned(bookings: list[BookingView], component_id: int) -> int:
    """Return what of a component's part was paid, has not gone back, and is not earned yet."""
    return sum(
        share.gross_fen - share.refunded_fen
        for booking in bookings
        if booking.paid_at is not None
        for share in booking.shares
        if share.component_id == component_id and share.earned_at is None
    )


def _call_off(departure: DepartureView, form: CallOffForm, words: str | None = None) -> str:
    stakes = queries.stakes_of_departure(reader(), departure_id=departure.id)
    titles = queries.titles(reader(), tour_ids=[departure.tour_id], locale=locale_id())
    errors = {name: str(found[0]) for name, found in form.errors.items()}
    page = CallOffPage(
        ref=departure.ref,
        title=titles[departure.tour_id],
        when=when_words(departure.starts_at),
        state_words=departure_words(departure),
        stakes=stakes,
        seen=_seen(departure),
        reasons=[(reason.value, _(CANCEL_WORDS[reason])) for reason in REASONS],
        reason=form.reason.data or "",
        words=form.words.data or "",
        notice=words,
        is_possible=departure.state not in _ENDED,
        errors=errors,
    )
    return render_template("tours/call_off.html", page=page, has_errors=bool(errors or words))


def _seen(departure: DepartureView) -> str:
    """Return the figures that the official looked at, for telling whether they moved."""
    stakes = queries.stakes_of_departure(reader(), departure_id=departure.id)
    return f"{stakes.bookings}/{stakes.people}/{stakes.back_fen}"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if clock.today().year - 5 <= int(text[:4]) <= clock.today().year + 5 else None
    except ValueError:
        return None
