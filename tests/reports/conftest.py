"""The small county behind the pages, built once on each engine, and officials signed in."""

import datetime as dt
import itertools
import shutil

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.accounts.models import UserSession
from marketplace.accounts.queries import token_hash
from marketplace.app import create_app
from marketplace.kernel import clock, ids
from marketplace.kernel.db import make_engine
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests import truths
from tests.conftest import _with_database
from tests.reports import county
from tests.sharing import share

_phones = itertools.count(19930000000)


def settings_on(database_url, scratch):
    return Settings.from_environment(
        {
            "LOTUSFAIR_MODE": "test",
            "LOTUSFAIR_DATA_DIR": str(scratch / "app"),
            "DATABASE_URL": database_url,
            "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
            "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
        }
    )


def built(database_url, scratch):
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session:
        made = county.build(session, settings_on(database_url, scratch).sealer())
        session.commit()
        session.expunge_all()
    engine.dispose()
    return made


@pytest.fixture(scope="session")
def small_sqlite(scratch, sqlite_template):
    path = scratch / "small.db"
    shutil.copy(sqlite_template, path)
    made = built(f"sqlite:///{path}", scratch)
    return path, made


@pytest.fixture(scope="session")
def small_postgres(scratch, postgres):
    admin, address = postgres
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE small TEMPLATE template_fair"))
    return built(_with_database(address, "small"), scratch)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def house(request, scratch, templates):
    """The application on the small county, on each engine in turn, and what was made; tests only read, or write a year apart."""
    if request.param == "sqlite":
        path, made = request.getfixturevalue("small_sqlite")
        address, admin = f"sqlite:///{path}", None
    else:
        made = request.getfixturevalue("small_postgres")
        admin, server = request.getfixturevalue("postgres")
        address = _with_database(server, "small")
    app = share(create_app(settings_on(address, scratch)), templates)
    # what the county sold was handed to income without orders
    with truths.kept(address, admin=admin, but=("orders: each paid line is attributed",)):
        yield app, made
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def app(house):
    return house[0]


@pytest.fixture
def small(house):
    """What was made, at its moment."""
    with clock.stopped_at(county.NOW):
        yield house[1]


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
