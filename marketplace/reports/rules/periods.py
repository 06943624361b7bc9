"""What a report may ask and show: the periods people can choose, small cells of foreign areas."""

import datetime as dt
import re

from marketplace.reports.values import AreaRow, Period

#: Households whose figures may stand together outside the reader's own area: fewer could be recognised.
FEWEST_HOUSEHOLDS = 5
#: Older years hold nothing and are not asked for.
FIRST_YEAR = 2014

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?", re.ASCII)


def period_of(word: str, today: dt.date) -> Period:
    """Return the period a person chose, or this month where the word means nothing or lies outside what we keep."""
    if _PERIOD.fullmatch(word) and FIRST_YEAR <= int(word[:4]) <= today.year:
        return Period(word)
    return Period(f"{today:%Y-%m}")


def periods_offered(today: dt.date, chosen: Period) -> list[str]:
    """Return the words of the chooser: twelve months, newest first, then this year and the last; the chosen one among them."""
    words = [*months_to(f"{today:%Y-%m}", 12)[::-1], str(today.year), str(today.year - 1)]
    return words if chosen.word in words else [*words, chosen.word]


def months_to(last: str, count: int) -> list[str]:
    """Return `count` months ending with `last`, oldest first."""
    year, number = (int(part) for part in last.split("-"))
    found = []
    for _ in range(count):
        found.append(f"{year}-{number:02d}")
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)
    return found[::-1]


def months_shown(period: Period, today: dt.date) -> list[str]:
    """Return the months of a period's chart: the twelve of a year, or the twelve that end with a month; none in the future."""
    return [month for month in months_to(period.last_month, 12) if month <= f"{today:%Y-%m}"]


def shown_to_strangers(row: AreaRow) -> AreaRow | None:
    """Return a foreign area's row, or None where some households stand behind it but too few to hide among."""
    return None if hidden_from_strangers(row.reach.active) else row


def hidden_from_strangers(households: int) -> bool:
    """Say whether a foreign figure is kept back: some households stand behind it, but too few to hide among."""
    return 0 < households < FEWEST_HOUSEHOLDS
