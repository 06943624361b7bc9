"""The truths of surveys, each broken on purpose past the services, and each noticed by its own name alone."""

import pytest
from sqlalchemy import text

from marketplace.surveys import services
from marketplace.surveys.ddl import TRIGGERS
from marketplace.surveys.invariants import CHECKS
from tests.surveys import asking

pytestmark = pytest.mark.breaks_truths("rows are written over past the services", "surveys.")

BREACHES = {
    "surveys.miscounted_scores": "UPDATE survey_tallies SET answers = answers + 1 WHERE score = 5",
    "surveys.miscounted_answers": "DELETE FROM survey_returns",
    "surveys.answers_under_foreign_codes": "UPDATE survey_batches SET respondents = 'visitor'",
    "surveys.codes_counted_twice": "INSERT INTO survey_answers (survey_id, code_id, area_code, answered_on, respondents, channel)"
    " SELECT survey_id, code_id, area_code, answered_on, respondents, channel FROM survey_answers WHERE code_id IS NOT NULL",
    "surveys.scores_of_foreign_items": "UPDATE survey_items SET survey_id = (SELECT MAX(id) FROM surveys), position = 8"
    " WHERE position = 7 AND survey_id = (SELECT MIN(id) FROM surveys)",
    "surveys.answers_without_scores": "DELETE FROM survey_scores",
    "surveys.miscounted_batches": "UPDATE survey_batches SET count = count + 1",
    "surveys.miscounted_imports": "UPDATE survey_imports SET answers = 7",
    "surveys.opened_without_items": "UPDATE survey_items SET position = 9 WHERE position = 7",
    "surveys.open_past_their_day": "UPDATE surveys SET closes_on = '2026-09-18' WHERE state = 'open'",
}
#: What a breach drags along: the counts are of the same rows.
ALONG = {
    "surveys.codes_counted_twice": {"surveys.miscounted_answers", "surveys.answers_without_scores"},
    "surveys.answers_without_scores": {"surveys.miscounted_scores"},
}

TABLES = ("survey_items", "survey_answers", "survey_scores", "survey_codes", "surveys")


def broken(session):
    return {name for name, check in CHECKS if check(session)}


def test_each_truth_notices_what_breaks_it(session, cast, survey):
    by = cast.county_official.id
    _batch, slips = asking.issued(session, survey, by)
    services.answer(session, code_id=asking.code_of(session, slips[0]).id, scores=asking.FIVES)
    asking.counted(session, survey, by, [(3,) * 7])
    services.draft_again(session, key="again", survey_id=survey.id, by=by)
    session.commit()
    assert {name for name, _check in CHECKS} == set(BREACHES) | {"surveys.missing_triggers"}
    assert broken(session) == set()
    _let_go_of_the_guards(session)
    assert broken(session) == {"surveys.missing_triggers"}
    for name, breach in BREACHES.items():
        with session.begin_nested() as tried:
            session.execute(text(breach))
            assert broken(session) - {"surveys.missing_triggers"} == {name} | ALONG.get(name, set())
            tried.rollback()


def _let_go_of_the_guards(session):
    is_postgres = session.get_bind().dialect.name == "postgresql"
    for name in TRIGGERS:
        table = next(held for held in TABLES if name.startswith(held))
        session.execute(text(f"DROP TRIGGER {name} ON {table}" if is_postgres else f"DROP TRIGGER {name}"))
    session.execute(text("DROP INDEX uq_survey_answers_code"))
