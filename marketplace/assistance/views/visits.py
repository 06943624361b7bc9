"""Visits that are due: overdue ones for officials, and the month's plan for whoever goes, on the phone."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.assistance import queries, services
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.values.plans import VisitLine
from marketplace.assistance.views.alerts import places_to_choose
from marketplace.assistance.views.blueprint import READERS, VISITORS, bp, sealer
from marketplace.assistance.views.households import known
from marketplace.assistance.views.warnings import LevelTag, level_tags
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form
from marketplace.web.identity import visitor
from marketplace.web.policy import helped_households, me, policy, reachable_areas

PAGE = 25
_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True)
class VisitsPage:
    """A page of due visits."""

    lines: tuple[tuple[VisitLine, LevelTag], ...]
    today: dt.date
    until: dt.date
    area: str
    areas: tuple[tuple[str, str], ...]
    can_visit: bool
    #: What a phone takes along: reference and masked name, nothing else.
    homes: tuple[dict[str, str], ...]
    prev_url: str | None
    next_url: str | None
    label: str = ""


class DayForm(Form):
    """The day of a visit."""

    on = DayField(needed=_l("Say on which day you go."))


@bp.get("/office/visits")
@policy("visits.overdue", of="household", **READERS)
def visits() -> str:
    """List the visits that are overdue, the longest first."""
    areas, helped, today = reachable_areas(), helped_households(), clock.today()
    until = today - dt.timedelta(days=1)
    return render_template("assistance/visits.html", page=_page("assistance.visits", areas, helped, until), words=words)


def _page(endpoint: str, areas: tuple[str, ...], helped: frozenset[int], until: dt.date) -> VisitsPage:
    asked = request.args.get("area", "")
    area = asked if asked.isascii() and asked.isdigit() else ""
    found = queries.visits_due(reader(), areas, by=until, sealer=sealer(), keys=helped, area=area, size=PAGE, after=_place())
    tags = level_tags()

    def at(place: tuple[dt.date, int] | None) -> str:
        return url_for(endpoint, area=area or None, after=f"{place[0].isoformat()}~{place[1]}" if place else None)

    return VisitsPage(
        lines=tuple((line, tags[line.level]) for line in found.lines),
        homes=tuple({"ref": line.ref, "name": line.head_masked} for line in found.lines),
        today=clock.today(),
        until=until,
        area=area,
        areas=places_to_choose(areas, helped),
        can_visit=bool(visitor().roles & set(VISITORS)),
        prev_url=at(None) if _place() else None,
        next_url=at(found.after) if found.after else None,
    )


def _place() -> tuple[dt.date, int] | None:
    """Read the place of the last row from the address; what names no day and key begins at the beginning."""
    found = _PLACE.fullmatch(request.args.get("after", ""))
    if not found:
        return None
    try:
        return dt.date.fromisoformat(found[1]), int(found[2])
    except ValueError:
        return None


@bp.get("/desk/visits")
@policy("visits.plan", of="household", **VISITORS)
def visit_plan() -> str:
    """Show whoever goes which households are to be visited this month, and why."""
    areas, helped, today = reachable_areas(), helped_households(), clock.today()
    until = (today.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    page = _page("assistance.visit_plan", areas, helped, until)
    return render_template("assistance/visit_plan.html", page=page, words=words, desk_name=me().name)


@bp.route("/desk/visits/<ref>/day", methods=["GET", "POST"])
@policy("visits.arrange", of="household", **VISITORS)
def arrange_visit(ref: str) -> Any:
    """Arrange a household's visit for a day."""
    household = known(ref)
    form: Any = DayForm()
    household_id, by = household.id, me().user_id
    plan = queries.plan_of(reader(), household_id)
    if request.method == "GET":
        form.on.data = (plan.planned_on if plan else None) or clock.today() + dt.timedelta(days=1)
    elif form.is_posted_and_valid():
        try:
            write(lambda session: services.plan_visit(session, household_id=household_id, on=form.on.data, by=by))
        except Refusal as no:
            if no.status == 404:
                raise
            form.refuse(no, "on")
        else:
            flash(_("The day is arranged."), "ok")
            return redirect(url_for("assistance.visit_plan"), 303)
    days = [clock.today() + dt.timedelta(days=ahead) for ahead in (0, 1, 2, 3, 7)]
    return render_template(
        "assistance/visit_day.html", form=form, ref=ref, village_code=household.village_code, plan=plan, days=days,
        back_url=url_for("assistance.visit_plan"), desk_name=me().name,
    )  # fmt: skip
