"""Entries of the officials' side navigation, offered by each package and shown to whom they concern."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from marketplace.web.db import reader
from marketplace.web.identity import visitor


@dataclass(frozen=True)
class NavItem:
    """One entry: where it leads, its msgid, who sees it, and how many things wait there."""

    endpoint: str
    label: str
    roles: tuple[str, ...]
    count: Callable[[Session, tuple[str, ...]], int] | None = None
    order: int = 50


def office_nav(items: tuple[NavItem, ...]) -> list[tuple[str, str, bool, int]]:
    """Return (address, label, is current, count) of the entries this person may use."""
    who = visitor()
    if who.person is None:
        return []
    shown = []
    for item in sorted(items, key=lambda entry: entry.order):
        if not who.roles & set(item.roles):
            continue
        areas = tuple(sorted({str(g.area_code) for g in who.person.grants if str(g.role) in item.roles and g.area_code}))
        url = url_for(item.endpoint)
        current = request.path == url or (request.path.startswith(url) and url != "/office/")
        shown.append((url, gettext(item.label), current, item.count(reader(), areas) if item.count and areas else 0))
    return shown
