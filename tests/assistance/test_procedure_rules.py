"""The state machines of the procedures, asked for every kind, state, action and role: nothing but the table leads anywhere."""

import datetime as dt
import itertools

import pytest

from marketplace.assistance.rules import procedures as rules
from marketplace.assistance.values.procedures import (
    CLOSED,
    DEFAULT_SETTINGS,
    NOTICES,
    Action,
    EvidenceKind,
    Findings,
    Level,
    Opinion,
    ProcedureKind,
    Settings,
    Signed,
    Signer,
    State,
)

DAY = dt.date(2019, 5, 20)
SETTINGS = Settings()
EVERYTHING = Findings(frozenset(EvidenceKind), notice_to=DAY - dt.timedelta(days=1))
ROLES = (
    "buyer", "farmer", "village_official", "task_force", "helper", "photographer", "township_official", "county_official",
    "auditor", "administrator", "reseller",
)  # fmt: skip
#: Who may sign what, written down apart from the code: kind, state, action, roles, the state after.
WHAT_LEADS_WHERE = """
identify applied take_up village_official reviewing
identify applied reject village_official rejected
identify applied withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify reviewing conclude village_official village_notice
identify reviewing reject village_official rejected
identify reviewing withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify village_notice hand_up village_official township
identify village_notice send_back township_official,village_official reviewing
identify village_notice reject township_official rejected
identify village_notice withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify township approve township_official township_notice
identify township send_back township_official reviewing
identify township reject township_official rejected
identify township withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify township_notice hand_up township_official county
identify township_notice send_back township_official reviewing
identify township_notice reject township_official rejected
identify township_notice withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify county approve county_official approved
identify county send_back county_official township
identify county reject county_official rejected
identify county withdraw farmer,helper,task_force,township_official,village_official withdrawn
identify approved announce county_official done
identify rejected appeal farmer,helper,task_force,township_official,village_official appealed
identify appealed uphold county_official,township_official township
identify appealed dismiss county_official,township_official dismissed
exit verifying verify task_force hearing
exit verifying reject task_force,township_official rejected
exit verifying withdraw farmer,helper,task_force,township_official,village_official withdrawn
exit hearing agree farmer,helper,task_force,township_official,village_official village_notice
exit hearing refuse farmer,helper,task_force,township_official,village_official appealed
exit hearing send_back village_official verifying
exit appealed uphold county_official,township_official rejected
exit appealed dismiss county_official,township_official village_notice
exit village_notice hand_up village_official township
exit village_notice send_back township_official,village_official verifying
exit village_notice reject township_official rejected
exit township countersign township_official township
exit township approve township_official county
exit township send_back township_official verifying
exit township reject township_official rejected
exit county approve county_official approved
exit county send_back county_official township
exit county reject county_official rejected
exit approved announce county_official done
monitor applied take_up task_force,village_official hearing
monitor applied reject township_official,village_official rejected
monitor applied withdraw farmer,helper,task_force,township_official,village_official withdrawn
monitor hearing agree farmer,helper,task_force,township_official,village_official reviewing
monitor hearing refuse farmer,helper,task_force,township_official,village_official withdrawn
monitor reviewing conclude village_official village_notice
monitor reviewing reject village_official rejected
monitor reviewing withdraw farmer,helper,task_force,township_official,village_official withdrawn
monitor village_notice hand_up village_official township
monitor village_notice send_back township_official,village_official reviewing
monitor village_notice reject township_official rejected
monitor village_notice withdraw farmer,helper,task_force,township_official,village_official withdrawn
monitor township approve township_official county
monitor township send_back township_official reviewing
monitor township reject township_official rejected
monitor county approve county_official done
monitor county send_back county_official township
monitor county reject county_official rejected
monitor rejected appeal farmer,helper,task_force,township_official,village_official appealed
monitor appealed uphold county_official,township_official township
monitor appealed dismiss county_official,township_official dismissed
clear verifying verify task_force hearing
clear verifying continue task_force,township_official,village_official continued
clear hearing agree farmer,helper,task_force,township_official,village_official village_notice
clear hearing refuse farmer,helper,task_force,township_official,village_official continued
clear hearing continue township_official,village_official continued
clear village_notice hand_up village_official township
clear village_notice continue township_official continued
clear township approve township_official county
clear township send_back township_official verifying
clear township continue township_official continued
clear county approve county_official done
clear county send_back county_official township
clear county continue county_official continued
"""
EXPECTED = {}
for line in WHAT_LEADS_WHERE.split("\n"):
    if line:
        kind, state, action, roles, after = line.split()
        EXPECTED[ProcedureKind(kind), State(state), Action(action)] = (set(roles.split(",")), State(after))
for (kind, state, action), leads in list(EXPECTED.items()):  # re-entry goes the way of identification, removal that of an exit
    twin = {ProcedureKind.IDENTIFY: ProcedureKind.REENTER, ProcedureKind.EXIT: ProcedureKind.REMOVE}.get(kind)
    if twin:
        EXPECTED[twin, state, action] = leads


def someone(role, user_id=100):
    return Signer(user_id, "某人", frozenset({role}))


def attempt(kind, state, action, signer, *, steps=(), findings=EVERYTHING, settings=SETTINGS, words="因为如此", on=DAY):
    """Return the state after, or the code of what stands in the way."""
    try:
        move, _ = rules.check(kind, state, action, signer, steps=steps, findings=findings, settings=settings, words=words, on=on)
    except rules.Obstacle as no:
        return no.code
    return move.to


def checked_by_two(state):
    """Two others have countersigned: only this lets an exit pass the township."""
    return [Signed(Action.COUNTERSIGN, Level.TOWNSHIP, user, state) for user in (1, 2)]


@pytest.mark.parametrize("kind", list(ProcedureKind))
def test_every_state_action_and_role_leads_where_the_table_says_and_nowhere_else(kind):
    for state, action, role in itertools.product(State, Action, ROLES):
        found = attempt(kind, state, action, someone(role), steps=checked_by_two(state))
        roles, after = EXPECTED.get((kind, state, action), (set(), None))
        if after is None:
            assert found == "no_such_step", (state, action, role)
        elif role in roles:
            assert found is after, (state, action, role)
        else:
            assert found == "not_your_step", (state, action, role)


@pytest.mark.parametrize("kind", list(ProcedureKind))
def test_every_state_is_reached_and_every_open_one_leads_on(kind):
    table = rules.MOVES[kind]
    reached, queue = set(), [rules.BEGINS[kind][0]]
    while queue:
        state = queue.pop()
        if state not in reached:
            reached.add(state)
            queue += [move.to for move in table.get(state, ())]
    assert set(table) <= reached
    assert {state for state in reached if state not in table} <= CLOSED
    assert State.DONE in reached
    assert not {State.DONE, State.DISMISSED, State.WITHDRAWN, State.CONTINUED} & set(table)  # the end is the end


@pytest.mark.parametrize("kind", list(ProcedureKind))
def test_a_deed_is_done_only_by_the_county_after_a_notice_and_never_by_one_person(kind):
    table = rules.MOVES[kind]
    into_done = [move for moves in table.values() for move in moves if move.to is State.DONE]
    assert all(move.levels == (Level.COUNTY,) for move in into_done)
    assert NOTICES & set(table)
    # whoever signed on another level is turned away from every step that decides
    for state, moves in table.items():
        for move in moves:
            if move.action in (Action.APPROVE, Action.ANNOUNCE):
                role = next(iter(rules.ROLES[move.levels[0]]))
                steps = [Signed(Action.OPEN, Level.VILLAGE, 100, None), *checked_by_two(state)]
                assert attempt(kind, state, move.action, someone(role), steps=steps) == "signed_elsewhere"


@pytest.mark.parametrize(("kind", "state", "action", "role", "without"), [
    ("identify", "applied", "take_up", "village_official", "application"),
    ("identify", "reviewing", "conclude", "village_official", "survey"),
    ("identify", "reviewing", "conclude", "village_official", "assembly"),
    ("identify", "reviewing", "reject", "village_official", "assembly"),
    ("identify", "township", "approve", "township_official", "home_check"),
    ("identify", "county", "approve", "county_official", "comparison"),
    ("reenter", "county", "approve", "county_official", "comparison"),
    ("exit", "verifying", "verify", "task_force", "home_check"),
    ("remove", "county", "approve", "county_official", "comparison"),
    ("monitor", "applied", "take_up", "village_official", "home_check"),
    ("monitor", "reviewing", "conclude", "village_official", "assembly"),
    ("monitor", "county", "approve", "county_official", "comparison"),
    ("clear", "verifying", "verify", "task_force", "home_check"),
    ("exit", "hearing", "agree", "village_official", "slip"),
    ("clear", "hearing", "agree", "helper", "slip"),
])  # fmt: skip
def test_without_its_evidence_a_step_is_not_signed(kind, state, action, role, without):
    kind, state, action = ProcedureKind(kind), State(state), Action(action)
    findings = Findings(frozenset(EvidenceKind) - {EvidenceKind(without)})
    assert attempt(kind, state, action, someone(role), findings=findings) == "evidence_missing"
    assert isinstance(attempt(kind, state, action, someone(role)), State)


def test_a_household_signs_on_its_own_phone_without_a_slip():
    findings = Findings(frozenset())
    assert attempt(ProcedureKind.EXIT, State.HEARING, Action.AGREE, someone("farmer"), findings=findings) is State.VILLAGE_NOTICE


@pytest.mark.parametrize("kind", list(ProcedureKind))
def test_no_is_said_with_a_reason(kind):
    for state, moves in rules.MOVES[kind].items():
        for move in moves:
            role = next(iter(rules.ROLES[move.levels[-1]]))
            needs = attempt(kind, state, move.action, someone(role), steps=checked_by_two(state), words=" – ") == "words_needed"
            goes_against = move.action in {
                Action.REJECT, Action.SEND_BACK, Action.REFUSE, Action.APPEAL, Action.UPHOLD, Action.DISMISS, Action.WITHDRAW,
                Action.CONTINUE,
            }  # fmt: skip
            assert needs == goes_against, (state, move.action)


@pytest.mark.parametrize(("kind", "state", "role"), [
    (kind, state, role)
    for kind, table in rules.MOVES.items() for state in sorted(NOTICES & set(table))
    for role in ("village_official", "township_official")
    if (kind, state, Action.HAND_UP) in EXPECTED and role in EXPECTED[kind, state, Action.HAND_UP][0]
])  # fmt: skip
def test_a_notice_hangs_out_its_whole_days_and_every_objection_is_answered_first(kind, state, role):
    def after(findings, on=DAY):
        return attempt(kind, state, Action.HAND_UP, someone(role), findings=findings, on=on)

    evidence = frozenset(EvidenceKind)
    last = rules.notice_until(state, DAY, SETTINGS)
    assert last - DAY == dt.timedelta(days=7 if state is State.VILLAGE_NOTICE else 5)
    assert after(Findings(evidence, notice_to=last), on=last) == "notice_stands"
    assert isinstance(after(Findings(evidence, notice_to=last), on=last + dt.timedelta(days=1)), State)
    assert after(Findings(evidence, notice_to=None)) == "notice_stands"
    assert after(Findings(evidence, notice_to=DAY, open_objections=1), on=DAY + dt.timedelta(days=1)) == "objections_open"
    assert after(Findings(evidence, notice_to=DAY, upheld_objections=1), on=DAY + dt.timedelta(days=1)) == "objection_upheld"


def test_where_income_vote_and_visit_disagree_somebody_says_how_to_take_it():
    def conclude(**said):
        findings = Findings(frozenset(EvidenceKind) - {EvidenceKind.RESOLUTION}, **said)
        return attempt(ProcedureKind.IDENTIFY, State.REVIEWING, Action.CONCLUDE, someone("village_official"), findings=findings)

    poor, well = Opinion.POOR, Opinion.NOT_POOR
    line = {"line_fen": 295200}
    assert conclude(survey_head_fen=239299, assembly=poor, **line) is State.VILLAGE_NOTICE
    assert conclude(survey_head_fen=239299, assembly=well, **line) == "resolution_needed"
    assert conclude(survey_head_fen=295200, assembly=poor, **line) == "resolution_needed"  # at the line is not below it
    assert conclude(survey_head_fen=239299, assembly=poor, home_check=well, **line) == "resolution_needed"
    assert conclude(survey_head_fen=239299, assembly=well) is State.VILLAGE_NOTICE  # without a line the survey says nothing


def test_three_people_of_the_township_check_an_exit_each_once():
    def approve(steps, user_id=9):
        return attempt(ProcedureKind.EXIT, State.TOWNSHIP, Action.APPROVE, someone("township_official", user_id), steps=steps)

    def counter(user):
        return Signed(Action.COUNTERSIGN, Level.TOWNSHIP, user, State.TOWNSHIP)

    arrived = Signed(Action.HAND_UP, Level.VILLAGE, 4, State.VILLAGE_NOTICE)
    assert approve([arrived]) == approve([arrived, counter(1)]) == "check_incomplete"
    assert approve([arrived, counter(1), counter(2)]) is State.COUNTY
    assert approve([arrived, counter(1), counter(2)], user_id=2) == "signed_here"
    # sent back from the county, it is checked anew
    sent_back = Signed(Action.SEND_BACK, Level.COUNTY, 7, State.COUNTY)
    assert approve([arrived, counter(1), counter(2), sent_back]) == "check_incomplete"
    again = attempt(
        ProcedureKind.EXIT, State.TOWNSHIP, Action.COUNTERSIGN, someone("township_official", 1), steps=[arrived, counter(1)]
    )
    assert again == "signed_here"


@pytest.mark.parametrize(("rejected_by", "may"), [
    (Level.VILLAGE, {"township_official", "county_official"}), (Level.TOWNSHIP, {"county_official"}),
    (Level.COUNTY, {"county_official"}),
])  # fmt: skip
def test_an_appeal_is_decided_above_who_rejected_and_by_nobody_who_signed(rejected_by, may):
    steps = [Signed(Action.REJECT, rejected_by, 5, State.REVIEWING), Signed(Action.APPEAL, Level.HOUSEHOLD, 6, State.REJECTED)]
    for role, action in itertools.product(("township_official", "county_official"), (Action.UPHOLD, Action.DISMISS)):
        found = attempt(ProcedureKind.IDENTIFY, State.APPEALED, action, someone(role), steps=steps)
        assert (found == "not_your_step") == (role not in may)
        if role in may:
            found = attempt(ProcedureKind.IDENTIFY, State.APPEALED, action, someone(role, 5), steps=steps)
            assert found == "signed_elsewhere"


def test_days_run_as_the_county_settled_them():
    assert rules.due_on(State.DONE, DAY, SETTINGS) is None
    assert all(rules.due_on(state, DAY, SETTINGS) > DAY for state in State if state not in CLOSED)
    assert rules.may_still_appeal(DAY, SETTINGS, DAY + dt.timedelta(days=15))
    assert not rules.may_still_appeal(DAY, SETTINGS, DAY + dt.timedelta(days=16))
    later = Settings(id=3, from_on=dt.date(2022, 1, 1), is_identification_open=False)
    versions = [*DEFAULT_SETTINGS, later]
    assert rules.settings_on(versions, dt.date(2020, 12, 31)).is_reentry_open
    assert not rules.settings_on(versions, dt.date(2021, 1, 1)).is_reentry_open
    assert rules.settings_on(versions, dt.date(2026, 1, 1)) == later
    frozen = [(dt.date(2026, 11, 1), dt.date(2026, 11, 30))]
    assert rules.is_frozen(frozen, dt.date(2026, 11, 30)) == dt.date(2026, 11, 30)
    assert rules.is_frozen(frozen, dt.date(2026, 12, 1)) is None


def test_what_a_page_offers_is_what_may_be_signed():
    for kind, table in rules.MOVES.items():
        for state, role in itertools.product(table, ROLES):
            steps = checked_by_two(state)
            offered = set(rules.actions_for(kind, state, someone(role), steps))
            allowed = {action for action in Action if isinstance(attempt(kind, state, action, someone(role), steps=steps), State)}
            assert offered == allowed, (kind, state, role)
