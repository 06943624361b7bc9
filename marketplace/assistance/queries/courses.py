"""Named reads of courses and activities and of who has a place in them."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.areas.values import DIGITS
from marketplace.assistance.models import Course, CourseEnrolment
from marketplace.assistance.values.courses import Audience, CourseKind, CourseView, EnrolmentView, RosterLine
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel.crypto import Sealer


def course_view(row: Course) -> CourseView:
    """Return a course as others may see it."""
    return CourseView(
        id=row.id, ref=row.ref, kind=CourseKind(row.kind), title_zh=row.title_zh, title_en=row.title_en, area_code=row.area_code,
        venue=row.venue, starts_at=row.starts_at, minutes=row.minutes, places=row.places, taken=row.taken,
        audience=Audience(row.audience), cancelled_at=row.cancelled_at, cancelled_reason=row.cancelled_reason,
    )  # fmt: skip


def course_by_ref(session: Session, ref: str) -> CourseView | None:
    """Return a course by its reference."""
    row = session.scalar(select(Course).where(Course.ref == ref))
    return course_view(row) if row else None


def courses_in(session: Session, codes: Sequence[str], *, limit: int = 30, offset: int = 0) -> tuple[CourseView, ...]:
    """Return a page of the courses that lie in some areas, the latest first."""
    rows = session.scalars(
        select(Course)
        .where(in_areas(Course.area_code, codes))
        .order_by(Course.starts_at.desc(), Course.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(course_view(row) for row in rows)


def courses_ahead(
    session: Session, village_code: str, *, after: dt.datetime, is_helped: bool, limit: int = 30
) -> tuple[CourseView, ...]:
    """Return the courses to come that are open to a household of a village, the next first."""
    around = sorted({village_code[:digits] for digits in DIGITS.values()})
    wanted = (
        select(Course)
        .where(Course.area_code.in_(around), Course.starts_at > after, Course.cancelled_at.is_(None))
        .order_by(Course.starts_at, Course.id)
        .limit(limit)
    )
    if not is_helped:
        wanted = wanted.where(Course.audience == Audience.EVERYBODY)
    return tuple(course_view(row) for row in session.scalars(wanted))


def enrolments_of_households(
    session: Session, household_ids: Collection[int], *, sealer: Sealer, limit: int = 60
) -> tuple[EnrolmentView, ...]:
    """Return the places that people of some households have or had, the latest course first; two queries."""
    rows = session.execute(
        select(CourseEnrolment, Course)
        .join(Course, Course.id == CourseEnrolment.course_id)
        .where(CourseEnrolment.household_id.in_(sorted(household_ids)), CourseEnrolment.left_at.is_(None))
        .order_by(Course.starts_at.desc(), CourseEnrolment.id)
        .limit(limit)
    ).all()
    names = farmers.names_masked(session, {row.member_ref for row, _ in rows}, sealer=sealer)
    return tuple(
        EnrolmentView(row.id, course_view(course), row.member_ref, names.get(row.member_ref, ""), row.attended)
        for row, course in rows
    )


def enrolment_of(session: Session, enrolment_id: int, household_id: int) -> Any:
    """Return a standing place of a household, or None where it is another's or given back."""
    return session.scalar(
        select(CourseEnrolment).where(
            CourseEnrolment.id == enrolment_id, CourseEnrolment.household_id == household_id, CourseEnrolment.left_at.is_(None)
        )
    )


def course_roster(session: Session, course_id: int, *, sealer: Sealer) -> tuple[RosterLine, ...]:
    """Return everybody who has a place in a course, masked, by village and household; four queries."""
    rows = session.scalars(
        select(CourseEnrolment).where(CourseEnrolment.course_id == course_id, CourseEnrolment.left_at.is_(None))
    ).all()
    keys = {row.household_id for row in rows}
    names = farmers.names_masked(session, {row.member_ref for row in rows}, sealer=sealer)
    refs, villages = refs_of_households(session, keys), farmers.villages_of_households(session, keys)
    lines = [
        RosterLine(
            row.id, names.get(row.member_ref, ""), row.household_id, refs[row.household_id], villages[row.household_id],
            row.attended,
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: (line.village_code, line.household_ref, line.enrolment_id)))
