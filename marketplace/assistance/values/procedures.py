"""Procedures by which a household's standing changes: their kinds, states, actions and what each step carries."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from marketplace.assistance.values.codes import MonitoringKind
from marketplace.kernel.money import ratio


class ProcedureKind(StrEnum):
    """What a procedure decides on."""

    IDENTIFY = "identify"
    REENTER = "reenter"
    EXIT = "exit"
    REMOVE = "remove"
    MONITOR = "monitor"
    CLEAR = "clear"


class State(StrEnum):
    """How far a procedure has come."""

    APPLIED = "applied"
    REVIEWING = "reviewing"
    VERIFYING = "verifying"
    HEARING = "hearing"
    VILLAGE_NOTICE = "village_notice"
    TOWNSHIP = "township"
    TOWNSHIP_NOTICE = "township_notice"
    COUNTY = "county"
    APPROVED = "approved"
    APPEALED = "appealed"
    REJECTED = "rejected"
    DONE = "done"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    CONTINUED = "continued"


#: States in which nobody is asked for anything. A rejected application may still be appealed against for some days.
CLOSED = frozenset({State.REJECTED, State.DONE, State.DISMISSED, State.WITHDRAWN, State.CONTINUED})
NOTICES = frozenset({State.VILLAGE_NOTICE, State.TOWNSHIP_NOTICE})


class Action(StrEnum):
    """What somebody signs."""

    OPEN = "open"
    TAKE_UP = "take_up"
    CONCLUDE = "conclude"
    VERIFY = "verify"
    REFUSE = "refuse"
    HAND_UP = "hand_up"
    COUNTERSIGN = "countersign"
    AGREE = "agree"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    ANNOUNCE = "announce"
    REJECT = "reject"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    CONTINUE = "continue"


class Level(StrEnum):
    """On whose behalf a step is signed."""

    HOUSEHOLD = "household"
    VILLAGE = "village"
    TASK_FORCE = "task_force"
    TOWNSHIP = "township"
    COUNTY = "county"


class EvidenceKind(StrEnum):
    """What a step can stand on."""

    APPLICATION = "application"
    SURVEY = "survey"
    ASSEMBLY = "assembly"
    HOME_CHECK = "home_check"
    COMPARISON = "comparison"
    RESOLUTION = "resolution"
    SLIP = "slip"
    OTHER = "other"


class Opinion(StrEnum):
    """What one of the three ways of looking says of a household."""

    POOR = "poor"
    NOT_POOR = "not_poor"


class Kinship(StrEnum):
    """What a signing official declares of their own kinship to the household."""

    NONE = "none"
    KIN = "kin"


class Ground(StrEnum):
    """What brought a procedure about."""

    APPLICATION = "application"
    ALERT = "alert"
    VISIT = "visit"
    VILLAGE = "village"


class ListKind(StrEnum):
    """Registers of other offices that households are compared with."""

    CAR = "car"
    COMPANY = "company"
    PAYROLL = "payroll"
    PROPERTY = "property"


#: The days a stage may take before it is overdue.
STAGE_DAYS: Mapping[State, int] = MappingProxyType(
    {
        State.APPLIED: 10,
        State.REVIEWING: 30,
        State.VERIFYING: 15,
        State.HEARING: 10,
        State.TOWNSHIP: 15,
        State.COUNTY: 15,
        State.APPROVED: 5,
        State.APPEALED: 15,
    }
)
#: A notice that has run its days must be passed on within so many more.
AFTER_NOTICE_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the county has settled about procedures, from a day on."""

    #: Key of the row; None: what the house brings where the county has settled nothing.
    id: int | None = None
    from_on: dt.date = dt.date(1990, 1, 1)
    village_notice_days: int = 7
    township_notice_days: int = 5
    #: Days in which a rejection may be appealed against.
    appeal_days: int = 15
    #: Days after a final rejection before the same household may apply again.
    reapply_days: int = 90
    #: Complete years in a row that must lie above the line before an exit is proposed.
    stable_years: int = 2
    #: Months of monitoring before it can be cleared.
    clear_months: int = 6
    #: People who sign a township's check of an exit or a removal.
    check_people: int = 3
    is_identification_open: bool = True
    is_reentry_open: bool = True


#: From 2021 nobody comes back to the register: who is in need again is monitored.
DEFAULT_SETTINGS: tuple[Settings, ...] = (Settings(), Settings(from_on=dt.date(2021, 1, 1), is_reentry_open=False))


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, with the roles held where the household lives. `user_id` of a household's own account or of an official."""

    user_id: int
    name: str = field(repr=False)
    #: Roles held on an area that covers the village; 'farmer' for a person matched to the household.
    roles: frozenset[str]
    #: What the browser calls itself, cut short.
    device: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdYear:
    """A year of a household by category, in fen: what was declared and what the platform recorded, added up."""

    wage_fen: int
    business_fen: int
    property_fen: int
    transfer_fen: int
    expenditure_fen: int
    members: int
    #: Of the net, what the platform recorded.
    platform_net_fen: int = 0

    @property
    def net_fen(self) -> int:
        """All four kinds of income less business expenditure."""
        return self.wage_fen + self.business_fen + self.property_fen + self.transfer_fen - self.expenditure_fen

    @property
    def per_head_fen(self) -> int:
        """Net income for each member, rounded half-up to the fen."""
        return ratio(self.net_fen, 1, self.members)

    @property
    def platform_share(self) -> float | None:
        """The platform's part of the net; None where there is none."""
        return self.platform_net_fen / self.net_fen if self.net_fen > 0 else None

    def gap_fen(self, line_fen: int) -> int:
        """Return how far a head lies below a line; 0 at or above it."""
        return max(line_fen - self.per_head_fen, 0)


@dataclass(frozen=True, slots=True)
class Said:
    """What a signature says besides that it is one: words, and an official's declaration of kinship to the household."""

    words: str = field(default="", repr=False)
    kinship: Kinship | None = None
    #: Who is kin, and how.
    kinship_words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """One signed step as the rules look back on it."""

    action: Action
    level: Level
    user_id: int
    from_state: State | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What is on record for a decision: which evidence, what each way of looking said, what stands in the way."""

    evidence: frozenset[EvidenceKind]
    #: Per head and year, in fen; None before the survey or where the year has no line.
    survey_head_fen: int | None = None
    line_fen: int | None = None
    assembly: Opinion | None = None
    home_check: Opinion | None = None
    open_objections: int = 0
    upheld_objections: int = 0
    #: Last day of the notice that stands or stood for the present state.
    notice_to: dt.date | None = None

    @property
    def survey(self) -> Opinion | None:
        """What the income survey says beside the line."""
        if self.survey_head_fen is None or self.line_fen is None:
            return None
        return Opinion.POOR if self.survey_head_fen < self.line_fen else Opinion.NOT_POOR

    @property
    def disagree(self) -> bool:
        """Whether survey, assembly and home check do not all say the same."""
        return len({one for one in (self.survey, self.assembly, self.home_check) if one is not None}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A signed step as a page shows it."""

    seq: int
    action: Action
    from_state: State | None
    to_state: State
    level: Level
    role: str
    user_id: int
    name: str = field(repr=False)
    at: dt.datetime
    device: str
    words: str = field(repr=False)
    kinship: Kinship | None
    kinship_words: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One piece of evidence, with its facts as the page's words need them."""

    id: int
    kind: EvidenceKind
    on: dt.date
    by_name: str = field(repr=False)
    with_name: str | None = field(repr=False)
    at: dt.datetime
    opinion: Opinion | None
    facts: Mapping[str, Any]
    words: str = field(repr=False)
    image_id: int | None


@dataclass(frozen=True, slots=True)
class Hit:
    """What a register of another office says of one person of a household."""

    kind: ListKind
    name_masked: str = field(repr=False)
    label: str = field(repr=False)
    source: str
    as_of: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A procedure in a list."""

    id: int
    ref: str
    kind: ProcedureKind
    state: State
    household_id: int
    household_ref: str
    village_code: str
    head_masked: str = field(repr=False)
    opened_on: dt.date
    due_on: dt.date | None
    closed_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A procedure whole: its steps, what it stands on, and what is asked now."""

    id: int
    ref: str
    kind: ProcedureKind
    state: State
    seq: int
    household_id: int
    household_ref: str
    village_code: str
    head_masked: str = field(repr=False)
    is_cadre_kin: bool
    monitoring_kind: MonitoringKind | None
    attribute: str | None
    ground: Ground
    opened_on: dt.date
    due_on: dt.date | None
    closed_on: dt.date | None
    settings: Settings
    #: The basis that was frozen when it was opened, in figures.
    basis: Mapping[str, Any]
    steps: tuple[StepView, ...]
    evidence: tuple[EvidenceView, ...]
    findings: Findings
    notice_ref: str | None

    @property
    def is_closed(self) -> bool:
        """Whether nobody is asked for anything."""
        return self.state in CLOSED
