"""The county for asking, made once a process; each test finds it as it was made."""

import shutil
import uuid

import pytest

from marketplace.app import create_app
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.permissions.asking import Asker
from tests.permissions.objects import World
from tests.sharing import share


@pytest.fixture(scope="session")
def county(scratch, sqlite_template, templates):
    path = scratch / f"p{uuid.uuid4().hex[:12]}.db"
    shutil.copy(sqlite_template, path)
    app = create_app(
        Settings.from_environment(
            {
                "LOTUSFAIR_MODE": "test",
                "LOTUSFAIR_DATA_DIR": str(scratch / "permissions"),
                "DATABASE_URL": f"sqlite:///{path}",
                "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
                "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
            }
        )
    )
    share(app, templates)
    yield Asker(app, World(app, path))
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def asker(county):
    if county.world.restore():
        county.clients.clear()
    return county
