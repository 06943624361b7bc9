"""The level of households, reckoned from the alerts that stand as the table of the day weighs them: not kept, so never stale."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.assistance.models import STANDS, Alert
from marketplace.assistance.queries.tuning import level_table
from marketplace.assistance.rules.alerts import level_of
from marketplace.assistance.values.alerts import AlertRule, Level


def levels_of(
    session: Session, household_ids: Sequence[int], on: dt.date, *, without: AlertRule | None = None
) -> dict[int, Level]:
    """Return the level of those of some households that have an alert standing, `without` those of one rule. Two queries."""
    table = level_table(session, on).parameters
    rows = session.execute(_points(table).where(Alert.household_id.in_(household_ids), Alert.rule != (without or "")))
    return {row.household_id: level_of(row.points, table) for row in rows}


def at_level(level: Level, table: Mapping[str, int]) -> Select[int]:
    """Return the selection of the keys of households at a level above the calmest, which those without any alert have."""
    sums = _points(table).subquery()
    chosen = select(sums.c.household_id).where(sums.c.points >= table[f"from_{level.name.lower()}"])
    if level < Level.URGENT:
        chosen = chosen.where(sums.c.points < table[f"from_{Level(level + 1).name.lower()}"])
    return chosen


def above_the_calmest(table: Mapping[str, int]) -> Select[int]:
    """Return the selection of the keys of households at any level above the calmest."""
    sums = _points(table).subquery()
    return select(sums.c.household_id).where(sums.c.points >= table["from_watch"])


def level_counts(session: Session, areas: Sequence[str], on: dt.date, table: Mapping[str, int] | None = None) -> dict[Level, int]:
    """Return how many households of some areas are at each level above the calmest. One query."""
    table = table or level_table(session, on).parameters
    sums = _points(table).where(in_areas(Alert.village_code, areas)).subquery()
    found = dict.fromkeys((Level.WATCH, Level.CONCERN, Level.URGENT), 0)
    for points, households in session.execute(select(sums.c.points, func.count()).group_by(sums.c.points)):
        level = level_of(points, table)
        if level is not Level.STEADY:
            found[level] += households
    return found


def _points(table: Mapping[str, int]) -> Select[int, int]:
    weight = case({str(rule): table[f"weight_{rule}"] for rule in AlertRule}, value=Alert.rule, else_=0)
    return select(Alert.household_id, func.sum(weight).label("points")).where(STANDS).group_by(Alert.household_id)
