"""What the management ledger of an area counts."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class LedgerKind(StrEnum):
    """One figure of an area's ledger, and the list behind it."""

    HOUSEHOLDS = "households"
    REGISTERED = "registered"
    MONITORED = "monitored"
    EXITED = "exited"
    NONE = "none"
    WATCH = "watch"
    CONCERN = "concern"
    URGENT = "urgent"
    CASES = "cases"
    CASES_OVERDUE = "cases_overdue"
    ALERTS = "alerts"
    SILENT = "silent"
    VISITS = "visits"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row behind a figure: whose, and where it says more than that, since when and of what kind."""

    household_id: int
    household_ref: str
    village_code: str
    row_id: int
    on: dt.date | None
    #: Code in the words of its figure: a kind of case, a rule of alerts, a kind of measure.
    code: str


@dataclass(frozen=True, slots=True)
class HouseholdHistory:
    """How a household stood, as dates: its times on the register and under monitoring, in order of beginning."""

    household_id: int
    #: (registered, ended, how it ended).
    spells: tuple[tuple[dt.date, dt.date | None, str | None], ...]
    #: (opened, cleared).
    episodes: tuple[tuple[dt.date, dt.date | None], ...]


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long a case of some kind stood in a stage; no stage: from its opening to its end."""

    case_ref: str
    household_id: int
    kind: str
    stage: str
    from_on: dt.date
    to_on: dt.date

    @property
    def days(self) -> int:
        """Calendar days from the signature that led into the stage to the one that led out of it."""
        return (self.to_on - self.from_on).days
