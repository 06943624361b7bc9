"""The bare house and its browsers."""

import pytest

from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.web import house as built


@pytest.fixture(scope="session")
def house_settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    return Settings.from_environment(
        {
            "LOTUSFAIR_MODE": "test",
            "LOTUSFAIR_DATA_DIR": str(folder),
            "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
            "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
        }
    )


@pytest.fixture
def loader():
    return built.Failing()


@pytest.fixture
def house(house_settings, loader):
    app = built.build(house_settings, *built.pages(), load=loader)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def browser(house):
    """A guest with a browser of today."""
    client = house.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client
