"""What others may see of sales and statements: the facts that income takes and the figures it gives."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class Movement(StrEnum):
    """What happened to a household's share of a sale."""

    ACCRUED = "accrued"
    FEE_PLATFORM = "fee_platform"
    FEE_GATEWAY = "fee_gateway"
    REFUND = "refund"
    FEE_PLATFORM_BACK = "fee_platform_back"
    PASSED_ON = "passed_on"
    EARNED = "earned"
    PAID = "paid"
    #: Out of a cooperative's sale to its members, and a member's share by its equity.
    DISTRIBUTED = "distributed"
    DIVIDEND = "dividend"


#: How a movement changes what the seller is owed in all (accrued and earned together); earning only moves it over.
OWED_BY: Mapping[Movement, int] = {
    Movement.ACCRUED: 1,
    Movement.FEE_PLATFORM: -1,
    Movement.FEE_GATEWAY: -1,
    Movement.REFUND: -1,
    Movement.FEE_PLATFORM_BACK: 1,
    Movement.PASSED_ON: -1,
    Movement.EARNED: 0,
    Movement.PAID: -1,
    Movement.DISTRIBUTED: -1,
    Movement.DIVIDEND: 1,
}


class Stage(StrEnum):
    """Where the money of a sale lies: still returnable, the seller's for good, or passed on to who does the work instead."""

    ACCRUED = "accrued"
    EARNED = "earned"
    PASSED_ON = "passed_on"


class Measure(StrEnum):
    """The help mechanism a sale counts for."""

    AGRICULTURE = "agriculture"
    CULTURE = "culture"
    TOURISM = "tourism"


#: What a payment service usually keeps of a sale, in basis points: shown before it; what it kept is written when the money comes.
USUAL_GATEWAY_FEE_BP = 60


class IncomeCategory(StrEnum):
    """The income category of the assistance record a sale counts as."""

    BUSINESS = "business"
    WAGE = "wage"
    PROPERTY = "property"


class CostKind(StrEnum):
    """What a household declares it spent on what it sold."""

    INPUTS = "inputs"
    PACKING = "packing"


class LineState(StrEnum):
    """What the household said of a line of its statement."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    ANSWERED = "answered"


class Figure(StrEnum):
    """The figures of reports and statements."""

    GROSS = "gross"
    REFUNDS = "refunds"
    FEES = "fees"
    COSTS = "costs"
    NET = "net"
    EARNED = "earned"
    PAID = "paid"


#: How a household stood on the day of a sale, the first-ranking last: one that stood in two ways in a period counts under it.
STANDINGS = ("none", "exited", "monitored", "registered")


#: Under which category visits stand; all others are goods.
TOURS = "tours"


@dataclass(frozen=True, kw_only=True)
class SaleFact:
    """One paid order line, or a payee's share of a booking, as orders and tours hand it over.

    `gross_fen` is what the buyer paid for the line after the seller's own discount, without freight; `gateway_fee_fen` is the
    line's share of the gateway's fee on all that was paid.
    """

    source: str
    order_ref: str
    line_id: int
    seller_ref: str
    household_id: int | None
    village_code: str
    category_code: str
    is_cultural: bool
    title: str
    quantity: int
    gross_fen: int
    platform_fee_bp: int
    gateway_fee_fen: int
    gateway: str
    sold_at: dt.datetime
    channel: str = "shop"
    promotion: str | None = None
    is_tour: bool = False
    income_category: IncomeCategory = IncomeCategory.BUSINESS


@dataclass(frozen=True)
class Figures:
    """The figures of a household, an area or a line over a period, in fen; `lines` counts sales accrued in it."""

    gross_fen: int = 0
    refunds_fen: int = 0
    fees_fen: int = 0
    costs_fen: int = 0
    earned_fen: int = 0
    paid_fen: int = 0
    lines: int = 0

    @property
    def net_fen(self) -> int:
        """Gross less refunds, fees and declared costs."""
        return self.gross_fen - self.refunds_fen - self.fees_fen - self.costs_fen

    def of(self, figure: str) -> int:
        """Return one figure by its word."""
        value: int = getattr(self, f"{Figure(figure)}_fen")
        return value

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(one + two for one, two in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[int]:
        return iter([getattr(self, column.name) for column in fields(self)])


@dataclass(frozen=True)
class AreaTotals:
    """An area's figures over a period."""

    code: str
    figures: Figures


@dataclass(frozen=True)
class HolderTotals:
    """Figures of a household, or of a named pool where no household stands behind the seller."""

    holder: str
    household_id: int | None
    figures: Figures

    @property
    def pool(self) -> str | None:
        """The pool's name (a seller's ref), or None for a household."""
        return self.holder.removeprefix("pool/") if self.household_id is None else None


@dataclass(frozen=True)
class ReachedHousehold:
    """A household that sold in a period: where from, how it stood, and its figures."""

    village_code: str
    standing: str
    totals: HolderTotals


@dataclass(frozen=True)
class Line:
    """One sale with its figures over a period."""

    attribution_id: int
    source: str
    order_ref: str
    line_id: int
    title: str
    quantity: int
    sold_at: dt.datetime
    seller_ref: str
    household_id: int | None
    village_code: str
    status: str
    measure: str
    category: str
    stage: str
    figures: Figures
    income_category: str = IncomeCategory.BUSINESS.value

    @property
    def is_member_part(self) -> bool:
        """Whether it is a member's part of what a cooperative sold; `line_id` is then the distribution's line."""
        return self.source.startswith("distribution/")


@dataclass(frozen=True)
class LinesPage:
    """A page of lines, latest sale first; `next_before` asks for the following page."""

    lines: tuple[Line, ...]
    next_before: int | None


@dataclass(frozen=True)
class StatementLine:
    """A line of a household's month with what the household said of it."""

    line: Line
    state: LineState
    #: The figures moved after the household had answered.
    is_changed: bool
    words: str
    answer: str
    said_at: dt.datetime | None
    is_assisted: bool


@dataclass(frozen=True)
class Statement:
    """A household's month: its whole total, and one page of its lines; `next_before` asks for the following page."""

    household_id: int
    month: str
    total: Figures
    lines: tuple[StatementLine, ...]
    next_before: int | None


@dataclass(frozen=True)
class Dispute:
    """A disputed line waiting for an official's answer."""

    statement_line_id: int
    household_id: int
    village_code: str
    month: str
    order_ref: str
    title: str
    words: str
    said_at: dt.datetime | None


@dataclass(frozen=True)
class MovementView:
    """One thing that happened to a sale, with the posting that carried it."""

    kind: str
    amount_fen: int
    at: dt.datetime
    ledger_transaction_id: int


@dataclass(frozen=True)
class DeclaredCostView:
    """One cost a household declared for a sale."""

    kind: str
    amount_fen: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SaleView:
    """One attributed sale: the standing frozen on its day, its running figures and its whole history."""

    id: int
    source: str
    order_ref: str
    line_id: int
    title: str
    quantity: int
    sold_at: dt.datetime
    seller_ref: str
    household_id: int | None
    village_code: str
    status: str
    spell_id: int | None
    helper_id: int | None
    measure: str
    enrolled_measures: tuple[str, ...]
    income_category: str
    category: str
    channel: str
    promotion: str | None
    gateway: str
    stage: str
    figures: Figures
    movements: tuple[MovementView, ...]
    costs: tuple[DeclaredCostView, ...]
