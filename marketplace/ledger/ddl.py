"""The triggers that guard the book on both engines.

Alembic's batch mode drops triggers silently: every migration that touches these tables runs `statements` again, and an invariant
names any trigger that is missing. Errors carry the prefix 'ledger:' and count as integrity errors on both engines.
"""

#: Trigger names, the same on both engines, with those that only one engine needs.
TRIGGERS = (
    "ledger_transaction_complete",
    "ledger_transaction_unchanged",
    "ledger_transaction_kept",
    "ledger_entry_in_time",
    "ledger_entry_unchanged",
    "ledger_entry_kept",
)
SQLITE_TRIGGERS = (*TRIGGERS, "ledger_transaction_not_replaced", "ledger_entry_not_replaced")
POSTGRES_TRIGGERS = (*TRIGGERS, "ledger_transaction_not_truncated", "ledger_entry_not_truncated")

_SQLITE = (
    # After, not before: only then is an id that SQLite chose itself known.
    """
    CREATE TRIGGER ledger_transaction_complete AFTER INSERT ON transactions BEGIN
      SELECT RAISE(ABORT, 'ledger: wrong number of entries')
        WHERE (SELECT count(*) FROM entries WHERE transaction_id = NEW.id) <> NEW.entry_count;
      SELECT RAISE(ABORT, 'ledger: no entries, or the entries do not sum to zero')
        WHERE coalesce((SELECT sum(amount_fen) FROM entries WHERE transaction_id = NEW.id), 1) <> 0;
    END
    """,
    """
    CREATE TRIGGER ledger_transaction_unchanged BEFORE UPDATE ON transactions BEGIN
      SELECT RAISE(ABORT, 'ledger: a posting is not changed');
    END
    """,
    """
    CREATE TRIGGER ledger_transaction_kept BEFORE DELETE ON transactions BEGIN
      SELECT RAISE(ABORT, 'ledger: a posting is not deleted');
    END
    """,
    # INSERT OR REPLACE deletes without firing delete triggers unless recursive_triggers is on; refused here either way.
    """
    CREATE TRIGGER ledger_transaction_not_replaced BEFORE INSERT ON transactions
    WHEN EXISTS (SELECT 1 FROM transactions
                 WHERE id = NEW.id OR ref = NEW.ref OR (kind = NEW.kind AND source = NEW.source)) BEGIN
      SELECT RAISE(ABORT, 'ledger: this posting stands already');
    END
    """,
    """
    CREATE TRIGGER ledger_entry_in_time BEFORE INSERT ON entries BEGIN
      SELECT RAISE(ABORT, 'ledger: the transaction stands already')
        WHERE EXISTS (SELECT 1 FROM transactions WHERE id = NEW.transaction_id);
      SELECT RAISE(ABORT, 'ledger: an amount is a whole number of fen') WHERE typeof(NEW.amount_fen) <> 'integer';
    END
    """,
    """
    CREATE TRIGGER ledger_entry_unchanged BEFORE UPDATE ON entries BEGIN
      SELECT RAISE(ABORT, 'ledger: an entry is not changed');
    END
    """,
    """
    CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON entries BEGIN
      SELECT RAISE(ABORT, 'ledger: an entry is not deleted');
    END
    """,
    """
    CREATE TRIGGER ledger_entry_not_replaced BEFORE INSERT ON entries
    WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id) BEGIN
      SELECT RAISE(ABORT, 'ledger: this entry stands already');
    END
    """,
)

_POSTGRES = (
    """
    CREATE OR REPLACE FUNCTION ledger_check_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      entry_total bigint;
      entry_sum numeric;
    BEGIN
      SELECT count(*), coalesce(sum(amount_fen), 1) INTO entry_total, entry_sum
        FROM entries WHERE transaction_id = NEW.id;
      IF entry_total <> NEW.entry_count THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
          MESSAGE = 'ledger: wrong number of entries';
      END IF;
      IF entry_sum <> 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
          MESSAGE = 'ledger: no entries, or the entries do not sum to zero';
      END IF;
      RETURN NULL;
    END $$
    """,
    # The lock makes a concurrent late entry wait until the posting has committed or gone, and only then look; the isolation
    # level must let it see what was committed meanwhile.
    """
    CREATE OR REPLACE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
          MESSAGE = 'ledger: entries are posted under read committed';
      END IF;
      PERFORM pg_advisory_xact_lock(hashtextextended('ledger/' || NEW.transaction_id, 0));
      IF EXISTS (SELECT 1 FROM transactions WHERE id = NEW.transaction_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
          MESSAGE = 'ledger: the transaction stands already';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',
        MESSAGE = 'ledger: what is posted is neither changed nor deleted';
    END $$
    """,
    "CREATE TRIGGER ledger_transaction_complete AFTER INSERT ON transactions"
    " FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction()",
    "CREATE TRIGGER ledger_entry_in_time BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION ledger_check_entry()",
    *(
        f"CREATE TRIGGER ledger_{noun}_{past} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION ledger_refuse_change()"
        for noun, table in (("transaction", "transactions"), ("entry", "entries"))
        for past, verb, each in (
            ("unchanged", "UPDATE", "ROW"),
            ("kept", "DELETE", "ROW"),
            ("not_truncated", "TRUNCATE", "STATEMENT"),
        )
    ),
)


def statements(dialect_name: str) -> list[str]:
    """Return the statements that put the triggers on fresh tables, in order, for 'sqlite' or 'postgresql'."""
    return [statement.strip() for statement in (_SQLITE if dialect_name == "sqlite" else _POSTGRES)]


def trigger_names(dialect_name: str) -> tuple[str, ...]:
    """Return the names of the triggers that must stand on an engine."""
    return SQLITE_TRIGGERS if dialect_name == "sqlite" else POSTGRES_TRIGGERS
