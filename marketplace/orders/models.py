"""Tables of freight, discounts, purchases, orders, lines, refunds and their history.

Personal data: `purchases.name_sealed`, `phone_sealed`, `address_sealed` (sealed, bound to their purchase), `phone_last4`, `note`;
`invoice_requests.title_sealed`, `tax_number_sealed`, `contact_sealed` (sealed, bound to their request).
"""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment
from marketplace.orders.values import InvoiceState, OrderState, PurchaseState, RefundReason, RefundState, TitleKind


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def _partial(name: str, *columns: str, only: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))


class FreightZone(Model):
    """Provinces that cost the same to send to."""

    __tablename__ = "freight_zones"
    __table_args__ = (
        CheckConstraint("first_kg_fen >= 0 AND next_kg_fen >= 0", name="amounts"),
        CheckConstraint("free_over_fen IS NULL OR free_over_fen > 0", name="free_over"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(60))
    first_kg_fen: Mapped[Fen]
    next_kg_fen: Mapped[Fen]
    free_over_fen: Mapped[int | None]
    position: Mapped[int] = mapped_column(Integer)


class FreightProvince(Model):
    """A province and its zone: each lies in one."""

    __tablename__ = "freight_provinces"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    zone_code: Mapped[str] = mapped_column(ForeignKey("freight_zones.code"))
    position: Mapped[int] = mapped_column(Integer)


class SellerDiscount(Model):
    """So much off from so much on, borne by the seller."""

    __tablename__ = "seller_discounts"
    __table_args__ = (
        UniqueConstraint("seller_id", "threshold_fen", "off_fen", "from_on", "to_on"),
        CheckConstraint("off_fen > 0 AND 2 * off_fen <= threshold_fen", name="at_most_half"),
        CheckConstraint("from_on <= to_on", name="days"),
    )

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    threshold_fen: Mapped[Fen]
    off_fen: Mapped[Fen]
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date] = mapped_column(Date)
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[Moment]


class Purchase(Model):
    """What is paid together, and whom it goes to."""

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint(_one_of("state", PurchaseState), name="state"),
        CheckConstraint("goods_fen > 0 AND discount_fen >= 0 AND freight_fen >= 0", name="amounts"),
        CheckConstraint("total_fen = goods_fen - discount_fen + freight_fen AND total_fen > 0", name="total"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid"),
        CheckConstraint("state <> 'paid' OR (gateway IS NOT NULL AND gateway_fee_fen IS NOT NULL)", name="paid_how"),
        CheckConstraint("gateway_fee_fen IS NULL OR gateway_fee_fen BETWEEN 0 AND total_fen", name="gateway_fee"),
        Index("ix_purchases_buyer_user_id", "buyer_user_id", "id"),
        _partial("ix_purchases_due", "hold_until", only="state = 'awaiting_payment'"),
        _partial("ix_purchases_awaiting", "gateway", "area_code", "id", only="state = 'awaiting_payment'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Made with the page: the same order sent twice is one purchase.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    buyer_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Emptied when the buyer is forgotten; the purchase stands.
    name_sealed: Mapped[str | None] = mapped_column(Text)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    address_sealed: Mapped[str | None] = mapped_column(Text)
    phone_last4: Mapped[str] = mapped_column(String(4))
    province: Mapped[str] = mapped_column(String(20))
    zone_code: Mapped[str] = mapped_column(ForeignKey("freight_zones.code"))
    #: Smallest area that holds the villages of all its orders.
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    goods_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    total_fen: Mapped[Fen]
    gateway: Mapped[str | None] = mapped_column(String(30))
    gateway_fee_fen: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(40))
    promotion: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    hold_until: Mapped[Moment]
    placed_at: Mapped[Moment]
    paid_at: Mapped[dt.datetime | None]


class HouseholdOrder(Model):
    """One seller's part of a purchase. Until the purchase is paid it is nobody's work."""

    __tablename__ = "household_orders"
    __table_args__ = (
        UniqueConstraint("purchase_id", "seller_id"),
        CheckConstraint(_one_of("state", OrderState), name="state"),
        CheckConstraint("paid_fen = goods_fen - discount_fen + freight_fen", name="paid_sum"),
        CheckConstraint("goods_fen > 0 AND freight_fen >= 0 AND 0 <= discount_fen AND 2 * discount_fen <= goods_fen",
                        name="amounts"),
        CheckConstraint("paid_at IS NOT NULL OR state = 'placed'", name="no_step_before_payment"),
        CheckConstraint("state <> 'shipped' OR (carrier <> '' AND tracking_no <> '')", name="tracked"),
        CheckConstraint("state NOT IN ('delivered', 'completed') OR delivered_at IS NOT NULL", name="delivered"),
        _partial("ix_household_orders_household", "household_id", "state", "id", only="paid_at IS NOT NULL"),
        _partial("ix_household_orders_village", "village_code", "state", "id", only="paid_at IS NOT NULL"),
        Index("ix_household_orders_seller_id", "seller_id"),
        _partial("uq_household_orders_tracking", "carrier", "tracking_no", only="tracking_no <> ''", unique=True),
        _partial("ix_household_orders_delivered", "id", only="state = 'delivered'"),
    )  # fmt: skip

    id: Mapped[Id]
    #: The purchase's reference with its number in it.
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(12))
    goods_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    grams: Mapped[int]
    carrier: Mapped[str] = mapped_column(String(40), default="", server_default="")
    tracking_no: Mapped[str] = mapped_column(String(40), default="", server_default="")
    placed_at: Mapped[Moment]
    paid_at: Mapped[dt.datetime | None]
    confirmed_at: Mapped[dt.datetime | None]
    packed_at: Mapped[dt.datetime | None]
    handed_in_at: Mapped[dt.datetime | None]
    shipped_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]


class OrderLine(Model):
    """Goods of an order as they were when it was placed. Only what `ddl` leaves free ever changes."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("household_order_id", "offer_id"),
        CheckConstraint("quantity > 0 AND unit_grams > 0 AND price_fen > 0", name="amounts"),
        CheckConstraint("gross_fen = price_fen * quantity", name="gross"),
        CheckConstraint("paid_fen = gross_fen - discount_fen AND discount_fen >= 0 AND paid_fen > 0", name="paid"),
        CheckConstraint("refunded_fen BETWEEN 0 AND paid_fen", name="refunded_within_paid"),
        CheckConstraint("refunded_quantity BETWEEN 0 AND quantity", name="refunded_within_quantity"),
        CheckConstraint("gateway_fee_fen IS NULL OR gateway_fee_fen >= 0", name="gateway_fee"),
        CheckConstraint("platform_fee_bp BETWEEN 0 AND 10000", name="platform_fee"),
        Index("ix_order_lines_offer_id", "offer_id"),
        _partial("ix_order_lines_due", "due_at", only="earned_at IS NULL AND due_at IS NOT NULL"),
    )

    id: Mapped[Id]
    household_order_id: Mapped[int] = mapped_column(ForeignKey("household_orders.id"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"))
    offer_ref: Mapped[str] = mapped_column(String(16))
    offer_slug: Mapped[str] = mapped_column(String(80))
    seller_id: Mapped[int] = mapped_column(ForeignKey("sellers.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    is_cultural: Mapped[bool]
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(120))
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))
    unit_grams: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[Fen]
    gross_fen: Mapped[Fen]
    discount_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    platform_fee_bp: Mapped[int] = mapped_column(Integer)
    after_sale_hours: Mapped[int] = mapped_column(Integer)
    #: Written once, when the money came.
    gateway_fee_fen: Mapped[int | None]
    refunded_fen: Mapped[Fen] = mapped_column(default=0, server_default="0")
    refunded_quantity: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: When the after-sale window closes, known once delivered.
    due_at: Mapped[dt.datetime | None]
    earned_at: Mapped[dt.datetime | None]


class Refund(Model):
    """Units of one line whose money goes back."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint(_one_of("state", RefundState), name="state"),
        CheckConstraint(_one_of("reason", RefundReason), name="reason"),
        CheckConstraint("quantity > 0 AND amount_fen > 0 AND freight_fen >= 0", name="amounts"),
        CheckConstraint("approved_by IS NULL OR requested_by IS NULL OR approved_by <> requested_by", name="approved_by_another"),
        CheckConstraint("state IN ('requested', 'rejected') OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'rejected' OR answer <> ''", name="answered"),
        CheckConstraint("state <> 'paid_by_hand' OR bank_ref <> ''", name="by_hand"),
        Index("ix_refunds_order_line_id", "order_line_id"),
        Index("ix_refunds_household_order_id", "household_order_id"),
        Index("ix_refunds_village", "village_code", "state", "id"),
        _partial("ix_refunds_approved", "id", only="state = 'approved'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    household_order_id: Mapped[int] = mapped_column(ForeignKey("household_orders.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id"))
    #: Copied from the order, so that an area's list is read without it.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    quantity: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[Fen]
    freight_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400), default="", server_default="")
    #: Whether the goods can be sold again.
    restock: Mapped[bool]
    state: Mapped[str] = mapped_column(String(12))
    #: Nobody stands here for a guest.
    requested_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[Moment]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(String(400), default="", server_default="")
    bank_ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    succeeded_at: Mapped[dt.datetime | None]


class RefundImage(Model):
    """A photo that a buyer sent with a claim. Never changed."""

    __tablename__ = "refund_images"
    __table_args__ = (CheckConstraint("position BETWEEN 0 AND 2", name="three_at_most"),)

    refund_id: Mapped[int] = mapped_column(Key, ForeignKey("refunds.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    image_id: Mapped[int] = mapped_column(Key, ForeignKey("images.id"), index=True)


class InvoiceRequest(Model):
    """A tax invoice that a buyer asks of one seller of a purchase, until it is issued under a number."""

    __tablename__ = "invoice_requests"
    __table_args__ = (
        CheckConstraint(_one_of("state", InvoiceState), name="state"),
        CheckConstraint(_one_of("title_kind", TitleKind), name="title_kind"),
        CheckConstraint("title_kind = 'company' OR tax_number_sealed IS NULL", name="person_without_number"),
        CheckConstraint(
            "(state = 'issued') = (issued_by IS NOT NULL AND issued_at IS NOT NULL AND amount_fen IS NOT NULL)",
            name="issued_whole",
        ),
        CheckConstraint("(state = 'issued') = (invoice_no <> '')", name="issued_with_number"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        #: An order has one invoice.
        _partial("uq_invoice_requests_order", "household_order_id", only="state <> 'withdrawn'", unique=True),
        Index("ix_invoice_requests_village", "village_code", "state", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    household_order_id: Mapped[int] = mapped_column(ForeignKey("household_orders.id"))
    #: Copied from the order, so that an area's list is read without it.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    title_kind: Mapped[str] = mapped_column(String(10))
    #: Emptied when the request is withdrawn or the buyer is forgotten; the invoice's number stands.
    title_sealed: Mapped[str | None] = mapped_column(Text)
    tax_number_sealed: Mapped[str | None] = mapped_column(Text)
    contact_sealed: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    requested_at: Mapped[Moment]
    #: What it was issued for.
    amount_fen: Mapped[int | None]
    invoice_no: Mapped[str] = mapped_column(String(20), default="", server_default="")
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    issued_at: Mapped[dt.datetime | None]


class OrderEvent(Model):
    """One step of a purchase, an order or a refund. Never changed."""

    __tablename__ = "order_events"
    __table_args__ = (
        CheckConstraint("subject IN ('purchase', 'order', 'refund')", name="subject"),
        CheckConstraint(
            "(subject = 'purchase') = (household_order_id IS NULL) AND (subject = 'refund') = (refund_id IS NOT NULL)",
            name="whose",
        ),
        Index("ix_order_events_purchase_id", "purchase_id"),
        Index("ix_order_events_household_order_id", "household_order_id"),
        Index("ix_order_events_refund_id", "refund_id"),
    )

    id: Mapped[Id]
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchases.id"))
    household_order_id: Mapped[int | None] = mapped_column(Key, ForeignKey("household_orders.id"))
    refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("refunds.id"))
    subject: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(String(20), default="", server_default="")
    after: Mapped[str] = mapped_column(String(20))
    at: Mapped[Moment]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(400), default="", server_default="")
