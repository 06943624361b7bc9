"""Households as the rules see them, read in bulk, and what another version of the rules would change for them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.assistance import rules
from marketplace.assistance.models import (
    Cause,
    GuaranteeCheck,
    HouseholdCapacity,
    MeasureWish,
    MonitoringEpisode,
    RegistrationSpell,
)
from marketplace.assistance.queries.measure_rules import measure_rule_set_on
from marketplace.assistance.values import EndedHow
from marketplace.assistance.values.help import Change, HouseholdFacts, PersonFacts, Preview, Recommendation, RuleSet
from marketplace.farmers import queries as farmers

#: Households whose facts are held at once.
CHUNK = 1_000


def help_facts_of(session: Session, household_ids: Iterable[int], on: dt.date) -> dict[int, HouseholdFacts]:
    """Return the facts of some households by key, as they stood on a day (people and crops as they are now); eight queries a
    thousand households."""
    found: dict[int, HouseholdFacts] = {}
    coverage: dict[str, int] = {}
    for keys in _chunks(household_ids):
        villages = farmers.villages_of_households(session, keys)
        for county in {code[:6] for code in villages.values()} if not coverage else ():
            coverage = {code: one.households_percent for code, one in areas.broadband(session, county, on).items()}
        people = farmers.people_of_households(session, keys)
        crops = farmers.crops_of_households(session, keys)
        causes = _by_household(session, Cause, (Cause.cause,), keys, on)
        wishes = _by_household(session, MeasureWish, (MeasureWish.measure,), keys, on)
        capacities = _by_household(session, HouseholdCapacity, (HouseholdCapacity.capacity, HouseholdCapacity.amount), keys, on)
        unmet = _unmet(session, keys, on)
        for key, village in villages.items():
            found[key] = HouseholdFacts(
                people=tuple(
                    PersonFacts(age_on(one.birth_on, on), one.labour, one.schooling, one.student, one.health)
                    for one in people.get(key, ())
                ),
                causes=frozenset(cause for (cause,) in causes.get(key, ())),
                wishes=frozenset(measure for (measure,) in wishes.get(key, ())),
                skills=frozenset(capacity for capacity, amount in capacities.get(key, ()) if amount is None),
                amounts={capacity: amount for capacity, amount in capacities.get(key, ()) if amount is not None},
                unmet=unmet.get(key, frozenset()),
                crops=len(crops.get(key, ())),
                broadband_percent=coverage.get(village),
            )
    return found


def age_on(birth_on: dt.date, on: dt.date) -> int:
    """Return somebody's age in whole years on a day."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _chunks(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def _by_household(
    session: Session, model: Any, columns: Sequence[Any], keys: Sequence[int], on: dt.date
) -> dict[int, list[tuple[Any, ...]]]:
    """Return some columns of the rows that stand on a day, by household."""
    rows = session.execute(
        select(model.household_id, *columns).where(
            model.household_id.in_(keys), model.from_on <= on, or_(model.to_on.is_(None), model.to_on > on)
        )
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for household_id, *values in rows:
        found.setdefault(household_id, []).append(tuple(values))
    return found


def _unmet(session: Session, keys: Sequence[int], on: dt.date) -> dict[int, frozenset[str]]:
    """Return by household the guarantees whose latest check was not met."""
    rows = session.execute(
        select(GuaranteeCheck.household_id, GuaranteeCheck.guarantee, GuaranteeCheck.is_met)
        .where(GuaranteeCheck.household_id.in_(keys), GuaranteeCheck.checked_on <= on)
        .order_by(GuaranteeCheck.checked_on, GuaranteeCheck.id)
    )
    latest = {(household_id, guarantee): is_met for household_id, guarantee, is_met in rows}
    found: dict[int, frozenset[str]] = {}
    for (household_id, guarantee), is_met in latest.items():
        if not is_met:
            found[household_id] = found.get(household_id, frozenset()) | {guarantee}
    return found


def helped_on(session: Session, on: dt.date) -> list[int]:
    """Return the keys of the households that measures are for on a day: registered by then and not struck off, or watched.

    Those that left the register count too: what helps them goes on, lest they fall back.
    """
    spell, episode = RegistrationSpell, MonitoringEpisode
    registered = select(spell.household_id).where(
        spell.superseded_at.is_(None),
        spell.registered_on <= on,
        or_(spell.ended_how.is_(None), spell.ended_how != EndedHow.REMOVED, spell.ended_on > on),
    )
    watched = select(episode.household_id).where(
        episode.opened_on <= on, or_(episode.cleared_on.is_(None), episode.cleared_on > on)
    )
    return sorted(session.scalars(registered.union(watched)))


def preview_measure_rules(session: Session, standing: RuleSet, proposed: RuleSet, on: dt.date) -> Preview:
    """Return what a proposed version would change for the households that measures are for.

    Measures of which the two versions say the same are not reckoned. About a second for 10,000 households.
    """
    keys = helped_on(session, on)
    changes: list[Change] = []
    then, now = standing.rules, proposed.rules
    if standing.least_points == proposed.least_points:
        then, now = rules.rules_that_differ(then, now)
    before, after = (then, standing.least_points), (now, proposed.least_points)
    for chunk in _chunks(keys):
        facts = help_facts_of(session, chunk, on)
        found = (rules.change_for(key, facts[key], before, after) for key in chunk)
        changes += [change for change in found if change is not None]
    return Preview(len(keys), tuple(changes))


def recommended_to(session: Session, household_id: int, on: dt.date) -> tuple[Recommendation, ...]:
    """Return what the rules of a day recommend to a household, the highest first; nothing where no version counts."""
    version = measure_rule_set_on(session, on)
    facts = help_facts_of(session, [household_id], on).get(household_id)
    if version is None or facts is None:
        return ()
    return rules.recommendations(facts, version.rules, version.least_points)
