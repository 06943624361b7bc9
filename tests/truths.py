"""The truths of every package, asked after each test that wrote something: no test need remember to.

A test that breaks some on purpose says why, and how those begin: `@pytest.mark.breaks_truths("the guard is gone", "ledger:")`.
"""

import contextlib
import datetime as dt
import functools
import importlib
import importlib.util
import re
import sqlite3
from dataclasses import dataclass

from sqlalchemy import Table, TextClause, event, func, make_url, select, text, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from marketplace.accounts.models import AuditEvent
from marketplace.app import PACKAGES
from marketplace.kernel import clock
from marketplace.messages.models import Message
from marketplace.orders.models import OrderEvent
from marketplace.products.models import StockMovement
from tests.lending import engine_on, filled_tables, let_go

#: What anything that may wait too long leaves behind when it begins.
MOMENTS = (Message.created_at, AuditEvent.at, OrderEvent.at, StockMovement.at)

_PAID = ("money is said to have come as payments would", "payments.dues_paid_by_nothing", "payments.refunds_nobody_sent")
#: folder of tests -> why they leave truths of packages above broken, and which: they play those packages themselves.
PLAYED = {
    "ledger": ("sellers are owed what income never heard of", "income: each posting moved", "income: what sellers' sales say"),
    "income": ("sales and freight are handed in as orders would", "orders: each paid line is attributed", "orders: freight paid"),
    "orders": _PAID,
    "tours": _PAID,
}


@functools.cache
def checks_of(package):
    """Return the truths of a package; most that only show things have none."""
    name = f"marketplace.{package}.invariants"
    return importlib.import_module(name).CHECKS if importlib.util.find_spec(name) else ()


def checks():
    """Return every (name, check) of the house, lowest package first."""
    return tuple(check for package in PACKAGES for check in checks_of(package))


#: Stands for the tables that plain SQL names.
WRITTEN_OUT = "*"
#: truth -> the tables it looks at.
_read = {}
#: (kind of database, truth) -> the questions it asked when it held and none of them had an answer. Building them anew each time
#: was most of what the truths cost. Nothing is kept of a truth that asks about a moment or reckons with the answers.
_questions = {}
_MOMENT = re.compile(r"\d{4}-\d\d")


def breaches(session):
    """Return every broken truth, by name, with the rows that break it; not asked are those whose tables are all empty."""
    session.flush()
    session.expire_all()
    filled = set(session.scalars(filled_tables())) | {WRITTEN_OUT}
    return {
        name: rows
        for name, check in checks()
        if not filled.isdisjoint(_read.get(name, filled))
        and not _still_holds(session, name)
        and (rows := _asked(session, name, check))
    }


def holds(session, name, check):
    """Say whether one truth holds: asked again, by the SQL it came to, for building that costs more than running it."""
    session.flush()
    return _still_holds(session, name) or not _asked(session, name, check)


def _still_holds(session, name):
    """Say whether what a truth asked when it held has no answer now either: then it would ask the same, and hold."""
    connection = session.connection()
    questions = _questions.get((connection.dialect.name, name))
    return bool(questions) and all(connection.exec_driver_sql(*question).first() is None for question in questions)


def _asked(session, name, check):
    """Return the rows that break a truth, and remember which tables it looks at and what it asked."""
    connection, tables, questions = session.connection(), set(), []

    def look(_connection, statement, *_):
        tables.update(found.name for found in visitors.iterate(statement) if isinstance(found, Table))
        if isinstance(statement, TextClause):
            tables.add(WRITTEN_OUT)

    def listen(_connection, _cursor, statement, parameters, *_):
        questions.append((statement, parameters))

    key = (connection.dialect.name, name)
    if key in _questions:
        return list(check(session))
    event.listen(connection, "before_execute", look)
    event.listen(connection, "before_cursor_execute", listen)
    try:
        rows = list(check(session))
    finally:
        event.remove(connection, "before_execute", look)
        event.remove(connection, "before_cursor_execute", listen)
    _read[name] = tables
    _questions[key] = () if rows or any(map(_is_about_a_moment, questions)) else tuple(questions)
    if not _still_holds(session, name):
        _questions[key] = ()
    return rows


def _is_about_a_moment(question):
    _statement, parameters = question
    values = parameters.values() if isinstance(parameters, dict) else parameters
    return any(isinstance(value, dt.date) or (isinstance(value, str) and _MOMENT.match(value)) for value in values)


def breaches_in(url):
    """Return every broken truth of what is committed in a database, at the moment in which it was last changed.

    Some truths are about waiting too long, and many tests play in a week of their own.
    """
    engine = engine_on(url, read_only=True)
    try:
        with Session(engine) as session, clock.stopped_at(_last_moment(session) or clock.now()):
            return breaches(session)
    finally:
        let_go(engine)


def _last_moment(session):
    moments = union_all(*(select(func.max(moment).label("at")) for moment in MOMENTS)).subquery()
    return session.scalar(select(func.max(moments.c.at)))


def excused(node):
    """Return how the truths begin that a test may leave broken: those its package plays, and those it says it breaks on purpose.

    Each excuse gives its reason and names truths that there are, so that none outlives what it was made for.
    """
    excuses = [marker.args for marker in node.iter_markers("breaks_truths")]
    excuses += [PLAYED[node.path.parent.name]] if node.path.parent.name in PLAYED else []
    for reason, *named in excuses:
        assert named, f"say which truths {node.nodeid} leaves broken, after the reason: {reason!r}"
        for beginning in named:
            assert any(name.startswith(beginning) for name, _check in checks()), f"no truth begins with {beginning!r}"
    return tuple(beginning for _reason, *named in excuses for beginning in named)


@dataclass
class Watch:
    """What became of a database while it was kept; it counts as written to until it is known."""

    was_written: bool = True


@contextlib.contextmanager
def kept(url, *, admin=None, but=()):
    """Let a database be worked with; if anything was committed to it, every truth must hold of it afterwards.

    On PostgreSQL the server's `admin` engine tells whether anything was. Truths that begin as one of `but` are left out.
    """
    watch = Watch()
    with _watch(url, admin) as last_change:
        before = last_change()
        yield watch
        watch.was_written = last_change() != before
        if not watch.was_written:
            return
    found = {name: rows for name, rows in breaches_in(url).items() if not name.startswith(tuple(but))}
    assert not found, f"broken afterwards: {found}"


@contextlib.contextmanager
def _watch(url, admin):
    """Yield a question whose answer changes with each transaction that writes; asking takes next to nothing."""
    if admin is None:
        with contextlib.closing(sqlite3.connect(make_url(url).database)) as watching:
            yield lambda: watching.execute("PRAGMA data_version").fetchone()
        return

    def newest_writer():
        # only those who write are given a number; the server is this test process's own
        with admin.connect() as connection:
            return connection.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))

    yield newest_writer
