"""The waiting list of a full date: joining it, what became of it, leaving it."""

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms.booking import WaitForm
from marketplace.tours.pages.booking import WaitingPage, WaitPage
from marketplace.tours.refusals import DepartureClosed, PeopleRefused
from marketplace.tours.values import DepartureView, Leader, TourView, WaitingState, WaitingView
from marketplace.tours.views import booking_words as words
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.book import can_be_booked, found_date, origin
from marketplace.web import visits
from marketplace.web.db import reader, write
from marketplace.web.forms import own_key
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import authorise, policy
from marketplace.web.words import flash_refusal


@bp.get("/departures/<ref>/wait")
@policy("waiting.begin", public=True, of="departure")
def wait(ref: str) -> Response:
    """Ask who would come if places came free; where there are some, they can be booked."""
    departure, tour = found_date(ref)
    if not can_be_booked(departure, tour):
        flash_refusal(DepartureClosed())
        return redirect(url_for("tours.dates", slug=tour.slug), code=303)
    visits.mark_browser()
    return _wait_page(departure, tour, WaitForm(formdata=None, key=ids.uuid7(), people=1))


@bp.post("/departures/<ref>/wait")
@policy("waiting.join", public=True, of="departure")
def join(ref: str) -> Response:
    """Put somebody on the list."""
    departure, tour = found_date(ref)
    form = WaitForm()
    key = own_key(form.key, "tour")
    if not form.is_posted_and_valid():
        return _wait_page(departure, tour, form, 422)
    wish: dict[str, Any] = {
        "key": key, "departure_ref": departure.ref, "people": int(form.people.data or 0),
        "leader": Leader(form.name.data or "", form.phone.data or ""), "sealer": current_app.extensions["sealer"],
        "locale": locale_id(), "origin": origin(),
    }  # fmt: skip
    try:
        found = write(lambda session: services.wait_for_seats(session, **wish))
    except Refusal as no:
        form.refuse(no, "people" if isinstance(no, PeopleRefused) else None)
        return _wait_page(departure, tour, form, no.status)
    visits.remember_purchase(found)
    return redirect(url_for("tours.waiting", ref=found), code=303)


@bp.get("/waiting/<ref>")
@policy("waiting.show", known=True, of="waiting entry")
def waiting(ref: str) -> Response:
    """Show a place on the list to who took it; whoever else comes here is asked for the four digits."""
    try:
        entry = _own(ref)
    except NotThere:
        return redirect(url_for("orders.find", number=ref[:24]), code=303)
    headline, kind, sentence = words.waiting_words(entry)
    is_offered = entry.state is WaitingState.OFFERED and kind == "ok"
    if entry.booking_ref is not None:
        visits.remember_purchase(entry.booking_ref)
    page = WaitingPage(
        entry=entry,
        headline=headline,
        kind=kind,
        words=sentence,
        book_url=url_for("tours.book", ref=entry.departure.ref, offer=entry.ref) if is_offered else None,
    )
    return private(render_template("tours/waiting.html", page=page, tab="mine"))


@bp.post("/waiting/<ref>/leave")
@policy("waiting.leave", known=True, of="waiting entry")
def leave(ref: str) -> Response:
    """Leave the list."""
    entry = _own(ref)
    write(lambda session: services.leave_list(session, ref=entry.ref))
    flash(_("You left the waiting list"), "ok")
    return redirect(url_for("tours.waiting", ref=ref), code=303)


def _own(ref: str) -> WaitingView:
    return authorise(queries.waiting_by_ref(reader(), ref=ref))


def _wait_page(departure: DepartureView, tour: TourView, form: WaitForm, status: int = 200) -> Response:
    page = WaitPage(tour, departure, form)
    return private(render_template("tours/wait.html", page=page, has_errors=status != 200, tab="tours"), status)
