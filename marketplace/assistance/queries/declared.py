"""Income that households declared for a year, summed: what the platform's share is measured against."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlalchemy.orm import Session

from marketplace.assistance.models import YearLedgerEntry
from marketplace.assistance.values import LedgerCategory
from marketplace.farmers.queries.references import keys_in_area, present_members

_EXPENDITURE = LedgerCategory.BUSINESS_EXPENDITURE.value
_PER_CAPITA = LedgerCategory.PER_CAPITA_NET.value


def declared_income(area_code: str, year: int) -> Select[int, int]:
    """Return the selection of (household_id, fen) of a year's declared net income in an area.

    Net is wage, business, property and transfer income less business expenditure. A household with only the register's figure per
    head counts that times its people on record. Entries count once a second official approved them.
    """
    entry = YearLedgerEntry
    return (
        _declared(entry.household_id)
        .where(entry.year == year, entry.household_id.in_(keys_in_area(area_code)))
        .group_by(entry.household_id)
    )


def declared_years(session: Session, area_code: str) -> list[int]:
    """Return the years of which some household of an area has an approved declaration, the latest first."""
    entry = YearLedgerEntry
    query = select(entry.year).where(
        entry.approved_by.is_not(None), entry.superseded_at.is_(None), entry.household_id.in_(keys_in_area(area_code))
    )
    return list(session.scalars(query.distinct().order_by(entry.year.desc())))


def declared_by_year(session: Session, household_id: int) -> dict[int, int]:
    """Return a household's declared net income of each year it declared, in fen, reckoned as in `declared_income`."""
    entry = YearLedgerEntry
    query = _declared(entry.year).where(entry.household_id == household_id).group_by(entry.year)
    return {row[0]: row[1] for row in session.execute(query)}


def declared_of_households(session: Session, household_ids: Sequence[int], year: int) -> dict[int, int]:
    """Return the declared net of a year of those of some households that declared any, in fen, as in `declared_income`."""
    entry = YearLedgerEntry
    query = _declared(entry.household_id).where(entry.year == year, entry.household_id.in_(household_ids))
    return {row[0]: row[1] for row in session.execute(query.group_by(entry.household_id))}


def transfers_of_households(session: Session, household_ids: Sequence[int], year: int) -> dict[int, tuple[int, int]]:
    """Return (transfers, all incomes) that households declared by category for a year, in fen, before expenditure."""
    entry = YearLedgerEntry
    transfers = func.sum(case((entry.category == LedgerCategory.TRANSFER.value, entry.amount_fen), else_=0))
    rows = session.execute(
        select(entry.household_id, cast(transfers, BigInteger), cast(func.sum(entry.amount_fen), BigInteger))
        .where(
            entry.year == year,
            entry.household_id.in_(household_ids),
            entry.category.not_in((_EXPENDITURE, _PER_CAPITA)),
            entry.approved_by.is_not(None),
            entry.superseded_at.is_(None),
        )
        .group_by(entry.household_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _declared(key: Any) -> Select[int, int]:
    members = present_members().subquery()
    entry = YearLedgerEntry
    by_category = func.sum(
        case((entry.category == _PER_CAPITA, 0), (entry.category == _EXPENDITURE, -entry.amount_fen), else_=entry.amount_fen)
    )
    by_head = func.sum(case((entry.category == _PER_CAPITA, entry.amount_fen), else_=0)) * func.max(members.c.members)
    has_categories = func.sum(case((entry.category == _PER_CAPITA, 0), else_=1)) > 0
    return (
        select(key, cast(case((has_categories, by_category), else_=by_head), BigInteger).label("fen"))
        .join(members, members.c.household_id == entry.household_id)
        .where(entry.approved_by.is_not(None), entry.superseded_at.is_(None))
    )


def declared_total(session: Session, area_code: str, year: int) -> tuple[int, int]:
    """Return how many households of an area declared a year's income, and its sum in fen."""
    rows = declared_income(area_code, year).subquery()
    row = session.execute(select(func.count(), cast(func.coalesce(func.sum(rows.c.fen), 0), BigInteger)).select_from(rows)).one()
    return row[0], row[1]


def declared_by_household(
    session: Session, area_code: str, year: int, *, limit: int = 50, offset: int = 0
) -> list[tuple[int, int]]:
    """Return a page of the households that declared, with their declared net in fen, in order of key."""
    query = declared_income(area_code, year).order_by(YearLedgerEntry.household_id).limit(limit).offset(offset)
    return [(row[0], row[1]) for row in session.execute(query)]
