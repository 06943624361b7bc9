"""Purchases, orders, lines and refunds as others may see them, whole and in lists."""

import datetime as dt
from dataclasses import dataclass

from marketplace.farmers.values import SellerKind
from marketplace.orders.values.states import ClaimBasis, OrderState, PurchaseState, RefundReason, RefundState

#: How what others know of a line begins: sales, reviews, stock.
LINE_SOURCE = "order_line/"


def line_source(line_id: int) -> str:
    """Return the name under which others know a line."""
    return f"{LINE_SOURCE}{line_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of an order, frozen when it was placed; what was refunded is what succeeded."""

    id: int
    offer_id: int
    offer_ref: str
    offer_slug: str
    title: str
    title_en: str
    image_id: int | None
    category_code: str
    unit_grams: int
    quantity: int
    price_fen: int
    gross_fen: int
    discount_fen: int
    paid_fen: int
    refunded_fen: int
    refunded_quantity: int
    #: Units that no refund, open or succeeded, covers yet.
    refundable_quantity: int
    household_id: int | None
    village_code: str
    seller_id: int
    after_sale_hours: int
    earned_at: dt.datetime | None

    @property
    def source(self) -> str:
        """Return the name under which others know the line."""
        return line_source(self.id)

    def title_in(self, locale: str) -> str:
        """Return the title in a language, or as the seller wrote it."""
        return (self.title_en or self.title) if locale == "en" else self.title


@dataclass(frozen=True, slots=True)
class EventView:
    """One step of a purchase, order or refund. `what` is a msgid."""

    at: dt.datetime
    what: str
    by_name: str | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """A refund of units of one line; `freight_fen` is 0 unless a whole order that was not sent is cancelled."""

    id: int
    ref: str
    purchase_ref: str
    order_ref: str
    order_id: int
    line_id: int
    title: str
    title_en: str
    quantity: int
    amount_fen: int
    freight_fen: int
    total_fen: int
    reason: RefundReason
    note: str
    state: RefundState
    gateway: str
    village_code: str
    household_id: int | None
    area_code: str
    requested_at: dt.datetime
    requested_by: int | None
    approved_by: int | None
    answer: str
    restock: bool
    purchase_id: int
    bank_ref: str

    def title_in(self, locale: str) -> str:
        """Return the title in a language, or as the seller wrote it."""
        return (self.title_en or self.title) if locale == "en" else self.title


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What a refund was asked for with: on what it stands, and the buyer's photos, which officials alone may see."""

    basis: ClaimBasis
    image_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One seller's part of a purchase. `goods_fen` stands before the discount; `paid_fen` = goods - discount + freight."""

    id: int
    ref: str
    purchase_id: int
    purchase_ref: str
    purchase_state: PurchaseState
    seller_id: int
    seller_ref: str
    seller_name: str
    seller_kind: SellerKind
    household_id: int | None
    village_code: str
    state: OrderState
    goods_fen: int
    discount_fen: int
    freight_fen: int
    paid_fen: int
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    confirmed_at: dt.datetime | None
    packed_at: dt.datetime | None
    handed_in_at: dt.datetime | None
    shipped_at: dt.datetime | None
    delivered_at: dt.datetime | None
    completed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    carrier: str
    tracking_no: str
    province: str
    note: str
    lines: tuple[LineView, ...]
    refunds: tuple[RefundView, ...]
    events: tuple[EventView, ...]

    @property
    def closes_at(self) -> dt.datetime | None:
        """Return when the last after-sale window closes, once delivered."""
        if self.delivered_at is None:
            return None
        return self.delivered_at + dt.timedelta(hours=max(line.after_sale_hours for line in self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseHead:
    """What is paid together. `area_code` is the smallest area that holds all its villages: officials are judged by it."""

    id: int
    ref: str
    key: str
    state: PurchaseState
    buyer_user_id: int | None
    phone_last4: str
    area_code: str
    province: str
    goods_fen: int
    discount_fen: int
    freight_fen: int
    total_fen: int
    gateway: str | None
    hold_until: dt.datetime
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseView(PurchaseHead):
    """A purchase with its orders."""

    orders: tuple[OrderView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseRow:
    """A purchase as lists show it."""

    id: int
    ref: str
    state: PurchaseState
    area_code: str
    total_fen: int
    gateway: str | None
    hold_until: dt.datetime
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    phone_last4: str
    first_title: str
    first_title_en: str
    first_image_id: int | None
    lines: int
    quantity: int

    def title_in(self, locale: str) -> str:
        """Return the first title in a language, or as the seller wrote it."""
        return (self.first_title_en or self.first_title) if locale == "en" else self.first_title


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as lists show it."""

    id: int
    ref: str
    purchase_ref: str
    state: OrderState
    first_title: str
    first_title_en: str
    first_image_id: int | None
    lines: int
    quantity: int
    paid_fen: int
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    village_code: str
    seller_name: str
    household_id: int | None

    def title_in(self, locale: str) -> str:
        """Return the first title in a language, or as the seller wrote it."""
        return (self.first_title_en or self.first_title) if locale == "en" else self.first_title


@dataclass(frozen=True, slots=True)
class PurchasesPage:
    """A page of purchases, the latest first; `next_before` asks for the following page."""

    rows: tuple[PurchaseRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of orders, the latest first; `next_before` asks for the following page."""

    rows: tuple[OrderRow, ...]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class RefundsPage:
    """A page of refunds, the latest first; `next_before` asks for the following page."""

    rows: tuple[RefundView, ...]
    next_before: int | None
