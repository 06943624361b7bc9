"""Bookings with their tickets, what they hold, whom they pay, and what goes back."""

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment, one_of, partial
from marketplace.tours.values import BookingState, CancelReason, GroupKind, RefundState, Role, TicketState, UnitKind


class Booking(Model):
    """Seats of a departure for a leader's party, with price and policy frozen."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint(one_of("state", BookingState), name="state"),
        CheckConstraint(f"party IS NULL OR {one_of('party', GroupKind)}", name="party"),
        CheckConstraint(f"reason IS NULL OR {one_of('reason', CancelReason)}", name="reason"),
        CheckConstraint("people > 0 AND total_fen >= 0", name="amounts"),
        CheckConstraint("state NOT IN ('CONFIRMED', 'REDEEMED') OR paid_at IS NOT NULL", name="paid"),
        CheckConstraint("(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
        partial("ix_bookings_due", "hold_until", only="state = 'ON_HOLD'"),
        Index("ix_bookings_departure_id", "departure_id", "state"),
        Index("ix_bookings_buyer_user_id", "buyer_user_id", "id"),
        Index("ix_bookings_area_code", "area_code", "state", "id"),
    )

    id: Mapped[Id]
    #: Beginning with B: buyers write it into a transfer, or say it on the telephone.
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    #: Six characters that open the gate for the whole party.
    code: Mapped[str] = mapped_column(String(6), unique=True)
    departure_id: Mapped[int] = mapped_column(Key, ForeignKey("departures.id"))
    tour_id: Mapped[int] = mapped_column(Key, ForeignKey("tours.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: The smallest area that holds every payee: whose officials see its money.
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    title_zh: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10))
    name_sealed: Mapped[str | None] = mapped_column(Text)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    phone_last4: Mapped[str] = mapped_column(String(4))
    party: Mapped[str | None] = mapped_column(String(12))
    party_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    people: Mapped[int] = mapped_column(Integer)
    nights: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[Fen]
    #: (hours before the start, basis points back) as they stood.
    policy: Mapped[list[list[int]]] = mapped_column(JSON)
    gateway: Mapped[str | None] = mapped_column(String(20))
    gateway_fee_fen: Mapped[int | None]
    buyer_user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    channel: Mapped[str] = mapped_column(String(40))
    promotion: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    placed_at: Mapped[Moment]
    hold_until: Mapped[Moment]
    paid_at: Mapped[dt.datetime | None]
    cancelled_at: Mapped[dt.datetime | None]
    reason: Mapped[str | None] = mapped_column(String(12))
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: In which language the visitors are told what becomes of it.
    locale: Mapped[str] = mapped_column(String(5), default="zh", server_default="zh")


class Ticket(Model):
    """One person's place; named only where a stop of the route asks for it, and forgotten afterwards."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(one_of("state", TicketState), name="state"),
        CheckConstraint(one_of("unit_kind", UnitKind), name="unit_kind"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("(state = 'redeemed') = (redeemed_at IS NOT NULL)", name="redeemed"),
        Index("ix_tickets_booking_id", "booking_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(6), unique=True)
    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id"))
    unit_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_units.id"))
    unit_kind: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(String(10))
    name_sealed: Mapped[str | None] = mapped_column(Text)
    id_number_sealed: Mapped[str | None] = mapped_column(Text)
    redeemed_at: Mapped[dt.datetime | None]


class BookingShare(Model):
    """What one payee gets of a booking; its source in income is `booking_share/<id>`, and after `turn` hand-overs `…/<turn>`."""

    __tablename__ = "booking_shares"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("gross_fen >= 0 AND refunded_fen BETWEEN 0 AND gross_fen", name="amounts"),
        CheckConstraint("platform_fee_bp BETWEEN 0 AND 10000", name="fee"),
        Index("ix_booking_shares_booking_id", "booking_id"),
        Index("ix_booking_shares_seller_id", "seller_id"),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id"))
    component_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_components.id"))
    role: Mapped[str] = mapped_column(String(12))
    seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    gross_fen: Mapped[Fen]
    platform_fee_bp: Mapped[int] = mapped_column(Integer)
    #: Written once, when the money came.
    gateway_fee_fen: Mapped[int | None]
    refunded_fen: Mapped[Fen] = mapped_column(default=0, server_default="0")
    #: How often somebody else took the part over after it had been paid.
    turn: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    earned_at: Mapped[dt.datetime | None]


class Allocation(Model):
    """How much of a bucket a booking holds; let go once, when it no longer lives or has fewer people."""

    __tablename__ = "allocations"
    __table_args__ = (
        UniqueConstraint("booking_id", "bucket_id"),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_allocations_bucket_id", "bucket_id"),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id"))
    bucket_id: Mapped[int] = mapped_column(Key, ForeignKey("buckets.id"))
    #: What is held now; nothing once the booking has ended.
    quantity: Mapped[int] = mapped_column(Integer)


class BookingRefund(Model):
    """Money of a booking that goes back: by its policy, or because the departure was called off."""

    __tablename__ = "booking_refunds"
    __table_args__ = (
        CheckConstraint(one_of("state", RefundState), name="state"),
        CheckConstraint(one_of("reason", CancelReason), name="reason"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("state <> 'paid_by_hand' OR bank_ref <> ''", name="by_hand"),
        Index("ix_booking_refunds_booking_id", "booking_id"),
        Index("ix_booking_refunds_area_code", "area_code", "state", "id"),
        partial("ix_booking_refunds_approved", "id", only="state = 'approved'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id"))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    amount_fen: Mapped[Fen]
    reason: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    requested_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    requested_at: Mapped[Moment]
    bank_ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    succeeded_at: Mapped[dt.datetime | None]


class BookingRefundPart(Model):
    """What of a refund each payee gives."""

    __tablename__ = "booking_refund_parts"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="some_amount"),)

    refund_id: Mapped[int] = mapped_column(Key, ForeignKey("booking_refunds.id"), primary_key=True)
    share_id: Mapped[int] = mapped_column(Key, ForeignKey("booking_shares.id"), primary_key=True)
    amount_fen: Mapped[Fen]


class BookingEvent(Model):
    """One step of a booking or a refund. Never changed."""

    __tablename__ = "booking_events"
    __table_args__ = (
        CheckConstraint("subject IN ('booking', 'refund', 'roster')", name="subject"),
        Index("ix_booking_events_booking_id", "booking_id"),
    )

    id: Mapped[Id]
    booking_id: Mapped[int] = mapped_column(Key, ForeignKey("bookings.id"))
    refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("booking_refunds.id"))
    subject: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(String(20), default="", server_default="")
    after: Mapped[str] = mapped_column(String(20))
    at: Mapped[Moment]
    by_user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
