"""A household over a period; the households behind a count; the households behind the platform's share."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.income import queries as income
from marketplace.income.values import Figure
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.reports import queries
from marketplace.reports.pages import HouseholdPage, HouseholdsPage, Table
from marketplace.reports.values import STATUS_WORDS, HouseholdReport, Scope
from marketplace.reports.views import downloads, shown
from marketplace.reports.views.blueprint import READERS, STATEMENT_READERS, bp
from marketplace.reports.views.shown import Lines
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.faces import installed_face
from marketplace.web.filters import month, percent
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, policy

#: Rows shown at once.
PAGE = 30
#: Order lines shown on the household's own page; the rest is one click away.
LINES_SHOWN = 10
KINDS = ("registered", "active")


@bp.get("/office/reports/households/<ref>")
@policy("reports.read", of="household", **READERS)
def household(ref: str) -> str:
    """Show a household of the reader's area over a period."""
    found = authorise(farmers.household_by_ref(reader(), shown.asked_ref(ref)))
    scope = shown.asked_scope()
    report = queries.household_report(reader(), found.id, scope)
    return render_template("reports/household.html", page=_page(found, report))


@bp.get("/office/reports/households/<ref>/excel")
@policy("reports.read", of="household", **READERS)
def excel_household(ref: str) -> Response:
    """Send the household's months and lines."""
    found = authorise(farmers.household_by_ref(reader(), shown.asked_ref(ref)))
    scope = shown.asked_scope()
    report = queries.household_report(reader(), found.id, scope)
    lines = downloads.line_rows(scope, Figure.GROSS, household_id=found.id)
    sheets = [downloads.lines_sheet(_("Order lines"), lines, shown.area_names(), None), downloads.months_sheet(report.months)]
    book = exports.workbook(sheets, downloads.about(found.ref, scope, report.as_of), _("How it is reckoned"))
    return exports.send(book, f"lotusfair-{found.ref}-{scope.period.word}.xlsx")


@bp.get("/office/reports/areas/<code>/households/<kind>")
@policy("reports.read", of="area", **READERS)
def reached(code: str, kind: str) -> str:
    """Show the households that a count of an area counted."""
    found = shown.asked_area(code)
    if kind not in KINDS:
        raise NotThere
    scope, names = shown.asked_scope(), shown.area_names()
    _figures, reach = queries.headline(reader(), code, scope)
    count = reach.registered if kind == "registered" else reach.active
    split = shown.standings(reach) if kind == "registered" else ""
    page = shown.page_number()
    rows = queries.households_behind(
        reader(), code, scope, registered_only=kind == "registered", sealer=shown.sealer(), limit=PAGE, offset=page * PAGE
    )

    def cells(row: Any) -> dict[str, Any]:
        to = Lines(scope, household=row.household_ref, area=row.village_code)
        url = url_for("reports.household", ref=row.household_ref, **shown.scope_args(scope))
        return {
            "household": {"value": f"{row.name} {row.household_ref}", "url": url},
            "village": names[row.village_code],
            "standing": _(STATUS_WORDS[row.standing]),
            "lines": row.figures.lines,
            **to.cells(row.figures),
        }

    label = _("Registered households reached") if kind == "registered" else _("Active households")
    table = Table(
        caption=label,
        note=_("In yuan, over the period chosen"),
        columns=[
            {"key": "household", "label": _("Household")},
            {"key": "village", "label": _("Village"), "kind": "name"},
            {"key": "standing", "label": _("Standing when it sold"), "kind": "name"},
            {"key": "lines", "label": _("Order lines"), "kind": "number"},
            *shown.figure_columns(),
        ],
        rows=[cells(row) for row in rows],
    )
    return render_template(
        "reports/households.html",
        page=HouseholdsPage(
            title=label,
            area_name=names[found.code],
            crumbs=shown.crumbs(code, names, scope, (label, None)),
            period_words=shown.scope_words(scope),
            as_of=clock.now(),
            count_words=" · ".join(filter(None, (ngettext("%(num)s household", "%(num)s households", count), split))),
            meaning=downloads.definitions()[kind][1],
            table=table,
            pager=shown.numbered_pager(page, PAGE, count),
            excel_url=url_for("reports.excel_reached", code=code, kind=kind, **shown.scope_args(scope)),
            how_url=shown.how(kind),
        ),
    )


@bp.get("/office/reports/areas/<code>/households/<kind>/excel")
@policy("reports.read", of="area", **READERS)
def excel_reached(code: str, kind: str) -> Response:
    """Send the households that a count counted."""
    found = shown.asked_area(code)
    if kind not in KINDS:
        raise NotThere
    scope, names = shown.asked_scope(), shown.area_names()
    rows = queries.households_behind(
        reader(), code, scope, registered_only=kind == "registered", sealer=shown.sealer(), limit=exports.MOST_ROWS
    )
    book = exports.workbook(
        [downloads.reached_sheet(rows, names)],
        downloads.about(names[found.code], scope, clock.now()),
        _("How it is reckoned"),
    )
    return exports.send(book, f"lotusfair-{kind}-{code}-{scope.period.word}.xlsx")


@bp.get("/office/reports/areas/<code>/declared")
@policy("reports.read", of="area", **READERS)
def declared(code: str) -> str:
    """Show the households that declared a year's income, beside what the platform recorded of them."""
    found = shown.asked_area(code)
    scope, names = Scope(shown.asked_scope().period), shown.area_names()
    share = queries.platform_share(reader(), code, scope.period.year)
    page = shown.page_number()
    rows = queries.share_rows(reader(), code, share.year, sealer=shown.sealer(), limit=PAGE, offset=page * PAGE)
    year = Scope(type(scope.period)(str(share.year)))

    def cells(row: Any) -> dict[str, Any]:
        url = url_for("reports.household", ref=row.household_ref, **shown.scope_args(year))
        to = Lines(year, household=row.household_ref)
        whole = row.declared_fen + row.platform_fen
        return {
            "household": {"value": f"{row.name} {row.household_ref}", "url": url},
            "village": names[row.village_code],
            "declared": row.declared_fen,
            "platform": {"value": row.platform_fen, "url": to.url(Figure.NET)} if row.platform_fen else 0,
            "share": row.platform_fen / whole if whole > 0 else None,
        }

    label = _("Platform share of declared income, %(year)d", year=share.year)
    table = Table(
        caption=label,
        note=_("In yuan. Declared income is what two officials entered and approved; the platform's part is never in it."),
        columns=[
            {"key": "household", "label": _("Household")},
            {"key": "village", "label": _("Village"), "kind": "name"},
            {"key": "declared", "label": _("Declared net"), "kind": "yuan"},
            {"key": "platform", "label": _("Net recorded through the platform"), "kind": "yuan"},
            {"key": "share", "label": _("Share"), "kind": "percent"},
        ],
        rows=[cells(row) for row in rows],
        total={
            "household": _("Together"),
            "declared": share.declared_fen,
            "platform": share.platform_fen,
            "share": share.ratio,
        },
        empty=_("No household here has an approved declaration for this year."),
    )
    return render_template(
        "reports/households.html",
        page=HouseholdsPage(
            title=label,
            area_name=names[found.code],
            crumbs=shown.crumbs(code, names, scope, (label, None)),
            period_words=str(share.year),
            as_of=clock.now(),
            count_words=ngettext("%(num)s household declared", "%(num)s households declared", share.households)
            + ("" if share.ratio is None else f" · {percent(share.ratio)}"),
            meaning=downloads.definitions()["share"][1],
            table=table,
            pager=shown.numbered_pager(page, PAGE, share.households),
            excel_url=url_for("reports.excel_declared", code=code, period=share.year),
            how_url=shown.how("share"),
        ),
    )


@bp.get("/office/reports/areas/<code>/declared/excel")
@policy("reports.read", of="area", **READERS)
def excel_declared(code: str) -> Response:
    """Send the households behind the platform's share."""
    found = shown.asked_area(code)
    scope, names = Scope(shown.asked_scope().period), shown.area_names()
    rows = queries.share_rows(reader(), code, scope.period.year, sealer=shown.sealer(), limit=exports.MOST_ROWS)
    book = exports.workbook(
        [downloads.share_sheet(rows, names)], downloads.about(names[found.code], scope, clock.now()), _("How it is reckoned")
    )
    return exports.send(book, f"lotusfair-declared-{code}-{scope.period.year}.xlsx")


def _page(found: Any, report: HouseholdReport) -> HouseholdPage:
    scope, names = report.scope, shown.area_names()
    to = Lines(scope, household=found.ref)
    _refs, heads = queries.names_of(reader(), [found.id], sealer=shown.sealer())
    title = f"{heads.get(found.id, '')} {found.ref}".strip()
    kind = Figure.GROSS if report.figures.gross_fen else Figure.PAID if report.figures.paid_fen else Figure.EARNED
    lines = income.lines_of(
        reader(),
        period=scope.period.word,
        kind=kind,
        household_id=found.id,
        measure=scope.measure,
        category=scope.category,
        limit=LINES_SHOWN,
    ).lines
    members = farmers.member_counts(reader(), [found.id]).get(found.id, 0)
    return HouseholdPage(
        title=title,
        area_name=names[found.village_code],
        crumbs=shown.crumbs(found.village_code, names, scope, (title, None)),
        period_words=shown.scope_words(scope),
        as_of=report.as_of,
        filters=shown.filters(url_for("reports.household", ref=found.ref), scope),
        facts=[
            (_("Village"), names[found.village_code]),
            (_("Township"), names.get(found.village_code[:9], "")),
            (_("Reference"), found.ref),
            (_("People on record"), f"{members}"),
        ],
        headline=[
            shown.tile(report.figures, Figure.PAID, to, _("Money that has left by bank")),
            shown.tile(report.figures, Figure.EARNED, to, _("Delivered, past returning")),
            shown.tile(report.figures, Figure.NET, to),
            shown.tile(report.figures, Figure.GROSS, to, _("Paid by buyers")),
        ],
        reckoning=shown.reckoning(report.figures, to),
        curves=shown.curves(report.months),
        months=_months(report, to),
        lines=shown.lines_table(lines, names, kind, scope, caption=_("Latest order lines"), households={}),
        lines_url=to.url(kind),
        excel_url=url_for("reports.excel_household", ref=found.ref, **shown.scope_args(scope)),
        how_url=url_for("reports.definitions"),
        card_url=shown.card_url(found.ref),
    )


def _months(report: HouseholdReport, to: Lines) -> Table:
    """Return the months with their figures; whoever may have the household's statement finds each on paper."""
    has_papers = installed_face() is not None and bool(visitor().roles & STATEMENT_READERS)

    def cells(word: str, figures: Any) -> dict[str, Any]:
        scope = Scope(type(report.scope.period)(word), report.scope.measure, report.scope.category)
        at = url_for("income.statement_paper", month=word, household=to.of["household"]) if has_papers else None
        return {"month": {"value": month(word), "url": at} if at else month(word), **to.cells(figures, scope)}

    return Table(
        caption=_("Month by month"),
        note=_("In yuan"),
        columns=[{"key": "month", "label": _("Month")}, *shown.figure_columns()],
        rows=[cells(word, figures) for word, figures in reversed(report.months) if any(figures)],
        empty=_("Nothing was recorded for this household yet."),
    )
