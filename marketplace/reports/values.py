"""What the reports speak of: periods, scopes, rows and whole reports, still without addresses and words in a language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.assistance.values import YearLine, platform_share
from marketplace.assistance.values.ledger import LedgerKind
from marketplace.income.values import Figure, Figures, Movement
from marketplace.kernel.money import ratio
from marketplace.kernel.words import N_

#: The order in which tables show the figures: what reached the household first.
FIGURES = (Figure.PAID, Figure.EARNED, Figure.NET, Figure.GROSS, Figure.REFUNDS, Figure.FEES, Figure.COSTS)

FIGURE_WORDS: Mapping[Figure, str] = {
    Figure.PAID: N_("Paid out"),
    Figure.EARNED: N_("Earned"),
    Figure.NET: N_("Net"),
    Figure.GROSS: N_("Gross"),
    Figure.REFUNDS: N_("Refunds"),
    Figure.FEES: N_("Fees"),
    Figure.COSTS: N_("Declared costs"),
}

MEASURE_WORDS: Mapping[str, str] = {
    "agriculture": N_("Agriculture"),
    "culture": N_("Culture"),
    "tourism": N_("Tourism"),
}

CATEGORY_WORDS: Mapping[str, str] = {
    "rice": N_("Rice"),
    "lotus": N_("Lotus"),
    "tea": N_("Tea"),
    "vegetables": N_("Vegetables"),
    "seedlings": N_("Flower seedlings"),
    "oil": N_("Oil"),
    "handicrafts": N_("Handicrafts"),
    "other": N_("Other goods"),
    "tours": N_("Tours and experiences"),
}

STATUS_WORDS: Mapping[str, str] = {
    "registered": N_("Still on the register"),
    "monitored": N_("Monitored"),
    "exited": N_("Exited"),
    "none": N_("Not on the register"),
}

BASIS_WORDS: Mapping[str, str] = {"net": N_("of net income"), "disposable": N_("of disposable income")}

INCOME_CATEGORY_WORDS: Mapping[str, str] = {
    "business": N_("Business income"), "wage": N_("Wage income"), "property": N_("Property income"),
}  # fmt: skip

MOVEMENT_WORDS: Mapping[str, str] = {
    Movement.ACCRUED: N_("The buyer paid"),
    Movement.FEE_PLATFORM: N_("Platform fee"),
    Movement.FEE_GATEWAY: N_("Payment fee"),
    Movement.REFUND: N_("Refund to the buyer"),
    Movement.FEE_PLATFORM_BACK: N_("Platform fee given back"),
    Movement.PASSED_ON: N_("Passed on to who does the work instead"),
    Movement.EARNED: N_("Earned"),
    Movement.PAID: N_("Paid out"),
    Movement.DISTRIBUTED: N_("Given to the members"),
    Movement.DIVIDEND: N_("Dividend on equity"),
}


@dataclass(frozen=True)
class Period:
    """A calendar month ('2026-11') or year ('2026') of Asia/Shanghai."""

    word: str

    @property
    def is_year(self) -> bool:
        """Whether it spans twelve months."""
        return len(self.word) == 4

    @property
    def year(self) -> int:
        """The year it lies in."""
        return int(self.word[:4])

    @property
    def last_month(self) -> str:
        """Its last month, 'YYYY-MM'."""
        return f"{self.word}-12" if self.is_year else self.word


@dataclass(frozen=True)
class Scope:
    """Which rows a figure counts: a period, perhaps one measure, one category of goods."""

    period: Period
    measure: str | None = None
    category: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether some sales of the period are left out."""
        return bool(self.measure or self.category)


@dataclass(frozen=True)
class Reach:
    """How many households stand behind a figure, each under the standing of its days of sale that ranks first."""

    on_register: int = 0
    monitored: int = 0
    left: int = 0
    never: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> "Reach":
        """Return the counts by the words that sales keep of a standing."""
        return cls(*(counts.get(word, 0) for word in ("registered", "monitored", "exited", "none")))

    @property
    def registered(self) -> int:
        """Households the county files: on the register, off it again, or monitored."""
        return self.on_register + self.monitored + self.left

    @property
    def active(self) -> int:
        """All that sold."""
        return self.registered + self.never

    def __add__(self, other: "Reach") -> "Reach":
        return Reach(
            self.on_register + other.on_register,
            self.monitored + other.monitored,
            self.left + other.left,
            self.never + other.never,
        )


@dataclass(frozen=True)
class AreaRow:
    """An area's row in a table."""

    code: str
    figures: Figures
    reach: Reach


@dataclass(frozen=True)
class HolderRow:
    """A household's row, or a pool's where no household stands behind the seller. The name is masked."""

    holder: str
    household_ref: str | None
    name: str
    village_code: str
    figures: Figures
    #: How the household stood when it sold, where the list is about that.
    standing: str | None = None


@dataclass(frozen=True)
class PlatformShare:
    """The platform's part of the income of the households that declared a year's income."""

    year: int
    households: int
    declared_fen: int
    platform_fen: int

    @property
    def ratio(self) -> float | None:
        """Platform net over platform net and declared net; None where nobody declared."""
        return platform_share(self.platform_fen, self.declared_fen) if self.households else None


@dataclass(frozen=True)
class ShareRow:
    """One household's declared income of a year beside what the platform recorded."""

    household_id: int
    household_ref: str
    name: str
    village_code: str
    declared_fen: int
    platform_fen: int


@dataclass(frozen=True)
class AreaReport:
    """All that an area's page shows. `children` are areas or, in a village, empty: its households are paged apart."""

    code: str
    level: str
    as_of: dt.datetime
    scope: Scope
    figures: Figures
    reach: Reach
    share: PlatformShare
    months: tuple[tuple[str, Figures], ...]
    #: Figures by category of goods, where none was chosen.
    goods: tuple[tuple[str, Figures], ...]
    children: tuple[AreaRow, ...]
    #: Areas of the same parent for comparison; None where the cell is suppressed.
    peers: tuple[tuple[str, AreaRow | None], ...]


@dataclass(frozen=True)
class HouseholdReport:
    """All that a household's page shows beside its lines."""

    as_of: dt.datetime
    scope: Scope
    figures: Figures
    months: tuple[tuple[str, Figures], ...]


@dataclass(frozen=True, slots=True)
class HomeYear:
    """A household's income of a year: what it declared, what was recorded through the platform, and by how many it is divided."""

    household_id: int
    village_code: str
    #: People on record now.
    people: int
    declared_fen: int
    platform_fen: int
    #: Code of the main cause that stands now.
    cause: str | None

    @property
    def head_fen(self) -> int:
        """Declared and recorded net together for each person, rounded half-up to the fen."""
        return ratio(self.declared_fen + self.platform_fen, 1, self.people)

    def gap_fen(self, line_fen: int | None) -> int | None:
        """Return what all its people lack to a line; None where the year has no line."""
        return None if line_fen is None else max(line_fen - self.head_fen, 0) * self.people


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured over some homes. What needs a line is None where the year has none; what needs people, without any."""

    households: int
    people: int
    mean_fen: int | None
    median_fen: int | None
    gini: float | None
    line_fen: int | None = None
    poor_households: int | None = None
    poor_people: int | None = None
    total_gap_fen: int | None = None
    fgt0: float | None = None
    fgt1: float | None = None
    fgt2: float | None = None
    sen: float | None = None
    sen_finite: float | None = None


@dataclass(frozen=True, slots=True)
class PovertyRow:
    """The measures of an area or of a cause, by its code."""

    key: str
    #: Households whose record is open, against which the coverage is told; 0 where that is not asked.
    on_record: int
    #: None where they are kept back from a stranger.
    measures: Measures | None

    @property
    def coverage(self) -> float | None:
        """The share of the households on record whose income is known."""
        return self.measures.households / self.on_record if self.measures and self.on_record else None


@dataclass(frozen=True)
class PovertyReport:
    """All that the page of the measures of an area and year shows."""

    code: str
    level: str
    year: int
    as_of: dt.datetime
    line: YearLine | None
    whole: PovertyRow
    by_area: tuple[PovertyRow, ...]
    by_cause: tuple[PovertyRow, ...]
    peers: tuple[PovertyRow, ...]


class Event(StrEnum):
    """What can happen to a household's standing."""

    ENTERED = "entered"
    REENTERED = "reentered"
    EXITED = "exited"
    MONITORED = "monitored"
    MONITORED_AFTER_EXIT = "monitored_after_exit"
    CLEARED = "cleared"


EVENT_WORDS: Mapping[Event, str] = {
    Event.ENTERED: N_("Entered the register"),
    Event.EXITED: N_("Left the register by exit"),
    Event.REENTERED: N_("Came back to the register"),
    Event.MONITORED: N_("Monitoring begun"),
    Event.MONITORED_AFTER_EXIT: N_("Of these after an exit"),
    Event.CLEARED: N_("Monitoring ended"),
}


STANDING_WORDS: Mapping[str, str] = {
    "none": N_("Not on the register"),
    "registered": N_("Registered"),
    "exited": N_("Left the register"),
    "monitored": N_("Watched"),
}
LEVEL_WORDS = (N_("Steady"), N_("Attention"), N_("Warning"), N_("Urgent"))
LEDGER_WORDS: Mapping[LedgerKind, str] = {
    LedgerKind.HOUSEHOLDS: N_("Households on record"),
    LedgerKind.REGISTERED: N_("Registered"),
    LedgerKind.MONITORED: N_("Watched"),
    LedgerKind.EXITED: N_("Left the register"),
    LedgerKind.NONE: N_("Not on the register"),
    LedgerKind.WATCH: N_("At the level of attention"),
    LedgerKind.CONCERN: N_("At the level of warning"),
    LedgerKind.URGENT: N_("At the urgent level"),
    LedgerKind.CASES: N_("Open cases"),
    LedgerKind.CASES_OVERDUE: N_("Cases overdue"),
    LedgerKind.ALERTS: N_("Alerts to check"),
    LedgerKind.SILENT: N_("Measures without outcome"),
    LedgerKind.VISITS: N_("Visits overdue"),
    LedgerKind.HELP: N_("Taking part in help"),
}
HELP_WORDS: Mapping[str, str] = {
    "training": N_("Training (Raindrop plan)"),
    "agriculture": N_("Agriculture"),
    "tourism": N_("Tourism"),
    "culture": N_("Culture"),
    "ecommerce": N_("Selling online"),
    "microcredit": N_("Microcredit"),
    "relocation": N_("Relocation"),
    "solar": N_("Solar power"),
    "ecology_post": N_("Ecology post"),
    "land_transfer": N_("Land transfer"),
    "dividends": N_("Dividends"),
    "infrastructure": N_("Infrastructure"),
    "health": N_("Health support"),
    "education": N_("Education support"),
}
CASE_WORDS: Mapping[str, str] = {
    "identify": N_("Entering in the register"),
    "reenter": N_("Coming back to the register"),
    "exit": N_("Leaving the register"),
    "remove": N_("Striking off an entry made by mistake"),
    "monitor": N_("Beginning to monitor"),
    "clear": N_("Ending the monitoring"),
}
#: The stages of a case in their order; no stage: the whole case.
STAGE_WORDS: Mapping[str, str] = {
    "applied": N_("Application received"),
    "reviewing": N_("Village review"),
    "verifying": N_("Verification at home"),
    "hearing": N_("The household is asked"),
    "village_notice": N_("Village notice"),
    "township": N_("Township review"),
    "township_notice": N_("Township notice"),
    "county": N_("County decision"),
    "approved": N_("Approved, to be announced"),
    "appealed": N_("Appeal"),
    "rejected": N_("Not approved"),
    "done": N_("Case done"),
    "dismissed": N_("Appeal dismissed"),
    "withdrawn": N_("Withdrawn"),
    "continued": N_("Monitoring goes on"),
    "": N_("From opening to end"),
}
ALERT_WORDS: Mapping[str, str] = {
    "low_income": N_("Income below the range"),
    "rigid_spending": N_("Spending that cannot be put off"),
    "platform_fall": N_("Platform income fell"),
    "guarantee_unmet": N_("A guarantee is not met"),
    "platform_share": N_("Lives on the platform alone"),
    "transfer_share": N_("Lives on transfers"),
    "no_visit": N_("No visit for long"),
    "levels": N_("Levels of watching"),
}
