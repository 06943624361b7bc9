"""A Stripe of our own for the tests of this folder, and a till that goes through its steps as the site does."""

import pytest

from marketplace.payments.gateways import Configured, gateways_for
from tests.orders.sales import fair
from tests.payments.stripe_stub.server import running
from tests.payments.stripe_till import Till


@pytest.fixture
def stub():
    """A fresh Stripe; the till sets its clock by ours."""
    with running() as stub:
        yield stub


@pytest.fixture
def ways(stub):
    """The ways to pay of a deployment that is on it."""
    return gateways_for(is_production=False, configured=Configured(stub.words(), is_production=False))


@pytest.fixture
def market(session):
    return fair(session)


@pytest.fixture
def till(session, stub, ways, market):
    return Till(session, stub, ways, market)
