"""Pushing each month's platform income down to the assistance record, which stands below and cannot ask."""

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from marketplace.assistance import services as assistance
from marketplace.assistance.values import PlatformFigures
from marketplace.income.models import HolderTotal

_HANDED = ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "earned_fen", "paid_fen")


def hand_over_month(session: Session, *, month: str) -> int:
    """Hand every household's figures of a month to its assistance record; return how many changed. Safe to repeat."""
    sums = [cast(func.sum(getattr(HolderTotal, name)), BigInteger) for name in _HANDED]
    rows = session.execute(
        select(HolderTotal.household_id, *sums)
        .where(HolderTotal.period == month, HolderTotal.household_id.is_not(None))
        .group_by(HolderTotal.household_id)
    )
    figures = {key: PlatformFigures(*moved) for key, *moved in rows if key is not None}
    return assistance.record_platform_income(session, month=month, figures=figures)


def hand_over_all(session: Session) -> int:
    """Hand every month that has figures down again, for whatever a sleeping worker missed; return how many changed."""
    months = session.scalars(
        select(HolderTotal.period).where(func.length(HolderTotal.period) == 7).distinct().order_by(HolderTotal.period)
    ).all()
    return sum(hand_over_month(session, month=month) for month in months)
