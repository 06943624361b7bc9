"""What a household can do and wishes, and the rules by which measures are recommended to it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from marketplace.assistance.values.codes import MeasureKind


class Capacity(StrEnum):
    """What a household has or can do. Land is counted in tenths of a mu, rooms by number; a skill is there or not."""

    FARMLAND = "farmland"
    WOODLAND = "woodland"
    POND = "pond"
    ROOMS = "rooms"
    GROWING = "growing"
    TEA = "tea"
    FISHING = "fishing"
    BEES = "bees"
    LIVESTOCK = "livestock"
    WEAVING = "weaving"
    COOKING = "cooking"
    GUIDING = "guiding"
    PERFORMING = "performing"
    SELLING = "selling"
    DRIVING = "driving"
    BUILDING = "building"


#: Counted in tenths of a mu (a fifteenth of a hectare).
LAND: Final = (Capacity.FARMLAND, Capacity.WOODLAND, Capacity.POND)
AMOUNTS: Final = (*LAND, Capacity.ROOMS)
SKILLS: Final = tuple(capacity for capacity in Capacity if capacity not in AMOUNTS)


class Condition(StrEnum):
    """What a rule looks at. Those that end in `least` or `most` compare a number, the others look for a word."""

    CAUSE = "cause"
    WISH = "wish"
    SKILL = "skill"
    UNMET = "unmet"
    WORKERS_LEAST = "workers_least"
    WORKERS_MOST = "workers_most"
    PART_WORKERS_LEAST = "part_workers_least"
    YOUNGEST_WORKER_MOST = "youngest_worker_most"
    YOUNGEST_LEAST = "youngest_least"
    ILL_LEAST = "ill_least"
    DISABLED_LEAST = "disabled_least"
    STUDENTS_LEAST = "students_least"
    SCHOOLING_LEAST = "schooling_least"
    SCHOOLING_MOST = "schooling_most"
    FARMLAND_LEAST = "farmland_least"
    FARMLAND_MOST = "farmland_most"
    WOODLAND_LEAST = "woodland_least"
    POND_LEAST = "pond_least"
    ROOMS_LEAST = "rooms_least"
    CROPS_LEAST = "crops_least"
    BROADBAND_LEAST = "broadband_least"
    BROADBAND_MOST = "broadband_most"


class Unit(StrEnum):
    """How what was found is written."""

    NUMBER = "number"
    MU = "mu"
    PERCENT = "percent"
    CAUSE = "cause"
    MEASURE = "measure"
    CAPACITY = "capacity"
    GUARANTEE = "guarantee"
    SCHOOLING = "schooling"


class ReasonWords(StrEnum):
    """The sentence in which a rule gives its reason."""

    CAUSE = "cause"
    WISH = "wish"
    SKILL = "skill"
    UNMET = "unmet"
    HANDS = "hands"
    NO_HANDS = "no_hands"
    FEW_HANDS = "few_hands"
    LIGHT_WORK = "light_work"
    YOUNG = "young"
    OLD = "old"
    ILL = "ill"
    DISABLED = "disabled"
    STUDENTS = "students"
    SCHOOLED = "schooled"
    LITTLE_SCHOOLING = "little_schooling"
    FARMLAND = "farmland"
    LITTLE_FARMLAND = "little_farmland"
    WOODLAND = "woodland"
    POND = "pond"
    ROOMS = "rooms"
    CROPS = "crops"
    BROADBAND = "broadband"
    LITTLE_BROADBAND = "little_broadband"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person as the rules see them. None and () mean unknown."""

    age: int
    labour: str | None = None
    schooling: str | None = None
    student: str | None = None
    health: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """One household as the rules see it on a day. What is not on record is missing, never nought."""

    people: tuple[PersonFacts, ...] = ()
    causes: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    #: Land in tenths of a mu, rooms by number.
    amounts: Mapping[str, int] = field(default_factory=dict, hash=False)
    #: Guarantees whose latest check was not met.
    unmet: frozenset[str] = frozenset()
    #: Things it grows or makes.
    crops: int = 0
    #: Share of the village's households that broadband reaches.
    broadband_percent: int | None = None


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """One row of the table: where the condition holds, the measure has so many points more, or fewer."""

    measure: MeasureKind
    condition: Condition
    points: int
    reason: ReasonWords
    #: What is compared with, where the condition compares; what is looked for, where it looks for a word.
    number: int | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that held, with what it found."""

    words: ReasonWords
    unit: Unit
    found: int | str
    points: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A measure with its score and every rule that held, the weightiest first."""

    measure: MeasureKind
    score: int
    reasons: tuple[Reason, ...]


class RuleSetState(StrEnum):
    """How far a version of the rule table has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A version of the rule table."""

    id: int
    number: int
    state: RuleSetState
    from_on: dt.date
    #: What scores less is not recommended.
    least_points: int
    #: Days after which a measure should have shown something.
    outcome_days: int
    note: str
    #: Nobody for the version that the house came with.
    proposed_by: int | None
    proposed_at: dt.datetime
    decided_by: int | None
    decided_at: dt.datetime | None
    reason: str
    rules: tuple[MeasureRule, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A household for which another version would recommend other measures."""

    household_id: int
    gains: tuple[MeasureKind, ...]
    loses: tuple[MeasureKind, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What another version of the rules would do."""

    #: Households looked at.
    households: int
    changes: tuple[Change, ...]

    def counts(self) -> dict[MeasureKind, tuple[int, int]]:
        """Return, by measure that anything changes of, how many households gain its recommendation and how many lose it."""
        found: dict[MeasureKind, tuple[int, int]] = {}
        for kind in MeasureKind:
            gains = sum(kind in change.gains for change in self.changes)
            loses = sum(kind in change.loses for change in self.changes)
            if gains or loses:
                found[kind] = (gains, loses)
        return found


class PlanState(StrEnum):
    """How far a measure chosen for a household has come."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PlanAction(StrEnum):
    """What somebody does about a measure that was chosen."""

    AGREE_IN_PERSON = "agree_in_person"
    AGREE_ON_OWN_PHONE = "agree_on_own_phone"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class AgreedHow(StrEnum):
    """How a household agreed: spoken before a witness, or on a phone of its own."""

    IN_PERSON = "in_person"
    OWN_PHONE = "own_phone"


class OutcomeState(StrEnum):
    """Whether the household has signed what came of a measure."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"


class OutcomeAction(StrEnum):
    """How somebody signs an outcome."""

    SIGN = "sign"
    SIGN_BY_HAND = "sign_by_hand"


class SignedHow(StrEnum):
    """How a household signed what came of a measure: with its own account, or by hand before a named official."""

    OWN_ACCOUNT = "own_account"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A measure that an official picks for a household."""

    kind: MeasureKind
    plan: str = field(repr=False)
    expected: str = field(repr=False)
    helper_id: int | None = None
    budget_fen: int | None = None
    #: Where the money comes from.
    budget_source: str = ""
    #: Why this one, where the rules do not recommend it.
    own_reason: str = ""


@dataclass(frozen=True, slots=True)
class PlanView:
    """A chosen measure in clear, for the household and those who help it."""

    id: int
    kind: MeasureKind
    state: PlanState
    plan: str = field(repr=False)
    expected: str = field(repr=False)
    helper_id: int | None
    budget_fen: int | None
    budget_source: str
    own_reason: str
    chosen_on: dt.date
    chosen_by: str
    #: Version of the rules, and what it recommended that day, this measure or others.
    rule_set: int
    recommended: tuple[Recommendation, ...]
    decided_on: dt.date | None
    decided_by: str
    agreed_how: AgreedHow | None
    witness: str
    measure_id: int | None

    @property
    def score(self) -> int | None:
        """What the measure scored, or None where it was not among those recommended."""
        return next((one.score for one in self.recommended if one.measure is self.kind), None)


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What came of a measure, in clear."""

    id: int
    measure_id: int
    kind: MeasureKind
    happened_on: dt.date
    words: str = field(repr=False)
    amount_fen: int | None
    recorded_by: str
    recorded_by_id: int
    signed_at: dt.datetime | None
    signed_how: SignedHow | None
    signed_by: str
    image_id: int | None


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """A measure that stands and has shown nothing yet."""

    measure_id: int
    household_id: int
    kind: MeasureKind
    from_on: dt.date
