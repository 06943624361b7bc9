"""Excel twins: sheets of the tables, and the sheet of terms."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from marketplace.income import queries as income
from marketplace.income.values import Figure, Figures, Line
from marketplace.reports import queries
from marketplace.reports.values import (
    CATEGORY_WORDS,
    FIGURE_WORDS,
    FIGURES,
    MEASURE_WORDS,
    STATUS_WORDS,
    AreaReport,
    Reach,
    Scope,
)
from marketplace.reports.views import shown
from marketplace.web.db import reader
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import moment, month

#: Lines fetched at once while a file is written.
CHUNK = 2000


def definitions() -> dict[str, tuple[str, str]]:
    """Return, by anchor, each term with its definition."""
    return {
        "paid": (
            _("Paid out"),
            _(
                "Money that has left the county's account for the household's, with a bank reference entered by one official and"
                " confirmed by another. It counts in the month of the confirmation. This is the headline figure."
            ),
        ),
        "earned": (
            _("Earned"),
            _(
                "What is owed to the household for good: the goods were delivered and the time for returning them has passed."
                " Fees and refunds are already taken off. It counts in the month the time passed."
            ),
        ),
        "gross": (
            _("Gross"),
            _(
                "What buyers paid for the goods, after the seller's own discount and without freight. It counts in the month the"
                " buyer paid."
            ),
        ),
        "refunds": (_("Refunds"), _("What went back to buyers. It counts in the month of the refund.")),
        "fees": (
            _("Fees"),
            _(
                "The platform's fee and the payment fee. After a refund the platform's fee is reckoned anew on what remains and"
                " the difference is given back."
            ),
        ),
        "costs": (
            _("Declared costs"),
            _("What the household itself declared it spent on inputs and packing for these sales. No money moves for it here."),
        ),
        "net": (_("Net"), _("Gross less refunds, fees and declared costs.")),
        "active": (
            _("Active households"),
            _(
                "Households with at least one order line paid by a buyer in the period, each counted once in the village it sold"
                " from."
            ),
        ),
        "registered": (
            _("Registered households reached"),
            _(
                "Active households that the county files as registered: on the day of a sale they stood on the register, had left"
                " it, or were monitored (monitored households count also if they never stood on it). The standing of that day is"
                " frozen on the sale and does not change later; a household that stood in two ways counts once, on the register"
                " before monitored before left."
            ),
        ),
        "share": (
            _("Platform share of declared income"),
            _(
                "For the households with an approved declaration of the year: net recorded through the platform, divided by that"
                " net and the declared net together. Declared net is wage, business, property and transfer income less business"
                " expenditure; where the register knows only a figure per head, that figure times the people on record."
                " Households without a declaration are left out on both sides."
            ),
        ),
        "period": (
            _("Periods"),
            _("Months and years are cut at midnight, Beijing time. Each movement counts in the month it happened."),
        ),
        "small": (
            _("Small numbers"),
            _(
                "Figures of a foreign area are shown for whole years only, and not at all where fewer than 5 households stand"
                " behind them."
            ),
        ),
        "words": (
            _("What these figures do not say"),
            _("They are income recorded through the platform. They do not say what a household would have earned without it."),
        ),
    }


def as_of_and_unit(as_of: dt.datetime) -> list[tuple[str, str]]:
    """Return the rows of the sheet of terms that every report has."""
    return [(_("As of"), moment(as_of)), (_("Unit"), _("Yuan, two decimals"))]


def about(area: str, scope: Scope, as_of: dt.datetime) -> list[tuple[str, str]]:
    """Return the sheet of terms: what, where, when, as of, and every definition."""
    return [
        (_("Report"), _("Income recorded through the platform")),
        (_("Area or household"), area),
        (_("Period and filters"), shown.scope_words(scope)),
        *as_of_and_unit(as_of),
        *definitions().values(),
    ]


def _money_columns() -> list[SheetColumn]:
    return [SheetColumn(_(FIGURE_WORDS[figure]), "yuan") for figure in FIGURES]


def _money(figures: Figures) -> list[int]:
    return [figures.of(figure) for figure in FIGURES]


def area_sheets(report: AreaReport, names: Mapping[str, str]) -> list[Sheet]:
    """Return the tables of an area's page."""
    sheets = []
    if report.level == "village":
        found = queries.holder_totals(reader(), report.code, report.scope, by=Figure.GROSS)
        rows = queries.named_holders(reader(), found, sealer=shown.sealer())
        sheets.append(holders_sheet(_("By household"), rows, names))
    else:
        title = _("By township") if report.level == "county" else _("By village")
        columns = [
            SheetColumn(_("Area code")),
            SheetColumn(_("Area")),
            *_money_columns(),
            SheetColumn(_("Active households"), "number"),
            SheetColumn(_("Registered households reached"), "number"),
            *(SheetColumn(_(STATUS_WORDS[word]), "number") for word in ("registered", "exited", "monitored")),
        ]
        sheets.append(
            Sheet(
                title,
                columns,
                [[row.code, names[row.code], *_money(row.figures), *_reached(row.reach)] for row in report.children],
            )
        )
    sheets.append(months_sheet(report.months))
    if report.goods:
        goods = [[_(CATEGORY_WORDS[category]), *_money(figures)] for category, figures in report.goods]
        sheets.append(Sheet(_("By goods"), [SheetColumn(_("Goods")), *_money_columns()], goods))
    if len(report.peers) > 1:
        columns = [SheetColumn(_("Area code")), SheetColumn(_("Area")), *_money_columns(), SheetColumn(_("Note"))]
        hidden = [None] * len(FIGURES)
        rows_of_peers = [
            [code, names[code], *(_money(row.figures) if row else hidden), "" if row else _("Fewer than 5 households")]
            for code, row in report.peers
        ]
        sheets.append(Sheet(_("Beside the neighbours, %(year)s", year=str(report.scope.period.year)), columns, rows_of_peers))
    return sheets


def _reached(reach: Reach) -> list[int]:
    return [reach.active, reach.registered, reach.on_register, reach.left, reach.monitored]


def months_sheet(months: Sequence[tuple[str, Figures]]) -> Sheet:
    """Return the months of a chart."""
    columns = [SheetColumn(_("Month")), *_money_columns(), SheetColumn(_("Order lines"), "number")]
    return Sheet(_("Month by month"), columns, [[month(word), *_money(figures), figures.lines] for word, figures in months])


def holders_sheet(title: str, rows: Iterable[Any], names: Mapping[str, str]) -> Sheet:
    """Return households and pools with their figures, names masked."""
    columns = [
        SheetColumn(_("Reference")),
        SheetColumn(_("Household")),
        SheetColumn(_("Village")),
        *_money_columns(),
        SheetColumn(_("Order lines"), "number"),
    ]
    return Sheet(
        title,
        columns,
        [[row.household_ref or "", row.name, names[row.village_code], *_money(row.figures), row.figures.lines] for row in rows],
    )


def reached_sheet(rows: Iterable[Any], names: Mapping[str, str]) -> Sheet:
    """Return the households behind a count, with how each stood when it sold."""
    rows = list(rows)
    sheet = holders_sheet(_("Households"), rows, names)
    return Sheet(
        sheet.title,
        [*sheet.columns, SheetColumn(_("Standing when it sold"))],
        [[*cells, _(STATUS_WORDS[row.standing])] for cells, row in zip(sheet.rows, rows, strict=True)],
    )


def share_sheet(rows: Iterable[Any], names: Mapping[str, str]) -> Sheet:
    """Return declared income beside what the platform recorded."""
    columns = [
        SheetColumn(_("Reference")),
        SheetColumn(_("Household")),
        SheetColumn(_("Village")),
        SheetColumn(_("Declared net"), "yuan"),
        SheetColumn(_("Net recorded through the platform"), "yuan"),
    ]
    return Sheet(
        _("Declared income"),
        columns,
        [[row.household_ref, row.name, names[row.village_code], row.declared_fen, row.platform_fen] for row in rows],
    )


def line_rows(scope: Scope, figure: Figure, **of: Any) -> Iterator[Line]:
    """Yield every line behind a figure, a chunk of rows at a time, so that no file needs them all in memory."""
    before: int | None = None
    while True:
        page = income.lines_of(
            reader(),
            period=scope.period.word,
            kind=figure,
            measure=scope.measure,
            category=scope.category,
            before=before,
            limit=CHUNK,
            **of,
        )
        yield from page.lines
        before = page.next_before
        if before is None:
            return


def lines_sheet(title: str, lines: Iterable[Line], names: Mapping[str, str], figure: Figure | None) -> Sheet:
    """Return order lines; with `figure` that figure stands first, all of them beside it."""
    columns = [
        SheetColumn(_("Order line"), "number"),
        SheetColumn(_("Order")),
        SheetColumn(_("Sold on"), "moment"),
        SheetColumn(_("Goods")),
        SheetColumn(_("Quantity"), "number"),
        SheetColumn(_("Seller")),
        SheetColumn(_("Village")),
        SheetColumn(_("Standing on the day of sale")),
        SheetColumn(_("Measure")),
        SheetColumn(_("Category")),
        *([SheetColumn(_("This figure"), "yuan")] if figure else []),
        *_money_columns(),
    ]

    def row(line: Line) -> list[Any]:
        return [
            line.attribution_id,
            line.order_ref,
            moment(line.sold_at),
            line.title,
            line.quantity,
            line.seller_ref,
            names.get(line.village_code, line.village_code),
            _(STATUS_WORDS[line.status]),
            _(MEASURE_WORDS[line.measure]),
            _(CATEGORY_WORDS[line.category]),
            *([line.figures.of(figure)] if figure else []),
            *_money(line.figures),
        ]

    return Sheet(title, columns, (row(line) for line in lines))
