"""A month of a tour's departures, in words."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kernel import clock
from marketplace.tours import queries, rules
from marketplace.tours.pages.shop import Day, Leave, Month
from marketplace.tours.values import DepartureState, DepartureView, TourView
from marketplace.web.db import reader
from marketplace.web.filters import hour, month, short_day, weekday

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_CLOSED = frozenset({DepartureState.CLOSED, DepartureState.RUN, DepartureState.SETTLED})


def asked_month(next_at: dt.datetime | None) -> str:
    """Return the month the address asks for, 'YYYY-MM'; without one that can be shown, the month of the next date."""
    asked = request.args.get("month", "")
    is_shown = _MONTH.fullmatch(asked) and first_month() <= asked <= last_month()
    return asked if is_shown else clock.month_of(next_at or clock.now())


def departures_of_month(tour: TourView, shown: str) -> Sequence[DepartureView]:
    """Return what of a month still lies ahead."""
    begins, ends = clock.month_bounds(shown)
    return queries.departures_of_tour(reader(), tour_id=tour.id, from_at=max(begins, clock.now()), to_at=ends)


def month_of(tour: TourView, shown: str, departures: Sequence[DepartureView], fen: int, *, is_open: bool) -> Month:
    """Return a month as a calendar, from the present week on."""
    by_day: dict[int, list[Leave]] = defaultdict(list)
    for departure in departures:
        by_day[clock.day_of(departure.starts_at).day].append(_leave(departure, fen, is_open=is_open))
    year, number = int(shown[:4]), int(shown[5:])
    weeks = [week for week in calendar.Calendar().monthdatescalendar(year, number) if week[-1] >= clock.today()]
    return Month(
        title=month(shown),
        weekdays=[weekday(day) for day in weeks[0]],
        weeks=[[_day(day, by_day) if day.month == number else None for day in week] for week in weeks],
        prev_url=_url(tour, beside(shown, -1)) if shown > first_month() else None,
        next_url=_url(tour, beside(shown, 1)) if shown < last_month() else None,
        is_empty=not departures,
    )


def first_month() -> str:
    """Return the month of today."""
    return clock.month_of(clock.now())


def last_month() -> str:
    """Return the last month that can be booked."""
    return clock.month_of(clock.now() + rules.AHEAD)


def _day(day: dt.date, by_day: dict[int, list[Leave]]) -> Day:
    return Day(day.day, f"{short_day(day)} {weekday(day)}", by_day.get(day.day, ()))


def _leave(departure: DepartureView, from_fen: int, *, is_open: bool) -> Leave:
    at = hour(departure.starts_at)
    if departure.state is DepartureState.CANCELLED:
        return Leave(at, _("Called off"), None, None, is_sure=False)
    if departure.state in _CLOSED or departure.cutoff_at <= clock.now() or not is_open:
        return Leave(at, _("Booking has closed"), None, None, is_sure=False)
    words = ngettext("%(num)d place left", "%(num)d places left", departure.left) if departure.left else _("Full")
    return Leave(
        at, words, from_fen, url_for("tours.book", ref=departure.ref), is_sure=departure.state is DepartureState.GUARANTEED
    )


def _url(tour: TourView, shown: str) -> str:
    return url_for("tours.show", slug=tour.slug, month=shown, _anchor="dates")


def beside(shown: str, months: int) -> str:
    """Return the month so many after another, before it where negative."""
    count = int(shown[:4]) * 12 + int(shown[5:]) - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
