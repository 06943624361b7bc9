"""What the log tells: each request by its id, and of a fault everything but people's names and numbers."""

import contextlib
import io
import json
import logging

import pytest
import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.db import in_transaction
from marketplace.web.config import Settings
from marketplace.web.db import configure_database, db, writer_engine
from marketplace.web.logging import set_up_logging

NAME, PHONE = "刘桂英", "13900000077"
TABLE = "CREATE TABLE people (id INTEGER PRIMARY KEY, phone TEXT UNIQUE, name TEXT, years INTEGER CHECK (years >= 0))"
REFUSED = {
    "the unique number": "INSERT INTO people (id, phone, name) VALUES (:id, :phone, :name)",
    "the check on years": "INSERT INTO people (id, phone, name, years) VALUES (:id, :phone || '0', :name, -1)",
    "the type of the key": "INSERT INTO people (id, name) VALUES (:name, :phone)",
}


@pytest.fixture
def house_engine(database_url, tmp_path):
    """The writer as the application makes it, with a table of people in it."""
    settings = Settings.from_environment(
        {"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DATA_DIR": str(tmp_path), "DATABASE_URL": database_url}
    )
    app = Flask("logging")
    configure_database(app, settings)
    with app.app_context():
        engines = list(db.engines.values())
        yield writer_engine()
    for found in engines:
        found.dispose()


@pytest.fixture(params=["made by the kernel", "made by the application"])
def peopled(request, engine, house_engine):
    """Each of the two ways to an engine; one row stands."""
    engine = engine if request.param == "made by the kernel" else house_engine
    with engine.begin() as connection:
        connection.execute(text(TABLE))
        connection.execute(text(REFUSED["the unique number"]), {"id": 1, "phone": PHONE, "name": "first"})
    return engine


@pytest.fixture
def logged():
    """The house's logging into a file of this test's; returns its lines. What stood before is set up again."""
    root, file = logging.getLogger(), io.StringIO()
    kept, root.handlers = root.handlers, []
    with contextlib.redirect_stderr(file):
        set_up_logging()
    yield lambda: [json.loads(line) for line in file.getvalue().splitlines()]
    root.handlers = kept
    set_up_logging()


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_row_leaves_no_name_or_number_in_the_log(peopled, logged, what):
    values = {"id": 2, "phone": PHONE, "name": NAME}
    with pytest.raises(DBAPIError) as caught:
        in_transaction(peopled, lambda session: session.execute(text(REFUSED[what]), values))
    structlog.get_logger().error("fault", exc_info=caught.value)
    logging.getLogger("of.a.library").error("task failed", exc_info=caught.value)
    lines = logged()
    assert [line["event"] for line in lines] == ["fault", "task failed"]
    for line in lines:
        assert "INSERT INTO people" in line["exception"]
        assert NAME not in json.dumps(line, ensure_ascii=False)
        assert PHONE not in json.dumps(line, ensure_ascii=False)


def test_each_request_is_one_line_with_the_id_that_the_answer_carries(browser, logged):
    answers = [browser.get("/open?lang=en"), browser.get("/broken"), browser.get("/open", headers={"X-Request-Id": "abcd-1234"})]
    lines = logged()
    requests = [line for line in lines if line["event"] == "request"]
    assert [line["request_id"] for line in requests] == [answer.headers["X-Request-Id"] for answer in answers]
    assert len({line["request_id"] for line in requests}) == 3
    assert [(line["method"], line["endpoint"], line["status"]) for line in requests] == [
        ("GET", "probe.show", 200),
        ("GET", "probe.broken", 500),
        ("GET", "probe.show", 200),
    ]
    (fault,) = [line for line in lines if line["event"] == "fault"]
    assert fault["request_id"] == answers[1].headers["X-Request-Id"]
    assert "ZeroDivisionError" in fault["exception"]


def test_a_number_quoted_by_any_error_is_starred_and_other_numbers_stay(logged):
    for value in (PHONE, "36032119520304002X", "360321101005"):
        try:
            int(value + "号")
        except ValueError:
            structlog.get_logger().exception("fault")
    phone, id_number, area = (line["exception"] for line in logged())
    assert "'***号'" in phone
    assert "'***号'" in id_number
    assert "'360321101005号'" in area
