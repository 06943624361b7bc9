"""Raw SQL against the book: whatever a careless script or a stolen connection may try, on both engines."""

import datetime as dt
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from marketplace.ledger import services
from marketplace.ledger.cli import report
from marketplace.ledger.ddl import trigger_names
from marketplace.ledger.invariants import CHECKS, missing_triggers
from marketplace.ledger.values import EntryIn

AT = dt.datetime(2026, 9, 1, 4, tzinfo=dt.UTC)
ENTRY = "INSERT INTO entries (id, transaction_id, account, amount_fen) VALUES ({id}, {of}, 'bank', {fen})"
ROW = (
    "INSERT INTO transactions (id, ref, kind, source, posted_at, entry_count)"
    " VALUES ({id}, 'R{id}', 'raw', 'raw/{id}', '2026-09-01 04:00:00', {count})"
)


@pytest.fixture
def standing(session):
    """A posting that stands; returns its id."""
    posted = services.post(session, kind="sale", source="one", entries=[EntryIn("bank", 7), EntryIn("freight", -7)], at=AT)
    session.commit()
    return posted.id


def attack(session, *statements):
    """Run raw statements in one transaction and commit."""
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def entry(number, fen, of=900):
    return ENTRY.format(id=number, fen=fen, of=of)


def row(count, number=900):
    return ROW.format(id=number, count=count)


def test_a_balanced_set_inserted_entries_first_is_taken(session):
    attack(session, entry(1, 5), entry(2, -5), row(2))
    assert session.scalar(text("SELECT count(*) FROM entries")) == 2


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([entry(1, 5), entry(2, -4), row(2)], id="unbalanced"),
        pytest.param([row(2)], id="empty"),
        pytest.param([row(0)], id="empty and says so"),
        pytest.param([entry(1, 5), entry(2, -5), row(3)], id="fewer entries than declared"),
        pytest.param([entry(1, 5), entry(2, -5), entry(3, 1), entry(4, -1), row(2)], id="more entries than declared"),
        pytest.param([entry(1, 0), entry(2, 0), row(2)], id="entries of nothing"),
        pytest.param([entry(1, 5), entry(2, -5)], id="entries without a transaction"),
        pytest.param([row(2), entry(1, 5), entry(2, -5)], id="transaction first"),
    ],
)
def test_a_broken_set_is_refused(session, statements):
    with pytest.raises(IntegrityError):
        attack(session, *statements)
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM entries")) == 0
    assert session.scalar(text("SELECT count(*) FROM transactions")) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET amount_fen = amount_fen * 2",
        "UPDATE entries SET account = 'freight'",
        "DELETE FROM entries",
        "UPDATE transactions SET note = 'mended'",
        "UPDATE transactions SET posted_at = '2020-01-01 00:00:00'",
        "DELETE FROM transactions",
    ],
)
def test_what_is_posted_is_neither_changed_nor_deleted(session, standing, statement):
    with pytest.raises(IntegrityError):
        attack(session, statement)


def test_a_late_pair_of_entries_is_refused(session, standing):
    with pytest.raises(IntegrityError):
        attack(session, entry(901, 5, of=standing), entry(902, -5, of=standing))


def test_truncate_is_refused(session, standing):
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    for statement in ("TRUNCATE entries", "TRUNCATE transactions CASCADE"):
        with pytest.raises(IntegrityError):
            attack(session, statement)
        session.rollback()


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO entries (id, transaction_id, account, amount_fen) SELECT id, 900, 'bank', 1 FROM entries LIMIT 1",
        "REPLACE INTO transactions (id, ref, kind, source, posted_at, entry_count)"
        " SELECT id, ref, kind, source, '2020-01-01', 2 FROM transactions LIMIT 1",
        "INSERT OR REPLACE INTO transactions (id, ref, kind, source, posted_at, entry_count)"
        " SELECT 900, 'other', kind, source, '2020-01-01', 2 FROM transactions LIMIT 1",
        "INSERT OR IGNORE INTO entries (transaction_id, account, amount_fen) SELECT id, 'bank', 5 FROM transactions",
        "UPDATE OR IGNORE entries SET amount_fen = 1",
    ],
)
def test_conflict_clauses_do_not_slip_past_the_triggers(session, standing, statement, recursive):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("only SQLite has these clauses")
    before = session.execute(text("SELECT * FROM entries, transactions ORDER BY 1")).all()
    session.rollback()
    session.connection().connection.driver_connection.execute(f"PRAGMA recursive_triggers={recursive}")
    with pytest.raises(IntegrityError):
        attack(session, statement)
    session.rollback()
    assert session.execute(text("SELECT * FROM entries, transactions ORDER BY 1")).all() == before


def test_a_fraction_of_a_fen_is_refused(session):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL's bigint holds no fraction")
    with pytest.raises(IntegrityError):
        attack(session, entry(1, 0.5), entry(2, -0.5), row(2))


def test_another_currency_is_refused(session):
    statement = row(2).replace("entry_count)", "entry_count, currency)").replace(", 2)", ", 2, 'USD')")
    with pytest.raises(IntegrityError):
        attack(session, entry(1, 5), entry(2, -5), statement)
    session.rollback()


def test_entries_are_not_posted_where_a_snapshot_could_hide_the_transaction(engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection, pytest.raises(IntegrityError):
        connection.execute(text(entry(1, 5)))


def _race_a_late_entry(engine):
    """Post 900 in one session while another adds a pair to it before the first commits; say whether the late pair got in."""
    closed, arrived, committed, outcome = threading.Event(), threading.Event(), threading.Event(), []

    def come_late():
        with Session(engine) as late:
            closed.wait(10)
            try:
                late.execute(text(entry(3, 2)))
                late.execute(text(entry(4, -2)))
                arrived.set()
                committed.wait(10)
                late.commit()
                outcome.append("in")
            except DBAPIError as error:
                outcome.append(str(error.orig))

    thread = threading.Thread(target=come_late)
    thread.start()
    with Session(engine) as first:
        for statement in (entry(1, 5), entry(2, -5), row(2)):
            first.execute(text(statement))
        closed.set()
        arrived.wait(0.5)  # with the lock it never arrives: it waits for us
        first.commit()
        committed.set()
    thread.join(20)
    assert len(outcome) == 1
    return outcome[0]


@pytest.mark.race
def test_a_concurrent_late_entry_waits_and_is_refused(engine):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    assert "stands already" in _race_a_late_entry(engine)
    with Session(engine) as session:
        assert report(session, CHECKS, lambda _: None) == 0


@pytest.mark.race
@pytest.mark.breaks_truths("the lock is gone", "ledger: each transaction sums to zero")
def test_without_its_lock_the_concurrent_late_entry_slips_in(engine):
    """The control: the lock is what refuses it."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    with engine.begin() as connection:
        source = connection.scalar(text("SELECT pg_get_functiondef('ledger_check_entry'::regproc)"))
        start = source.index("PERFORM pg_advisory_xact_lock")
        connection.exec_driver_sql(source[:start] + source[source.index(";", start) + 1 :])
    assert _race_a_late_entry(engine) == "in"
    with Session(engine) as session:
        said = []
        assert report(session, CHECKS, said.append) >= 1
        assert any("BROKEN  ledger: each transaction sums to zero" in line for line in said)


@pytest.mark.breaks_truths("a trigger is dropped", "ledger: the triggers stand")
def test_the_check_names_a_trigger_that_is_missing(session, standing):
    assert missing_triggers(session) == []
    dialect = session.get_bind().dialect.name
    name = trigger_names(dialect)[0]
    session.execute(text(f"DROP TRIGGER {name}" + (" ON transactions" if dialect == "postgresql" else "")))
    assert missing_triggers(session) == [(name,)]


@pytest.mark.breaks_truths("a balance is written over", "ledger: each cached balance")
def test_the_check_finds_a_balance_that_drifted(session, standing):
    attack(session, "UPDATE account_balances SET amount_fen = amount_fen + 1 WHERE account = 'bank'")
    said = []
    assert report(session, CHECKS, said.append) == 1
    assert "('bank', 8, 7)" in "\n".join(said)
