"""What others may see of the book: the names of its accounts, what goes in and what comes back."""

import datetime as dt
from dataclasses import dataclass

#: Money that has reached the county's own account.
BANK = "bank"
FEES_PLATFORM = "fees/platform"
FEES_GATEWAY = "fees/gateway"
FREIGHT = "freight"


def clearing(gateway: str) -> str:
    """Return the account of money a gateway holds and has not yet handed over."""
    return f"clearing/{gateway}"


def accrued(seller_ref: str) -> str:
    """Return the account of what buyers paid to a seller and may still take back."""
    return f"payable/{seller_ref}/accrued"


def earned(seller_ref: str) -> str:
    """Return the account of what a seller is owed for good."""
    return f"payable/{seller_ref}/earned"


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
