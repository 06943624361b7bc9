"""Truths of surveys. Each check returns the rows that break it; all are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.kernel.db import dialect_of
from marketplace.kernel.triggers import missing
from marketplace.surveys.ddl import TRIGGERS
from marketplace.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyBatch,
    SurveyCode,
    SurveyImport,
    SurveyItem,
    SurveyReturn,
    SurveyScore,
    SurveyTally,
)
from marketplace.surveys.values import ImportState, SurveyState

Check = tuple[str, Callable[[Session], Sequence[Any]]]
#: The sweep runs each hour; a survey open for longer past its last day means that nobody sweeps.
GRACE = dt.timedelta(days=1)


def _month(session: Session) -> Any:
    """Return the month of an answer, written out: PostgreSQL groups by what it selects only where no parameter stands in it."""
    day = SurveyAnswer.answered_on
    if dialect_of(session) == "postgresql":
        return func.to_char(day, literal_column("'YYYY-MM'"))
    return func.strftime(literal_column("'%Y-%m'"), day)


def miscounted_scores(session: Session) -> Sequence[Any]:
    """Return cells whose tally is not the number of scores given there, or that have scores and no tally."""
    month = _month(session)
    cell = (SurveyAnswer.survey_id, SurveyAnswer.area_code, month, SurveyAnswer.respondents)
    held = (
        select(
            SurveyAnswer.survey_id,
            SurveyAnswer.area_code,
            month.label("month"),
            SurveyAnswer.respondents,
            SurveyScore.item_id,
            SurveyScore.score,
            func.count().label("answers"),
        )
        .join(SurveyScore, SurveyScore.answer_id == SurveyAnswer.id)
        .group_by(*cell, SurveyScore.item_id, SurveyScore.score)
        .subquery()
    )
    return _apart(session, held, SurveyTally, ("survey_id", "area_code", "month", "respondents", "item_id", "score"))


def miscounted_answers(session: Session) -> Sequence[Any]:
    """Return cells whose count is not the number of answers from there, or that have answers and no count."""
    month = _month(session)
    cell = (SurveyAnswer.survey_id, SurveyAnswer.area_code, month, SurveyAnswer.respondents, SurveyAnswer.channel)
    held = (
        select(
            SurveyAnswer.survey_id,
            SurveyAnswer.area_code,
            month.label("month"),
            SurveyAnswer.respondents,
            SurveyAnswer.channel,
            func.count().label("answers"),
        )
        .group_by(*cell)
        .subquery()
    )
    return _apart(session, held, SurveyReturn, ("survey_id", "area_code", "month", "respondents", "channel"))


def _apart(session: Session, held: Any, counts: Any, names: tuple[str, ...]) -> Sequence[Any]:
    same = [held.c[name] == getattr(counts, name) for name in names]
    return session.execute(
        select(held, counts.answers.label("counted"), *(getattr(counts, name).label(f"of_{name}") for name in names))
        .join(counts, and_(*same), full=True)
        .where(func.coalesce(held.c.answers, 0) != func.coalesce(counts.answers, 0))
    ).all()


def answers_under_foreign_codes(session: Session) -> Sequence[Any]:
    """Return answers that are not counted for the survey, area and group that their code was issued for."""
    return session.execute(
        select(SurveyAnswer.id)
        .join(SurveyCode, SurveyCode.id == SurveyAnswer.code_id)
        .join(SurveyBatch, SurveyBatch.id == SurveyCode.batch_id)
        .where(
            or_(
                SurveyCode.survey_id != SurveyAnswer.survey_id,
                SurveyBatch.survey_id != SurveyCode.survey_id,
                SurveyBatch.area_code != SurveyAnswer.area_code,
                SurveyBatch.respondents != SurveyAnswer.respondents,
            )
        )
    ).all()


def codes_counted_twice(session: Session) -> Sequence[Any]:
    """Return codes under which more than one answer was counted."""
    return session.execute(
        select(SurveyAnswer.code_id)
        .where(SurveyAnswer.code_id.is_not(None))
        .group_by(SurveyAnswer.code_id)
        .having(func.count() > 1)
    ).all()


def scores_of_foreign_items(session: Session) -> Sequence[Any]:
    """Return scores given to an item of another survey than the answer's."""
    return session.execute(
        select(SurveyScore.answer_id, SurveyScore.item_id)
        .join(SurveyAnswer, SurveyAnswer.id == SurveyScore.answer_id)
        .join(SurveyItem, SurveyItem.id == SurveyScore.item_id)
        .where(SurveyItem.survey_id != SurveyAnswer.survey_id)
    ).all()


def answers_without_scores(session: Session) -> Sequence[Any]:
    """Return answers that say nothing."""
    said = select(SurveyScore.answer_id).where(SurveyScore.answer_id == SurveyAnswer.id).exists()
    return session.execute(select(SurveyAnswer.id).where(~said)).all()


def miscounted_batches(session: Session) -> Sequence[Any]:
    """Return batches that have not as many codes, with the numbers, as they say."""
    return session.execute(
        select(SurveyBatch.ref, SurveyBatch.count, func.count(SurveyCode.id))
        .join(SurveyCode, SurveyCode.batch_id == SurveyBatch.id, isouter=True)
        .group_by(SurveyBatch.id, SurveyBatch.ref, SurveyBatch.count, SurveyBatch.first_number)
        .having(
            or_(
                func.count(SurveyCode.id) != SurveyBatch.count,
                func.min(SurveyCode.number) != SurveyBatch.first_number,
                func.max(SurveyCode.number) != SurveyBatch.first_number + SurveyBatch.count - 1,
            )
        )
    ).all()


def miscounted_imports(session: Session) -> Sequence[Any]:
    """Return workbooks of which other answers stand than they say."""
    held = (
        select(SurveyAnswer.import_id, func.count().label("answers"))
        .where(SurveyAnswer.import_id.is_not(None))
        .group_by(SurveyAnswer.import_id)
        .subquery()
    )
    return session.execute(
        select(SurveyImport.ref, SurveyImport.answers, held.c.answers)
        .join(held, held.c.import_id == SurveyImport.id, isouter=True)
        .where(
            or_(
                SurveyImport.answers != func.coalesce(held.c.answers, 0),
                (SurveyImport.state == ImportState.REFUSED) & (func.coalesce(held.c.answers, 0) > 0),
            )
        )
    ).all()


def opened_without_items(session: Session) -> Sequence[Any]:
    """Return surveys put to people without an item, or with gaps between the items' places."""
    return session.execute(
        select(Survey.ref)
        .join(SurveyItem, SurveyItem.survey_id == Survey.id, isouter=True)
        .where(Survey.state != SurveyState.DRAFT)
        .group_by(Survey.id, Survey.ref)
        .having(or_(func.count(SurveyItem.id) == 0, func.max(SurveyItem.position) != func.count(SurveyItem.id)))
    ).all()


def open_past_their_day(session: Session) -> Sequence[Any]:
    """Return surveys that the sweep should have closed long ago."""
    return session.execute(
        select(Survey.ref, Survey.closes_on).where(
            Survey.state == SurveyState.OPEN, Survey.closes_on < clock.day_of(clock.now() - GRACE)
        )
    ).all()


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the triggers of surveys that do not stand."""
    return missing(session, TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("surveys.miscounted_scores", miscounted_scores),
    ("surveys.miscounted_answers", miscounted_answers),
    ("surveys.answers_under_foreign_codes", answers_under_foreign_codes),
    ("surveys.codes_counted_twice", codes_counted_twice),
    ("surveys.scores_of_foreign_items", scores_of_foreign_items),
    ("surveys.answers_without_scores", answers_without_scores),
    ("surveys.miscounted_batches", miscounted_batches),
    ("surveys.miscounted_imports", miscounted_imports),
    ("surveys.opened_without_items", opened_without_items),
    ("surveys.open_past_their_day", open_past_their_day),
    ("surveys.missing_triggers", missing_triggers),
)
