"""Visits that are due: reckoned by the nightly pass, moved on by each visit, arranged for a day by whoever goes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.models import VisitPlan
from marketplace.assistance.refusals import DatesCrossed
from marketplace.assistance.rules.alerts import visit_rhythm
from marketplace.assistance.rules.visiting import VISITS, visit_state
from marketplace.assistance.values.alerts import Facts
from marketplace.assistance.values.plans import VisitAction
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere

#: A visit is arranged for one of so many days ahead.
DAYS_AHEAD = 92


def plan_visits(session: Session, facts: Sequence[Facts], parameters: Mapping[str, int]) -> int:
    """Reckon anew when households are to be visited, by the rule of visits; return how many plans changed. Two statements.

    Who is no longer to be visited by rule keeps no plan. Days that were arranged stay.
    """
    keys = [each.household_id for each in facts]
    held = {row.household_id: row for row in session.scalars(select(VisitPlan).where(VisitPlan.household_id.in_(keys)))}
    fresh: list[dict[str, Any]] = []
    changed = 0
    for each in facts:
        plan, reckoned = held.get(each.household_id), _reckoned(each, parameters)
        if reckoned is None:
            if plan is not None:
                session.delete(plan)
                changed += 1
        elif plan is None:
            fresh.append({"household_id": each.household_id, "village_code": each.village_code, **reckoned})
        elif any(getattr(plan, name) != value for name, value in reckoned.items()):
            changed += 1
            for name, value in reckoned.items():
                setattr(plan, name, value)
    if fresh:
        session.execute(insert(VisitPlan), fresh)
    session.flush()
    return changed + len(fresh)


def _reckoned(facts: Facts, parameters: Mapping[str, int]) -> dict[str, Any] | None:
    rhythm = visit_rhythm(facts.status, facts.level, parameters)
    since = facts.last_visit_on or facts.since_on
    if rhythm is None or since is None:
        return None
    days, reason = rhythm
    return {
        "interval_days": days, "reason": str(reason), "last_visit_on": facts.last_visit_on,
        "due_on": since + dt.timedelta(days=days),
    }  # fmt: skip


def note_visit(session: Session, *, household_id: int, visited_on: dt.date) -> None:
    """Move a household's next visit on after one was recorded; a visit told late changes nothing that a later one settled."""
    plan = session.get(VisitPlan, household_id, with_for_update=True)
    if plan is None:
        return
    if plan.planned_on is not None and plan.planned_on <= visited_on:
        plan.planned_on = plan.planned_by = None
    if plan.last_visit_on is None or plan.last_visit_on < visited_on:
        plan.last_visit_on = visited_on
        plan.due_on = visited_on + dt.timedelta(days=plan.interval_days)
    session.flush()


def plan_visit(session: Session, *, household_id: int, on: dt.date | None, by: int) -> None:
    """Arrange a household's visit for a day, or for none any more; called off twice, once is enough.

    Raises:
        DatesCrossed: the day is over, or lies farther ahead than `DAYS_AHEAD`.
        NotThere: no visit of this household is due by rule.
    """
    today = clock.today()
    if on is not None and not today <= on <= today + dt.timedelta(days=DAYS_AHEAD):
        raise DatesCrossed
    household = farmers.household(session, household_id)
    plan = session.get(VisitPlan, household_id, with_for_update=True)
    if household is None or plan is None:
        raise NotThere
    action = VisitAction.CALL_OFF if on is None else VisitAction.ARRANGE
    if VISITS.after(visit_state(plan.planned_on), action) is None:
        return
    plan.planned_on, plan.planned_by = on, None if on is None else by
    session.flush()
    record_audit(
        session, by=by, action="assistance.plan_visit", object_kind="household", object_ref=household.ref,
        after={"on": on.isoformat() if on else None},
    )  # fmt: skip
