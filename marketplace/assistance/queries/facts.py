"""What the alert rules are told of households: read for many at once, a dozen queries whatever their number."""

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, or_, select
from sqlalchemy.orm import Session

from marketplace.assistance import rules
from marketplace.assistance.models import (
    GuaranteeCheck,
    MonitoringEpisode,
    PlatformHandover,
    PlatformIncome,
    RegistrationSpell,
    SpendingEntry,
    Visit,
)
from marketplace.assistance.queries.declared import declared_of_households, transfers_of_households
from marketplace.assistance.queries.levels import levels_of
from marketplace.assistance.queries.tuning import monitoring_ranges, standing_versions
from marketplace.assistance.rules.alerts import months_before
from marketplace.assistance.values.alerts import AlertRule, Facts, SpendingKind, UnmetGuarantee
from marketplace.assistance.values.codes import Guarantee, Status
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock

#: Households read at once: below every engine's limit on values in one statement, and some megabytes of rows.
CHUNK = 1_000


class Part(StrEnum):
    """What can be read apart, because one rule alone needs it."""

    INCOME = "income"
    SPENDING = "spending"
    MONTHS = "months"
    GUARANTEES = "guarantees"
    VISITS = "visits"


ALL_PARTS = frozenset(Part)
#: What each rule is judged by.
PARTS: Mapping[AlertRule, frozenset[Part]] = {
    AlertRule.LOW_INCOME: frozenset({Part.INCOME}),
    AlertRule.RIGID_SPENDING: frozenset({Part.INCOME, Part.SPENDING}),
    AlertRule.PLATFORM_FALL: frozenset({Part.MONTHS}),
    AlertRule.GUARANTEE_UNMET: frozenset({Part.GUARANTEES}),
    AlertRule.PLATFORM_SHARE: frozenset({Part.INCOME}),
    AlertRule.TRANSFER_SHARE: frozenset({Part.INCOME}),
    AlertRule.NO_VISIT: frozenset({Part.VISITS}),
}


def facts_of(
    session: Session,
    households: Sequence[tuple[int, str, dt.datetime]],
    today: dt.date,
    *,
    parts: frozenset[Part] = ALL_PARTS,
    months: int | None = None,
) -> list[Facts]:
    """Return the facts of some households, given as (id, village_code, created_at) and at most `CHUNK` of them.

    Parts that are not asked for stay unknown. `months`: so many whole months are compared, instead of what the rule says now.
    """
    keys = [row[0] for row in households]
    year = today.year - 1
    known: dict[str, Mapping[int, Any]] = {}
    window: dict[str, Any] = {}
    members: Mapping[int, int] = {}
    if Part.INCOME in parts:
        members = farmers.member_counts(session, keys)
        known |= _incomes(session, keys, year)
        window["range"] = monitoring_ranges(session, [year]).get(year)
    if Part.SPENDING in parts:
        known["spending_fen"] = _spending(session, keys, (year, year + 1))
    if Part.MONTHS in parts:
        count = months or standing_versions(session, today)[AlertRule.PLATFORM_FALL].parameters["months"]
        found, window["month"] = _months(session, keys, today, count)
        known |= found
    if Part.GUARANTEES in parts:
        known["unmet"] = _unmet(session, keys)
    if Part.VISITS in parts:
        known["status"] = _statuses(session, keys, today)
        known["level"] = levels_of(session, keys, today, without=AlertRule.NO_VISIT)
        known["last_visit_on"] = _last_visits(session, keys)
    return [
        Facts(
            household_id=row[0], village_code=row[1], today=today, members=members.get(row[0], 0), year=year,
            since_on=clock.day_of(row[2]), **window, **{name: found[row[0]] for name, found in known.items() if row[0] in found},
        )
        for row in households
    ]  # fmt: skip


def _incomes(session: Session, keys: Sequence[int], year: int) -> dict[str, Mapping[int, Any]]:
    transfers = transfers_of_households(session, keys, year)
    platform = session.execute(
        select(PlatformIncome.household_id, cast(func.sum(PlatformIncome.net_fen), BigInteger))
        .where(PlatformIncome.household_id.in_(keys), PlatformIncome.month.between(f"{year}-01", f"{year}-12"))
        .group_by(PlatformIncome.household_id)
    )
    return {
        "declared_fen": declared_of_households(session, keys, year),
        "transfer_fen": {key: part for key, (part, _whole) in transfers.items()},
        "categories_fen": {key: whole for key, (_part, whole) in transfers.items()},
        "platform_fen": {row[0]: row[1] for row in platform},
    }


def _spending(session: Session, keys: Sequence[int], years: Sequence[int]) -> dict[int, dict[int, dict[SpendingKind, int]]]:
    found: dict[int, dict[int, dict[SpendingKind, int]]] = {}
    entry = SpendingEntry
    rows = session.execute(
        select(entry.household_id, entry.year, entry.kind, cast(func.sum(entry.amount_fen), BigInteger))
        .where(entry.household_id.in_(keys), entry.year.in_(years), entry.withdrawn_at.is_(None))
        .group_by(entry.household_id, entry.year, entry.kind)
    )
    for key, year, kind, amount in rows:
        found.setdefault(key, {}).setdefault(year, {})[SpendingKind(kind)] = amount
    return found


def _months(
    session: Session, keys: Sequence[int], today: dt.date, count: int
) -> tuple[dict[str, Mapping[int, Any]], str]:  # fmt: skip
    """Return both sums of every household, where all the months were handed down; and the last month."""
    recent, before = months_before(today, count)
    handed = set(session.scalars(select(PlatformHandover.month).where(PlatformHandover.month.in_((*recent, *before)))))
    if handed != {*recent, *before}:
        return {}, recent[-1]
    held = PlatformIncome
    sums = [cast(func.sum(case((held.month.in_(those), held.net_fen), else_=0)), BigInteger) for those in (recent, before)]
    rows = session.execute(
        select(held.household_id, *sums)
        .where(held.household_id.in_(keys), held.month.in_((*recent, *before)))
        .group_by(held.household_id)
    )
    found = {row[0]: (row[1], row[2]) for row in rows}
    pairs = {key: found.get(key, (0, 0)) for key in keys}
    return {"recent_fen": {k: v[0] for k, v in pairs.items()}, "before_fen": {k: v[1] for k, v in pairs.items()}}, recent[-1]


def _unmet(session: Session, keys: Sequence[int]) -> dict[int, tuple[UnmetGuarantee, ...]]:
    """Return what was not met at the last look at each guarantee."""
    check = GuaranteeCheck
    place = func.row_number().over(
        partition_by=(check.household_id, check.guarantee), order_by=(check.checked_on.desc(), check.id.desc())
    )
    last = (
        select(check.household_id, check.guarantee, check.is_met, check.checked_on, place.label("place"))
        .where(check.household_id.in_(keys))
        .subquery()
    )
    found: dict[int, tuple[UnmetGuarantee, ...]] = {}
    for row in session.execute(select(last).where(last.c.place == 1, last.c.is_met.is_(False)).order_by(last.c.guarantee)):
        found[row.household_id] = (
            *found.get(row.household_id, ()), UnmetGuarantee(Guarantee(row.guarantee), row.checked_on),
        )  # fmt: skip
    return found


def _statuses(session: Session, keys: Sequence[int], today: dt.date) -> dict[int, Status]:
    spell, episode = RegistrationSpell, MonitoringEpisode
    spells = session.execute(
        select(spell.household_id, spell.id, spell.registered_on, spell.ended_on, spell.ended_how, spell.superseded_at).where(
            spell.household_id.in_(keys)
        )
    )
    episodes = session.execute(
        select(episode.household_id, episode.opened_on, episode.cleared_on).where(
            episode.household_id.in_(keys), or_(episode.cleared_on.is_(None), episode.cleared_on > today)
        )
    )
    return rules.statuses(_grouped(spells), _grouped(episodes), keys, today)


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append(row)
    return found


def _last_visits(session: Session, keys: Sequence[int]) -> dict[int, dt.date]:
    rows = session.execute(
        select(Visit.household_id, func.max(Visit.visited_on)).where(Visit.household_id.in_(keys)).group_by(Visit.household_id)
    )
    return {row[0]: row[1] for row in rows}
