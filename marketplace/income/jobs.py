"""Periodic passes of income: open last month's statements, hand figures down to the assistance record."""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.income import services
from marketplace.kernel import clock
from marketplace.kernel.jobs import Sweep


def last_month() -> str:
    """Return the month before the present one in Asia/Shanghai."""
    return (clock.today().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")


def open_statements(session: Session) -> int:
    """Open the statements of the month that ended."""
    return services.open_month(session, month=last_month())


def hand_over(session: Session) -> int:
    """Hand the figures of this month and the one before to the assistance record."""
    months = (last_month(), clock.month_of(clock.now()))
    return sum(services.hand_over_month(session, month=month) for month in months)


SWEEPS: tuple[Sweep, ...] = (
    Sweep("open statements", 3600, open_statements),
    # Officials read the running month on the household's card, with this pass's moment beside it.
    Sweep("hand platform income over", 600, hand_over),
    Sweep("hand all platform income over", 24 * 3600, services.hand_over_all),
)
