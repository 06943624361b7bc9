"""Tables of grievances. A grievance holds how far it has come; its steps hold who brought it there."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.areas.values import Level
from marketplace.grievances.values import OPEN, Action, Kind, Outcome, State
from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial


class GrievanceRule(Model):
    """Who answers a kind of grievance, and how soon, where the county set something else than what is usual."""

    __tablename__ = "grievance_rules"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("level", (Level.TOWNSHIP, Level.COUNTY)), name="level"),
        CheckConstraint("accept_days > 0 AND answer_days > 0 AND appeal_days > 0 AND final_days > 0", name="some_days"),
    )

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    accept_days: Mapped[int] = mapped_column(SmallInteger)
    answer_days: Mapped[int] = mapped_column(SmallInteger)
    appeal_days: Mapped[int] = mapped_column(SmallInteger)
    final_days: Mapped[int] = mapped_column(SmallInteger)
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[Moment]


class Grievance(Model):
    """One grievance. What was written is sealed, and forgotten when its time is over."""

    __tablename__ = "grievances"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', Outcome)}", name="outcome"),
        CheckConstraint(f"({one_of('state', OPEN)}) = (due_on IS NOT NULL)", name="due_while_open"),
        CheckConstraint("state NOT IN ('answered', 'final') OR outcome IS NOT NULL", name="answered_somehow"),
        CheckConstraint(
            "state NOT IN ('accepted', 'investigating', 'answered', 'final') OR assignee_id IS NOT NULL", name="given"
        ),
        CheckConstraint("length(handling_code) IN (6, 9)", name="above_the_village"),
        CheckConstraint("version >= 0", name="counts_from_nothing"),
        partial("ix_grievances_due_on", "due_on", "id", only="due_on IS NOT NULL"),
        Index("ix_grievances_handling_code", "handling_code", "id"),
        Index("ix_grievances_owner_id", "owner_id", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Keyed hash of what the page sent it with: the same again is the same grievance.
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    handling_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    contact_sealed: Mapped[str | None] = mapped_column(Text)
    subject_role: Mapped[str | None] = mapped_column(String(20))
    subject_sealed: Mapped[str | None] = mapped_column(Text)
    #: Whose list of their own it stands in. Officials are not shown it.
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    assignee_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))
    received_at: Mapped[Moment]
    #: When the last step but remarks was taken.
    moved_at: Mapped[Moment]
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    appeal_until: Mapped[dt.date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=0)


class GrievanceStep(Model):
    """One step, signed: who, in which office, when; the trail's line holds from where. Of a step that counts there is one."""

    __tablename__ = "grievance_steps"
    __table_args__ = (
        CheckConstraint(one_of("action", Action), name="action"),
        CheckConstraint("(action = 'note') = (version IS NULL)", name="remarks_do_not_count"),
        CheckConstraint("(action IN ('appeal', 'withdraw')) = (by_user_id IS NULL)", name="signed_by_officials"),
        CheckConstraint("(by_user_id IS NULL) = (by_role IS NULL)", name="signed_in_an_office"),
        CheckConstraint("(action IN ('answer', 'decide')) = (outcome IS NOT NULL)", name="concludes"),
        UniqueConstraint("grievance_id", "version"),
        Index("ix_grievance_steps_grievance_id", "grievance_id", "id"),
    )

    id: Mapped[Id]
    #: Names the row in the associated data of what is sealed in it.
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"))
    version: Mapped[int | None] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(16))
    at: Mapped[Moment]
    by_user_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    by_name: Mapped[str | None] = mapped_column(String(60))
    by_role: Mapped[str | None] = mapped_column(String(20))
    #: To whom it was given, or who was kept out.
    towards_id: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    note_sealed: Mapped[str | None] = mapped_column(Text)
    trail_id: Mapped[int] = mapped_column(ForeignKey("audit_events.id"))


class GrievanceConcerned(Model):
    """An official whom a grievance is about: shown nothing of it, and never its judge."""

    __tablename__ = "grievance_concerned"

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"), primary_key=True)
    #: Nothing where what was written named them.
    named_by: Mapped[int | None] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[Moment]


class GrievancePicture(Model):
    """A picture sent with a grievance, seen by those who answer it alone."""

    __tablename__ = "grievance_pictures"

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievances.id"), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
