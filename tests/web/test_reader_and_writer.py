"""The request's reader refuses to write on both engines; the writer writes, once, again on a conflict, or not at all."""

import shutil

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from marketplace.kernel.db import make_engine
from marketplace.web.config import Settings
from marketplace.web.db import configure_database, db, primary, reader, write


def give_probes(url):
    """Put a table of our own into a database."""
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE probes (name TEXT PRIMARY KEY)"))
    engine.dispose()


@pytest.fixture
def wired(database_url, tmp_path):
    """An application with nothing but its database, and a table of its own in it."""
    give_probes(database_url)
    yield from wire(tmp_path, DATABASE_URL=database_url)


@pytest.fixture
def replicated(database_url, tmp_path, sqlite_template):
    """The same, reading from a copy that nothing ever reaches."""
    give_probes(database_url)
    shutil.copy(sqlite_template, tmp_path / "replica.db")
    give_probes(replica := f"sqlite:///{tmp_path / 'replica.db'}")
    yield from wire(tmp_path, DATABASE_URL=database_url, DATABASE_READ_URL=replica)


def wire(folder, **urls):
    settings = Settings.from_environment({"LOTUSFAIR_MODE": "test", "LOTUSFAIR_DATA_DIR": str(folder), **urls})
    app = Flask("wired")
    configure_database(app, settings)
    with app.app_context():
        engines = list(db.engines.values())
        yield app
    for found in engines:
        found.dispose()


def add(name):
    return lambda session: session.execute(text("INSERT INTO probes (name) VALUES (:name)"), {"name": name})


def names(session=None):
    return list((session or reader()).execute(text("SELECT name FROM probes ORDER BY name")).scalars())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO probes (name) VALUES ('sly')",
        "UPDATE probes SET name = 'sly'",
        "DELETE FROM probes",
        "DROP TABLE probes",
        "CREATE TABLE others (id INTEGER)",
    ],
)
def test_the_reader_refuses_to_write(wired, statement):
    write(add("honest"))
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        reader().execute(text(statement))
    reader().rollback()
    assert names() == ["honest"]


def test_the_writer_may_do_what_the_reader_may_not(wired):
    """The control: the same statements pass through the writer, so it is the reader that refuses."""
    write(add("honest"))
    write(lambda session: session.execute(text("UPDATE probes SET name = 'changed'")))
    assert names() == ["changed"]
    write(lambda session: session.execute(text("DELETE FROM probes")))
    assert names() == []


def test_what_was_written_is_seen_by_the_next_read(wired):
    assert names() == []
    write(add("one"))
    assert names() == ["one"]


def test_without_a_replica_the_primary_is_the_reader(wired):
    assert primary() is reader()


def test_the_primary_sees_what_a_replica_does_not_and_refuses_to_write(replicated):
    with replicated.app_context():
        write(add("one"))
    with replicated.app_context():
        assert (names(), names(primary())) == ([], ["one"])
        with pytest.raises(DBAPIError, match=r"readonly|read-only"):
            primary().execute(text("DELETE FROM probes"))


def test_the_primary_is_read_while_somebody_else_holds_the_lock(replicated):
    def look(session):
        add("one")(session)
        return names(primary())

    assert write(look) == []


def test_what_was_written_is_seen_by_the_next_read_of_the_same_request_in_spite_of_a_replica(replicated):
    with replicated.app_context():
        write(add("one"))
        assert names() == ["one"]


def test_a_verb_that_fails_leaves_nothing(wired):
    def half(session):
        add("half")(session)
        raise LookupError

    with pytest.raises(LookupError):
        write(half)
    assert names() == []


def test_a_transient_conflict_is_tried_again_with_a_fresh_session(wired):
    seen = []

    def busy_twice(session):
        seen.append(session)
        add("once")(session)
        if len(seen) < 3:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    write(busy_twice)
    assert len(set(map(id, seen))) == 3
    assert names() == ["once"]


def test_what_is_no_conflict_is_not_tried_again(wired):
    tries = []

    def wrong(session):
        tries.append(1)
        session.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        write(wrong)
    assert len(tries) == 1


def test_a_key_that_is_simply_taken_is_refused_after_a_second_look(wired):
    tries = []

    def twice_the_same(session):
        tries.append(1)
        add("one")(session)
        add("one")(session)

    with pytest.raises(IntegrityError):
        write(twice_the_same)
    assert len(tries) <= 2
    assert names() == []
