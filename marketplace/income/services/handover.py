"""Pushing each month's platform income down to the assistance record, which stands below and cannot ask."""

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from marketplace.assistance import services as assistance
from marketplace.income.models import HolderTotal


def hand_over_month(session: Session, *, month: str) -> int:
    """Hand every household's figures of a month to its assistance record; return how many. One call each, safe to repeat."""
    whole = {
        name: cast(func.sum(getattr(HolderTotal, name)), BigInteger)
        for name in ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "paid_fen")
    }
    rows = session.execute(
        select(HolderTotal.household_id, *(column.label(name) for name, column in whole.items()))
        .where(HolderTotal.period == month, HolderTotal.household_id.is_not(None))
        .group_by(HolderTotal.household_id)
        .order_by(HolderTotal.household_id)
    ).all()
    for row in rows:
        assistance.record_platform_income(
            session,
            household_id=row.household_id,
            month=month,
            gross_fen=row.gross_fen,
            net_fen=row.gross_fen - row.refunds_fen - row.fees_fen - row.costs_fen,
            paid_fen=row.paid_fen,
        )
    return len(rows)
