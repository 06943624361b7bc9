"""Poverty lines, known for a year or not at all; and as of when the platform's figures stand."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.assistance.models import PlatformHandover, PovertyLine
from marketplace.assistance.values import LineBasis, YearLine


def poverty_line(session: Session, year: int) -> YearLine | None:
    """Return the line of a year, or None: a missing year is asked for, never guessed from its neighbours."""
    return poverty_lines(session, [year]).get(year)


def poverty_lines(session: Session, years: Iterable[int]) -> dict[int, YearLine]:
    """Return the lines of those of some years that have one, in one query."""
    rows = session.scalars(select(PovertyLine).where(PovertyLine.year.in_(sorted(set(years)))))
    return {
        row.year: YearLine(row.year, LineBasis(row.basis), row.amount_fen, row.source, is_example=row.is_example) for row in rows
    }


def platform_as_of(session: Session) -> dt.datetime | None:
    """Return when the platform's figures were last handed down; None: never yet."""
    return session.scalar(select(func.max(PlatformHandover.handed_at)))
