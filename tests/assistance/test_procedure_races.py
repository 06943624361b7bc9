"""Several people sign one case in the same moment, each in a process: one step counts, the others are told. With a control."""

import pytest

from marketplace.assistance.models import Procedure, ProcedureStep
from tests.assistance import racers
from tests.assistance.cases import Days, Village
from tests.farmers import places
from tests.races import race

pytestmark = pytest.mark.race
CROWD = 6


@pytest.fixture
def case(session):
    """A case that has been brought, and who acts on it: three officials of the village, three times the household."""
    village = Village(session, racers.DAY)
    with Days(racers.DAY):
        row = village.open("identify", by=village.farmer)
        village.paper(row, "application")
        officials = [places.official(session, "village_official", places.VILLAGE) for _ in range(3)]
    session.commit()
    return row.id, [pair for one in officials for pair in ((one, "take_up"), (village.farmer, "withdraw"))]


def test_of_those_who_sign_at_once_one_counts_and_the_others_are_told(session, case, database_url):
    refused = race(racers.sign_at_once, database_url, case, crowd=CROWD, tries=1)
    session.expire_all()
    steps = session.query(ProcedureStep).order_by(ProcedureStep.seq).all()
    assert [step.seq for step in steps] == [1, 2]
    assert session.get(Procedure, case[0]).state == steps[-1].to_state
    same = sum(user == steps[-1].user_id for user, _ in case[1])  # the household sent the same step more than once
    assert refused == CROWD - same


@pytest.mark.breaks_truths("the control signs what it saw", "assistance:")
def test_whoever_acts_on_what_they_saw_is_stopped_by_nothing_but_the_numbers_of_the_steps(session, case, database_url):
    with pytest.raises(AssertionError, match=str(racers.STOPPED)):
        race(racers.sign_as_seen, database_url, case, crowd=CROWD, tries=1)
