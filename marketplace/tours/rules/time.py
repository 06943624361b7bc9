"""When things happen: stretches of time in which what is scarce is counted, cut-offs, the stops of a day. Days are Shanghai's."""

import datetime as dt
from collections.abc import Sequence

from marketplace.kernel.clock import SHANGHAI
from marketplace.tours.values import ResourceKind

#: Departures can be opened and booked so far ahead.
DAYS_AHEAD = 120
AHEAD = dt.timedelta(days=DAYS_AHEAD)
_NOON = 12
_SUPPER = 15


def bucket_bounds(kind: ResourceKind, at: dt.datetime, *, slot_minutes: int = 60) -> tuple[dt.datetime, dt.datetime]:
    """Return the stretch (from, to; UTC) in which a moment's use of a resource is counted.

    Guides and plots by the half-day, beds by the night (noon to noon), meals by the sitting (before and after three), vehicles by
    the day, slots of places by their minutes from midnight.
    """
    local = at.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day = dt.timedelta(days=1)
    if kind in (ResourceKind.GUIDE, ResourceKind.PLOT):
        noon = midnight + dt.timedelta(hours=_NOON)
        bounds = (midnight, noon) if local < noon else (noon, midnight + day)
    elif kind is ResourceKind.BEDS:
        noon = midnight + dt.timedelta(hours=_NOON)
        start = noon if local >= noon else noon - day
        bounds = (start, start + day)
    elif kind is ResourceKind.MEAL:
        middle = midnight + dt.timedelta(hours=_SUPPER)
        bounds = (midnight, middle) if local < middle else (middle, midnight + day)
    elif kind is ResourceKind.SLOT:
        passed = (local - midnight) // dt.timedelta(minutes=slot_minutes)
        start = midnight + passed * dt.timedelta(minutes=slot_minutes)
        bounds = (start, start + dt.timedelta(minutes=slot_minutes))
    else:
        bounds = (midnight, midnight + day)
    return bounds[0].astimezone(dt.UTC), bounds[1].astimezone(dt.UTC)


def cutoff(starts_at: dt.datetime, *, hours: int) -> dt.datetime:
    """Return until when a departure can be booked."""
    return starts_at - dt.timedelta(hours=hours)


def stop_times(starts_at: dt.datetime, stops: Sequence[tuple[int, int]]) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return (arrival, departure) at each stop of (dwell, travel to the next) minutes."""
    times, at = [], starts_at
    for dwell, travel in stops:
        leaves = at + dt.timedelta(minutes=dwell)
        times.append((at, leaves))
        at = leaves + dt.timedelta(minutes=travel)
    return times


def usual_starts(weekdays: Sequence[int], times: Sequence[str], *, first: dt.date, days: int) -> list[dt.datetime]:
    """Return the moments (UTC, in order) at which something leaves on some ISO weekdays at some hours, from a day on."""
    return [
        dt.datetime.combine(on, dt.time.fromisoformat(at), tzinfo=SHANGHAI).astimezone(dt.UTC)
        for on in (first + dt.timedelta(days=number) for number in range(days))
        if on.isoweekday() in weekdays
        for at in sorted(times)
    ]
