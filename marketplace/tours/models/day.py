"""The day itself: who came in, who stepped in for whom, who waits for a seat."""

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial
from marketplace.tours.values import CheckInOutcome, WaitingState


class CheckIn(Model):
    """A code scanned or typed at the gate, once per nonce of the phone. Never changed."""

    __tablename__ = "check_ins"
    __table_args__ = (
        CheckConstraint(one_of("outcome", CheckInOutcome), name="outcome"),
        Index("ix_check_ins_departure_id", "departure_id", "id"),
        Index("ix_check_ins_booking_id", "booking_id"),
    )

    id: Mapped[Id]
    #: Made by the phone: uploaded twice, it counts once.
    nonce: Mapped[str] = mapped_column(String(60), unique=True)
    departure_id: Mapped[int] = mapped_column(Key, ForeignKey("departures.id"))
    code: Mapped[str] = mapped_column(String(12))
    booking_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bookings.id"))
    ticket_id: Mapped[int | None] = mapped_column(Key, ForeignKey("tickets.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    #: People let in by it.
    people: Mapped[int] = mapped_column(Integer)
    #: What the phone's clock said; ours is beside it.
    device_at: Mapped[Moment]
    received_at: Mapped[Moment]
    is_offline: Mapped[bool] = mapped_column(Boolean)
    by_user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))


class Substitution(Model):
    """Somebody who does a component's work on a departure in another's place: what is not earned goes to them."""

    __tablename__ = "substitutions"
    __table_args__ = (
        UniqueConstraint("departure_id", "component_id", "position"),
        CheckConstraint("from_seller_id <> to_seller_id", name="another"),
    )

    id: Mapped[Id]
    departure_id: Mapped[int] = mapped_column(Key, ForeignKey("departures.id"))
    component_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_components.id"))
    position: Mapped[int] = mapped_column(Integer)
    from_seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    to_seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    by_user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[Moment]
    reason: Mapped[str] = mapped_column(String(200))


class WaitingEntry(Model):
    """Somebody who would come if seats were free; offered in order."""

    __tablename__ = "waiting_entries"
    __table_args__ = (
        CheckConstraint(one_of("state", WaitingState), name="state"),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("locale IN ('zh', 'en')", name="locale"),
        CheckConstraint("(state = 'offered') <= (offered_until IS NOT NULL)", name="offered_until"),
        partial("ix_waiting_entries_waiting", "departure_id", "id", only="state = 'waiting'"),
        partial("ix_waiting_entries_offered", "offered_until", only="state = 'offered'"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    departure_id: Mapped[int] = mapped_column(Key, ForeignKey("departures.id"))
    people: Mapped[int] = mapped_column(Integer)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    name_sealed: Mapped[str | None] = mapped_column(Text)
    phone_last4: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(10))
    booking_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bookings.id"))
    made_at: Mapped[Moment]
    offered_until: Mapped[dt.datetime | None]
    locale: Mapped[str] = mapped_column(String(5), default="zh", server_default="zh")
