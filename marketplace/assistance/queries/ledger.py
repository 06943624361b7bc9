"""The management ledger of an area: every figure by village, and the rows behind each in the order of an index."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, and_, cast, func, literal, null, select, tuple_
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_area
from marketplace.assistance.models import Alert, Measure, Procedure, VisitPlan
from marketplace.assistance.queries.cards import with_status
from marketplace.assistance.queries.help import has_signed_outcome
from marketplace.assistance.queries.levels import at_level
from marketplace.assistance.queries.measure_rules import measure_rule_set_on
from marketplace.assistance.queries.tuning import level_table
from marketplace.assistance.values import MeasureKind, Status
from marketplace.assistance.values.alerts import AlertState, Level
from marketplace.assistance.values.ledger import LedgerKind, LedgerRow
from marketplace.farmers.queries.references import open_places

_STATUS = {
    LedgerKind.REGISTERED: Status.REGISTERED,
    LedgerKind.MONITORED: Status.MONITORED,
    LedgerKind.EXITED: Status.EXITED,
    LedgerKind.NONE: Status.NONE,
}
_LEVEL = {LedgerKind.WATCH: Level.WATCH, LedgerKind.CONCERN: Level.CONCERN, LedgerKind.URGENT: Level.URGENT}


def ledger_counts(session: Session, area_code: str, on: dt.date) -> dict[LedgerKind, dict[str, int]]:
    """Return each figure by village, of the open records of an area; one query a figure."""
    return {kind: _by_village(session, _rows(session, kind, area_code, on)) for kind in LedgerKind if kind is not LedgerKind.HELP}


def help_counts(session: Session, area_code: str) -> dict[MeasureKind, int]:
    """Return how many households of an area take part in each kind of measure now. One query."""
    place = open_places().subquery()
    query = (
        select(Measure.kind, func.count())
        .join(place, place.c.id == Measure.household_id)
        .where(Measure.to_on.is_(None), _lies_in(place.c.village_code, area_code))
        .group_by(Measure.kind)
    )
    return {MeasureKind(kind): number for kind, number in session.execute(query)}


def ledger_rows(
    session: Session,
    kind: LedgerKind,
    area_code: str,
    on: dt.date,
    *,
    measure: MeasureKind | None = None,
    after: tuple[str, str, int] | None = None,
    limit: int = 50,
) -> list[LedgerRow]:
    """Return a page of the rows behind a figure, by village and reference; `after` is the place of the last row seen."""
    rows = _rows(session, kind, area_code, on, measure).subquery().c
    query = select(rows.household_id, rows.ref, rows.village_code, rows.row_id, rows.since, rows.code)
    place = (rows.village_code, rows.ref, rows.row_id)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after))
    return [LedgerRow(*row) for row in session.execute(query.order_by(*place).limit(limit))]


def _by_village(session: Session, rows: Select[Any]) -> dict[str, int]:
    village = rows.subquery().c.village_code
    return {row[0]: row[1] for row in session.execute(select(village, func.count()).group_by(village))}


def _rows(session: Session, kind: LedgerKind, area_code: str, on: dt.date, measure: MeasureKind | None = None) -> Select[Any]:
    """Return the selection of (household_id, ref, village_code, row_id, since, code) behind a figure."""
    place = open_places().subquery()
    here = _lies_in(place.c.village_code, area_code)
    household = place.c.id

    def of(row_id: Any, since: Any, code: Any) -> Select[Any]:
        columns = (household.label("household_id"), place.c.ref, place.c.village_code)
        return select(*columns, row_id.label("row_id"), since.label("since"), code.label("code")).where(here)

    homes = of(literal(0), cast(null(), Date), literal("", String))
    if kind is LedgerKind.HOUSEHOLDS:
        return homes
    if kind in _STATUS:
        among, without = with_status(_STATUS[kind], on)
        return homes.where(*(household.in_(keys) for keys in among), *(household.not_in(keys) for keys in without))
    if kind in _LEVEL:
        return homes.where(household.in_(at_level(_LEVEL[kind], level_table(session, on).parameters)))
    if kind in (LedgerKind.CASES, LedgerKind.CASES_OVERDUE):
        found = of(Procedure.id, Procedure.due_on, Procedure.kind).join_from(
            place, Procedure, and_(Procedure.household_id == household, Procedure.closed_on.is_(None))
        )
        return found.where(Procedure.due_on < on) if kind is LedgerKind.CASES_OVERDUE else found
    if kind is LedgerKind.ALERTS:
        joined = and_(Alert.household_id == household, Alert.state == AlertState.TO_CHECK)
        return of(Alert.id, cast(null(), Date), Alert.rule).join_from(place, Alert, joined)
    if kind is LedgerKind.VISITS:
        joined = and_(VisitPlan.household_id == household, VisitPlan.due_on < on)
        return of(literal(0), VisitPlan.due_on, literal("", String)).join_from(place, VisitPlan, joined)
    help_now = of(Measure.id, Measure.from_on, Measure.kind).join_from(
        place, Measure, and_(Measure.household_id == household, Measure.to_on.is_(None))
    )
    if kind is LedgerKind.SILENT:
        rules = measure_rule_set_on(session, on)
        before = on - dt.timedelta(days=rules.outcome_days if rules else 0)
        return help_now.where(Measure.from_on < before, ~has_signed_outcome())
    return help_now.where(Measure.kind == measure) if measure else help_now


def _lies_in(column: Any, area_code: str) -> ColumnElement[bool]:
    return in_area(column, area_code)
