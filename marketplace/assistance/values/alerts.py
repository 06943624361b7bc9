"""What others may know of alerts: their rules and states, the facts they are judged by, and what was found."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from marketplace.assistance.values.codes import Guarantee, Status
from marketplace.kernel.money import ratio


class AlertRule(StrEnum):
    """What the county is warned of."""

    LOW_INCOME = "low_income"
    RIGID_SPENDING = "rigid_spending"
    PLATFORM_FALL = "platform_fall"
    GUARANTEE_UNMET = "guarantee_unmet"
    PLATFORM_SHARE = "platform_share"
    TRANSFER_SHARE = "transfer_share"
    NO_VISIT = "no_visit"


#: The table that turns standing alerts into a level is tuned, and versioned, as the rules are.
LEVELS = "levels"
TUNED = (*(str(rule) for rule in AlertRule), LEVELS)


class Level(IntEnum):
    """How closely a household is watched, the calmest first; reckoned from the alerts that stand."""

    STEADY = 0
    WATCH = 1
    CONCERN = 2
    URGENT = 3


class AlertState(StrEnum):
    """How far people have come with an alert."""

    TO_CHECK = "to_check"
    CHECKED = "checked"
    HELPING = "helping"
    CLEARED = "cleared"
    DISMISSED = "dismissed"


#: An alert that stands is not raised again.
STANDING_STATES = (AlertState.TO_CHECK, AlertState.CHECKED, AlertState.HELPING)


class AlertAction(StrEnum):
    """What people do with an alert."""

    CHECK = "check"
    HELP = "help"
    CLEAR = "clear"
    DISMISS = "dismiss"


class SweepAction(StrEnum):
    """What the nightly pass notes on an alert that it never moves: the condition is gone, or is there again."""

    GONE = "gone"
    BACK = "back"


class SpendingKind(StrEnum):
    """Spending that a household cannot put off."""

    MEDICAL = "medical"
    SCHOOLING = "schooling"
    DISASTER = "disaster"


class VersionState(StrEnum):
    """How far a change of a rule, or of the monitoring range, has come."""

    PROPOSED = "proposed"
    STANDING = "standing"
    REJECTED = "rejected"


class Lack(StrEnum):
    """Why a rule cannot say anything of a household."""

    NOBODY = "nobody"
    NO_INCOME = "no_income"
    NO_CATEGORIES = "no_categories"
    NO_RANGE = "no_range"
    NO_MONTHS = "no_months"
    RULE_OFF = "rule_off"


@dataclass(frozen=True, slots=True)
class Range:
    """The monitoring range of a year, a head, with the document it comes from."""

    year: int
    amount_fen: int
    source: str
    #: Another place's figure, or one invented for a demonstration.
    is_example: bool


@dataclass(frozen=True, slots=True)
class UnmetGuarantee:
    """A guarantee that was not met when somebody last looked."""

    guarantee: Guarantee
    checked_on: dt.date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules are told of a household on a day. Money is fen; None is unknown, and never taken for nothing."""

    household_id: int
    village_code: str
    today: dt.date
    members: int
    status: Status = Status.NONE
    #: Of all alerts that stand but that of visits, which is judged by it.
    level: Level = Level.STEADY
    #: The last year that is over.
    year: int = 0
    #: Declared net of that year, and of the incomes declared by category the transfers and all together.
    declared_fen: int | None = None
    transfer_fen: int = 0
    categories_fen: int | None = None
    #: Net recorded through the platform in that year.
    platform_fen: int = 0
    range: Range | None = None
    #: Spending by year and kind: of that year and the running one.
    spending_fen: Mapping[int, Mapping[SpendingKind, int]] = field(default_factory=dict)
    #: Net through the platform in the last whole months, up to `month`, and in the same months a year before.
    month: str = ""
    recent_fen: int | None = None
    before_fen: int | None = None
    unmet: tuple[UnmetGuarantee, ...] = ()
    last_visit_on: dt.date | None = None
    #: Since when the household is on record.
    since_on: dt.date | None = None

    @property
    def income_fen(self) -> int | None:
        """Declared and platform net together: nothing where nothing was declared."""
        return None if self.declared_fen is None else self.declared_fen + self.platform_fen

    @property
    def per_head_fen(self) -> int | None:
        """That income for each person, rounded half-up to the fen."""
        return ratio(self.income_fen, 1, self.members) if self.income_fen is not None and self.members else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's condition is there. `period` is what it speaks of: found again for the same, it is not raised again."""

    rule: AlertRule
    period: str
    #: What the rule's words name: fen, days, ISO days, ten-thousandths, codes.
    figures: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule cannot say whether its condition is there: what stands is left as it is."""

    lack: Lack


#: A finding; None: the condition is not there; or nobody can tell.
Judged = Finding | Unknown | None


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule's parameters from a day on."""

    id: int
    rule: str
    number: int
    parameters: Mapping[str, int]
    from_on: dt.date
    is_on: bool = True


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What a list of alerts is narrowed to. No state: those that stand."""

    state: AlertState | None = None
    rule: AlertRule | None = None
    area: str = ""
    level: Level | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert in a list, the head's name masked."""

    ref: str
    household_id: int
    household_ref: str
    head_masked: str
    village_code: str
    rule: AlertRule
    state: AlertState
    figures: Mapping[str, int | str]
    raised_at: dt.datetime
    gone_at: dt.datetime | None
    level: Level


@dataclass(frozen=True, slots=True)
class AlertStepView:
    """One step of an alert's history; `by_name` is empty where the nightly pass took it."""

    action: str
    at: dt.datetime
    by_name: str
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert whole."""

    id: int
    ref: str
    household_id: int
    household_ref: str
    village_code: str
    rule: AlertRule
    state: AlertState
    period: str
    figures: Mapping[str, int | str]
    version: RuleVersion
    raised_at: dt.datetime
    gone_at: dt.datetime | None
    #: Who took the last step.
    state_by: int | None
    steps: tuple[AlertStepView, ...]


@dataclass(frozen=True, slots=True)
class AlertPage:
    """A page of alerts and the places before and after it, as keys."""

    lines: tuple[AlertLine, ...]
    newer_than: int | None
    older_than: int | None
