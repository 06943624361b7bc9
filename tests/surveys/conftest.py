"""What most tests of surveys begin with: a clock that stands, everybody's account, and an open survey."""

import pytest

from marketplace.kernel import clock
from tests.cast import build_cast
from tests.surveys import asking


@pytest.fixture
def stopped():
    with clock.stopped_at(asking.NOW):
        yield


@pytest.fixture
def cast(stopped, session):
    return build_cast(session)


@pytest.fixture
def survey(session, cast):
    return asking.opened(session, cast.county_official.id)
