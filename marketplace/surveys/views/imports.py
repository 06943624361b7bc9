"""Answers from Excel: the template for a survey, a workbook judged row by row, and what became of it."""

import datetime as dt
import hashlib

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.assistance.register.sheet import MAX_BYTES
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.surveys import queries, services, workbooks
from marketplace.surveys.pages import ImportPage, ImportsPage
from marketplace.surveys.values import ImportState, ImportView, SurveyState, SurveyView
from marketplace.surveys.views.blueprint import (
    OFFICIALS,
    WATCHERS,
    area_choices,
    bp,
    chosen_area,
    has_any,
    pager,
    survey_of,
    titled,
)
from marketplace.web import exports
from marketplace.web.db import primary, reader, write
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import day, moment
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import say

#: Workbooks shown at once.
PAGE = 20
STATE_WORDS = {ImportState.REFUSED: ("bad", "cross"), ImportState.IMPORTED: ("ok", "check")}


@bp.get("/office/surveys/<ref>/imports")
@policy("surveys.imports", **WATCHERS)
def imports(ref: str) -> str:
    """Show the workbooks so far, and the form for another."""
    return _page(survey_of(ref))


@bp.get("/office/surveys/<ref>/template.xlsx")
@policy("surveys.template", **WATCHERS)
def template(ref: str) -> Response:
    """Send the empty sheet of a survey, with the areas that may stand in it."""
    survey = survey_of(ref)
    heads = [
        SheetColumn(workbooks.AREA), SheetColumn(workbooks.DAY, width=14), SheetColumn(workbooks.GROUP, width=10),
        SheetColumn(workbooks.SHEET, width=10), *(SheetColumn(words, width=16) for words in workbooks.item_columns(survey)),
    ]  # fmt: skip
    named = [[code, name] for code, name in area_choices()]
    about = [
        (_("Sheet for answers"), titled(survey)),
        (workbooks.AREA, _("Name or code of the area, as on the next sheet. Leave it empty where a number of a sheet stands.")),
        (workbooks.DAY, _("The day of the answer, such as 2026-09-12.")),
        (workbooks.GROUP, _("One of these words, or nothing: %(words)s.", words="、".join(list(workbooks.GROUPS)[1:]))),
        (workbooks.SHEET, _("The number on a printed sheet, if there is one: then it counts once.")),
        (_("Items"), _("A whole number from 1 (strongly disagree) to 5 (strongly agree); nothing where an item was left out.")),
    ]
    sheets = [
        Sheet(_("Answers"), heads, []),
        Sheet(_("Areas"), [SheetColumn(_("Area code"), width=16), SheetColumn(_("Area"), width=30)], named),
    ]
    return exports.send(exports.workbook(sheets, about, _("How to fill it in")), f"lotusfair-{survey.ref}-answers.xlsx")


@bp.post("/office/surveys/<ref>/imports")
@policy("surveys.import", of="area", **OFFICIALS)
def send(ref: str) -> str | Response | tuple[str, int]:
    """Judge a workbook, and count all of it, its good rows alone where that was asked for, or nothing."""
    survey = survey_of(ref)
    area = chosen_area(request.form.get("area", ""))
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(survey, _("Choose the workbook first.")), 400
    content = upload.read()
    only_good, by, survey_id = request.form.get("only_good") == "1", me().user_id, survey.id
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        sheet = workbooks.read_answers(content, survey, _bounds(content, survey, area))
        held = write(
            lambda session: services.import_answers(
                session, survey_id=survey_id, area_code=area, sheet=sheet, sha256=sha256, is_only_good=only_good, by=by
            )
        )
    except Refusal as no:
        return _page(survey, say(no)), no.status
    return redirect(url_for("surveys.one_import", ref=held), code=303)


@bp.get("/office/surveys/imports/<ref>")
@policy("surveys.one_import", of="survey import", **WATCHERS)
def one_import(ref: str) -> str:
    """Show what became of a workbook: how many answers were counted, and each row that is wrong."""
    held = authorise(queries.import_by_ref(reader(), ref) if ref.isascii() and ref.isalnum() else None)
    survey = survey_of(held.survey_ref)
    page = ImportPage(
        held=held,
        title=titled(survey),
        facts=[
            (_("For the area"), str(current_app.extensions["area_name"](held.area_code))),
            (_("Sent in"), moment(held.at)),
            (_("Answers counted"), f"{held.answers:,}"),
            (_("Rows with errors"), f"{held.bad:,}"),
        ],
        rows=[{"row": one.row, "column": one.column, "reason": _(one.message, **_shown(one.params))} for one in held.findings],
        back_url=url_for("surveys.imports", ref=survey.ref),
    )
    return render_template("surveys/import.html", page=page)


def _shown(params: object) -> dict[str, object]:
    """Return a finding's parameters as its reader writes days."""
    held = dict(params) if isinstance(params, dict) else {}
    if "first" in held:
        held["first"] = day(dt.date.fromisoformat(held["first"]))
    return held


def _bounds(content: bytes, survey: SurveyView, area: str) -> workbooks.Bounds:
    """Return what the workbook may name, inside an area of the sender's."""
    county = areas.county(reader())
    index = [entry for entry in areas.register_index(reader()) if entry[0].startswith(area) or area.startswith(entry[0])]
    named = workbooks.named_areas(index, (county.code, county.name_zh) if county else ("", ""))
    inside = {name: [code for code in codes if code.startswith(area)] for name, codes in named.items()}
    codes = queries.codes_by_number(primary(), survey.id, workbooks.sheet_numbers(content, survey), areas=[area])
    first = clock.day_of(survey.opened_at) if survey.opened_at else clock.today()
    return workbooks.Bounds(inside, first, clock.today(), codes)


def _page(survey: SurveyView, error: str | None = None) -> str:
    before = request.args.get("before", "")
    before = before if before.isascii() and before.isalnum() else ""
    found = queries.imports_of(reader(), survey.id, areas=reachable_areas(), before=before or None, limit=PAGE + 1)
    shown = found[:PAGE]
    may_send = has_any(OFFICIALS) and survey.state is SurveyState.OPEN
    page = ImportsPage(
        survey=survey,
        title=titled(survey),
        rows=[_row(one) for one in shown],
        may_send=may_send,
        areas=[(code, _area_name(code)) for code in reachable_areas()] if may_send else (),
        error=error,
        pager=pager("" if before else None, shown[-1].ref if len(found) > PAGE else None),
    )
    return render_template("surveys/imports.html", page=page, has_errors=error is not None, megabytes=MAX_BYTES // 1024**2)


def _area_name(code: str) -> str:
    return str(current_app.extensions["area_name"](code))


def _row(one: ImportView) -> dict[str, object]:
    words = _("Imported") if one.state is ImportState.IMPORTED else _("Nothing imported")
    return {
        "ref": {"value": one.ref, "url": url_for("surveys.one_import", ref=one.ref)},
        "at": one.at,
        "area": _area_name(one.area_code),
        "state": (words, STATE_WORDS[one.state][0]),
        "answers": one.answers,
        "bad": one.bad,
    }
