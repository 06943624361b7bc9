"""Officials match people to households in person, and approve sellers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField

from marketplace.accounts.queries import names_of_users, user_by_phone
from marketplace.farmers import labels, queries, rules, services
from marketplace.farmers.values import SellerKind, SellerState
from marketplace.farmers.views.blueprint import bp, sealer
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, PhoneField, TidyStringField, tidy
from marketplace.web.identity import visitor
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

_OFFICIALS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA}


#: Who sees what a cooperative gathers and shares.
_POOL_READERS = {"township_official", "county_official", "auditor"}


@dataclass(frozen=True)
class SellerLine:
    """One seller in the list."""

    ref: str
    name: str
    kind: str
    village_code: str
    state: str
    applied_at: Any


@dataclass(frozen=True)
class SellersPage:
    """Sellers of the official's area."""

    lines: tuple[SellerLine, ...]
    state: str
    can_match: bool


@dataclass(frozen=True)
class SellerPage:
    """One seller and what may be decided."""

    line: SellerLine
    story: str
    household_ref: str | None
    head_masked: str
    steps: tuple[tuple[str, str, str], ...]
    may_become: frozenset[str]
    is_own: bool
    can_decide: bool
    #: It may gather lots of its members, and the reader may see them.
    gathers: bool


@dataclass(frozen=True)
class MatchPage:
    """The form of matching a person to a household."""

    form: Any


class MatchForm(Form):
    """Who was met, and for which household."""

    phone = PhoneField(needed=_l("Enter the person's mobile number."))
    household = TidyStringField(most=40, needed=_l("Enter the household's reference or register number."))
    met = BooleanField()
    display_name = TidyStringField(most=60)


def _line(row: Any) -> SellerLine:
    return SellerLine(row.ref, row.display_name, row.kind, row.village_code, row.state, row.applied_at)


@bp.get("/office/sellers")
@policy("sellers.list", of="seller", auditor=Reach.AREA, **_OFFICIALS)
def sellers() -> str:
    """List sellers, those that wait first."""
    state = request.args.get("state", "")
    states = (SellerState(state),) if state in set(SellerState) else ()
    rows = queries.sellers_in(reader(), reachable_areas(), states)
    page = SellersPage(tuple(_line(row) for row in rows), state, bool(visitor().roles & set(_OFFICIALS)))
    return render_template("farmers/sellers.html", page=page, labels=labels)


@bp.get("/office/sellers/<ref>")
@policy("sellers.show", of="seller", auditor=Reach.AREA, **_OFFICIALS)
def seller(ref: str) -> str:
    """Show a seller's way and what may follow."""
    row = authorise(queries.seller_by_ref(reader(), ref))
    household = queries.household(reader(), row.household_id) if row.household_id else None
    heads = queries.heads_masked(reader(), [household.id], sealer=sealer()) if household else {}
    events = queries.events_of_seller(reader(), row.id)
    names = names_of_users(reader(), {event.by_user_id for event in events})
    own = row.household_id is not None and row.household_id in me().household_ids
    page = SellerPage(
        line=_line(row),
        story=row.story,
        household_ref=household.ref if household else None,
        head_masked=heads.get(household.id, "") if household else "",
        steps=tuple(
            (_(labels.SELLER_STATE[event.to_state]), _note(event, names), "done" if event is not events[-1] else "now")
            for event in events
        ),
        may_become=frozenset(str(state) for state in rules.SELLER_EDGES[SellerState(row.state)]),
        is_own=own or row.applied_by == me().user_id,
        can_decide=bool(visitor().roles & set(_OFFICIALS)),
        gathers=row.kind != SellerKind.HOUSEHOLD and bool(visitor().roles & _POOL_READERS),
    )
    return render_template("farmers/seller.html", page=page, labels=labels)


def _note(event: Any, names: dict[int, str]) -> str:
    parts = (names.get(event.by_user_id, ""), f"{event.at:%Y-%m-%d}", event.reason)
    return " · ".join(part for part in parts if part)


def _decide(ref: str, verb: Callable[..., Any], done: str, **options: Any) -> Response:
    row = authorise(queries.seller_by_ref(reader(), ref))
    key, by = row.id, me().user_id
    try:
        write(lambda session: verb(session, seller_id=key, by=by, **options))
        flash(done, "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("farmers.seller", ref=ref), 303)


def _reason() -> str:
    return tidy(request.form.get("reason", ""))[:200]


@bp.post("/office/sellers/<ref>/approve")
@policy("sellers.approve", of="seller", **_OFFICIALS)
def approve(ref: str) -> Response:
    """Let a seller sell."""
    return _decide(ref, services.approve_seller, _("Approved. This seller may offer goods from now on."))


@bp.post("/office/sellers/<ref>/suspend")
@policy("sellers.suspend", of="seller", **_OFFICIALS)
def suspend(ref: str) -> Response:
    """Stop a seller, with a reason."""
    return _decide(ref, services.suspend_seller, _("Stopped. Orders taken stand."), reason=_reason())


@bp.post("/office/sellers/<ref>/resume")
@policy("sellers.resume", of="seller", **_OFFICIALS)
def resume(ref: str) -> Response:
    """Let a stopped seller sell again."""
    return _decide(ref, services.resume_seller, _("This seller may offer goods again."), reason=_reason())


@bp.post("/office/sellers/<ref>/close")
@policy("sellers.close", of="seller", **_OFFICIALS)
def close(ref: str) -> Response:
    """End a seller, or refuse an application."""
    return _decide(ref, services.close_seller, _("Closed."), reason=_reason())


@bp.route("/office/sellers/match", methods=["GET", "POST"])
@policy("sellers.match", of="household", **_OFFICIALS)
def match() -> Any:
    """Match a person whom the official has met to a household of the area, and perhaps apply to sell for it."""
    reachable_areas()
    form = MatchForm()
    if form.is_posted_and_valid():
        if not form.met.data:
            form.met.errors = [_("Match only somebody you have met in person and know.")]
        elif (answer := _match(form)) is not None:
            return answer
    return render_template("farmers/match.html", page=MatchPage(form))


def _match(form: MatchForm) -> Response | None:
    """Do the matching; None leaves what is wrong beside the fields."""
    household = _household(form)
    user = user_by_phone(reader(), form.phone.data)
    if user is None:
        form.phone.errors = [_("Nobody has an account with this number yet. Ask the person to sign in once.")]
    if household is None or user is None:
        return None
    household_id, user_id, by, name = household.id, user.id, me().user_id, form.display_name.data

    def verb(session: Any) -> None:
        services.match_user_to_household(session, household_id=household_id, user_id=user_id, by=by)
        if name:
            services.apply_to_sell(session, household_id=household_id, display_name=name, by=by)

    try:
        write(verb)
    except Refusal as no:
        form.refuse(no)
        return None
    flash(_("Matched. The person may now act for the household."), "ok")
    return redirect(url_for("farmers.sellers"), 303)


def _household(form: MatchForm) -> Any:
    typed = form.household.data
    found = queries.household_by_ref(reader(), typed.upper()) or queries.household_by_register_number(reader(), typed)
    try:
        return authorise(found)
    except NotThere:
        form.household.errors = [_("There is no such household in your area.")]
        return None
