"""Courses and activities: for whom they are, never more people than places, who came; also with many at once, each a process."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.assistance import queries, services
from marketplace.assistance.models import Course, CourseEnrolment
from marketplace.assistance.refusals import (
    CourseClosed,
    CourseFull,
    CourseNotBegun,
    DatesCrossed,
    NotForThem,
    ReasonNeeded,
)
from marketplace.assistance.values import MonitoringKind
from marketplace.assistance.values.courses import Audience, CourseDraft, CourseKind
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from tests.assistance import course_racers as racers
from tests.farmers.places import DAY, OTHER_VILLAGE, SEALER, VILLAGE, county, entry, member, person
from tests.races import drop_check, race

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
STARTS = NOW + dt.timedelta(days=7)
#: People who all want to come, and places.
CROWD, PLACES = 10, 4


def home(session, number, village=VILLAGE):
    """Open a household of two; return its key and its members' references."""
    people = (member(number), member(number + 1, "spouse"))
    opened = farmers_services.open_household(session, entry=entry(f"C{number}", village, people), on=DAY, sealer=SEALER)
    return opened.id, [ref for _, ref in farmers.members_on_record(session, [opened.id])[opened.id]]


def offer(session, by, key="c1", **changes):
    given = {
        "kind": CourseKind.TRAINING, "title_zh": "修剪班", "title_en": "Pruning", "area_code": VILLAGE, "venue": "村部",
        "starts_at": STARTS, "minutes": 180, "places": 2, "audience": Audience.EVERYBODY, **changes,
    }  # fmt: skip
    return services.open_course(session, draft=CourseDraft(**given), by=by, key=key)


@pytest.fixture
def by(session):
    county(session)
    with clock.stopped_at(NOW):
        yield person(session, "甲")


def enrol(session, course, household_id, member_ref, by):
    return services.enrol_in_course(session, course_id=course.id, household_id=household_id, member_ref=member_ref, by=by)


def test_no_more_people_than_places_and_a_place_given_back_is_free_again(session, by):
    course = offer(session, by)
    assert offer(session, by).id == course.id, "sent twice, offered once"
    (first, (head, spouse)), (second, (other, _)) = home(session, 11), home(session, 21)
    place = enrol(session, course, first, head, by)
    assert enrol(session, course, first, head, by).id == place.id
    enrol(session, course, first, spouse, by)
    with pytest.raises(CourseFull):
        enrol(session, course, second, other, by)
    services.leave_course(session, enrolment_id=place.id, household_id=first, by=by)
    services.leave_course(session, enrolment_id=place.id, household_id=first, by=by)
    enrol(session, course, second, other, by)
    session.expire_all()
    assert (course.taken, len(queries.course_roster(session, course.id, sealer=SEALER))) == (2, 2)
    session.commit()
    with pytest.raises(IntegrityError, match="never_overbooked"):
        session.execute(text("UPDATE courses SET taken = 3"))
    session.rollback()


def test_a_course_is_for_its_area_and_perhaps_for_those_who_are_helped(session, by):
    here, (head, _) = home(session, 11)
    elsewhere, (stranger, _) = home(session, 21, OTHER_VILLAGE)
    course, helped_only = offer(session, by), offer(session, by, "c2", audience=Audience.HELPED, area_code="360321101")
    with pytest.raises(NotForThem):
        enrol(session, course, elsewhere, stranger, by)
    with pytest.raises(NotForThem):
        enrol(session, helped_only, here, head, by)
    with pytest.raises(NotThere):
        enrol(session, course, here, stranger, by)
    services.open_monitoring(
        session, household_id=here, kind=MonitoringKind.BORDERLINE, on=DAY, proposed_by=by, approved_by=person(session, "乙")
    )
    enrol(session, helped_only, here, head, by)

    def ahead(village, *, is_helped):
        return [one.id for one in queries.courses_ahead(session, village, after=NOW, is_helped=is_helped)]

    assert ahead(VILLAGE, is_helped=True) == [course.id, helped_only.id]
    assert ahead(VILLAGE, is_helped=False) == [course.id]
    assert ahead(OTHER_VILLAGE, is_helped=True) == [helped_only.id]


def test_places_are_given_before_it_begins_and_who_came_is_ticked_after(session, by):
    course = offer(session, by)
    key, (head, spouse) = home(session, 11)
    places = [enrol(session, course, key, one, by).id for one in (head, spouse)]
    with pytest.raises(CourseNotBegun):
        services.mark_attendance(session, course_id=course.id, present=places, absent=[], by=by)
    with pytest.raises(DatesCrossed):
        offer(session, by, "c3", starts_at=NOW)
    with clock.stopped_at(STARTS):
        with pytest.raises(CourseClosed):
            enrol(session, course, key, head, by)
        with pytest.raises(CourseClosed):
            services.leave_course(session, enrolment_id=places[0], household_id=key, by=by)
        assert services.mark_attendance(session, course_id=course.id, present=places[:1], absent=places[1:], by=by) == 2
        assert services.mark_attendance(session, course_id=course.id, present=places[:1], absent=places[1:], by=by) == 0
        assert services.mark_attendance(session, course_id=course.id, present=places, absent=[], by=by) == 1, "somebody came late"
    shown = queries.enrolments_of_households(session, [key], sealer=SEALER)
    assert [one.attended for one in shown] == [True, True]
    assert {one.name_masked for one in shown} == {"刘**"}


def test_what_is_called_off_takes_and_ticks_nobody(session, by):
    course = offer(session, by)
    key, (head, _) = home(session, 11)
    place = enrol(session, course, key, head, by)
    with pytest.raises(ReasonNeeded):
        services.cancel_course(session, course_id=course.id, reason="x", by=by)
    services.cancel_course(session, course_id=course.id, reason="老师病了", by=by)
    for verb in (
        lambda: services.cancel_course(session, course_id=course.id, reason="再取消一次", by=by),
        lambda: enrol(session, course, key, head, by),
        lambda: services.mark_attendance(session, course_id=course.id, present=[place.id], absent=[], by=by),
    ):
        with pytest.raises(CourseClosed):
            verb()
    assert queries.courses_ahead(session, VILLAGE, after=NOW, is_helped=True) == ()


@pytest.fixture
def what(session):
    county(session)
    by = person(session, "甲")
    made = [home(session, 10 * number) for number in range(1, CROWD + 1)]
    course = offer(session, by, places=PLACES, starts_at=clock.now() + dt.timedelta(days=7))
    session.commit()
    return {"course": course.id, "by": by, "members": [(key, refs[0]) for key, refs in made]}


def counted(session, course_id):
    session.rollback()
    people = session.scalars(select(CourseEnrolment.id).where(CourseEnrolment.left_at.is_(None))).all()
    return session.get(Course, course_id).taken, len(people)


@pytest.mark.race
def test_of_ten_households_at_once_exactly_four_get_the_four_places(database_url, session, what):
    assert race(racers.take_a_place, database_url, what, crowd=CROWD, tries=1) == CROWD - PLACES
    assert counted(session, what["course"]) == (PLACES, PLACES)


@pytest.mark.race
@pytest.mark.breaks_truths("the guard is gone", "assistance: places taken")
def test_without_the_guard_the_same_ten_are_all_let_in(database_url, session, what):
    drop_check(session, "courses", "ck_courses_never_overbooked")
    race(racers.take_a_place_unguarded, database_url, what, crowd=CROWD, tries=1)
    assert counted(session, what["course"])[0] > PLACES


@pytest.mark.race
def test_one_person_who_is_enrolled_by_many_at_once_has_one_place(database_url, session, what):
    assert race(racers.tap_twice, database_url, what, crowd=6, tries=1) == 0
    assert counted(session, what["course"]) == (1, 1)
