"""What can be done about a course or an activity, and by whom. `Role.FARMER` is somebody matched to the household."""

import datetime as dt
from typing import Final

from marketplace.accounts.values import Role
from marketplace.assistance.values.courses import CourseAction, CourseState
from marketplace.kernel.moves import Moves

_OFFICIALS: Final = frozenset({Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL})
_VISITORS: Final = _OFFICIALS | {Role.TASK_FORCE, Role.HELPER}
_FOR_A_HOUSEHOLD: Final = _VISITORS | {Role.FARMER}

COURSES: Final = Moves[CourseState, CourseAction, Role](
    {
        (CourseState.AHEAD, CourseAction.ENROL): (_FOR_A_HOUSEHOLD, CourseState.AHEAD),
        (CourseState.AHEAD, CourseAction.LEAVE): (_FOR_A_HOUSEHOLD, CourseState.AHEAD),
        (CourseState.AHEAD, CourseAction.CANCEL): (_OFFICIALS, CourseState.CANCELLED),
        (CourseState.BEGUN, CourseAction.TICK): (_VISITORS, CourseState.BEGUN),
    }
)


def course_state(starts_at: dt.datetime, cancelled_at: dt.datetime | None, now: dt.datetime) -> CourseState:
    """Return how far a course has come: called off, before its beginning, or since."""
    if cancelled_at is not None:
        return CourseState.CANCELLED
    return CourseState.AHEAD if now < starts_at else CourseState.BEGUN
