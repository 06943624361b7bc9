"""Alerts for officials: how many of each rule are in each state, the rows behind each figure, and one alert with its decision."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.areas.queries import areas_within
from marketplace.assistance import queries, services
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.rules.deciding import open_steps
from marketplace.assistance.values.alerts import (
    STANDING_STATES,
    AlertAction,
    AlertFilter,
    AlertRule,
    AlertState,
    AlertView,
    Level,
)
from marketplace.assistance.views.blueprint import READERS, bp, sealer
from marketplace.assistance.views.warnings import LevelTag, finding_words, level_tags, parameter_words, rule_words
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField
from marketplace.web.identity import visitor
from marketplace.web.policy import Reach, authorise, helped_households, may_open, me, policy, reachable_areas

PAGE = 25
#: Who reads how the county judges: all readers of the record but helpers, whose reach is households alone.
RULE_READERS: dict[str, Any] = {role: reach for role, reach in READERS.items() if role != "helper"}
#: Who decides on alerts; which step is whose, the table in `rules.deciding` says.
DECIDERS: dict[str, Any] = {"village_official": Reach.AREA, "task_force": Reach.AREA, "township_official": Reach.AREA}


@dataclass(frozen=True)
class RuleCounts:
    """One rule on the dashboard: a figure and its rows for each state."""

    label: str
    words: str
    #: In the order of the states; each with the address of exactly these rows.
    cells: tuple[tuple[int, str], ...]
    standing: tuple[int, str]


@dataclass(frozen=True)
class DashboardPage:
    """The counts of the person's area."""

    as_of: dt.datetime | None
    states: tuple[str, ...]
    rules: tuple[RuleCounts, ...]
    total: tuple[int, ...]
    #: (level, households, where they are listed)
    levels: tuple[tuple[LevelTag, int, str], ...]
    gone: tuple[int, str]
    overdue: tuple[int, str]
    #: (why, of how many households the last pass could not tell)
    unknown: tuple[tuple[str, int], ...]
    households: int
    show_rules: bool


@dataclass(frozen=True)
class ShownAlert:
    """An alert in a list."""

    line: Any
    rule: str
    finding: str
    level: LevelTag


@dataclass(frozen=True)
class AlertsPage:
    """A page of alerts with its filters."""

    lines: tuple[ShownAlert, ...]
    wanted: AlertFilter
    areas: tuple[tuple[str, str], ...]
    levels: tuple[LevelTag, ...]
    prev_url: str | None
    next_url: str | None
    label: str = ""


@dataclass(frozen=True)
class OneAlertPage:
    """One alert, its rule as it stood, its history, and the steps that are open to this person."""

    alert: AlertView
    rule: str
    rule_words: str
    parameters: list[tuple[str, str]]
    finding: str
    level: LevelTag
    steps: tuple[AlertAction, ...]
    form: Any
    #: Where a monitoring procedure begins, for those who may open one.
    procedure_url: str | None


class StepForm(Form):
    """What was found, or why."""

    note = TidyStringField(most=2000, needed=_l("Say in a sentence what you found."))


@bp.get("/office/alerts")
@policy("alerts.counts", of="household", **READERS)
def alerts() -> str:
    """Show how many alerts of each rule are in each state."""
    areas, helped = reachable_areas(), helped_households()
    counts = queries.alert_counts(reader(), areas, helped)
    versions = queries.standing_versions(reader(), clock.today())
    tags = level_tags(versions["levels"])
    last = queries.last_assessment(reader())
    in_levels = queries.level_counts(reader(), areas, clock.today()) if areas else {}
    page = DashboardPage(
        as_of=last.ended_at if last else None,
        states=tuple(_(words.STATE[state]) for state in AlertState),
        rules=tuple(_rule_counts(rule, counts, rule_words(rule, versions[rule].parameters)) for rule in AlertRule),
        total=tuple(sum(counts.get((rule, state), 0) for rule in AlertRule) for state in AlertState),
        levels=tuple(
            (tags[level], count, url_for("assistance.households", level=level.name.lower()))
            for level, count in sorted(in_levels.items(), reverse=True)
        ),
        gone=(queries.gone_count(reader(), areas, helped), _rows(gone=1)),
        overdue=(queries.overdue_count(reader(), areas), url_for("assistance.visits")),
        unknown=tuple((_(words.LACK[lack]), count) for lack, count in sorted(last.unknown.items())) if last else (),
        households=last.households if last else 0,
        show_rules=bool(visitor().roles & set(RULE_READERS)),
    )
    return render_template("assistance/alerts.html", page=page)


def _rule_counts(rule: AlertRule, counts: dict[tuple[AlertRule, AlertState], int], about: str) -> RuleCounts:
    return RuleCounts(
        label=_(words.RULE[rule]),
        words=about,
        cells=tuple((counts.get((rule, state), 0), _rows(rule=rule, state=state)) for state in AlertState),
        standing=(sum(counts.get((rule, state), 0) for state in STANDING_STATES), _rows(rule=rule)),
    )


def _rows(**wanted: Any) -> str:
    kept: dict[str, Any] = {name: str(value) for name, value in wanted.items()}
    return url_for("assistance.alert_list", **kept)


@bp.get("/office/alerts/list")
@policy("alerts.list", of="household", **READERS)
def alert_list() -> str:
    """List alerts, a page at a time; without a state those that stand."""
    areas, helped = reachable_areas(), helped_households()
    wanted, asked = _wanted(), request.args
    older, newer = asked.get("older", type=int), asked.get("newer", type=int)
    found = queries.alert_page(
        reader(), areas, wanted, sealer=sealer(), keys=helped, size=PAGE, older_than=older, newer_than=None if older else newer
    )
    tags = level_tags()
    kept: dict[str, Any] = {name: asked[name] for name in ("state", "rule", "area", "level", "gone") if asked.get(name)}

    def at(**place: Any) -> str:
        return url_for("assistance.alert_list", **{**kept, **place})

    page = AlertsPage(
        lines=tuple(
            ShownAlert(line, _(words.RULE[line.rule]), finding_words(line.rule, line.figures), tags[line.level])
            for line in found.lines
        ),
        wanted=wanted,
        areas=places_to_choose(areas, helped),
        levels=tags,
        prev_url=at(newer=found.newer_than) if found.newer_than else None,
        next_url=at(older=found.older_than) if found.older_than else None,
    )
    return render_template("assistance/alert_list.html", page=page, words=words)


def _wanted() -> AlertFilter:
    """Read the filter from the address; what cannot be read narrows nothing."""
    asked = request.args
    state, rule, area, level = (asked.get(name, "") for name in ("state", "rule", "area", "level"))
    return AlertFilter(
        state=AlertState(state) if state in set(AlertState) else None,
        rule=AlertRule(rule) if rule in set(AlertRule) else None,
        area=area if area.isascii() and area.isdigit() else "",
        level=chosen_level(level),
        is_gone=asked.get("gone") == "1",
    )


def chosen_level(name: str) -> Level | None:
    """Return the level that an address names, or None."""
    return Level[name.upper()] if name.upper() in Level.__members__ else None


def places_to_choose(areas: Sequence[str], keys: frozenset[int]) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of the places a list may be narrowed to: those below the person's areas, or of whom they help."""
    named = current_app.extensions["area_name"]
    codes = [each.code for each in areas_within(reader(), areas) if each.code not in areas]
    codes += sorted(set(farmers.villages_of_households(reader(), keys).values()) - set(codes))
    return tuple((code, named(code)) for code in codes)


def _known(ref: str) -> Any:
    """Return the alert if the person's reach covers its household."""
    found = queries.alert_by_ref(reader(), ref)
    return authorise(found, household_id=found.household_id if found else None)


def _page(found: Any, form: StepForm) -> str:
    alert = queries.alert_view(reader(), found, sealer=sealer())
    roles = services.roles_over(reader(), me().user_id, alert.village_code)
    levels = queries.levels_of(reader(), [alert.household_id], clock.today())
    page = OneAlertPage(
        alert=alert,
        rule=_(words.RULE[alert.rule]),
        rule_words=rule_words(alert.rule, alert.version.parameters),
        parameters=parameter_words(alert.rule, alert.version.parameters),
        finding=finding_words(alert.rule, alert.figures),
        level=level_tags()[levels.get(alert.household_id, Level.STEADY)],
        steps=open_steps(alert.state, roles),
        form=form,
        procedure_url=_procedure_url(alert),
    )
    return render_template("assistance/alert.html", page=page, words=words)


def _procedure_url(alert: AlertView) -> str | None:
    """Return where a monitoring procedure of the household is opened, for those who may, while the alert stands."""
    """Return where a monitoring procedure of the household is opened, while the alert stands."""
    if alert.state not in STANDING_STATES:
        return None
    if not may_open("assistance.open_case", village_code=alert.village_code, household_id=alert.household_id):
        return None
    return url_for("assistance.open_case", ref=alert.household_ref, kind="monitor", alert=alert.ref)


@bp.get("/office/alerts/<ref>")
@policy("alerts.show", of="household", **READERS)
def alert(ref: str) -> str:
    """Show one alert."""
    return _page(_known(ref), StepForm(formdata=None))


@bp.post("/office/alerts/<ref>/<any(check, help, clear, dismiss):step>")
@policy("alerts.decide", of="household", **DECIDERS)
def decide_alert(ref: str, step: str) -> Any:
    """Take a step on an alert."""
    found = _known(ref)
    form: Any = StepForm()
    seen = request.form.get("seen", "")
    key, by, held = found.id, me().user_id, sealer()
    if not form.is_posted_and_valid() or seen not in set(AlertState):
        return _page(found, form), 400
    try:
        write(
            lambda session: services.take_step(
                session, alert_id=key, action=AlertAction(step), seen=AlertState(seen), note=form.note.data, by=by, sealer=held
            )
        )
    except Refusal as no:
        form.refuse(no)
        return _page(_known(ref), form), no.status
    flash(_("Your step is on record."), "ok")
    return redirect(url_for("assistance.alert", ref=ref), 303)
