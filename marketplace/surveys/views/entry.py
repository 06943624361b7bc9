"""Sheets of paper typed in with the keyboard alone: a row a sheet, its number and its digits; nothing typed is lost."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.surveys import services
from marketplace.surveys.forms import SHEETS, EntryForm, SentSheet, sent_sheets
from marketplace.surveys.pages import EntryPage, TypedSheet
from marketplace.surveys.refusals import WrongDay
from marketplace.surveys.rules import SURVEYS
from marketplace.surveys.values import SurveyAction, SurveyView
from marketplace.surveys.views.blueprint import OFFICIALS, bp, survey_of, titled
from marketplace.web.db import write
from marketplace.web.filters import day
from marketplace.web.forms import DayField
from marketplace.web.language import locale_id
from marketplace.web.policy import me, policy, reachable_areas
from marketplace.web.words import say

#: Digits that show how a row looks.
_EXAMPLE = "5443545"


@bp.get("/office/surveys/<ref>/entry")
@policy("surveys.entry", **OFFICIALS)
def entry(ref: str) -> str | Response:
    """Show empty rows; a survey that takes no answers leads back to its page."""
    survey = survey_of(ref)
    if SURVEYS.after(survey.state, SurveyAction.ENTER) is None:
        return redirect(url_for("surveys.show", ref=ref))
    return _page(survey, EntryForm(formdata=None, day=_asked_day()), [])


@bp.post("/office/surveys/<ref>/entry")
@policy("surveys.enter", **OFFICIALS)
def enter(ref: str) -> str | Response | tuple[str, int]:
    """Count the sheets that are right; the others stay on the page with what is wrong beside them."""
    survey = survey_of(ref)
    form, rows = EntryForm(), sent_sheets(request.form, len(survey.items))
    if not form.is_posted_and_valid() or not rows:
        return _page(survey, form, rows), 422
    on: dt.date = form.day.data or clock.today()
    right = [row for row in rows if row.error is None and row.number is not None]
    sheets = [(row.number or 0, row.scores) for row in right]
    survey_id, by, areas = survey.id, me().user_id, reachable_areas()
    try:
        answers = write(
            lambda session: services.enter_sheets(session, survey_id=survey_id, sheets=sheets, areas=areas, answered_on=on, by=by)
        )
    except NotThere:
        raise
    except Refusal as no:
        form.refuse(_with_day(no, survey), "day")
        return _page(survey, form, rows), no.status
    refused = {id(row): say(no) for row, no in zip(right, answers, strict=True) if no is not None}
    left = [
        SentSheet(row.number_typed, row.scores_typed, error=row.error or refused[id(row)])
        for row in rows
        if row.error is not None or id(row) in refused
    ]
    if counted := len(rows) - len(left):
        flash(ngettext("%(num)s sheet is counted.", "%(num)s sheets are counted.", counted), "ok")
    if left:
        return _page(survey, form, left), 422
    return redirect(url_for("surveys.entry", ref=ref, day=on.isoformat()), code=303)


def _with_day(no: Refusal, survey: SurveyView) -> Refusal:
    """Return a refusal whose day is written as the reader writes days."""
    return WrongDay(first=day(survey.opened_at)) if isinstance(no, WrongDay) else no


def _asked_day() -> object:
    """Return the day the last rows were entered for, so that a pile is typed without choosing it again."""
    try:
        return DayField.parse(EntryForm(formdata=None).day, request.args.get("day", ""))
    except (ValueError, OverflowError):
        return clock.today()


def _page(survey: SurveyView, form: EntryForm, rows: list[SentSheet]) -> str:
    errors = {name: str(words[0]) for name, words in form.errors.items()}
    for place, row in enumerate(rows):
        if row.error:
            errors[f"scores-{place}"] = f"{row.number_typed or '—'}: {row.error}"
    if request.method == "POST" and not rows:
        errors["number-0"] = str(_("Type at least one sheet."))
    typed = [TypedSheet(row.number_typed, row.scores_typed, row.error) for row in rows]
    language = locale_id()
    page = EntryPage(
        survey=survey,
        title=titled(survey),
        items=[item.words(language) for item in survey.items],
        day=form.day._value(),
        sheets=[*typed, *(TypedSheet() for _one in range(SHEETS - len(typed)))],
        errors=errors,
        example=(_EXAMPLE * 5)[: len(survey.items)],
    )
    return render_template("surveys/entry.html", page=page, has_errors=bool(errors))
