"""The management ledger of an area: its figures, the list behind each, on A4 and as an Excel twin."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.assistance import queries as assistance
from marketplace.assistance.queries import ledger as reads
from marketplace.assistance.values import MeasureKind
from marketplace.assistance.values.ledger import LedgerKind, LedgerRow
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.reports.pages import HouseholdsPage, LedgerPage, Pager, Table, Tile
from marketplace.reports.queries.sales import LEVELS
from marketplace.reports.values import (
    ALERT_WORDS,
    CASE_WORDS,
    HELP_WORDS,
    LEDGER_WORDS,
    LEVEL_WORDS,
    STANDING_WORDS,
    Period,
    Scope,
)
from marketplace.reports.views import downloads, shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.definitions import ledger_definitions
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.policy import policy

#: Rows on a page, on a sheet of A4 about two leaves; and fetched at once for a file.
PAGE, CHUNK = 60, 2_000
#: The figures of the tables below an area.
IN_TABLES = tuple(kind for kind in LedgerKind if kind is not LedgerKind.HELP)
#: What a row's code is a word of.
_CODE_WORDS: Mapping[LedgerKind, Mapping[str, str]] = {
    LedgerKind.CASES: CASE_WORDS,
    LedgerKind.CASES_OVERDUE: CASE_WORDS,
    LedgerKind.ALERTS: ALERT_WORDS,
    LedgerKind.SILENT: HELP_WORDS,
    LedgerKind.HELP: HELP_WORDS,
}
_PLACE = re.compile(r"(\d{12})\.([0-9A-Z]{1,20})\.(\d{1,18})", re.ASCII)


@bp.get("/office/reports/areas/<code>/ledger")
@policy("reports.read", of="area", **READERS)
def ledger(code: str) -> str:
    """Show the ledger of an area: every figure opens its rows."""
    found, today, names = shown.asked_area(code), clock.today(), shown.area_names()
    counts = reads.ledger_counts(reader(), found.code, today)
    title = _("Management ledger")
    page = LedgerPage(
        title=title,
        area_name=names[code],
        crumbs=shown.crumbs(code, names, _scope(), (title, None)),
        as_of=clock.now(),
        tiles=[_tile(code, kind, sum(counts[kind].values())) for kind in IN_TABLES],
        help=_help(code),
        children=_children(code, counts, names),
        list_url=url_for("reports.ledger_list", code=code, kind=LedgerKind.HOUSEHOLDS),
        links=[
            (_("All households in order"), url_for("reports.ledger_list", code=code, kind=LedgerKind.HOUSEHOLDS)),
            (_("What changed in the records"), url_for("assistance.area_changes", code=code)),
            (_("Flow between standings"), url_for("reports.flow", code=code)),
            (_("Poverty measures of this area"), url_for("reports.poverty", code=code)),
        ],
        excel_url=url_for("reports.excel_ledger", code=code),
        how_url=shown.how("ledger"),
    )
    return render_template("reports/ledger.html", page=page)


@bp.get("/office/reports/areas/<code>/ledger/<kind>")
@policy("reports.read", of="area", **READERS)
def ledger_list(code: str, kind: str) -> str:
    """Show a page of the rows behind a figure of a ledger, by village and reference."""
    found, names = shown.asked_area(code), shown.area_names()
    asked, measure = _asked(kind)
    rows = reads.ledger_rows(reader(), asked, found.code, clock.today(), measure=measure, after=_after(), limit=PAGE + 1)
    label, whole = _label(asked, measure), _("Management ledger")
    crumbs = ((whole, url_for("reports.ledger", code=code)), (label, None))
    return render_template(
        "reports/households.html",
        page=HouseholdsPage(
            title=label,
            area_name=names[code],
            crumbs=shown.crumbs(code, names, _scope(), *crumbs),
            period_words=names[code],
            as_of=clock.now(),
            count_words="",
            meaning=ledger_definitions()["ledger"][1],
            table=_table(label, asked, rows[:PAGE], names),
            pager=_pager(rows, kind, code),
            excel_url=url_for("reports.excel_ledger_list", code=code, kind=kind, measure=measure),
            how_url=shown.how("ledger"),
            can_print=True,
        ),
    )


@bp.get("/office/reports/areas/<code>/ledger/excel")
@policy("reports.read", of="area", **READERS)
def excel_ledger(code: str) -> Response:
    """Send the figures of a ledger by village, and every household in order."""
    found, names, today = shown.asked_area(code), shown.area_names(), clock.today()
    counts = reads.ledger_counts(reader(), found.code, today)
    villages = sorted({village for each in counts.values() for village in each})
    heads = [SheetColumn(_("Area code")), SheetColumn(_("Village"))]
    heads += [SheetColumn(_(LEDGER_WORDS[kind]), "number") for kind in IN_TABLES]
    figures = [[village, names[village], *(counts[kind].get(village, 0) for kind in IN_TABLES)] for village in villages]
    help_now = reads.help_counts(reader(), code)
    kinds = [[_(HELP_WORDS[kind]), help_now[kind]] for kind in MeasureKind if kind in help_now]
    sheets = [
        Sheet(_("By village"), heads, figures),
        Sheet(_("Help by kind"), [SheetColumn(_("Measure")), SheetColumn(_("Households"), "number")], kinds),
        _sheet(LedgerKind.HOUSEHOLDS, code, None, names),
    ]
    return exports.send(exports.workbook(sheets, _about(code, names), _("How it is reckoned")), f"lotusfair-ledger-{code}.xlsx")


@bp.get("/office/reports/areas/<code>/ledger/<kind>/excel")
@policy("reports.read", of="area", **READERS)
def excel_ledger_list(code: str, kind: str) -> Response:
    """Send every row behind a figure of a ledger."""
    shown.asked_area(code)
    asked, measure = _asked(kind)
    names = shown.area_names()
    book = exports.workbook([_sheet(asked, code, measure, names)], _about(code, names), _("How it is reckoned"))
    return exports.send(book, f"lotusfair-ledger-{asked}-{code}.xlsx")


def _scope() -> Scope:
    return Scope(Period(f"{clock.today().year}"))


def _asked(kind: str) -> tuple[LedgerKind, MeasureKind | None]:
    if kind not in set(LedgerKind):
        raise NotThere
    measure = request.args.get("measure", "")
    return LedgerKind(kind), MeasureKind(measure) if measure in set(MeasureKind) else None


def _after() -> tuple[str, str, int] | None:
    found = _PLACE.fullmatch(request.args.get("after", ""))
    return (found[1], found[2], int(found[3])) if found else None


def _label(kind: LedgerKind, measure: MeasureKind | None) -> str:
    return " · ".join([_(LEDGER_WORDS[kind]), *([_(HELP_WORDS[measure])] if measure else [])])


def _tile(code: str, kind: LedgerKind, number: int) -> Tile:
    url = url_for("reports.ledger_list", code=code, kind=kind) if number else None
    return Tile(_(LEDGER_WORDS[kind]), f"{number:,}", url, _("See the rows"), shown.how("ledger"))


def _cell(code: str, kind: LedgerKind, number: int) -> Any:
    return {"value": number, "url": url_for("reports.ledger_list", code=code, kind=kind)} if number else 0


def _children(code: str, counts: Mapping[LedgerKind, Mapping[str, int]], names: Mapping[str, str]) -> Table | None:
    level = LEVELS[len(code)]
    if level == "village":
        return None
    below = areas.townships(reader()) if level == "county" else areas.villages(reader(), code)

    def cells(child: str) -> Mapping[str, Any]:
        figures = {
            str(kind): _cell(child, kind, sum(number for village, number in counts[kind].items() if village.startswith(child)))
            for kind in IN_TABLES
        }
        return {"area": {"value": names[child], "url": url_for("reports.ledger", code=child)}, **figures}

    return Table(
        caption=_("By township") if level == "county" else _("By village"),
        note=_("Every figure opens its rows."),
        columns=[
            {"key": "area", "label": _("Area"), "kind": "name"},
            *({"key": str(kind), "label": _(LEDGER_WORDS[kind]), "kind": "number"} for kind in IN_TABLES),
        ],
        rows=[cells(area.code) for area in sorted(below, key=lambda one: one.code)],
        total={"area": _("Together"), **{str(kind): sum(counts[kind].values()) for kind in IN_TABLES}},
    )


def _help(code: str) -> Table:
    found = reads.help_counts(reader(), code)
    url = {kind: url_for("reports.ledger_list", code=code, kind=LedgerKind.HELP, measure=kind) for kind in found}
    return Table(
        caption=_("Help by kind"),
        note=_("Households that take part now"),
        columns=[
            {"key": "kind", "label": _("Measure")},
            {"key": "number", "label": _("Households"), "kind": "number"},
        ],
        rows=[
            {"kind": _(HELP_WORDS[kind]), "number": {"value": found[kind], "url": url[kind]}}
            for kind in MeasureKind
            if kind in found
        ],
        total={"kind": _("Together"), "number": sum(found.values())},
        empty=_("No household here takes part in a measure now."),
    )


def _columns(kind: LedgerKind) -> list[tuple[str, str, str]]:
    """Return (key, label, kind) of the columns of a list beside household and village."""
    found = [
        ("people", _("People"), "number"),
        ("standing", _("Standing"), "name"),
        ("level", _("Level"), "name"),
    ]
    if kind in _CODE_WORDS:
        found.append(("what", _("What"), "text"))
    if kind in (LedgerKind.CASES, LedgerKind.CASES_OVERDUE, LedgerKind.VISITS):
        found.append(("on", _("Due on"), "day"))
    if kind in (LedgerKind.SILENT, LedgerKind.HELP):
        found.append(("on", _("Since"), "day"))
    return found


def _filled(kind: LedgerKind, rows: Sequence[LedgerRow], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows with what their lists show, in some eight queries whatever their number."""
    keys = [row.household_id for row in rows]
    heads = farmers.heads_masked(reader(), keys, sealer=shown.sealer())
    people = farmers.member_counts(reader(), keys)
    today = clock.today()
    standings, levels = assistance.standings(reader(), keys, today), assistance.levels_of(reader(), keys, today)
    return [
        {
            "ref": row.household_ref,
            "head": heads.get(row.household_id, ""),
            "village": names[row.village_code],
            "people": people.get(row.household_id, 0),
            "standing": _(STANDING_WORDS[standings[row.household_id].status]),
            "level": _(LEVEL_WORDS[levels.get(row.household_id, 0)]),
            "what": _(_CODE_WORDS[kind][row.code]) if kind in _CODE_WORDS else "",
            "on": row.on,
        }
        for row in rows
    ]


def _table(label: str, kind: LedgerKind, rows: Sequence[LedgerRow], names: Mapping[str, str]) -> Table:
    return Table(
        caption=label,
        note=_("By village and reference"),
        columns=[
            {"key": "household", "label": _("Household")},
            {"key": "village", "label": _("Village"), "kind": "name"},
            *({"key": key, "label": words, "kind": shape} for key, words, shape in _columns(kind)),
        ],
        rows=[
            {**row, "household": {"value": f"{row['head']} {row['ref']}", "url": shown.card_url(row["ref"])}}
            for row in _filled(kind, rows, names)
        ],
    )


def _pager(rows: Sequence[LedgerRow], kind: str, code: str) -> Pager:
    kept: dict[str, Any] = {"code": code, "kind": kind, "measure": request.args.get("measure")}
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    place = f"{last.village_code}.{last.household_ref}.{last.row_id}" if last else None
    return Pager(
        url_for("reports.ledger_list", **kept) if _after() else None,
        url_for("reports.ledger_list", **kept, after=place) if place else None,
    )


def _sheet(kind: LedgerKind, code: str, measure: MeasureKind | None, names: Mapping[str, str]) -> Sheet:
    columns = _columns(kind)
    heads = [SheetColumn(_("Reference")), SheetColumn(_("Household")), SheetColumn(_("Village"))]
    heads += [SheetColumn(words, shape if shape in ("number", "day") else "text") for _key, words, shape in columns]

    def rows() -> Iterator[Sequence[Any]]:
        after: tuple[str, str, int] | None = None
        while True:
            found = reads.ledger_rows(reader(), kind, code, clock.today(), measure=measure, after=after, limit=CHUNK)
            for row in _filled(kind, found, names):
                yield [row["ref"], row["head"], row["village"], *(row[key] for key, _words, _shape in columns)]
            if len(found) < CHUNK:
                return
            after = (found[-1].village_code, found[-1].household_ref, found[-1].row_id)

    return Sheet(_label(kind, measure), heads, rows())


def _about(code: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Report"), _("Management ledger")),
        (_("Area or household"), names[code]),
        downloads.as_of_and_unit(clock.now())[0],
        *ledger_definitions().values(),
    ]
