"""What a change of a rule would do, and what a fall of the platform's income would: the same pure rules, asked beforehand."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.areas import queries as places
from marketplace.assistance.models import PlatformIncome
from marketplace.assistance.queries.facts import CHUNK, PARTS, Part, facts_of
from marketplace.assistance.queries.levels import level_counts
from marketplace.assistance.queries.tuning import standing_versions
from marketplace.assistance.rules.alerts import after_a_fall, judge, would_cross
from marketplace.assistance.values.alerts import AlertRule, Facts, Finding, Level
from marketplace.farmers.queries.references import keys_in_area, open_households_after, open_households_among


@dataclass(frozen=True, slots=True)
class RulePreview:
    """How many households a rule flags as it stands, and as proposed."""

    households: int
    now: int
    then: int
    #: Flagged by the one and not by the other.
    more: int
    fewer: int

    def as_counts(self) -> dict[str, int]:
        """Return the figures for keeping beside a proposal."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A household that would cross the line."""

    household_id: int
    village_code: str
    members: int
    declared_fen: int
    platform_fen: int
    per_head_fen: int
    then_per_head_fen: int
    range_fen: int


def rule_preview(
    session: Session, rule: AlertRule, parameters: Mapping[str, int], today: dt.date, *, is_on: bool = True
) -> RulePreview:
    """Judge every open household by a rule as it stands and as it is proposed; some queries for each thousand households."""
    standing = standing_versions(session, today)[rule]
    proposed = replace(standing, parameters=parameters, is_on=is_on)
    households = 0
    flagged: tuple[set[int], set[int]] = (set(), set())
    months = [version.parameters.get("months") for version in (standing, proposed)]
    for chunk in _all_open(session):
        households += len(chunk)
        facts = facts_of(session, chunk, today, parts=PARTS[rule], months=months[0])
        for place, version in enumerate((standing, proposed)):
            if place and months[1] != months[0]:
                facts = facts_of(session, chunk, today, parts=PARTS[rule], months=months[1])
            flagged[place].update(each.household_id for each in facts if isinstance(judge(each, version), Finding))
    now, then = flagged
    return RulePreview(households, len(now), len(then), len(then - now), len(now - then))


def level_preview(
    session: Session, county: Sequence[str], table: Mapping[str, int], today: dt.date
) -> dict[Level, tuple[int, int]]:
    """Return how many households stand at each level above the calmest now, and would by another table. Three queries."""
    now, then = level_counts(session, county, today), level_counts(session, county, today, table)
    return {level: (now[level], then[level]) for level in now}


def _all_open(session: Session) -> Iterator[Sequence[tuple[int, str, dt.datetime]]]:
    after = 0
    while chunk := open_households_after(session, after, limit=CHUNK):
        yield chunk
        after = chunk[-1][0]


def crossings(session: Session, areas: Sequence[str], percent: int, today: dt.date, keys: Collection[int] = ()) -> list[Crossing]:
    """Return the households of some areas that would fall below the range of last year's income if the platform's part of it
    were smaller by a part, in order of village and key.

    Only who had income through the platform is asked about; some queries for each thousand of them.
    """
    version = standing_versions(session, today)[AlertRule.LOW_INCOME]
    found: list[Crossing] = []
    candidates = _with_platform_income(session, areas, keys, today.year - 1)
    for start in range(0, len(candidates), CHUNK):
        households = open_households_among(session, candidates[start : start + CHUNK])
        facts = facts_of(session, households, today, parts=frozenset({Part.INCOME}))
        found += [_crossing(each, percent) for each in facts if would_cross(each, percent, version)]
    return sorted(found, key=lambda each: (each.village_code, each.household_id))


def _with_platform_income(session: Session, areas: Sequence[str], keys: Collection[int], year: int) -> list[int]:
    held = PlatformIncome
    earned = (
        select(held.household_id)
        .where(held.month.between(f"{year}-01", f"{year}-12"))
        .group_by(held.household_id)
        .having(func.sum(held.net_fen) > 0)
    )
    found = {key for area in areas for key in session.scalars(earned.where(held.household_id.in_(keys_in_area(area))))}
    if keys:
        found.update(session.scalars(earned.where(held.household_id.in_(sorted(keys)))))
    return sorted(found)


def _crossing(facts: Facts, percent: int) -> Crossing:
    fallen = after_a_fall(facts, percent)
    return Crossing(
        household_id=facts.household_id,
        village_code=facts.village_code,
        members=facts.members,
        declared_fen=facts.declared_fen or 0,
        platform_fen=facts.platform_fen,
        per_head_fen=facts.per_head_fen or 0,
        then_per_head_fen=fallen.per_head_fen or 0,
        range_fen=facts.range.amount_fen if facts.range else 0,
    )


def county_codes(session: Session) -> tuple[str, ...]:
    """Return the code of the county, as a reach."""
    found = places.county(session)
    return (found.code,) if found else ()
