"""What can begin, end, be written down or be decided in the record of a household, on a day."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """A part of the record."""

    RECORD = "record"
    PERSON = "person"
    REGISTRATION = "registration"
    MONITORING = "monitoring"
    CAUSE = "cause"
    CAPACITY = "capacity"
    WISH = "wish"
    CHOICE = "choice"
    MEASURE = "measure"
    OUTCOME = "outcome"
    COURSE = "course"
    HELPER = "helper"
    VISIT = "visit"
    GUARANTEE = "guarantee"
    INCOME = "income"
    SPENDING = "spending"
    ALERT = "alert"
    ALERT_STEP = "alert_step"
    CASE = "case"
    SIGNATURE = "signature"
    OBJECTION = "objection"
    CONSENT = "consent"


class Happened(StrEnum):
    """What came to pass."""

    BEGAN = "began"
    ENDED = "ended"
    NOTED = "noted"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Change:
    """One dated row of the record that began, ended, was noted or was decided on a day."""

    part: Part
    happened: Happened
    on: dt.date
    household_id: int
    #: Code of what it was, in the words of its part; empty where the part says enough.
    code: str
