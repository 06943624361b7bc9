"""Figures, periods and areas in the reader's words, and the addresses that open the rows behind them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.income.values import Figure, Figures, Line
from marketplace.kernel import clock
from marketplace.kernel.crypto import Sealer
from marketplace.reports import rules
from marketplace.reports.pages import Curves, Filters, Pager, SumLine, Table, Tile
from marketplace.reports.values import (
    CATEGORY_WORDS,
    FIGURE_WORDS,
    FIGURES,
    MEASURE_WORDS,
    STATUS_WORDS,
    Period,
    Reach,
    Scope,
)
from marketplace.web.db import reader
from marketplace.web.filters import money, month
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, reachable_areas


def asked_scope() -> Scope:
    """Return the scope the address asks for; words that mean nothing are taken as not said."""
    period = rules.period_of(request.args.get("period", ""), clock.today())
    measure, category = request.args.get("measure", ""), request.args.get("category", "")
    return Scope(period, measure if measure in MEASURE_WORDS else None, category if category in CATEGORY_WORDS else None)


def asked_number(name: str) -> int | None:
    """Return a whole number of the address, or None."""
    word = request.args.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 18 else None


def asked_area(code: str) -> Any:
    """Return the area of a code, authorised.

    Raises:
        NotThere: there is none, or not for this reader.
    """
    found = areas.area(reader(), code) if code.isascii() and code.isdigit() else None
    return authorise(found, village_code=code)


def asked_ref(word: str) -> str:
    """Return a reference out of an address, or one that nobody has: databases refuse some characters outright."""
    return word if word.isascii() and word.isalnum() else "-"


def scope_args(scope: Scope, **more: Any) -> dict[str, Any]:
    """Return the parameters that carry a scope in an address."""
    return {"period": scope.period.word, "measure": scope.measure, "category": scope.category, **more}


def period_words(period: Period) -> str:
    """Return 'November 2026' or '2026', with what was chosen beside it."""
    return month(period.word)


def scope_words(scope: Scope) -> str:
    """Return the period and the filters in words."""
    words = [period_words(scope.period)]
    if scope.measure:
        words.append(_(MEASURE_WORDS[scope.measure]))
    if scope.category:
        words.append(_(CATEGORY_WORDS[scope.category]))
    return " · ".join(words)


def area_names() -> Mapping[str, str]:
    """Return the name of every area in the reader's language, in one query."""
    at = 0 if locale_id() == "zh" else 1
    return {code: pair[at] for code, pair in areas.names(reader()).items()}


def filters(action: str, scope: Scope, kept: Sequence[tuple[str, str]] = ()) -> Filters:
    """Return the form above a report."""
    everything = ("", _("All"))
    return Filters(
        action=action,
        period=scope.period.word,
        measure=scope.measure or "",
        category=scope.category or "",
        periods=[(word, month(word)) for word in rules.periods_offered(clock.today(), scope.period)],
        measures=[everything, *((word, _(words)) for word, words in MEASURE_WORDS.items())],
        categories=[everything, *((word, _(words)) for word, words in CATEGORY_WORDS.items())],
        kept=kept,
    )


def how(figure: str) -> str:
    """Return the address of a figure's definition."""
    return url_for("reports.definitions", _anchor=figure)


class Lines:
    """Addresses of the rows behind the figures of one area, household or pool."""

    def __init__(self, scope: Scope, **of: str) -> None:
        self.scope = scope
        self.of: dict[str, Any] = {**of}

    def url(self, figure: Figure, scope: Scope | None = None) -> str:
        """Return the address of the rows behind a figure."""
        return url_for("reports.lines", kind=str(figure), **self.of, **scope_args(scope or self.scope))

    def cell(self, figures: Figures, figure: Figure, scope: Scope | None = None) -> Any:
        """Return a table cell: the figure with the rows behind it; nothing to open where nothing moved."""
        fen = figures.of(figure)
        return {"value": fen, "url": self.url(figure, scope)} if fen else 0

    def cells(self, figures: Figures, scope: Scope | None = None) -> dict[str, Any]:
        """Return the cells of all figures."""
        return {str(figure): self.cell(figures, figure, scope) for figure in FIGURES}


def card_url(ref: str) -> str | None:
    """Return the address of a household's card, which `assistance` shows."""
    return url_for("assistance.household", ref=ref) if "assistance.household" in current_app.view_functions else None


def sealer() -> Sealer:
    """Return what opens sealed names; they are masked before anyone sees them."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def crumbs(code: str, names: Mapping[str, str], scope: Scope, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Return the way from the reader's widest area to this one; areas above it are named, not linked."""
    mine = reachable_areas()
    trail: list[tuple[str, str | None]] = []
    for length in (6, 9, 12):
        above = code[:length]
        if length <= len(code) and above in names:
            is_here = above == code and not more
            may = above.startswith(mine) and not is_here
            trail.append((names[above], url_for("reports.area", code=above, **scope_args(scope)) if may else None))
    return [*trail, *more]


def page_number() -> int:
    """Return the page asked for, from 0."""
    return min(max((asked_number("page") or 1) - 1, 0), 100_000)


def numbered_pager(page: int, size: int, count: int) -> Pager:
    """Return the addresses of the pages before and after one of a numbered list."""

    def at(number: int) -> str:
        args = {name: value for name, value in request.args.items() if name not in ("page", "lang", "elder", "lite")}
        return f"{request.path}?{urlencode({**args, 'page': number + 1})}"

    last = max((count - 1) // size, 0)
    return Pager(
        at(page - 1) if page > 0 else None,
        at(page + 1) if page < last else None,
        _("Page %(page)d of %(last)d", page=page + 1, last=last + 1) if last else None,
    )


def figure_columns(sort_url: Any = None, sorted_by: str = "") -> list[dict[str, Any]]:
    """Return the columns of all figures, each sorted by on request."""
    return [
        {
            "key": str(figure),
            "label": _(FIGURE_WORDS[figure]),
            "kind": "yuan",
            **({"sort_url": sort_url(str(figure)), "sorted": "desc" if sorted_by == figure else None} if sort_url else {}),
        }
        for figure in FIGURES
    ]


def tile(figures: Figures, figure: Figure, to: Lines, trend: str | None = None) -> Tile:
    """Return the tile of a figure of money."""
    fen = figures.of(figure)
    return Tile(_(FIGURE_WORDS[figure]), money(fen), to.url(figure) if fen else None, _("See the rows"), how(str(figure)), trend)


def reached_tile(reach: Reach, code: str, scope: Scope) -> Tile:
    """Return the tile of the registered households that sold, with how they stood, and the list of them behind it."""
    url = url_for("reports.reached", code=code, kind="registered", **scope_args(scope))
    return Tile(
        _("Registered households reached"),
        f"{reach.registered:,}",
        url if reach.registered else None,
        _("See the households"),
        how("registered"),
        standings(reach) or None,
    )


def standings(reach: Reach) -> str:
    """Return how the registered households behind a count stood when they sold: 'Exited 34 · Monitored 12'."""
    counts = (("registered", reach.on_register), ("exited", reach.left), ("monitored", reach.monitored))
    return " · ".join(f"{_(STATUS_WORDS[word])} {count:,}" for word, count in counts if count)


def reckoning(figures: Figures, to: Lines | None) -> list[SumLine]:
    """Return how the net comes about, each part with its rows."""

    def line(figure: Figure, sign: int, *, total: bool = False) -> SumLine:
        fen = figures.of(figure)
        return SumLine(_(FIGURE_WORDS[figure]), sign * fen, to.url(figure) if to and fen else None, total)

    return [
        line(Figure.GROSS, 1),
        line(Figure.REFUNDS, -1),
        line(Figure.FEES, -1),
        line(Figure.COSTS, -1),
        line(Figure.NET, 1, total=True),
    ]


def curves(months: Sequence[tuple[str, Figures]]) -> Curves:
    """Return the line chart of the months."""
    shown = (Figure.GROSS, Figure.EARNED, Figure.PAID)
    return Curves(
        title=_("Month by month"),
        note=_("Income recorded through the platform, in yuan"),
        labels=[month_label(word) for word, _figures in months],
        series=[
            {"label": _(FIGURE_WORDS[figure]), "values": [max(figures.of(figure), 0) for _word, figures in months]}
            for figure in shown
        ],
    )


def month_label(word: str) -> str:
    """Return '11月' or 'Nov', with the year in January."""
    day = dt.date(int(word[:4]), int(word[5:]), 1)
    if locale_id() == "zh":
        return f"{day.year}年1月" if day.month == 1 else f"{day.month}月"
    return f"{day:%b %Y}" if day.month == 1 else f"{day:%b}"


def lines_table(
    lines: Sequence[Line],
    names: Mapping[str, str],
    figure: Figure,
    scope: Scope,
    *,
    caption: str,
    households: Mapping[int, tuple[str, str]],
) -> Table:
    """Return order lines with the amount each adds to a figure; with `households` (ref, words by key) whose they are."""
    mine = reachable_areas()

    def cells(line: Line) -> dict[str, Any]:
        held: dict[str, Any] = {
            "goods": {"value": line.title, "url": url_for("reports.line", number=line.attribution_id)},
            "day": line.sold_at,
            "order": line.order_ref,
            "quantity": line.quantity,
            "village": names[line.village_code],
            "fen": line.figures.of(figure),
        }
        if line.household_id is not None and line.household_id in households:
            ref, words = households[line.household_id]
            url = url_for("reports.household", ref=ref, **scope_args(scope))
            held["household"] = {"value": words, "url": url if line.village_code.startswith(mine) else None}
        else:
            held["household"] = _("Not a household: %(seller)s", seller=line.seller_ref)
        return held

    whose = (
        [{"key": "household", "label": _("Household")}, {"key": "village", "label": _("Village"), "kind": "name"}]
        if households
        else []
    )
    return Table(
        caption=caption,
        note=_("Latest recorded first, in yuan"),
        columns=[
            {"key": "goods", "label": _("Goods")},
            {"key": "day", "label": _("Sold on"), "kind": "day"},
            *whose,
            {"key": "order", "label": _("Order")},
            {"key": "quantity", "label": _("Quantity"), "kind": "number"},
            {"key": "fen", "label": _(FIGURE_WORDS[figure]), "kind": "yuan"},
        ],
        rows=[cells(line) for line in lines],
        empty=_("No row makes this figure: it is 0.00."),
    )
