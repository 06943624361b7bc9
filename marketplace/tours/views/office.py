"""The village's queue of tours, each tour whole, and a decision with its reason; dates opened in bulk."""

import datetime as dt
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.media import queries as media
from marketplace.tours import queries, rules, services
from marketplace.tours.forms import DatesForm, ReasonForm, chosen_weekdays
from marketplace.tours.pages.office import DateRow, PayeeLine, TourLine, TourPage, ToursPage, WaitingTour
from marketplace.tours.values import (
    BASIS_WORDS,
    RESOURCE_WORDS,
    ROLE_WORDS,
    THEME_WORDS,
    UNIT_WORDS,
    Basis,
    DepartureView,
    ResourceKind,
    StopView,
    TourKind,
    TourState,
    TourView,
)
from marketplace.tours.views.blueprint import OFFICIALS, READERS, bp
from marketplace.tours.views.wording import (
    DEPARTURE_KINDS,
    TOUR_KINDS,
    TOUR_WORDS,
    days_words,
    departure_words,
    length_words,
    weekday_chips,
    when_words,
)
from marketplace.web.db import reader, write
from marketplace.web.filters import money
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

DATES_SHOWN = 30


@bp.get("/office/tours")
@policy("tours.queue", **READERS)
def queue() -> str:
    """Show what waits in one's area, the oldest first, and what is offered there."""
    return _queue()


@bp.get("/office/tours/<ref>")
@policy("tours.see", of="tour", **READERS)
def office_tour(ref: str) -> str:
    """Show one tour whole."""
    return _page(authorise(queries.tour_by_ref(reader(), ref=ref)), DatesForm(formdata=None))


@bp.post("/office/tours/<ref>/approve")
@policy("tours.approve", of="tour", **OFFICIALS)
def approve(ref: str) -> Response:
    """Put a tour on sale; its usual dates open."""
    tour = authorise(queries.tour_by_ref(reader(), ref=ref))
    tour_id, by = tour.id, me().user_id
    try:
        write(lambda session: services.approve_tour(session, tour_id=tour_id, by=by))
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("tours.office_tour", ref=ref), code=303)
    flash(_("“%(title)s” is open for booking.", title=tour.title(locale_id())), "ok")
    return redirect(url_for("tours.queue"), code=303)


@bp.post("/office/tours/<ref>/return")
@policy("tours.return", of="tour", **OFFICIALS)
def send_back(ref: str) -> str | Response:
    """Send a tour back with a reason its household can act on."""
    tour = authorise(queries.tour_by_ref(reader(), ref=ref))
    form = ReasonForm()
    if not form.validate():
        return _queue({f"reason-{ref}": form.errors_for("reason") or ""}, ref)
    tour_id, by, reason = tour.id, me().user_id, form.reason.data or ""
    try:
        write(lambda session: services.return_tour(session, tour_id=tour_id, by=by, reason=reason))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("“%(title)s” went back with your words.", title=tour.title(locale_id())), "ok")
    return redirect(url_for("tours.queue"), code=303)


@bp.post("/office/tours/<ref>/dates")
@policy("tours.open_many", of="tour", **OFFICIALS)
def open_many(ref: str) -> str | Response:
    """Open a tour's dates between two days; closed days are left out, and what stands stays."""
    tour = authorise(queries.tour_by_ref(reader(), ref=ref))
    form = DatesForm()
    weekdays = chosen_weekdays(request.form)
    errors = {name: str(words[0]) for name, words in form.errors.items()} if not form.validate() else {}
    if not weekdays:
        errors["weekdays"] = _("Choose at least one day.")
    if errors:
        return _page(tour, form, errors)
    starts = rules.usual_starts(weekdays, form.hours, first=form.first_day, days=form.days)
    tour_id, seats = tour.id, form.seats.data
    try:
        opened = write(
            lambda session: services.open_departures(session, tour_id=tour_id, starts=starts, most_people=seats, skip_closed=True)
        )
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(ngettext("%(num)d new date is open.", "%(num)d new dates are open.", len(opened)), "ok")
    return redirect(url_for("tours.office_tour", ref=ref), code=303)


def date_rows(
    departures: Sequence[DepartureView], titles: Mapping[int, str], names: Mapping[str, tuple[str, str]]
) -> list[DateRow]:
    """Return departures as officials' lists show them."""
    return [
        DateRow(
            ref=one.ref, url=url_for("tours.office_departure", ref=one.ref), when=when_words(one.starts_at),
            title=titles[one.tour_id], village=names[one.village_code][locale_id() == "en"],
            state_words=departure_words(one), state_kind=DEPARTURE_KINDS[one.state], booked=one.taken, paid=one.confirmed,
            least=one.least_people, most=one.most_people,
        )
        for one in departures
    ]  # fmt: skip


def may_write() -> bool:
    """Say whether the reader may change anything of tours."""
    return bool(visitor().roles & set(OFFICIALS))


def _queue(errors: dict[str, str] | None = None, failed_ref: str | None = None) -> str:
    codes = reachable_areas()
    waiting = queries.tours_waiting(reader(), areas=codes)
    offered = queries.tours_in(reader(), areas=codes)
    names = areas.names(reader()) if waiting or offered else {}
    leaves = queries.next_departures(reader(), tour_ids=[tour.id for tour in offered], now=clock.now())
    lines = [
        TourLine(
            ref=tour.ref, url=url_for("tours.office_tour", ref=tour.ref), title=tour.title(locale_id()),
            village=names[tour.village_code][locale_id() == "en"], kind_words=_kind_words(tour),
            state_words=_(TOUR_WORDS[tour.state]), price_fen=tour.adult_fen,
            next_words=when_words(leaves[tour.id]) if tour.id in leaves else "—",
        )
        for tour in offered
    ]  # fmt: skip
    page = ToursPage(_waiting(waiting, names), lines, may_write(), errors or {}, failed_ref)
    return render_template("tours/queue.html", page=page, has_errors=bool(errors))


def _waiting(tours: Sequence[TourView], names: Mapping[str, tuple[str, str]]) -> list[WaitingTour]:
    """Return tours with what a decision needs, each part read once for all."""
    views = media.image_views(reader(), [tour.image_id for tour in tours])
    cards = farmers.seller_cards(reader(), {tour.host_seller_id for tour in tours})
    operators = queries.licensed_operators(reader(), on=clock.today())
    return [
        WaitingTour(
            ref=tour.ref, url=url_for("tours.office_tour", ref=tour.ref), title=tour.title(locale_id()),
            story=tour.story(locale_id()), image=views.get(tour.image_id or 0), picture=tour.picture,
            kind_words=_kind_words(tour), facts=_facts(tour, cards[tour.host_seller_id], names),
            is_outside_guidance=_is_outside(tour), is_assisted=tour.is_assisted,
            lacks_operator=services.needs_operator(tour.components) and tour.operator_seller_id not in operators,
            may_decide=may_write() and tour.listed_by != me().user_id and tour.household_id not in me().household_ids,
        )
        for tour in tours
    ]  # fmt: skip


def _kind_words(tour: TourView) -> str:
    kind = _("Route") if tour.kind is TourKind.ROUTE else _("Experience")
    return f"{kind} · {_(THEME_WORDS[tour.theme])}"


def _facts(tour: TourView, host: SellerCard, names: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    guide = queries.template(tour.template)
    price = money(tour.adult_fen)
    if guide is not None:
        low, high = guide.guidance
        price = _("%(price)s (guidance %(low)s – %(high)s)", price=price, low=money(low), high=money(high))
    return [
        (_("Host"), f"{host.display_name} ({host.ref})"),
        (_("Village"), names[tour.village_code][locale_id() == "en"]),
        (_("Price for one grown-up"), price),
        (_("Length"), length_words(tour.minutes, tour.nights)),
        (_("How many people"), f"{tour.least_people} – {tour.most_people}"),
        (_("Days"), days_words(tour.weekdays) or "—"),
        (_("Times"), " · ".join(tour.start_times) or "—"),
        (_("Meeting point"), tour.meeting(locale_id())),
    ]


def _is_outside(tour: TourView) -> bool:
    guide = queries.template(tour.template)
    return guide is not None and not guide.guidance_low_fen <= tour.adult_fen <= guide.guidance_high_fen


def _page(tour: TourView, form: DatesForm, errors: dict[str, str] | None = None) -> str:
    names = areas.names(reader())
    now = clock.now()
    coming = queries.departures_of_tour(
        reader(), tour_id=tour.id, from_at=now - dt.timedelta(days=1), to_at=now + dt.timedelta(days=rules.DAYS_AHEAD + 1)
    )
    people = max(2, tour.least_people)
    total_fen = people * tour.adult_fen
    operators = farmers.seller_cards(reader(), [tour.operator_seller_id] if tour.operator_seller_id else [])
    page = TourPage(
        tour=_waiting([tour], names)[0],
        state_words=_(TOUR_WORDS[tour.state]),
        state_kind=TOUR_KINDS[tour.state],
        returned_reason=tour.returned_reason,
        rewrite_url=url_for("tours.new_route", tour=tour.ref)
        if may_write() and tour.kind is TourKind.ROUTE and tour.state is TourState.DRAFT
        else None,
        operator_name=next((card.display_name for card in operators.values()), ""),
        stops=[(stop.name(locale_id()), _stop_words(stop)) for stop in tour.stops],
        prices=[(_(UNIT_WORDS[unit.kind]), unit.price_fen) for unit in tour.units],
        payees=_payees(tour, people, total_fen),
        example_people=people,
        example_fen=total_fen,
        dates=date_rows(coming[:DATES_SHOWN], {tour.id: tour.title(locale_id())}, names),
        is_waiting=tour.state is TourState.SUBMITTED,
        can_open=may_write() and tour.state in (TourState.ON_SALE, TourState.PAUSED),
        form=form,
        weekdays=weekday_chips(),
        chosen_weekdays=[str(day) for day in chosen_weekdays(request.form) or tour.weekdays],
        errors=errors or {},
    )
    return render_template("tours/office_tour.html", page=page, tour=tour, has_errors=bool(errors))


def _stop_words(stop: StopView) -> str:
    return str(_("%(dwell)d minutes there, %(travel)d to the next", dwell=stop.dwell_minutes, travel=stop.travel_minutes))


def _payees(tour: TourView, people: int, total_fen: int) -> list[PayeeLine]:
    cards = farmers.seller_cards(reader(), {one.seller_id for one in tour.components})
    held = queries.capacities(reader(), [one.resource_id for one in tour.components])
    parts = rules.split_price(
        total_fen, [rules.Part(one.basis, one.amount) for one in tour.components], people=people, nights=tour.nights
    )
    return [
        PayeeLine(
            role=_(ROLE_WORDS[one.role]), seller_name=cards[one.seller_id].display_name, seller_ref=cards[one.seller_id].ref,
            basis=basis_words(one.basis, one.amount), uses=_uses_words(held.get(one.resource_id or 0)), example_fen=part_fen,
        )
        for one, part_fen in zip(tour.components, parts, strict=True)
    ]  # fmt: skip


def _uses_words(held: tuple[ResourceKind, int] | None) -> str:
    return f"{_(RESOURCE_WORDS[held[0]])}: {held[1]}" if held else "—"


def basis_words(basis: Basis, amount: int) -> str:
    """Return how a payee's part is reckoned: '¥20.00 · 每人', '60% · 余额'."""
    how_much = f"{amount / 100:g}%" if basis is Basis.SHARE else money(amount)
    return f"{how_much} · {_(BASIS_WORDS[basis])}"
