"""The rules that recommend measures, on plain facts: each condition, the table the house comes with, scores and changes."""

from dataclasses import replace

import pytest

from marketplace.assistance import labels
from marketplace.assistance.register.values import Cause, Schooling
from marketplace.assistance.rules import change_for, is_sound, recommendations, rules_that_differ, scores
from marketplace.assistance.rules.help import CONDITIONS, MOST_POINTS, Sought, found_by
from marketplace.assistance.services import first_measure_rules
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.help import (
    Capacity,
    Condition,
    HouseholdFacts,
    MeasureRule,
    PersonFacts,
    ReasonWords,
    Unit,
)

NOTHING = HouseholdFacts()


def people(*labour, **facts):
    """A household of grown-ups with these capacities for work."""
    return HouseholdFacts(people=tuple(PersonFacts(40, labour=one, **facts) for one in labour))


def holding(**amounts):
    return HouseholdFacts(amounts=amounts)


def rule(condition, *, number=None, word=None, points=10, measure=MeasureKind.AGRICULTURE, reason=None):
    return MeasureRule(measure, condition, points, reason or CONDITIONS[condition].reasons[0], number, word)


#: condition -> (number compared with, facts that are just enough and what is found, facts that are just not)
COMPARED = {
    Condition.WORKERS_LEAST: (2, people("ordinary", "skilled", "weak"), 2, people("ordinary", "weak", "lost")),
    Condition.WORKERS_MOST: (0, people("weak", "none"), 0, people("ordinary", "none")),
    Condition.PART_WORKERS_LEAST: (1, people("weak"), 1, people("ordinary", "lost")),
    Condition.YOUNGEST_WORKER_MOST: (40, people("ordinary"), 40, HouseholdFacts(people=(PersonFacts(41, labour="skilled"),))),
    Condition.YOUNGEST_LEAST: (40, people(None), 40, HouseholdFacts(people=(PersonFacts(70), PersonFacts(39)))),
    Condition.ILL_LEAST: (2, people(None, None, health=("chronic",)), 2, people(None, health=("serious", "chronic"))),
    Condition.DISABLED_LEAST: (1, people(None, health=("chronic", "disabled")), 1, people(None, health=("serious",))),
    Condition.STUDENTS_LEAST: (1, people(None, student="primary"), 1, people(None, None, student="kindergarten")),
    Condition.SCHOOLING_LEAST: (3, people(None, schooling="lower_secondary"), 3, people(None, schooling="primary")),
    Condition.SCHOOLING_MOST: (2, people(None, schooling="primary"), 2, people(None, schooling="lower_secondary")),
    Condition.FARMLAND_LEAST: (10, holding(farmland=10), 10, holding(farmland=9)),
    Condition.FARMLAND_MOST: (3, holding(farmland=0), 0, holding(farmland=4)),
    Condition.WOODLAND_LEAST: (10, holding(woodland=11), 11, holding(farmland=50)),
    Condition.POND_LEAST: (5, holding(pond=5), 5, holding(pond=4)),
    Condition.ROOMS_LEAST: (1, holding(rooms=2), 2, holding(rooms=0)),
    Condition.CROPS_LEAST: (1, HouseholdFacts(crops=1), 1, NOTHING),
    Condition.BROADBAND_LEAST: (50, HouseholdFacts(broadband_percent=50), 50, HouseholdFacts(broadband_percent=49)),
    Condition.BROADBAND_MOST: (20, HouseholdFacts(broadband_percent=0), 0, HouseholdFacts(broadband_percent=21)),
}
#: condition -> (a word, facts that hold it, facts that hold another)
SOUGHT = {
    Condition.CAUSE: ("skills", HouseholdFacts(causes=frozenset({"skills"})), HouseholdFacts(causes=frozenset({"illness"}))),
    Condition.WISH: ("tourism", HouseholdFacts(wishes=frozenset({"tourism"})), HouseholdFacts(wishes=frozenset({"culture"}))),
    Condition.SKILL: ("tea", HouseholdFacts(skills=frozenset({"tea"})), HouseholdFacts(skills=frozenset({"bees"}))),
    Condition.UNMET: ("water", HouseholdFacts(unmet=frozenset({"water"})), HouseholdFacts(unmet=frozenset({"housing"}))),
}


def test_every_condition_is_tried_here():
    assert {*COMPARED, *SOUGHT} == set(Condition) == set(CONDITIONS)


@pytest.mark.parametrize("condition", COMPARED)
def test_a_number_just_enough_holds_and_one_beyond_does_not(condition):
    number, enough, found, too_few = COMPARED[condition]
    assert found_by(rule(condition, number=number), enough) == found
    assert found_by(rule(condition, number=number), too_few) is None


@pytest.mark.parametrize("condition", SOUGHT)
def test_a_word_is_found_or_not(condition):
    word, with_it, with_another = SOUGHT[condition]
    assert found_by(rule(condition, word=word), with_it) == word
    assert found_by(rule(condition, word=word), with_another) is None


@pytest.mark.parametrize("condition", sorted(set(COMPARED) - {Condition.CROPS_LEAST}))
@pytest.mark.parametrize("number", [0, 100])
def test_what_is_not_on_record_is_neither_at_least_nor_at_most(condition, number):
    nobody_asked = people(None, None)
    facts = NOTHING if condition is Condition.YOUNGEST_LEAST or condition is Condition.STUDENTS_LEAST else nobody_asked
    assert found_by(rule(condition, number=number), facts) is None


def test_children_and_pupils_are_no_grown_ups_of_little_schooling():
    child = PersonFacts(10, schooling="primary", student="primary")
    pupil = PersonFacts(17, schooling="lower_secondary", student="upper_secondary")
    assert found_by(rule(Condition.SCHOOLING_LEAST, number=0), HouseholdFacts(people=(child, pupil))) is None
    assert found_by(rule(Condition.YOUNGEST_WORKER_MOST, number=99), people("weak")) is None
    assert found_by(rule(Condition.YOUNGEST_WORKER_MOST, number=99), HouseholdFacts((PersonFacts(15, "ordinary"),))) is None


@pytest.mark.parametrize(
    "broken",
    [
        rule(Condition.CAUSE, word="bad luck"),
        rule(Condition.CAUSE, word=None),
        rule(Condition.CAUSE, word="skills", number=1),
        rule(Condition.ROOMS_LEAST, number=None),
        rule(Condition.ROOMS_LEAST, number=-1),
        rule(Condition.BROADBAND_LEAST, number=101),
        rule(Condition.SCHOOLING_MOST, number=len(Schooling)),
        rule(Condition.ROOMS_LEAST, number=1, word="tea"),
        rule(Condition.ROOMS_LEAST, number=1, points=0),
        rule(Condition.ROOMS_LEAST, number=1, points=MOST_POINTS + 1),
        rule(Condition.ROOMS_LEAST, number=1, points=-MOST_POINTS - 1),
        rule(Condition.ROOMS_LEAST, number=1, reason=ReasonWords.ILL),
    ],
)
def test_a_rule_that_means_nothing_is_not_sound(broken):
    assert not is_sound(broken)
    assert is_sound(rule(Condition.ROOMS_LEAST, number=1, points=-MOST_POINTS))


def test_the_first_table_is_sound_says_nothing_twice_and_can_recommend_every_measure():
    table = first_measure_rules()
    assert [one for one in table if not is_sound(one)] == []
    assert len({(one.measure, one.condition, one.number, one.word) for one in table}) == len(table)
    for measure in MeasureKind:
        assert sum(one.points for one in table if one.measure is measure and one.points > 0) >= 40, measure


def test_every_word_of_the_rules_can_be_said():
    assert set(labels.CONDITION) == set(Condition)
    assert set(labels.REASON) == set(ReasonWords)
    assert set(labels.CAPACITY) == set(Capacity)
    assert {one for of in CONDITIONS.values() for one in of.reasons} == set(ReasonWords)
    assert {of.unit for of in CONDITIONS.values() if isinstance(of, Sought)} == {
        Unit.CAUSE, Unit.MEASURE, Unit.CAPACITY, Unit.GUARANTEE,
    }  # fmt: skip
    assert all("%(found)s" in words for words in labels.REASON.values())


def test_nobody_is_recommended_anything_of_whom_nothing_is_known():
    assert scores(NOTHING, first_measure_rules()) == ()


FARMERS = replace(
    people("ordinary", "ordinary", schooling="primary"), amounts={"farmland": 35}, crops=2, skills=frozenset({"growing"})
)
#: Typical households, and what the first table says to them first.
TYPICAL = {
    "two strong farmers with land": (FARMERS, MeasureKind.AGRICULTURE),
    "no skill, young": (replace(people("ordinary"), causes=frozenset({"skills"})), MeasureKind.TRAINING),
    "rooms and a cook": (
        replace(people("ordinary"), amounts={"rooms": 2}, skills=frozenset({"cooking", "guiding"})), MeasureKind.TOURISM,
    ),
    "a weaver": (replace(people("weak"), skills=frozenset({"weaving"}), wishes=frozenset({"culture"})), MeasureKind.CULTURE),
    "a phone and things to sell": (
        replace(people("skilled"), skills=frozenset({"selling"}), crops=1, broadband_percent=80), MeasureKind.ECOMMERCE,
    ),
    "ill": (replace(people("lost", health=("serious",)), causes=frozenset({"illness"})), MeasureKind.HEALTH),
    "children at school": (
        replace(people(None, None, student="primary"), causes=frozenset({"schooling"})), MeasureKind.EDUCATION,
    ),
    "old and alone": (
        HouseholdFacts(people=(PersonFacts(75, "none"),), causes=frozenset({"labour"})), MeasureKind.SOLAR,
    ),
    "a house in danger": (
        HouseholdFacts(unmet=frozenset({"housing"}), causes=frozenset({"disaster"})), MeasureKind.RELOCATION,
    ),
    "no water": (HouseholdFacts(unmet=frozenset({"water"})), MeasureKind.INFRASTRUCTURE),
    "no money": (replace(people("ordinary"), causes=frozenset({"capital"})), MeasureKind.MICROCREDIT),
}  # fmt: skip


@pytest.mark.parametrize("who", TYPICAL)
def test_typical_households_are_recommended_what_one_expects_first(who):
    facts, expected = TYPICAL[who]
    found = recommendations(facts, first_measure_rules(), 40)
    assert found[0].measure is expected, found
    assert found[0].score == sum(reason.points for reason in found[0].reasons)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_where_nobody_can_work_the_fields_are_not_recommended():
    idle = replace(FARMERS, people=(PersonFacts(70, "lost"), PersonFacts(68, "none")))
    before, after = (
        {one.measure: one for one in scores(facts, first_measure_rules())}[MeasureKind.AGRICULTURE] for facts in (FARMERS, idle)
    )
    assert before.score - after.score == 60, "twenty for hands that are missing, forty because none is there"
    assert after.reasons[-1].words is ReasonWords.NO_HANDS


def test_the_least_points_are_enough_and_one_less_is_not():
    table = [rule(Condition.CAUSE, word=Cause.CAPITAL.code, points=40)]
    facts = HouseholdFacts(causes=frozenset({"capital"}))
    assert [one.measure for one in recommendations(facts, table, 40)] == [MeasureKind.AGRICULTURE]
    assert recommendations(facts, table, 41) == ()


def test_a_change_says_what_a_household_gains_and_loses():
    heavy, light = rule(Condition.CROPS_LEAST, number=1, points=50), rule(Condition.CROPS_LEAST, number=1, points=5)
    culture = rule(Condition.CROPS_LEAST, number=1, points=50, measure=MeasureKind.CULTURE)
    facts = HouseholdFacts(crops=1)
    found = change_for(7, facts, ([heavy], 40), ([light, culture], 40))
    assert (found.household_id, found.gains, found.loses) == (7, (MeasureKind.CULTURE,), (MeasureKind.AGRICULTURE,))
    assert change_for(7, facts, ([heavy], 40), ([heavy], 50)) is None
    assert change_for(7, NOTHING, ([heavy], 40), ([light], 40)) is None


def test_only_measures_of_which_two_tables_differ_are_reckoned_and_the_change_is_the_same():
    table = first_measure_rules()
    heavier = tuple(replace(one, points=40) if one.condition is Condition.ROOMS_LEAST else one for one in table)
    then, now = rules_that_differ(table, heavier)
    assert {one.measure for one in (*then, *now)} == {MeasureKind.TOURISM}
    assert rules_that_differ(table, table) == ((), ())
    assert {one.measure for one in rules_that_differ(table, table[:-1])[0]} == {table[-1].measure}
    for facts, _expected in TYPICAL.values():
        rooms = replace(facts, amounts={**facts.amounts, "rooms": 1})
        assert change_for(1, rooms, (then, 40), (now, 40)) == change_for(1, rooms, (table, 40), (heavier, 40))
