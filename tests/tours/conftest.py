"""What most tests of tours begin with: a clock that stands, and the county of `trips`."""

import pytest

from marketplace.kernel import clock
from tests.tours import trips


@pytest.fixture
def stopped():
    """The moment at which the county of `trips` is looked at."""
    with clock.stopped_at(trips.NOW):
        yield


@pytest.fixture
def where(stopped, session):
    """The county of `trips`; afterwards every truth of tours and of what lies below holds."""
    found = trips.county(session)
    yield found
    assert trips.breaches(session) == {}
