"""What others may know of purchases, orders and refunds."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from marketplace.farmers.values import SellerKind
from marketplace.kernel.words import N_


class PurchaseState(StrEnum):
    """How far what is paid together has come; `rules.PURCHASE_EDGES` says what may follow what."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class OrderState(StrEnum):
    """How far one seller's order has come; `rules.ORDER_EDGES` says what may follow what."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    HANDED_IN = "handed_in"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    """How far a refund has come; `rules.REFUND_EDGES` says what may follow what."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PAID_BY_HAND = "paid_by_hand"


class RefundReason(StrEnum):
    """Why money goes back."""

    CANCELLED = "cancelled"
    SHORT_WEIGHT = "short_weight"
    DAMAGED = "damaged"
    SPOILED = "spoiled"
    NOT_AS_DESCRIBED = "not_as_described"
    CHANGED_MIND = "changed_mind"
    LOST = "lost"
    OTHER = "other"


class ClaimBasis(StrEnum):
    """What a claim stands on; `rules.basis_of` says which. Claims of quality stand on the law and have no end here."""

    UNDELIVERED = "undelivered"
    RETURN = "return"
    PHOTO = "photo"
    QUALITY = "quality"


class Problem(StrEnum):
    """Why a line of a basket cannot be bought as it stands."""

    SOLD_OUT = "sold_out"
    NOT_ON_SALE = "not_on_sale"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


#: What a person reads for each state, reason and problem.
PURCHASE_STATE_WORDS: Mapping[PurchaseState, str] = MappingProxyType(
    {
        PurchaseState.AWAITING_PAYMENT: N_("Waiting for payment"),
        PurchaseState.PAID: N_("Paid by the buyer"),
        PurchaseState.EXPIRED: N_("Not paid in time"),
        PurchaseState.CANCELLED: N_("Order cancelled"),
    }
)
ORDER_STATE_WORDS: Mapping[OrderState, str] = MappingProxyType(
    {
        OrderState.PLACED: N_("Ordered"),
        OrderState.CONFIRMED: N_("Confirmed by the seller"),
        OrderState.PACKED: N_("Packed"),
        OrderState.HANDED_IN: N_("At the collection point"),
        OrderState.SHIPPED: N_("On its way"),
        OrderState.DELIVERED: N_("Delivered"),
        OrderState.COMPLETED: N_("Completed"),
        OrderState.CANCELLED: N_("Order cancelled"),
    }
)
REFUND_STATE_WORDS: Mapping[RefundState, str] = MappingProxyType(
    {
        RefundState.REQUESTED: N_("Refund asked for"),
        RefundState.APPROVED: N_("Refund approved"),
        RefundState.REJECTED: N_("Refund turned down"),
        RefundState.SUBMITTED: N_("Money is on its way back"),
        RefundState.SUCCEEDED: N_("Money has gone back"),
        RefundState.FAILED: N_("The refund did not go through"),
        RefundState.PAID_BY_HAND: N_("Money was given back by hand"),
    }
)
REFUND_REASON_WORDS: Mapping[RefundReason, str] = MappingProxyType(
    {
        RefundReason.CANCELLED: N_("The order was cancelled"),
        RefundReason.SHORT_WEIGHT: N_("It weighed too little"),
        RefundReason.DAMAGED: N_("It came damaged"),
        RefundReason.SPOILED: N_("It came spoiled"),
        RefundReason.NOT_AS_DESCRIBED: N_("It is not what was described"),
        RefundReason.CHANGED_MIND: N_("I changed my mind"),
        RefundReason.LOST: N_("It never came"),
        RefundReason.OTHER: N_("Another reason"),
    }
)
#: What whoever decides must know of it.
CLAIM_BASIS_WORDS: Mapping[ClaimBasis, str] = MappingProxyType(
    {
        ClaimBasis.UNDELIVERED: N_("Asked before it was delivered."),
        ClaimBasis.RETURN: N_("A return without a reason, within its days."),
        ClaimBasis.PHOTO: N_("Fresh goods, with a photo within 24 hours of delivery: the shop promises the money back."),
        ClaimBasis.QUALITY: N_("A claim of quality: the law sets no such limit. Look at it and decide."),
    }
)
#: With `left`, `least` and `most` of the line.
PROBLEM_WORDS: Mapping[Problem, str] = MappingProxyType(
    {
        Problem.SOLD_OUT: N_("Only %(left)d are left now."),
        Problem.NOT_ON_SALE: N_("This is not on sale any more."),
        Problem.TOO_FEW: N_("The seller sends at least %(least)d."),
        Problem.TOO_MANY: N_("At most %(most)d can be ordered at once."),
    }
)
#: The package's state words under one name, by kind.
STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{f"purchase/{state}": words for state, words in PURCHASE_STATE_WORDS.items()},
        **{f"order/{state}": words for state, words in ORDER_STATE_WORDS.items()},
        **{f"refund/{state}": words for state, words in REFUND_STATE_WORDS.items()},
    }
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a parcel goes to. It stays out of reprs and logs; `address` is all below the province."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FreightZone:
    """Provinces that cost the same to send to. Over `free_over_fen` of one seller's goods, sending is free."""

    code: str
    zh: str
    en: str
    provinces: tuple[str, ...]
    first_kg_fen: int
    next_kg_fen: int
    free_over_fen: int | None

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.en if locale == "en" else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLine:
    """A line of a basket at today's terms. `gross_fen` stands before the discount; with `paid_fen` 0 the line can't be bought."""

    ref: str
    slug: str
    offer_id: int
    title: str
    title_en: str
    image_id: int | None
    category_code: str
    unit_grams: int
    price_fen: int
    quantity: int
    gross_fen: int
    discount_fen: int
    paid_fen: int
    left: int
    least: int
    most: int
    problem: Problem | None = None

    @property
    def problem_words(self) -> str | None:
        """Return the msgid for what is wrong; it takes `left`, `least` and `most`."""
        return PROBLEM_WORDS[self.problem] if self.problem else None

    def title_in(self, locale: str) -> str:
        """Return the title in a language, or as the seller wrote it."""
        return (self.title_en or self.title) if locale == "en" else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedOrder:
    """What one seller would send. `freight_fen` is None as long as no province is known."""

    seller_id: int
    seller_ref: str
    seller_name: str
    village_code: str
    lines: tuple[QuotedLine, ...]
    goods_fen: int
    discount_fen: int
    freight_fen: int | None
    grams: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a basket costs now. `goods_fen` stands before discounts; `total_fen` is all that is to be paid, freight if known."""

    orders: tuple[QuotedOrder, ...]
    goods_fen: int
    discount_fen: int
    freight_fen: int | None
    total_fen: int
    problems: bool
    count: int
    #: Whether the province given is one we send to (or none was given).
    is_served: bool = True


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
    first_image_id: int | None
    lines: int
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as lists show it."""

    id: int
    ref: str
    purchase_ref: str
    state: OrderState
    first_title: str
    first_image_id: int | None
    lines: int
    quantity: int
    paid_fen: int
    placed_at: dt.datetime
    paid_at: dt.datetime | None
    village_code: str
    seller_name: str
    household_id: int | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountView:
    """So much off from so much on, at the seller's own cost, from a day to a day (both included)."""

    id: int
    seller_id: int
    threshold_fen: int
    off_fen: int
    from_on: dt.date
    to_on: dt.date
