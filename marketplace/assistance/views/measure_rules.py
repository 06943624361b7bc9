"""The rules that recommend measures: the version that counts, a change with what it would do, a second official's word."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from marketplace.accounts.queries import names_of_users
from marketplace.assistance import labels, queries, services
from marketplace.assistance.register.values import Cause, Schooling
from marketplace.assistance.rules.help import CONDITIONS, MOST_POINTS, Sought
from marketplace.assistance.values import Guarantee, MeasureKind
from marketplace.assistance.values.help import SKILLS, Change, Condition, MeasureRule, RuleSet, RuleSetState, Unit
from marketplace.assistance.views.blueprint import RULE_READERS, bp, sealer
from marketplace.assistance.views.help import found_words
from marketplace.assistance.views.households import word
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, tidy
from marketplace.web.identity import visitor
from marketplace.web.policy import Reach, me, policy
from marketplace.web.requests import page_asked
from marketplace.web.words import flash_refusal

PAGE = 50
#: Who decides on the rules of the whole county.
COUNTY: dict[str, Any] = {"county_official": Reach.AREA}


@dataclass(frozen=True)
class RuleLine:
    """One rule on a page."""

    seq: int
    #: Place of the measure among all, and what it is called.
    order: int
    measure: str
    condition: str
    limit: str
    points: int


@dataclass(frozen=True)
class Version:
    """A version in the list of all."""

    number: int
    state: str
    from_on: dt.date
    note: str
    proposed_by: str
    decided_by: str


@dataclass(frozen=True)
class RulesPage:
    """The version that counts today, and all versions."""

    standing: RuleSet | None
    lines: tuple[RuleLine, ...]
    versions: tuple[Version, ...]
    can_propose: bool
    can_see_versions: bool


@dataclass(frozen=True)
class ChangedHousehold:
    """A household for which a version would recommend other measures."""

    change: Change
    ref: str
    head_masked: str
    village_code: str


@dataclass(frozen=True)
class VersionPage:
    """One version, what it changes in the rules, and what it would change for households."""

    rules: RuleSet
    lines: tuple[RuleLine, ...]
    #: (measure, condition, what it says before, what after)
    differences: tuple[tuple[str, str, str, str], ...]
    proposed_by: str
    decided_by: str
    is_waiting: bool
    can_approve: bool
    can_reject: bool
    households: int
    affected: int
    counts: Mapping[MeasureKind, tuple[int, int]]
    changed: tuple[ChangedHousehold, ...]
    prev_url: str | None = None
    next_url: str | None = None
    label: str = ""


@dataclass(frozen=True)
class RuleInput:
    """One rule of the form."""

    line: RuleLine
    #: Empty where the condition looks for a word.
    number: str | None
    points: str
    unit: str
    #: What the number stands for, where it is a step of a list.
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ChangePage:
    """The form of a new version: every rule with its number and points, and a line for one more."""

    form: Any
    rules: tuple[RuleInput, ...]
    conditions: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class RulesForm(Form):
    """What holds for the whole version, and one more rule."""

    least_points = WholeNumberField(least=1, most=MOST_POINTS, needed=_l("Say from how many points a measure is recommended."))
    outcome_days = WholeNumberField(least=1, most=3650, needed=_l("Say after how many days a measure should show something."))
    from_on = DayField(needed=_l("Say from which day."))
    note = TidyStringField(most=400, needed=_l("Say what you change and why."))
    new_measure = SelectField(choices=["", *(str(kind) for kind in MeasureKind)], default="")
    new_condition = SelectField(choices=["", *(str(one) for one in Condition)], default="")
    new_number = TidyStringField(most=10)
    new_word = TidyStringField(most=24)
    new_points = WholeNumberField(least=-MOST_POINTS, most=MOST_POINTS)


def _limit(rule: MeasureRule) -> str:
    condition = CONDITIONS[rule.condition]
    if rule.word is not None:
        return found_words(condition.unit, rule.word)
    return found_words(condition.unit, rule.number or 0)


def _line(seq: int, rule: MeasureRule) -> RuleLine:
    order = list(MeasureKind).index(rule.measure)
    return RuleLine(seq, order, _(labels.MEASURE[rule.measure]), _(labels.CONDITION[rule.condition]), _limit(rule), rule.points)


def _lines(rules: Sequence[MeasureRule]) -> tuple[RuleLine, ...]:
    return tuple(_line(seq, rule) for seq, rule in enumerate(rules, 1))


@bp.get("/office/help/rules")
@policy("help.rules", **RULE_READERS)
def measure_rules() -> str:
    """Show the version that counts today and all there ever were."""
    rows = queries.measure_rule_sets(reader())
    names = names_of_users(reader(), {key for row in rows for key in (row.proposed_by, row.decided_by) if key is not None})
    standing = queries.measure_rule_set_on(reader(), clock.today())
    page = RulesPage(
        standing=standing,
        lines=_lines(standing.rules) if standing else (),
        versions=tuple(
            Version(
                row.number, row.state, row.from_on, row.note, names.get(row.proposed_by or 0, ""),
                names.get(row.decided_by or 0, ""),
            )
            for row in rows
        ),
        can_propose=bool(visitor().roles & set(COUNTY)) ,
        can_see_versions=bool(visitor().roles & {*COUNTY, "auditor"}),
    )  # fmt: skip
    return render_template("assistance/measure_rules.html", page=page, labels=labels)


@bp.get("/office/help/rules/<int(max=9999):number>")
@policy("help.rule_version", county_official=Reach.AREA, auditor=Reach.AREA)
def measure_rule_version(number: int) -> str:
    """Show a version beside the one before, and what it would change for which households."""
    rules = queries.measure_rule_set(reader(), number)
    if rules is None:
        raise NotThere
    waits = rules.state is RuleSetState.PROPOSED
    before = queries.measure_rule_set_on(reader(), clock.today()) if waits else queries.measure_rule_set(reader(), number - 1)
    preview = queries.preview_measure_rules(reader(), before, rules, clock.today()) if waits and before else None
    asked = page_asked()
    changes = preview.changes if preview else ()
    last = max(1, -(-len(changes) // PAGE))
    here = min(asked, last)
    names = names_of_users(reader(), {key for key in (rules.proposed_by, rules.decided_by) if key is not None})
    may_decide = waits and bool(visitor().roles & set(COUNTY))

    def at(other: int) -> str:
        return url_for("assistance.measure_rule_version", number=number, page=other, _anchor="households")

    page = VersionPage(
        rules=rules,
        lines=_lines(rules.rules),
        differences=_differences(before, rules) if before else (),
        proposed_by=names.get(rules.proposed_by or 0, ""),
        decided_by=names.get(rules.decided_by or 0, ""),
        is_waiting=waits,
        can_approve=may_decide and rules.proposed_by != me().user_id,
        can_reject=may_decide,
        households=preview.households if preview else 0,
        affected=len(changes),
        counts=preview.counts() if preview else {},
        changed=_changed(changes[(here - 1) * PAGE : here * PAGE]),
        prev_url=at(here - 1) if here > 1 else None,
        next_url=at(here + 1) if here < last else None,
        label=_("Page %(number)s", number=here),
    )
    return render_template("assistance/measure_rule_version.html", page=page, labels=labels)


def _changed(changes: Sequence[Change]) -> tuple[ChangedHousehold, ...]:
    keys = [one.household_id for one in changes]
    refs, villages = refs_of_households(reader(), keys), farmers.villages_of_households(reader(), keys)
    heads = farmers.heads_masked(reader(), keys, sealer=sealer())
    return tuple(
        ChangedHousehold(one, refs[one.household_id], heads.get(one.household_id, ""), villages[one.household_id])
        for one in changes
    )


def _differences(before: RuleSet, after: RuleSet) -> tuple[tuple[str, str, str, str], ...]:
    """Return the rules that only one of two versions has; a rule with another number or other points is on both sides."""

    def said(rule: MeasureRule) -> str:
        return f"{_limit(rule)} · {rule.points:+d}"

    gone = [rule for rule in before.rules if rule not in after.rules]
    new = [rule for rule in after.rules if rule not in before.rules]
    found = []
    for rule in gone:
        twin = next(
            (one for one in new if (one.measure, one.condition, one.word) == (rule.measure, rule.condition, rule.word)), None
        )
        if twin is not None:
            new.remove(twin)
        found.append((rule, said(rule), said(twin) if twin else "—"))
    found += [(rule, "—", said(rule)) for rule in new]
    return tuple((_(labels.MEASURE[rule.measure]), _(labels.CONDITION[rule.condition]), then, now) for rule, then, now in found)


@bp.route("/office/help/rules/change", methods=["GET", "POST"])
@policy("help.change_rules", **COUNTY)
def change_measure_rules() -> Any:
    """Propose a version: other numbers and points, rules left out, one rule more."""
    standing = queries.measure_rule_set_on(reader(), clock.today())
    if standing is None:
        raise NotThere
    form: Any = RulesForm()
    typed = {seq: (str(rule.points), _typed(rule)) for seq, rule in enumerate(standing.rules, 1)}
    if request.method == "GET":
        form.least_points.data, form.outcome_days.data, form.from_on.data = (
            standing.least_points, standing.outcome_days, clock.today(),
        )  # fmt: skip
    else:
        typed = {
            seq: (tidy(request.form.get(f"points-{seq}", points))[:5], tidy(request.form.get(f"number-{seq}", number))[:6])
            for seq, (points, number) in typed.items()
        }
        if form.is_posted_and_valid() and (answer := _propose(form, standing, typed)) is not None:
            return answer
    page = ChangePage(
        form=form,
        rules=tuple(
            RuleInput(line, None if rule.word else typed[line.seq][1], typed[line.seq][0], _unit(rule), _steps(rule))
            for line, rule in zip(_lines(standing.rules), standing.rules, strict=True)
        ),
        conditions=tuple((str(one), str(_(labels.CONDITION[one]))) for one in Condition),
        limits=_word_lists(),
    )
    return render_template("assistance/measure_rules_change.html", page=page, labels=labels)


def _typed(rule: MeasureRule) -> str:
    """Return a rule's number as the form holds it: areas in mu, all others as they are."""
    if rule.number is None:
        return ""
    return f"{rule.number / 10:g}" if CONDITIONS[rule.condition].unit is Unit.MU else str(rule.number)


def _unit(rule: MeasureRule) -> str:
    return {Unit.MU: str(_("mu")), Unit.PERCENT: "%"}.get(CONDITIONS[rule.condition].unit, "")


def _steps(rule: MeasureRule) -> tuple[tuple[str, str], ...]:
    """Return (number, word) of the steps of schooling where a rule compares with one."""
    if CONDITIONS[rule.condition].unit is not Unit.SCHOOLING:
        return ()
    return tuple((str(place), word("Schooling", step.code)) for place, step in enumerate(Schooling))


def _read(condition: Condition, typed: str) -> int:
    """Return a number as rules hold it. Raises: ValueError."""
    if CONDITIONS[condition].unit is Unit.MU:
        tenths = float(typed) * 10
        if tenths != int(tenths):
            raise ValueError(typed)
        return int(tenths)
    return int(typed)


def _propose(form: Any, standing: RuleSet, typed: Mapping[int, tuple[str, str]]) -> Response | None:
    """Propose what was typed; None leaves what is wrong above the form."""
    rules: list[MeasureRule] = []
    for seq, rule in enumerate(standing.rules, 1):
        points, number = typed[seq]
        try:
            changed = replace(rule, points=int(points or "0"), number=None if rule.word else _read(rule.condition, number))
        except (ValueError, OverflowError):
            form.form_errors = [_("Rule %(number)d can't be used: check its number and its points.", number=seq)]
            return None
        if changed.points:
            rules.append(changed)
    if (more := _one_more(form)) is not None:
        rules.append(more)
    elif form.form_errors:
        return None
    by = me().user_id
    try:
        proposed = write(
            lambda session: services.propose_measure_rules(
                session, rules=rules, least_points=form.least_points.data, outcome_days=form.outcome_days.data,
                from_on=form.from_on.data, note=form.note.data, by=by,
            )
        )  # fmt: skip
    except Refusal as no:
        form.refuse(no)
        return None
    flash(_("Proposed. Look at whom it would affect; another county official decides."), "ok")
    return redirect(url_for("assistance.measure_rule_version", number=proposed), 303)


def _one_more(form: Any) -> MeasureRule | None:
    """Return the rule of the empty line, or None; what is half said is put above the form."""
    if not form.new_condition.data and not form.new_measure.data:
        return None
    try:
        condition, measure = Condition(form.new_condition.data), MeasureKind(form.new_measure.data)
        of = CONDITIONS[condition]
        is_sought = isinstance(of, Sought)
        if of.unit is Unit.SCHOOLING:
            form.new_number.data = str([step.code for step in Schooling].index(form.new_word.data))
        return MeasureRule(
            measure, condition, form.new_points.data or 0, of.reasons[0],
            number=None if is_sought else _read(condition, form.new_number.data),
            word=form.new_word.data if is_sought else None,
        )  # fmt: skip
    except (ValueError, OverflowError):
        form.form_errors = [_("The new rule is not whole: choose its measure and condition, its number or word, and its points.")]
        return None


def _word_lists() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the words that conditions look for, by the condition's name: options of one select."""
    return (
        (_(labels.CONDITION[Condition.CAUSE]), tuple((one.code, word("Cause", one.code)) for one in Cause)),
        (_(labels.CONDITION[Condition.WISH]), tuple((str(one), str(_(labels.MEASURE[one]))) for one in MeasureKind)),
        (_("Best schooling among grown-ups"), tuple((one.code, word("Schooling", one.code)) for one in Schooling)),
        (_(labels.CONDITION[Condition.SKILL]), tuple((str(one), str(_(labels.CAPACITY[one]))) for one in SKILLS)),
        (_(labels.CONDITION[Condition.UNMET]), tuple((str(one), str(_(labels.GUARANTEE[one]))) for one in Guarantee)),
    )


def _decide(number: int, verb: Any, done: str) -> Response:
    try:
        write(verb)
        flash(done, "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.measure_rule_version", number=number), 303)


@bp.post("/office/help/rules/<int(max=9999):number>/approve")
@policy("help.approve_rules", **COUNTY)
def approve_measure_rules(number: int) -> Response:
    """Let a version count; never by whoever proposed it."""
    by = me().user_id
    return _decide(
        number,
        lambda session: services.approve_measure_rules(session, number=number, by=by),
        _("Approved. The rules count from their day on."),
    )


@bp.post("/office/help/rules/<int(max=9999):number>/reject")
@policy("help.reject_rules", **COUNTY)
def reject_measure_rules(number: int) -> Response:
    """Turn a version down with a reason, or take back one's own."""
    by, reason = me().user_id, tidy(request.form.get("reason", ""))
    return _decide(
        number,
        lambda session: services.reject_measure_rules(session, number=number, by=by, reason=reason),
        _("Rejected. Another version can be proposed."),
    )
