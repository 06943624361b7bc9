"""The nightly pass: every open household is judged by every rule, a chunk and a short transaction at a time.

It is safe to lose half-way and to repeat: a household is warned of once for each rule and period, an alert that stands is not
raised again, and one whose condition is gone is marked. It moves no alert from state to state: people do.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from marketplace.assistance.models import Alert, AlertStep, Assessment
from marketplace.assistance.queries.facts import CHUNK, facts_of
from marketplace.assistance.queries.tuning import standing_versions
from marketplace.assistance.rules.alerts import judge, level_of, points_of
from marketplace.assistance.services.plans import plan_visits
from marketplace.assistance.services.tuning import load_alert_rules
from marketplace.assistance.values.alerts import (
    LEVELS,
    STANDING_STATES,
    AlertRule,
    AlertState,
    Facts,
    Finding,
    RuleVersion,
    SweepAction,
    Unknown,
)
from marketplace.farmers.queries.references import open_households_after
from marketplace.kernel import clock, ids


@dataclass
class _Changes:
    """What one chunk changes."""

    raised: list[dict[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    #: (household, lack): one household may lack the same for two rules.
    unknown: set[tuple[int, str]] = field(default_factory=set)
    #: What the rule of visits was told.
    facts: list[Facts] = field(default_factory=list)


def assess_next(session: Session, after: int) -> tuple[int, int | None]:
    """Judge the next open households after a key; return how many alerts changed, and the last key while there may be more."""
    today, now = clock.today(), clock.now()
    if after == 0:
        _begin(session, today)
    households = open_households_after(session, after, limit=CHUNK)
    run = session.get_one(Assessment, today)
    if not households:
        run.ended_at = now
        session.flush()
        return 0, None
    versions = standing_versions(session, today)
    facts = facts_of(session, households, today)
    changes = _judged(facts, versions, _known(session, [row[0] for row in households]))
    _write(session, changes, now)
    plan_visits(session, changes.facts, versions[AlertRule.NO_VISIT].parameters)
    run.households += len(households)
    run.raised += len(changes.raised)
    run.gone += len(changes.gone)
    run.unknown = dict(Counter(run.unknown) + Counter(lack for _, lack in changes.unknown))
    session.flush()
    return len(changes.raised) + len(changes.gone) + len(changes.back), households[-1][0]


def _begin(session: Session, today: dt.date) -> None:
    """Write the pass of a day down; begun again on the same day, it counts anew."""
    fresh: dict[str, Any] = {"begun_at": clock.now(), "ended_at": None, "households": 0, "raised": 0, "gone": 0, "unknown": {}}
    load_alert_rules(session)
    session.merge(Assessment(assessed_on=today, **fresh))
    session.flush()


def _known(session: Session, keys: Sequence[int]) -> dict[int, list[Any]]:
    """Return what was ever raised about households, by key: an alert of years ago still keeps its period."""
    rows = session.execute(
        select(Alert.household_id, Alert.id, Alert.rule, Alert.period, Alert.state, Alert.gone_at).where(
            Alert.household_id.in_(keys)
        )
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row)
    return found


def _judged(facts: Iterable[Facts], versions: Mapping[str, RuleVersion], known: Mapping[int, list[Any]]) -> _Changes:
    changes, table = _Changes(), versions[LEVELS].parameters
    for each in facts:
        alerts = known.get(each.household_id, ())
        standing = {row.rule: row for row in alerts if row.state in STANDING_STATES}
        periods = {(row.rule, row.period) for row in alerts}
        raised = {
            rule
            for rule in AlertRule
            if rule is not AlertRule.NO_VISIT and _compare(each, versions[rule], standing.get(rule), periods, changes)
        }
        # the last of all: how often a household is visited depends on what stands from this pass on
        points = points_of((standing.keys() | raised) - {AlertRule.NO_VISIT}, table)
        told = replace(each, level=level_of(points, table))
        _compare(told, versions[AlertRule.NO_VISIT], standing.get(AlertRule.NO_VISIT), periods, changes)
        changes.facts.append(told)
    return changes


def _compare(facts: Facts, version: RuleVersion, held: Any, periods: set[tuple[str, str]], changes: _Changes) -> bool:
    """Hold what a rule finds now against what stands of it; say whether an alert is to be raised."""
    judged = judge(facts, version)
    if isinstance(judged, Unknown):
        changes.unknown.add((facts.household_id, str(judged.lack)))
    elif isinstance(judged, Finding):
        if held is not None and held.gone_at is not None:
            changes.back.append(held.id)
        elif held is None and (version.rule, judged.period) not in periods:
            changes.raised.append(_row(facts, judged, version.id))
            return True
    elif held is not None and held.gone_at is None:
        changes.gone.append(held.id)
    return False


def _row(facts: Facts, finding: Finding, version_id: int) -> dict[str, Any]:
    now = clock.now()
    return {
        "ref": ids.reference("A", 10), "household_id": facts.household_id, "village_code": facts.village_code,
        "rule": str(finding.rule), "version_id": version_id, "period": finding.period, "figures": dict(finding.figures),
        "state": str(AlertState.TO_CHECK), "state_at": now, "raised_at": now,
    }  # fmt: skip


def _write(session: Session, changes: _Changes, now: dt.datetime) -> None:
    if changes.raised:
        session.execute(insert(Alert), changes.raised)
    for keys, action, gone_at in ((changes.gone, SweepAction.GONE, now), (changes.back, SweepAction.BACK, None)):
        if keys:
            session.execute(update(Alert).where(Alert.id.in_(keys)).values(gone_at=gone_at))
            steps = [{"ref": ids.reference("A", 12), "alert_id": key, "action": str(action), "at": now} for key in keys]
            session.execute(insert(AlertStep), steps)
