"""What the templates of payments are given."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.orders.values import PurchaseRow, PurchaseView
from marketplace.payments.values import (
    Bearer,
    CheckoutView,
    DisputeState,
    DisputeView,
    DueKind,
    DueView,
    GatewayView,
    Holder,
    ReceiptView,
    RefundDue,
    SurplusReason,
    SurplusView,
    TransferView,
)


@dataclass(frozen=True)
class PayPage:
    """How to pay one purchase or booking. `chosen` is the way that was taken, or nothing yet."""

    due: DueView
    #: Where its buyer sees it.
    own_url: str
    offered: Sequence[GatewayView]
    chosen: str
    account: Sequence[str]
    place: str
    #: An official has seen money for it, and a second one looks.
    is_recorded: bool
    #: Of a short hold, whose clock is shown; None of one that takes days.
    seconds_left: int | None
    key: str = ""
    #: What a buyer reads of who holds the money.
    holder_words: Mapping[Holder, str] = field(default_factory=dict)
    #: A payment service's page that is open for it, or where its money is on its way.
    visit: CheckoutView | None = None


@dataclass(frozen=True)
class GoingBackPage:
    """Money that came too late or twice, as its buyer reads of it."""

    due: DueView
    own_url: str
    surpluses: Sequence[SurplusView]


@dataclass(frozen=True)
class ReturnedPage:
    """Back from a payment service's page, before the service has told us."""

    due: DueView
    own_url: str
    again_url: str
    #: The service has told that the money is on its way.
    is_on_its_way: bool


@dataclass(frozen=True)
class ProofLine:
    """Something that was paid for, after what the seller took off, and who sold it."""

    title: str
    quantity: int
    payee: str
    amount_fen: int


@dataclass(frozen=True)
class ProofRefund:
    """Money that went back or is on its way, and how far it has come."""

    words: str
    title: str
    amount_fen: int
    at: dt.datetime


@dataclass(frozen=True)
class ProofPage:
    """What a buyer paid: for what, when, how, to whom, and where the money is now. No personal data stands on it."""

    due: DueView
    own_url: str
    #: The PDF of it; None where this machine has no face to set it in, and the page is printed.
    paper_url: str | None
    paid_at: dt.datetime
    way: str
    lines: Sequence[ProofLine]
    freight_fen: int
    refunds: Sequence[ProofRefund]
    #: What has arrived with the buyer again.
    refunded_fen: int
    split: Sequence[tuple[str, int, str]]
    #: What it is not, and how to have that.
    notes: Sequence[str]

    @property
    def is_tour(self) -> bool:
        """Whether a visit was paid for, not goods."""
        return self.due.kind is DueKind.BOOKING


@dataclass(frozen=True)
class DisputesPage:
    """Buyers' disputes at the card's bank."""

    disputes: Sequence[DisputeView]
    #: Ways to pay, with who holds the money and under which agreement.
    ways: Sequence[GatewayView]
    me: int
    may_write: bool
    state_words: Mapping[DisputeState, str]
    bearer_words: Mapping[Bearer, str]


@dataclass(frozen=True)
class ReceiptsPage:
    """Money that comes by itself: expected, seen once, to be sent back."""

    awaiting: Sequence[PurchaseRow]
    #: Bookings of tours that wait for a transfer.
    visits: Sequence[DueView]
    open: Sequence[ReceiptView]
    settled: Sequence[ReceiptView]
    #: What machines took once too often, or too late, and is not back with the buyer.
    surpluses: Sequence[SurplusView]
    #: Names of the ways to pay.
    ways: Mapping[str, str]
    me: int
    may_write: bool
    search: str
    next_url: str | None
    #: What an official reads of why money is a buyer's.
    reason_words: Mapping[SurplusReason, str]
    not_found: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiptPage:
    """The money of one purchase, whose goods stand beside it, or of one booking."""

    due: DueView
    purchase: PurchaseView | None
    receipts: Sequence[ReceiptView]
    names: Mapping[int, str]
    form: Any
    may_record: bool
    #: The official bought it, or their household sold some of it.
    is_own: bool
    me: int
    may_write: bool


@dataclass(frozen=True)
class TransfersPage:
    """Refunds that officials send themselves."""

    to_send: Sequence[RefundDue]
    open: Sequence[TransferView]
    me: int
    may_write: bool
    errors: Mapping[str, str]
