"""Several officials act on one grievance in the same moment, each a process: one step counts; and a control without the guard."""

import pytest
from sqlalchemy import func, select

from marketplace.grievances.models import GrievanceStep
from tests.grievances import racers
from tests.grievances.county import bring, county, look
from tests.races import race

pytestmark = pytest.mark.race
FEW = {"crowd": 6, "tries": 1}


@pytest.fixture
def what(session):
    cast = county(session)
    found = look(session, bring(session).ref)
    session.commit()
    return found.id, (cast.township_official.id, cast.second_township_official.id, cast.county_official.id)


def steps(session, grievance_id):
    session.rollback()
    return session.scalar(select(func.count()).select_from(GrievanceStep).where(GrievanceStep.grievance_id == grievance_id))


def test_of_officials_who_act_at_once_one_step_counts_and_the_others_are_told_to_look_again(database_url, session, what):
    assert race(racers.act, database_url, what, **FEW) == FEW["crowd"] - 1
    assert steps(session, what[0]) == 1


def test_without_the_conditional_update_the_same_officials_all_refuse_it(database_url, session, what):
    race(racers.act_unguarded, database_url, what, **FEW)
    assert steps(session, what[0]) == FEW["crowd"]
