"""Entries of the officials' side navigation, offered by each package and shown to whom they concern."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import Select, select

from marketplace.kernel.words import N_
from marketplace.web.db import reader
from marketplace.web.identity import visitor


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

    `count` returns a SELECT of one number, what waits in some areas: the counts of a page are asked together.
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
    current = _current([url_for(item.endpoint) for item in own])
    counts = _counts(own)
    shown = []
    for section, entries in groupby(own, key=lambda item: item.section):
        heading = gettext(HEADINGS[section]) if HEADINGS[section] else ""
        shown.append((heading, [_entry(item, current, counts.get(item, 0)) for item in entries]))
    return shown


def _current(urls: list[str]) -> str:
    """Return the address among these that the page asked for belongs to: the longest that begins it."""
    fitting = [url for url in urls if request.path == url or (url != "/office/" and request.path.startswith(url + "/"))]
    return max(fitting, key=len, default="")


def _counts(items: list[NavItem]) -> dict[NavItem, int]:
    """Ask what waits behind each of these in the person's areas, in one SELECT however many they are."""
    asked = {}
    for item in items:
        areas = _areas(item.roles)
        if item.count is not None and areas:
            asked[item] = item.count(areas).scalar_subquery()
    if not asked:
        return {}
    return dict(zip(asked, reader().execute(select(*asked.values())).one(), strict=True))


def _areas(roles: tuple[str, ...]) -> tuple[str, ...]:
    grants = visitor().person.grants  # type: ignore[union-attr]  # asked before
    return tuple(sorted({str(g.area_code) for g in grants if str(g.role) in roles and g.area_code}))


def _entry(item: NavItem, current: str, count: int) -> NavEntry:
    url = url_for(item.endpoint)
    return NavEntry(url, gettext(item.label), url == current, count)
