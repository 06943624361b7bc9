"""Who holds which role in the official's area: list, grant, end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries, rules, services
from marketplace.accounts.forms import GrantForm
from marketplace.accounts.values import OFFICE_ROLES, ROLE_NAMES, Grant, Role
from marketplace.accounts.views.blueprint import bp
from marketplace.areas import queries as areas
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import mask_phone
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

GRANTERS: dict[str, Any] = {
    "township_official": Reach.AREA, "county_official": Reach.AREA, "administrator": Reach.AREA,
}  # fmt: skip

#: Larger numbers are no keys on any engine.
MOST_KEY = 2**63


@dataclass(frozen=True)
class GrantLine:
    """One person's role."""

    id: int
    name: str
    phone_masked: str
    role: str
    area: str
    from_on: Any
    to_on: Any
    granted_by: str
    can_end: bool


@dataclass(frozen=True)
class PeoplePage:
    """The roles held in some areas, and the form to grant another."""

    lines: tuple[GrantLine, ...]
    has_ended: bool
    form: Any
    roles: tuple[tuple[str, str], ...]
    areas: tuple[tuple[str, str], ...]
    can_grant: bool


@bp.get("/office/people")
@policy("people.list", of="grant", auditor=Reach.AREA, **GRANTERS)
def people() -> str:
    """List who holds which role in the official's area."""
    return _page(GrantForm(formdata=None), reachable_areas())


@bp.post("/office/people")
@policy("people.grant", of="grant", **GRANTERS)
def grant_role() -> Response | tuple[str, int]:
    """Grant a role; a number without an account gets one."""
    form = GrantForm()
    place = areas.area(reader(), tidy(request.form.get("area", "")))
    by, code = me().user_id, authorise(place, village_code=place.code if place else None).code
    if form.is_posted_and_valid():
        phone, name, role, reason = form.phone.data, form.name.data, form.role.data, form.reason.data or ""
        if not name and queries.user_by_phone(reader(), phone) is None:
            form.name.errors = [_("This number has no account yet: enter the person's name.")]
            return _page(form, reachable_areas()), 422
        try:
            write(lambda s: _grant(s, phone, name, role, code, by, reason))
        except Refusal as refusal:
            form.refuse(refusal)
            return _page(form, reachable_areas()), refusal.status
        flash(_("The role is granted."), "ok")
        return redirect(url_for("accounts.people"), code=303)
    return _page(form, reachable_areas()), 422


def _grant(session: Session, phone: str, name: str, role: str, area_code: str, by: int, reason: str) -> None:
    user = queries.user_by_phone(session, phone) or services.create_user(session, name=name, phone=phone, by=by)
    services.grant_role(session, user_id=user.id, role=role, area_code=area_code, by=by, reason=reason)


@bp.post("/office/people/<int:grant_id>/end")
@policy("people.revoke", of="grant", **GRANTERS)
def revoke_role(grant_id: int) -> Response:
    """End a role today."""
    found = queries.grant(reader(), grant_id) if grant_id < MOST_KEY else None
    authorise(found, village_code=found.area_code if found else None)
    by, reason = me().user_id, tidy(request.form.get("reason", ""))[:200]
    try:
        write(lambda s: services.revoke_role(s, grant_id=grant_id, by=by, reason=reason))
        flash(_("The role has ended. The person's devices are signed out."), "ok")
    except Refusal as refusal:
        flash_refusal(refusal)
    return redirect(url_for("accounts.people"), code=303)


def _page(form: GrantForm, codes: Sequence[str]) -> str:
    has_ended = request.args.get("ended") == "1"
    rows = queries.grants_in(reader(), codes, has_ended=has_ended)
    granters = queries.names_of_users(reader(), {row.granted_by for row in rows if row.granted_by})
    at = 0 if locale_id() == "zh" else 1
    names = {code: pair[at] for code, pair in areas.names(reader()).items()}
    mine = tuple(Grant(Role(str(held.role)), held.area_code) for held in me().grants)
    page = PeoplePage(
        lines=tuple(_line(row, names, granters, mine) for row in rows),
        has_ended=has_ended,
        form=form,
        roles=tuple((str(role), _(ROLE_NAMES[role])) for role in OFFICE_ROLES if _could_grant(mine, role)),
        areas=tuple((one.code, _place(one.code, names)) for one in areas.areas_within(reader(), codes)),
        can_grant=any(_could_grant(mine, role) for role in OFFICE_ROLES),
    )
    return render_template("accounts/people.html", page=page, area_name=names.get(min(codes, key=len)) if codes else None)


def _could_grant(mine: Sequence[Grant], role: Role) -> bool:
    return any(held.role in rules.GRANTERS[role] for held in mine)


def _line(row: queries.GrantRow, names: dict[str, str], granters: dict[int, str], mine: Sequence[Grant]) -> GrantLine:
    return GrantLine(
        id=row.id,
        name=row.name,
        phone_masked=mask_phone(row.phone) if row.phone else "",
        role=_(ROLE_NAMES[row.role]),
        area=_place(row.area_code or "", names),
        from_on=row.from_on,
        to_on=row.to_on,
        granted_by=granters.get(row.granted_by or 0, ""),
        can_end=row.to_on is None and row.user_id != me().user_id and rules.may_grant(mine, row.role, row.area_code),
    )


def _place(code: str, names: dict[str, str]) -> str:
    parts = [names.get(code[:digits], code[:digits]) for digits in (9, 12) if len(code) >= digits]
    return " / ".join(parts) or names.get(code, code)
