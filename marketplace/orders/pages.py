"""What the templates of orders are given."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.media.values import ImageView
from marketplace.orders.values import (
    Contact,
    InvoiceTitle,
    InvoiceView,
    LineView,
    OrderRow,
    OrderView,
    PurchaseRow,
    PurchaseView,
    Quote,
    RefundView,
    TitleKind,
)
from marketplace.products.values import ReviewView


@dataclass(frozen=True)
class CartPage:
    """The basket."""

    quote: Quote
    images: Mapping[int, ImageView]
    provinces: Sequence[tuple[str, str]]
    province: str
    villages: Mapping[str, str]
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckoutPage:
    """Whom it goes to, and what it comes to."""

    quote: Quote
    form: Any
    provinces: Sequence[tuple[str, str]]
    #: Said when something changed between looking and ordering.
    changed: str = ""


@dataclass(frozen=True)
class OrderCard:
    """One seller's part of a purchase, as its buyer sees it."""

    order: OrderView
    village: str
    state_words: str
    state_kind: str
    steps: Sequence[tuple[str, str, str]]
    next_words: str
    split: Sequence[tuple[str, int, str]]
    split_fen: int
    can_cancel: bool
    invoice: InvoiceView | None
    can_invoice: bool
    refund_words: Mapping[int, str]
    #: Line -> what the buyer said of it; and whether more may be said.
    reviews: Mapping[int, ReviewView]
    can_review: bool


@dataclass(frozen=True)
class PurchasePage:
    """A purchase as its buyer sees it."""

    purchase: PurchaseView
    cards: Sequence[OrderCard]
    images: Mapping[int, ImageView]
    contact: Contact
    headline: str
    kind: str
    words: str
    pay_url: str | None
    can_cancel: bool
    #: It ended unpaid: its goods can be put into the basket once more.
    can_order_again: bool


@dataclass(frozen=True)
class FindPage:
    """Looking an order up."""

    form: Any


@dataclass(frozen=True)
class MinePage:
    """What a signed-in buyer ordered."""

    rows: Sequence[PurchaseRow]
    images: Mapping[int, ImageView]
    next_url: str | None


@dataclass(frozen=True)
class RefundPage:
    """Asking for money back."""

    purchase: PurchaseView
    line: Any
    form: Any
    reasons: Sequence[tuple[str, str]]
    #: Until when the promise for fresh goods holds; nothing where there is none, or nothing was delivered.
    photo_until: dt.datetime | None
    is_photo_time: bool
    photo_refusal: str | None = None


@dataclass(frozen=True)
class ReviewPage:
    """Saying how it was."""

    purchase: PurchaseView
    line: LineView
    form: Any
    #: (number, words), the worst first.
    stars: Sequence[tuple[int, str]]
    photo_refusal: str | None = None
    #: Photos came with what was refused: a browser does not keep them.
    are_photos_lost: bool = False


@dataclass(frozen=True)
class DeskOrdersPage:
    """A household's orders, what waits first."""

    to_do: Sequence[OrderRow]
    rows: Sequence[OrderRow]
    images: Mapping[int, ImageView]
    next_url: str | None


@dataclass(frozen=True)
class DeskOrderPage:
    """One order on the desk: what to do next, and with what."""

    order: OrderView
    images: Mapping[int, ImageView]
    state_words: str
    state_kind: str
    contact: Contact | None
    step: str | None
    step_label: str
    step_words: str
    steps: Sequence[tuple[str, str, str]]
    #: The invoice that the buyer asked for, and what is to stand on it until it is issued.
    invoice: InvoiceView | None
    invoice_title: InvoiceTitle | None


@dataclass(frozen=True)
class OfficeOrdersPage:
    """The orders of an official's area."""

    rows: Sequence[OrderRow]
    search: str
    state: str
    choices: Sequence[tuple[str, str]]
    villages: Mapping[str, str]
    next_url: str | None


@dataclass(frozen=True)
class OfficeOrderPage:
    """One order for the officials of its area."""

    order: OrderView
    village: str
    state_words: str
    state_kind: str
    contact: Contact | None
    steps: Sequence[str]
    #: There is a step to take, and the official's own household sold it: another official hands it on.
    is_own: bool
    form: Any
    may_write: bool
    history: Sequence[tuple[dt.datetime, str, str, str]]


@dataclass(frozen=True)
class WaitingRefund:
    """A refund that waits for an answer."""

    refund: RefundView
    village: str
    reason: str
    #: On what the claim stands, in words, and the buyer's photos at an address that asks who is looking.
    basis: str
    photos: Sequence[ImageView]
    may_decide: bool


@dataclass(frozen=True)
class AfterSalePage:
    """Refunds: those that wait, and the latest answered."""

    waiting: Sequence[WaitingRefund]
    answered: Sequence[tuple[RefundView, str, str]]
    villages: Mapping[str, str]
    may_write: bool
    errors: Mapping[str, str]
    next_url: str | None


@dataclass(frozen=True)
class InvoicePage:
    """Asking one seller for an invoice."""

    purchase: PurchaseView
    order: OrderView
    form: Any
    kinds: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice to issue; what is to stand on it is for those who issue it, and gone once its buyer is forgotten."""

    invoice: InvoiceView
    title: InvoiceTitle | None


@dataclass(frozen=True)
class InvoicesPage:
    """Invoices of an official's area: to issue, and the latest issued."""

    waiting: Sequence[OpenInvoice]
    issued: Sequence[InvoiceView]
    villages: Mapping[str, str]
    kind_words: Mapping[TitleKind, str]
    may_write: bool
    next_url: str | None
