"""What others may know of the visits that are due."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from marketplace.assistance.values.alerts import Level


class VisitReason(StrEnum):
    """Why a household is visited as often as it is."""

    REGISTERED = "registered"
    MONITORED = "monitored"
    EXITED = "exited"
    CONCERN = "concern"
    URGENT = "urgent"


class VisitState(StrEnum):
    """Whether the next visit to a household has a day."""

    DUE = "due"
    ARRANGED = "arranged"


class VisitAction(StrEnum):
    """What somebody does about the next visit."""

    ARRANGE = "arrange"
    CALL_OFF = "call_off"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A household whose visit is due, the head's name masked."""

    household_id: int
    ref: str
    village_code: str
    head_masked: str
    reason: VisitReason
    level: Level
    last_visit_on: dt.date | None
    due_on: dt.date
    planned_on: dt.date | None


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of due visits; `after` is the place of its last line where more follow."""

    lines: tuple[VisitLine, ...]
    after: tuple[dt.date, int] | None
