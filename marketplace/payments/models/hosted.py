"""Tables of what happens on a payment service's own page: visits to it, what it notified us of, disputes, words to buyers.

No personal data: opaque references, sums and states. `payment_checkouts.url` is secret while the visit is open, and emptied then.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment
from marketplace.payments.models.shapes import one_of, partial
from marketplace.payments.values import Bearer, CheckoutState, DisputeState, Effect, NoteKind


class PaymentCheckout(Model):
    """One visit to a service's page. Written down before the service is asked, under the key that the service sees too."""

    __tablename__ = "payment_checkouts"
    __table_args__ = (
        UniqueConstraint("gateway", "session_id"),
        CheckConstraint(one_of("state", CheckoutState), name="state"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
        CheckConstraint("amount_minor > 0", name="some_amount"),
        CheckConstraint("(state = 'complete') = (captured_minor > 0)", name="captured"),
        CheckConstraint("refunded_minor BETWEEN 0 AND captured_minor", name="refunded_within_captured"),
        CheckConstraint("(state = 'complete') = (effect IS NOT NULL)", name="effect"),
        CheckConstraint(f"effect IS NULL OR {one_of('effect', (Effect.PAID, Effect.TO_RETURN))}", name="effect_kind"),
        CheckConstraint("state NOT IN ('open', 'processing', 'complete') OR session_id IS NOT NULL", name="session"),
        partial("uq_payment_checkouts_live", "intent_id", only="state IN ('opening', 'open')", unique=True),
        partial("uq_payment_checkouts_paid", "intent_id", only="effect = 'paid'", unique=True),
        partial("uq_payment_checkouts_payment_ref", "gateway", "payment_ref", only="payment_ref <> ''", unique=True),
        partial("ix_payment_checkouts_unsettled", "id", only="state IN ('opening', 'open', 'processing')"),
        Index("ix_payment_checkouts_intent_id", "intent_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    intent_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_intents.id"))
    gateway: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    session_id: Mapped[str | None] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(Text, default="", server_default="")
    locale: Mapped[str] = mapped_column(String(5))
    #: Where buyers reached this site when it was opened: a repeat of the wish must say the same.
    site: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    #: What the page asks for, as it was reckoned when it was opened; what was taken, and what of it went back by machine.
    amount_minor: Mapped[int] = mapped_column(Key)
    captured_minor: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    refunded_minor: Mapped[int] = mapped_column(Key, default=0, server_default="0")
    payment_ref: Mapped[str] = mapped_column(String(120), default="", server_default="")
    method: Mapped[str] = mapped_column(String(30), default="", server_default="")
    effect: Mapped[str | None] = mapped_column(String(12))
    opened_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[dt.datetime | None]
    #: Until when its money can go back by machine; nothing where there is no end to it.
    refundable_until: Mapped[dt.datetime | None]


class PaymentNotification(Model):
    """A notification of a service's, by its name for it, written in the transaction that did what it led to. Never changed."""

    __tablename__ = "payment_notifications"
    __table_args__ = (
        UniqueConstraint("gateway", "event_id"),
        Index("ix_payment_notifications_object_ref", "gateway", "object_ref"),
    )

    id: Mapped[Id]
    gateway: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    object_ref: Mapped[str] = mapped_column(String(120))
    #: What it led to, in a word.
    outcome: Mapped[str] = mapped_column(String(30))
    received_at: Mapped[Moment]


class PaymentDispute(Model):
    """A buyer's dispute at the card's bank: what the service took for it, and who bears it once it is lost."""

    __tablename__ = "payment_disputes"
    __table_args__ = (
        UniqueConstraint("gateway", "dispute_ref"),
        CheckConstraint(one_of("state", DisputeState), name="state"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint(
            "taken_fen >= 0 AND returned_fen >= 0 AND borne_fen >= 0 AND refunded_fen >= 0 AND fee_fen >= 0", name="amounts"
        ),
        CheckConstraint("returned_fen + borne_fen + refunded_fen <= taken_fen", name="no_more_than_taken"),
        CheckConstraint(f"bearer IS NULL OR {one_of('bearer', Bearer)}", name="bearer"),
        CheckConstraint("bearer IS NULL OR state = 'lost'", name="lost_first"),
        CheckConstraint("(bearer IS NULL) = (proposed_by IS NULL)", name="proposed"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_officials"),
        CheckConstraint("decided_by IS NOT NULL OR borne_fen + refunded_fen = 0", name="decided_first"),
        partial("ix_payment_disputes_open", "area_code", only="decided_by IS NULL AND state <> 'won'"),
        Index("ix_payment_disputes_checkout_id", "checkout_id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    gateway: Mapped[str] = mapped_column(String(20))
    dispute_ref: Mapped[str] = mapped_column(String(120))
    checkout_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_checkouts.id"))
    #: Copied from the intent, for officials' lists.
    due_ref: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(12))
    #: The service's word for why.
    reason: Mapped[str] = mapped_column(String(40), default="", server_default="")
    amount_fen: Mapped[Fen]
    taken_fen: Mapped[Fen]
    returned_fen: Mapped[Fen]
    fee_fen: Mapped[Fen]
    borne_fen: Mapped[Fen]
    refunded_fen: Mapped[Fen]
    evidence_due_at: Mapped[dt.datetime | None]
    opened_at: Mapped[Moment]
    closed_at: Mapped[dt.datetime | None]
    bearer: Mapped[str | None] = mapped_column(String(12))
    proposed_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    decided_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]


class PaymentNote(Model):
    """Something that a buyer has to be told of a payment; a sweep puts it into words and into the outbox."""

    __tablename__ = "payment_notes"
    __table_args__ = (
        UniqueConstraint("kind", "checkout_id"),
        CheckConstraint(one_of("kind", NoteKind), name="kind"),
        partial("ix_payment_notes_untold", "id", only="told_at IS NULL"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(12))
    checkout_id: Mapped[int] = mapped_column(Key, ForeignKey("payment_checkouts.id"))
    made_at: Mapped[Moment]
    #: When it went into the outbox, or was found worthless.
    told_at: Mapped[dt.datetime | None]
