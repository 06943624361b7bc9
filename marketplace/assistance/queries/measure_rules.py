"""Named reads of the versions of the rules that recommend measures."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, false, func, select, true
from sqlalchemy.orm import Session

from marketplace.areas.values import DIGITS, Level
from marketplace.assistance.models import MeasureRuleRow, MeasureRuleSet
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import Condition, MeasureRule, ReasonWords, RuleSet, RuleSetState


def measure_rule_set_on(session: Session, on: dt.date) -> RuleSet | None:
    """Return the version that counts on a day: of those approved, the one with the latest first day."""
    row = session.scalars(
        select(MeasureRuleSet)
        .where(MeasureRuleSet.state == RuleSetState.APPROVED, MeasureRuleSet.from_on <= on)
        .order_by(MeasureRuleSet.from_on.desc(), MeasureRuleSet.number.desc())
        .limit(1)
    ).first()
    return _whole(session, row) if row else None


def measure_rule_set(session: Session, number: int) -> RuleSet | None:
    """Return a version by its number."""
    row = session.scalar(select(MeasureRuleSet).where(MeasureRuleSet.number == number))
    return _whole(session, row) if row else None


def measure_rule_sets(session: Session) -> Sequence[MeasureRuleSet]:
    """Return all versions without their rules, the newest first."""
    return session.scalars(select(MeasureRuleSet).order_by(MeasureRuleSet.number.desc())).all()


def measure_rules_waiting(areas: Sequence[str]) -> Select[int]:
    """Return the count of versions that wait for a second official, one or none, to whoever serves a whole county."""
    serves_the_county = any(len(code) <= DIGITS[Level.COUNTY] for code in areas)
    return (
        select(func.count())
        .select_from(MeasureRuleSet)
        .where(MeasureRuleSet.state == RuleSetState.PROPOSED, true() if serves_the_county else false())
    )


def _whole(session: Session, row: MeasureRuleSet) -> RuleSet:
    found = session.scalars(select(MeasureRuleRow).where(MeasureRuleRow.rule_set_id == row.id).order_by(MeasureRuleRow.seq))
    return RuleSet(
        id=row.id,
        number=row.number,
        state=RuleSetState(row.state),
        from_on=row.from_on,
        least_points=row.least_points,
        outcome_days=row.outcome_days,
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        rules=tuple(
            MeasureRule(
                MeasureKind(one.measure), Condition(one.condition), one.points, ReasonWords(one.reason), one.number, one.word
            )
            for one in found
        ),
    )
