"""What changed since a day, of one household or of all of an area: one query a kind of change, whatever the number of rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, String, cast, func, join, literal, select
from sqlalchemy import case as case_when
from sqlalchemy.orm import Session

from marketplace.assistance.models import (
    Alert,
    AlertStep,
    Cause,
    Course,
    CourseEnrolment,
    GuaranteeCheck,
    Helper,
    HouseholdCapacity,
    Measure,
    MeasureOutcome,
    MeasurePlan,
    MeasureWish,
    MonitoringEpisode,
    Procedure,
    ProcedureStep,
    RegistrationSpell,
    SpendingEntry,
    Visit,
    YearLedgerEntry,
)
from marketplace.assistance.values.changes import Change, Happened, Part
from marketplace.farmers.queries.references import consent_rows, household_rows, keys_in_area, membership_rows
from marketplace.kernel import clock
from marketplace.notices.queries import objection_rows


@dataclass(frozen=True, slots=True)
class _Strand:
    """Rows of one table under one of their days."""

    part: Part
    happened: Happened
    rows: FromClause
    key: ColumnElement[int]
    household: ColumnElement[int]
    #: A day, or a moment that is cut at midnight in Asia/Shanghai.
    day: ColumnElement[Any]
    code: ColumnElement[Any]
    only: tuple[ColumnElement[bool], ...] = ()


_NO_CODE: ColumnElement[Any] = literal("")


def _span(part: Part, model: Any, began: str, ended: str, code: str | None = None, *only: ColumnElement[bool]) -> list[_Strand]:
    """Return the two strands of rows that stand from a day to a day."""
    table = model.__table__ if hasattr(model, "__table__") else model
    word = table.c[code] if code else _NO_CODE
    return [
        _Strand(part, happened, table, table.c.id, table.c.household_id, table.c[day], word, only)
        for happened, day in ((Happened.BEGAN, began), (Happened.ENDED, ended))
    ]


def _strands() -> list[_Strand]:
    spell, entry, plan = RegistrationSpell.__table__, YearLedgerEntry.__table__, MeasurePlan.__table__
    case, step, alert = Procedure.__table__, ProcedureStep.__table__, Alert.__table__
    alert_step, outcome, measure = AlertStep.__table__, MeasureOutcome.__table__, Measure.__table__
    seat, course = CourseEnrolment.__table__, Course.__table__
    check, visit, spent = GuaranteeCheck.__table__, Visit.__table__, SpendingEntry.__table__
    objection = objection_rows().subquery()
    noted, decided, began, ended = Happened.NOTED, Happened.DECIDED, Happened.BEGAN, Happened.ENDED
    steps = join(step, case, case.c.id == step.c.procedure_id)
    alerts = join(alert_step, alert, alert.c.id == alert_step.c.alert_id)
    outcomes = join(outcome, measure, measure.c.id == outcome.c.measure_id)
    objections = join(objection, case, case.c.ref == objection.c.subject)
    seats = join(seat, course, course.c.id == seat.c.course_id)
    stands = spell.c.superseded_at.is_(None)
    year = cast(entry.c.year, String) + "/" + entry.c.category
    kept = entry.c.superseded_at.is_(None)
    met = check.c.guarantee + case_when((check.c.is_met, "/met"), else_="/unmet")
    return [
        *_span(Part.RECORD, household_rows().subquery(), "created_at", "closed_at"),
        *_span(Part.PERSON, membership_rows().subquery(), "from_on", "to_on", "relation"),
        _Strand(Part.REGISTRATION, began, spell, spell.c.id, spell.c.household_id, spell.c.registered_on, _NO_CODE, (stands,)),
        _Strand(
            Part.REGISTRATION, ended, spell, spell.c.id, spell.c.household_id, spell.c.ended_on, spell.c.ended_how, (stands,)
        ),
        *_span(Part.MONITORING, MonitoringEpisode, "opened_on", "cleared_on", "kind"),
        *_span(Part.CAUSE, Cause, "from_on", "to_on", "cause"),
        *_span(Part.CAPACITY, HouseholdCapacity, "from_on", "to_on", "capacity"),
        *_span(Part.WISH, MeasureWish, "from_on", "to_on", "measure"),
        _Strand(Part.CHOICE, noted, plan, plan.c.id, plan.c.household_id, plan.c.chosen_at, plan.c.kind),
        _Strand(Part.CHOICE, decided, plan, plan.c.id, plan.c.household_id, plan.c.decided_at, plan.c.kind + "/" + plan.c.state),
        *_span(Part.MEASURE, Measure, "from_on", "to_on", "kind"),
        _Strand(Part.OUTCOME, noted, outcomes, outcome.c.id, measure.c.household_id, outcome.c.recorded_at, measure.c.kind),
        _Strand(Part.OUTCOME, decided, outcomes, outcome.c.id, measure.c.household_id, outcome.c.signed_at, measure.c.kind),
        _Strand(Part.COURSE, began, seats, seat.c.id, seat.c.household_id, seat.c.enrolled_at, course.c.kind),
        _Strand(Part.COURSE, ended, seats, seat.c.id, seat.c.household_id, seat.c.left_at, course.c.kind),
        *_span(Part.HELPER, Helper, "from_on", "to_on"),
        _Strand(Part.VISIT, noted, visit, visit.c.id, visit.c.household_id, visit.c.visited_on, _NO_CODE),
        _Strand(Part.GUARANTEE, noted, check, check.c.id, check.c.household_id, check.c.checked_on, met),
        _Strand(Part.INCOME, noted, entry, entry.c.id, entry.c.household_id, entry.c.entered_at, year, (kept,)),
        _Strand(Part.INCOME, decided, entry, entry.c.id, entry.c.household_id, entry.c.approved_at, year, (kept,)),
        _Strand(Part.SPENDING, noted, spent, spent.c.id, spent.c.household_id, spent.c.entered_at, spent.c.kind),
        _Strand(Part.SPENDING, ended, spent, spent.c.id, spent.c.household_id, spent.c.withdrawn_at, spent.c.kind),
        _Strand(Part.ALERT, began, alert, alert.c.id, alert.c.household_id, alert.c.raised_at, alert.c.rule),
        _Strand(
            Part.ALERT_STEP, decided, alerts, alert_step.c.id, alert.c.household_id, alert_step.c.at, alert_step.c.action,
            (alert_step.c.by_user_id.is_not(None),),
        ),
        _Strand(Part.CASE, began, case, case.c.id, case.c.household_id, case.c.opened_on, case.c.kind),
        _Strand(Part.CASE, ended, case, case.c.id, case.c.household_id, case.c.closed_on, case.c.kind + "/" + case.c.state),
        _Strand(Part.SIGNATURE, decided, steps, step.c.id, case.c.household_id, step.c.at, step.c.action),
        _Strand(Part.OBJECTION, began, objections, objection.c.id, case.c.household_id, objection.c.at, _NO_CODE),
        _Strand(
            Part.OBJECTION, decided, objections, objection.c.id, case.c.household_id, objection.c.decided_at, objection.c.state
        ),
        *_span(Part.CONSENT, consent_rows().subquery(), "given_at", "withdrawn_at", "kind"),
    ]  # fmt: skip


def change_counts(
    session: Session, since: dt.date, *, household_id: int | None = None, area_code: str = ""
) -> dict[tuple[Part, Happened], int]:
    """Return how many rows of each kind changed since a day, of one household or of an area; one query a kind."""
    found = {}
    for strand in _strands():
        query = select(func.count()).select_from(strand.rows).where(*_within(strand, since, household_id, area_code))
        if number := session.scalar(query):
            found[strand.part, strand.happened] = number
    return found


def changes(
    session: Session,
    since: dt.date,
    *,
    household_id: int | None = None,
    area_code: str = "",
    parts: Sequence[Part] = (),
    happened: Happened | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Change]:
    """Return what changed since a day, the latest first, of one household or of an area, perhaps of some parts alone.

    One query a kind of change. Each brings as many rows as the page and those before it hold: a page far back costs more.
    """
    found: list[tuple[int, int, int, Change]] = []
    for number, strand in enumerate(_strands()):
        if (parts and strand.part not in parts) or (happened and strand.happened is not happened):
            continue
        query = (
            select(strand.day, strand.household, strand.code)
            .select_from(strand.rows)
            .where(*_within(strand, since, household_id, area_code))
            .order_by(strand.day.desc(), strand.key.desc())
            .limit(offset + limit)
        )
        for place, (day, household, code) in enumerate(session.execute(query)):
            on = clock.day_of(day) if isinstance(day, dt.datetime) else day
            found.append((-on.toordinal(), number, place, Change(strand.part, strand.happened, on, household, code or "")))
    found.sort(key=lambda row: row[:3])
    return [row[3] for row in found[offset : offset + limit]]


def _within(strand: _Strand, since: dt.date, household_id: int | None, area_code: str) -> list[ColumnElement[bool]]:
    first = since if isinstance(strand.day.type, Date) else clock.day_bounds(since)[0]
    whose = strand.household == household_id if household_id is not None else strand.household.in_(keys_in_area(area_code))
    return [strand.day >= first, whose, *strand.only]
