"""What a household offers: pause and resume, more dates, a photograph while the village has not looked yet."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media import queries as media
from marketplace.media.services import store_image
from marketplace.tours import queries, services
from marketplace.tours.forms import chosen_times, chosen_weekdays
from marketplace.tours.pages.desk import DateLine, OwnTour, OwnTourPage, OwnTours
from marketplace.tours.rules import DAYS_AHEAD
from marketplace.tours.values import DepartureView, TourState, TourView
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.offer import FIRST_WEEKS, LISTERS, cleaned_picture, time_chips, week_chips
from marketplace.tours.views.wording import (
    TOUR_KINDS,
    TOUR_WORDS,
    departure_words,
    fullness,
    weekday_chips,
    when_words,
)
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, home_url, is_within_reach, me, my_households, policy
from marketplace.web.words import flash_refusal

#: Dates shown before "all dates".
FEW_DATES = 8


@bp.get("/desk/tours")
@policy("tours.own_tours", **LISTERS)
def own_tours() -> str:
    """List what the household offers, and what one listed for others, as far as one still acts for them."""
    households = my_households()
    tours = [
        tour
        for tour in queries.own_experiences(reader(), household_ids=households, user_id=me().user_id)
        if is_within_reach(village_code=tour.village_code, household_id=tour.household_id)
    ]
    page = OwnTours(own_cards(tours), bool(households), DAYS_AHEAD)
    return render_template("tours/own_tours.html", page=page, back_url=home_url())


@bp.get("/desk/tours/<ref>")
@policy("tours.own_tour", of="tour", **LISTERS)
def own_tour_page(ref: str) -> str:
    """Show one experience with its dates and what can be changed."""
    return _page(own_tour(ref))


@bp.post("/desk/tours/<ref>/pause")
@policy("tours.pause", of="tour", **LISTERS)
def pause_tour(ref: str) -> Response:
    """Take it off sale for a while; what is booked stands."""
    return _step(ref, lambda session, key, by: services.pause_tour(session, tour_id=key, by=by), _("Paused."))


@bp.post("/desk/tours/<ref>/resume")
@policy("tours.resume", of="tour", **LISTERS)
def resume_tour(ref: str) -> Response:
    """Let it be booked again."""
    return _step(ref, lambda session, key, by: services.resume_tour(session, tour_id=key, by=by), _("Open for booking again."))


@bp.post("/desk/tours/<ref>/archive")
@policy("tours.archive", of="tour", **LISTERS)
def archive_tour(ref: str) -> Response:
    """Put it away for good; what is booked stands."""
    return _step(ref, lambda session, key, by: services.archive_tour(session, tour_id=key, by=by), _("Put away."))


@bp.post("/desk/tours/<ref>/dates")
@policy("tours.open_dates", of="tour", **LISTERS)
def open_dates(ref: str) -> str | Response:
    """Say on which days it leaves from now on, and open them."""
    tour = own_tour(ref)
    weekdays, times = chosen_weekdays(request.form), chosen_times(request.form, _hours(tour))
    weeks = request.form.get("weeks", type=int) or 0
    lacks = {
        **({} if weekdays else {"weekdays": _("Choose at least one day.")}),
        **({} if times else {"times": _("Choose at least one time.")}),
        **({} if 1 <= weeks <= services.MOST_WEEKS else {"weeks": _("Choose how many weeks ahead.")}),
    }
    if lacks:
        return _page(tour, lacks)
    tour_id = tour.id
    try:
        opened = write(
            lambda session: services.open_more_dates(session, tour_id=tour_id, weekdays=weekdays, start_times=times, weeks=weeks)
        )
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(ngettext("%(num)d new date is open.", "%(num)d new dates are open.", opened), "ok")
    return redirect(url_for("tours.own_tour_page", ref=ref), code=303)


@bp.post("/desk/tours/<ref>/photo")
@policy("tours.add_photo", of="tour", **LISTERS)
def add_photo(ref: str) -> Response:
    """Add the household's own photograph before the village looks."""
    tour = own_tour(ref)
    tour_id, by = tour.id, me().user_id
    try:
        picture = cleaned_picture()
        if picture is None:
            flash(_("Take a photo first."), "wait")
        else:
            write(lambda session: services.add_photo(session, tour_id=tour_id, image_id=store_image(session, picture, by).id))
            flash(_("The photo is there."), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("tours.own_tour_page", ref=ref), code=303)


def own_tour(ref: str) -> TourView:
    """Return an experience of one's household, or one listed for a household that agreed.

    Raises:
        NotThere: it is neither, or a route, which the officials keep.
    """
    tour = authorise(queries.tour_by_ref(reader(), ref=ref))
    if not tour.template or (tour.household_id not in me().household_ids and not tour.is_assisted):
        raise NotThere
    return tour


def _hours(tour: TourView) -> list[str]:
    """Return the hours at which an experience may leave: those of its template, and its own."""
    template = queries.template(tour.template)
    return sorted({*tour.start_times, *(at for _part, at in (template.times if template else ()))})


def own_cards(tours: Sequence[TourView]) -> list[OwnTour]:
    """Return experiences as their household's list shows them. Two queries."""
    pictures = media.image_views(reader(), [tour.image_id for tour in tours])
    leaves: Mapping[int, dt.datetime] = queries.next_departures(reader(), tour_ids=[tour.id for tour in tours], now=clock.now())
    return [
        OwnTour(
            ref=tour.ref, title=tour.title(locale_id()), url=url_for("tours.own_tour_page", ref=tour.ref),
            image=pictures.get(tour.image_id or 0), picture=tour.picture, price_fen=tour.adult_fen, state=tour.state.value,
            state_words=_(TOUR_WORDS[tour.state]), state_kind=TOUR_KINDS[tour.state],
            next_words=when_words(leaves[tour.id]) if tour.id in leaves else "",
            reason=tour.returned_reason if tour.state is TourState.DRAFT else "",
        )
        for tour in tours
    ]  # fmt: skip


def date_line(departure: DepartureView, title: str = "") -> DateLine:
    """Return a departure as the household's lists show it."""
    parts = (title, fullness(departure), departure_words(departure))
    return DateLine(
        url=url_for("tours.departure_on_desk", ref=departure.ref), words=when_words(departure.starts_at),
        note=" · ".join(part for part in parts if part),
    )  # fmt: skip


def _step(ref: str, verb: Callable[[Session, int, int], object], words: str) -> Response:
    tour = own_tour(ref)
    tour_id, by = tour.id, me().user_id
    try:
        write(lambda session: verb(session, tour_id, by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(words, "ok")
    return redirect(url_for("tours.own_tour_page", ref=ref), code=303)


def _page(tour: TourView, errors: dict[str, str] | None = None) -> str:
    now = clock.now()
    coming = queries.departures_of_tour(
        reader(), tour_id=tour.id, from_at=now - dt.timedelta(days=1), to_at=now + dt.timedelta(days=DAYS_AHEAD + 1)
    )
    shown = coming if request.args.get("all") else coming[:FEW_DATES]
    can_open = tour.state in (TourState.ON_SALE, TourState.PAUSED)
    page = OwnTourPage(
        tour=own_cards([tour])[0],
        is_new="new" in request.args,
        change_url=url_for("tours.choose_what", tour=tour.ref, template=tour.template) if tour.state is TourState.DRAFT else None,
        can_pause=tour.state is TourState.ON_SALE,
        can_resume=tour.state is TourState.PAUSED,
        can_open=can_open,
        can_add_photo=tour.state in (TourState.DRAFT, TourState.SUBMITTED),
        can_archive=tour.state is not TourState.ARCHIVED,
        dates=[date_line(one) for one in shown],
        more_dates_url=url_for("tours.own_tour_page", ref=tour.ref, all=1) if len(shown) < len(coming) else None,
        weekdays=weekday_chips(),
        chosen_weekdays=[str(day) for day in tour.weekdays],
        times=time_chips(queries.template(tour.template), tour.start_times),
        chosen_times=tour.start_times,
        weeks=week_chips(),
        chosen_weeks=str(tour.weeks or FIRST_WEEKS),
        errors=errors or {},
    )
    return render_template("tours/own_tour.html", page=page, back_url=url_for("tours.own_tours"), has_errors=bool(errors))
