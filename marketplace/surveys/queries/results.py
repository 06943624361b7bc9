"""What answers add up to, read from the counts kept beside them: the work grows with areas, months, items and scores alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_area
from marketplace.surveys import rules
from marketplace.surveys.models import SurveyAnswer, SurveyReturn, SurveyScore, SurveyTally
from marketplace.surveys.values import AnswerView, Channel, PartResult, Respondents, Results, Slice, SurveyView


def results_of(session: Session, survey: SurveyView, chosen: Slice) -> Results:
    """Return the figures of every item in a slice. Two queries."""
    counts: dict[int, dict[int, int]] = defaultdict(dict)
    for item_id, score, answers in session.execute(
        select(SurveyTally.item_id, SurveyTally.score, _sum(SurveyTally.answers))
        .where(*_in_slice(SurveyTally, survey, chosen))
        .group_by(SurveyTally.item_id, SurveyTally.score)
    ):
        counts[item_id][score] = answers
    channels = {
        Channel(channel): answers
        for channel, answers in session.execute(
            select(SurveyReturn.channel, _sum(SurveyReturn.answers))
            .where(*_in_slice(SurveyReturn, survey, chosen))
            .group_by(SurveyReturn.channel)
        )
    }
    by_channel = {channel: channels.get(channel, 0) for channel in Channel}
    items = {item.id: rules.measured(counts[item.id]) for item in survey.items}
    return Results(sum(by_channel.values()), by_channel, items)


def parts_of(session: Session, survey: SurveyView, chosen: Slice, *, digits: int) -> Sequence[PartResult]:
    """Return the areas of a level within a slice, by code, with all items together. Two queries.

    What was counted for an area above the level stands under its own, shorter code.
    """
    # written out: PostgreSQL groups by what it selects only where no parameter stands in it
    from_first: ColumnElement[int] = literal_column("1")
    to_last: ColumnElement[int] = literal_column(str(int(digits)))
    return _parts(
        session,
        survey,
        chosen,
        func.substr(SurveyTally.area_code, from_first, to_last),
        func.substr(SurveyReturn.area_code, from_first, to_last),
    )


def months_of(session: Session, survey: SurveyView, chosen: Slice) -> Sequence[PartResult]:
    """Return the months within a slice, the first first, with all items together. Two queries."""
    return _parts(session, survey, chosen, SurveyTally.month, SurveyReturn.month)


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


def _parts(session: Session, survey: SurveyView, chosen: Slice, of_tally: Any, of_return: Any) -> Sequence[PartResult]:
    scores: dict[str, dict[int, int]] = defaultdict(dict)
    for code, score, answers in session.execute(
        select(of_tally, SurveyTally.score, _sum(SurveyTally.answers))
        .where(*_in_slice(SurveyTally, survey, chosen))
        .group_by(of_tally, SurveyTally.score)
    ):
        scores[code][score] = answers
    rows = session.execute(
        select(of_return, _sum(SurveyReturn.answers))
        .where(*_in_slice(SurveyReturn, survey, chosen))
        .group_by(of_return)
        .order_by(of_return)
    )
    return [PartResult(code, answers, rules.measured(scores[code])) for code, answers in rows]


def _sum(column: Any) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _in_slice(counts: type[SurveyTally | SurveyReturn], survey: SurveyView, chosen: Slice) -> list[ColumnElement[bool]]:
    found = [counts.survey_id == survey.id, in_area(counts.area_code, chosen.area_code)]
    if chosen.month is not None:
        found.append(counts.month == chosen.month)
    if chosen.respondents is not None:
        found.append(counts.respondents == chosen.respondents)
    return found
