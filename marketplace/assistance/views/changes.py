"""What changed since a day: in the record of a household, and in all records of an area."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.assistance import labels
from marketplace.assistance.labels import alerts as alert_words
from marketplace.assistance.labels import changes as words
from marketplace.assistance.labels import procedures as case_words
from marketplace.assistance.queries.changes import change_counts, changes
from marketplace.assistance.values.changes import Change, Happened, Part
from marketplace.assistance.views.blueprint import AREA_READERS, READERS, bp, sealer
from marketplace.assistance.views.households import known, word
from marketplace.assistance.views.turning import Pager, turn
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.notices.values import OBJECTION_WORDS, ObjectionState
from marketplace.web.db import reader
from marketplace.web.filters import month
from marketplace.web.policy import authorise, policy

PAGE = 30
#: So many days back where the address says nothing.
DAYS_BACK = 90
#: Nothing on record is older.
FIRST_DAY = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class ChangesPage:
    """What changed since a day."""

    title: str
    village_code: str
    trail: tuple[tuple[str, str | None], ...]
    action: str
    since: dt.date
    as_of: dt.datetime
    #: How many of each kind, and of all together.
    counts: tuple[Mapping[str, Any], ...]
    number: int
    #: What the list below is narrowed to.
    caption: str
    has_households: bool
    rows: tuple[Mapping[str, Any], ...]
    pager: Pager


@bp.get("/office/households/<ref>/changes")
@policy("households.show", of="household", **READERS)
def household_changes(ref: str) -> str:
    """Show what changed in the record of a household since a day."""
    household = known(ref)
    crumbs = (
        (_("Households"), url_for("assistance.households")),
        (ref, url_for("assistance.household", ref=ref)),
        (_("What changed"), None),
    )
    return _shown(
        _("What changed: household %(ref)s", ref=ref), household.village_code, crumbs,
        url_for("assistance.household_changes", ref=ref), {"household_id": household.id},
    )  # fmt: skip


@bp.get("/office/households/changes/<code>")
@policy("households.changes", of="area", **AREA_READERS)
def area_changes(code: str) -> str:
    """Show what changed in the records of an area since a day."""
    found = areas.area(reader(), code) if code.isascii() and code.isdigit() else None
    authorise(found, village_code=code)
    crumbs = ((_("Households"), url_for("assistance.households", village=code)), (_("What changed"), None))
    return _shown(
        _("What changed in the records"), code, crumbs, url_for("assistance.area_changes", code=code), {"area_code": code}
    )


def change_words(change: Change) -> str:
    """Return what it was that changed, in the reader's language; empty where the part says enough."""
    code, _slash, more = change.code.partition("/")
    if not code:
        return ""
    if change.part in (Part.PERSON, Part.CAUSE):
        return word("Relation" if change.part is Part.PERSON else "Cause", code)
    if change.part is Part.INCOME:
        return f"{month(code)} · {_(labels.CATEGORY[more])}"
    named: Mapping[Part, Mapping[str, str]] = {
        Part.REGISTRATION: labels.ENDED,
        Part.MONITORING: labels.MONITORING,
        Part.CAPACITY: labels.CAPACITY,
        Part.WISH: labels.MEASURE,
        Part.CHOICE: labels.MEASURE,
        Part.MEASURE: labels.MEASURE,
        Part.OUTCOME: labels.MEASURE,
        Part.COURSE: labels.COURSE_KIND,
        Part.GUARANTEE: labels.GUARANTEE,
        Part.SPENDING: alert_words.SPENDING,
        Part.ALERT: alert_words.RULE,
        Part.ALERT_STEP: alert_words.STEP,
        Part.CASE: case_words.KIND,
        Part.SIGNATURE: case_words.SIGNED,
        Part.OBJECTION: {str(state): OBJECTION_WORDS[state] for state in ObjectionState},
        Part.CONSENT: words.CONSENT,
    }
    second: Mapping[Part, Mapping[str, str]] = {
        Part.CHOICE: labels.PLAN_STATE,
        Part.CASE: case_words.STATE,
        Part.GUARANTEE: {"met": _("Met"), "unmet": _("Not met")},
    }
    said = [_(named[change.part][code])] + ([_(second[change.part][more])] if more else [])
    return " · ".join(str(one) for one in said)


def _asked_since() -> dt.date:
    try:
        asked = dt.date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        asked = clock.today() - dt.timedelta(days=DAYS_BACK)
    return min(max(asked, FIRST_DAY), clock.today())


def _shown(title: str, code: str, trail: tuple[tuple[str, str | None], ...], action: str, whose: dict[str, Any]) -> str:
    since = _asked_since()
    part, happened = request.args.get("part", ""), request.args.get("happened", "")
    if (part and part not in set(Part)) or (happened and happened not in set(Happened)):
        raise NotThere
    counts = change_counts(reader(), since, **whose)
    number = sum(
        count for (one, what), count in counts.items() if (not part or one == part) and (not happened or what == happened)
    )
    place = turn("page", number, PAGE)
    found = changes(
        reader(), since, parts=[Part(part)] if part else [], happened=Happened(happened) if happened else None,
        limit=PAGE, offset=place.start, **whose,
    )  # fmt: skip
    here = {"since": since.isoformat()}
    caption = _("Everything that changed")
    if part:
        caption = " · ".join([_(words.PART[part]), *([_(words.HAPPENED[happened])] if happened else [])])
    return render_template(
        "assistance/changes.html",
        page=ChangesPage(
            title=title,
            village_code=code,
            trail=trail,
            action=action,
            since=since,
            as_of=clock.now(),
            counts=tuple(
                {
                    "part": _(words.PART[one]),
                    "happened": _(words.HAPPENED[what]),
                    "number": {"value": count, "url": f"{action}?since={here['since']}&part={one}&happened={what}"},
                }
                for (one, what), count in counts.items()
            ),
            number=sum(counts.values()),
            caption=caption,
            has_households="area_code" in whose,
            rows=_rows(found),
            pager=place.pager,
        ),
    )


def _rows(found: Sequence[Change]) -> tuple[Mapping[str, Any], ...]:
    keys = {change.household_id for change in found}
    refs, heads = refs_of_households(reader(), keys), farmers.heads_masked(reader(), keys, sealer=sealer())
    return tuple(
        {
            "on": change.on,
            "household": {
                "value": f"{heads.get(change.household_id, '')} {refs[change.household_id]}",
                "url": url_for("assistance.household", ref=refs[change.household_id]),
            },
            "part": _(words.PART[change.part]),
            "what": change_words(change) or "—",
            "happened": _(words.HAPPENED[change.happened]),
        }
        for change in found
    )
