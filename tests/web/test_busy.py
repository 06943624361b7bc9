"""When the database stays busy whoever asks is told to come again, in their language, and nothing is half done."""

import sqlite3

import pytest
from flask import Blueprint
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from marketplace.kernel import db as kernel
from marketplace.kernel.db import in_transaction
from marketplace.web.db import db
from marketplace.web.policy import policy
from tests.web.house import build, pages

FORM = {"phone": "13900000099", "password": "anything-at-all"}


@pytest.fixture
def hasty(app):
    """The application with connections that wait a moment where others wait ten seconds."""
    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=20"))
    return app


@pytest.fixture
def held(hasty):
    """Somebody who holds the database's one write lock."""
    with hasty.app_context():
        holder = sqlite3.connect(db.engine.url.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    holder.close()


@pytest.mark.parametrize(("lang", "words"), [("en", "Others are being served"), ("zh", "正在为别人办理")])
def test_a_request_that_never_got_its_turn_may_come_again(client, held, lang, words):
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = lang
    answer = client.post("/sign-in", data=FORM)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert words in answer.text
    held.execute("ROLLBACK")
    assert client.post("/sign-in", data=FORM).status_code == 400


def test_pages_are_read_while_somebody_else_writes(client, held):
    assert client.get("/sign-in").status_code == 200


class Conflict(Exception):
    """What PostgreSQL's driver says of a serialization failure."""

    sqlstate = "40001"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("UPDATE", {}, Conflict()), 503),
        (NoConnectionFree("QueuePool limit reached"), 503),
        (OperationalError("UPDATE", {}, Exception("disk I/O error")), 500),
    ],
)
def test_what_may_succeed_in_a_moment_is_told_from_a_fault(house_settings, error, status):
    bp = Blueprint("failing", __name__)

    @bp.get("/fails")
    @policy("failing.fails", public=True)
    def fails():
        raise error

    answer = build(house_settings, *pages(), bp).test_client().get("/fails")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "<h1>" in answer.text


def test_nobody_waits_for_more_tries_than_patience_allows(engine, monkeypatch):
    monkeypatch.setattr(kernel, "PATIENCE_SECONDS", -1.0)
    tries = []

    def conflict(_session):
        tries.append(1)
        raise OperationalError("UPDATE", {}, Conflict())

    with pytest.raises(DBAPIError):
        in_transaction(engine, conflict)
    assert len(tries) == 1
