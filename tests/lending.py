"""PostgreSQL databases lent to one test after another.

A new database costs connections that must learn two hundred tables anew, which takes ten times as long as emptying what the test
before wrote. One is emptied only where it was written to, and lent again only while its schema is what it was made with.
"""

import functools
from dataclasses import dataclass, field

from sqlalchemy import Engine, TextClause, make_url, text
from sqlalchemy.pool import Pool

from marketplace.kernel.db import Model, make_engine
from tests.sharing import sharing

#: So often is a database lent: deleted rows stay in its files, for nothing vacuums here.
MOST_LENT = 40
#: All that a test may change of a schema, statistics included: plans are made by them.
_SHAPE = text("""
    SELECT (SELECT count(*) || ':' || sum(hashtext(concat(tgname, tgrelid, tgenabled))::bigint) FROM pg_trigger),
           (SELECT count(*) || ':' || sum(hashtext(concat(relname, relkind))::bigint) FROM pg_class
             WHERE relnamespace = 'public'::regnamespace),
           (SELECT count(*) || ':' || sum(hashtext(concat(conname, contype, conrelid))::bigint) FROM pg_constraint),
           (SELECT count(*) || ':' || sum(hashtext(concat(proname, prosrc))::bigint) FROM pg_proc
             WHERE pronamespace = 'public'::regnamespace),
           (SELECT count(*) FROM pg_attribute), (SELECT count(*) FROM pg_statistic), (SELECT count(*) FROM pg_rules)
""")
_NUMBERS_FROM_ONE = text("""
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      FROM pg_sequences WHERE last_value IS NOT NULL
""")
_pools: dict[str, Pool] = {}


def engine_on(url: str, *, read_only: bool = False) -> Engine:
    """Return an engine of one's own, to be disposed of by `let_go`; on a lent database it has the connections of those before."""
    engine = make_engine(url, read_only=read_only)
    if (pool := _pools.get(_name(url))) is not None:
        engine.pool = pool
    return sharing(engine)


def let_go(engine: Engine) -> None:
    """Close an engine's connections, unless they are the next one's too."""
    if engine.pool not in _pools.values():
        engine.dispose()


@dataclass
class _Database:
    name: str
    engine: Engine
    shape: tuple
    lent: int = 0


@dataclass
class Lending:
    """The databases of one server: made from its template, lent, emptied and lent again."""

    admin: Engine
    address: str
    made: int = 0
    idle: list[_Database] = field(default_factory=list)
    out: dict[str, _Database] = field(default_factory=dict)

    def lend(self) -> str:
        """Return the address of a database as empty as the template."""
        database = self.idle.pop() if self.idle else self._make()
        database.lent += 1
        url = database.engine.url.render_as_string(hide_password=False)
        self.out[url] = database
        return url

    def take_back(self, url: str, *, was_written: bool, again: bool = True) -> None:
        """Take a database back; one that was tampered with, or shall not be lent again, is thrown away."""
        database = self.out.pop(url)
        if again and database.lent < MOST_LENT and self._is_emptied(database, was_written=was_written):
            self.idle.append(database)
            return
        _pools.pop(database.name).dispose()
        self._say(f"DROP DATABASE {database.name} WITH (FORCE)")

    def close(self) -> None:
        """Close what is connected to the databases; the server throws them away."""
        for database in (*self.idle, *self.out.values()):
            _pools.pop(database.name).dispose()

    def _make(self) -> _Database:
        self.made += 1
        name = f"lent{self.made}"
        self._say(f"CREATE DATABASE {name} TEMPLATE template_fair STRATEGY FILE_COPY")
        engine = sharing(make_engine(make_url(self.address).set(database=name).render_as_string(hide_password=False)))
        with engine.connect() as connection:
            shape = tuple(connection.execute(_SHAPE).one())
        _pools[name] = engine.pool
        return _Database(name, engine, shape)

    def _is_emptied(self, database: _Database, *, was_written: bool) -> bool:
        with database.engine.begin() as connection:
            if tuple(connection.execute(_SHAPE).one()) != database.shape:
                return False
            if was_written:
                connection.execute(text("SET LOCAL lock_timeout = '5s'"))
                connection.execute(text("SET LOCAL session_replication_role = replica"))  # neither triggers nor foreign keys
                filled = connection.scalars(filled_tables()).all()
                if filled:
                    connection.exec_driver_sql("; ".join(f'DELETE FROM "{name}"' for name in filled))
                connection.execute(_NUMBERS_FROM_ONE)
        return True

    def _say(self, statement: str) -> None:
        with self.admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))


def _name(url: str) -> str:
    return make_url(url).database or ""


@functools.cache
def filled_tables() -> TextClause:
    """Return the question which tables hold a row, those that only `ddl.py` makes among them."""
    names = (*(table.name for table in Model.metadata.sorted_tables), "offer_search")
    return text(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names))
