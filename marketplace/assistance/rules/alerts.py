"""The alert rules as pure functions of a household's facts, and what may be tuned in each.

Every rule answers alike: a `Finding` with its figures, None where its condition is not there, or `Unknown` where a fact it needs
is not on record. Percentages are compared as whole products, so that no rounding decides about a household.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from marketplace.assistance.values.alerts import (
    LEVELS,
    AlertRule,
    Facts,
    Finding,
    Judged,
    Lack,
    Level,
    RuleVersion,
    SpendingKind,
    Unknown,
)
from marketplace.assistance.values.codes import Status
from marketplace.assistance.values.plans import VisitReason
from marketplace.kernel.money import ratio


class Unit(StrEnum):
    """What a parameter counts."""

    PERCENT = "percent"
    FEN = "fen"
    DAYS = "days"
    MONTHS = "months"
    POINTS = "points"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that the county may change, with its bounds."""

    unit: Unit
    default: int
    least: int
    most: int


#: Tones in which a level may be shown; a parameter holds the place in this row. Each is a pair of tokens with enough contrast.
COLOURS = ("green", "blue", "yellow", "orange", "red", "grey")


def _percent(default: int, most: int = 100) -> Parameter:
    return Parameter(Unit.PERCENT, default, 1, most)


def _days(default: int, least: int = 1) -> Parameter:
    return Parameter(Unit.DAYS, default, least, 730)


def _points(default: int) -> Parameter:
    return Parameter(Unit.POINTS, default, 0, 20)


def _colour(name: str) -> Parameter:
    return Parameter(Unit.COLOUR, COLOURS.index(name), 0, len(COLOURS) - 1)


#: rule, or the table of levels -> its parameters, in the order in which a page asks for them.
PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    AlertRule.LOW_INCOME: {"percent_of_range": _percent(100, 200)},
    AlertRule.RIGID_SPENDING: {
        "percent_of_income": _percent(40, 1000),
        "amount_fen": Parameter(Unit.FEN, 2_000_000, 10_000, 10**9),
    },
    AlertRule.PLATFORM_FALL: {
        "percent": _percent(30),
        "months": Parameter(Unit.MONTHS, 3, 1, 12),
        "least_fen": Parameter(Unit.FEN, 50_000, 0, 10**9),
    },
    AlertRule.GUARANTEE_UNMET: {},
    AlertRule.PLATFORM_SHARE: {"percent": _percent(50)},
    AlertRule.TRANSFER_SHARE: {"percent": _percent(60)},
    AlertRule.NO_VISIT: {
        "registered_days": _days(90),
        "monitored_days": _days(30),
        "exited_days": _days(180),
        "concern_days": _days(30),
        "urgent_days": _days(14),
        "late_days": _days(14, 0),
    },
    LEVELS: {
        **{
            f"weight_{rule}": _points(weight)
            for rule, weight in zip(AlertRule, (3, 3, 1, 4, 1, 1, 1), strict=True)
        },
        "from_watch": Parameter(Unit.POINTS, 1, 1, 100),
        "from_concern": Parameter(Unit.POINTS, 3, 1, 100),
        "from_urgent": Parameter(Unit.POINTS, 5, 1, 100),
        "colour_steady": _colour("green"),
        "colour_watch": _colour("yellow"),
        "colour_concern": _colour("orange"),
        "colour_urgent": _colour("red"),
    },
}  # fmt: skip


def defaults(rule: str) -> dict[str, int]:
    """Return the parameters of a rule's first version."""
    return {name: parameter.default for name, parameter in PARAMETERS[rule].items()}


def are_in_bounds(rule: str, parameters: Mapping[str, int]) -> bool:
    """Say whether these are all the parameters of a rule, each within its bounds, and levels begin one above the other."""
    spec = PARAMETERS[rule]
    if set(parameters) != set(spec) or not all(each.least <= parameters[name] <= each.most for name, each in spec.items()):
        return False
    return rule != LEVELS or parameters["from_watch"] < parameters["from_concern"] < parameters["from_urgent"]


def low_income(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """Income per head below the monitoring range of its year: declared net and the platform's, over the people on record."""
    if not facts.members:
        return Unknown(Lack.NOBODY)
    if facts.income_fen is None:
        return Unknown(Lack.NO_INCOME)
    if facts.range is None:
        return Unknown(Lack.NO_RANGE)
    if facts.income_fen * 100 >= facts.range.amount_fen * parameters["percent_of_range"] * facts.members:
        return None
    figures = {
        "year": facts.year, "per_head_fen": facts.per_head_fen or 0, "range_fen": facts.range.amount_fen,
        "percent": parameters["percent_of_range"], "declared_fen": facts.declared_fen or 0, "platform_fen": facts.platform_fen,
        "members": facts.members, "is_example": int(facts.range.is_example),
    }  # fmt: skip
    return Finding(AlertRule.LOW_INCOME, str(facts.year), figures)


def rigid_spending(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """Spending that cannot be put off, of the running year or the one before, against an amount and the year's declared net."""
    for year in (facts.year + 1, facts.year):
        kinds = facts.spending_fen.get(year, {})
        spent = sum(kinds.values())
        is_large = spent >= parameters["amount_fen"]
        declared = facts.declared_fen
        is_share = declared is not None and spent * 100 >= max(declared, 0) * parameters["percent_of_income"]
        if spent and (is_large or is_share):
            figures: dict[str, int | str] = {
                "year": year, "spent_fen": spent, **{f"{kind}_fen": kinds.get(kind, 0) for kind in SpendingKind},
                "amount_fen": parameters["amount_fen"], "percent": parameters["percent_of_income"],
            }  # fmt: skip
            return Finding(AlertRule.RIGID_SPENDING, str(year), figures)
    return None


def platform_fall(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """Income through the platform in the last whole months, against the same months of the year before."""
    if facts.recent_fen is None or facts.before_fen is None:
        return Unknown(Lack.NO_MONTHS)
    before, recent = facts.before_fen, facts.recent_fen
    if before <= 0 or before < parameters["least_fen"] or (before - recent) * 100 < before * parameters["percent"]:
        return None
    figures: dict[str, int | str] = {
        "month": facts.month, "months": parameters["months"], "recent_fen": recent, "before_fen": before,
        "fell_basis": ratio(before - recent, 10_000, before), "percent": parameters["percent"],
    }  # fmt: skip
    return Finding(AlertRule.PLATFORM_FALL, facts.month, figures)


def guarantee_unmet(facts: Facts, parameters: Mapping[str, int]) -> Judged:  # noqa: ARG001 (every rule is asked alike)
    """Any of the five guarantees was not met when somebody last looked at it."""
    if not facts.unmet:
        return None
    last = max(each.checked_on for each in facts.unmet)
    names = ",".join(sorted(str(each.guarantee) for each in facts.unmet))
    return Finding(AlertRule.GUARANTEE_UNMET, last.isoformat(), {"guarantees": names, "checked_on": last.isoformat()})


def platform_share(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """More than a part of the year's income came through the platform, which may end as it came."""
    if facts.income_fen is None:
        return Unknown(Lack.NO_INCOME)
    return _share(AlertRule.PLATFORM_SHARE, facts.year, facts.platform_fen, facts.income_fen, parameters["percent"])


def transfer_share(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """More than a part of the incomes declared by category was transfers."""
    if facts.categories_fen is None:
        return Unknown(Lack.NO_CATEGORIES)
    return _share(AlertRule.TRANSFER_SHARE, facts.year, facts.transfer_fen, facts.categories_fen, parameters["percent"])


def _share(rule: AlertRule, year: int, part_fen: int, whole_fen: int, percent: int) -> Finding | None:
    if whole_fen <= 0 or part_fen * 100 <= whole_fen * percent:
        return None
    share = ratio(part_fen, 10_000, whole_fen)
    figures = {"year": year, "part_fen": part_fen, "whole_fen": whole_fen, "share_basis": share, "percent": percent}
    return Finding(rule, str(year), figures)


def no_visit(facts: Facts, parameters: Mapping[str, int]) -> Judged:
    """Nobody has visited a household for so long after its visit was due."""
    rhythm = visit_rhythm(facts.status, facts.level, parameters)
    since = facts.last_visit_on or facts.since_on
    if rhythm is None or since is None:
        return None
    days, waited = rhythm[0], (facts.today - since).days
    if waited <= days + parameters["late_days"]:
        return None
    figures: dict[str, int | str] = {"waited_days": waited, "interval_days": days, "since_on": since.isoformat()}
    return Finding(AlertRule.NO_VISIT, f"{facts.today:%Y-%m}", figures)


def visit_rhythm(status: Status, level: Level, parameters: Mapping[str, int]) -> tuple[int, VisitReason] | None:
    """Return every how many days a household is to be visited, and what asks for it: its status or its level, the shorter."""
    asked = [] if status is Status.NONE else [VisitReason(status)]
    if level >= Level.CONCERN:
        asked.append(VisitReason.URGENT if level is Level.URGENT else VisitReason.CONCERN)
    return min(((parameters[f"{reason}_days"], reason) for reason in asked), default=None)


RULES: Mapping[AlertRule, Callable[[Facts, Mapping[str, int]], Judged]] = {
    AlertRule.LOW_INCOME: low_income,
    AlertRule.RIGID_SPENDING: rigid_spending,
    AlertRule.PLATFORM_FALL: platform_fall,
    AlertRule.GUARANTEE_UNMET: guarantee_unmet,
    AlertRule.PLATFORM_SHARE: platform_share,
    AlertRule.TRANSFER_SHARE: transfer_share,
    AlertRule.NO_VISIT: no_visit,
}


def judge(facts: Facts, version: RuleVersion) -> Judged:
    """Ask one rule, as a version of it says, about a household."""
    if not version.is_on:
        return Unknown(Lack.RULE_OFF)
    return RULES[AlertRule(version.rule)](facts, version.parameters)


def level_of(points: int, table: Mapping[str, int]) -> Level:
    """Return the level that so many points reach."""
    reached = [level for level in (Level.WATCH, Level.CONCERN, Level.URGENT) if points >= table[f"from_{level.name.lower()}"]]
    return reached[-1] if reached else Level.STEADY


def points_of(rules: Iterable[str], table: Mapping[str, int]) -> int:
    """Return the points of the alerts that stand."""
    return sum(table[f"weight_{rule}"] for rule in rules)


def after_a_fall(facts: Facts, percent: int) -> Facts:
    """Return the same facts with the platform's income smaller by a part; what is negative stays."""
    if facts.platform_fen <= 0:
        return facts
    return replace(facts, platform_fen=ratio(facts.platform_fen, 100 - percent, 100))


def would_cross(facts: Facts, percent: int, version: RuleVersion) -> Finding | None:
    """Return what the income rule would find after such a fall, of a household about which it finds nothing now."""
    if judge(facts, version) is not None:
        return None
    found = judge(after_a_fall(facts, percent), version)
    return found if isinstance(found, Finding) else None


def months_before(today: dt.date, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the last `count` whole months as 'YYYY-MM', the earliest first, and the same months of the year before."""
    whole = today.year * 12 + today.month - 1
    numbers = range(whole - count, whole)
    return tuple(f"{n // 12}-{n % 12 + 1:02d}" for n in numbers), tuple(f"{n // 12 - 1}-{n % 12 + 1:02d}" for n in numbers)
