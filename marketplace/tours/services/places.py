"""Places are entered with their rules."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.search_terms import index_text
from marketplace.tours.models import Site
from marketplace.tours.services.inventory import add_resource
from marketplace.tours.values import ResourceKind, SiteView

_MINUTES_A_DAY = 1440


def load_sites(session: Session, facts: Iterable[Mapping[str, Any]]) -> int:
    """Enter places by slug, each with its slots; one that stands keeps the county's own rules. Return how many came."""
    standing = set(session.scalars(select(Site.slug)))
    names = areas.names(session)
    added = 0
    for position, fact in enumerate(facts):
        if fact["slug"] in standing:
            continue
        site = Site(position=position, **fact)
        site.terms = terms_of(site.name_zh, site.name_en, *names.get(site.village_code, ()))
        session.add(site)
        session.flush()
        add_resource(
            session, kind=ResourceKind.SLOT, name=site.name_zh, site_id=site.id, slot_minutes=site.slot_minutes,
            capacity=slot_capacity(site.daily_capacity, site.opens, site.closes, site.slot_minutes),
        )  # fmt: skip
        added += 1
    return added


def terms_of(*words: str) -> str:
    """Return the words under which something is found, each between spaces."""
    return f" {index_text(words)} "


def slot_capacity(daily: int, opens: str, closes: str, slot_minutes: int) -> int:
    """Return how many people a slot takes: the day's part of it, rounded down, at least one."""
    open_minutes = _minute(closes) - _minute(opens)
    slots = max(1, open_minutes // slot_minutes)
    return max(1, daily // slots)


def is_open(site: SiteView, at: dt.datetime) -> bool:
    """Say whether a place is open at a moment, by its hours and closed weekdays."""
    local = at.astimezone(SHANGHAI)
    return local.isoweekday() not in site.closed_weekdays and site.opens <= local.strftime("%H:%M") <= site.closes


def _minute(clock_time: str) -> int:
    hours, minutes = (int(part) for part in clock_time.split(":"))
    return (hours * 60 + minutes) % (_MINUTES_A_DAY + 1)
