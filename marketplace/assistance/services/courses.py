"""Offering courses and activities, giving places in them, and ticking who came."""

from collections.abc import Collection

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.areas import queries as areas
from marketplace.areas.refusals import UnknownArea
from marketplace.areas.values import covers
from marketplace.assistance.models import Course, CourseEnrolment
from marketplace.assistance.queries.standings import standing
from marketplace.assistance.refusals import CourseClosed, CourseFull, CourseNotBegun, DatesCrossed, NotForThem, ReasonNeeded
from marketplace.assistance.rules.courses import COURSES, course_state
from marketplace.assistance.values import Status
from marketplace.assistance.values.courses import Audience, CourseAction, CourseDraft, CourseState
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere


def open_course(session: Session, *, draft: CourseDraft, by: int, key: str) -> Course:
    """Offer a course or activity; the same key again returns the first.

    Raises:
        DatesCrossed: it would begin in the past.
        UnknownArea: there is no such place.
    """
    found = session.scalar(select(Course).where(Course.key == key))
    if found is not None:
        return found
    if draft.starts_at <= clock.now():
        raise DatesCrossed
    if areas.area(session, draft.area_code) is None:
        raise UnknownArea(area_code=draft.area_code)
    course = Course(
        ref=ids.reference("T", 8), key=key, kind=draft.kind, title_zh=draft.title_zh[:60], title_en=draft.title_en[:100],
        area_code=draft.area_code, venue=draft.venue[:80], starts_at=draft.starts_at, minutes=draft.minutes, places=draft.places,
        taken=0, audience=draft.audience, created_by=by, created_at=clock.now(), cancelled_reason="",
    )  # fmt: skip
    session.add(course)
    session.flush()
    record_audit(
        session, by=by, action="assistance.open_course", object_kind="course", object_ref=course.ref, area_code=draft.area_code,
        after={"kind": str(draft.kind), "on": clock.day_of(draft.starts_at).isoformat(), "places": draft.places},
    )  # fmt: skip
    return course


def cancel_course(session: Session, *, course_id: int, reason: str, by: int) -> None:
    """Call a course off that has not begun.

    Raises:
        ReasonNeeded: no reason is given.
        CourseClosed: it was called off already, or has begun.
    """
    if len(reason) < 4:
        raise ReasonNeeded
    course = session.get(Course, course_id, with_for_update=True)
    if course is None:
        raise NotThere
    _require(course, CourseAction.CANCEL)
    course.cancelled_at, course.cancelled_reason = clock.now(), reason[:200]
    session.flush()
    record_audit(
        session, by=by, action="assistance.cancel_course", object_kind="course", object_ref=course.ref,
        area_code=course.area_code, after={"taken": course.taken}, reason=reason,
    )  # fmt: skip


def enrol_in_course(session: Session, *, course_id: int, household_id: int, member_ref: str, by: int) -> CourseEnrolment:
    """Give a person of a household a place; who has one keeps it.

    Raises:
        CourseClosed: it was called off, or has begun.
        NotForThem: it is for another area, or for households that are helped.
        CourseFull: every place is taken.
    """
    course = session.get(Course, course_id)
    member = farmers.member_spell(session, member_ref)
    household = farmers.household(session, household_id)
    if course is None or household is None or member is None or member.household_id != household_id or member.to_on is not None:
        raise NotThere
    _require(course, CourseAction.ENROL)
    if not course_is_open_to(session, course, household_id, household.village_code):
        raise NotForThem
    found = session.scalar(
        select(CourseEnrolment).where(
            CourseEnrolment.course_id == course_id,
            CourseEnrolment.person_index == member.id_index,
            CourseEnrolment.left_at.is_(None),
        )
    )
    if found is not None:
        return found
    _take_place(session, course_id)
    enrolment = CourseEnrolment(
        course_id=course_id, household_id=household_id, person_index=member.id_index, member_ref=member_ref, enrolled_by=by,
        enrolled_at=clock.now(),
    )  # fmt: skip
    session.add(enrolment)
    session.flush()
    record_audit(
        session, by=by, action="assistance.enrol", object_kind="household", object_ref=household.ref,
        after={"course": course.ref, "member": member_ref},
    )  # fmt: skip
    return enrolment


def _state(course: Course) -> CourseState:
    return course_state(course.starts_at, course.cancelled_at, clock.now())


def _require(course: Course, action: CourseAction) -> None:
    if COURSES.after(_state(course), action) is None:
        raise CourseClosed


def course_is_open_to(session: Session, course: Course, household_id: int, village_code: str) -> bool:
    """Say whether a course is for a household: it lies in the area, and is helped where only those may come."""
    if not covers(course.area_code, village_code):
        return False
    if course.audience == Audience.EVERYBODY:
        return True
    return standing(session, household_id, clock.today()).status is not Status.NONE


def _take_place(session: Session, course_id: int) -> None:
    """Take one place, if one is left: looked at and taken in one statement."""
    taken: CursorResult[None] = session.execute(  # type: ignore[assignment]
        update(Course)
        .where(Course.id == course_id, Course.taken < Course.places, Course.cancelled_at.is_(None))
        .values(taken=Course.taken + 1)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:
        raise CourseFull


def leave_course(session: Session, *, enrolment_id: int, household_id: int, by: int) -> None:
    """Give a place back before the course begins; given back twice, once is enough.

    Raises:
        CourseClosed: it has begun, or was called off.
    """
    enrolment = session.get(CourseEnrolment, enrolment_id, with_for_update=True)
    if enrolment is None or enrolment.household_id != household_id:
        raise NotThere
    if enrolment.left_at is not None:
        return
    course = session.get_one(Course, enrolment.course_id)
    _require(course, CourseAction.LEAVE)
    enrolment.left_at = clock.now()
    session.flush()
    session.execute(
        update(Course).where(Course.id == course.id).values(taken=Course.taken - 1).execution_options(synchronize_session=False)
    )
    household = farmers.household(session, household_id)
    record_audit(
        session, by=by, action="assistance.leave_course", object_kind="household",
        object_ref=household.ref if household else "", after={"course": course.ref, "member": enrolment.member_ref},
    )  # fmt: skip


def mark_attendance(session: Session, *, course_id: int, present: Collection[int], absent: Collection[int], by: int) -> int:
    """Tick who came and who did not, by enrolment; said again, the later word stands. Return how many ticks are new or other.

    Raises:
        CourseNotBegun: nobody can have come yet.
        CourseClosed: it was called off.
    """
    course = session.get(Course, course_id)
    if course is None:
        raise NotThere
    if _state(course) is CourseState.AHEAD:
        raise CourseNotBegun
    _require(course, CourseAction.TICK)
    said = {**dict.fromkeys(absent, False), **dict.fromkeys(present, True)}
    rows = session.scalars(
        select(CourseEnrolment)
        .where(CourseEnrolment.course_id == course_id, CourseEnrolment.id.in_(sorted(said)), CourseEnrolment.left_at.is_(None))
        .order_by(CourseEnrolment.id)
        .with_for_update()
    ).all()
    changed = [row for row in rows if row.attended is not said[row.id]]
    for row in changed:
        row.attended, row.marked_by, row.marked_at = said[row.id], by, clock.now()
    session.flush()
    if changed:
        record_audit(
            session, by=by, action="assistance.attendance", object_kind="course", object_ref=course.ref,
            area_code=course.area_code,
            after={"came": sum(said[row.id] for row in changed), "stayed_away": sum(not said[row.id] for row in changed)},
        )  # fmt: skip
    return len(changed)
