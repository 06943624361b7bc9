"""The triggers that keep the trail append-only on both engines.

Alembic's batch mode drops triggers silently: every migration that touches these tables runs `statements` again, and an invariant
names any trigger that is missing.
"""

TABLES = ("audit_events", "audit_links")
_SAYS = "audit: what was noted is neither changed nor deleted"


def _sqlite(table: str, key: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
        # INSERT OR REPLACE deletes without firing delete triggers unless recursive_triggers is on; refused here either way
        f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    )


_POSTGRES = (
    f"""
    CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{_SAYS}';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_{past} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION audit_refuse_change()"
        for table in TABLES
        for past, verb, each in (
            ("unchanged", "UPDATE", "ROW"),
            ("kept", "DELETE", "ROW"),
            ("not_truncated", "TRUNCATE", "STATEMENT"),
        )
    ),
)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    if dialect_name == "sqlite":
        return [*_sqlite("audit_events", "id"), *_sqlite("audit_links", "position")]
    return [statement.strip() for statement in _POSTGRES]


def trigger_names(dialect_name: str) -> tuple[str, ...]:
    """Return the names of the triggers that must stand on an engine."""
    third = "not_replaced" if dialect_name == "sqlite" else "not_truncated"
    return tuple(f"{table}_{past}" for table in TABLES for past in ("unchanged", "kept", third))
