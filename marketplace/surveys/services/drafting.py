"""From a draft to a closed survey. A draft may be incomplete; what was opened is not changed any more, only drafted again."""

import datetime as dt

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, StaleState
from marketplace.surveys import rules
from marketplace.surveys.models import Survey, SurveyItem
from marketplace.surveys.queries.surveys import survey_by_id
from marketplace.surveys.refusals import ClosingDayPast, WrongState
from marketplace.surveys.values import MOST_ITEMS, SurveyAction, SurveyDraft, SurveyState, SurveyView

#: A survey is open at most so long.
MOST_DAYS = 366


def draft_survey(session: Session, *, key: str, draft: SurveyDraft, by: int) -> str:
    """Begin a questionnaire; return its reference. The same key again returns the first."""
    return _draft(session, key=key, draft=draft, by=by, family=None)


def draft_again(session: Session, *, key: str, survey_id: int, by: int) -> str:
    """Begin the next version of a questionnaire with its words; return its reference. The same key again returns the first.

    Raises:
        NotThere: no such questionnaire.
        WrongState: it is itself a draft, and can be changed as it is.
    """
    survey = _found(session, survey_id)
    _require(survey, SurveyAction.DRAFT_AGAIN)
    return _draft(session, key=key, draft=survey.draft, by=by, family=survey.family)


def change_draft(session: Session, *, survey_id: int, revision: int, draft: SurveyDraft, by: int) -> None:
    """Write a draft anew, if it is still the one that was read.

    Raises:
        NotThere: no such questionnaire.
        WrongState: it was opened meanwhile.
        StaleState: somebody else changed it meanwhile.
    """
    survey = _found(session, survey_id)
    _require(survey, SurveyAction.CHANGE)
    changed = session.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.revision == revision, Survey.state == SurveyState.DRAFT)
        .values(**_words(draft), revision=Survey.revision + 1)
        .returning(Survey.id)
    ).one_or_none()
    if changed is None:
        raise StaleState
    _write_items(session, survey_id, draft)
    record_audit(
        session, by=by, action="surveys.change", object_kind="survey", object_ref=survey.ref,
        before={"items": len(survey.items)}, after={"items": len(draft.items)},
    )  # fmt: skip


def open_survey(session: Session, *, survey_id: int, closes_on: dt.date, by: int) -> None:
    """Let people answer until the end of a day; the questions stay as they are from now on.

    Raises:
        NotThere: no such questionnaire.
        WrongState: it is no draft.
        NoItems, SurveyIncomplete: it cannot be put to people yet.
        ClosingDayPast: the last day lies behind, or too far ahead.
    """
    survey = _found(session, survey_id)
    to = _require(survey, SurveyAction.OPEN)
    rules.require_complete(survey.draft)
    if not 0 <= (closes_on - clock.today()).days <= MOST_DAYS:
        raise ClosingDayPast(days=MOST_DAYS)
    _step(session, survey, to, opened_at=clock.now(), closes_on=closes_on)
    record_audit(
        session, by=by, action="surveys.open", object_kind="survey", object_ref=survey.ref,
        after={"to_on": closes_on.isoformat(), "items": len(survey.items)},
    )  # fmt: skip


def close_survey(session: Session, *, survey_id: int, by: int | None) -> None:
    """Take no more answers; nobody stands for the house itself, on the day after the last.

    Raises:
        NotThere: no such questionnaire.
        WrongState: it is not open.
    """
    survey = _found(session, survey_id)
    _step(session, survey, _require(survey, SurveyAction.CLOSE), closed_at=clock.now())
    record_audit(session, by=by, action="surveys.close", object_kind="survey", object_ref=survey.ref)


def close_due(session: Session) -> int:
    """Close the surveys whose last day is past; return how many."""
    due = session.scalars(
        select(Survey.id).where(Survey.state == SurveyState.OPEN, Survey.closes_on < clock.today()).order_by(Survey.id)
    ).all()
    for survey_id in due:
        close_survey(session, survey_id=survey_id, by=None)
    return len(due)


def _draft(session: Session, *, key: str, draft: SurveyDraft, by: int, family: str | None) -> str:
    standing = session.scalar(select(Survey.ref).where(Survey.key == key))
    if standing is not None:
        return standing
    ref = ids.reference("SV")
    version = 1
    if family is not None:
        version += session.scalar(select(func.max(Survey.version)).where(Survey.family == family)) or 0
    row = Survey(
        ref=ref, key=key, family=family or ref, version=version, state=SurveyState.DRAFT, revision=1, made_by=by,
        made_at=clock.now(), **_words(draft),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _write_items(session, row.id, draft)
    record_audit(
        session, by=by, action="surveys.draft", object_kind="survey", object_ref=ref,
        after={"version": version, "items": len(draft.items)},
    )  # fmt: skip
    return ref


def _words(draft: SurveyDraft) -> dict[str, str]:
    return {
        "title_zh": draft.title_zh,
        "title_en": draft.title_en,
        "intro_zh": draft.intro_zh,
        "intro_en": draft.intro_en,
    }


def _write_items(session: Session, survey_id: int, draft: SurveyDraft) -> None:
    session.execute(delete(SurveyItem).where(SurveyItem.survey_id == survey_id))
    rows = [
        {
            "survey_id": survey_id,
            "position": position,
            "text_zh": item.zh,
            "text_en": item.en,
            "effect": rules.effect_of(item),
        }
        for position, item in enumerate(draft.items[:MOST_ITEMS], start=1)
    ]
    if rows:
        session.execute(insert(SurveyItem), rows)


def _found(session: Session, survey_id: int) -> SurveyView:
    survey = survey_by_id(session, survey_id)
    if survey is None:
        raise NotThere
    return survey


def _require(survey: SurveyView, action: SurveyAction) -> SurveyState:
    to = rules.SURVEYS.after(survey.state, action)
    if to is None:
        raise WrongState
    return to


def _step(session: Session, survey: SurveyView, to: SurveyState, **facts: dt.datetime | dt.date) -> None:
    """Move it on, unless somebody else did first, or changed the draft that was looked at."""
    done = session.execute(
        update(Survey)
        .where(Survey.id == survey.id, Survey.state == survey.state, Survey.revision == survey.revision)
        .values(state=to, **facts)
        .returning(Survey.id)
    ).one_or_none()
    if done is None:
        raise StaleState
