"""A Stripe of the tests' own, and a nest out of which processes of the site come."""

import tempfile
from pathlib import Path

import pytest

from tests.conftest import environment_of
from tests.faults.site import Nest, Site
from tests.orders.sales import fair
from tests.payments.stripe_stub.server import running

#: Packs of lotus seed on sale.
STOCK = 50_000


@pytest.fixture(scope="session")
def nest(scratch, sqlite_template):
    folder = scratch / "nest"
    folder.mkdir()
    nest = Nest(environment_of(folder, f"sqlite:///{sqlite_template}"))
    yield nest
    nest.close()


@pytest.fixture
def stub():
    with running() as stub:
        yield stub


@pytest.fixture
def site(database_url, scratch, stub, nest):
    """The site on a fresh database; nothing of it runs yet."""
    site = Site(database_url, Path(tempfile.mkdtemp(dir=scratch)), stub, nest)
    yield site
    site.close()


@pytest.fixture
def market(site):
    """Goods on sale, more than anybody buys."""
    return site.in_database(lambda session: fair(session, quantity=STOCK))
