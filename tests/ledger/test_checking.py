"""The truths are asked for by the worker and by hand: what is found is told, and goes on being told until it is sound."""

import datetime as dt

import pytest
import structlog
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.ledger import queries
from marketplace.ledger.jobs import FIRST_LOOK, OVERLAP, sweeps_for
from marketplace.ledger.values import Scope
from marketplace.worker import when

NOW = dt.datetime(2026, 11, 23, 6, 30, tzinfo=dt.UTC)
TEN_MINUTES = dt.timedelta(minutes=10)


class House:
    """Two truths: one that can be asked of new rows alone, one that cannot."""

    def __init__(self, engine, reading_engine):
        self.engine = engine
        self.asked = []
        self.broken = []
        self.meanwhile = lambda: None
        checks = (("truth of new rows", self.of_new_rows), ("slow truth", self.slow))
        self.new, self.all = sweeps_for({"checks": checks, "reading_engine": lambda: reading_engine})

    def of_new_rows(self, session, since=None):
        session.execute(text("SELECT count(*) FROM transactions"))
        self.asked.append(since)
        self.meanwhile()
        return self.broken

    def slow(self, _session):
        self.asked.append("slow")
        return []


@pytest.fixture
def house(engine):
    reading_engine = make_engine(engine.url.render_as_string(hide_password=False), read_only=True)
    yield House(engine, reading_engine)
    reading_engine.dispose()


def last(session, scope):
    found = {found.scope: (found.began_at, found.broken) for found in queries.last_checks(session)}.get(scope)
    session.rollback()  # SQLite's one writer must be free for the sweeps
    return found


def test_new_rows_are_asked_since_the_last_sound_look_and_all_rows_by_night(house, session):
    with clock.stopped_at(NOW):
        assert house.new.perform(house.engine) == 0
    with clock.stopped_at(NOW + TEN_MINUTES):
        house.new.perform(house.engine)
    assert house.asked == [NOW - FIRST_LOOK - OVERLAP, NOW - OVERLAP]
    assert last(session, Scope.NEW) == (NOW + TEN_MINUTES, 0)
    assert last(session, Scope.ALL) is None
    house.asked.clear()
    with clock.stopped_at(NOW):
        house.all.perform(house.engine)
    assert house.asked == [None, "slow"]
    assert last(session, Scope.ALL) == (NOW, 0)


def test_a_breach_is_told_at_every_look_until_the_rows_are_sound(house, session):
    with clock.stopped_at(NOW):
        house.new.perform(house.engine)
    house.broken = [("L0001", "刘桂英"), ("L0002", "王雨")]
    with structlog.testing.capture_logs() as lines:
        for number in (1, 2):
            with clock.stopped_at(NOW + number * TEN_MINUTES):
                assert house.new.perform(house.engine) == 2
    assert [(line["log_level"], line["truth"], line["rows"]) for line in lines] == [("error", "truth of new rows", 2)] * 2
    assert "刘桂英" not in str(lines)
    assert house.asked[1:] == [NOW - OVERLAP] * 2
    assert last(session, Scope.NEW) == (NOW + 2 * TEN_MINUTES, 2)
    house.broken = []
    with clock.stopped_at(NOW + 3 * TEN_MINUTES):
        house.new.perform(house.engine)
    assert last(session, Scope.NEW) == (NOW + 3 * TEN_MINUTES, 0)


def test_asking_holds_no_lock(house):
    """Somebody writes while the truths are asked for, as they may for minutes by night."""

    balance = text("INSERT INTO account_balances (account, amount_fen) VALUES ('bank', 0)")
    house.meanwhile = lambda: in_transaction(house.engine, lambda session: session.execute(balance))
    assert house.all.perform(house.engine) == 0


@pytest.fixture
def drift(writing):
    """A cached balance that is the sum of nothing."""
    writing.execute(text("INSERT INTO account_balances (account, amount_fen) VALUES ('fees/platform', 77)"))
    writing.commit()


def test_the_command_prints_each_truth_and_ends_well(app):
    answer = app.test_cli_runner().invoke(args=["ledger", "check"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.count("ok  ") == len(app.extensions["checks"])
    assert f"{len(app.extensions['checks'])} checks, 0 broken" in answer.output


@pytest.mark.breaks_truths("the drift is what must be found", "ledger: each cached balance")
def test_the_command_prints_the_rows_of_a_breach_and_ends_badly(app, drift):
    answer = app.test_cli_runner().invoke(args=["ledger", "check"])
    assert answer.exit_code == 1
    assert "BROKEN  ledger: each cached balance is the sum of its entries: 1" in answer.output
    assert "('fees/platform', 77, 0)" in answer.output


@pytest.mark.breaks_truths("the drift is what must be found", "ledger: each cached balance")
def test_the_worker_finds_a_breach_by_night_and_the_figures_say_so(app, client, drift):
    assert 'scope="all"' not in client.get("/metrics").text
    with clock.stopped_at(NOW), structlog.testing.capture_logs() as lines:
        for sweep in ("ledger.check_new_rows", "ledger.check_all_rows"):
            app.test_cli_runner().invoke(args=["sweep", sweep])
    assert [line["truth"] for line in lines] == ["ledger: each cached balance is the sum of its entries"]
    with clock.stopped_at(NOW + dt.timedelta(hours=1)):
        figures = client.get("/metrics").text
    assert 'lotusfair_truths_broken_rows{scope="all"} 1.0' in figures
    assert 'lotusfair_truths_broken_rows{scope="new"} 0.0' in figures
    assert 'lotusfair_truths_check_age_seconds{scope="all"} 3600.0' in figures


def test_sweeps_run_in_their_rhythm_and_the_daily_ones_once_by_night():
    day = [NOW.replace(hour=0, minute=0) + dt.timedelta(minutes=minute) for minute in range(24 * 60)]
    for seconds, times in ((60, 1440), (90, 720), (600, 144), (3600, 24), (6 * 3600, 4), (24 * 3600, 1)):
        assert sum(map(when(seconds), day)) == times, seconds
    (nightly,) = [moment for moment in day if when(24 * 3600)(moment)]
    assert nightly.astimezone(clock.SHANGHAI).hour == 2
