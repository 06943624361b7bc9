"""Income of a year per head, declared and recorded together, of every household of an area that declared it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.assistance import queries as assistance
from marketplace.assistance.queries import causes, declared
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.income.queries import drills
from marketplace.kernel import clock
from marketplace.reports import rules
from marketplace.reports.queries.sales import LEVELS
from marketplace.reports.rules import Home
from marketplace.reports.values import HomeYear, PovertyReport, PovertyRow


def years_offered(session: Session, code: str) -> list[int]:
    """Return the years that can be measured in an area, the latest first: some household declared its income of them."""
    return declared.declared_years(session, code)


def year_shown(years: Sequence[int], asked: int | None, today_year: int) -> int:
    """Return the year asked for, or the latest complete one that was declared, or what comes next to it."""
    if asked is not None and asked in years:
        return asked
    complete = [year for year in years if year < today_year]
    return max(complete or years, default=today_year - 1)


def home_years(session: Session, code: str, year: int) -> list[HomeYear]:
    """Return every household of an area whose income of a year is known, the poorest first. Five queries."""
    found = declared.declared_income(code, year)
    declared_fen = {row[0]: row[1] for row in session.execute(found)}
    platform = drills.net_by_selection(session, select(found.subquery().c.household_id), str(year))
    people = farmers.member_counts(session, declared_fen)
    villages = references.villages_in_area(session, code)
    main = causes.main_causes(session, code)
    rows = [
        HomeYear(key, villages[key], people[key], fen, platform.get(key, 0), main.get(key)) for key, fen in declared_fen.items()
    ]
    return sorted(rows, key=lambda row: (row.head_fen, row.household_id))


def poverty_report(session: Session, code: str, year: int, *, own: tuple[str, ...]) -> PovertyReport:
    """Return what the page of measures shows, to a reader who holds the areas `own`: about fifteen queries."""
    line = assistance.poverty_line(session, year)
    line_fen = line.amount_fen if line else None
    homes = home_years(session, code, year)
    open_homes = references.open_villages(session, code)
    level = LEVELS[len(code)]
    below = () if level == "village" else areas.townships(session) if level == "county" else areas.villages(session, code)
    by_area = []
    for area in sorted(below, key=lambda one: one.code):
        within = [home for home in homes if home.village_code.startswith(area.code)]
        on_record = sum(village.startswith(area.code) for village in open_homes.values())
        by_area.append(_row(area.code, within, on_record, line_fen))
    causes_seen = sorted({home.cause or "" for home in homes}, key=lambda word: (word == "", word))
    return PovertyReport(
        code=code,
        level=level,
        year=year,
        as_of=clock.now(),
        line=line,
        whole=_row(code, homes, len(open_homes), line_fen),
        by_area=tuple(by_area),
        by_cause=tuple(
            _row(cause, [home for home in homes if (home.cause or "") == cause], 0, line_fen) for cause in causes_seen
        ),
        peers=() if level == "county" else _peers(session, code, year, line_fen, own),
    )


def _peers(session: Session, code: str, year: int, line_fen: int | None, own: tuple[str, ...]) -> tuple[PovertyRow, ...]:
    """Return the areas of the same parent; the figures of a foreign one of too few households are taken away."""
    parent = code[:6] if len(code) == 9 else code[:9]
    if parent.startswith(own):
        return ()
    homes, open_homes = home_years(session, parent, year), references.open_villages(session, parent)
    below = areas.townships(session) if LEVELS[len(parent)] == "county" else areas.villages(session, parent)
    rows = []
    for area in sorted(below, key=lambda one: one.code):
        within = [home for home in homes if home.village_code.startswith(area.code)]
        on_record = sum(village.startswith(area.code) for village in open_homes.values())
        is_hidden = not area.code.startswith(own) and (
            rules.hidden_from_strangers(len(within)) or rules.hidden_from_strangers(_poor(within, line_fen))
        )
        rows.append(PovertyRow(area.code, on_record, None) if is_hidden else _row(area.code, within, on_record, line_fen))
    return tuple(rows)


def _poor(homes: Iterable[HomeYear], line_fen: int | None) -> int:
    return sum(line_fen is not None and home.head_fen < line_fen for home in homes)


def _row(key: str, homes: Sequence[HomeYear], on_record: int, line_fen: int | None) -> PovertyRow:
    return PovertyRow(key, on_record, rules.measures([Home(home.people, home.head_fen) for home in homes], line_fen))
