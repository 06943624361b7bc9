"""The table of keys. A backup of it is kept apart from the others, and not for long: docs/decisions/0015."""

import datetime as dt

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Model, Moment


class SubjectKey(Model):
    """The key of one subject, wrapped by the master key; empty once destroyed."""

    __tablename__ = "subject_keys"
    __table_args__ = (CheckConstraint("(wrapped_sealed IS NULL) = (destroyed_at IS NOT NULL)", name="wrapped_until_destroyed"),)

    id: Mapped[Id]
    #: What stands before the point of every value sealed with it; begins with a capital S, as no master key does.
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: 'household/H…'
    subject: Mapped[str] = mapped_column(String(60), unique=True)
    wrapped_sealed: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[Moment]
    destroyed_at: Mapped[dt.datetime | None]
