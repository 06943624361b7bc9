"""The trail of who did what, in the official's area, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.accounts import labels, queries, rules
from marketplace.accounts.models import AuditEvent
from marketplace.accounts.values import ROLE_NAMES, Role
from marketplace.accounts.views.blueprint import bp
from marketplace.areas import queries as areas
from marketplace.web.db import reader
from marketplace.web.filters import money
from marketplace.web.forms import tidy
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, policy, reachable_areas

READERS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA, "auditor": Reach.AREA}
LINES = 50


@dataclass(frozen=True)
class TrailLine:
    """One deed."""

    id: int
    at: Any
    who: str
    who_ref: str
    roles: str
    action: str
    object_kind: str
    object_kind_name: str
    object_ref: str
    changes: tuple[tuple[str, str, str], ...]
    reason: str
    address: str


@dataclass(frozen=True)
class TrailPage:
    """Some lines of the trail."""

    lines: tuple[TrailLine, ...]
    who: str
    kind: str
    ref: str
    kinds: tuple[tuple[str, str], ...]
    unknown_person: bool
    prev_url: str | None
    next_url: str | None
    label: str
    head: str | None
    head_position: int
    head_at: Any


@bp.get("/office/audit")
@policy("trail.list", of="trail", **READERS)
def trail() -> str:
    """Show lines of the trail, cut to the area, a person, a kind of object or one object."""
    codes = reachable_areas()
    who, kind, ref = (tidy(request.args.get(name, ""))[:80] for name in ("who", "kind", "ref"))
    person = _person(who)
    before = request.args.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) <= 18 else None
    rows: Sequence[AuditEvent] = ()
    if not who or person is not None:
        rows = queries.trail_in(
            reader(), codes, user_id=person, object_kind=kind, object_ref=ref, before_id=before_id, limit=LINES + 1
        )
    shown = rows[:LINES]
    kept: dict[str, Any] = {name: value for name, value in (("who", who), ("kind", kind), ("ref", ref)) if value}
    head = queries.trail_head(reader())
    page = TrailPage(
        lines=_lines(shown),
        who=who,
        kind=kind,
        ref=ref,
        kinds=(("", _("Everything")), *((word, _(name)) for word, name in labels.OBJECTS.items())),
        unknown_person=bool(who) and person is None,
        prev_url=url_for("accounts.trail", **kept) if before_id else None,
        next_url=url_for("accounts.trail", before=shown[-1].id, **kept) if len(rows) > LINES else None,
        label="",
        head=head.hash if head else None,
        head_position=head.position if head else 0,
        head_at=head.linked_at if head else None,
    )
    at = 0 if locale_id() == "zh" else 1
    names = areas.names(reader())
    widest = min(codes, key=len) if codes else None
    return render_template("accounts/trail.html", page=page, area_name=names[widest][at] if widest in names else None)


def _person(who: str) -> int | None:
    """Return the key of whoever has this reference or number."""
    if not who:
        return None
    found = queries.user_by_phone(reader(), who) if rules.PHONE.fullmatch(who) else queries.user_by_ref(reader(), who.upper())
    return found.id if found else None


def _lines(rows: Sequence[AuditEvent]) -> tuple[TrailLine, ...]:
    people = queries.refs_of_users(reader(), {row.user_id for row in rows if row.user_id})
    return tuple(
        TrailLine(
            id=row.id,
            at=row.at,
            who=people[row.user_id][1] if row.user_id in people else _("The system"),
            who_ref=people[row.user_id][0] if row.user_id in people else "",
            roles="、".join(_(ROLE_NAMES[Role(role)]) for role in row.role.split(",") if role in set(Role)),
            action=_(labels.ACTIONS[row.action]) if row.action in labels.ACTIONS else row.action,
            object_kind=row.object_kind,
            object_kind_name=_(labels.OBJECTS[row.object_kind]) if row.object_kind in labels.OBJECTS else row.object_kind,
            object_ref=row.object_ref,
            changes=_changes(row.before or {}, row.after or {}),
            reason=row.reason or "",
            address=row.address or "",
        )
        for row in rows
    )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Return (field, what it was, what it is) of a deed; long values are cut."""
    return tuple(
        (_(labels.FIELDS[name]) if name in labels.FIELDS else name, _short(name, before.get(name)), _short(name, after.get(name)))
        for name in {**before, **after}
    )


def _short(name: str, value: Any) -> str:
    """Return a value as it is read: amounts in yuan, yes, no and words of the house in the reader's; the rest as it is."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if name.endswith("_fen") and isinstance(value, int):
        return money(value)
    text = "" if value is None else str(value)
    if (words := labels.VALUES.get(name, {}).get(text)) is not None:
        return str(_(words))
    return text if len(text) <= 120 else text[:119] + "…"
