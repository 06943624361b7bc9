"""Calendars outside: a booking's file for the visitor, and a feed for hosts and guides under a secret address of their own."""

import datetime as dt

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.tours import queries, rules, services
from marketplace.tours.calendars import Entry, feed, one_event
from marketplace.tours.pages.booking import CalendarPage
from marketplace.tours.values import BookingState, BookingView, DepartureState, HostedDeparture, TourView
from marketplace.tours.views import booking_words as words
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.bookings import own_booking, spaced
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.pages import private, public_url
from marketplace.web.policy import Reach, me, my_households, policy

#: What has just taken place stays in the feed for a while.
_PAST = dt.timedelta(days=14)
_BOOKED = {
    BookingState.ON_HOLD: "TENTATIVE",
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.REDEEMED: "CONFIRMED",
    BookingState.EXPIRED: "CANCELLED",
    BookingState.CANCELLED: "CANCELLED",
}
_HOSTED = {DepartureState.OPEN: "TENTATIVE", DepartureState.CANCELLED: "CANCELLED"}


@bp.get("/bookings/<ref>/calendar.ics")
@policy("bookings.calendar", known=True, of="booking")
def booking_calendar(ref: str) -> Response:
    """Hand out a booking for the visitor's own calendar; fetched again it moves or strikes out what stands there."""
    booking = own_booking(ref)
    tour = queries.tour_by_id(reader(), tour_id=booking.tour_id)
    if tour is None:
        raise NotThere
    answer = _calendar(one_event(_booked(booking, tour)))
    answer.headers["Content-Disposition"] = f'attachment; filename="{booking.ref}.ics"'
    return answer


@bp.get("/desk/tours/calendar")
@policy("tours.see_calendar", farmer=Reach.HOUSEHOLD)
def calendar() -> Response:
    """Show the secret address of one's own calendar, or offer to make one."""
    my_households()
    token = queries.calendar_token(reader(), user_id=me().user_id, sealer=current_app.extensions["sealer"])
    address = public_url(url_for("tours.calendar_feed", token=token)) if token is not None else None
    return private(render_template("tours/calendar.html", page=CalendarPage(address), back_url=url_for("desk.home")))


@bp.post("/desk/tours/calendar")
@policy("tours.make_calendar", farmer=Reach.HOUSEHOLD)
def make_calendar() -> Response:
    """Make a secret address; the one before stops working."""
    user_id, sealer = me().user_id, current_app.extensions["sealer"]
    write(lambda session: services.make_calendar(session, user_id=user_id, sealer=sealer))
    flash(_("This is your address now. One you had before no longer works."), "ok")
    return redirect(url_for("tours.calendar"), code=303)


@bp.post("/desk/tours/calendar/end")
@policy("tours.end_calendar", farmer=Reach.HOUSEHOLD)
def end_calendar() -> Response:
    """Let the address stop working."""
    user_id = me().user_id
    write(lambda session: services.end_calendar(session, user_id=user_id))
    flash(_("The address no longer works."), "ok")
    return redirect(url_for("tours.calendar"), code=303)


@bp.get("/desk/tours/calendar.ics")
@policy("tours.calendar_feed", public=True)
def calendar_feed() -> Response:
    """Answer a calendar program that carries somebody's token: their departures with head counts, and nobody's name.

    A program cannot sign in, so the token is the key; one that is unknown, ended, or of a closed account opens nothing.
    """
    owner = queries.owner_of_calendar(reader(), token=request.args.get("token", "")[:80])
    person = accounts.actor(reader(), owner) if owner is not None else None
    if person is None:
        raise NotThere
    found = queries.hosted_departures(
        reader(),
        household_ids=farmers.households_of_user(reader(), person.user_id),
        from_at=clock.now() - _PAST,
        to_at=clock.now() + dt.timedelta(days=rules.DAYS_AHEAD + 1),
    )
    return _calendar(feed([_hosted(one) for one in found], name=_("My tours")))


def _booked(booking: BookingView, tour: TourView) -> Entry:
    people = ngettext("%(num)d person", "%(num)d people", booking.people)
    code = _("Code %(code)s. Booking %(ref)s.", code=spaced(booking.code), ref=booking.ref)
    return Entry(
        uid=f"{booking.ref}@bookings.lotusfair",
        sequence=booking.sequence,
        status="CANCELLED" if words.has_run_out(booking) else _BOOKED[booking.state],
        starts_at=booking.departure.starts_at,
        ends_at=booking.departure.ends_at,
        title=booking.title(locale_id()),
        place=tour.meeting(locale_id()),
        words=f"{people}\n{code}",
        url=public_url(url_for("tours.show_booking", ref=booking.ref)),
    )


def _hosted(one: HostedDeparture) -> Entry:
    departure = one.departure
    counts = _("%(paid)d paid, %(taken)d of %(most)d places taken", paid=departure.confirmed, taken=departure.taken,
               most=departure.most_people)  # fmt: skip
    return Entry(
        uid=f"{departure.ref}@departures.lotusfair",
        sequence=None,
        status=_HOSTED.get(departure.state, "CONFIRMED"),
        starts_at=departure.starts_at,
        ends_at=departure.ends_at,
        title=f"{one.title(locale_id())} ({departure.confirmed})",
        place=one.meeting(locale_id()),
        words=counts,
        url=None,
    )


def _calendar(body: bytes) -> Response:
    answer = private("")
    answer.set_data(body)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    return answer
