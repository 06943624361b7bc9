"""The time: the only place that asks the machine what time it is.

Moments are aware UTC datetimes; days and months are cut at midnight in Asia/Shanghai.
"""

import contextlib
import contextvars
import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_frozen: contextvars.ContextVar[dt.datetime | None] = contextvars.ContextVar("frozen_clock", default=None)


def now() -> dt.datetime:
    """Return the present moment, aware, UTC."""
    return _frozen.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the present day in Asia/Shanghai."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the Shanghai day of a moment."""
    return moment.astimezone(SHANGHAI).date()


def month_of(moment: dt.datetime) -> str:
    """Return the Shanghai month of a moment as 'YYYY-MM'."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m")


def month_bounds(month: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a 'YYYY-MM' month and of the next one, UTC."""
    year, number = (int(part) for part in month.split("-"))
    start = dt.datetime(year, number, 1, tzinfo=SHANGHAI)
    end = dt.datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)
    return start.astimezone(dt.UTC), end.astimezone(dt.UTC)


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a Shanghai day and of the next one, UTC."""
    start = dt.datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(dt.UTC)
    return start, start + dt.timedelta(days=1)


@contextlib.contextmanager
def stopped_at(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at `moment`: for tests and for building the demonstration's past."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _frozen.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
