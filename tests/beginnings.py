"""What many tests begin with, made through the services once a process and engine, and written down for the others as it was.

The rows are the same, references and keys among them; only the test's own deeds are done again.
"""

import functools
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.areas.models import Area
from marketplace.kernel import clock
from marketplace.kernel.db import dialect_of
from tests.lending import filled_tables

#: (engine, what was built, when) -> what it returned, and how to write its rows.
_told: dict[tuple[str, str, Any], tuple[Any, Callable[[Any], None]]] = {}


def told_once(build):
    """Let a builder work once; afterwards its rows are written into the fresh database as they were, and committed.

    The builder takes a session, commits, and returns keys, no rows: they are another session's. With arguments of its own, in a
    transaction that was begun before, or where somebody is there already, it builds anew.
    """

    @functools.wraps(build)
    def begin(session, *args, **facts):
        if args or facts or session.in_transaction() or not _is_fresh(session):
            return build(session, *args, **facts)
        # what was built while the clock stood is no beginning for another moment
        moment = clock.now() if clock.now() is clock.now() else clock.today()
        key = (dialect_of(session), f"{build.__module__}.{build.__qualname__}", moment)
        if key not in _told:
            made = build(session)
            session.commit()
            _told[key] = (made, _written_down(session))
        else:
            _told[key][1](session.get_bind())
        return _told[key][0]

    return begin


def _is_fresh(session: Session) -> bool:
    found = session.scalar(select(User.id).limit(1)) or session.scalar(select(Area.code).limit(1))
    session.rollback()
    return found is None


def _written_down(session: Session) -> Callable[[Any], None]:
    return _pages(session.get_bind()) if dialect_of(session) == "sqlite" else _rows(session.get_bind())


def _pages(engine: Any) -> Callable[[Any], None]:
    """Keep a whole SQLite database in memory."""
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    with engine.connect() as connection:
        connection.connection.driver_connection.backup(kept)

    def write(other: Any) -> None:
        with other.connect() as connection:
            kept.backup(connection.connection.driver_connection)

    return write


def _rows(engine: Any) -> Callable[[Any], None]:
    """Keep the rows of a PostgreSQL database as it copies them out, and how far its numbers have come."""
    tables = {}
    with engine.connect() as connection:
        for name in connection.scalars(filled_tables()).all():
            with connection.connection.driver_connection.cursor().copy(f'COPY "{name}" TO STDOUT') as copy:
                tables[name] = b"".join(bytes(part) for part in copy)
        numbers = connection.execute(
            text("SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL")
        ).all()

    def write(other: Any) -> None:
        with other.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # what was built has met every guard
            for name, rows in tables.items():
                with connection.connection.driver_connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)
            connection.execute(
                text("SELECT setval(cast(name AS regclass), last) FROM unnest(cast(:names AS text[]), cast(:lasts AS bigint[]))"
                     " AS held (name, last)"),
                {"names": [name for name, _last in numbers], "lasts": [last for _name, last in numbers]},
            )  # fmt: skip

    return write
