"""Which measures a household is recommended, and why: a rule table applied to plain facts, pure.

Each rule looks at one fact; where it holds it adds its points to one measure. A fact that is not on record holds nothing: neither
"at least" nor "at most" is true of what nobody knows. A score below the version's least is no recommendation.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from marketplace.assistance.register.values import Cause, Health, LabourCapacity, Schooling, StudentStatus
from marketplace.assistance.values.codes import Guarantee, MeasureKind
from marketplace.assistance.values.help import (
    SKILLS,
    Capacity,
    Change,
    Condition,
    HouseholdFacts,
    MeasureRule,
    Reason,
    ReasonWords,
    Recommendation,
    Unit,
)

#: A rule's points either way; 0 would say nothing.
MOST_POINTS: Final = 100
#: No score of a table of that many rules says anything to anybody any more.
MOST_RULES: Final = 200
#: Whoever is younger is no hand yet, whatever their schooling.
ADULT: Final = 16
_ABLE = frozenset({LabourCapacity.ORDINARY.code, LabourCapacity.SKILLED.code})
_WEAK = frozenset({LabourCapacity.WEAK.code})
_ILL = frozenset({Health.CHRONIC.code, Health.SERIOUS.code})
_NOT_AT_SCHOOL = frozenset({None, StudentStatus.NONE.code, StudentStatus.KINDERGARTEN.code})
#: From the least to the most.
_SCHOOLING = tuple(step.code for step in Schooling)

Find = Callable[[HouseholdFacts], int | None]
Words = Callable[[HouseholdFacts], Collection[str]]


def _with_labour(codes: frozenset[str]) -> Find:
    def find(facts: HouseholdFacts) -> int | None:
        known = [person.labour for person in facts.people if person.labour]
        return sum(labour in codes for labour in known) if known else None

    return find


def _youngest_worker(facts: HouseholdFacts) -> int | None:
    return min((person.age for person in facts.people if person.labour in _ABLE and person.age >= ADULT), default=None)


def _youngest(facts: HouseholdFacts) -> int | None:
    return min((person.age for person in facts.people), default=None)


def _with_health(codes: frozenset[str]) -> Find:
    def find(facts: HouseholdFacts) -> int | None:
        known = [set(person.health) for person in facts.people if person.health]
        return sum(bool(health & codes) for health in known) if known else None

    return find


def _students(facts: HouseholdFacts) -> int | None:
    return sum(person.student not in _NOT_AT_SCHOOL for person in facts.people) if facts.people else None


def _best_schooling(facts: HouseholdFacts) -> int | None:
    """Return the place of the best schooling of the grown-ups who have left school."""
    steps = [
        _SCHOOLING.index(person.schooling)
        for person in facts.people
        if person.age >= ADULT and person.student in _NOT_AT_SCHOOL and person.schooling in _SCHOOLING
    ]
    return max(steps, default=None)


def _amount(capacity: Capacity) -> Find:
    return lambda facts: facts.amounts.get(capacity)


@dataclass(frozen=True)
class Compared:
    """A condition on a number: at least, or at most, so much."""

    find: Find
    is_least: bool
    unit: Unit
    reasons: tuple[ReasonWords, ...]
    most: int = 200


@dataclass(frozen=True)
class Sought:
    """A condition on a word of a list."""

    find: Words
    words: tuple[str, ...]
    unit: Unit
    reasons: tuple[ReasonWords, ...]


def _least(find: Find, *reasons: ReasonWords, unit: Unit = Unit.NUMBER, most: int = 200) -> Compared:
    return Compared(find, is_least=True, unit=unit, reasons=reasons, most=most)


def _most(find: Find, *reasons: ReasonWords, unit: Unit = Unit.NUMBER, most: int = 200) -> Compared:
    return Compared(find, is_least=False, unit=unit, reasons=reasons, most=most)


#: Tenths of a mu that a household of the county can have.
_MOST_LAND = 10_000
_WORKERS = _with_labour(_ABLE)

CONDITIONS: Mapping[Condition, Compared | Sought] = MappingProxyType(
    {
        Condition.CAUSE: Sought(
            lambda facts: facts.causes, tuple(cause.code for cause in Cause), Unit.CAUSE, (ReasonWords.CAUSE,)
        ),
        Condition.WISH: Sought(lambda facts: facts.wishes, tuple(MeasureKind), Unit.MEASURE, (ReasonWords.WISH,)),
        Condition.SKILL: Sought(lambda facts: facts.skills, tuple(SKILLS), Unit.CAPACITY, (ReasonWords.SKILL,)),
        Condition.UNMET: Sought(lambda facts: facts.unmet, tuple(Guarantee), Unit.GUARANTEE, (ReasonWords.UNMET,)),
        Condition.WORKERS_LEAST: _least(_WORKERS, ReasonWords.HANDS),
        Condition.WORKERS_MOST: _most(_WORKERS, ReasonWords.NO_HANDS, ReasonWords.FEW_HANDS),
        Condition.PART_WORKERS_LEAST: _least(_with_labour(_WEAK), ReasonWords.LIGHT_WORK),
        Condition.YOUNGEST_WORKER_MOST: _most(_youngest_worker, ReasonWords.YOUNG),
        Condition.YOUNGEST_LEAST: _least(_youngest, ReasonWords.OLD),
        Condition.ILL_LEAST: _least(_with_health(_ILL), ReasonWords.ILL),
        Condition.DISABLED_LEAST: _least(_with_health(frozenset({Health.DISABLED.code})), ReasonWords.DISABLED),
        Condition.STUDENTS_LEAST: _least(_students, ReasonWords.STUDENTS),
        Condition.SCHOOLING_LEAST: _least(_best_schooling, ReasonWords.SCHOOLED, unit=Unit.SCHOOLING, most=len(_SCHOOLING) - 1),
        Condition.SCHOOLING_MOST: _most(
            _best_schooling, ReasonWords.LITTLE_SCHOOLING, unit=Unit.SCHOOLING, most=len(_SCHOOLING) - 1
        ),
        Condition.FARMLAND_LEAST: _least(_amount(Capacity.FARMLAND), ReasonWords.FARMLAND, unit=Unit.MU, most=_MOST_LAND),
        Condition.FARMLAND_MOST: _most(_amount(Capacity.FARMLAND), ReasonWords.LITTLE_FARMLAND, unit=Unit.MU, most=_MOST_LAND),
        Condition.WOODLAND_LEAST: _least(_amount(Capacity.WOODLAND), ReasonWords.WOODLAND, unit=Unit.MU, most=_MOST_LAND),
        Condition.POND_LEAST: _least(_amount(Capacity.POND), ReasonWords.POND, unit=Unit.MU, most=_MOST_LAND),
        Condition.ROOMS_LEAST: _least(_amount(Capacity.ROOMS), ReasonWords.ROOMS),
        Condition.CROPS_LEAST: _least(lambda facts: facts.crops, ReasonWords.CROPS),
        Condition.BROADBAND_LEAST: _least(
            lambda facts: facts.broadband_percent, ReasonWords.BROADBAND, unit=Unit.PERCENT, most=100
        ),
        Condition.BROADBAND_MOST: _most(
            lambda facts: facts.broadband_percent, ReasonWords.LITTLE_BROADBAND, unit=Unit.PERCENT, most=100
        ),
    }
)


def is_sound(rule: MeasureRule) -> bool:
    """Say whether a rule means anything: its condition has what it compares or looks for, its points count, its words fit."""
    if not 0 < abs(rule.points) <= MOST_POINTS:
        return False
    condition = CONDITIONS[rule.condition]
    if rule.reason not in condition.reasons:
        return False
    if isinstance(condition, Sought):
        return rule.number is None and rule.word in condition.words
    return rule.word is None and rule.number is not None and 0 <= rule.number <= condition.most


def found_by(rule: MeasureRule, facts: HouseholdFacts) -> int | str | None:
    """Return what a rule finds in the facts, or None where it does not hold."""
    condition = CONDITIONS[rule.condition]
    if isinstance(condition, Sought):
        return rule.word if rule.word in condition.find(facts) else None
    found = condition.find(facts)
    if found is None or rule.number is None:
        return None
    holds = found >= rule.number if condition.is_least else found <= rule.number
    return found if holds else None


def scores(facts: HouseholdFacts, rules: Iterable[MeasureRule]) -> tuple[Recommendation, ...]:
    """Return every measure of which a rule held, with its score and reasons, the highest first.

    Rules that found the same in the same words, such as two amounts of land passed at once, are one reason.
    """
    points: dict[MeasureKind, dict[tuple[ReasonWords, Unit, int | str], int]] = {}
    for rule in rules:
        found = found_by(rule, facts)
        if found is not None:
            said = (rule.reason, CONDITIONS[rule.condition].unit, found)
            of_measure = points.setdefault(rule.measure, {})
            of_measure[said] = of_measure.get(said, 0) + rule.points
    order = list(MeasureKind)
    found_all = []
    for measure, said_of_it in points.items():
        reasons = [Reason(*said, points=worth) for said, worth in said_of_it.items()]
        reasons.sort(key=lambda one: -one.points)
        found_all.append(Recommendation(measure, sum(one.points for one in reasons), tuple(reasons)))
    return tuple(sorted(found_all, key=lambda one: (-one.score, order.index(one.measure))))


def recommendations(facts: HouseholdFacts, rules: Iterable[MeasureRule], least_points: int) -> tuple[Recommendation, ...]:
    """Return the measures that score enough, the highest first."""
    return tuple(one for one in scores(facts, rules) if one.score >= least_points)


def rules_that_differ(
    before: Sequence[MeasureRule], after: Sequence[MeasureRule]
) -> tuple[tuple[MeasureRule, ...], tuple[MeasureRule, ...]]:
    """Return the rules of two tables for the measures of which they do not say the same: of the others nothing can change."""
    touched = {rule.measure for rule in before if rule not in after} | {rule.measure for rule in after if rule not in before}
    return tuple(rule for rule in before if rule.measure in touched), tuple(rule for rule in after if rule.measure in touched)


def change_for(
    household_id: int, facts: HouseholdFacts, before: tuple[Sequence[MeasureRule], int], after: tuple[Sequence[MeasureRule], int]
) -> Change | None:
    """Return what another table (its rules and least points) would change for a household; None where nothing."""
    then = [one.measure for one in recommendations(facts, *before)]
    now = [one.measure for one in recommendations(facts, *after)]
    gains = tuple(kind for kind in now if kind not in then)
    loses = tuple(kind for kind in then if kind not in now)
    return Change(household_id, gains, loses) if gains or loses else None
