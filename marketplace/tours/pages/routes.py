"""What the pages of routes and travel agencies are given."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RoutePage:
    """The form of a route: single fields, rows of stops, rows of payees, and whom one may choose."""

    form: Any
    key: str
    #: What stands in the boxes of the rows, by name.
    boxes: Mapping[str, str]
    stop_rows: int
    part_rows: int
    can_grow: bool
    sites: Sequence[tuple[str, str]]
    #: Approved sellers of the reader's area: (number, name).
    sellers: Sequence[tuple[str, str]]
    operators: Sequence[tuple[str, str]]
    themes: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    bases: Sequence[tuple[str, str]]
    policies: Sequence[tuple[str, str]]
    weekdays: Sequence[tuple[str, str]]
    chosen_weekdays: Sequence[str]
    errors: Mapping[str, str]
    returned_reason: str


@dataclass(frozen=True, kw_only=True)
class AgencyLine:
    """A travel agency with the licence on file."""

    name: str
    ref: str
    number: str
    valid_to: dt.date
    is_valid: bool


@dataclass(frozen=True, kw_only=True)
class AgenciesPage:
    """The travel agencies of the county, and the form of putting a licence on file."""

    agencies: Sequence[AgencyLine]
    form: Any
    may_record: bool
    errors: Mapping[str, str]
