"""Answering on a phone: a code opens the questionnaire, counts once, and says plainly when it opens nothing."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Refusal
from marketplace.surveys import queries, services
from marketplace.surveys.forms import SentAnswer, sent_answer
from marketplace.surveys.pages import AskPage, DoorPage
from marketplace.surveys.refusals import CodeUsed
from marketplace.surveys.values import SCORE_WORDS, CodeStanding, CodeView, SurveyView
from marketplace.surveys.views.blueprint import bp, sealer
from marketplace.web.db import primary, write
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import policy


@bp.get("/s/")
@policy("surveys.type_code", public=True)
def type_code() -> str | Response:
    """Ask for the code of a slip whose QR code cannot be scanned."""
    typed = "".join(sign for sign in request.args.get("code", "")[:40] if sign.isascii() and sign.isalnum())
    if typed:
        return redirect(url_for("surveys.ask", code=typed))
    return render_template("surveys/type_code.html")


@bp.get("/s/<code>")
@policy("surveys.ask", public=True)
def ask(code: str) -> Response:
    """Show the questionnaire of a code, or what became of it."""
    found = queries.code_by_words(primary(), code, sealer=sealer())
    if found is None or found.standing is not CodeStanding.GOOD:
        return _door(found)
    return _questionnaire(code, _survey(found), SentAnswer({}))


@bp.post("/s/<code>")
@policy("surveys.answer", public=True)
def answer(code: str) -> Response:
    """Count an answer. The same one sent again ends in the same thanks."""
    found = queries.code_by_words(primary(), code, sealer=sealer())
    if found is None or found.standing is CodeStanding.EXPIRED:
        return _door(found)
    survey = _survey(found)
    sent = sent_answer(request.form, len(survey.items))
    if sent.errors:
        return _questionnaire(code, survey, sent, 422) if found.standing is CodeStanding.GOOD else _door(found)
    code_id = found.id
    try:
        write(lambda session: services.answer(session, code_id=code_id, scores=sent.scores))
    except CodeUsed as no:
        return _door(found, no)
    except Refusal:
        # its time ended while it was filled in
        return _door(queries.code_by_words(primary(), code, sealer=sealer()))
    flash(_("Thank you. Your answer is counted."), "ok")
    return redirect(url_for("surveys.ask", code=code), code=303)


def _survey(code: CodeView) -> SurveyView:
    found = queries.survey_by_id(primary(), code.survey_id)
    if found is None:
        raise LookupError(f"survey of code {code.id}")
    return found


def _questionnaire(code: str, survey: SurveyView, sent: SentAnswer, status: int = 200) -> Response:
    language = locale_id()
    page = AskPage(
        code=code,
        title=survey.title(language),
        intro=survey.intro(language),
        items=[(f"item-{item.position}", item.words(language)) for item in survey.items],
        chosen=sent.chosen,
        errors=sent.errors,
        scores=[(score, str(_(words))) for score, words in SCORE_WORDS.items()],
    )
    return private(render_template("surveys/ask.html", page=page, has_errors=bool(sent.errors)), status)


def _door(code: CodeView | None, no: CodeUsed | None = None) -> Response:
    """Return the page of a code that opens nothing: unknown, too late, or counted already."""
    if code is None:
        page = DoorPage(
            _("We don't know this code"),
            _("Please compare it with your slip and type it again: 12 letters and digits, no O, I, L or U among them."),
            "bad",
        )
        return private(render_template("surveys/door.html", page=page, may_type=True), 404)
    if no is not None:
        words = _("Another answer was counted for this slip before. Each slip counts once, so this one was not added.")
        return private(
            render_template("surveys/door.html", page=DoorPage(_("This slip was used already"), words, "bad")), no.status
        )
    if code.standing is CodeStanding.USED:
        page = DoorPage(
            _("The answer of this slip is counted"),
            _("Each slip counts once. Only the area, the day and the scores are kept, no name. You can throw the slip away."),
            "ok",
        )
        return private(render_template("surveys/door.html", page=page))
    page = DoorPage(
        _("This slip is no longer valid"),
        _("The survey is over, or the slip was replaced. Nothing was counted. If it is still on, ask for a new slip."),
        "wait",
    )
    return private(render_template("surveys/door.html", page=page), 410)
