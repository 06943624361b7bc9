"""Turning the leaves of a long list by number: a page of it, and where those before and after lie."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

#: Nobody turns further.
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Pager:
    """Addresses of the pages before and after."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True)
class Leaf:
    """The part of a list that is shown: its places, and the pager beneath it."""

    start: int
    stop: int
    pager: Pager


def turn(name: str, number: int, size: int, *, anchor: str = "", path: str = "") -> Leaf:
    """Return the leaf that the address asks for under a name, of a list; `path` is the page's, where not this one."""
    last = max((number - 1) // size, 0)
    asked = request.args.get(name, 1, type=int)
    page = min(max(asked - 1, 0), last, MOST_PAGES)

    def at(other: int) -> str:
        kept = {key: value for key, value in request.args.items() if key not in (name, "lang", "elder", "lite")}
        return f"{path or request.path}?{urlencode({**kept, name: other + 1})}{f'#{anchor}' if anchor else ''}"

    label = _("Page %(page)d of %(last)d", page=page + 1, last=last + 1) if last else None
    pager = Pager(at(page - 1) if page else None, at(page + 1) if page < last else None, label)
    return Leaf(page * size, (page + 1) * size, pager)
