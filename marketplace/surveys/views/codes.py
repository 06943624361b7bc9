"""Slips with codes and sheets of paper: issued for an area, printed on A4, ended where they went astray."""

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.surveys import queries, services
from marketplace.surveys.forms import IssueForm
from marketplace.surveys.pages import CodesPage, PrintedSlip, SlipsPage
from marketplace.surveys.refusals import TooManyCodes
from marketplace.surveys.values import RESPONDENT_WORDS, BatchView, Respondents, SurveyState, SurveyView
from marketplace.surveys.views.blueprint import (
    OFFICIALS,
    WATCHERS,
    area_choices,
    bp,
    chosen_area,
    has_any,
    pager,
    sealer,
    survey_of,
    titled,
)
from marketplace.web.db import reader, write
from marketplace.web.forms import own_key
from marketplace.web.language import locale_id
from marketplace.web.pages import private, public_url
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

#: Batches shown at once.
PAGE = 20
#: What a form begins with.
_USUAL = "24"


@bp.get("/office/surveys/<ref>/codes")
@policy("surveys.codes", **WATCHERS)
def codes(ref: str) -> str:
    """Show the batches of one's area, the newest first, and the form for another."""
    return _page(survey_of(ref), IssueForm(formdata=None, key=ids.uuid7()))


@bp.post("/office/surveys/<ref>/codes")
@policy("surveys.issue", of="area", **OFFICIALS)
def issue(ref: str) -> str | Response | tuple[str, int]:
    """Issue codes for an area of one's own."""
    survey = survey_of(ref)
    form = IssueForm()
    key, area = own_key(form.key, "survey-codes"), chosen_area(form.area.data or "")
    if not form.is_posted_and_valid():
        return _page(survey, form), 422
    survey_id, by, held_by, count, group = survey.id, me().user_id, sealer(), int(form.count.data or 0), form.respondents
    try:
        batch = write(
            lambda session: services.issue_codes(
                session, key=key, survey_id=survey_id, area_code=area, respondents=group, count=count, by=by, sealer=held_by
            )
        )
    except Refusal as no:
        form.refuse(no, "count" if isinstance(no, TooManyCodes) else None)
        return _page(survey, form), no.status
    flash(_("The codes are issued. Print them as slips or as sheets: each counts once, however it comes back."), "ok")
    return redirect(url_for("surveys.slips", ref=batch), code=303)


@bp.get("/office/surveys/batches/<ref>/slips")
@policy("surveys.slips", of="batch", **OFFICIALS)
def slips(ref: str) -> Response:
    """Show the unused slips of a batch, to be cut up: a QR code each."""
    return _printed(ref, "surveys/slips.html", "surveys.paper")


@bp.get("/office/surveys/batches/<ref>/paper")
@policy("surveys.paper", of="batch", **OFFICIALS)
def paper(ref: str) -> Response:
    """Show the unused sheets of a batch, to be filled in by hand: an A4 page each."""
    return _printed(ref, "surveys/paper.html", "surveys.slips")


@bp.post("/office/surveys/batches/<ref>/end")
@policy("surveys.end_codes", of="batch", **OFFICIALS)
def end(ref: str) -> Response:
    """End the unused codes of a batch."""
    batch = _batch(ref)
    batch_id, by = batch.id, me().user_id
    try:
        write(lambda session: services.end_codes(session, batch_id=batch_id, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("The unused codes of these slips are ended."), "ok")
    return redirect(url_for("surveys.codes", ref=batch.survey_ref), code=303)


def qr_of(address: str) -> Markup:
    """Return an address as a QR drawing."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(omitsize=True, border=2, dark="#000")
    return Markup(drawn)  # noqa: S704 (drawn by us from an address of our own making)


def spaced(code: str) -> str:
    """Return a code in groups of four, to be read aloud and typed."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))


def _batch(ref: str) -> BatchView:
    return authorise(queries.batch_by_ref(reader(), ref) if ref.isascii() and ref.isalnum() else None)


def _printed(ref: str, template: str, other: str) -> Response:
    batch = _batch(ref)
    survey = queries.survey_by_id(reader(), batch.survey_id)
    if survey is None:
        raise NotThere
    language = locale_id()
    is_good = batch.ended_at is None and survey.state is SurveyState.OPEN
    unused = queries.slips_of(reader(), batch, sealer=sealer()) if is_good else ()
    page = SlipsPage(
        batch=batch,
        title=survey.title(language),
        intro=survey.intro(language),
        items=[item.words(language) for item in survey.items],
        area=str(current_app.extensions["area_name"](batch.area_code)),
        slips=[
            PrintedSlip(slip.number, spaced(slip.code), qr_of(public_url(url_for("surveys.ask", code=slip.code))))
            for slip in unused
        ],
        typed_at=public_url(url_for("surveys.type_code")).partition("://")[2],
        expires_on=batch.expires_on,
        other_url=url_for(other, ref=batch.ref),
        back_url=url_for("surveys.codes", ref=survey.ref),
    )
    return private(render_template(template, page=page))


def _page(survey: SurveyView, form: IssueForm) -> str:
    before = request.args.get("before", "")
    start = queries.batch_by_ref(reader(), before) if before.isascii() and before.isalnum() else None
    found = queries.batches_of(reader(), survey.id, areas=reachable_areas(), before=start.id if start else None, limit=PAGE + 1)
    shown = found[:PAGE]
    may_issue = has_any(OFFICIALS) and survey.state is SurveyState.OPEN
    errors = {name: str(words[0]) for name, words in form.errors.items()}
    page = CodesPage(
        survey=survey,
        title=titled(survey),
        rows=[_row(batch) for batch in shown],
        may_issue=may_issue,
        key=form.key.data or ids.uuid7(),
        areas=area_choices() if may_issue else (),
        groups=[(str(group), str(_(words))) for group, words in RESPONDENT_WORDS.items()],
        chosen={
            "area": form.area.data or "",
            "group": form.group.data or str(Respondents.ANYONE),
            "count": form.count.typed or _USUAL,
        },
        most=services.MOST_CODES,
        errors=errors | ({"count": form.form_errors[0]} if form.form_errors else {}),
        pager=pager("" if start else None, shown[-1].ref if len(found) > PAGE else None),
    )
    return render_template("surveys/codes.html", page=page, has_errors=bool(page.errors))


def _row(batch: BatchView) -> dict[str, object]:
    return {
        "numbers": f"{batch.first_number} – {batch.last_number}",
        "area": current_app.extensions["area_name"](batch.area_code),
        "group": _(RESPONDENT_WORDS[batch.respondents]),
        "used": batch.used,
        "left": batch.count - batch.used,
        "expires": batch.expires_on,
        "issued": batch.made_at,
        "batch": batch,
    }
