"""Taking answers under codes: from a phone, or typed off sheets of paper. Each code counts once, by a UNIQUE."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.surveys import rules
from marketplace.surveys.models import SurveyAnswer, SurveyScore
from marketplace.surveys.queries.codes import code_by_id, codes_by_number
from marketplace.surveys.queries.surveys import survey_by_id
from marketplace.surveys.refusals import CodeExpired, CodeUsed, NoSuchSheet, SurveyNotOpen, WrongDay
from marketplace.surveys.services.counting import count_answers
from marketplace.surveys.values import Channel, CodeStanding, Given, SurveyAction, SurveyView


def answer(session: Session, *, code_id: int, scores: Sequence[int | None]) -> bool:
    """Count what somebody answered on a phone; False where the same answer under the same code had been counted already.

    Raises:
        NotThere: no such code.
        CodeUsed: it was used for other answers.
        CodeExpired, SurveyNotOpen: it is too late.
        WrongCount, WrongScores, NothingAnswered: these are no answers to the items.
    """
    code = code_by_id(session, code_id)
    survey = survey_by_id(session, code.survey_id) if code else None
    if survey is None:
        raise NotThere
    return _count_under_code(session, survey, code_id, scores, Channel.PHONE, clock.today())


def enter_sheets(
    session: Session, *, survey_id: int, sheets: Sequence[tuple[int, Sequence[int | None]]], areas: Sequence[str],
    answered_on: dt.date, by: int,
) -> list[Refusal | None]:  # fmt: skip
    """Count sheets of paper, each (number, scores), handed out inside some areas; return for each why it was refused, or None.

    The others are counted: nobody types forty sheets again for one wrong digit. A sheet entered again as it was changes nothing.

    Raises:
        NotThere: no such survey.
        SurveyNotOpen: it takes no answers.
        WrongDay: they cannot have been filled in on that day.
    """
    survey = survey_by_id(session, survey_id)
    if survey is None:
        raise NotThere
    require_day(survey, answered_on)
    codes = codes_by_number(session, survey_id, [number for number, _scores in sheets], areas=areas)
    refused: list[Refusal | None] = []
    counted = 0
    for number, scores in sheets:
        try:
            if number not in codes:
                raise NoSuchSheet(number=number)
            counted += _count_under_code(session, survey, codes[number].id, scores, Channel.PAPER, answered_on)
        except Refusal as no:
            refused.append(no)
        else:
            refused.append(None)
    if counted:
        record_audit(
            session, by=by, action="surveys.enter", object_kind="survey", object_ref=survey.ref,
            after={"count": counted, "on": answered_on.isoformat()},
        )  # fmt: skip
    return refused


def require_day(survey: SurveyView, day: dt.date) -> None:
    """Check that answers may have been given on a day.

    Raises:
        SurveyNotOpen: the survey takes none.
        WrongDay: it was not open then, or the day has not come yet.
    """
    if rules.SURVEYS.after(survey.state, SurveyAction.ENTER) is None or survey.opened_at is None:
        raise SurveyNotOpen
    first = clock.day_of(survey.opened_at)
    if not first <= day <= clock.today():
        raise WrongDay(first=first.isoformat())


def _count_under_code(
    session: Session, survey: SurveyView, code_id: int, scores: Sequence[int | None], channel: Channel, day: dt.date
) -> bool:
    """Count an answer under a code that stands; False for a repeat. Refuses before anything is written."""
    code = code_by_id(session, code_id)
    if code is None:
        raise NotThere
    checked = rules.checked_scores(scores, len(survey.items))
    if code.standing is CodeStanding.USED:
        if checked != _counted_scores(session, survey, code_id):
            raise CodeUsed(number=code.number)
        return False
    if rules.SURVEYS.after(survey.state, SurveyAction.ANSWER) is None:
        raise SurveyNotOpen
    if code.standing is CodeStanding.EXPIRED:
        raise CodeExpired(number=code.number)
    given = Given(checked, code.area_code, day, code.respondents, channel, code_id)
    count_answers(session, survey_id=survey.id, item_ids=[item.id for item in survey.items], given=[given])
    return True


def _counted_scores(session: Session, survey: SurveyView, code_id: int) -> tuple[int | None, ...]:
    rows = session.execute(
        select(SurveyScore.item_id, SurveyScore.score)
        .join(SurveyAnswer, SurveyAnswer.id == SurveyScore.answer_id)
        .where(SurveyAnswer.code_id == code_id)
    )
    found = {row.item_id: row.score for row in rows}
    return tuple(found.get(item.id) for item in survey.items)
