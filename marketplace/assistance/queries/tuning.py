"""What stands of the rules and ranges on a day, and what waits for a second official."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.models import AlertRuleVersion, MonitoringRange
from marketplace.assistance.rules.alerts import defaults
from marketplace.assistance.values.alerts import LEVELS, TUNED, Range, RuleVersion, VersionState


def standing_versions(session: Session, on: dt.date) -> dict[str, RuleVersion]:
    """Return the version of each rule, and of the table of levels, that stands on a day. One query.

    What `flask init` has not written down yet stands as the house has it, under no key.
    """
    rows = session.scalars(
        select(AlertRuleVersion)
        .where(AlertRuleVersion.state == VersionState.STANDING, AlertRuleVersion.from_on <= on)
        .order_by(AlertRuleVersion.number)
    )
    unwritten = {rule: RuleVersion(0, rule, 0, defaults(rule), on) for rule in TUNED}
    return unwritten | {row.rule: version_of(row) for row in rows}


def level_table(session: Session, on: dt.date) -> RuleVersion:
    """Return the weights, thresholds and colours that stand on a day."""
    return standing_versions(session, on)[LEVELS]


def version_of(row: AlertRuleVersion) -> RuleVersion:
    """Return a row as the rules know it."""
    return RuleVersion(row.id, row.rule, row.number, row.parameters, row.from_on, row.is_on)


def versions_by_key(session: Session, keys: Iterable[int]) -> dict[int, RuleVersion]:
    """Return some versions by key."""
    rows = session.scalars(select(AlertRuleVersion).where(AlertRuleVersion.id.in_(sorted(set(keys)))))
    return {row.id: version_of(row) for row in rows}


def rule_history(session: Session, rule: str) -> Sequence[AlertRuleVersion]:
    """Return every version of a rule, proposed and rejected ones too, the latest first."""
    return session.scalars(
        select(AlertRuleVersion).where(AlertRuleVersion.rule == rule).order_by(AlertRuleVersion.number.desc())
    ).all()


def waiting_versions(session: Session) -> dict[str, AlertRuleVersion]:
    """Return what waits for a second official, by rule."""
    rows = session.scalars(select(AlertRuleVersion).where(AlertRuleVersion.state == VersionState.PROPOSED))
    return {row.rule: row for row in rows}


def monitoring_ranges(session: Session, years: Iterable[int]) -> dict[int, Range]:
    """Return the ranges of those of some years that have one: a missing year is asked for, never guessed. One query."""
    rows = session.scalars(
        select(MonitoringRange).where(
            MonitoringRange.year.in_(sorted(set(years))),
            MonitoringRange.state == VersionState.STANDING,
            MonitoringRange.superseded_at.is_(None),
        )
    )
    return {row.year: Range(row.year, row.amount_fen, row.source, is_example=row.is_example) for row in rows}


def all_ranges(session: Session) -> Sequence[MonitoringRange]:
    """Return what stands and what waits, the latest year first."""
    return session.scalars(
        select(MonitoringRange)
        .where(MonitoringRange.state != VersionState.REJECTED, MonitoringRange.superseded_at.is_(None))
        .order_by(MonitoringRange.year.desc(), MonitoringRange.id.desc())
    ).all()


def waiting_range(session: Session, range_id: int) -> MonitoringRange | None:
    """Return a proposed range by key."""
    return session.get(MonitoringRange, range_id)


def waiting_changes(session: Session, _areas: tuple[str, ...] = ()) -> int:
    """Return how many changes of rules and ranges wait for a second official."""
    ranges = session.scalars(select(MonitoringRange.id).where(MonitoringRange.state == VersionState.PROPOSED)).all()
    return len(waiting_versions(session)) + len(ranges)
