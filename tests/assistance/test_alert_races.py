"""Several officials decide on one alert in the same moment, each in a process: one step counts. With a control."""

import pytest

from marketplace.assistance.models import Alert, AlertStep
from marketplace.kernel import clock
from tests.assistance import alert_racers
from tests.assistance.warned import NOW, Village
from tests.races import race

pytestmark = pytest.mark.race
CROWD = 6


@pytest.fixture
def alert(session):
    """An alert to be checked, and a village official and a township official."""
    with clock.stopped_at(NOW):
        village = Village(session)
        household = village.household(is_registered=True)
        village.assess()
    found = village.standing(household)["no_visit"].id, (village.official, village.township)
    session.commit()
    return found


def test_of_officials_who_decide_at_once_one_counts_and_the_others_are_told(session, alert, database_url):
    assert race(alert_racers.decide_at_once, database_url, alert, crowd=CROWD, tries=1) == CROWD - 1
    session.expire_all()
    (step,) = session.query(AlertStep).all()
    assert session.get(Alert, alert[0]).state == {"check": "checked", "dismiss": "dismissed"}[step.action]


@pytest.mark.breaks_truths("the control moves what others have moved", "assistance: alerts stand")
def test_control_without_the_condition_everybody_s_step_counts(session, alert, database_url):
    assert race(alert_racers.decide_as_seen, database_url, alert, crowd=CROWD, tries=1) == 0
    assert session.query(AlertStep).count() == CROWD
