"""Reports composed from the named reads of the rooms below. A page costs the same number of queries whatever it shows."""

import dataclasses
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.assistance.queries import declared
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.income import queries as income
from marketplace.income.queries import drills
from marketplace.income.values import Figure, Figures, HolderTotals
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.reports import rules
from marketplace.reports.values import (
    AreaReport,
    AreaRow,
    HolderRow,
    HouseholdReport,
    Period,
    PlatformShare,
    Reach,
    Scope,
    ShareRow,
)

#: Letters of an area's code by its level.
LEVELS = {6: "county", 9: "township", 12: "village"}


def area_report(session: Session, code: str, scope: Scope, *, own: tuple[str, ...]) -> AreaReport:
    """Return what an area's page shows, to a reader who holds the areas `own`: about ten queries."""
    asked = {"measure": scope.measure, "category": scope.category}
    period = scope.period.word
    level = LEVELS[len(code)]
    figures = income.totals(session, code, period, **asked)
    children: tuple[AreaRow, ...] = ()
    if level == "village":
        reach = Reach.of(drills.reach_by_child(session, code, period, **asked).get(code, {}))
    else:
        children = _children(session, code, scope)
        reach = sum((row.reach for row in children), Reach())
    return AreaReport(
        code=code,
        level=level,
        as_of=clock.now(),
        scope=scope,
        figures=figures,
        reach=reach,
        share=platform_share(session, code, scope.period.year),
        months=months_of_area(session, code, scope),
        goods=() if scope.category else tuple(income.totals_by_category(session, code, period, measure=scope.measure)),
        children=children,
        peers=() if level == "county" else _peers(session, code, scope, own),
    )


def _children(session: Session, code: str, scope: Scope) -> tuple[AreaRow, ...]:
    """Return a row for every area one level below, those without figures too, in order of code."""
    asked = {"measure": scope.measure, "category": scope.category}
    found = {row.code: row.figures for row in income.totals_by_child(session, code, scope.period.word, **asked)}
    reach = drills.reach_by_child(session, code, scope.period.word, **asked)
    below = areas.townships(session) if LEVELS[len(code)] == "county" else areas.villages(session, code)
    return tuple(
        AreaRow(area.code, found.get(area.code, Figures()), Reach.of(reach.get(area.code, {})))
        for area in sorted(below, key=lambda area: area.code)
    )


def _peers(session: Session, code: str, scope: Scope, own: tuple[str, ...]) -> tuple[tuple[str, AreaRow | None], ...]:
    """Return the areas of the same parent over the whole year, small foreign cells taken away.

    A whole year and no filters: months and goods could be subtracted from each other until a small cell shows. Whoever holds the
    parent reads it there in full.
    """
    parent = code[:6] if len(code) == 9 else code[:9]
    if parent.startswith(own):
        return ()
    rows = _children(session, parent, Scope(Period(str(scope.period.year))))
    return tuple((row.code, row if row.code.startswith(own) else rules.shown_to_strangers(row)) for row in rows)


def months_of_area(session: Session, code: str, scope: Scope) -> tuple[tuple[str, Figures], ...]:
    """Return the figures of the months of a period's chart."""
    shown = rules.months_shown(scope.period, clock.today())
    found: dict[str, Figures] = {}
    for year in sorted({month[:4] for month in shown}):
        found |= dict(income.totals_by_month(session, code, year, measure=scope.measure, category=scope.category))
    return tuple((month, found.get(month, Figures())) for month in shown)


def platform_share(session: Session, code: str, year: int) -> PlatformShare:
    """Return the platform's part of a year's income, over the households of an area that declared. Two queries."""
    households, declared_fen = declared.declared_total(session, code, year)
    who = declared.declared_income(code, year).subquery()
    return PlatformShare(year, households, declared_fen, drills.net_of_selection(session, select(who.c.household_id), str(year)))


def share_rows(session: Session, code: str, year: int, *, sealer: Sealer, limit: int, offset: int = 0) -> list[ShareRow]:
    """Return a page of the households behind the platform's share."""
    found = declared.declared_by_household(session, code, year, limit=limit, offset=offset)
    keys = [household_id for household_id, _fen in found]
    nets = drills.net_by_household(session, keys, str(year))
    refs, names = _named(session, keys, sealer)
    villages = farmers.villages_of_households(session, keys)
    return [
        ShareRow(key, refs[key], names.get(key, ""), villages[key], declared_fen, nets.get(key, 0)) for key, declared_fen in found
    ]


def holder_totals(session: Session, village_code: str, scope: Scope, *, by: Figure) -> list[tuple[str, HolderTotals]]:
    """Return the households and pools of a village with their figures, largest first by one of them; nameless as yet."""
    found = income.totals_by_household(session, village_code, scope.period.word, measure=scope.measure, category=scope.category)
    found.sort(key=lambda row: (-row.figures.of(by), row.holder))
    return [(village_code, row) for row in found]


def named_holders(session: Session, found: Sequence[tuple[str, HolderTotals]], *, sealer: Sealer) -> list[HolderRow]:
    """Return rows of households and pools with masked names. Two queries."""
    keys = [row.household_id for _village, row in found if row.household_id is not None]
    refs, names = _named(session, keys, sealer)
    return [
        HolderRow(
            holder=row.holder,
            household_ref=refs.get(row.household_id) if row.household_id is not None else None,
            name=names.get(row.household_id, "") if row.household_id is not None else row.pool or "",
            village_code=village,
            figures=row.figures,
        )
        for village, row in found
    ]


def households_behind(
    session: Session, code: str, scope: Scope, *, registered_only: bool, sealer: Sealer, limit: int, offset: int = 0
) -> list[HolderRow]:
    """Return a page of the households behind a count."""
    found = drills.households_behind(
        session,
        code,
        scope.period.word,
        registered_only=registered_only,
        measure=scope.measure,
        category=scope.category,
        limit=limit,
        offset=offset,
    )
    named = named_holders(session, [(one.village_code, one.totals) for one in found], sealer=sealer)
    return [dataclasses.replace(row, standing=one.standing) for row, one in zip(named, found, strict=True)]


def household_report(session: Session, household_id: int, scope: Scope) -> HouseholdReport:
    """Return what a household's page shows beside its lines."""
    asked = {"measure": scope.measure, "category": scope.category}
    shown = rules.months_shown(scope.period, clock.today())
    found: dict[str, Figures] = {}
    for year in sorted({month[:4] for month in shown}):
        found |= dict(drills.household_year(session, household_id, year, **asked))
    return HouseholdReport(
        as_of=clock.now(),
        scope=scope,
        figures=drills.household_totals(session, household_id, scope.period.word, **asked),
        months=tuple((month, found.get(month, Figures())) for month in shown),
    )


def names_of(session: Session, household_ids: Iterable[int], *, sealer: Sealer) -> tuple[dict[int, str], dict[int, str]]:
    """Return references and masked names of households, by key. Two queries."""
    return _named(session, list(household_ids), sealer)


def _named(session: Session, keys: Sequence[int], sealer: Sealer) -> tuple[dict[int, str], dict[int, str]]:
    if not keys:
        return {}, {}
    return references.refs_of_households(session, keys), farmers.heads_masked(session, keys, sealer=sealer)


def headline(session: Session, code: str, scope: Scope) -> tuple[Figures, Reach]:
    """Return an area's figures and how many households stand behind them. Two queries."""
    asked = {"measure": scope.measure, "category": scope.category}
    counts = drills.reach_by_child(session, code, scope.period.word, **asked).values()
    reach = sum((Reach.of(each) for each in counts), Reach())
    return income.totals(session, code, scope.period.word, **asked), reach
