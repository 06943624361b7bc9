"""Sums over the roll-ups alone: their cost depends on the number of villages or households, never on the length of history.

A period is a month ('2026-09') or a year ('2026'). An area is any code of the county's tree; it covers all codes it begins.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from marketplace.income.models import HolderTotal, VillageTotal
from marketplace.income.values import AreaTotals, Figures, HolderTotals

#: Length of the codes one level below a code of this length: county 6, township 9, village 12.
CHILD_LENGTH = {6: 9, 9: 12, 12: 12}
_NAMES = ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "earned_fen", "paid_fen", "lines")


def within(column: Any, area_code: str) -> ColumnElement[bool]:
    """Return the condition that a village code lies in an area, written as a range so that an index serves it."""
    condition: ColumnElement[bool] = (column >= area_code) & (column < area_code + ":")
    return condition


def totals(session: Session, area_code: str, period: str, *, measure: str | None = None, category: str | None = None) -> Figures:
    """Return an area's figures over a period."""
    row = session.execute(_filtered(select(*_sums(VillageTotal)), VillageTotal, area_code, period, measure, category)).one()
    return Figures(*row)


def totals_by_child(
    session: Session, area_code: str, period: str, *, measure: str | None = None, category: str | None = None
) -> list[AreaTotals]:
    """Return the figures of each area one level below (a village gives itself), by code; areas without figures are absent."""
    code = func.substr(VillageTotal.village_code, 1, CHILD_LENGTH[len(area_code)])
    query = _filtered(select(code.label("code"), *_sums(VillageTotal)), VillageTotal, area_code, period, measure, category)
    return [AreaTotals(row[0], Figures(*row[1:])) for row in session.execute(query.group_by(code).order_by(code))]


def totals_by_household(
    session: Session, village_code: str, period: str, *, measure: str | None = None, category: str | None = None
) -> list[HolderTotals]:
    """Return the figures of each household, and of each named pool, of an area, largest gross first; they sum to the area's."""
    holder, household_id = HolderTotal.holder, func.max(HolderTotal.household_id)
    query = _filtered(select(holder, household_id, *_sums(HolderTotal)), HolderTotal, village_code, period, measure, category)
    order = (func.sum(HolderTotal.gross_fen).desc(), holder)
    return [HolderTotals(row[0], row[1], Figures(*row[2:])) for row in session.execute(query.group_by(holder).order_by(*order))]


def totals_by_month(
    session: Session, area_code: str, year: str, *, measure: str | None = None, category: str | None = None
) -> list[tuple[str, Figures]]:
    """Return an area's figures for each month of a year that has any, in order; they sum to the year's."""
    query: Any = select(VillageTotal.period, *_sums(VillageTotal)).where(
        VillageTotal.period.between(f"{year}-01", f"{year}-12"), within(VillageTotal.village_code, area_code)
    )
    query = _narrowed(query, VillageTotal, measure, category).group_by(VillageTotal.period).order_by(VillageTotal.period)
    return [(row[0], Figures(*row[1:])) for row in session.execute(query)]


def totals_by_category(session: Session, area_code: str, period: str, *, measure: str | None = None) -> list[tuple[str, Figures]]:
    """Return an area's figures for each product category, largest gross first; they sum to the area's."""
    query = _filtered(select(VillageTotal.category, *_sums(VillageTotal)), VillageTotal, area_code, period, measure, None)
    query = query.group_by(VillageTotal.category).order_by(func.sum(VillageTotal.gross_fen).desc(), VillageTotal.category)
    return [(row[0], Figures(*row[1:])) for row in session.execute(query)]


def households_reached(session: Session, area_code: str, period: str) -> dict[str, int]:
    """Return how many households sold something in a period, by their standing on the day of the sale.

    A household whose standing changed within the period counts under each; the key 'all' counts it once.
    """
    sold = (HolderTotal.household_id.is_not(None), HolderTotal.lines > 0)
    counted = func.count(HolderTotal.household_id.distinct())
    by_status = _filtered(select(HolderTotal.status, counted), HolderTotal, area_code, period, None, None)
    found = {row[0]: row[1] for row in session.execute(by_status.where(*sold).group_by(HolderTotal.status))}
    whole = session.scalar(_filtered(select(counted), HolderTotal, area_code, period, None, None).where(*sold))
    return {**found, "all": whole or 0}


def household_figures(session: Session, household_id: int, period: str) -> Figures:
    """Return a household's figures over a period."""
    row: Any = session.execute(
        select(*_sums(HolderTotal)).where(HolderTotal.household_id == household_id, HolderTotal.period == period)
    ).one()
    return Figures(*row)


def household_months(session: Session, household_id: int, *, limit: int = 24) -> list[tuple[str, Figures]]:
    """Return a household's months that have figures, latest first."""
    query: Any = (
        select(HolderTotal.period, *_sums(HolderTotal))
        .where(HolderTotal.household_id == household_id, func.length(HolderTotal.period) == 7)
        .group_by(HolderTotal.period)
        .order_by(HolderTotal.period.desc())
        .limit(limit)
    )
    return [(row[0], Figures(*row[1:])) for row in session.execute(query)]


def _sums(total: Any) -> list[ColumnElement[int]]:
    # PostgreSQL sums bigints to numeric; the figures are whole fen.
    return [cast(func.coalesce(func.sum(getattr(total, name)), 0), BigInteger).label(name) for name in _NAMES]


def _filtered(query: Any, total: Any, area_code: str, period: str, measure: str | None, category: str | None) -> Any:
    return _narrowed(query.where(total.period == period, within(total.village_code, area_code)), total, measure, category)


def _narrowed(query: Any, total: Any, measure: str | None, category: str | None) -> Any:
    if measure is not None:
        query = query.where(total.measure == measure)
    if category is not None:
        query = query.where(total.category == category)
    return query
