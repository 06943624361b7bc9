"""The database beneath the models: base class, column types, engines, and the transaction an entry point owns.

Two engines stand side by side: the reader refuses to write, the writer takes the write lock when it begins. SQLite's driver
would otherwise begin a transaction late and oversell; both were measured (docs/decisions/0002-reader-and-writer.md).
"""

import contextlib
import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, ClassVar, TypeVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from marketplace.kernel import ids

T = TypeVar("T")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


#: Compiled statements an engine keeps: more than the house has, or the pages in turn would push each other's out.
_STATEMENTS_KEPT = 4_000


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware UTC moment; on SQLite kept as sortable text without zone, never read back naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 (signature)
        """Return it aware."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


#: Primary key: 64 bits on PostgreSQL, the rowid on SQLite.
Key = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(Key, primary_key=True)]
Fen = Annotated[int, mapped_column(BigInteger)]
Moment = Annotated[dt.datetime, mapped_column(UtcDateTime)]
Text20 = Annotated[str, mapped_column(String(20))]
Text60 = Annotated[str, mapped_column(String(60))]
Text200 = Annotated[str, mapped_column(String(200))]


class Model(DeclarativeBase):
    """Base of every table in the house."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {dt.datetime: UtcDateTime, dict[str, Any]: JSON, int: BigInteger}


def one_of(column: str, words: Iterable[str]) -> str:
    """Return the condition that a column holds one of some words, for a CHECK."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


def partial(name: str, *columns: str, only: str, unique: bool = False) -> Index:
    """Return an index over the rows that meet a condition, the same on both engines."""
    return Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))


def insert_into(table: type[Model], dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT into a table that may say ON CONFLICT, in the words of an engine's dialect."""
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(cast(Table, table.__table__))


def dialect_of(session: Session) -> str:
    """Return the name of the engine's dialect a session speaks: `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def driver_url(url: str) -> str:
    """Return the address with the house's PostgreSQL driver named in it."""
    return "postgresql+psycopg://" + url.removeprefix("postgresql://") if url.startswith("postgresql://") else url


def engine_options(url: str, *, pool_size: int = 8) -> dict[str, Any]:
    """Return how every engine of the house is made.

    `hide_parameters`: an error carries its statement into the log, and the values bound to it are people's names and numbers.
    """
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": pool_size, "query_cache_size": _STATEMENTS_KEPT}
    if url.startswith("sqlite"):
        return options | {"connect_args": {"check_same_thread": False, "timeout": 10}, "max_overflow": 16}
    settings = {"options": "-c statement_timeout=30000 -c timezone=UTC"}
    return options | {"connect_args": settings, "max_overflow": 4, "pool_timeout": 10, "pool_pre_ping": True}


def make_engine(url: str, *, read_only: bool = False, pool_size: int = 8) -> Engine:
    """Return an engine for SQLite or PostgreSQL whose transactions begin as the house needs them."""
    url = driver_url(url)
    engine = create_engine(url, **engine_options(url, pool_size=pool_size))
    prepare_engine(engine, read_only=read_only)
    return engine


def prepare_engine(engine: Engine, *, read_only: bool) -> None:
    """Attach the house's connection settings to an engine."""
    event.listen(engine, "handle_error", _withhold_values)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine, read_only=read_only)
    elif read_only:

        @event.listens_for(engine, "begin")
        def begin_read_only(connection: Any) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")


#: PostgreSQL's class of errors about a value, which it quotes.
_DATA_EXCEPTIONS = "22"


def _withhold_values(context: ExceptionContext) -> None:
    """Take the refused row's values out of a PostgreSQL error, before anybody can log it.

    Its DETAIL says `Key (phone)=(139…) already exists.` or shows the whole row; the first line names table and constraint.
    """
    error: Any = context.original_exception
    said = getattr(getattr(error, "diag", None), "message_primary", None)
    if said is None:
        return
    if (error.sqlstate or "").startswith(_DATA_EXCEPTIONS):
        said = said.partition(': "')[0]
    error.args = (said,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__module__}.{type(error).__name__}) {said}",)


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "busy_timeout=10000",
            "cache_size=-16000",
            "temp_store=MEMORY",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


#: Serialization failure, deadlock: PostgreSQL asks us to try the whole transaction again.
_RETRIED_SQLSTATES = frozenset({"40001", "40P01"})
#: PostgreSQL's word for a row whose key is taken.
_KEY_TAKEN = "23505"


def is_transient(error: DBAPIError) -> bool:
    """Say whether running the same transaction again may succeed."""
    if getattr(error.orig, "sqlstate", None) in _RETRIED_SQLSTATES:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


#: Nobody waits much longer than this for a writer's turn, however many tries are left; a page has one thread in four.
PATIENCE_SECONDS = 15.0


def in_transaction(engine: Engine, verb: Callable[[Session], T], *, tries: int = 6) -> T:
    """Run `verb` in one writing transaction: commit once or roll back whole; try again on a transient conflict.

    The verb must be safe to run again: it sees a fresh session each time.

    A verb that creates something looks for its key first and answers a repeat with the first result. On PostgreSQL two repeats at
    once may both look before either writes. The database then makes the later wait and refuses its key, and it is run once more:
    now it finds the first result. Refused again, the key was simply taken.
    """
    may_look_again = True
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    for attempt in range(1, tries + 1):
        with Session(engine, expire_on_commit=False) as session:
            try:
                result = verb(session)
                session.commit()
            except DBAPIError as error:
                session.rollback()
                looks_again = may_look_again and getattr(error.orig, "sqlstate", None) == _KEY_TAKEN
                is_last = attempt == tries or time.monotonic() > give_up_at
                if is_last or not (looks_again or is_transient(error)):
                    raise
                may_look_again = may_look_again and not looks_again
            else:
                return result
        time.sleep(random.uniform(0.005, 0.03) * 2**attempt)  # noqa: S311 (jitter, not secrecy)
    raise AssertionError("unreachable: the last try returns or raises")


@contextlib.contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Yield a session on the reader engine; nothing it does is kept."""
    with Session(engine, autoflush=False) as session:
        yield session
        session.rollback()


@contextlib.contextmanager
def reading_for_long(engine: Engine) -> Iterator[Session]:
    """Yield a session on a read-only engine for questions about all there is, which PostgreSQL would cut off like a page's."""
    with reading(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL statement_timeout = 0"))
        yield session


def row_key() -> str:
    """Return a client-style key for rows that need an idempotency key and were given none."""
    return ids.uuid7()
