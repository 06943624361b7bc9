"""Tables of intents, attempts, events, effects, receipts and transfers. No personal data beside the officials' user keys."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment
from marketplace.payments.models.shapes import one_of, partial
from marketplace.payments.values import (
    RETURN_STATES,
    AttemptState,
    Effect,
    IntentState,
    Method,
    ReceiptState,
    Route,
    SurplusReason,
    TransferState,
)


class PaymentIntent(Model):
    """One way of paying one purchase or booking; choosing it again finds it."""

    __tablename__ = "payment_intents"
    __table_args__ = (
        UniqueConstraint("purchase_id", "gateway"),
        UniqueConstraint("booking_id", "gateway"),
        CheckConstraint("(purchase_id IS NULL) <> (booking_id IS NULL)", name="one_due"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint(one_of("state", IntentState), name="state"),
        CheckConstraint("(state = 'succeeded') = (succeeded_at IS NOT NULL)", name="succeeded_at"),
        partial("uq_payment_intents_succeeded", "purchase_id", only="state = 'succeeded'", unique=True),
        partial("uq_payment_intents_booking_succeeded", "booking_id", only="state = 'succeeded'", unique=True),
        partial("ix_payment_intents_created", "created_at", only="state = 'created'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    purchase_id: Mapped[int | None] = mapped_column(Key, ForeignKey("purchases.id"))
    booking_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bookings.id"))
    #: Copied from the purchase or booking, for officials' lists.
    due_ref: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    gateway: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[Moment]
    succeeded_at: Mapped[dt.datetime | None]


class PaymentAttempt(Model):
    """One try to move money through a machine: of an intent, of a refund, or of money that came too late."""

    __tablename__ = "payment_attempts"
    __table_args__ = (
        CheckConstraint(one_of("state", AttemptState), name="state"),
        CheckConstraint(
            "CASE WHEN intent_id IS NULL THEN 0 ELSE 1 END + CASE WHEN refund_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN booking_refund_id IS NULL THEN 0 ELSE 1 END + CASE WHEN surplus_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_subject",
        ),
        CheckConstraint("(checkout_id IS NULL) = (payment_ref = '')", name="payment_ref"),
        CheckConstraint("amount_minor >= 0", name="some_minor"),
        Index("ix_payment_attempts_intent_id", "intent_id"),
        partial("uq_payment_attempts_refund", "refund_id", only="state IN ('started', 'succeeded')", unique=True),
        partial("uq_payment_attempts_booking_refund", "booking_refund_id", only="state IN ('started', 'succeeded')", unique=True),
        partial("uq_payment_attempts_surplus", "surplus_id", only="state IN ('started', 'succeeded')", unique=True),
        partial("uq_payment_attempts_gateway_ref", "gateway", "gateway_ref", only="gateway_ref <> ''", unique=True),
        partial("ix_payment_attempts_started", "id", only="state = 'started'"),
        Index("ix_payment_attempts_checkout_id", "checkout_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    intent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payment_intents.id"))
    refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("refunds.id"))
    booking_refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("booking_refunds.id"))
    surplus_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payment_surpluses.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    #: The payment whose money goes back, by the service's name, and the sum in its currency.
    checkout_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payment_checkouts.id"))
    payment_ref: Mapped[str] = mapped_column(String(120), default="", server_default="")
    amount_minor: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    #: The service's own name for it, once it has told one.
    gateway_ref: Mapped[str] = mapped_column(String(120), default="", server_default="")
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(400), default="", server_default="")
    started_at: Mapped[Moment]
    ended_at: Mapped[dt.datetime | None]


class PaymentEvent(Model):
    """What a gateway said, by its own name for it: said twice, it counts once."""

    __tablename__ = "payment_events"
    __table_args__ = (UniqueConstraint("gateway", "event_id"), Index("ix_payment_events_intent_id", "intent_id"))

    id: Mapped[Id]
    gateway: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    intent_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_intents.id"))
    received_at: Mapped[Moment]


class PaymentEffect(Model):
    """What money changed, event by event: it pays an intent once, and whatever else comes has to go back."""

    __tablename__ = "payment_effects"
    __table_args__ = (
        CheckConstraint(one_of("kind", Effect), name="kind"),
        partial("uq_payment_effects_paid", "intent_id", only="kind = 'paid'", unique=True),
    )

    id: Mapped[Id]
    intent_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_intents.id"))
    event_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_events.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[Moment]


class PaymentSurplus(Model):
    """Money at a payment service that has to go back: the service sends it by itself, or two officials see to it."""

    __tablename__ = "payment_surpluses"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint(one_of("state", RETURN_STATES), name="state"),
        CheckConstraint(one_of("reason", SurplusReason), name="reason"),
        CheckConstraint(one_of("route", Route), name="route"),
        CheckConstraint("route = 'hand' OR checkout_id IS NOT NULL", name="machine_needs_a_payment"),
        CheckConstraint("route = 'hand' OR state <> 'returning'", name="machine_asks_nobody"),
        CheckConstraint(
            "(return_recorded_by IS NULL) = (state = 'to_return' OR (route = 'machine' AND state = 'returned'))", name="recorded"
        ),
        CheckConstraint("(state = 'to_return') = (returned_ref = '')", name="reference"),
        CheckConstraint(
            "(return_confirmed_by IS NULL) = (state <> 'returned' OR (route = 'machine' AND state = 'returned'))", name="returned"
        ),
        CheckConstraint("return_confirmed_by IS NULL OR return_confirmed_by <> return_recorded_by", name="two_officials"),
        partial("uq_payment_surpluses_returned_ref", "returned_ref", only="returned_ref <> ''", unique=True),
        partial("ix_payment_surpluses_open", "area_code", only="state <> 'returned'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    event_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_events.id"), unique=True)
    #: Copied from the intent, for officials' lists.
    due_ref: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    gateway: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(String(12))
    came_at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(20), default=SurplusReason.TOO_LATE.value, server_default="too_late")
    route: Mapped[str] = mapped_column(String(10), default=Route.HAND.value, server_default="hand")
    #: The payment that it came with, where the service has a name for it.
    checkout_id: Mapped[int | None] = mapped_column(Key, ForeignKey("payment_checkouts.id"))
    #: The book knows it on `owed/<gateway>`: of a service that holds money and tells its balance.
    is_booked: Mapped[bool] = mapped_column(default=False, server_default=false())
    returned_ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    return_recorded_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    return_confirmed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    returned_at: Mapped[dt.datetime | None]


class OfflineReceipt(Model):
    """Money that one official saw arrive and another confirmed; or, come too late or twice, sent back in the same way."""

    __tablename__ = "offline_receipts"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("bank_ref <> ''", name="reference"),
        CheckConstraint(one_of("state", ReceiptState), name="state"),
        CheckConstraint(one_of("method", Method), name="method"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_officials"),
        CheckConstraint("(state IN ('recorded', 'rejected')) = (confirmed_by IS NULL)", name="confirmed"),
        CheckConstraint("return_confirmed_by IS NULL OR return_confirmed_by <> return_recorded_by", name="two_officials_return"),
        CheckConstraint("(state = 'returned') = (return_confirmed_by IS NOT NULL)", name="returned"),
        partial("uq_offline_receipts_bank_ref", "method", "bank_ref", only="state <> 'rejected'", unique=True),
        partial("uq_offline_receipts_recorded", "intent_id", only="state = 'recorded'", unique=True),
        partial("uq_offline_receipts_confirmed", "intent_id", only="state = 'confirmed'", unique=True),
        partial("uq_offline_receipts_returned_ref", "returned_ref", only="returned_ref <> ''", unique=True),
        partial("ix_offline_receipts_open", "area_code", only="state IN ('recorded', 'to_return', 'returning')"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    intent_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_intents.id"))
    due_ref: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    method: Mapped[str] = mapped_column(String(20))
    bank_ref: Mapped[str] = mapped_column(String(80))
    amount_fen: Mapped[Fen]
    state: Mapped[str] = mapped_column(String(12))
    recorded_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
    confirmed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    confirmed_at: Mapped[dt.datetime | None]
    rejected_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(400), default="", server_default="")
    returned_ref: Mapped[str] = mapped_column(String(80), default="", server_default="")
    return_recorded_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    return_confirmed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    returned_at: Mapped[dt.datetime | None]


class RefundTransfer(Model):
    """An approved refund that one official sent and another confirmed."""

    __tablename__ = "refund_transfers"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("bank_ref <> ''", name="reference"),
        CheckConstraint(one_of("state", TransferState), name="state"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_officials"),
        CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name="confirmed"),
        CheckConstraint("(refund_id IS NULL) <> (booking_refund_id IS NULL)", name="one_refund"),
        partial("uq_refund_transfers_bank_ref", "bank_ref", only="state <> 'withdrawn'", unique=True),
        partial("uq_refund_transfers_refund", "refund_id", only="state <> 'withdrawn'", unique=True),
        partial("uq_refund_transfers_booking_refund", "booking_refund_id", only="state <> 'withdrawn'", unique=True),
        partial("ix_refund_transfers_recorded", "area_code", only="state = 'recorded'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("refunds.id"))
    booking_refund_id: Mapped[int | None] = mapped_column(Key, ForeignKey("booking_refunds.id"))
    refund_ref: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    amount_fen: Mapped[Fen]
    bank_ref: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(12))
    recorded_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
    confirmed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    confirmed_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="", server_default="")
