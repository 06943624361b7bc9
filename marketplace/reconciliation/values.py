"""What others may know of reconciliation."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_
from marketplace.ledger.values import BANK


class Side(StrEnum):
    """Who says that money moved: our book, or the bank or payment service that holds it."""

    BOOK = "book"
    OUTSIDE = "outside"


class RowKind(StrEnum):
    """What a row is of."""

    SALE = "sale"
    FREIGHT = "freight"
    REFUND = "refund"
    PAYOUT = "payout"
    SETTLEMENT = "settlement"
    DISPUTE = "dispute"
    SURPLUS = "surplus"
    FEE = "fee"
    OTHER = "other"


class How(StrEnum):
    """Why rows belong together."""

    REFERENCE = "reference"
    AMOUNT = "amount"
    CONTRA = "contra"
    BY_HAND = "by_hand"


class GroupState(StrEnum):
    """How far rows that were put together have come."""

    PROPOSED = "proposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class FileProblem(StrEnum):
    """What can be wrong with a row of a bank's list."""

    DAY = "day"
    SERIAL = "serial"
    TWICE = "twice"
    AMOUNT = "amount"
    BOTH = "both"
    BALANCE = "balance"
    CHAIN = "chain"
    CHANGED = "changed"
    FUTURE = "future"


KIND_WORDS: Mapping[RowKind, str] = MappingProxyType(
    {
        RowKind.SALE: N_("Paid by a buyer"),
        RowKind.FREIGHT: N_("Freight"),
        RowKind.REFUND: N_("Refund"),
        RowKind.PAYOUT: N_("Pay-out"),
        RowKind.SETTLEMENT: N_("Handed over"),
        RowKind.DISPUTE: N_("Disputed payment"),
        RowKind.SURPLUS: N_("Paid once too often"),
        RowKind.FEE: N_("Fee"),
        RowKind.OTHER: N_("Other"),
    }
)
PROBLEM_WORDS: Mapping[FileProblem, str] = MappingProxyType(
    {
        FileProblem.DAY: N_("Write a day such as 2026-09-12."),
        FileProblem.SERIAL: N_("The bank's serial number is missing, or longer than 60 characters."),
        FileProblem.TWICE: N_("This serial number stands in the file already."),
        FileProblem.AMOUNT: N_("An amount is yuan and fen, such as 1280.00, and more than nothing."),
        FileProblem.BOTH: N_("Write either what came in or what went out."),
        FileProblem.BALANCE: N_("A balance is yuan and fen, such as 1280.00."),
        FileProblem.CHAIN: N_("The balance does not follow from the row before: a row is missing or was changed."),
        FileProblem.CHANGED: N_("This serial number came before with another amount or day."),
        FileProblem.FUTURE: N_("This day is yet to come."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIn:
    """A row as it comes in. `amount_fen` is signed by what it does to the account; `key` names it for good on its side."""

    key: str
    kind: RowKind
    amount_fen: int
    at: dt.datetime
    #: What rows of both sides share: an order, a refund, a reference of the bank's.
    ref: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of one side of an account."""

    id: int
    account: str
    side: Side
    key: str
    kind: RowKind
    amount_fen: int
    ref: str
    words: str
    at: dt.datetime
    on_day: dt.date
    batch_ref: str


@dataclass(frozen=True, slots=True)
class Match:
    """Rows that belong together, and why."""

    how: How
    row_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """Rows that people put together, with their reason. `difference_fen` is the book's sum less that outside."""

    id: int
    ref: str
    account: str
    difference_fen: int
    reason: str
    state: GroupState
    proposed_by: int
    proposed_at: dt.datetime
    closed_by: int | None
    closed_at: dt.datetime | None
    rows: tuple[RowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One account on both sides. All sums in fen.

    `book_fen` less what only the book has, plus what only the outside has, less what two people explained, is what the outside
    should say (`expected_fen`); `said_fen` is what it says, where it says a balance.
    """

    account: str
    book_fen: int
    only_book_fen: int
    only_book_rows: int
    only_outside_fen: int
    only_outside_rows: int
    explained_fen: int
    #: Rows without a counterpart for longer than is usual.
    late_rows: int
    waiting_groups: int
    #: Rows that a payment service has held for longer than is usual, and their sum.
    held_rows: int
    held_fen: int
    said_fen: int | None
    said_on: dt.date | None

    @property
    def expected_fen(self) -> int:
        """Return what the outside should say."""
        return self.book_fen - self.only_book_fen + self.only_outside_fen - self.explained_fen

    @property
    def unexplained_fen(self) -> int | None:
        """Return what nobody has explained: nothing, where all is well; None where the outside says no balance."""
        return None if self.said_fen is None else self.said_fen - self.expected_fen

    @property
    def is_bank(self) -> bool:
        """Whether it is the county's own account."""
        return self.account == BANK


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a row of a file; never its value."""

    row: int
    column: str
    problem: FileProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class BankList:
    """A bank's list as it was read: its lines, and the balances before the first and after the last of them."""

    sha256: str
    lines: tuple[RowIn, ...]
    opening_fen: int
    closing_fen: int
    from_on: dt.date
    to_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A bank's list that was taken in."""

    ref: str
    from_on: dt.date
    to_on: dt.date
    opening_fen: int
    closing_fen: int
    rows: int
    new_rows: int
    #: Between it and the list before it the balance jumps.
    has_gap: bool
    by_user_id: int
    at: dt.datetime
