"""Visits that are due: by day, the longest overdue first, in the order of an index and paged by the place of the last row."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.assistance.models import VisitPlan
from marketplace.assistance.queries.levels import levels_of
from marketplace.assistance.queries.reaching import lies_in, reached
from marketplace.assistance.values.alerts import Level
from marketplace.assistance.values.plans import VisitLine, VisitPage, VisitReason
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer


def visits_due(
    session: Session,
    areas: Sequence[str],
    *,
    by: dt.date,
    sealer: Sealer,
    keys: Collection[int] = (),
    area: str = "",
    size: int = 25,
    after: tuple[dt.date, int] | None = None,
) -> VisitPage:
    """Return a page of the visits that are due on a day, or arranged until then; five queries whatever its place."""
    plan = VisitPlan
    query = select(plan).where(reached(plan.village_code, plan.household_id, areas, keys), plan.due_on <= by)
    if area:
        query = query.where(lies_in(plan.village_code, area))
    if after is not None:
        query = query.where(tuple_(plan.due_on, plan.household_id) > tuple_(*after))
    rows = list(session.scalars(query.order_by(plan.due_on, plan.household_id).limit(size + 1)))
    has_more, rows = len(rows) > size, rows[:size]
    last = (rows[-1].due_on, rows[-1].household_id) if rows and has_more else None
    return VisitPage(_lines(session, rows, sealer), last)


def _lines(session: Session, rows: Sequence[VisitPlan], sealer: Sealer) -> tuple[VisitLine, ...]:
    keys = [row.household_id for row in rows]
    refs = refs_of_households(session, keys)
    heads = farmers.heads_masked(session, keys, sealer=sealer)
    levels = levels_of(session, keys, clock.today())
    return tuple(
        VisitLine(
            household_id=row.household_id,
            ref=refs[row.household_id],
            village_code=row.village_code,
            head_masked=heads.get(row.household_id, ""),
            reason=VisitReason(row.reason),
            level=levels.get(row.household_id, Level.STEADY),
            last_visit_on=row.last_visit_on,
            due_on=row.due_on,
            planned_on=row.planned_on,
        )
        for row in rows
    )


def overdue_count(session: Session, areas: tuple[str, ...]) -> int:
    """Return how many visits of some areas are overdue today. One query."""
    return session.scalar(count_of_overdue_visits(areas)) or 0


def count_of_overdue_visits(areas: Sequence[str]) -> Select[int]:
    """Return the same as a count to be asked together with others."""
    return select(func.count()).where(in_areas(VisitPlan.village_code, areas), VisitPlan.due_on < clock.today())


def plan_of(session: Session, household_id: int) -> VisitPlan | None:
    """Return the next visit of a household, if the rule asks for one."""
    return session.get(VisitPlan, household_id)
