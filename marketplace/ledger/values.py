"""What others may see of the book: the names of its accounts, what goes in and what comes back."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

#: Money that has reached the county's own account.
BANK = "bank"
FEES_PLATFORM = "fees/platform"
FEES_GATEWAY = "fees/gateway"
FREIGHT = "freight"


def clearing(gateway: str) -> str:
    """Return the account of money a gateway holds and has not yet handed over."""
    return f"clearing/{gateway}"


def owed(gateway: str) -> str:
    """Return the account of money at a gateway that is a buyer's: it came too late, or a refund of it did not arrive."""
    return f"owed/{gateway}"


def disputed(gateway: str) -> str:
    """Return the account of money that a gateway took back for a buyer's dispute and that nobody has borne yet."""
    return f"disputes/{gateway}"


def accrued(seller_ref: str) -> str:
    """Return the account of what buyers paid to a seller and may still take back."""
    return f"payable/{seller_ref}/accrued"


def earned(seller_ref: str) -> str:
    """Return the account of what a seller is owed for good."""
    return f"payable/{seller_ref}/earned"


class Scope(StrEnum):
    """Of which rows the truths are asked."""

    NEW = "new"
    ALL = "all"


@dataclass(frozen=True)
class Checked:
    """The last time the truths were asked for."""

    scope: Scope
    began_at: dt.datetime
    broken: int


@dataclass(frozen=True)
class EntryIn:
    """One side of a posting: debits are positive, credits negative."""

    account: str
    amount_fen: int


@dataclass(frozen=True)
class Posting:
    """A transaction that stands in the book."""

    id: int
    ref: str
    kind: str
    source: str
    posted_at: dt.datetime
    entries: tuple[EntryIn, ...]


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """What one posting moved on one account."""

    transaction_id: int
    kind: str
    source: str
    note: str
    posted_at: dt.datetime
    amount_fen: int
