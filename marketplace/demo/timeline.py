"""A year in order: what is to happen, when; each happens with the clock stopped at its moment, and may arrange what follows."""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable

from marketplace.kernel import clock

#: Minutes past midnight UTC between which people in the county work (08:00 to 20:00 there).
_MORNING, _EVENING = 0, 12 * 60


class Timeline:
    """Happenings by moment. What lies after the present never happens: that is what waits today."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self._order = itertools.count()
        self._ahead: list[tuple[dt.datetime, int, Callable[[], None]]] = []

    def at(self, moment: dt.datetime, happening: Callable[[], None]) -> None:
        """Arrange a happening; beyond the present it is forgotten."""
        if moment < self.now:
            heapq.heappush(self._ahead, (moment, next(self._order), happening))

    def later(self, happening: Callable[[], None], *, days: float = 0, hours: float = 0) -> None:
        """Arrange a happening some time after the one that runs, in working hours."""
        self.at(in_working_hours(clock.now() + dt.timedelta(days=days, hours=hours)), happening)

    def run(self, after_each: Callable[[int], None]) -> int:
        """Let everything happen in order; return how much did."""
        done = 0
        while self._ahead:
            moment, _, happening = heapq.heappop(self._ahead)
            with clock.stopped_at(moment):
                happening()
                done += 1
                after_each(done)
        return done


def in_working_hours(moment: dt.datetime) -> dt.datetime:
    """Return the moment, or the next morning's where people sleep."""
    minutes = moment.hour * 60 + moment.minute
    if _MORNING <= minutes < _EVENING:
        return moment
    return (moment + dt.timedelta(days=1)).replace(hour=0, minute=minutes % 50, second=moment.second)
