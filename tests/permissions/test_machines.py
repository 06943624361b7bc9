"""Whoever a table of moves names can reach the page on which the move is made, and nobody else can."""

import csv
from pathlib import Path

import pytest

from marketplace.accounts.values import Role
from marketplace.assistance.rules import deciding
from marketplace.assistance.rules.choosing import OUTCOMES, PLANS
from marketplace.assistance.rules.courses import COURSES
from marketplace.assistance.rules.visiting import VISITS
from marketplace.assistance.values.courses import CourseAction
from marketplace.assistance.values.help import OutcomeAction, PlanAction
from marketplace.assistance.values.plans import VisitAction

with (Path(__file__).parent / "matrix.csv").open(encoding="utf-8") as lines:
    MATRIX = {row["endpoint"]: row for row in csv.DictReader(lines) if row["method"] == "POST"}
#: action -> the pages on which it is taken.
PAGES = {
    PlanAction.AGREE_IN_PERSON: (PLANS, ["assistance.agree_measure"]),
    PlanAction.AGREE_ON_OWN_PHONE: (PLANS, ["assistance.agree_ourselves"]),
    PlanAction.DECLINE: (PLANS, ["assistance.decline_measure", "assistance.decline_ourselves"]),
    PlanAction.WITHDRAW: (PLANS, ["assistance.withdraw_measure"]),
    OutcomeAction.SIGN: (OUTCOMES, ["assistance.sign_ourselves"]),
    OutcomeAction.SIGN_BY_HAND: (OUTCOMES, ["assistance.sign_by_hand"]),
    CourseAction.ENROL: (COURSES, ["assistance.enrol_member", "assistance.enrol_ourselves"]),
    CourseAction.LEAVE: (COURSES, ["assistance.leave_for_member", "assistance.leave_ourselves"]),
    CourseAction.CANCEL: (COURSES, ["assistance.cancel_course"]),
    CourseAction.TICK: (COURSES, ["assistance.tick_attendance", "assistance.tick_member"]),
    VisitAction.ARRANGE: (VISITS, ["assistance.arrange_visit"]),
    VisitAction.CALL_OFF: (VISITS, ["assistance.arrange_visit"]),
    VisitAction.VISIT: (VISITS, ["assistance.visit", "assistance.send_visit"]),
}


def let_in(endpoints):
    """Return the roles that reach any of some pages."""
    return {role for role in Role for endpoint in endpoints if MATRIX[endpoint][role] != "none"}


@pytest.mark.parametrize("action", PAGES, ids=lambda action: f"{type(action).__name__}.{action}")
def test_the_pages_of_a_move_are_open_to_those_whom_its_table_names(action):
    moves, endpoints = PAGES[action]
    named = {frozenset(who) for (_state, of), (who, _after) in moves.table.items() if of == action}
    assert named == {frozenset(let_in(endpoints))}


def test_every_move_of_these_tables_has_its_page():
    assert set(PAGES) == {action for moves in (PLANS, OUTCOMES, COURSES, VISITS) for _state, action in moves.table}


def test_the_steps_of_an_alert_are_open_to_those_who_may_take_one():
    assert let_in(["assistance.decide_alert"]) == set().union(*deciding.ACTORS.values())
