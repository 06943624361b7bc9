"""Writing answers down, and counting them in the same transaction: results are read from the counts alone."""

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, insert
from sqlalchemy.orm import Session

from marketplace.kernel.db import dialect_of, insert_into
from marketplace.surveys.models import SurveyAnswer, SurveyReturn, SurveyScore, SurveyTally
from marketplace.surveys.values import Given

#: Answers written at once: bounds memory, whatever the size of a workbook.
_BATCH = 500


def count_answers(
    session: Session, *, survey_id: int, item_ids: Sequence[int], given: Sequence[Given], import_id: int | None = None
) -> None:
    """Write down answers that were checked, and add them to the counts."""
    for start in range(0, len(given), _BATCH):
        _count(session, survey_id, item_ids, given[start : start + _BATCH], import_id)


def _count(session: Session, survey_id: int, item_ids: Sequence[int], given: Sequence[Given], import_id: int | None) -> None:
    keys = session.scalars(
        insert(SurveyAnswer).returning(SurveyAnswer.id, sort_by_parameter_order=True),
        [
            {
                "survey_id": survey_id,
                "code_id": one.code_id,
                "import_id": import_id,
                "area_code": one.area_code,
                "answered_on": one.answered_on,
                "respondents": one.respondents,
                "channel": one.channel,
            }
            for one in given
        ],
    ).all()
    returns: Counter[tuple[Any, ...]] = Counter()
    tallies: Counter[tuple[Any, ...]] = Counter()
    scores: list[dict[str, int]] = []
    for key, one in zip(keys, given, strict=True):
        cell = (survey_id, one.area_code, f"{one.answered_on:%Y-%m}", str(one.respondents))
        returns[(*cell, str(one.channel))] += 1
        for item_id, score in zip(item_ids, one.scores, strict=True):
            if score is not None:
                scores.append({"answer_id": key, "item_id": item_id, "score": score})
                tallies[(*cell, item_id, score)] += 1
    session.execute(insert(SurveyScore), scores)
    dialect = dialect_of(session)
    for table, counted in ((SurveyReturn, returns), (SurveyTally, tallies)):
        names = [column.name for column in table.__table__.primary_key]
        # in one order, so that nobody waits in a circle for what two answers count in
        rows = [{**dict(zip(names, cell, strict=True)), "answers": count} for cell, count in sorted(counted.items())]
        session.execute(_addition(dialect, table), rows)


@functools.cache
def _addition(dialect: str, table: type[Any]) -> Insert:
    """Return the statement that adds to counts."""
    statement = insert_into(table, dialect)
    columns = table.__table__.c
    added: Insert = statement.on_conflict_do_update(
        index_elements=[columns[column.name] for column in table.__table__.primary_key],
        set_={"answers": columns.answers + statement.excluded.answers},
    )
    return added
