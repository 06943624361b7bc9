"""The outbox's table."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Model


class Message(Model):
    """One message on its way. Number and words are sealed; both are emptied once it is sent or given up."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("kind IN ('sms', 'mail')", name="known_kind"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'failed')", name="known_state"),
        CheckConstraint("state NOT IN ('sent', 'failed') OR (to_sealed = '' AND body_sealed = '')", name="emptied_at_the_end"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_with_its_moment"),
        Index("ix_outbox_due", "state", "next_at"),
        Index("ix_outbox_created_at", "created_at"),
    )

    id: Mapped[Id]
    #: Random name that seals are bound to, and that a provider sees as the key of a repeat.
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    to_sealed: Mapped[str] = mapped_column(Text)
    body_sealed: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    #: When it may be tried (again); while sending, until when another process leaves it alone.
    next_at: Mapped[dt.datetime]
    #: After this moment it is worthless (a code that ran out) and is given up.
    useful_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
