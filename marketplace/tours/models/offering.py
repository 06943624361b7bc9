"""Tours as OCTO shapes them: tour, option, unit; and behind them stops and payees."""

import datetime as dt

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Fen, Id, Key, Model, Moment, one_of, partial
from marketplace.tours.values import Basis, Draw, Role, Theme, TourKind, TourState, UnitKind


class Tour(Model):
    """An experience of one household, or a route that joins places and payees."""

    __tablename__ = "tours"
    __table_args__ = (
        CheckConstraint(one_of("kind", TourKind), name="kind"),
        CheckConstraint(one_of("theme", Theme), name="theme"),
        CheckConstraint(one_of("state", TourState), name="state"),
        CheckConstraint("minutes > 0 AND nights >= 0", name="length"),
        CheckConstraint("approved_by IS NULL OR approved_by <> listed_by", name="approved_by_another"),
        CheckConstraint("state NOT IN ('on_sale', 'paused') OR approved_by IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'on_sale' OR published_at IS NOT NULL", name="published"),
        partial("ix_tours_sale", "theme", "published_at", "id", only="state = 'on_sale'"),
        partial("ix_tours_sale_village", "village_code", "id", only="state = 'on_sale'"),
        partial("ix_tours_waiting", "village_code", "created_at", only="state = 'submitted'"),
        Index("ix_tours_host_seller_id", "host_seller_id", "state"),
        Index("ix_tours_listed_by", "listed_by"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str] = mapped_column(String(12))
    #: Which of the house's templates it was made from; empty for routes.
    template: Mapped[str] = mapped_column(String(20), default="", server_default="")
    host_seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    household_id: Mapped[int | None] = mapped_column(Key, ForeignKey("households.id"))
    #: A licensed travel agency, recorded where several paid services are sold as one (Tourism Law).
    operator_seller_id: Mapped[int | None] = mapped_column(Key, ForeignKey("sellers.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    title_zh: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(120), default="", server_default="")
    story_zh: Mapped[str] = mapped_column(Text, default="", server_default="")
    story_en: Mapped[str] = mapped_column(Text, default="", server_default="")
    meeting_zh: Mapped[str] = mapped_column(String(200))
    meeting_en: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: Codes of what the price holds and what it does not.
    included: Mapped[list[str]] = mapped_column(JSON)
    not_included: Mapped[list[str]] = mapped_column(JSON)
    minutes: Mapped[int] = mapped_column(Integer)
    nights: Mapped[int] = mapped_column(Integer)
    #: Name of the cancellation policy; its tiers are frozen on each booking.
    policy: Mapped[str] = mapped_column(String(12))
    image_id: Mapped[int | None] = mapped_column(Key, ForeignKey("images.id"))
    picture: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    listed_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    on_behalf_of_consent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("consents.id"))
    approved_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    returned_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    client_key: Mapped[str] = mapped_column(String(60), unique=True)
    #: What it is found by, each word between spaces. A county has some hundreds of tours: the search reads through them.
    terms: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[Moment]
    published_at: Mapped[dt.datetime | None]


class TourOption(Model):
    """A way of taking a tour: its usual hours, how many people, how late it can be booked."""

    __tablename__ = "tour_options"
    __table_args__ = (
        CheckConstraint("1 <= least_people AND least_people <= most_people", name="people"),
        CheckConstraint("cutoff_hours >= 0", name="cutoff"),
        Index("ix_tour_options_tour_id", "tour_id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    tour_id: Mapped[int] = mapped_column(Key, ForeignKey("tours.id"))
    #: Usual times of leaving, 'HH:MM' of the county's clock.
    start_times: Mapped[list[str]] = mapped_column(JSON)
    #: ISO weekdays on which it usually leaves, and for how many weeks dates open when the village approves it.
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list, server_default="[]")
    weeks: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    least_people: Mapped[int] = mapped_column(Integer)
    most_people: Mapped[int] = mapped_column(Integer)
    cutoff_hours: Mapped[int] = mapped_column(Integer)


class TourUnit(Model):
    """A price for one kind of visitor."""

    __tablename__ = "tour_units"
    __table_args__ = (
        UniqueConstraint("option_id", "kind"),
        CheckConstraint(one_of("kind", UnitKind), name="kind"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("least_age IS NULL OR most_age IS NULL OR least_age <= most_age", name="ages"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    option_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_options.id"))
    kind: Mapped[str] = mapped_column(String(10))
    price_fen: Mapped[Fen]
    least_age: Mapped[int | None] = mapped_column(Integer)
    most_age: Mapped[int | None] = mapped_column(Integer)


class TourComponent(Model):
    """A payee's part, and what of theirs it uses."""

    __tablename__ = "tour_components"
    __table_args__ = (
        UniqueConstraint("option_id", "position"),
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint(one_of("basis", Basis), name="basis"),
        CheckConstraint(one_of("draw", Draw), name="draw"),
        CheckConstraint("amount > 0 AND (basis <> 'share' OR amount <= 10000)", name="amount"),
        Index("ix_tour_components_seller_id", "seller_id"),
    )

    id: Mapped[Id]
    option_id: Mapped[int] = mapped_column(Key, ForeignKey("tour_options.id"))
    position: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(12))
    seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    basis: Mapped[str] = mapped_column(String(10))
    #: Fen, or basis points of what the fixed parts leave.
    amount: Mapped[Fen]
    resource_id: Mapped[int | None] = mapped_column(Key, ForeignKey("resources.id"))
    draw: Mapped[str] = mapped_column(String(10))
    #: Minutes after the start at which it is used.
    after_minutes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    #: A paid service in the Tourism Law's sense: two or more sold as one are a package.
    is_service: Mapped[bool] = mapped_column(Boolean)


class TourStop(Model):
    """A place on a route, in order."""

    __tablename__ = "tour_stops"
    __table_args__ = (
        CheckConstraint("dwell_minutes > 0 AND travel_minutes >= 0", name="minutes"),
        Index("ix_tour_stops_site_id", "site_id"),
    )

    tour_id: Mapped[int] = mapped_column(Key, ForeignKey("tours.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    site_id: Mapped[int] = mapped_column(Key, ForeignKey("sites.id"))
    dwell_minutes: Mapped[int] = mapped_column(Integer)
    #: To the next stop; nothing after the last.
    travel_minutes: Mapped[int] = mapped_column(Integer)


class TourEvent(Model):
    """One step of a tour's way. Never changed."""

    __tablename__ = "tour_events"
    __table_args__ = (Index("ix_tour_events_tour_id", "tour_id"),)

    id: Mapped[Id]
    tour_id: Mapped[int] = mapped_column(Key, ForeignKey("tours.id"))
    before: Mapped[str] = mapped_column(String(12), default="", server_default="")
    after: Mapped[str] = mapped_column(String(12))
    at: Mapped[Moment]
    by_user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class AgencyLicence(Model):
    """A travel agency's licence on file: who may operate packages until when."""

    __tablename__ = "agency_licences"
    __table_args__ = (UniqueConstraint("seller_id", "number"),)

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(Key, ForeignKey("sellers.id"))
    number: Mapped[str] = mapped_column(String(60))
    valid_to: Mapped[dt.date] = mapped_column(Date)
    recorded_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    recorded_at: Mapped[Moment]
