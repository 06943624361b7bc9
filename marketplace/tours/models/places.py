"""Monuments and scenic places with the rules of visiting them."""

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of
from marketplace.tours.values import SiteKind


class Site(Model):
    """A place to visit."""

    __tablename__ = "sites"
    __table_args__ = (
        CheckConstraint(one_of("kind", SiteKind), name="kind"),
        CheckConstraint("slot_minutes BETWEEN 10 AND 1440 AND daily_capacity > 0 AND group_least >= 0", name="amounts"),
        CheckConstraint("opens < closes", name="hours"),
        Index("ix_sites_village_code", "village_code"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    #: Whether it tells of the revolution.
    is_red: Mapped[bool] = mapped_column(Boolean)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    story_zh: Mapped[str] = mapped_column(Text)
    story_en: Mapped[str] = mapped_column(Text)
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: Hours of the county's clock, 'HH:MM'.
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
    #: ISO weekdays on which it is closed, joined by commas; 1 is Monday.
    closed_weekdays: Mapped[str] = mapped_column(String(14), default="", server_default="")
    slot_minutes: Mapped[int] = mapped_column(Integer)
    #: People a day; a slot takes its part of it.
    daily_capacity: Mapped[int] = mapped_column(Integer)
    #: Each visitor's name and identity number are asked for.
    is_real_name: Mapped[bool] = mapped_column(Boolean)
    #: From so many people on it is a group and must be announced; 0 where there is no such rule.
    group_least: Mapped[int] = mapped_column(Integer)
    rule_zh: Mapped[str] = mapped_column(String(300), default="", server_default="")
    rule_en: Mapped[str] = mapped_column(String(400), default="", server_default="")
    #: How to reach it otherwise than by telephone alone: a desk, an address, a mailbox.
    contact: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: The rules are examples until the county has entered its own.
    is_example: Mapped[bool] = mapped_column(Boolean)
    #: Kind of the house's own picture.
    picture: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    #: What it is found by, as of tours.
    terms: Mapped[str] = mapped_column(Text, default="", server_default="")


class SitePhoto(Model):
    """A photograph of a place, in order."""

    __tablename__ = "site_photos"
    __table_args__ = (Index("ix_site_photos_image_id", "image_id"),)

    site_id: Mapped[int] = mapped_column(Key, ForeignKey("sites.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    image_id: Mapped[int] = mapped_column(Key, ForeignKey("images.id"))
    added_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    added_at: Mapped[Moment]
