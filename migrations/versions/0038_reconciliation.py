"""Rows of the bank and of payment services beside the book's

Revision ID: 0038_reconciliation
Revises: 0037_pools
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0038_reconciliation"
down_revision = "0037_pools"
branch_labels = None
depends_on = None

#: Triggers, as they stood at this release.
STATEMENTS = {
    "sqlite": (
        """
CREATE TRIGGER reconciliation_row_said BEFORE UPDATE OF account, side, key, kind, amount_fen, ref, words, at, on_day, bank_statement_id ON reconciliation_rows BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER reconciliation_row_handed_over BEFORE UPDATE OF batch_ref ON reconciliation_rows WHEN OLD.batch_ref <> '' BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER reconciliation_row_kept BEFORE DELETE ON reconciliation_rows BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER reconciliation_group_frozen BEFORE UPDATE OF ref, key, account, how, difference_fen, reason, proposed_by, proposed_at ON reconciliation_groups BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER reconciliation_group_ended BEFORE UPDATE OF state ON reconciliation_groups WHEN OLD.state IN ('closed', 'withdrawn') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER reconciliation_group_kept BEFORE DELETE ON reconciliation_groups BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER bank_statement_unchanged BEFORE UPDATE ON bank_statements BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER bank_statement_kept BEFORE DELETE ON bank_statements BEGIN SELECT RAISE(ABORT, 'reconciliation: this is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION reconciliation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'reconciliation: this is kept as it was written';
END $$
        """,
        """
CREATE TRIGGER reconciliation_row_said BEFORE UPDATE OF account, side, key, kind, amount_fen, ref, words, at, on_day, bank_statement_id ON reconciliation_rows FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER reconciliation_row_handed_over BEFORE UPDATE OF batch_ref ON reconciliation_rows FOR EACH ROW WHEN (OLD.batch_ref <> '') EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER reconciliation_row_kept BEFORE DELETE ON reconciliation_rows FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER reconciliation_group_frozen BEFORE UPDATE OF ref, key, account, how, difference_fen, reason, proposed_by, proposed_at ON reconciliation_groups FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER reconciliation_group_ended BEFORE UPDATE OF state ON reconciliation_groups FOR EACH ROW WHEN (OLD.state IN ('closed', 'withdrawn') AND NEW.state <> OLD.state) EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER reconciliation_group_kept BEFORE DELETE ON reconciliation_groups FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER bank_statement_unchanged BEFORE UPDATE ON bank_statements FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
        """
CREATE TRIGGER bank_statement_kept BEFORE DELETE ON bank_statements FOR EACH ROW EXECUTE FUNCTION reconciliation_refuse_change()
        """,
    ),
}


def upgrade():
    op.create_table(
        "bank_statements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("closing_fen", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("has_gap", sa.Boolean(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rows > 0 AND new_rows BETWEEN 0 AND rows", name=op.f("ck_bank_statements_some_rows")),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_bank_statements_in_order")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_bank_statements_by_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statements")),
        sa.UniqueConstraint("ref", name=op.f("uq_bank_statements_ref")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_statements_sha256")),
    )
    op.create_index("ix_bank_statements_to_on", "bank_statements", ["to_on", "id"], unique=False)
    op.create_table(
        "reconciliation_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=400), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "how <> 'by_hand' OR (reason <> '' AND proposed_by IS NOT NULL)", name=op.f("ck_reconciliation_groups_reason")
        ),
        sa.CheckConstraint(
            "how <> 'by_hand' OR (state = 'closed') = (closed_by IS NOT NULL)",
            name=op.f("ck_reconciliation_groups_closed_by_somebody"),
        ),
        sa.CheckConstraint(
            "how = 'by_hand' OR (difference_fen = 0 AND state = 'closed')",
            name=op.f("ck_reconciliation_groups_nothing_left_over"),
        ),
        sa.CheckConstraint("how IN ('reference', 'amount', 'contra', 'by_hand')", name=op.f("ck_reconciliation_groups_how")),
        sa.CheckConstraint("state IN ('proposed', 'closed', 'withdrawn')", name=op.f("ck_reconciliation_groups_state")),
        sa.CheckConstraint("closed_by IS NULL OR closed_by <> proposed_by", name=op.f("ck_reconciliation_groups_two_people")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_reconciliation_groups_closed_by_users")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_reconciliation_groups_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_groups")),
        sa.UniqueConstraint("key", name=op.f("uq_reconciliation_groups_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_reconciliation_groups_ref")),
    )
    op.create_index(
        "ix_reconciliation_groups_explained",
        "reconciliation_groups",
        ["account", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'closed' AND how = 'by_hand'"),
        postgresql_where=sa.text("state = 'closed' AND how = 'by_hand'"),
    )
    op.create_index(
        "ix_reconciliation_groups_waiting",
        "reconciliation_groups",
        ["account", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "reconciliation_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("words", sa.String(length=120), server_default="", nullable=False),
        sa.Column("batch_ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("bank_statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "kind IN ('sale', 'freight', 'refund', 'payout', 'settlement', 'dispute', 'surplus', 'fee', 'other')",
            name=op.f("ck_reconciliation_rows_kind"),
        ),
        sa.CheckConstraint("side IN ('book', 'outside')", name=op.f("ck_reconciliation_rows_side")),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_reconciliation_rows_some_amount")),
        sa.ForeignKeyConstraint(
            ["bank_statement_id"], ["bank_statements.id"], name=op.f("fk_reconciliation_rows_bank_statement_id_bank_statements")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["reconciliation_groups.id"], name=op.f("fk_reconciliation_rows_group_id_reconciliation_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_rows")),
        sa.UniqueConstraint("account", "side", "key", name=op.f("uq_reconciliation_rows_account_side_key")),
    )
    op.create_index(
        "ix_reconciliation_rows_bank_statement_id",
        "reconciliation_rows",
        ["bank_statement_id"],
        unique=False,
        sqlite_where=sa.text("bank_statement_id IS NOT NULL"),
        postgresql_where=sa.text("bank_statement_id IS NOT NULL"),
    )
    op.create_index("ix_reconciliation_rows_group_id", "reconciliation_rows", ["group_id"], unique=False)
    op.create_index(
        "ix_reconciliation_rows_held",
        "reconciliation_rows",
        ["account", "on_day", "id"],
        unique=False,
        sqlite_where=sa.text("batch_ref = '' AND side = 'outside'"),
        postgresql_where=sa.text("batch_ref = '' AND side = 'outside'"),
    )
    op.create_index(
        "ix_reconciliation_rows_open",
        "reconciliation_rows",
        ["account", "on_day", "id"],
        unique=False,
        sqlite_where=sa.text("group_id IS NULL"),
        postgresql_where=sa.text("group_id IS NULL"),
    )
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade():
    op.drop_index(
        "ix_reconciliation_rows_open",
        table_name="reconciliation_rows",
        sqlite_where=sa.text("group_id IS NULL"),
        postgresql_where=sa.text("group_id IS NULL"),
    )
    op.drop_index(
        "ix_reconciliation_rows_held",
        table_name="reconciliation_rows",
        sqlite_where=sa.text("batch_ref = '' AND side = 'outside'"),
        postgresql_where=sa.text("batch_ref = '' AND side = 'outside'"),
    )
    op.drop_index("ix_reconciliation_rows_group_id", table_name="reconciliation_rows")
    op.drop_index(
        "ix_reconciliation_rows_bank_statement_id",
        table_name="reconciliation_rows",
        sqlite_where=sa.text("bank_statement_id IS NOT NULL"),
        postgresql_where=sa.text("bank_statement_id IS NOT NULL"),
    )
    op.drop_table("reconciliation_rows")
    op.drop_index(
        "ix_reconciliation_groups_waiting",
        table_name="reconciliation_groups",
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.drop_index(
        "ix_reconciliation_groups_explained",
        table_name="reconciliation_groups",
        sqlite_where=sa.text("state = 'closed' AND how = 'by_hand'"),
        postgresql_where=sa.text("state = 'closed' AND how = 'by_hand'"),
    )
    op.drop_table("reconciliation_groups")
    op.drop_index("ix_bank_statements_to_on", table_name="bank_statements")
    op.drop_table("bank_statements")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reconciliation_refuse_change()")
