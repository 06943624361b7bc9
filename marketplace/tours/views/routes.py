"""Joining several households and places into a route, and the licences of those who may operate one."""

import dataclasses

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.tours import queries, services
from marketplace.tours.forms import (
    AGES,
    MOST_ROWS,
    AgencyForm,
    RouteForm,
    Rows,
    chosen_weekdays,
    hours_in,
    read_rows,
    row_count,
    written_anew,
)
from marketplace.tours.pages.routes import AgenciesPage, AgencyLine, RoutePage
from marketplace.tours.services import RouteWish
from marketplace.tours.values import BASIS_WORDS, POLICY_WORDS, ROLE_WORDS, THEME_WORDS, Theme, TourKind, TourState, TourView
from marketplace.tours.views.blueprint import OFFICIALS, READERS, bp
from marketplace.tours.views.wording import weekday_chips
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.words import say

MORE_ROWS = 2
_SELLERS_SHOWN = 200


@bp.get("/office/tours/route/new")
@policy("tours.new_route", **OFFICIALS)
def new_route() -> str:
    """Show the form of a route; empty, or with what was sent back."""
    codes = reachable_areas()
    tour = _sent_back(request.args.get("tour", ""), codes)
    return _page(_boxes_of(tour) if tour else MultiDict(), {}, tour)


@bp.post("/office/tours/route/new")
@policy("tours.join_route", **OFFICIALS)
def join_route() -> str | Response:
    """Join the route and hand it to another official; or show more rows."""
    codes = reachable_areas()
    tour = _sent_back(request.form.get("tour", ""), codes)
    sent = request.form.copy()
    if request.form.get("action") == "more":
        for name in ("stops", "parts"):
            sent[name] = str(row_count(sent, name) + MORE_ROWS)
        return _page(sent, {}, tour)
    form, rows = RouteForm(formdata=sent), read_rows(sent)
    errors = {**form.complaints(), **rows.errors}
    wish = _wish(form, rows, sent, codes, errors)
    if wish is None or errors:
        return _page(sent, errors, tour)
    by, key, tour_id = me().user_id, f"{me().user_id}/{form.client_key.data or ids.uuid7()}", tour.id if tour else None
    try:
        if tour_id is not None:
            write(lambda session: services.rejoin_route(session, tour_id=tour_id, wish=wish, by=by))
            made = tour_id
        else:
            made = write(lambda session: services.join_route(session, key=key, wish=wish, by=by))
    except Refusal as no:
        return _page(sent, {"title_zh": say(no)}, tour)
    found = queries.tour_by_id(reader(), tour_id=made)
    if found is None:
        raise NotThere
    flash(_("The route waits for another official, who has to approve it."), "ok")
    return redirect(url_for("tours.office_tour", ref=found.ref), code=303)


@bp.get("/office/agencies")
@policy("tours.agencies", **READERS)
def agencies() -> str:
    """List the travel agencies with a licence on file."""
    return _agencies(AgencyForm(formdata=None))


@bp.post("/office/agencies")
@policy("tours.record_agency", of="seller", county_official=Reach.AREA)
def record_agency() -> str | Response:
    """Put a travel agency's licence on file, so that packages may name it as their operator."""
    form = AgencyForm()
    is_whole = form.validate()
    seller = authorise(farmers.seller_by_ref(reader(), (form.seller.data or "").upper()))
    if not is_whole:
        return _agencies(form)
    seller_id, by = seller.id, me().user_id
    number, valid_to = form.number.data or "", form.valid_to.data or clock.today()
    try:
        write(
            lambda session: services.record_agency_licence(session, seller_id=seller_id, number=number, valid_to=valid_to, by=by)
        )
    except NotThere:
        form.seller.errors = [_("A household cannot operate packages. Write the number of an enterprise or cooperative.")]
        return _agencies(form)
    flash(_("The licence is on file."), "ok")
    return redirect(url_for("tours.agencies"), code=303)


def _wish(
    form: RouteForm, rows: Rows, sent: MultiDict[str, str], codes: tuple[str, ...], errors: dict[str, str]
) -> RouteWish | None:
    """Return the route with every number looked up, or None; what is not found is added to the errors."""
    host = _approved(form.host.data or "")
    if host is None or not host.village_code.startswith(codes):
        errors.setdefault("host", _("No approved seller of your area has this number."))
    operator = _approved(form.operator.data or "") if form.operator.data else None
    if form.operator.data and (operator is None or operator.id not in queries.licensed_operators(reader(), on=clock.today())):
        errors["operator"] = _("This seller has no valid travel agency licence on file.")
    parts = []
    for number, ref, part in rows.parts:
        payee = _approved(ref)
        if payee is None:
            errors.setdefault(f"seller-{number}", _("No approved seller has the number %(number)s.", number=ref))
        else:
            parts.append(dataclasses.replace(part, seller_id=payee.id))
    if operator is None and not errors.get("operator") and services.needs_operator([_Counted(part.role) for part in parts]):
        errors["operator"] = _("Several paid services sold as one are a package. Choose the licensed agency that operates it.")
    places = {site.slug: site.id for site in queries.sites(reader())}
    if any(slug not in places for slug, _dwell, _travel in rows.stops):
        errors.setdefault("site-0", _("Choose at least one place that the route stops at."))
    if errors or host is None:
        return None
    prices = form.prices()
    return RouteWish(
        theme=Theme(form.theme.data or ""), host_seller_id=host.id, operator_seller_id=operator.id if operator else None,
        title_zh=form.title_zh.data or "", title_en=form.title_en.data or "", story_zh=form.story_zh.data or "",
        story_en=form.story_en.data or "", meeting_zh=form.meeting_zh.data or "", meeting_en=form.meeting_en.data or "",
        stops=[(places[slug], dwell, travel) for slug, dwell, travel in rows.stops], parts=parts, prices=prices,
        ages={kind: AGES[kind] for kind, _fen in prices if kind in AGES}, least_people=int(form.least.data or 1),
        most_people=int(form.most.data or 1), nights=int(form.nights.data or 0), start_times=hours_in(form.times.data or ""),
        weekdays=chosen_weekdays(sent), weeks=int(form.weeks.data or 0), cutoff_hours=int(form.cutoff.data or 12),
        policy=form.policy.data or "group",
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class _Counted:
    """A part as the package rule counts it."""

    role: str

    @property
    def is_service(self) -> bool:
        return self.role not in services.NO_SERVICE


def _approved(ref: str) -> SellerCard | None:
    found = farmers.seller_by_ref(reader(), ref.upper()) if ref else None
    card = farmers.seller_cards(reader(), [found.id])[found.id] if found else None
    return card if card and card.state is SellerState.APPROVED else None


def _sent_back(ref: str, codes: tuple[str, ...]) -> TourView | None:
    """Return the route of one's area that was sent back, or None where none is named.

    Raises:
        NotThere: there is none that may be written anew.
    """
    if not ref:
        return None
    tour = queries.tour_by_ref(reader(), ref=ref)
    is_draft = tour is not None and tour.kind is TourKind.ROUTE and tour.state is TourState.DRAFT
    if tour is None or not is_draft or not tour.village_code.startswith(codes):
        raise NotThere
    return tour


def _boxes_of(tour: TourView) -> MultiDict[str, str]:
    slugs = {stop.site_id: stop.slug for stop in tour.stops}
    keys = {tour.host_seller_id, *(part.seller_id for part in tour.components)}
    cards = farmers.seller_cards(reader(), keys | ({tour.operator_seller_id} if tour.operator_seller_id else set()))
    held = queries.capacities(reader(), [part.resource_id for part in tour.components])
    return written_anew(
        tour, slugs, {key: card.ref for key, card in cards.items()}, {key: amount for key, (_kind, amount) in held.items()}
    )


def _page(sent: MultiDict[str, str], errors: dict[str, str], tour: TourView | None) -> str:
    form = RouteForm(formdata=sent)
    rows = {name: row_count(sent, name) for name in ("stops", "parts")}
    sellers = farmers.sellers_in(reader(), reachable_areas(), (SellerState.APPROVED,), limit=_SELLERS_SHOWN)
    operators = farmers.seller_cards(reader(), queries.licensed_operators(reader(), on=clock.today()))
    page = RoutePage(
        form=form,
        key=form.client_key.data or ids.uuid7(),
        boxes={name: sent.get(name, "") for name in sent},
        stop_rows=rows["stops"],
        part_rows=rows["parts"],
        can_grow=min(rows.values()) < MOST_ROWS,
        sites=[("", "—"), *((site.slug, site.name(locale_id())) for site in queries.sites(reader()))],
        sellers=[(seller.ref, seller.display_name) for seller in sellers],
        operators=[("", _("None: it is one service only")), *((card.ref, card.display_name) for card in operators.values())],
        themes=[(theme.value, _(words)) for theme, words in THEME_WORDS.items()],
        roles=[(role.value, _(words)) for role, words in ROLE_WORDS.items()],
        bases=[(basis.value, _(words)) for basis, words in BASIS_WORDS.items()],
        policies=[(name, _(words)) for name, words in POLICY_WORDS.items()],
        weekdays=weekday_chips(),
        chosen_weekdays=[str(day) for day in chosen_weekdays(sent)],
        errors=errors,
        returned_reason=tour.returned_reason if tour else "",
    )
    return render_template("tours/route.html", page=page, has_errors=bool(errors))


def _agencies(form: AgencyForm) -> str:
    codes = reachable_areas()
    found = queries.agency_licences(reader())
    cards = farmers.seller_cards(reader(), [seller_id for seller_id, _number, _valid_to in found])
    today = clock.today()
    page = AgenciesPage(
        agencies=[
            AgencyLine(
                name=cards[seller_id].display_name, ref=cards[seller_id].ref, number=number, valid_to=valid_to,
                is_valid=valid_to >= today,
            )
            for seller_id, number, valid_to in found
            if cards[seller_id].village_code.startswith(codes)
        ],
        form=form,
        may_record="county_official" in visitor().roles,
        errors={name: str(words[0]) for name, words in form.errors.items()},
    )  # fmt: skip
    return render_template("tours/agencies.html", page=page, has_errors=bool(page.errors))
