"""The household's own pages: how it is shown, what it agreed to, and applying to sell."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.farmers import labels, queries, services
from marketplace.farmers.values import ConsentKind
from marketplace.farmers.views.blueprint import bp
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField
from marketplace.web.policy import Reach, authorise, me, my_households, policy
from marketplace.web.words import flash_refusal


@dataclass(frozen=True)
class OwnHousehold:
    """One household of the person, as its own pages show it."""

    ref: str
    village_code: str
    seller_ref: str | None
    seller_name: str
    story: str
    state: str | None
    shown_name: str
    consents: frozenset[str]


@dataclass(frozen=True)
class ProfilePage:
    """How the households of the person are shown."""

    households: tuple[OwnHousehold, ...]
    kinds: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True)
class JoinPage:
    """How to become a seller."""

    households: tuple[OwnHousehold, ...]
    form: Any


class NameForm(Form):
    """What buyers call the seller."""

    display_name = TidyStringField(most=60, needed=_l("Say what buyers shall call you."))
    story = TidyStringField(most=1000)


def _own(household_ids: frozenset[int]) -> tuple[OwnHousehold, ...]:
    consents = queries.standing_consents(reader(), household_ids)
    found = []
    for key in sorted(household_ids):
        household = queries.household(reader(), key)
        if household is None:
            continue
        sellers = queries.sellers_of_household(reader(), key)
        seller = next((one for one in sellers if one.state != "closed"), None)
        cards = queries.seller_cards(reader(), [seller.id]) if seller else {}
        found.append(
            OwnHousehold(
                ref=household.ref,
                village_code=household.village_code,
                seller_ref=seller.ref if seller else None,
                seller_name=seller.display_name if seller else "",
                story=seller.story if seller else "",
                state=seller.state if seller else None,
                shown_name=cards[seller.id].display_name if seller else "",
                consents=consents.get(key, frozenset()),
            )
        )
    return tuple(found)


def _household(ref: str) -> Any:
    return authorise(queries.household_by_ref(reader(), ref))


def _join_page(form: NameForm) -> str:
    page = JoinPage(_own(me().household_ids), form)
    return render_template("farmers/join.html", page=page, labels=labels, back_url=url_for("accounts.mine"))


def _profile_page(page: ProfilePage) -> str:
    return render_template("farmers/profile.html", page=page, labels=labels, back_url=url_for("desk.home"))


@bp.get("/desk/join")
@policy("sellers.join", signed_in=True)
def join() -> str:
    """Say how to become a seller, or how far the application has come."""
    return _join_page(NameForm())


@bp.post("/desk/join/<ref>")
@policy("sellers.apply", of="household", farmer=Reach.HOUSEHOLD)
def apply(ref: str) -> Any:
    """Apply to sell for one's household."""
    household = _household(ref)
    form = NameForm()
    key, by = household.id, me().user_id
    if form.is_posted_and_valid():
        try:
            write(
                lambda session: services.apply_to_sell(
                    session, household_id=key, display_name=form.display_name.data, story=form.story.data, by=by
                )
            )
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("Sent. The village looks at it and tells you."), "ok")
            return redirect(url_for("farmers.join"), 303)
    return _join_page(form), 400


@bp.get("/desk/profile")
@policy("farmers.profile", of="household", farmer=Reach.HOUSEHOLD)
def profile() -> str:
    """Show how the household appears to buyers and what it agreed to."""
    page = ProfilePage(_own(my_households()), tuple(str(kind) for kind in ConsentKind))
    return _profile_page(page)


@bp.post("/desk/profile/<ref>/name")
@policy("farmers.rename", of="household", farmer=Reach.HOUSEHOLD)
def rename(ref: str) -> Any:
    """Change what buyers call the seller."""
    household = _household(ref)
    form = NameForm()
    sellers = [one for one in queries.sellers_of_household(reader(), household.id) if one.state != "closed"]
    if not sellers:
        return redirect(url_for("farmers.join"), 303)
    key, by = sellers[0].id, me().user_id
    if not form.is_posted_and_valid():
        own, kinds = _own(my_households()), tuple(str(kind) for kind in ConsentKind)
        page = ProfilePage(own, kinds, form.errors_for("display_name") or form.errors_for("story"))
        return _profile_page(page), 400
    try:
        write(
            lambda session: services.rename_seller(
                session, seller_id=key, display_name=form.display_name.data, story=form.story.data, by=by
            )
        )
        flash(_("Saved."), "ok")
    except Refusal as no:
        flash_refusal(no)
    return redirect(url_for("farmers.profile"), 303)


@bp.post("/desk/profile/<ref>/consent")
@policy("farmers.consent", of="household", farmer=Reach.HOUSEHOLD)
def consent(ref: str) -> Response:
    """Give a consent or take it back; no sale depends on it."""
    household = _household(ref)
    key, by, kind = household.id, me().user_id, request.form.get("kind", "")
    if kind in set(ConsentKind):
        verb = services.give_consent if request.form.get("give") == "1" else services.withdraw_consent
        write(lambda session: verb(session, household_id=key, kind=ConsentKind(kind), by=by))
        flash(_("Saved. Your goods stay on sale either way."), "ok")
    return redirect(url_for("farmers.profile"), 303)
