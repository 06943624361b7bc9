"""Races between real processes: a crowd begins in one moment, each racer with connections of its own.

A control removes one guard in its own processes; the guard is always that something is looked at where nobody else changes it.
"""

import contextlib
import gc
import multiprocessing
import re
from types import SimpleNamespace
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.engine.default import DefaultDialect

from marketplace.kernel.db import make_engine
from tests.sharing import sharing

BUYERS, TRIES, STOCK = 24, 12, 50
#: How a racer ends who was refused in words.
REFUSED = 7
#: Racers of even and of odd numbers may have different deeds: one of each rehearses.
SIDES = 2
#: One server process imports everything once; each racer is then a real process in a moment.
FORKED = multiprocessing.get_context("fork")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        "tests.accounts.test_races",
        "tests.assistance.racers",
        "tests.assistance.course_racers",
        "tests.products.buyers",
        "tests.orders.buyers",
        "tests.income.racers",
        "tests.payments.racers",
        "tests.tours.racers",
        "tests.surveys.racers",
        "tests.grievances.racers",
        "tests.privacy.racers",
        "marketplace.accounts.models",
        "marketplace.media.models",
        "tests.warm",
    ]
)


def race(act, address, what, *, crowd=BUYERS, tries=TRIES):
    """Let a crowd act at once; return how many were refused. Nobody may fail in any other way."""
    listening, telling = PROCESSES.Pipe(duplex=False)
    stage = PROCESSES.Process(target=_race_on_stage, args=(telling, act, address, what, crowd, tries))
    stage.start()
    telling.close()
    with listening:
        ends = listening.recv()
    stage.join(60)
    assert set(ends) <= {0, REFUSED}, ends
    return ends.count(REFUSED)


def _race_on_stage(telling, act, address, what, crowd, tries):
    """Rehearse, let the crowd act, and tell how each ended.

    The racers are forked from the process that rehearsed, each with connections of its own: compiling the same statements in
    each of them took ten times as long as the race.
    """
    for number in range(min(crowd, SIDES)):
        _rehearse(act, address, what, number)
    gc.freeze()
    start = FORKED.Barrier(crowd)
    racers = [FORKED.Process(target=act, args=(address, what, number, tries, start)) for number in range(crowd)]
    for each in racers:
        each.start()
    for each in racers:
        each.join(60)
    telling.send([each.exitcode for each in racers])


def _rehearse(act, address, what, number):
    """Act as one of the racers with nobody else there and nothing kept; what goes wrong here counts in the race."""
    nobody_else = SimpleNamespace(wait=lambda _seconds: None)
    with patch.object(DefaultDialect, "do_commit", DefaultDialect.do_rollback), contextlib.suppress(Exception, SystemExit):
        act(address, what, number, 1, nobody_else)


@contextlib.contextmanager
def ready(address, start):
    """Yield a racer's engine once everybody stands at the start."""
    engine = sharing(make_engine(address, pool_size=1))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # whoever waits for a row asks after a second, where nobody says otherwise, whether they wait for each other
            connection.execute(text("SET deadlock_timeout = '50ms'"))
    with engine.connect():
        start.wait(30)
    yield engine
    engine.dispose()


@contextlib.contextmanager
def before_anybody_acts(start):
    """Let everybody look at the same moment: all have acted on what they saw last, nobody yet on what they see now."""
    start.wait(30)
    yield
    start.wait(30)


def drop_check(session, table, name):
    """Take a CHECK out of a table, for whoever opens the database from now on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    else:
        session.execute(text("PRAGMA writable_schema = ON"))
        held = session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :table"), {"table": table})
        without = re.sub(rf"CONSTRAINT {name} CHECK \([^\n]*\)", "CHECK (1)", held)
        assert without != held
        session.execute(text("UPDATE sqlite_master SET sql = :sql WHERE name = :table"), {"sql": without, "table": table})
    session.commit()
