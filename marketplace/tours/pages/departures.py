"""What the officials' pages of departures are given."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.tours.pages.office import DateRow
from marketplace.tours.values import Stakes


@dataclass(frozen=True, kw_only=True)
class DeparturesPage:
    """What leaves in an official's area, two weeks at a time."""

    rows: Sequence[DateRow]
    first_on: str
    label: str
    prev_url: str | None
    next_url: str | None


@dataclass(frozen=True, kw_only=True)
class BookingRow:
    """A booking of a departure, without the personal parts."""

    ref: str
    state_words: str
    people: int
    arrived: int
    total_fen: int
    back_fen: int
    group_name: str


@dataclass(frozen=True, kw_only=True)
class WorkerRow:
    """Who does a part of the work on a departure, and what of it is paid and not earned."""

    component_id: int
    role: str
    name: str
    is_substitute: bool
    fen: int
    #: Where somebody else can be put in their place; nothing where nobody can.
    substitute_url: str | None


@dataclass(frozen=True, kw_only=True)
class SubstitutionRow:
    """Who stepped in for whom on a departure, when, by whose word, and why."""

    when: str
    role: str
    was: str
    now: str
    official: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeparturePage:
    """One departure in the office."""

    row: DateRow
    tour_url: str
    left: int
    bookings: Sequence[BookingRow]
    workers: Sequence[WorkerRow]
    substitutions: Sequence[SubstitutionRow]
    called_off: str
    words: str
    can_close: bool
    can_call_off: bool
    errors: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class CallOffPage:
    """What a calling-off does, before it is confirmed."""

    ref: str
    title: str
    when: str
    state_words: str
    stakes: Stakes
    seen: str
    reasons: Sequence[tuple[str, str]]
    reason: str
    words: str
    notice: str | None
    is_possible: bool
    errors: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SubstitutePage:
    """A part of a departure that somebody else is to do."""

    ref: str
    component_id: int
    title: str
    when: str
    role: str
    who: str
    fen: int
    #: (number, name) of the sellers of the official's area, for choosing one.
    sellers: Sequence[tuple[str, str]]
    seller: str
    reason: str
    errors: dict[str, str]
