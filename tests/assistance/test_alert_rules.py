"""The alert rules, asked about facts alone: where each begins, where it says nothing, and where it cannot tell."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from marketplace.accounts.values import Role
from marketplace.assistance.rules import alerts as rules
from marketplace.assistance.rules.deciding import ACTORS, TRANSITIONS, may_take, open_steps, target
from marketplace.assistance.values import Guarantee, Status
from marketplace.assistance.values.alerts import (
    LEVELS,
    AlertAction,
    AlertRule,
    AlertState,
    Facts,
    Finding,
    Lack,
    Level,
    Range,
    RuleVersion,
    SpendingKind,
    Unknown,
    UnmetGuarantee,
)
from marketplace.assistance.values.plans import VisitReason

TODAY = dt.date(2026, 9, 15)
#: Three people who declared ¥18,000 and had ¥3,000 through the platform: ¥7,000 a head.
HOME = Facts(
    household_id=1, village_code="360321101005", today=TODAY, members=3, status=Status.REGISTERED, year=2025,
    declared_fen=1_800_000, transfer_fen=600_000, categories_fen=1_000_000, platform_fen=300_000,
    range=Range(2025, 700_000, "示例", is_example=True), month="2026-08", recent_fen=70_000, before_fen=100_000,
    last_visit_on=dt.date(2026, 8, 1), since_on=dt.date(2020, 1, 1),
)  # fmt: skip


def version(rule, *, is_on=True, **changed):
    return RuleVersion(1, rule, 1, {**rules.defaults(rule), **changed}, TODAY, is_on)


def judged(rule, facts, **changed):
    return rules.judge(facts, version(rule, **changed))


#: rule -> (changes of facts, changes of parameters) that it finds; and, a fen, a day or a percent away, that it does not.
EDGES = {
    AlertRule.LOW_INCOME: [
        ({"declared_fen": 1_799_999}, {}, {"declared_fen": 1_800_000}, {}),
        ({}, {"percent_of_range": 101}, {}, {"percent_of_range": 100}),
        ({"members": 4}, {}, {"members": 3}, {}),
        ({"declared_fen": -500_000}, {}, {"declared_fen": 2_000_000}, {}),
    ],
    AlertRule.RIGID_SPENDING: [
        ({"spending_fen": {2026: {SpendingKind.MEDICAL: 720_000}}}, {},
         {"spending_fen": {2026: {SpendingKind.MEDICAL: 719_999}}}, {}),
        ({"spending_fen": {2025: {SpendingKind.DISASTER: 700_000, SpendingKind.SCHOOLING: 20_000}}}, {},
         {"spending_fen": {2024: {SpendingKind.DISASTER: 9_000_000}}}, {}),
        ({"declared_fen": None, "spending_fen": {2026: {SpendingKind.MEDICAL: 2_000_000}}}, {},
         {"declared_fen": None, "spending_fen": {2026: {SpendingKind.MEDICAL: 1_999_999}}}, {}),
        ({"declared_fen": -1, "spending_fen": {2026: {SpendingKind.MEDICAL: 1}}}, {}, {"declared_fen": -1}, {}),
    ],
    AlertRule.PLATFORM_FALL: [
        ({}, {}, {"recent_fen": 70_001}, {}),
        ({"recent_fen": -1}, {"percent": 100}, {"recent_fen": 1}, {"percent": 100}),
        ({"before_fen": 50_000, "recent_fen": 0}, {}, {"before_fen": 49_999, "recent_fen": 0}, {}),
        ({}, {"percent": 30}, {"before_fen": -5, "recent_fen": -50}, {"least_fen": 0}),
    ],
    AlertRule.GUARANTEE_UNMET: [({"unmet": (UnmetGuarantee(Guarantee.WATER, TODAY),)}, {}, {}, {})],
    AlertRule.PLATFORM_SHARE: [
        ({"declared_fen": 299_999}, {}, {"declared_fen": 300_000}, {}),
        ({"declared_fen": 0}, {"percent": 99}, {"declared_fen": 0, "platform_fen": 0}, {"percent": 1}),
    ],
    AlertRule.TRANSFER_SHARE: [({"transfer_fen": 600_001}, {}, {}, {})],
    AlertRule.NO_VISIT: [
        ({"last_visit_on": TODAY - dt.timedelta(days=105)}, {}, {"last_visit_on": TODAY - dt.timedelta(days=104)}, {}),
        ({"last_visit_on": None}, {}, {"last_visit_on": None, "since_on": TODAY}, {}),
        ({"level": Level.CONCERN}, {}, {"level": Level.CONCERN, "last_visit_on": dt.date(2026, 8, 2)}, {}),
        ({"status": Status.MONITORED, "last_visit_on": None}, {}, {"status": Status.NONE, "last_visit_on": None}, {}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("rule", AlertRule)
def test_each_rule_begins_exactly_where_its_parameters_say(rule):
    for found, with_, clear, without in EDGES[rule]:
        finding = judged(rule, replace(HOME, **found), **with_)
        assert isinstance(finding, Finding), (found, with_)
        assert finding.rule is rule
        assert 0 < len(finding.period) <= 10
        assert judged(rule, replace(HOME, **clear), **without) is None, (clear, without)


@pytest.mark.parametrize(
    ("rule", "missing", "lack"),
    [
        (AlertRule.LOW_INCOME, {"members": 0}, Lack.NOBODY),
        (AlertRule.LOW_INCOME, {"declared_fen": None}, Lack.NO_INCOME),
        (AlertRule.LOW_INCOME, {"range": None}, Lack.NO_RANGE),
        (AlertRule.PLATFORM_FALL, {"before_fen": None}, Lack.NO_MONTHS),
        (AlertRule.PLATFORM_FALL, {"recent_fen": None}, Lack.NO_MONTHS),
        (AlertRule.PLATFORM_SHARE, {"declared_fen": None}, Lack.NO_INCOME),
        (AlertRule.TRANSFER_SHARE, {"categories_fen": None}, Lack.NO_CATEGORIES),
    ],
)
def test_what_is_not_on_record_is_unknown_and_never_taken_for_nothing(rule, missing, lack):
    assert judged(rule, replace(HOME, **missing)) == Unknown(lack)


@pytest.mark.parametrize("rule", AlertRule)
def test_a_rule_that_is_switched_off_says_nothing_of_anybody(rule):
    found, with_, *_ = EDGES[rule][0]
    off = version(rule, is_on=False, **with_)
    assert rules.judge(replace(HOME, **found), off) == Unknown(Lack.RULE_OFF)


def test_the_income_finding_carries_both_parts_apart_and_what_it_was_held_against():
    finding = judged(AlertRule.LOW_INCOME, replace(HOME, declared_fen=1_500_000))
    assert finding.period == "2025"
    assert finding.figures == {
        "year": 2025, "per_head_fen": 600_000, "range_fen": 700_000, "percent": 100, "declared_fen": 1_500_000,
        "platform_fen": 300_000, "members": 3, "is_example": 1,
    }  # fmt: skip


def test_a_guarantee_is_warned_of_once_for_each_look_at_it():
    first = judged(AlertRule.GUARANTEE_UNMET, replace(HOME, unmet=(UnmetGuarantee(Guarantee.WATER, dt.date(2026, 5, 2)),)))
    again = judged(AlertRule.GUARANTEE_UNMET, replace(HOME, unmet=(UnmetGuarantee(Guarantee.WATER, dt.date(2026, 8, 2)),)))
    assert (first.period, again.period) == ("2026-05-02", "2026-08-02")


def test_a_household_is_visited_by_the_shorter_of_what_its_status_and_its_level_ask_for():
    table = rules.defaults(AlertRule.NO_VISIT)
    rhythms = {(status, level): rules.visit_rhythm(status, level, table) for status, level in itertools.product(Status, Level)}
    assert rhythms[Status.NONE, Level.WATCH] is None
    assert rhythms[Status.NONE, Level.URGENT] == (14, VisitReason.URGENT)
    assert rhythms[Status.EXITED, Level.STEADY] == (180, VisitReason.EXITED)
    assert rhythms[Status.EXITED, Level.CONCERN] == (30, VisitReason.CONCERN)
    assert rhythms[Status.REGISTERED, Level.URGENT] == (14, VisitReason.URGENT)


def test_months_are_whole_ones_and_their_twins_lie_a_year_before():
    assert rules.months_before(dt.date(2026, 2, 28), 3) == (("2025-11", "2025-12", "2026-01"), ("2024-11", "2024-12", "2025-01"))
    assert rules.months_before(dt.date(2026, 9, 1), 1) == (("2026-08",), ("2025-08",))


def test_the_level_is_the_highest_whose_points_are_reached():
    table = rules.defaults(LEVELS)
    levels = [rules.level_of(points, table) for points in range(7)]
    assert levels == [Level.STEADY, Level.WATCH, Level.WATCH, Level.CONCERN, Level.CONCERN, Level.URGENT, Level.URGENT]


def test_parameters_outside_their_bounds_missing_or_out_of_order_are_refused():
    for rule, spec in rules.PARAMETERS.items():
        good = rules.defaults(rule)
        assert rules.are_in_bounds(rule, good)
        for name, each in spec.items():
            assert not rules.are_in_bounds(rule, {**good, name: each.least - 1})
            assert not rules.are_in_bounds(rule, {**good, name: each.most + 1})
            assert not rules.are_in_bounds(rule, {key: value for key, value in good.items() if key != name})
    assert not rules.are_in_bounds(LEVELS, {**rules.defaults(LEVELS), "from_watch": 3})


def test_what_if_finds_who_would_cross_and_nobody_who_has_crossed_already_or_of_whom_nobody_can_tell():
    income = version(AlertRule.LOW_INCOME)
    assert rules.would_cross(HOME, 10, income).figures["platform_fen"] == 270_000
    assert rules.would_cross(replace(HOME, declared_fen=1_830_000), 10, income) is None
    assert rules.would_cross(replace(HOME, declared_fen=1_830_000), 11, income) is not None
    assert rules.would_cross(replace(HOME, declared_fen=1_000_000), 10, income) is None
    assert rules.would_cross(replace(HOME, range=None), 50, income) is None
    assert rules.would_cross(replace(HOME, declared_fen=2_150_000, platform_fen=-50_000), 50, income) is None


def test_every_state_step_and_role_is_allowed_or_refused_as_the_tables_say():
    """Exhaustive: 5 states x 4 steps x 11 roles against the table of the study's words, written out once more by hand."""
    ways = {
        ("to_check", "check"): ("checked", {"village_official", "task_force", "township_official"}),
        ("to_check", "dismiss"): ("dismissed", {"task_force", "township_official"}),
        ("checked", "help"): ("helping", {"village_official", "task_force", "township_official"}),
        ("checked", "dismiss"): ("dismissed", {"task_force", "township_official"}),
        ("helping", "clear"): ("cleared", {"task_force", "township_official"}),
    }
    for state, action, role in itertools.product(AlertState, AlertAction, Role):
        to, roles = ways.get((str(state), str(action)), (None, set()))
        assert target(state, action) == to
        assert (target(state, action) is not None and may_take(action, {role})) is (str(role) in roles), (state, action, role)
        assert (action in open_steps(state, {role})) is (str(role) in roles)
    assert {state for state, _ in TRANSITIONS}.isdisjoint({AlertState.CLEARED, AlertState.DISMISSED})
    assert set(ACTORS) == set(AlertAction)
