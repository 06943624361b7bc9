"""What others may know of the assistance record."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from marketplace.assistance.values.alerts import Level
from marketplace.assistance.values.codes import ImportState, LineBasis, Status
from marketplace.farmers.values import MemberView
from marketplace.kernel.money import ratio


@dataclass(frozen=True, slots=True)
class Standing:
    """How a household stood on a day. Frozen on every attribution of income."""

    household_id: int
    village_code: str
    status: Status
    spell_id: int | None
    helper_id: int | None
    enrolled_measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelperContact:
    """A household's helper, in clear: for the household itself and its officials."""

    id: int
    name: str = field(repr=False)
    organisation: str
    phone: str | None = field(repr=False)
    user_id: int | None
    from_on: dt.date
    to_on: dt.date | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import would do, or did."""

    import_id: int
    ref: str
    state: ImportState
    counts: Mapping[str, int]

    @property
    def is_refused(self) -> bool:
        """Whether the file's findings keep it from being accepted."""
        return self.state is ImportState.REFUSED


@dataclass(frozen=True, slots=True)
class StagedLine:
    """One household, or one person of it, of which an import would change something or only takes note."""

    number: str
    village_code: str
    #: Of the person, or of the household's head; empty where the record knows no name yet.
    name_masked: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household in an official's list."""

    household_id: int
    ref: str
    register_number: str | None
    village_code: str
    head_masked: str
    members: int
    status: Status
    level: Level
    is_closed: bool


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit as an official of the area may read it."""

    ref: str
    visited_on: dt.date
    by_name: str
    note: str = field(repr=False)
    image_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlatformFigures:
    """What was recorded for a household through the platform over a time, in fen."""

    gross_fen: int = 0
    refunds_fen: int = 0
    fees_fen: int = 0
    costs_fen: int = 0
    earned_fen: int = 0
    paid_fen: int = 0

    @property
    def net_fen(self) -> int:
        """Gross less refunds, fees and declared costs."""
        return self.gross_fen - self.refunds_fen - self.fees_fen - self.costs_fen

    def __add__(self, other: "PlatformFigures") -> "PlatformFigures":
        return PlatformFigures(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def platform_share(platform_fen: int, declared_fen: int) -> float | None:
    """Return the platform's net over that net and the declared net together; None where there is nothing to share."""
    whole = declared_fen + platform_fen
    return platform_fen / whole if whole > 0 else None


@dataclass(frozen=True, slots=True)
class YearLine:
    """The poverty line of a year, a head, with where it comes from."""

    year: int
    basis: LineBasis
    amount_fen: int
    source: str
    #: Invented for a demonstration.
    is_example: bool


@dataclass(frozen=True, slots=True)
class YearIncome:
    """A year of a household: what it declared, and apart from it what was recorded through the platform."""

    year: int
    #: People on record now, by whom both are divided.
    members: int
    #: None where nothing is declared and approved.
    declared_fen: int | None
    #: Approved entries of the year's ledger.
    entries: tuple[Any, ...]
    #: 'YYYY-MM' and figures, the latest first.
    months: tuple[tuple[str, PlatformFigures], ...]
    #: None where the year has no line on record.
    line: YearLine | None = None

    @property
    def platform(self) -> PlatformFigures:
        """The year so far."""
        return sum((figures for _, figures in self.months), PlatformFigures())

    @property
    def share(self) -> float | None:
        """The platform's part of the income of a year that was declared."""
        return None if self.declared_fen is None else platform_share(self.platform.net_fen, self.declared_fen)

    def per_head(self, amount_fen: int) -> int | None:
        """Return an amount of the household for each of its people, rounded half-up to the fen."""
        return ratio(amount_fen, 1, self.members) if self.members else None


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """The whole record of a household, personal fields masked. Rows of the record are those of the tables, dated."""

    household_id: int
    ref: str
    register_number: str | None
    village_code: str
    phone_masked: str | None
    is_cadre_kin: bool
    closed_at: dt.datetime | None
    #: When its people's data was erased.
    erased_at: dt.datetime | None
    status: Status
    members: tuple[MemberView, ...]
    former_spells: tuple[MemberView, ...]
    crops: tuple[str, ...]
    spells: tuple[Any, ...]
    superseded_spells: tuple[Any, ...]
    episodes: tuple[Any, ...]
    causes: tuple[Any, ...]
    measures: tuple[Any, ...]
    helpers: tuple[HelperContact, ...]
    visits: tuple[VisitView, ...]
    guarantees: tuple[Any, ...]
    #: Years with an income declared or recorded, the latest first.
    years: tuple[YearIncome, ...]
    #: When the platform's figures were last handed down; None: never yet.
    platform_at: dt.datetime | None
    ledger_waiting: tuple[Any, ...]
    ledger_superseded: tuple[Any, ...]
    unmaskings: tuple[Any, ...]
    user_names: Mapping[int, str]
