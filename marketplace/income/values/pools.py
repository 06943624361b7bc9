"""What others may see of pooled lots: who gave what, and how a cooperative shares what was sold of them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class DistributionState(StrEnum):
    """A distribution waits for a second official, is posted, or was withdrawn."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Member:
    """A member of a pool as the shares are reckoned: grams given, what they cost, and parts of the equity."""

    grams: int
    purchase_fen: int
    equity_parts: int


@dataclass(frozen=True)
class Shares:
    """How the money of a pooled sale divides; patronage and dividends in the order of the members."""

    surplus_fen: int
    reserve_fen: int
    patronage: tuple[int, ...]
    dividends: tuple[int, ...]

    @property
    def distributable_fen(self) -> int:
        """What of the surplus goes to members."""
        return sum(self.patronage) + sum(self.dividends)


@dataclass(frozen=True)
class DistributionLineView:
    """What one member gets. Without a seller the cooperative pays it itself, out of what stays in the pool."""

    household_id: int | None
    seller_ref: str | None
    grams: int
    purchase_fen: int
    patronage_fen: int
    equity_parts: int
    dividend_fen: int

    @property
    def total_fen(self) -> int:
        """Purchase price, patronage and dividend together."""
        return self.purchase_fen + self.patronage_fen + self.dividend_fen


@dataclass(frozen=True)
class DistributionView:
    """One distribution with its lines."""

    id: int
    ref: str
    lot_ref: str
    title: str
    seller_ref: str
    village_code: str
    state: DistributionState
    sale_fen: int
    fees_fen: int
    processing_fen: int
    purchase_fen: int
    surplus_fen: int
    reserve_fen: int
    reserve_bp: int
    patronage_bp: int
    prepared_by: int
    prepared_at: dt.datetime
    approved_by: int | None
    approved_at: dt.datetime | None
    lines: tuple[DistributionLineView, ...]
    #: Why it was withdrawn.
    reason: str = ""


@dataclass(frozen=True)
class LotView:
    """A pooled lot, and how far the sharing of what was sold of it has come."""

    id: int
    ref: str
    seller_ref: str
    village_code: str
    category: str
    title: str
    grams: int
    contributed_grams: int
    opened_by: int
    opened_at: dt.datetime
    shared: DistributionState | None


@dataclass(frozen=True)
class ContributionView:
    """What a member gave, as it was weighed."""

    household_id: int | None
    grams: int
    price_fen: int
    weigh_ticket: str
    witness: str
    recorded_by: int
    at: dt.datetime


@dataclass(frozen=True)
class EquityView:
    """Parts of a cooperative that a household, or all others together, own now."""

    household_id: int | None
    parts: int
    set_by: int
    set_at: dt.datetime


@dataclass(frozen=True)
class PoolSale:
    """An earned sale of a pool that may be shared: what is left of it after refunds, and the fees on it."""

    source: str
    order_ref: str
    title: str
    quantity: int
    sold_at: dt.datetime
    sale_fen: int
    fees_fen: int
