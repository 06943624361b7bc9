"""The small county behind the pages, on both engines, and officials signed in."""

import datetime as dt
import itertools

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.models import UserSession
from marketplace.accounts.queries import token_hash
from marketplace.app import create_app
from marketplace.kernel import clock, ids
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests.reports import county

_phones = itertools.count(19930000000)


@pytest.fixture
def app(database_url, scratch):
    """The application on a fresh copy of the schema, on each engine in turn."""
    settings = Settings.from_environment(
        {
            "LOTUSFAIR_MODE": "test",
            "LOTUSFAIR_DATA_DIR": str(scratch / "app"),
            "DATABASE_URL": database_url,
            "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
            "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
        }
    )
    app = create_app(settings)
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def small(app, writing):
    """The county in the application's database, at its moment."""
    made = county.build(writing, app.extensions["sealer"])
    writing.commit()
    with clock.stopped_at(county.NOW):
        yield made


@pytest.fixture
def official(writing, client):
    """Sign an official of an area in; what they ask is asked in English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    def enter(role, *area_codes):
        with clock.stopped_at(county.NOW):
            user = accounts.create_user(writing, name="段三", phone=str(next(_phones)))
            for code in area_codes:
                accounts.grant_role(writing, user_id=user.id, role=role, area_code=code, by=None)
            token = ids.token(32)
            ends = county.NOW + dt.timedelta(days=1)
            writing.add(
                UserSession(token_hash=token_hash(token), user_id=user.id, created_at=county.NOW, expires_at=ends, device="")
            )
            writing.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return enter
