"""Every state, step and party: what may be done, and who answers; without a database."""

import datetime as dt
import itertools

import pytest

from marketplace.accounts.values import Role
from marketplace.areas.values import Level
from marketplace.grievances import rules
from marketplace.grievances.values import Action, HandlingRule, Kind, Party, State
from tests.cast import COUNTY, TOWNSHIP, VILLAGE

TEAM, ASSIGNEE, COMPLAINANT = Party.TEAM, Party.ASSIGNEE, Party.COMPLAINANT
#: What may be done, written out: state, step, the parties, and where it leads.
TABLE = """
received accept team,assignee accepted
received refuse team,assignee refused
received withdraw complainant withdrawn
received keep_out team,assignee received
received note team,assignee received
accepted assign team,assignee accepted
accepted investigate assignee investigating
accepted withdraw complainant withdrawn
accepted keep_out team,assignee accepted
accepted note team,assignee accepted
investigating assign team,assignee investigating
investigating answer assignee answered
investigating withdraw complainant withdrawn
investigating keep_out team,assignee investigating
investigating note team,assignee investigating
answered appeal complainant appealed
refused appeal complainant appealed
appealed assign team,assignee appealed
appealed decide assignee final
appealed withdraw complainant withdrawn
appealed keep_out team,assignee appealed
appealed note team,assignee appealed
"""
ALLOWED = {
    (State(state), Action(action), Party(party)): State(after)
    for state, action, parties, after in (line.split() for line in TABLE.strip().splitlines())
    for party in parties.split(",")
}
TODAY = dt.date(2026, 9, 12)
RULE = HandlingRule(Level.TOWNSHIP, 3, 15, 10, 20)


@pytest.mark.parametrize("state", State)
def test_every_step_of_every_party_is_taken_where_the_table_says_and_nowhere_else(state):
    for action, party in itertools.product(Action, Party):
        wanted = ALLOWED.get((state, action, party))
        assert rules.may_take(state, action, party) == (wanted is not None), (action, party)
        if wanted is not None:
            assert rules.after(state, action) is wanted
        assert (action in rules.steps_for(state, party)) == (wanted is not None)


def test_nothing_leads_out_of_the_end_and_everything_can_end():
    assert not any(state in (State.FINAL, State.WITHDRAWN) for state, _action in rules.STEPS)
    reached = {State.RECEIVED}
    while more := {rules.after(state, action) for state, action in rules.STEPS if state in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_whoever_is_concerned_had_an_earlier_hand_or_is_a_stranger_may_take_no_step():
    parties = {party for taken, _after in rules.STEPS.values() for party in taken}
    assert parties.isdisjoint({Party.CONCERNED, Party.EARLIER, Party.STRANGER})


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, Party.TEAM),
        ({"assignee_id": 7}, Party.ASSIGNEE),
        ({"is_in_team": False}, Party.STRANGER),
        ({"assignee_id": 7, "earlier_ids": [7]}, Party.EARLIER),
        ({"assignee_id": 7, "concerned_ids": [7]}, Party.CONCERNED),
        ({"is_in_team": False, "concerned_ids": [7], "earlier_ids": [7]}, Party.CONCERNED),
    ],
)
def test_being_concerned_outweighs_the_office(facts, wanted):
    standing = {"is_in_team": True, "assignee_id": None, "concerned_ids": (), "earlier_ids": ()}
    assert rules.party_of(7, **standing | facts) is wanted


@pytest.mark.parametrize(
    ("area", "kind", "level", "role", "wanted"),
    [
        (VILLAGE, Kind.HELP, Level.TOWNSHIP, None, TOWNSHIP),
        (VILLAGE, Kind.HELP, Level.COUNTY, None, COUNTY),
        (VILLAGE, Kind.CONDUCT, Level.TOWNSHIP, None, TOWNSHIP),
        (VILLAGE, Kind.CONDUCT, Level.TOWNSHIP, Role.VILLAGE_OFFICIAL, TOWNSHIP),
        (VILLAGE, Kind.CONDUCT, Level.TOWNSHIP, Role.TOWNSHIP_OFFICIAL, COUNTY),
        (VILLAGE, Kind.HELP, Level.TOWNSHIP, Role.TOWNSHIP_OFFICIAL, COUNTY),
        (VILLAGE, Kind.CONDUCT, Level.TOWNSHIP, Role.COUNTY_OFFICIAL, COUNTY),
        (TOWNSHIP, Kind.CONDUCT, Level.TOWNSHIP, None, COUNTY),
        (TOWNSHIP, Kind.GOODS, Level.TOWNSHIP, None, TOWNSHIP),
    ],
)
def test_no_village_answers_and_whoever_it_is_about_stands_below_whoever_answers(area, kind, level, role, wanted):
    assert rules.handling_code(area, kind, level, role) == wanted
    assert rules.next_level(wanted) == COUNTY


def test_days_run_from_the_step_that_starts_them_and_end_with_the_matter():
    standing = dt.date(2026, 9, 20)
    due = {state: rules.due_on(state, RULE, TODAY, standing) for state in State}
    assert due[State.RECEIVED] == dt.date(2026, 9, 15)
    assert due[State.ACCEPTED] == dt.date(2026, 9, 27)
    assert due[State.INVESTIGATING] == standing
    assert due[State.APPEALED] == dt.date(2026, 10, 2)
    assert {due[state] for state in (State.ANSWERED, State.REFUSED, State.FINAL, State.WITHDRAWN)} == {None}


def test_a_code_has_ten_letters_that_nobody_misreads_however_it_is_typed():
    code = rules.code_of("f" * 64)
    assert len(code) == rules.CODE_LENGTH
    assert set(code) <= set(rules.CODE_LETTERS)
    assert not set("01ILOU") & set(rules.CODE_LETTERS)
    assert rules.typed_code(f" {code[:5].lower()} - {code[5:]} ") == code
    assert rules.code_of("0" * 63 + "1") != rules.code_of("0" * 63 + "2")


@pytest.mark.parametrize(("written", "is_named"), [("朱秋生", True), ("朱 秋生主任", True), ("朱主任", False), ("", False)])
def test_a_name_is_found_whatever_title_follows_it(written, is_named):
    assert rules.is_named("朱秋生", written) is is_named


def test_a_name_of_one_letter_names_nobody():
    assert not rules.is_named("王", "王主任")
