"""What a payment service says of its own balance."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class MovementKind(StrEnum):
    """What moved the service's balance."""

    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of the service's own balance, for the daily comparison. `net = gross - fee`; what leaves is negative."""

    id: str
    kind: MovementKind
    currency: str
    gross_minor: int
    fee_minor: int
    net_minor: int
    #: The same in fen: as they stand for CNY, by the configured rate otherwise.
    gross_fen: int
    fee_fen: int
    net_fen: int
    #: The service's name for what moved (a charge, a refund, a dispute, a payout), and for the payment behind it.
    source_ref: str
    payment_ref: str
    #: Ours, as it was given along: the key of a checkout or of a refund, and what was paid.
    key: str
    due_ref: str
    created_at: dt.datetime
    available_on: dt.date
    #: The payout itself, or the one it was asked for by `movements_of`.
    payout_ref: str
    #: Its own words for the kind.
    said: str = field(default="")


@dataclass(frozen=True, slots=True)
class Told:
    """What a payment service told: its movements, and the lines of each payout among them."""

    movements: Sequence[Movement]
    #: Its name for a payout -> the ids of what that handed over.
    parts: Mapping[str, Sequence[str]]
