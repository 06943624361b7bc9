"""Courses and cultural activities, and who has a place in them."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values.courses import Audience, CourseKind
from marketplace.kernel.db import Id, Model, Moment, one_of, partial


class Course(Model):
    """A training course or a cultural activity at one place and time."""

    __tablename__ = "courses"
    __table_args__ = (
        CheckConstraint(one_of("kind", CourseKind), name="kind"),
        CheckConstraint(one_of("audience", Audience), name="audience"),
        CheckConstraint("places > 0", name="some_places"),
        CheckConstraint("minutes > 0", name="some_time"),
        CheckConstraint("taken >= 0 AND taken <= places", name="never_overbooked"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_reason = '')", name="cancelled_with_reason"),
        Index("ix_courses_starts_at_id", "starts_at", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    title_zh: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(100), default="", server_default="")
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    venue: Mapped[str] = mapped_column(String(80))
    starts_at: Mapped[Moment]
    minutes: Mapped[int] = mapped_column(Integer)
    places: Mapped[int] = mapped_column(Integer)
    #: Places that somebody has; changed by one conditional UPDATE.
    taken: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    audience: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[Moment]
    cancelled_at: Mapped[dt.datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")


class CourseEnrolment(Model):
    """One person's place in a course, from taking it to giving it back; and whether they came."""

    __tablename__ = "course_enrolments"
    __table_args__ = (
        CheckConstraint("left_at IS NULL OR attended IS NULL", name="who_left_did_not_come"),
        CheckConstraint("(attended IS NULL) = (marked_by IS NULL) AND (marked_by IS NULL) = (marked_at IS NULL)",
                        name="ticked_by_somebody"),
        partial("uq_course_enrolments_present", "course_id", "person_index", only="left_at IS NULL", unique=True),
        Index("ix_course_enrolments_household_id", "household_id"),
    )  # fmt: skip

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    #: The person, whatever their facts become: the blind index of the ID number; and the spell that names them.
    person_index: Mapped[str] = mapped_column(String(64))
    member_ref: Mapped[str] = mapped_column(String(20))
    enrolled_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    enrolled_at: Mapped[Moment]
    left_at: Mapped[dt.datetime | None]
    attended: Mapped[bool | None]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    marked_at: Mapped[dt.datetime | None]
