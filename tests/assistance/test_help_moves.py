"""Help chosen, outcomes, courses and visits: every state, action and role against the tables written out by hand; no database."""

import datetime as dt

import pytest

from marketplace.accounts.values import Role
from marketplace.assistance.rules.choosing import OUTCOMES, PLANS
from marketplace.assistance.rules.courses import COURSES, course_state
from marketplace.assistance.rules.visiting import VISITS, visit_state
from marketplace.assistance.values.courses import CourseAction, CourseState
from marketplace.assistance.values.help import OutcomeAction, OutcomeState, PlanAction, PlanState
from marketplace.assistance.values.plans import VisitAction, VisitState
from tests.moves import leads_nowhere_else, reached_from, written

OFFICIALS = "village_official,township_official,county_official"
VISITORS = f"{OFFICIALS},task_force,helper"
MACHINES = {
    "choice of help": (PLANS, PlanState, PlanAction, PlanState.PROPOSED, f"""
proposed agree_in_person {OFFICIALS} agreed
proposed agree_on_own_phone farmer agreed
proposed decline {OFFICIALS},farmer declined
proposed withdraw {OFFICIALS} withdrawn
"""),
    "outcomes": (OUTCOMES, OutcomeState, OutcomeAction, OutcomeState.UNSIGNED, f"""
unsigned sign farmer signed
unsigned sign_by_hand {OFFICIALS} signed
"""),
    "courses": (COURSES, CourseState, CourseAction, CourseState.AHEAD, f"""
ahead enrol {VISITORS},farmer ahead
ahead leave {VISITORS},farmer ahead
ahead cancel {OFFICIALS} cancelled
begun tick {VISITORS} begun
"""),
    "visits": (VISITS, VisitState, VisitAction, VisitState.DUE, f"""
due arrange {VISITORS} arranged
due visit {VISITORS} due
arranged arrange {VISITORS} arranged
arranged call_off {VISITORS} due
arranged visit {VISITORS} due
"""),
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_action_and_role_leads_where_the_table_says_and_nowhere_else(name):
    moves, states, actions, _first, table = MACHINES[name]
    leads_nowhere_else(moves, written(table, states, actions, Role), states, actions, Role)


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_is_reached_and_neither_auditor_nor_administrator_moves_anything(name):
    moves, states, _actions, first, _table = MACHINES[name]
    by_time = {CourseState.BEGUN} if name == "courses" else set()
    assert reached_from(moves, first) | by_time == set(states)
    moving = set().union(*(who for who, _after in moves.table.values()))
    assert moving.isdisjoint({Role.AUDITOR, Role.ADMINISTRATOR, Role.BUYER, Role.RESELLER, Role.PHOTOGRAPHER})


def test_nothing_leads_out_of_an_answer_or_a_signature():
    assert {state for state, _ in PLANS.table} == {PlanState.PROPOSED}
    assert {state for state, _ in OUTCOMES.table} == {OutcomeState.UNSIGNED}


def test_a_course_has_begun_at_its_first_moment_unless_it_was_called_off():
    at = dt.datetime(2026, 9, 12, 1, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert course_state(at, None, at - second) is CourseState.AHEAD
    assert course_state(at, None, at) is CourseState.BEGUN
    assert {course_state(at, at - second, now) for now in (at - second, at, at + second)} == {CourseState.CANCELLED}


def test_a_visit_is_arranged_where_it_has_a_day():
    assert [visit_state(day) for day in (None, dt.date(2026, 9, 12))] == [VisitState.DUE, VisitState.ARRANGED]
