"""Whether the process may serve: only on a database, and a replica, that stand at the newest migration."""

import shutil

import pytest
from alembic import command

from marketplace.web.cli import alembic_config
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.web.house import build, pages


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database at the newest migration, and a copy of it one migration behind."""
    folder = tmp_path_factory.mktemp("migrated")
    newest, behind = folder / "newest.db", folder / "behind.db"
    command.upgrade(alembic_config(f"sqlite:///{newest}"), "head")
    shutil.copy(newest, behind)
    command.downgrade(alembic_config(f"sqlite:///{behind}"), "-1")
    return {"newest": newest, "behind": behind, "empty": folder / "empty.db"}


@pytest.fixture
def readiness(migrated, tmp_path):
    """Ask a site on one of the databases, reading from another where one is named."""
    built = []

    def ask(which, replica=None):
        env = {"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{migrated[which]}"}
        if replica:
            env["DATABASE_READ_URL"] = f"sqlite:///{migrated[replica]}"
        built.append(build(Settings.from_environment(env), *pages()))
        answer = built[-1].test_client().get("/readyz")
        return answer.status_code, answer.text

    yield ask
    for app in built:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def test_a_migrated_database_is_ready(readiness):
    assert readiness("newest") == (200, "ready\n")
    assert readiness("newest", "newest") == (200, "ready\n")


@pytest.mark.parametrize(
    ("which", "replica", "words"),
    [
        ("behind", None, "db upgrade"),
        ("newest", "behind", "db upgrade"),
        ("behind", "newest", "db upgrade"),
        ("empty", None, "init"),
    ],
)
def test_a_database_that_waits_for_its_migration_is_not(readiness, which, replica, words):
    status, text = readiness(which, replica)
    assert status == 503
    assert words in text


def test_the_process_lives_all_the_same(browser):
    assert browser.get("/healthz").status_code == 200
