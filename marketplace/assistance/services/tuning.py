"""Changing the rules: one county official proposes, having seen what would change; another lets it stand from its day on."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.areas.services import county_file
from marketplace.assistance.models import AlertRuleVersion, MonitoringRange
from marketplace.assistance.refusals import AcceptedByProposer, ChangeDecided, ChangeWaits, DatesCrossed, OutOfBounds
from marketplace.assistance.rules.alerts import are_in_bounds, defaults
from marketplace.assistance.values.alerts import TUNED, VersionState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import parse_yuan

#: The house's own first versions stand from before anything can be judged.
_ALWAYS = dt.date(2014, 1, 1)


def load_alert_rules(session: Session) -> int:
    """Write the first version of each rule that has none; return how many. Safe to repeat."""
    known = set(session.scalars(select(AlertRuleVersion.rule).where(AlertRuleVersion.number == 1)))
    missing = [rule for rule in TUNED if rule not in known]
    now = clock.now()
    session.add_all(
        AlertRuleVersion(
            rule=rule, number=1, parameters=defaults(rule), is_on=True, from_on=_ALWAYS, state=VersionState.STANDING, set_at=now,
            preview={},
        )
        for rule in missing
    )  # fmt: skip
    session.flush()
    return len(missing)


def propose_rule(
    session: Session,
    *,
    rule: str,
    parameters: Mapping[str, int],
    is_on: bool,
    from_on: dt.date,
    preview: Mapping[str, int],
    by: int,
) -> AlertRuleVersion:
    """Propose another version of a rule, or of the table of levels, from a day on.

    Raises:
        OutOfBounds: a parameter is missing or lies outside its bounds.
        DatesCrossed: the day is over: what was judged is judged.
        ChangeWaits: another change of it waits.
    """
    if rule not in TUNED:
        raise NotThere
    if not are_in_bounds(rule, parameters):
        raise OutOfBounds
    if from_on < clock.today():
        raise DatesCrossed
    if session.scalar(select(AlertRuleVersion.id).where(*_waiting(rule))):
        raise ChangeWaits
    last = session.scalar(select(func.max(AlertRuleVersion.number)).where(AlertRuleVersion.rule == rule)) or 0
    version = AlertRuleVersion(
        rule=rule, number=last + 1, parameters=dict(parameters), is_on=is_on, from_on=from_on, state=VersionState.PROPOSED,
        set_by=by, set_at=clock.now(), preview=dict(preview),
    )  # fmt: skip
    session.add(version)
    session.flush()
    record_audit(
        session, by=by, action="assistance.propose_alert_rule", object_kind="alert_rule", object_ref=rule,
        after={"version": version.number, "from_on": from_on.isoformat()},
    )  # fmt: skip
    return version


def decide_rule(session: Session, *, rule: str, number: int, is_approved: bool, by: int) -> None:
    """Let a proposed version stand, or reject it; never by whoever proposed it.

    Raises:
        AcceptedByProposer: the proposer would let it stand.
        ChangeDecided: it was decided on, or never proposed.
    """
    set_by = session.scalar(select(AlertRuleVersion.set_by).where(*_waiting(rule), AlertRuleVersion.number == number))
    if set_by is None:
        raise ChangeDecided
    if set_by == by:
        raise AcceptedByProposer
    _decide(session, AlertRuleVersion, (*_waiting(rule), AlertRuleVersion.number == number), is_approved=is_approved, by=by)
    record_audit(
        session, by=by, action="assistance.approve_alert_rule" if is_approved else "assistance.reject_alert_rule",
        object_kind="alert_rule", object_ref=rule, after={"version": number},
    )  # fmt: skip


def _waiting(rule: str) -> tuple[Any, ...]:
    return AlertRuleVersion.rule == rule, AlertRuleVersion.state == VersionState.PROPOSED


def _decide(session: Session, model: Any, condition: tuple[Any, ...], *, is_approved: bool, by: int) -> None:
    state = VersionState.STANDING if is_approved else VersionState.REJECTED
    moved = session.execute(
        update(model).where(*condition).values(state=state, decided_by=by, decided_at=clock.now()).returning(model.id)
    ).all()
    if not moved:
        raise ChangeDecided


def set_example_ranges(session: Session, examples: Iterable[Mapping[str, Any]] | None = None) -> int:
    """Write the ranges of other places that the county's file names, or those given, as examples; return how many are new.

    No county is judged by another's figure: this serves the demonstration, and `flask init` does not call it.
    """
    new = 0
    for line in county_file()["monitoring_ranges_yuan_per_person"] if examples is None else examples:
        if session.scalar(select(MonitoringRange.id).where(MonitoringRange.year == line["year"])) is None:
            session.add(
                MonitoringRange(
                    year=line["year"], amount_fen=parse_yuan(str(line["line"])), source=line["where"], is_example=True,
                    state=VersionState.STANDING, set_at=clock.now(),
                )
            )  # fmt: skip
            new += 1
    session.flush()
    return new


def propose_range(session: Session, *, year: int, amount_fen: int, source: str, by: int) -> MonitoringRange:
    """Propose the monitoring range of a year with the document that sets it.

    Raises:
        DatesCrossed: the year is not between 2014 and this one.
        ChangeWaits: another figure for the year waits.
    """
    if not 2014 <= year <= clock.today().year:
        raise DatesCrossed
    if session.scalar(
        select(MonitoringRange.id).where(MonitoringRange.year == year, MonitoringRange.state == VersionState.PROPOSED)
    ):
        raise ChangeWaits
    row = MonitoringRange(
        year=year, amount_fen=amount_fen, source=source[:200], is_example=False, state=VersionState.PROPOSED, set_by=by,
        set_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    record_audit(
        session, by=by, action="assistance.propose_range", object_kind="monitoring_range", object_ref=str(year),
        after={"amount_fen": amount_fen, "source": row.source},
    )  # fmt: skip
    return row


def decide_range(session: Session, *, range_id: int, is_approved: bool, by: int) -> None:
    """Let a proposed range stand in the place of the one before, which is kept; or reject it.

    Raises:
        AcceptedByProposer: the proposer would decide.
        ChangeDecided: it was decided on meanwhile.
    """
    row = session.get(MonitoringRange, range_id)
    if row is None:
        raise NotThere
    if row.state != VersionState.PROPOSED:
        raise ChangeDecided
    if row.set_by == by:
        raise AcceptedByProposer
    if is_approved:
        session.execute(
            update(MonitoringRange)
            .where(
                MonitoringRange.year == row.year,
                MonitoringRange.state == VersionState.STANDING,
                MonitoringRange.superseded_at.is_(None),
            )
            .values(superseded_at=clock.now())
        )
    condition = (MonitoringRange.id == range_id, MonitoringRange.state == VersionState.PROPOSED)
    _decide(session, MonitoringRange, condition, is_approved=is_approved, by=by)
    record_audit(
        session, by=by, action="assistance.approve_range" if is_approved else "assistance.reject_range",
        object_kind="monitoring_range", object_ref=str(row.year), after={"amount_fen": row.amount_fen, "source": row.source},
    )  # fmt: skip
