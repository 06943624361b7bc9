"""What is scarce: resources, the buckets of time in which they are counted, departures and what each of them draws on."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial
from marketplace.tours.values import CancelReason, DepartureState, Draw, ResourceKind


class Resource(Model):
    """Something of a seller or a place that every tour using it shares."""

    __tablename__ = "resources"
    __table_args__ = (
        CheckConstraint(one_of("kind", ResourceKind), name="kind"),
        CheckConstraint("(seller_id IS NULL) <> (site_id IS NULL)", name="one_owner"),
        CheckConstraint("capacity > 0 AND slot_minutes > 0", name="amounts"),
        Index("ix_resources_seller_id", "seller_id"),
        partial("uq_resources_site", "site_id", only="site_id IS NOT NULL", unique=True),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    seller_id: Mapped[int | None] = mapped_column(Key, ForeignKey("sellers.id"))
    site_id: Mapped[int | None] = mapped_column(Key, ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(60))
    #: What a new bucket holds.
    capacity: Mapped[int] = mapped_column(Integer)
    #: Length of a slot; only slots use it.
    slot_minutes: Mapped[int] = mapped_column(Integer, default=60, server_default="60")


class Bucket(Model):
    """How much of a resource there is in a stretch of time, and how much of it is taken."""

    __tablename__ = "buckets"
    __table_args__ = (
        UniqueConstraint("resource_id", "starts_at"),
        CheckConstraint("0 <= taken AND taken <= capacity", name="never_overbooked"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )

    id: Mapped[Id]
    resource_id: Mapped[int] = mapped_column(Key, ForeignKey("resources.id"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    capacity: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class Departure(Model):
    """One leaving of an option: a bucket of seats of its own."""

    __tablename__ = "departures"
    __table_args__ = (
        UniqueConstraint("option_id", "starts_at"),
        CheckConstraint(one_of("state", DepartureState), name="state"),
        CheckConstraint("1 <= least_people AND least_people <= most_people", name="people"),
        CheckConstraint("0 <= taken AND taken <= most_people", name="never_overbooked"),
        CheckConstraint("cutoff_at <= starts_at AND starts_at < ends_at", name="in_order"),
        CheckConstraint("(state = 'cancelled') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint(f"reason IS NULL OR {one_of('reason', CancelReason)}", name="known_reason"),
        partial("ix_departures_open", "cutoff_at", only="state IN ('open', 'guaranteed')"),
        partial("ix_departures_due", "ends_at", only="state IN ('closed', 'run')"),
        Index("ix_departures_tour_id", "tour_id", "starts_at"),
        Index("ix_departures_village_code", "village_code", "starts_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    option_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_options.id"))
    #: Copied from the option, so that a tour's month and a village's day are read without it.
    tour_id: Mapped[int] = mapped_column(Key, ForeignKey("tours.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    cutoff_at: Mapped[Moment]
    least_people: Mapped[int] = mapped_column(Integer)
    most_people: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: Paid people: what makes a departure sure.
    confirmed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    decided_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]


class DepartureDraw(Model):
    """A bucket that each booking of a departure draws on."""

    __tablename__ = "departure_draws"
    __table_args__ = (
        UniqueConstraint("departure_id", "bucket_id", "draw"),
        CheckConstraint(one_of("draw", Draw), name="draw"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index("ix_departure_draws_bucket_id", "bucket_id"),
    )

    id: Mapped[Id]
    departure_id: Mapped[int] = mapped_column(Key, ForeignKey("departures.id"))
    bucket_id: Mapped[int] = mapped_column(Key, ForeignKey("buckets.id"))
    draw: Mapped[str] = mapped_column(String(10))
    #: Times the people, or the booking.
    quantity: Mapped[int] = mapped_column(Integer)
