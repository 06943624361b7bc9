"""Questionnaires: the list, the builder of a draft, and what an opened one leads to."""

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal, StaleState
from marketplace.surveys import queries, services
from marketplace.surveys.forms import OpenForm, SentDraft, sent_draft
from marketplace.surveys.pages import BuilderPage, ListPage, SurveyPage
from marketplace.surveys.values import MOST_ITEMS, TEMPLATE, SurveyDraft, SurveyState, SurveyView
from marketplace.surveys.views.blueprint import (
    BUILDERS,
    OFFICIALS,
    READERS,
    WATCHERS,
    bp,
    has_any,
    pager,
    sent_key,
    state_tag,
    survey_of,
    titled,
)
from marketplace.web.db import reader, write
from marketplace.web.filters import day
from marketplace.web.language import locale_id
from marketplace.web.policy import me, policy
from marketplace.web.words import flash_refusal, say

#: Questionnaires shown at once.
PAGE = 20
#: A new survey is first offered to be open so long.
_USUAL = dt.timedelta(days=60)


@bp.get("/office/surveys")
@policy("surveys.list", **READERS)
def surveys() -> str:
    """Show the questionnaires, the newest first."""
    may_build = has_any(BUILDERS)
    before = request.args.get("before", "")
    start = queries.survey_by_ref(reader(), before) if before.isascii() and before.isalnum() else None
    found = queries.surveys_before(reader(), before=start.id if start else None, with_drafts=may_build, limit=PAGE + 1)
    shown = found[:PAGE]
    page = ListPage(
        rows=[_row(survey) for survey in shown],
        may_build=may_build,
        keys=(ids.uuid7(), ids.uuid7()),
        pager=pager("" if start else None, shown[-1].ref if len(found) > PAGE else None),
    )
    return render_template("surveys/list.html", page=page)


def _row(survey: SurveyView) -> dict[str, object]:
    return {
        "title": {"value": titled(survey), "url": url_for("surveys.show", ref=survey.ref)},
        "version": survey.version,
        "state": state_tag(survey),
        "items": len(survey.items),
        "opened": survey.opened_at,
        "closes": survey.closes_on,
    }


@bp.post("/office/surveys")
@policy("surveys.draft", **BUILDERS)
def draft() -> Response:
    """Begin a questionnaire, empty or with the study's items."""
    by, key = me().user_id, sent_key()
    begun = TEMPLATE if request.form.get("template") else SurveyDraft()
    ref = write(lambda session: services.draft_survey(session, key=key, draft=begun, by=by))
    return redirect(url_for("surveys.show", ref=ref), code=303)


@bp.get("/office/surveys/<ref>")
@policy("surveys.show", **READERS)
def show(ref: str) -> str:
    """Show a draft to who writes it, and an opened questionnaire to everybody who reads its results."""
    survey = survey_of(ref, with_draft=True)
    if survey.state is SurveyState.DRAFT:
        return _builder(survey, SentDraft(survey.draft, survey.revision, {}))
    return _shown(survey)


@bp.post("/office/surveys/<ref>")
@policy("surveys.change", **BUILDERS)
def change(ref: str) -> str | Response | tuple[str, int]:
    """Save a draft as it was typed, with an item moved, added or removed where a button asked for it."""
    survey = survey_of(ref, with_draft=True)
    sent = sent_draft(request.form)
    if sent.errors:
        return _builder(survey, sent), 422
    survey_id, by = survey.id, me().user_id
    try:
        write(
            lambda session: services.change_draft(session, survey_id=survey_id, revision=sent.revision, draft=sent.draft, by=by)
        )
    except StaleState as no:
        # what was typed stays on the page, and can be saved over what somebody else wrote
        kept = SentDraft(sent.draft, survey.revision, {"title_zh": say(no)})
        return _builder(survey, kept), no.status
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("surveys.show", ref=ref), code=303)
    if not sent.anchor:
        flash(_("The draft is saved."), "ok")
    return redirect(url_for("surveys.show", ref=ref, _anchor=sent.anchor or None), code=303)


@bp.post("/office/surveys/<ref>/open")
@policy("surveys.open", **BUILDERS)
def open_it(ref: str) -> str | Response | tuple[str, int]:
    """Let people answer; the questions stay as they are from then on."""
    survey = survey_of(ref, with_draft=True)
    form = OpenForm()
    if not form.is_posted_and_valid():
        return _builder(survey, SentDraft(survey.draft, survey.revision, {}), form), 422
    survey_id, by, closes_on = survey.id, me().user_id, form.closes_on.data or clock.today()
    try:
        write(lambda session: services.open_survey(session, survey_id=survey_id, closes_on=closes_on, by=by))
    except Refusal as no:
        if survey.state is SurveyState.DRAFT:
            form.refuse(no, "closes_on")
            return _builder(survey, SentDraft(survey.draft, survey.revision, {}), form), no.status
        flash_refusal(no)
    else:
        flash(_("The survey is open. Hand out slips or sheets, or send in answers from Excel."), "ok")
    return redirect(url_for("surveys.show", ref=ref), code=303)


@bp.post("/office/surveys/<ref>/close")
@policy("surveys.close", **BUILDERS)
def close(ref: str) -> Response:
    """Take no more answers."""
    survey_id, by = survey_of(ref, with_draft=True).id, me().user_id
    try:
        write(lambda session: services.close_survey(session, survey_id=survey_id, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("The survey is closed. Its results stay as they are."), "ok")
    return redirect(url_for("surveys.show", ref=ref), code=303)


@bp.post("/office/surveys/<ref>/again")
@policy("surveys.again", **BUILDERS)
def again(ref: str) -> Response:
    """Begin the next version with the same words."""
    survey_id, by = survey_of(ref, with_draft=True).id, me().user_id
    key = sent_key()
    try:
        made = write(lambda session: services.draft_again(session, key=key, survey_id=survey_id, by=by))
    except Refusal as no:
        flash_refusal(no)
        made = ref
    return redirect(url_for("surveys.show", ref=made), code=303)


def _builder(survey: SurveyView, sent: SentDraft, form: OpenForm | None = None) -> str:
    opening = {name: str(words[0]) for name, words in form.errors.items()} if form else {}
    usual = min(clock.today() + _USUAL, clock.today() + dt.timedelta(days=services.MOST_DAYS))
    page = BuilderPage(
        survey=survey,
        draft=sent.draft,
        revision=sent.revision,
        errors={**sent.errors, **opening},
        can_grow=len(sent.draft.items) < MOST_ITEMS,
        closes_on=form.closes_on.typed if form and form.closes_on.typed else usual.isoformat(),
        may_open=not sent.errors,
    )
    return render_template("surveys/builder.html", page=page, title=titled(survey), has_errors=bool(page.errors))


def _shown(survey: SurveyView) -> str:
    language = locale_id()
    is_open = survey.state is SurveyState.OPEN
    ways = [_way(_("Results"), "surveys.results", survey, "chart")]
    if has_any(WATCHERS):
        ways.append(_way(_("Slips and sheets"), "surveys.codes", survey, "print"))
    if is_open and has_any(OFFICIALS):
        ways.append(_way(_("Enter sheets of paper"), "surveys.entry", survey, "edit"))
    if has_any(WATCHERS):
        ways.append(_way(_("Answers from Excel"), "surveys.imports", survey, "upload"))
    page = SurveyPage(
        survey=survey,
        state=state_tag(survey),
        title=titled(survey),
        intro=survey.intro(language),
        items=[item.words(language) for item in survey.items],
        facts=[
            (_("Opened"), day(survey.opened_at)),
            (_("Last day"), day(survey.closes_on)),
            *([(_("Closed since"), day(survey.closed_at))] if survey.closed_at else []),
            (_("Items"), ngettext("%(num)s item of five points", "%(num)s items of five points", len(survey.items))),
        ],
        ways=ways,
        versions=[
            (_("Version %(number)d", number=one.version), url_for("surveys.show", ref=one.ref) if one.id != survey.id else None)
            for one in queries.versions_of(reader(), survey.family)
            if one.state is not SurveyState.DRAFT or has_any(BUILDERS)
        ],
        may_build=has_any(BUILDERS),
        is_open=is_open,
        key=ids.uuid7(),
    )
    return render_template("surveys/show.html", page=page)


def _way(label: str, endpoint: str, survey: SurveyView, icon: str) -> dict[str, object]:
    return {"label": label, "url": url_for(endpoint, ref=survey.ref), "icon_name": icon}
