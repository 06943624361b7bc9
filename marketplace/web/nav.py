"""Entries of the officials' side navigation, offered by each package and shown to whom they concern."""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import Select, select

from marketplace.kernel import clock
from marketplace.kernel.words import N_
from marketplace.web.db import reader
from marketplace.web.identity import acting_user, visitor


class Section(IntEnum):
    """Under which heading an entry stands, in the order of the headings."""

    FIRST = 0
    HOUSEHOLDS = 1
    TRADE = 2
    MONEY = 3
    PUBLIC = 4
    REPORTS = 5
    RULES = 6


#: The heading of each section; the first has none.
HEADINGS = {
    Section.FIRST: "",
    Section.HOUSEHOLDS: N_("Households and help"),
    Section.TRADE: N_("Goods and tours"),
    Section.MONEY: N_("Money"),
    Section.PUBLIC: N_("Voices of the public"),
    Section.REPORTS: N_("Reports"),
    Section.RULES: N_("Rules and people"),
}


@dataclass(frozen=True)
class NavItem:
    """One entry: where it leads, its msgid, who sees it, how many things wait there, and where it stands.

    `count` returns a SELECT of one number, what waits in some areas: the counts of a page are asked together. It may also look
    at who asks and at the day, but at nothing else: the question is kept.
    """

    endpoint: str
    label: str
    roles: tuple[str, ...]
    count: Callable[[tuple[str, ...]], Select[int]] | None = None
    order: int = 50
    section: Section = Section.HOUSEHOLDS


@dataclass(frozen=True)
class NavEntry:
    """An entry as one person sees it."""

    url: str
    label: str
    is_current: bool
    count: int


def office_nav(items: tuple[NavItem, ...]) -> list[tuple[str, list[NavEntry]]]:
    """Return the entries this person may use, by section: (heading in the reader's language, entries). One query."""
    who = visitor()
    if who.person is None:
        return []
    own = sorted((item for item in items if who.roles & set(item.roles)), key=lambda item: (item.section, item.order))
    urls = {item: url_for(item.endpoint) for item in own}
    current = _current(list(urls.values()))
    counts = _counts(own)
    shown = []
    for section, entries in groupby(own, key=lambda item: item.section):
        heading = gettext(HEADINGS[section]) if HEADINGS[section] else ""
        shown.append((heading, [_entry(item, urls[item], current, counts.get(item, 0)) for item in entries]))
    return shown


def _current(urls: list[str]) -> str:
    """Return the address among these that the page asked for belongs to: the longest that begins it."""
    fitting = [url for url in urls if request.path == url or (url != "/office/" and request.path.startswith(url + "/"))]
    return max(fitting, key=len, default="")


def _counts(items: list[NavItem]) -> dict[NavItem, int]:
    """Ask what waits behind each of these in the person's areas, in one SELECT however many they are."""
    asked = tuple((item, areas) for item in items if item.count is not None and (areas := _areas(item.roles)))
    if not asked:
        return {}
    question = _question(asked, acting_user(), clock.today())
    return dict(zip((item for item, _areas in asked), reader().execute(question).one(), strict=True))


@functools.lru_cache(maxsize=256)
def _question(asked: tuple[tuple[NavItem, tuple[str, ...]], ...], _who: int | None, _day: dt.date) -> Select[Any]:
    """Return the SELECT of all counts; building it costs as much as answering it, and the same people ask all day."""
    return select(*(item.count(areas).scalar_subquery() for item, areas in asked if item.count is not None))


def _areas(roles: tuple[str, ...]) -> tuple[str, ...]:
    grants = visitor().person.grants  # type: ignore[union-attr]  # asked before
    return tuple(sorted({str(g.area_code) for g in grants if str(g.role) in roles and g.area_code}))


def _entry(item: NavItem, url: str, current: str, count: int) -> NavEntry:
    return NavEntry(url, gettext(item.label), url == current, count)
