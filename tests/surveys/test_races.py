"""Many answers at once, each a process: a code counts once and no count is lost. The control shows that the race is real."""

import pytest
from sqlalchemy import func, select, text

from marketplace.surveys import queries
from marketplace.surveys.invariants import CHECKS
from marketplace.surveys.models import SurveyAnswer
from tests.races import race
from tests.surveys import asking, racers

pytestmark = pytest.mark.race
CROWD = {"crowd": 6, "tries": 2}


@pytest.fixture
def codes(session, cast, survey):
    """Two slips that six people want to answer under."""
    _batch, slips = asking.issued(session, survey, cast.county_official.id, count=2)
    ids = [asking.code_of(session, slip).id for slip in slips]
    session.commit()
    return ids


def counted(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(SurveyAnswer))


def test_six_people_with_two_slips_are_counted_twice(database_url, session, survey, codes):
    race(racers.answer, database_url, codes, **CROWD)
    assert counted(session) == 2
    found = queries.results_of(session, survey, asking.whole())
    assert (found.answers, {figures.n for figures in found.items.values()}) == (2, {2})
    assert {name: check(session) for name, check in CHECKS if check(session)} == {}


@pytest.mark.breaks_truths("the guard is gone", "surveys.codes_counted_twice")
def test_without_the_unique_on_the_code_one_slip_is_counted_again_and_again(database_url, session, codes):
    session.execute(text("DROP INDEX uq_survey_answers_code"))
    session.commit()
    race(racers.answer_unguarded, database_url, codes, **CROWD)
    assert counted(session) > 2
