"""Where the county tunes its rules: what stands, what a change would do before it stands, and a second official's decision."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField

from marketplace.accounts.queries import names_of_users
from marketplace.assistance import queries, services
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.rules.alerts import COLOURS, PARAMETERS, Unit, are_in_bounds
from marketplace.assistance.values.alerts import LEVELS, TUNED, AlertRule, VersionState
from marketplace.assistance.views.alerts import RULE_READERS
from marketplace.assistance.views.blueprint import bp
from marketplace.assistance.views.entry import field_of
from marketplace.assistance.views.warnings import parameter_words, rule_words
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, YuanField
from marketplace.web.policy import Reach, me, policy
from marketplace.web.words import flash_refusal

COUNTY_ALONE: dict[str, Any] = {"county_official": Reach.AREA}


@dataclass(frozen=True)
class ShownRule:
    """A rule as it stands today."""

    rule: str
    label: str
    words: str
    number: int
    is_on: bool
    from_on: dt.date
    is_waiting: bool


@dataclass(frozen=True)
class ShownVersion:
    """One version in a rule's history."""

    number: int
    state: str
    from_on: dt.date
    is_on: bool
    parameters: list[tuple[str, str]]
    set_by: str
    decided_by: str
    preview: tuple[tuple[str, str], ...]
    is_mine: bool


@dataclass(frozen=True)
class RulesPage:
    """All rules, and the monitoring ranges by year."""

    rules: tuple[ShownRule, ...]
    ranges: tuple[Any, ...]
    names: Mapping[int, str]
    #: The year whose range the rule of income asks for, where it has none.
    missing_year: int | None
    is_county: bool
    my_user_id: int


@dataclass(frozen=True)
class RulePage:
    """One rule: its form, what a change would do, its history."""

    rule: str
    label: str
    words: str
    form: Any
    fields: tuple[dict[str, Any], ...]
    history: tuple[ShownVersion, ...]
    preview: tuple[tuple[str, str], ...]
    is_county: bool
    may_propose: bool


class RangeForm(Form):
    """The range of a year."""

    year = WholeNumberField(least=2014, most=2100, needed=_l("Enter a year."))
    amount_fen = YuanField(least=1, most=10**8, needed=_l("Enter an amount in yuan."))
    source = TidyStringField(most=200, needed=_l("Name the document with its number."))


def _rule_form(rule: str, standing: Mapping[str, int]) -> Any:
    """Return the form of a rule, its boxes filled with what stands."""
    boxes: dict[str, Any] = {"from_on": DayField(needed=_l("Say from which day.")), "is_on": BooleanField()}
    for name, spec in PARAMETERS[rule].items():
        if spec.unit is Unit.FEN:
            boxes[name] = YuanField(least=spec.least, most=spec.most, needed=_l("Enter an amount in yuan."))
        elif spec.unit is Unit.COLOUR:
            boxes[name] = SelectField(coerce=int, choices=[str(place) for place in range(len(COLOURS))])
        else:
            boxes[name] = WholeNumberField(least=spec.least, most=spec.most, needed=_l("Write a whole number."))
    form: Any = type("RuleForm", (Form,), boxes)()
    if request.method == "GET":
        for name, value in standing.items():
            form[name].data = value
        form.from_on.data = clock.today() + dt.timedelta(days=1)
        form.is_on.data = True
    return form


def _fields(rule: str, form: Any) -> tuple[dict[str, Any], ...]:
    found = []
    for name, spec in PARAMETERS[rule].items():
        options: dict[str, Any] = {"type": "number", "size": "s"}
        if spec.unit is Unit.FEN:
            options |= {"prefix": "¥", "size": "m"}
        elif spec.unit is Unit.COLOUR:
            tones = [(place, _(words.COLOUR[tone])) for place, tone in enumerate(COLOURS)]
            options = {"type": "select", "options": tones, "size": "s"}
        found.append({**field_of(form, name, _(words.PARAMETER[name]), **options), "value": _typed(form[name])})
    found.append(field_of(form, "from_on", _("From"), hint=_("For example 2026-09-12"), size="m"))
    if rule != LEVELS:
        found.append({**field_of(form, "is_on", _("The rule is switched on"), type="checkbox"), "value": bool(form.is_on.data)})
    return tuple(found)


def _typed(field: Any) -> Any:
    return field._value() if hasattr(field, "_value") else field.data


@bp.get("/office/alerts/rules")
@policy("alerts.rules", **RULE_READERS)
def alert_rules() -> str:
    """Show the rules as they stand, and the monitoring ranges."""
    versions = queries.standing_versions(reader(), clock.today())
    waiting = queries.waiting_versions(reader())
    ranges = tuple(queries.all_ranges(reader()))
    year = clock.today().year - 1
    people = {person for row in ranges for person in (row.set_by, row.decided_by) if person is not None}
    page = RulesPage(
        rules=tuple(
            ShownRule(
                rule, _(words.RULE[rule]), rule_words(rule, versions[rule].parameters), versions[rule].number,
                versions[rule].is_on, versions[rule].from_on, rule in waiting,
            )
            for rule in TUNED
        ),
        ranges=ranges,
        names=names_of_users(reader(), people),
        missing_year=None if year in queries.monitoring_ranges(reader(), [year]) else year,
        is_county=_is_county(),
        my_user_id=me().user_id,
    )  # fmt: skip
    return render_template("assistance/alert_rules.html", page=page, words=words)


def _is_county() -> bool:
    return any(str(grant.role) == "county_official" for grant in me().grants)


def _rule_page(rule: str, form: Any, preview: Mapping[str, int] | None = None) -> str:
    rows = queries.rule_history(reader(), rule)
    people = {person for row in rows for person in (row.set_by, row.decided_by) if person is not None}
    names = names_of_users(reader(), people)
    standing = queries.standing_versions(reader(), clock.today())[rule]
    page = RulePage(
        rule=rule,
        label=_(words.RULE[rule]),
        words=rule_words(rule, standing.parameters),
        form=form,
        fields=_fields(rule, form),
        history=tuple(
            ShownVersion(
                number=row.number, state=row.state, from_on=row.from_on, is_on=row.is_on,
                parameters=parameter_words(rule, row.parameters), set_by=names.get(row.set_by or 0, _("The house")),
                decided_by=names.get(row.decided_by or 0, "—"), preview=_preview_words(row.preview),
                is_mine=row.set_by == me().user_id,
            )
            for row in rows
        ),
        preview=_preview_words(preview or {}),
        is_county=_is_county(),
        may_propose=_is_county() and not any(row.state == VersionState.PROPOSED for row in rows),
    )  # fmt: skip
    return render_template("assistance/alert_rule.html", page=page, words=words)


_PREVIEW = {
    "households": _l("Households looked at"),
    "now": _l("Flagged as the rule stands"),
    "then": _l("Flagged after the change"),
    "more": _l("Flagged then and not now"),
    "fewer": _l("Flagged now and not then"),
}


def _preview_words(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Return the figures of a preview in words: those of a rule, or of each level now and then."""
    found = [(str(label), f"{counts[name]:,}") for name, label in _PREVIEW.items() if name in counts]
    for level in ("watch", "concern", "urgent"):
        if f"{level}_now" in counts:
            label = _(words.LEVEL[("watch", "concern", "urgent").index(level) + 1])
            figures = {"now": counts[f"{level}_now"], "then": counts[f"{level}_then"]}
            found.append((label, _("%(now)s households now, %(then)s then", **figures)))
    return tuple(found)


def _preview(rule: str, parameters: Mapping[str, int], *, is_on: bool) -> dict[str, int]:
    """Ask what the change would do; some queries for each thousand households."""
    today = clock.today()
    if rule != LEVELS:
        return queries.rule_preview(reader(), AlertRule(rule), parameters, today, is_on=is_on).as_counts()
    found = queries.level_preview(reader(), queries.county_codes(reader()), parameters, today)
    return {
        f"{level.name.lower()}_{when}": count
        for level, counts in found.items()
        for when, count in zip(("now", "then"), counts, strict=True)
    }


def _known_rule(rule: str) -> str:
    if rule not in TUNED:
        raise NotThere
    return rule


@bp.get("/office/alerts/rules/<rule>")
@policy("alerts.rule", **RULE_READERS)
def alert_rule(rule: str) -> str:
    """Show one rule, its history, and for the county the form that changes it."""
    standing = queries.standing_versions(reader(), clock.today())[_known_rule(rule)]
    return _rule_page(rule, _rule_form(rule, standing.parameters))


@bp.post("/office/alerts/rules/<rule>")
@policy("alerts.propose_rule", **COUNTY_ALONE)
def propose_alert_rule(rule: str) -> Any:
    """Show what a change would do; with `action=propose` hand it to a second official."""
    form = _rule_form(_known_rule(rule), {})
    if not form.is_posted_and_valid():
        return _rule_page(rule, form), 400
    parameters = {name: form[name].data for name in PARAMETERS[rule]}
    is_on, from_on, by = rule == LEVELS or bool(form.is_on.data), form.from_on.data, me().user_id
    counts = _preview(rule, parameters, is_on=is_on) if are_in_bounds(rule, parameters) else {}
    if request.form.get("action") != "propose" and counts:
        return _rule_page(rule, form, counts)
    try:
        write(
            lambda session: services.propose_rule(
                session, rule=rule, parameters=parameters, is_on=is_on, from_on=from_on, preview=counts, by=by
            )
        )
    except Refusal as no:
        form.refuse(no)
        return _rule_page(rule, form, counts), no.status
    flash(_("Proposed. It stands once a second county official agrees."), "ok")
    return redirect(url_for("assistance.alert_rule", rule=rule), 303)


@bp.post("/office/alerts/rules/<rule>/<int(max=9999):number>/<any(approve, reject):verdict>")
@policy("alerts.decide_rule", **COUNTY_ALONE)
def decide_alert_rule(rule: str, number: int, verdict: str) -> Response:
    """Let a proposed version stand, or reject it."""
    by, is_approved = me().user_id, verdict == "approve"
    try:
        write(
            lambda session: services.decide_rule(session, rule=_known_rule(rule), number=number, is_approved=is_approved, by=by)
        )
        flash(_("The change stands from its day on.") if is_approved else _("The change is rejected."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.alert_rule", rule=rule), 303)


@bp.route("/office/alerts/range", methods=["GET", "POST"])
@policy("alerts.range", **COUNTY_ALONE)
def monitoring_range() -> Any:
    """Propose the monitoring range of a year with its document."""
    form: Any = RangeForm()
    by = me().user_id
    if request.method == "GET":
        form.year.data = clock.today().year - 1
    elif form.is_posted_and_valid():
        try:
            write(
                lambda session: services.propose_range(
                    session, year=form.year.data, amount_fen=form.amount_fen.data, source=form.source.data, by=by
                )
            )
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("Proposed. It stands once a second county official agrees."), "ok")
            return redirect(url_for("assistance.alert_rules"), 303)
    fields = (
        field_of(form, "year", _("Year"), type="number", size="s"),
        field_of(form, "amount_fen", _("Range a head and year"), type="number", prefix="¥", size="m"),
        field_of(form, "source", _("Document"), hint=_("Its title and number. Another county's figure is no source.")),
    )
    return render_template("assistance/monitoring_range.html", form=form, fields=fields)


@bp.post("/office/alerts/range/<int:range_id>/<any(approve, reject):verdict>")
@policy("alerts.decide_range", **COUNTY_ALONE)
def decide_range(range_id: int, verdict: str) -> Response:
    """Let a proposed range stand, or reject it."""
    by, is_approved = me().user_id, verdict == "approve"
    try:
        write(lambda session: services.decide_range(session, range_id=range_id, is_approved=is_approved, by=by))
        flash(_("The change stands from its day on.") if is_approved else _("The change is rejected."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.alert_rules"), 303)
