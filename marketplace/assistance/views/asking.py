"""What if the platform's income fell: which households would cross the line."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.assistance import queries
from marketplace.assistance.queries.asking import Crossing
from marketplace.assistance.values.alerts import Range
from marketplace.assistance.views.blueprint import READERS, bp, sealer
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries.references import refs_of_households
from marketplace.kernel import clock
from marketplace.web.db import reader
from marketplace.web.policy import helped_households, policy, reachable_areas
from marketplace.web.requests import page_asked

PAGE = 25
CHIPS = (10, 20, 30, 50)


@dataclass(frozen=True)
class WhatIfPage:
    """How many would cross the line by village, and a page of who."""

    percent: int
    error: str | None
    chips: tuple[tuple[int, str, bool], ...]
    year: int
    range: Range | None
    #: When the months were last handed down.
    as_of: dt.datetime | None
    total: int
    #: (village code, households, their rows)
    villages: tuple[tuple[str, int, str], ...]
    village: str
    lines: tuple[tuple[Crossing, str, str], ...]
    prev_url: str | None
    next_url: str | None
    label: str


@bp.get("/office/what-if")
@policy("alerts.what_if", of="household", **READERS)
def what_if() -> str:
    """Say which households would cross the line if income through the platform fell by a part."""
    areas, helped, today = reachable_areas(), helped_households(), clock.today()
    percent, error = _percent()
    village = request.args.get("village", "")
    number = page_asked()
    found = queries.crossings(reader(), areas, percent, today, helped)
    counts = Counter(each.village_code for each in found)
    shown = [each for each in found if not village or each.village_code == village]
    rows = shown[(number - 1) * PAGE : number * PAGE]

    def at(**place: Any) -> str:
        return url_for("assistance.what_if", **{"percent": percent, "village": village or None, **place})

    page = WhatIfPage(
        percent=percent,
        error=error,
        chips=tuple((each, at(percent=each), each == percent) for each in CHIPS),
        year=today.year - 1,
        range=queries.monitoring_ranges(reader(), [today.year - 1]).get(today.year - 1),
        as_of=queries.platform_as_of(reader()),
        total=len(found),
        villages=tuple((code, count, at(village=code)) for code, count in sorted(counts.items())),
        village=village,
        lines=_named(rows),
        prev_url=at(page=number - 1) if number > 1 else None,
        next_url=at(page=number + 1) if len(shown) > number * PAGE else None,
        label=_("Page %(number)s", number=number),
    )
    return render_template("assistance/what_if.html", page=page)


def _percent() -> tuple[int, str | None]:
    """Read the fall from the address: a whole number from 1 to 100, or 10 with what is wrong."""
    asked = request.args.get("percent", str(CHIPS[0])).strip()
    if asked.isascii() and asked.isdigit() and 1 <= int(asked[:4]) <= 100:
        return int(asked), None
    return CHIPS[0], _("Choose a number from %(least)d to %(most)d.", least=1, most=100)


def _named(rows: list[Crossing]) -> tuple[tuple[Crossing, str, str], ...]:
    keys = [each.household_id for each in rows]
    refs = refs_of_households(reader(), keys)
    heads = farmers.heads_masked(reader(), keys, sealer=sealer())
    return tuple((each, refs[each.household_id], heads.get(each.household_id, "")) for each in rows)
