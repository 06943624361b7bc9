"""How households passed from one standing to another between two days, as pure functions of their spells and episodes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.assistance.values import EndedHow, Status
from marketplace.assistance.values.ledger import HouseholdHistory
from marketplace.reports.values import Event

#: The order in which the matrix shows standings.
STANDINGS = (Status.NONE, Status.REGISTERED, Status.EXITED, Status.MONITORED)


def flow_matrix(was: Mapping[int, Status], now: Mapping[int, Status]) -> dict[tuple[Status, Status], list[int]]:
    """Return the keys of the households in each cell (standing before, standing after), in order of key."""
    cells: dict[tuple[Status, Status], list[int]] = {(before, after): [] for before in STANDINGS for after in STANDINGS}
    for key in sorted(now):
        cells[was[key], now[key]].append(key)
    return cells


def events_of(history: HouseholdHistory) -> list[tuple[Event, dt.date]]:
    """Return what happened to a household's standing, with its day. A removed entry is no entry, and its removal no exit."""
    found = []
    exits = [ended_on for _registered_on, ended_on, how in history.spells if ended_on and how == EndedHow.EXITED]
    for registered_on, _ended_on, how in history.spells:
        if how != EndedHow.REMOVED:
            is_again = any(day <= registered_on for day in exits)
            found.append((Event.REENTERED if is_again else Event.ENTERED, registered_on))
    found += [(Event.EXITED, day) for day in exits]
    for opened_on, cleared_on in history.episodes:
        found.append((Event.MONITORED, opened_on))
        if any(day <= opened_on for day in exits):
            found.append((Event.MONITORED_AFTER_EXIT, opened_on))
        if cleared_on:
            found.append((Event.CLEARED, cleared_on))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted over some days: (household, day) of every event, and the households that had left the register."""

    events: Mapping[Event, Sequence[tuple[int, dt.date]]]
    #: Households that left by exit on the last day or before, whatever came after.
    left: frozenset[int]

    def rate(self, event: Event) -> float | None:
        """Return the share of those that had left to whom something happened; None where nobody had left."""
        if not self.left:
            return None
        return len({key for key, _day in self.events[event]} & self.left) / len(self.left)


def counted(histories: Iterable[HouseholdHistory], from_on: dt.date, to_on: dt.date) -> Counted:
    """Count the events after one day up to another, the last included."""
    events: dict[Event, list[tuple[int, dt.date]]] = {event: [] for event in Event}
    left = set()
    for history in histories:
        for event, day in events_of(history):
            if event is Event.EXITED and day <= to_on:
                left.add(history.household_id)
            if from_on < day <= to_on:
                events[event].append((history.household_id, day))
    return Counted({event: sorted(rows, key=lambda row: (row[1], row[0])) for event, rows in events.items()}, frozenset(left))


def happened_by_year(histories: Iterable[HouseholdHistory]) -> dict[int, Counter[Event]]:
    """Return how often each event happened in each calendar year in which anything did."""
    years: dict[int, Counter[Event]] = {}
    for history in histories:
        for event, day in events_of(history):
            years.setdefault(day.year, Counter())[event] += 1
    return years
