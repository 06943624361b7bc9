"""What the migrations build is what the models say, on both engines, with every trigger in its place."""

import importlib
import importlib.util
import pkgutil
import re
import uuid
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Date, MetaData, String, Table, Text, inspect, text

import marketplace
from marketplace.kernel.db import Model, make_engine
from marketplace.web.cli import alembic_config
from tests.conftest import _with_database

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """Address of a database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    admin, address = request.getfixturevalue("postgres")
    name = "m" + uuid.uuid4().hex[:12]
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"))
    yield _with_database(address, name)
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def migrated(empty_url):
    command.upgrade(alembic_config(empty_url), "head")
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def parts(name):
    """Return the modules of that name in every package."""
    found = []
    for package in pkgutil.iter_modules(marketplace.__path__):
        address = f"marketplace.{package.name}.{name}"
        if package.ispkg and importlib.util.find_spec(address):
            found.append(importlib.import_module(address))
    return found


def written_triggers(dialect):
    """Return the names of all triggers that the packages' hand-written statements make."""
    source = "\n".join(statement for module in parts("ddl") for statement in module.statements(dialect))
    return set(re.findall(r"CREATE\s+(?:CONSTRAINT\s+)?TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", source, re.IGNORECASE))


def test_the_migrations_are_one_unbranched_line():
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    assert sorted(revision.revision for revision in script.walk_revisions()) == [path.stem for path in VERSIONS]


def test_the_migrated_schema_is_what_the_models_say(migrated):
    parts("models")

    def include(_item, name, kind, reflected, compare_to):
        # search indexes and their shadow tables are made by hand-written statements
        alone = reflected and compare_to is None and kind in ("table", "index")
        return not (alone and (name == "alembic_version" or is_hand_made(name)))

    written = "\n".join(statement for module in parts("ddl") for statement in module.statements(migrated.dialect.name))

    def is_hand_made(name):
        maker = re.escape(re.sub("_(data|idx|content|docsize|config)$", "", name))
        return re.search(rf"CREATE\s+[A-Z ]*(TABLE|INDEX)\s+(IF\s+NOT\s+EXISTS\s+)?{maker}\b", written, re.IGNORECASE)

    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": include, "compare_type": True})
        assert compare_metadata(context, Model.metadata) == []


def test_a_column_of_another_type_is_noticed(migrated):
    """The control: a width, a kind of number and a kind of moment that no migration made."""
    other = MetaData()
    Table("account_balances", other, Column("account", String(40), primary_key=True), Column("amount_fen", Text))
    Table("truth_checks", other, Column("scope", String(10), primary_key=True), Column("began_at", Date))

    def include(_item, name, kind, _reflected, _compare_to):
        return kind != "table" or name in other.tables

    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": include, "compare_type": True})
        differences = [
            change[0] for changes in compare_metadata(context, other) if isinstance(changes, list) for change in changes
        ]
    assert differences.count("modify_type") == 3


def test_every_check_of_the_models_stands_after_migrating(migrated):
    """Alembic compares no CHECK, and a forgotten one is a policy lost."""
    parts("models")
    found = inspect(migrated)
    missing = []
    for table in Model.metadata.sorted_tables:
        wanted = {str(check.name) for check in table.constraints if type(check).__name__ == "CheckConstraint"}
        standing = {str(check["name"]) for check in found.get_check_constraints(table.name)}
        # PostgreSQL cuts names at 63 characters
        missing += [f"{table.name}: {name}" for name in wanted if name not in standing and name[:63] not in standing]
    assert missing == []


def test_every_trigger_stands_after_migrating(migrated):
    wanted = written_triggers(migrated.dialect.name)
    assert any(name.startswith("ledger_") for name in wanted)
    assert any("audit" in name for name in wanted)
    with migrated.connect() as connection:
        standing = {row[0] for row in connection.execute(text(TRIGGERS[migrated.dialect.name]))}
    assert wanted - standing == set()


def test_the_book_and_the_trail_are_both_guarded(migrated):
    with migrated.connect() as connection:
        tables = {row[0] for row in connection.execute(text(ON_TABLES[migrated.dialect.name]))}
    assert {"transactions", "entries", "audit_events"} <= tables


ON_TABLES = {
    "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal",
}


def test_migrating_down_and_up_again_comes_to_the_same(migrated):
    url = migrated.url.render_as_string(hide_password=False)
    before = schema(migrated)
    migrated.dispose()
    command.downgrade(alembic_config(url), "base")
    with migrated.connect() as connection:
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert left == set()
    migrated.dispose()
    command.upgrade(alembic_config(url), "head")
    assert schema(migrated) == before


def schema(engine):
    with engine.connect() as connection:
        found = inspect(connection)
        triggers = {row[0] for row in connection.execute(text(TRIGGERS[engine.dialect.name]))}
        return triggers, {
            name: (
                sorted(column["name"] for column in found.get_columns(name)),
                sorted(str(index["name"]) for index in found.get_indexes(name)),
            )
            for name in found.get_table_names()
        }


def filled(connection, table, **given):
    """Write a row of which only some columns matter; whatever else must stand there is made up."""
    made_up = {"INTEGER": 1, "BIGINT": 1, "SMALLINT": 1, "DATETIME": MOMENT, "TIMESTAMP": MOMENT, "JSON": "[]", "JSONB": "[]"}
    values = {
        column["name"]: made_up.get(str(column["type"]).partition("(")[0].upper(), "x")
        for column in inspect(connection).get_columns(table)
        if not column["nullable"] and column["default"] is None
    } | given
    names = ", ".join(values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values)


MOMENT = "2026-09-03 04:00:00"
#: Rows need no parents while the test writes them.
UNGUARDED = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}


def test_a_database_that_is_in_use_is_migrated_and_keeps_its_rows(empty_url):
    command.upgrade(alembic_config(empty_url), "0015_poverty_lines")
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        connection.connection.cursor().execute(UNGUARDED[engine.dialect.name])
        filled(
            connection, "attributions", id=7, holder="pool/S", measure="agriculture", income_category="business", stage="accrued",
            status="none", gross_fen=100, quantity=1,
        )  # fmt: skip
        filled(connection, "attribution_movements", id=1, attribution_id=7, kind="accrued", month="2026-09")
        for intent in (1, 2):
            filled(
                connection, "payment_intents", id=intent, ref=f"Y{intent}", gateway="offline", purchase_id=intent, state="created"
            )
        for event, intent in ((11, 2), (12, 1), (13, 2)):
            filled(connection, "payment_events", id=event, event_id=f"e{event}", intent_id=intent)
        for effect, intent, kind in ((21, 1, "paid"), (22, 2, "to_return"), (23, 2, "paid")):
            filled(connection, "payment_effects", id=effect, intent_id=intent, kind=kind)
        # those whom a table made anew points at have to be there
        for user in (1, 2):
            filled(connection, "users", id=user, ref=f"U{user}", phone=f"1990000000{user}", locale="zh", is_active=True)
        filled(connection, "areas", code="360321", level="county")
        for entry, fen in ((1, 5), (2, -5)):
            filled(connection, "entries", id=entry, transaction_id=5, amount_fen=fen)
        filled(connection, "transactions", id=5, entry_count=2)
        for payout, state in ((31, "prepared"), (32, "confirmed"), (33, "withdrawn")):
            second = {"confirmed_by": 2, "confirmed_at": MOMENT, "ledger_transaction_id": 5} if state == "confirmed" else {}
            filled(
                connection, "payouts", id=payout, ref=f"Z{payout}", key=f"k{payout}", bank_ref=f"B{payout}", state=state,
                village_code="360321", **second,
            )  # fmt: skip
        connection.commit()
    engine.dispose()
    command.upgrade(alembic_config(empty_url), "head")
    engine = make_engine(empty_url)
    with engine.connect() as connection:
        moved = connection.execute(text("SELECT id, ref, attempt, way, state, approved_by FROM settlements ORDER BY id")).all()
        assert [tuple(row) for row in moved] == [
            (31, "Z31", 1, "by_hand", "draft", None),
            (32, "Z32", 1, "by_hand", "paid", 2),
            (33, "Z33", 1, "by_hand", "withdrawn", None),
        ]
        kept = connection.execute(text("SELECT a.id FROM attributions a JOIN attribution_movements m ON m.attribution_id = a.id"))
        assert kept.scalars().all() == [7]
        events = dict(connection.execute(text("SELECT id, event_id FROM payment_effects")).all())
        assert events == {21: 12, 22: 11, 23: 13}
    engine.dispose()
