"""Tables of notices, their log, and objections. What is written in the log stays as it was (`ddl`)."""

import datetime as dt

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Model, Moment, one_of, partial
from marketplace.notices.values import LogKind, ObjectionState, Topic


class Notice(Model):
    """One notice on the public board and on its village's page."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(one_of("topic", Topic), name="topic"),
        CheckConstraint("to_on > from_on", name="some_days"),
        CheckConstraint("people >= 0", name="people"),
        Index("ix_notices_village_code_to_on", "village_code", "to_on"),
        Index("ix_notices_to_on_id", "to_on", "id"),
        Index("ix_notices_subject", "subject"),
        partial("ix_notices_standing", "to_on", only="taken_down_at IS NULL"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Made by whoever puts it up; a repeat finds the first.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    #: What it is about, in the reference of the room that put it up: opaque here.
    subject: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(20))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    #: Masked before it comes here.
    head: Mapped[str] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[dt.date] = mapped_column(Date)
    #: The last day on which it can be seen.
    to_on: Mapped[dt.date] = mapped_column(Date)
    put_up_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    put_up_at: Mapped[Moment]
    taken_down_at: Mapped[dt.datetime | None]
    is_withdrawn: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))


class NoticeLog(Model):
    """What was shown, from when: written once, changed never."""

    __tablename__ = "notice_logs"
    __table_args__ = (CheckConstraint(one_of("kind", LogKind), name="kind"), Index("ix_notice_logs_notice_id", "notice_id"))

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    at: Mapped[Moment]
    kind: Mapped[str] = mapped_column(String(12))
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    topic: Mapped[str] = mapped_column(String(20))
    head: Mapped[str] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date] = mapped_column(Date)


class NoticeObjection(Model):
    """What somebody, named or not, has to say against a notice. The words may speak of people, so they are sealed."""

    __tablename__ = "notice_objections"
    __table_args__ = (
        CheckConstraint(one_of("state", ObjectionState), name="state"),
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at_a_moment"),
        Index("ix_notice_objections_notice_id", "notice_id"),
        Index("ix_notice_objections_village_code_state_due_on", "village_code", "state", "due_on"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    words_sealed: Mapped[str] = mapped_column(Text)
    contact_sealed: Mapped[str | None] = mapped_column(Text)
    at: Mapped[Moment]
    due_on: Mapped[dt.date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[dt.datetime | None]
