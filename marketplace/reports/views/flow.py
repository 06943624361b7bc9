"""How households passed from standing to standing between two days, what happened each year, and how long cases took."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.assistance.queries import histories as reads
from marketplace.assistance.values import Status
from marketplace.assistance.values.ledger import StageTime
from marketplace.farmers.queries import references
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.reports import queries, rules
from marketplace.reports.pages import FlowPage, HouseholdsPage, Table, Tile
from marketplace.reports.values import CASE_WORDS, EVENT_WORDS, STAGE_WORDS, STANDING_WORDS, Event, Period, Scope
from marketplace.reports.views import downloads, shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.definitions import flow_definitions
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import day, month, percent
from marketplace.web.policy import policy

#: Rows shown at once.
PAGE = 40
FIRST_DAY = dt.date(1990, 1, 1)
#: Years in the table of a page; the Excel twin has all.
YEARS = 15


@bp.get("/office/reports/areas/<code>/flow")
@policy("reports.read", of="area", **READERS)
def flow(code: str) -> str:
    """Show the flow matrix of two days, rates, years and times."""
    found, names = shown.asked_area(code), shown.area_names()
    from_on, to_on = _asked_days()
    histories = reads.standing_histories(reader(), found.code)
    title = _("Flow between standings")
    page = FlowPage(
        title=title,
        area_name=names[code],
        crumbs=shown.crumbs(code, names, _scope(to_on), (title, None)),
        as_of=clock.now(),
        action=url_for("reports.flow", code=code),
        from_on=from_on,
        to_on=to_on,
        tiles=_tiles(code, rules.counted(histories, from_on, to_on), from_on, to_on),
        matrix=_matrix(code, reads.statuses_on(histories, from_on), reads.statuses_on(histories, to_on), from_on, to_on),
        years=_years(code, rules.happened_by_year(histories), YEARS),
        times=_times(code, reads.stage_times(reader(), code, from_on, to_on), from_on, to_on),
        excel_url=url_for("reports.excel_flow", code=code, **_days(from_on, to_on)),
        how_url=shown.how("flow"),
    )
    return render_template("reports/flow.html", page=page)


@bp.get("/office/reports/areas/<code>/flow/households")
@policy("reports.read", of="area", **READERS)
def flow_households(code: str) -> str:
    """Show the households of a cell of the matrix, or to which something happened between two days."""
    found, names = shown.asked_area(code), shown.area_names()
    from_on, to_on = _asked_days()
    label, rows = _asked_rows(found.code, from_on, to_on)
    number = shown.page_number()
    part = rows[number * PAGE : (number + 1) * PAGE]
    refs, heads = queries.names_of(reader(), {key for key, _day in part}, sealer=shown.sealer())
    villages = references.villages_in_area(reader(), code)
    table = Table(
        caption=label,
        note=_("From %(first)s to %(last)s", first=day(from_on), last=day(to_on)),
        columns=[
            {"key": "household", "label": _("Household")},
            {"key": "village", "label": _("Village"), "kind": "name"},
            {"key": "on", "label": _("Day"), "kind": "day"},
        ],
        rows=[
            {
                "household": {"value": f"{heads.get(key, '')} {refs[key]}", "url": shown.card_url(refs[key])},
                "village": names[villages[key]],
                "on": on,
            }
            for key, on in part
        ],
    )
    count = ngettext("%(num)s row", "%(num)s rows", len(rows))
    return _list_page(code, names, label, table, count, shown.numbered_pager(number, PAGE, len(rows)), from_on, to_on)


@bp.get("/office/reports/areas/<code>/flow/times")
@policy("reports.read", of="area", **READERS)
def flow_times(code: str) -> str:
    """Show the cases behind a length of time, the longest first."""
    found, names = shown.asked_area(code), shown.area_names()
    from_on, to_on = _asked_days()
    kind, stage = request.args.get("kind", next(iter(CASE_WORDS))), request.args.get("stage", "")
    if kind not in CASE_WORDS or stage not in STAGE_WORDS:
        raise NotThere
    rows = [row for row in reads.stage_times(reader(), found.code, from_on, to_on) if (row.kind, row.stage) == (kind, stage)]
    rows.sort(key=lambda row: (-row.days, row.case_ref))
    number = shown.page_number()
    label = f"{_(CASE_WORDS[kind])} · {_(STAGE_WORDS[stage])}"
    table = Table(
        caption=label,
        note=_("The longest first"),
        columns=[
            {"key": "case", "label": _("Case"), "kind": "code"},
            {"key": "from", "label": _("From"), "kind": "day"},
            {"key": "to", "label": _("Until"), "kind": "day"},
            {"key": "days", "label": _("Days"), "kind": "number"},
        ],
        rows=[
            {
                "case": {"value": row.case_ref, "url": url_for("assistance.case", ref=row.case_ref)},
                "from": row.from_on,
                "to": row.to_on,
                "days": row.days,
            }
            for row in rows[number * PAGE : (number + 1) * PAGE]
        ],
    )
    count = ngettext("%(num)s row", "%(num)s rows", len(rows))
    return _list_page(code, names, label, table, count, shown.numbered_pager(number, PAGE, len(rows)), from_on, to_on)


@bp.get("/office/reports/areas/<code>/flow/excel")
@policy("reports.read", of="area", **READERS)
def excel_flow(code: str) -> Response:
    """Send the matrix, the years and the times of an area."""
    found, names = shown.asked_area(code), shown.area_names()
    from_on, to_on = _asked_days()
    histories = reads.standing_histories(reader(), found.code)
    cells = rules.flow_matrix(reads.statuses_on(histories, from_on), reads.statuses_on(histories, to_on))
    standing = [SheetColumn(_(STANDING_WORDS[each]), "number") for each in rules.STANDINGS]
    matrix = [[_(STANDING_WORDS[was]), *(len(cells[was, now]) for now in rules.STANDINGS)] for was in rules.STANDINGS]
    years = rules.happened_by_year(histories)
    events = [SheetColumn(_(EVENT_WORDS[event]), "number") for event in EVENT_WORDS]
    times = [
        [_(CASE_WORDS[kind]), _(STAGE_WORDS[stage]), one.number, one.median_days, one.ninth_decile_days]
        for (kind, stage), one in _grouped(reads.stage_times(reader(), code, from_on, to_on))
    ]
    sheets = [
        Sheet(_("Flow between standings"), [SheetColumn(_("Standing before")), *standing], matrix),
        Sheet(_("Year by year"), [SheetColumn(_("Year")), *events], [_year_row(year, years[year]) for year in sorted(years)]),
        Sheet(
            _("How long cases took"),
            [
                SheetColumn(_("What the case decides on")), SheetColumn(_("Stage")), SheetColumn(_("Cases"), "number"),
                SheetColumn(_("Median days"), "number"), SheetColumn(_("Nine of ten within days"), "number"),
            ],
            times,
        ),
    ]  # fmt: skip
    about = [
        (_("Report"), _("Flow between standings")),
        (_("Area or household"), names[code]),
        (_("Periods"), _("From %(first)s to %(last)s", first=day(from_on), last=day(to_on))),
        downloads.as_of_and_unit(clock.now())[0],
        *flow_definitions().values(),
    ]
    return exports.send(exports.workbook(sheets, about, _("How it is reckoned")), f"lotusfair-flow-{code}.xlsx")


def _scope(to_on: dt.date) -> Scope:
    return Scope(Period(str(to_on.year)))


def _asked_days() -> tuple[dt.date, dt.date]:
    """Return the two days asked for, in order and not in the future; a year up to today where nothing sensible is asked."""
    today = clock.today()

    def asked(name: str, otherwise: dt.date) -> dt.date:
        try:
            return dt.date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            return otherwise

    to_on = min(max(asked("to", today), FIRST_DAY), today)
    from_on = max(asked("from", to_on - dt.timedelta(days=365)), FIRST_DAY)
    return min(from_on, to_on), to_on


def _days(from_on: dt.date, to_on: dt.date) -> dict[str, Any]:
    return {"from": from_on.isoformat(), "to": to_on.isoformat()}


def _asked_rows(code: str, from_on: dt.date, to_on: dt.date) -> tuple[str, list[tuple[int, dt.date]]]:
    histories = reads.standing_histories(reader(), code)
    event = request.args.get("event", "" if {"was", "now"} & set(request.args) else Event.EXITED)
    if event in set(Event):
        return _(EVENT_WORDS[Event(event)]), list(rules.counted(histories, from_on, to_on).events[Event(event)])
    was, now = request.args.get("was", ""), request.args.get("now", "")
    if was not in set(Status) or now not in set(Status):
        raise NotThere
    cells = rules.flow_matrix(reads.statuses_on(histories, from_on), reads.statuses_on(histories, to_on))
    label = f"{_(STANDING_WORDS[was])} → {_(STANDING_WORDS[now])}"
    return label, [(key, to_on) for key in cells[Status(was), Status(now)]]


def _list_page(
    code: str, names: Mapping[str, str], label: str, table: Table, count: str, pager: Any, from_on: dt.date, to_on: dt.date
) -> str:
    whole = (_("Flow between standings"), url_for("reports.flow", code=code, **_days(from_on, to_on)))
    return render_template(
        "reports/households.html",
        page=HouseholdsPage(
            title=label,
            area_name=names[code],
            crumbs=shown.crumbs(code, names, _scope(to_on), whole, (label, None)),
            period_words=_("From %(first)s to %(last)s", first=day(from_on), last=day(to_on)),
            as_of=clock.now(),
            count_words=count,
            meaning=flow_definitions()["flow"][1],
            table=table,
            pager=pager,
            excel_url=url_for("reports.excel_flow", code=code, **_days(from_on, to_on)),
            how_url=shown.how("flow"),
        ),
    )


def _tiles(code: str, found: rules.Counted, from_on: dt.date, to_on: dt.date) -> list[Tile]:
    def tile(label: str, event: Event, anchor: str) -> Tile:
        rate, rows = found.rate(event), found.events[event]
        url = url_for("reports.flow_households", code=code, event=event, **_days(from_on, to_on)) if rows else None
        words = _(
            "%(number)s of %(left)s that had left", number=f"{len({key for key, _on in rows}):,}", left=f"{len(found.left):,}"
        )
        return Tile(label, "—" if rate is None else percent(rate), url, _("See the households"), shown.how(anchor), words)

    return [
        tile(_("Re-entry rate"), Event.REENTERED, "reentry_rate"),
        tile(_("Monitoring rate after exit"), Event.MONITORED_AFTER_EXIT, "monitoring_rate"),
    ]


def _matrix(
    code: str, was: Mapping[int, Status], now: Mapping[int, Status], from_on: dt.date, to_on: dt.date
) -> Table:  # fmt: skip
    cells = rules.flow_matrix(was, now)

    def cell(before: Status, after: Status) -> Any:
        number = len(cells[before, after])
        url = url_for("reports.flow_households", code=code, was=before, now=after, **_days(from_on, to_on))
        return {"value": number, "url": url} if number else 0

    return Table(
        caption=_("From %(first)s to %(last)s", first=day(from_on), last=day(to_on)),
        note=_("Households by their standing on the first day (rows) and on the last (columns)"),
        columns=[
            {"key": "was", "label": _("Standing before"), "kind": "name"},
            *({"key": str(each), "label": _(STANDING_WORDS[each]), "kind": "number"} for each in rules.STANDINGS),
            {"key": "all", "label": _("Together"), "kind": "number"},
        ],
        rows=[
            {
                "was": _(STANDING_WORDS[before]),
                **{str(after): cell(before, after) for after in rules.STANDINGS},
                "all": sum(len(cells[before, after]) for after in rules.STANDINGS),
            }
            for before in rules.STANDINGS
        ],
        total={
            "was": _("Together"),
            **{str(after): sum(len(cells[before, after]) for before in rules.STANDINGS) for after in rules.STANDINGS},
            "all": len(now),
        },
    )


def _years(code: str, found: Mapping[int, Counter[Event]], most: int) -> Table:
    def cell(year: int, event: Event) -> Any:
        number = found[year][event]
        days: dict[str, Any] = {"from": f"{year - 1}-12-31", "to": f"{year}-12-31"}
        return {"value": number, "url": url_for("reports.flow_households", code=code, event=event, **days)} if number else 0

    return Table(
        caption=_("Year by year"),
        note=_("Every figure opens its rows."),
        columns=[
            {"key": "year", "label": _("Year"), "kind": "month"},
            *({"key": str(event), "label": _(words), "kind": "number"} for event, words in EVENT_WORDS.items()),
        ],
        rows=[
            {"year": str(year), **{str(event): cell(year, event) for event in EVENT_WORDS}}
            for year in sorted(found, reverse=True)[:most]
        ],
        empty=_("Nothing happened to any standing here yet."),
    )


def _year_row(year: int, found: Counter[Event]) -> list[Any]:
    return [month(str(year)), *(found[event] for event in EVENT_WORDS)]


def _grouped(rows: Sequence[StageTime]) -> list[tuple[tuple[str, str], rules.Times]]:
    """Return the times by kind of case and stage, stages in their order, whole cases last."""
    days: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        days.setdefault((row.kind, row.stage), []).append(row.days)
    kinds, stages = list(CASE_WORDS), list(STAGE_WORDS)
    ordered = sorted(days, key=lambda key: (kinds.index(key[0]), stages.index(key[1])))
    return [(key, times) for key in ordered if (times := rules.times_of(days[key]))]


def _times(code: str, rows: Sequence[StageTime], from_on: dt.date, to_on: dt.date) -> Table:
    def url(kind: str, stage: str) -> str:
        return url_for("reports.flow_times", code=code, kind=kind, stage=stage, **_days(from_on, to_on))

    return Table(
        caption=_("How long cases took"),
        note=_("Days in each stage that was left between the two days, from signature to signature"),
        columns=[
            {"key": "kind", "label": _("What the case decides on")},
            {"key": "stage", "label": _("Stage"), "kind": "name"},
            {"key": "number", "label": _("Cases"), "kind": "number"},
            {"key": "median", "label": _("Median days"), "kind": "number"},
            {"key": "ninth", "label": _("Nine of ten within days"), "kind": "number"},
        ],
        rows=[
            {
                "kind": _(CASE_WORDS[kind]),
                "stage": _(STAGE_WORDS[stage]),
                "number": {"value": one.number, "url": url(kind, stage)},
                "median": one.median_days,
                "ninth": one.ninth_decile_days,
            }
            for (kind, stage), one in _grouped(rows)
        ],
        empty=_("No case left a stage between these days."),
    )
