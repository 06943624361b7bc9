"""What answers add up to, read from the counts kept beside them: the work grows with areas, months, items and scores alone."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_area
from marketplace.surveys import rules
from marketplace.surveys.models import SurveyAnswer, SurveyReturn, SurveyScore, SurveyTally
from marketplace.surveys.values import (
    AnswerCount,
    AnswerView,
    Channel,
    Counts,
    Respondents,
    Results,
    ScoreCount,
    Slice,
    SurveyView,
)


def counts_of(
    session: Session, survey: SurveyView, area_code: str, *, respondents: Respondents | None = None, digits: int = 6
) -> Counts:
    """Return what was counted in an area, cut by month and by the areas of a level below. Two queries, for whatever is added up.

    What was counted for an area above the level stands under its own, shorter code.
    """
    chosen = Slice(area_code, None, respondents)
    # written out: PostgreSQL groups by what it selects only where no parameter stands in it
    from_first: ColumnElement[int] = literal_column("1")
    to_last: ColumnElement[int] = literal_column(str(int(digits)))
    of_tally = func.substr(SurveyTally.area_code, from_first, to_last)
    of_return = func.substr(SurveyReturn.area_code, from_first, to_last)
    tallied = (of_tally, SurveyTally.month, SurveyTally.item_id, SurveyTally.score)
    returned = (of_return, SurveyReturn.month, SurveyReturn.channel)
    scores = session.execute(
        select(*tallied, _sum(SurveyTally.answers)).where(*_in_slice(SurveyTally, survey, chosen)).group_by(*tallied)
    )
    answers = session.execute(
        select(*returned, _sum(SurveyReturn.answers)).where(*_in_slice(SurveyReturn, survey, chosen)).group_by(*returned)
    )
    return Counts(
        tuple(item.id for item in survey.items),
        [ScoreCount(*row) for row in scores],
        [AnswerCount(part, month, Channel(channel), count) for part, month, channel, count in answers],
    )


def results_of(session: Session, survey: SurveyView, chosen: Slice) -> Results:
    """Return the figures of every item in a slice. Two queries."""
    return rules.results_of(counts_of(session, survey, chosen.area_code, respondents=chosen.respondents), chosen.month)


def answers_in(
    session: Session, survey: SurveyView, chosen: Slice, *, after: tuple[str, int] | None = None, limit: int = 50
) -> Sequence[AnswerView]:
    """Return answers of a slice in the order of areas and arrival, beyond an (area's code, key). Two queries."""
    wanted = (
        select(SurveyAnswer)
        .where(SurveyAnswer.survey_id == survey.id, in_area(SurveyAnswer.area_code, chosen.area_code))
        .order_by(SurveyAnswer.area_code, SurveyAnswer.id)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(tuple_(SurveyAnswer.area_code, SurveyAnswer.id) > after)
    if chosen.month is not None:
        first = dt.date.fromisoformat(f"{chosen.month}-01")
        beyond = (first + dt.timedelta(days=31)).replace(day=1)
        wanted = wanted.where(SurveyAnswer.answered_on >= first, SurveyAnswer.answered_on < beyond)
    if chosen.respondents is not None:
        wanted = wanted.where(SurveyAnswer.respondents == chosen.respondents)
    rows = session.scalars(wanted).all()
    scores: dict[int, dict[int, int]] = {row.id: {} for row in rows}
    for score in session.scalars(select(SurveyScore).where(SurveyScore.answer_id.in_(scores))) if rows else ():
        scores[score.answer_id][score.item_id] = score.score
    return [
        AnswerView(row.id, row.area_code, row.answered_on, Respondents(row.respondents), Channel(row.channel), scores[row.id])
        for row in rows
    ]


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _in_slice(counts: type[SurveyTally | SurveyReturn], survey: SurveyView, chosen: Slice) -> list[ColumnElement[bool]]:
    found = [counts.survey_id == survey.id, in_area(counts.area_code, chosen.area_code)]
    if chosen.respondents is not None:
        found.append(counts.respondents == chosen.respondents)
    return found
