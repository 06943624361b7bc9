"""Poverty and inequality of an area in a year, the households behind the measures, and their Excel twin."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.assistance import queries as assistance
from marketplace.assistance.register.values import Cause
from marketplace.assistance.values import YearLine
from marketplace.kernel import clock
from marketplace.reports import queries
from marketplace.reports.pages import HouseholdsPage, PovertyPage, Table, Tile
from marketplace.reports.queries import poverty as reads
from marketplace.reports.values import BASIS_WORDS, HomeYear, Period, PovertyReport, PovertyRow, Scope
from marketplace.reports.views import downloads, shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.definitions import poverty_definitions
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import money, percent
from marketplace.web.language import locale_id
from marketplace.web.policy import policy, reachable_areas

#: Rows shown at once.
PAGE = 30
#: In an address: no main cause stands.
NO_CAUSE = "none"
#: (key, kind) of what every table of measures shows, and each one's anchor among the definitions.
COLUMNS = (
    ("households", "number"), ("people", "number"), ("poor_households", "number"), ("poor_people", "number"), ("fgt0", "percent"),
    ("fgt1", "decimal"), ("fgt2", "decimal"), ("total_gap_fen", "yuan"), ("mean_fen", "yuan"), ("median_fen", "yuan"),
    ("gini", "decimal"), ("sen", "decimal"), ("sen_finite", "decimal"),
)  # fmt: skip
#: Of these, what fits beside each other on a page.
IN_TABLES = ("households", "people", "poor_households", "poor_people", "fgt0", "fgt1", "fgt2", "mean_fen", "median_fen")


@bp.get("/office/reports/areas/<code>/poverty")
@policy("reports.read", of="area", **READERS)
def poverty(code: str) -> str:
    """Show the measures of an area and year beside the line of that year."""
    found = shown.asked_area(code)
    years, year = _asked_year(code)
    report = reads.poverty_report(reader(), found.code, year, own=reachable_areas())
    return render_template("reports/poverty.html", page=_page(report, years))


@bp.get("/office/reports/areas/<code>/poverty/households")
@policy("reports.read", of="area", **READERS)
def poverty_households(code: str) -> str:
    """Show the households that the measures of an area were reckoned from, the poorest first."""
    found = shown.asked_area(code)
    _years, year = _asked_year(code)
    names, line = shown.area_names(), assistance.poverty_line(reader(), year)
    homes, title = _asked_homes(code, year, line)
    page = shown.page_number()
    table = _homes_table(title, homes, homes[page * PAGE : (page + 1) * PAGE], line, names)
    whole = _("Poverty measures, %(year)s", year=str(year))
    crumbs = shown.crumbs(code, names, _scope(year), (whole, url_for("reports.poverty", code=code, year=year)), (title, None))
    return render_template(
        "reports/households.html",
        page=HouseholdsPage(
            title=title,
            area_name=names[found.code],
            crumbs=crumbs,
            period_words=str(year),
            as_of=clock.now(),
            count_words=ngettext("%(num)s household", "%(num)s households", len(homes)),
            meaning=_line_words(line, year),
            table=table,
            pager=shown.numbered_pager(page, PAGE, len(homes)),
            excel_url=url_for("reports.excel_poverty", code=code, year=year),
            how_url=shown.how("head_income"),
        ),
    )


@bp.get("/office/reports/areas/<code>/poverty/excel")
@policy("reports.read", of="area", **READERS)
def excel_poverty(code: str) -> Response:
    """Send the measures of an area and year, its tables, and every household behind them."""
    found = shown.asked_area(code)
    _years, year = _asked_year(code)
    report, names = reads.poverty_report(reader(), found.code, year, own=reachable_areas()), shown.area_names()
    labels = _labels()
    columns = [SheetColumn(labels[key], kind) for key, kind in COLUMNS]
    sheets = [Sheet(_("Measures of poverty"), [SheetColumn(_("Area")), *columns], [[names[code], *_values(report.whole)]])]
    if report.by_area:
        rows = [[names[row.key], *_values(row)] for row in report.by_area]
        sheets.append(Sheet(_("By area"), [SheetColumn(_("Area")), *columns], rows))
    causes = [[cause_word(row.key), *_values(row)] for row in report.by_cause]
    sheets.append(Sheet(_("By main cause"), [SheetColumn(_("Main cause")), *columns], causes))
    sheets.append(_homes_sheet(reads.home_years(reader(), code, year), report.line, names))
    about = [
        (_("Report"), _("Poverty measures, %(year)s", year=str(year))),
        (_("Area or household"), names[code]),
        *downloads.as_of_and_unit(report.as_of),
        (_("Poverty line"), _line_words(report.line, year)),
        *poverty_definitions().values(),
    ]
    return exports.send(exports.workbook(sheets, about, _("How it is reckoned")), f"lotusfair-poverty-{code}-{year}.xlsx")


def cause_word(code: str) -> str:
    """Return a cause in the reader's language."""
    if not code:
        return str(_("No main cause on record"))
    word = Cause.of(code)
    return word.zh if locale_id() == "zh" else word.en


def _asked_year(code: str) -> tuple[list[int], int]:
    years = reads.years_offered(reader(), code)
    return years, reads.year_shown(years, shown.asked_number("year"), clock.today().year)


def _asked_homes(code: str, year: int, line: YearLine | None) -> tuple[list[HomeYear], str]:
    """Return the households that an address asks for, and what they are called."""
    homes, words = reads.home_years(reader(), code, year), []
    if request.args.get("poor") and line is not None:
        homes = [home for home in homes if home.head_fen < line.amount_fen]
        words.append(_("Households below the line"))
    asked = request.args.get("main", "")
    cause = "" if asked == NO_CAUSE else asked
    if asked == NO_CAUSE or asked in {word.code for word in Cause}:
        homes = [home for home in homes if (home.cause or "") == cause]
        words.append(cause_word(cause))
    return homes, " · ".join(words) or _("Households measured")


def _scope(year: int) -> Scope:
    return Scope(Period(str(year)))


def _labels() -> dict[str, str]:
    return {
        "households": _("Households measured"),
        "people": _("People"),
        "poor_households": _("Households below the line"),
        "poor_people": _("People below the line"),
        "fgt0": _("Share of the poor (FGT0)"),
        "fgt1": _("Poverty gap (FGT1)"),
        "fgt2": _("Squared gap (FGT2)"),
        "total_gap_fen": _("Total gap"),
        "mean_fen": _("Mean income a head"),
        "median_fen": _("Median income a head"),
        "gini": _("Gini coefficient"),
        "sen": _("Sen index, large population"),
        "sen_finite": _("Sen index of 1976"),
    }


def _values(row: PovertyRow) -> list[Any]:
    return [getattr(row.measures, key) for key, _kind in COLUMNS]


def _line_words(line: YearLine | None, year: int) -> str:
    if line is None:
        asked: str = _(
            "No poverty line of %(year)s is on record, so nothing is said about who lies below it. It is never guessed from other"
            " years: ask the county to enter it with its source.",
            year=str(year),
        )
        return asked
    words: str = _(
        "Line of %(year)s: %(amount)s a person, %(basis)s. Source: %(source)s",
        year=str(year), amount=money(line.amount_fen), basis=_(BASIS_WORDS[line.basis]), source=line.source,
    )  # fmt: skip
    return f"{words} ({_('Example')})" if line.is_example else words


def _page(report: PovertyReport, years: Sequence[int]) -> PovertyPage:
    names, code, year = shown.area_names(), report.code, report.year
    whole = _("Poverty measures, %(year)s", year=str(year))
    return PovertyPage(
        title=whole,
        area_name=names[code],
        crumbs=shown.crumbs(code, names, _scope(year), (whole, None)),
        as_of=report.as_of,
        action=url_for("reports.poverty", code=code),
        year=str(year),
        years=[(str(each), str(each)) for each in years or [year]],
        line=_line_words(report.line, year),
        has_line=report.line is not None,
        coverage=_coverage(report.whole),
        tiles=_tiles(report),
        by_area=_table(
            _("By township") if report.level == "county" else _("By village"), _("Area"), report, report.by_area,
            lambda row: ({"value": names[row.key], "url": url_for("reports.poverty", code=row.key, year=year)}),
            lambda row: {"code": row.key},
        ) if report.by_area else None,
        by_cause=_table(
            _("By main cause"), _("Main cause"), report, report.by_cause,
            lambda row: cause_word(row.key), lambda row: {"code": code, "main": row.key or NO_CAUSE},
        ),
        peers=_peers(report, names),
        excel_url=url_for("reports.excel_poverty", code=code, year=year),
        how_url=shown.how("head_income"),
    )  # fmt: skip


def _coverage(row: PovertyRow) -> str:
    if row.measures is None or row.coverage is None:
        return str(_("No household here has an open record."))
    words: str = _(
        "n = %(households)s households with %(people)s people, %(share)s of the %(all)s households on record. The others declared"
        " no income of this year and are left out.",
        households=f"{row.measures.households:,}", people=f"{row.measures.people:,}", share=percent(row.coverage),
        all=f"{row.on_record:,}",
    )  # fmt: skip
    return words


def _tiles(report: PovertyReport) -> list[Tile]:
    found = report.whole.measures
    if found is None:
        return []
    labels = _labels()
    all_url = url_for("reports.poverty_households", code=report.code, year=report.year) if found.households else None
    poor_url = url_for("reports.poverty_households", code=report.code, year=report.year, poor=1) if found.poor_people else None

    def tile(key: str, words: str) -> Tile:
        url = poor_url if key in ("poor_households", "poor_people", "total_gap_fen") else all_url
        return Tile(labels[key], words, url, _("See the households"), shown.how(key))

    return [tile(key, _written(getattr(found, key), kind)) for key, kind in COLUMNS]


def _written(value: Any, kind: str) -> str:
    if value is None:
        return "—"
    return {"number": "{:,}".format, "percent": percent, "decimal": "{:.4f}".format, "yuan": money}[kind](value)


def _table(
    caption: str, heading: str, report: PovertyReport, rows: Sequence[PovertyRow], name: Any, asked: Any
) -> Table:  # fmt: skip
    labels = _labels()

    def cells(row: PovertyRow) -> Mapping[str, Any]:
        held = {"name": name(row), **{key: getattr(row.measures, key) for key in IN_TABLES}}
        for key, poor in (("households", None), ("poor_households", 1)):
            if held[key]:
                url = url_for("reports.poverty_households", **asked(row), year=report.year, poor=poor)
                held[key] = {"value": held[key], "url": url}
        return held

    kinds = dict(COLUMNS)
    return Table(
        caption=caption,
        note=_("Income in yuan, a head"),
        columns=[
            {"key": "name", "label": heading, "kind": "name"},
            *({"key": key, "label": labels[key], "kind": kinds[key]} for key in IN_TABLES),
        ],
        rows=[cells(row) for row in rows],
        total={"name": _("Together"), **{key: getattr(report.whole.measures, key) for key in IN_TABLES}},
    )


def _peers(report: PovertyReport, names: Mapping[str, str]) -> Table | None:
    if len(report.peers) < 2:
        return None
    labels, kinds = _labels(), dict(COLUMNS)
    keys = ("households", "fgt0", "fgt1", "fgt2", "mean_fen", "median_fen", "gini")

    def cells(row: PovertyRow) -> Mapping[str, Any]:
        note = _("This area") if row.key == report.code else "" if row.measures else _("Fewer than 5 households")
        return {"name": names[row.key], **{key: getattr(row.measures, key, None) for key in keys}, "note": note}

    return Table(
        caption=_("Beside the neighbours, %(year)s", year=str(report.year)),
        note=_("A foreign area shows no figures where fewer than 5 households were measured or lie below the line."),
        columns=[
            {"key": "name", "label": _("Area"), "kind": "name"},
            *({"key": key, "label": labels[key], "kind": kinds[key]} for key in keys),
            {"key": "note", "label": _("Note")},
        ],
        rows=[cells(row) for row in report.peers],
    )


def _homes_table(
    title: str, homes: Sequence[HomeYear], page: Sequence[HomeYear], line: YearLine | None, names: Mapping[str, str]
) -> Table:
    refs, heads = queries.names_of(reader(), [home.household_id for home in page], sealer=shown.sealer())
    line_fen = line.amount_fen if line else None

    def cells(home: HomeYear) -> Mapping[str, Any]:
        key = home.household_id
        return {
            "household": {"value": f"{heads.get(key, '')} {refs[key]}", "url": shown.card_url(refs[key])},
            "village": names[home.village_code],
            "cause": cause_word(home.cause) if home.cause else "—",
            "people": home.people,
            "declared": home.declared_fen,
            "platform": home.platform_fen,
            "head": home.head_fen,
            "gap": home.gap_fen(line_fen),
        }

    return Table(
        caption=title,
        note=_("In yuan, the lowest income first. Declared and recorded income stand apart and are added for the income a head."),
        columns=[
            {"key": "household", "label": _("Household")},
            {"key": "village", "label": _("Village"), "kind": "name"},
            {"key": "cause", "label": _("Main cause"), "kind": "name"},
            {"key": "people", "label": _("People"), "kind": "number"},
            {"key": "declared", "label": _("Declared net"), "kind": "yuan"},
            {"key": "platform", "label": _("Net recorded through the platform"), "kind": "yuan"},
            {"key": "head", "label": _("Income a head"), "kind": "yuan"},
            {"key": "gap", "label": _("Gap of the household"), "kind": "yuan"},
        ],
        rows=[cells(home) for home in page],
        total={
            "household": _("Together"),
            "people": sum(home.people for home in homes),
            "declared": sum(home.declared_fen for home in homes),
            "platform": sum(home.platform_fen for home in homes),
            "gap": None if line_fen is None else sum(home.gap_fen(line_fen) or 0 for home in homes),
        },
        empty=_("No household here has an approved declaration for this year."),
    )


def _homes_sheet(homes: Sequence[HomeYear], line: YearLine | None, names: Mapping[str, str]) -> Sheet:
    refs, heads = queries.names_of(reader(), [home.household_id for home in homes], sealer=shown.sealer())
    columns = [
        SheetColumn(_("Reference")), SheetColumn(_("Household")), SheetColumn(_("Village")), SheetColumn(_("Main cause")),
        SheetColumn(_("People"), "number"), SheetColumn(_("Declared net"), "yuan"),
        SheetColumn(_("Net recorded through the platform"), "yuan"), SheetColumn(_("Income a head"), "yuan"),
        SheetColumn(_("Gap of the household"), "yuan"),
    ]  # fmt: skip

    def rows() -> Iterable[Sequence[Any]]:
        for home in homes:
            key = home.household_id
            yield [
                refs[key], heads.get(key, ""), names[home.village_code], cause_word(home.cause) if home.cause else "",
                home.people, home.declared_fen, home.platform_fen, home.head_fen,
                home.gap_fen(line.amount_fen if line else None),
            ]  # fmt: skip

    return Sheet(_("Households"), columns, rows())
