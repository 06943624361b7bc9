"""What leaves the site: words owed to visitors until they are told, and calendars that guides and hosts read elsewhere."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial
from marketplace.tours.values import NoticeKind


class VisitorNotice(Model):
    """Something that a visitor has to be told, written with what caused it; a sweep puts it into words and into the outbox."""

    __tablename__ = "visitor_notices"
    __table_args__ = (
        CheckConstraint(one_of("kind", NoticeKind), name="kind"),
        CheckConstraint("(booking_id IS NULL) <> (waiting_entry_id IS NULL)", name="one_reader"),
        UniqueConstraint("kind", "booking_id"),
        UniqueConstraint("kind", "waiting_entry_id"),
        partial("ix_visitor_notices_untold", "id", only="told_at IS NULL"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(12))
    booking_id: Mapped[int | None] = mapped_column(Key, ForeignKey("bookings.id"))
    waiting_entry_id: Mapped[int | None] = mapped_column(Key, ForeignKey("waiting_entries.id"))
    made_at: Mapped[Moment]
    #: When it went into the outbox, or was found worthless.
    told_at: Mapped[dt.datetime | None]


class CalendarFeed(Model):
    """The secret address under which somebody's calendar is read by a program that cannot sign in; one a person."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Sealed, so that its owner can read the address again and put it into another phone.
    token_sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
