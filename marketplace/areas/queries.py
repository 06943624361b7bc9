"""Named reads of places, and the range that cuts a list to areas."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.areas.models import Area, BroadbandCoverage
from marketplace.areas.values import Coverage, Level, code_range


def area(session: Session, code: str) -> Area | None:
    """Return a place by its code."""
    return session.get(Area, code)


def county(session: Session) -> Area | None:
    """Return the county of this deployment, once it is loaded."""
    return session.scalar(select(Area).where(Area.level == Level.COUNTY))


def townships(session: Session) -> Sequence[Area]:
    """Return the townships in the order of their codes."""
    return session.scalars(select(Area).where(Area.level == Level.TOWNSHIP).order_by(Area.code)).all()


def villages(session: Session, under: str) -> Sequence[Area]:
    """Return the villages of an area (a village's own code returns itself) in the order of their codes."""
    return session.scalars(select(Area).where(Area.level == Level.VILLAGE, in_area(Area.code, under)).order_by(Area.code)).all()


def areas_within(session: Session, prefixes: Iterable[str]) -> Sequence[Area]:
    """Return the places of some areas and all below them in the order of their codes."""
    return session.scalars(select(Area).where(in_areas(Area.code, prefixes)).order_by(Area.code)).all()


def names(session: Session, codes: Iterable[str] | None = None) -> dict[str, tuple[str, str]]:
    """Return (Chinese, English) of places by code: of some, or of every one, some two hundred. One query."""
    wanted = select(Area.code, Area.name_zh, Area.name_en)
    if codes is not None:
        wanted = wanted.where(Area.code.in_(sorted(set(codes))))
    rows = session.execute(wanted)
    return {row.code: (row.name_zh, row.name_en) for row in rows}


def register_index(session: Session) -> list[tuple[str, str, str, str | None]]:
    """Return (code, name in the statistical list, short name, township's code) of the townships and villages.

    A township has no township's code. Registers write either name.
    """
    rows = session.execute(
        select(Area.code, Area.official_zh, Area.name_zh, Area.parent_code, Area.level)
        .where(Area.level != Level.COUNTY)
        .order_by(Area.code)
    )
    return [(row.code, row.official_zh, row.name_zh, row.parent_code if row.level == Level.VILLAGE else None) for row in rows]


def broadband(session: Session, area_code: str, on: dt.date) -> dict[str, Coverage]:
    """Return how far broadband reached by a day in each village of an area that it was ever measured in. One query."""
    place = func.row_number().over(partition_by=BroadbandCoverage.village_code, order_by=BroadbandCoverage.measured_on.desc())
    latest = (
        select(BroadbandCoverage.id, place.label("place"))
        .where(in_area(BroadbandCoverage.village_code, area_code), BroadbandCoverage.measured_on <= on)
        .subquery()
    )
    rows = session.scalars(select(BroadbandCoverage).join(latest, latest.c.id == BroadbandCoverage.id).where(latest.c.place == 1))
    return {row.village_code: Coverage(row.village_code, row.measured_on, row.households_percent, row.source) for row in rows}


CodeColumn = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


def in_area(column: CodeColumn, area_code: str) -> ColumnElement[bool]:
    """Return the condition that a column of codes lies in an area, written so that an index serves it."""
    first, beyond = code_range(area_code)
    return and_(column >= first, column < beyond)


def in_areas(column: CodeColumn, prefixes: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a column of codes lies in any of some areas; of none, nothing does."""
    parts = [in_area(column, code) for code in prefixes]
    return or_(*parts) if parts else false()
