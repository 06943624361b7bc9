"""Create what ledger keeps.

Revision ID: 0005_ledger
Revises: 0004_media
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0005_ledger"
down_revision = "0004_media"
branch_labels = None
depends_on = None


#: Triggers and search tables, as they stood at this release.
STATEMENTS = {
    "sqlite": (
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
    ),
    "postgresql": (
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
        """
CREATE TRIGGER ledger_transaction_complete AFTER INSERT ON transactions FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction()
        """,
        """
CREATE TRIGGER ledger_entry_in_time BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION ledger_check_entry()
        """,
        """
CREATE TRIGGER ledger_transaction_unchanged BEFORE UPDATE ON transactions FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
        """,
        """
CREATE TRIGGER ledger_transaction_kept BEFORE DELETE ON transactions FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
        """,
        """
CREATE TRIGGER ledger_transaction_not_truncated BEFORE TRUNCATE ON transactions FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
        """,
        """
CREATE TRIGGER ledger_entry_unchanged BEFORE UPDATE ON entries FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
        """,
        """
CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON entries FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()
        """,
        """
CREATE TRIGGER ledger_entry_not_truncated BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()
        """,
    ),
}


TAKEN_BACK = {
    "sqlite": (),
    "postgresql": (
        "DROP FUNCTION IF EXISTS ledger_check_transaction CASCADE",
        "DROP FUNCTION IF EXISTS ledger_check_entry CASCADE",
        "DROP FUNCTION IF EXISTS ledger_refuse_change CASCADE",
    ),
}


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "account_balances",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_account_balances")),
    )
    op.create_table(
        "transactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("entry_count", sa.SmallInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="CNY", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("currency = 'CNY'", name=op.f("ck_transactions_one_currency")),
        sa.CheckConstraint("entry_count >= 2", name=op.f("ck_transactions_two_sides")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transactions")),
        sa.UniqueConstraint("kind", "source", name=op.f("uq_transactions_kind_source")),
        sa.UniqueConstraint("ref", name=op.f("uq_transactions_ref")),
    )
    op.create_index("ix_transactions_posted_at", "transactions", ["posted_at"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_entries_some_amount")),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["transactions.id"],
            name=op.f("fk_entries_transaction_id_transactions"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_account", "entries", ["account", "transaction_id"], unique=False)
    op.create_index("ix_entries_transaction_id", "entries", ["transaction_id"], unique=False)
    # ### end Alembic commands ###

    connection = op.get_bind()
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade():
    connection = op.get_bind()
    for statement in TAKEN_BACK[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_entries_transaction_id", table_name="entries")
    op.drop_index("ix_entries_account", table_name="entries")
    op.drop_table("entries")
    op.drop_index("ix_transactions_posted_at", table_name="transactions")
    op.drop_table("transactions")
    op.drop_table("account_balances")
    # ### end Alembic commands ###
