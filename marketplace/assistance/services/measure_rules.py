"""Versions of the rules that recommend measures: loaded with the house, proposed by one official, decided on by another."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance import rules as policy
from marketplace.assistance.models import MeasureRuleRow, MeasureRuleSet
from marketplace.assistance.refusals import (
    AcceptedByProposer,
    BrokenRule,
    DatesCrossed,
    EntryDecided,
    ReasonNeeded,
    RulesWaiting,
)
from marketplace.assistance.rules.help import MOST_POINTS, MOST_RULES
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import Condition, MeasureRule, ReasonWords, RuleSetState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere

#: The version that the house comes with.
RULES_FILE = Path(__file__).parents[1] / "measure_rules.json"
#: It has counted since before anything was recorded: a measure of whatever day can be explained.
_FIRST_DAY = dt.date(2014, 1, 1)


def first_measure_rules() -> tuple[MeasureRule, ...]:
    """Return the rules of the version that the house comes with."""
    return tuple(
        MeasureRule(
            MeasureKind(measure), Condition(condition), points, ReasonWords(reason),
            number=limit if isinstance(limit, int) else None, word=limit if isinstance(limit, str) else None,
        )
        for measure, condition, limit, points, reason in _file()["rules"]
    )  # fmt: skip


def _file() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RULES_FILE.read_text(encoding="utf-8"))
    return found


def load_measure_rules(session: Session) -> int:
    """Load the first version where there is none yet; return how many rules are new. Later ones are the county's own."""
    if session.scalar(select(MeasureRuleSet.id).limit(1)) is not None:
        return 0
    held, rules = _file(), first_measure_rules()
    row = MeasureRuleSet(
        number=1, state=RuleSetState.APPROVED, from_on=_FIRST_DAY, least_points=held["least_points"],
        outcome_days=held["outcome_days"], proposed_at=clock.now(), decided_at=clock.now(),
    )  # fmt: skip
    _write(session, row, rules)
    return len(rules)


def propose_measure_rules(
    session: Session,
    *,
    rules: Sequence[MeasureRule],
    least_points: int,
    outcome_days: int,
    from_on: dt.date,
    note: str,
    by: int,
) -> int:
    """Propose a version, whole, that shall count from a day on; return its number. It counts once another official approves it.

    Raises:
        RulesWaiting: another version waits to be decided on.
        BrokenRule: one of the rules means nothing.
        DatesCrossed: the day has passed.
        ReasonNeeded: nothing says what is changed and why.
    """
    if from_on < clock.today():
        raise DatesCrossed
    if len(note) < 4:
        raise ReasonNeeded
    if session.scalar(select(MeasureRuleSet.id).where(MeasureRuleSet.state == RuleSetState.PROPOSED)) is not None:
        raise RulesWaiting
    broken = next((number for number, rule in enumerate(rules, 1) if not policy.is_sound(rule)), None)
    if broken is not None or not 0 < len(rules) <= MOST_RULES or not 0 < least_points <= MOST_POINTS or outcome_days < 1:
        raise BrokenRule(number=broken or 0)
    number = (session.scalar(select(func.max(MeasureRuleSet.number))) or 0) + 1
    row = MeasureRuleSet(
        number=number, state=RuleSetState.PROPOSED, from_on=from_on, least_points=least_points, outcome_days=outcome_days,
        note=note[:400], proposed_by=by, proposed_at=clock.now(),
    )  # fmt: skip
    _write(session, row, rules)
    record_audit(
        session, by=by, action="assistance.propose_measure_rules", object_kind="measure_rules", object_ref=str(number),
        after={"from_on": from_on.isoformat(), "points": least_points, "days": outcome_days, "rules": len(rules)},
    )  # fmt: skip
    return number


def _write(session: Session, row: MeasureRuleSet, rules: Sequence[MeasureRule]) -> None:
    session.add(row)
    session.flush()
    session.add_all(
        MeasureRuleRow(
            rule_set_id=row.id, seq=seq, measure=rule.measure, condition=rule.condition, number=rule.number, word=rule.word,
            points=rule.points, reason=rule.reason,
        )
        for seq, rule in enumerate(rules, 1)
    )  # fmt: skip
    session.flush()


def approve_measure_rules(session: Session, *, number: int, by: int) -> None:
    """Let a proposed version count from its day on, or from today where that has passed.

    Raises:
        AcceptedByProposer: the official proposed it.
        EntryDecided: it was decided on already.
    """
    row = _waiting(session, number)
    if row.proposed_by == by:
        raise AcceptedByProposer
    row.from_on = max(row.from_on, clock.today())
    _decide(session, row, RuleSetState.APPROVED, by, "")


def reject_measure_rules(session: Session, *, number: int, by: int, reason: str) -> None:
    """Turn a proposed version down, or take back one's own.

    Raises:
        ReasonNeeded: no reason is given.
        EntryDecided: it was decided on already.
    """
    if len(reason) < 4:
        raise ReasonNeeded
    _decide(session, _waiting(session, number), RuleSetState.REJECTED, by, reason[:200])


def _waiting(session: Session, number: int) -> MeasureRuleSet:
    row = session.scalar(select(MeasureRuleSet).where(MeasureRuleSet.number == number).with_for_update())
    if row is None:
        raise NotThere
    if row.state != RuleSetState.PROPOSED:
        raise EntryDecided
    return row


def _decide(session: Session, row: MeasureRuleSet, state: RuleSetState, by: int, reason: str) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, by, clock.now(), reason
    session.flush()
    record_audit(
        session, by=by, action=f"assistance.rules_{state}", object_kind="measure_rules", object_ref=str(row.number),
        after={"from_on": row.from_on.isoformat(), "proposed_by": row.proposed_by}, reason=reason or None,
    )  # fmt: skip
