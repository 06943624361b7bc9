"""Households that race for the places of a course: each runs in a process of its own, with its own connections."""

import sys

from sqlalchemy import update

from marketplace.assistance import services
from marketplace.assistance.models import Course
from marketplace.assistance.refusals import CourseFull
from marketplace.assistance.services import courses
from marketplace.kernel.db import in_transaction, reading
from tests.races import REFUSED, before_anybody_acts, ready


def enrol(session, what, number):
    """Take a place for the member of one household."""
    household_id, member_ref = what["members"][number]
    services.enrol_in_course(session, course_id=what["course"], household_id=household_id, member_ref=member_ref, by=what["by"])


def take_a_place(address, what, number, _tries, start):
    """Take a place if one is left."""
    with ready(address, start) as engine:
        try:
            in_transaction(engine, lambda session: enrol(session, what, number), tries=12)
        except CourseFull:
            sys.exit(REFUSED)


def take_unasked(session, course_id):
    """Count one more place as taken, however many there are: the verb without its guard."""
    session.execute(update(Course).where(Course.id == course_id).values(taken=Course.taken + 1))


def take_a_place_unguarded(address, what, number, _tries, start):
    """Look whether a place is left, then take it: what must never be written."""
    courses._take_place = take_unasked
    with ready(address, start) as engine:
        with before_anybody_acts(start), reading(engine) as session:
            is_one_left = session.get(Course, what["course"]).taken < session.get(Course, what["course"]).places
        if not is_one_left:
            sys.exit(REFUSED)
        in_transaction(engine, lambda session: enrol(session, what, number), tries=12)


def tap_twice(address, what, _number, _tries, start):
    """Take a place for the same person as everybody else here."""
    with ready(address, start) as engine:
        in_transaction(engine, lambda session: enrol(session, what, 0), tries=12)
