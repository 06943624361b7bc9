"""An area over a period, from the county down to the village, with its Excel twin."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.income.values import Figure
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.reports import queries
from marketplace.reports.pages import AreaPage, Bars, Pager, Reception, Table, Tile
from marketplace.reports.values import CATEGORY_WORDS, FIGURE_WORDS, FIGURES, AreaReport, AreaRow, Scope
from marketplace.reports.views import shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.downloads import about, area_sheets
from marketplace.reports.views.shown import Lines
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.filters import percent
from marketplace.web.policy import policy, reachable_areas

#: Households of a village shown at once.
PAGE = 30
#: Bars of a chart; the table below has the rest.
BARS = 13


@bp.get("/office/reports/")
@policy("reports.read", **READERS)
def county() -> Response:
    """Lead to the official's own widest area."""
    codes = reachable_areas()
    if not codes:
        raise NotThere
    widest = min(codes, key=lambda code: (len(code), code))
    return redirect(url_for("reports.area", code=widest, **shown.scope_args(shown.asked_scope())))


@bp.get("/office/reports/areas/<code>")
@policy("reports.read", of="area", **READERS)
def area(code: str) -> str:
    """Show an area of the reader's own over a period."""
    found = shown.asked_area(code)
    scope = shown.asked_scope()
    report = queries.area_report(reader(), found.code, scope, own=reachable_areas())
    return render_template("reports/area.html", page=_page(report))


@bp.get("/office/reports/areas/<code>/excel")
@policy("reports.read", of="area", **READERS)
def excel_area(code: str) -> Response:
    """Send every table of the area's page, one a sheet."""
    found = shown.asked_area(code)
    scope = shown.asked_scope()
    report = queries.area_report(reader(), found.code, scope, own=reachable_areas())
    names = shown.area_names()
    book = exports.workbook(area_sheets(report, names), about(names[found.code], scope, report.as_of), _("How it is reckoned"))
    return exports.send(book, f"lotusfair-{found.code}-{scope.period.word}.xlsx")


def _page(report: AreaReport) -> AreaPage:
    names = shown.area_names()
    scope, code = report.scope, report.code
    to = Lines(scope, area=code)
    sorted_by = _sorted_by()
    holders = report.level == "village"
    children, pager = _holders(report, sorted_by) if holders else (_children(report, names, sorted_by), None)
    return AreaPage(
        title=names[code],
        area_name=names[code],
        crumbs=shown.crumbs(code, names, scope),
        others=[
            (names[other], url_for("reports.area", code=other, **shown.scope_args(scope)))
            for other in reachable_areas()
            if not code.startswith(other)
        ],
        period_words=shown.scope_words(scope),
        as_of=report.as_of,
        filters=shown.filters(url_for("reports.area", code=code), scope),
        headline=_headline(report, to),
        reckoning=shown.reckoning(report.figures, to),
        goods=_goods(report, sorted_by),
        bars=None if holders else _bars(report, names, sorted_by),
        curves=shown.curves(report.months),
        children=children,
        pager=pager,
        peers=_peers(report, names),
        promotions_url=url_for("reports.promotions", code=code, **shown.scope_args(scope)),
        ledger_url=url_for("reports.ledger", code=code),
        poverty_url=url_for("reports.poverty", code=code),
        excel_url=url_for("reports.excel_area", code=code, **shown.scope_args(scope)),
        how_url=url_for("reports.definitions"),
        reception=_reception(code),
    )


def _reception(code: str) -> Reception | None:
    found = list(areas.broadband(reader(), code, clock.today()).values())
    if not found:
        return None
    percents = [one.households_percent for one in found]
    return Reception(
        measured=len(found),
        villages=len(areas.villages(reader(), code)),
        least_percent=min(percents),
        most_percent=max(percents),
        measured_on=max(one.measured_on for one in found),
        source=found[0].source if len(found) == 1 else "",
    )


def _headline(report: AreaReport, to: Lines) -> list[Tile]:
    scope, figures = report.scope, report.figures
    share = report.share

    active = url_for("reports.reached", code=report.code, kind="active", **shown.scope_args(scope))
    return [
        shown.tile(figures, Figure.PAID, to, _("Money that has left by bank")),
        shown.tile(figures, Figure.EARNED, to, _("Delivered, past returning")),
        shown.tile(figures, Figure.GROSS, to, _("Paid by buyers")),
        shown.tile(figures, Figure.NET, to, _("After refunds, fees and declared costs")),
        shown.reached_tile(report.reach, report.code, scope),
        Tile(
            _("Active households"),
            f"{report.reach.active:,}",
            active if report.reach.active else None,
            _("See the households"),
            shown.how("active"),
        ),
        Tile(
            _("Platform share of declared income, %(year)d", year=share.year),
            "—" if share.ratio is None else percent(share.ratio),
            url_for("reports.declared", code=report.code, period=share.year) if share.households else None,
            _("See the households"),
            shown.how("share"),
        ),
    ]


def _sorted_by() -> Figure | None:
    word = request.args.get("sort", "")
    return Figure(word) if word in set(Figure) else None


def _sort_url(code: str, scope: Scope) -> Any:
    return lambda word: url_for("reports.area", code=code, sort=word or None, _anchor="parts", **shown.scope_args(scope))


def _children(report: AreaReport, names: Any, sorted_by: Figure | None) -> Table:
    rows = list(report.children)
    if sorted_by:
        rows.sort(key=lambda row: (-row.figures.of(sorted_by), row.code))
    sort_url = _sort_url(report.code, report.scope)
    columns = [
        {"key": "area", "label": _("Area"), "sort_url": sort_url("")},
        *shown.figure_columns(sort_url, sorted_by or ""),
        {"key": "active", "label": _("Active households"), "kind": "number"},
    ]
    caption = _("By township") if report.level == "county" else _("By village")
    return Table(
        caption=caption,
        note=_("In yuan. Every figure opens the rows that make it."),
        columns=columns,
        rows=[_area_cells(row, names, report.scope) for row in rows],
        total={
            "area": _("Together"),
            **Lines(report.scope, area=report.code).cells(report.figures),
            "active": report.reach.active,
        },
    )


def _area_cells(row: AreaRow, names: Any, scope: Scope) -> dict[str, Any]:
    reached = url_for("reports.reached", code=row.code, kind="active", **shown.scope_args(scope))
    return {
        "area": {
            "value": names[row.code],
            "url": url_for("reports.area", code=row.code, **shown.scope_args(scope)),
        },
        **Lines(scope, area=row.code).cells(row.figures),
        "active": {"value": row.reach.active, "url": reached} if row.reach.active else 0,
    }


def _holders(report: AreaReport, sorted_by: Figure | None) -> tuple[Table, Pager | None]:
    scope, code = report.scope, report.code
    found = queries.holder_totals(reader(), code, scope, by=sorted_by or Figure.GROSS)
    page = shown.page_number()
    part = queries.named_holders(reader(), found[page * PAGE : page * PAGE + PAGE], sealer=shown.sealer())
    sort_url = _sort_url(code, scope)

    def cells(row: Any) -> dict[str, Any]:
        if row.household_ref is None:
            to = Lines(scope, area=code, pool=row.name)
            return {"household": _("Not a household: %(seller)s", seller=row.name), **to.cells(row.figures)}
        to = Lines(scope, household=row.household_ref, area=code)
        url = url_for("reports.household", ref=row.household_ref, **shown.scope_args(scope))
        return {"household": {"value": f"{row.name} {row.household_ref}", "url": url}, **to.cells(row.figures)}

    table = Table(
        caption=_("By household"),
        note=_("In yuan, %(count)d in all. Every figure opens the rows that make it.", count=len(found)),
        columns=[{"key": "household", "label": _("Household")}, *shown.figure_columns(sort_url, sorted_by or "")],
        rows=[cells(row) for row in part],
        total={"household": _("Together"), **Lines(scope, area=code).cells(report.figures)},
        empty=_("Nothing was recorded here in this period."),
    )
    return table, shown.numbered_pager(page, PAGE, len(found))


def _charted(report: AreaReport, sorted_by: Figure | None) -> Figure:
    """Return the figure the bars show: the one sorted by, else what was paid out, else what buyers paid."""
    return sorted_by or (Figure.PAID if report.figures.paid_fen else Figure.GROSS)


def _bars(report: AreaReport, names: Any, sorted_by: Figure | None) -> Bars:
    figure = _charted(report, sorted_by)
    rows = sorted(report.children, key=lambda row: (-row.figures.of(figure), row.code))
    left_out = len(rows) - BARS
    return Bars(
        title=_("%(figure)s by area", figure=_(FIGURE_WORDS[figure])),
        rows=[
            {
                "label": names[row.code],
                "value": row.figures.of(figure),
                "url": url_for("reports.area", code=row.code, **shown.scope_args(report.scope)),
            }
            for row in rows[:BARS]
        ],
        label_heading=_("Area"),
        value_heading=_(FIGURE_WORDS[figure]),
        note=ngettext("%(num)s more in the table below", "%(num)s more in the table below", left_out) if left_out > 0 else None,
    )


def _goods(report: AreaReport, sorted_by: Figure | None) -> Bars:
    figure = _charted(report, sorted_by)
    rows = sorted(report.goods, key=lambda row: -row[1].of(figure))
    return Bars(
        title=_("%(figure)s by goods", figure=_(FIGURE_WORDS[figure])),
        rows=[
            {
                "label": _(CATEGORY_WORDS[category]),
                "value": figures.of(figure),
                "url": url_for("reports.area", code=report.code, **{**shown.scope_args(report.scope), "category": category}),
            }
            for category, figures in rows
        ],
        label_heading=_("Goods"),
        value_heading=_(FIGURE_WORDS[figure]),
    )


def _peers(report: AreaReport, names: Any) -> Table | None:
    if len(report.peers) < 2:
        return None
    own = next(row for code, row in report.peers if code == report.code)

    def cells(code: str, row: AreaRow | None) -> dict[str, Any]:
        if row is None:
            return {"area": names[code], **dict.fromkeys(map(str, FIGURES)), "note": _("Fewer than 5 households")}
        figures = {str(figure): row.figures.of(figure) for figure in FIGURES}
        return {"area": names[code], **figures, "note": _("This area") if row is own else ""}

    return Table(
        caption=_("Beside the neighbours, %(year)s", year=str(report.scope.period.year)),
        note=_("The whole year so far, in yuan. A foreign area with sales of fewer than 5 households shows no figures."),
        columns=[
            {"key": "area", "label": _("Area")},
            *shown.figure_columns(),
            {"key": "note", "label": _("Note")},
        ],
        rows=[cells(code, row) for code, row in report.peers],
    )
