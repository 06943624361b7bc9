"""What the templates of payments are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.orders.values import PurchaseRow, PurchaseView
from marketplace.payments.values import DueView, GatewayView, ReceiptView, RefundDue, SurplusView, TransferView


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
