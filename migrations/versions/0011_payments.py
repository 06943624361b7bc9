"""Create what payments keeps.

Revision ID: 0011_payments
Revises: 0010_orders
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0011_payments"
down_revision = "0010_orders"
branch_labels = None
depends_on = None


#: Triggers, as they stood at this release.
STATEMENTS = {
    "sqlite": (
        """
CREATE TRIGGER payment_event_unchanged BEFORE UPDATE ON payment_events BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_event_kept BEFORE DELETE ON payment_events BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_effect_unchanged BEFORE UPDATE ON payment_effects BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_effect_kept BEFORE DELETE ON payment_effects BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_intent_frozen BEFORE UPDATE OF ref, purchase_id, purchase_ref, area_code, gateway, amount_fen, created_at ON payment_intents BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_intent_ended BEFORE UPDATE OF state ON payment_intents WHEN OLD.state = 'succeeded' AND NEW.state <> 'succeeded' BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_intent_kept BEFORE DELETE ON payment_intents BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_attempt_ended BEFORE UPDATE OF state ON payment_attempts WHEN OLD.state IN ('succeeded', 'failed') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER payment_attempt_kept BEFORE DELETE ON payment_attempts BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER offline_receipt_frozen BEFORE UPDATE OF ref, key, intent_id, purchase_ref, area_code, method, bank_ref, amount_fen, recorded_by, recorded_at ON offline_receipts BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER offline_receipt_ended BEFORE UPDATE OF state ON offline_receipts WHEN OLD.state IN ('confirmed', 'rejected', 'returned') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER offline_receipt_kept BEFORE DELETE ON offline_receipts BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_transfer_frozen BEFORE UPDATE OF ref, key, refund_id, refund_ref, area_code, amount_fen, bank_ref, recorded_by, recorded_at ON refund_transfers BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_transfer_ended BEFORE UPDATE OF state ON refund_transfers WHEN OLD.state IN ('confirmed', 'withdrawn') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_transfer_kept BEFORE DELETE ON refund_transfers BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'payments: this is kept as it was written' USING ERRCODE = 'check_violation';
END $$
        """,
        """
CREATE TRIGGER payment_event_unchanged BEFORE UPDATE ON payment_events FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_event_kept BEFORE DELETE ON payment_events FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_effect_unchanged BEFORE UPDATE ON payment_effects FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_effect_kept BEFORE DELETE ON payment_effects FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_intent_frozen BEFORE UPDATE OF ref, purchase_id, purchase_ref, area_code, gateway, amount_fen, created_at ON payment_intents FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_intent_ended BEFORE UPDATE OF state ON payment_intents FOR EACH ROW WHEN (OLD.state = 'succeeded' AND NEW.state <> 'succeeded') EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_intent_kept BEFORE DELETE ON payment_intents FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_attempt_ended BEFORE UPDATE OF state ON payment_attempts FOR EACH ROW WHEN (OLD.state IN ('succeeded', 'failed') AND NEW.state <> OLD.state) EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER payment_attempt_kept BEFORE DELETE ON payment_attempts FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER offline_receipt_frozen BEFORE UPDATE OF ref, key, intent_id, purchase_ref, area_code, method, bank_ref, amount_fen, recorded_by, recorded_at ON offline_receipts FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER offline_receipt_ended BEFORE UPDATE OF state ON offline_receipts FOR EACH ROW WHEN (OLD.state IN ('confirmed', 'rejected', 'returned') AND NEW.state <> OLD.state) EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER offline_receipt_kept BEFORE DELETE ON offline_receipts FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER refund_transfer_frozen BEFORE UPDATE OF ref, key, refund_id, refund_ref, area_code, amount_fen, bank_ref, recorded_by, recorded_at ON refund_transfers FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER refund_transfer_ended BEFORE UPDATE OF state ON refund_transfers FOR EACH ROW WHEN (OLD.state IN ('confirmed', 'withdrawn') AND NEW.state <> OLD.state) EXECUTE FUNCTION payments_refuse_change()
        """,
        """
CREATE TRIGGER refund_transfer_kept BEFORE DELETE ON refund_transfers FOR EACH ROW EXECUTE FUNCTION payments_refuse_change()
        """,
    ),
}


TAKEN_BACK = {"sqlite": (), "postgresql": ("DROP FUNCTION IF EXISTS payments_refuse_change CASCADE",)}


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "payment_intents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_ref", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("succeeded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'succeeded') = (succeeded_at IS NOT NULL)", name=op.f("ck_payment_intents_succeeded_at")),
        sa.CheckConstraint(
            "state IN ('created', 'succeeded', 'failed', 'cancelled', 'expired')", name=op.f("ck_payment_intents_state")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_intents_some_amount")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_payment_intents_area_code_areas")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_payment_intents_purchase_id_purchases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_intents")),
        sa.UniqueConstraint("purchase_id", "gateway", name=op.f("uq_payment_intents_purchase_id_gateway")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_intents_ref")),
    )
    op.create_index(
        "ix_payment_intents_created",
        "payment_intents",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'created'"),
        postgresql_where=sa.text("state = 'created'"),
    )
    op.create_index(
        "uq_payment_intents_succeeded",
        "payment_intents",
        ["purchase_id"],
        unique=True,
        sqlite_where=sa.text("state = 'succeeded'"),
        postgresql_where=sa.text("state = 'succeeded'"),
    )
    op.create_table(
        "offline_receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_ref", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("rejected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=400), server_default="", nullable=False),
        sa.Column("returned_ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("return_recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("return_confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'returned') = (return_confirmed_by IS NOT NULL)", name=op.f("ck_offline_receipts_returned")),
        sa.CheckConstraint(
            "(state IN ('recorded', 'rejected')) = (confirmed_by IS NULL)", name=op.f("ck_offline_receipts_confirmed")
        ),
        sa.CheckConstraint("bank_ref <> ''", name=op.f("ck_offline_receipts_reference")),
        sa.CheckConstraint("method IN ('bank_transfer', 'cash')", name=op.f("ck_offline_receipts_method")),
        sa.CheckConstraint(
            "state IN ('recorded', 'confirmed', 'rejected', 'to_return', 'returning', 'returned')",
            name=op.f("ck_offline_receipts_state"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_offline_receipts_some_amount")),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_offline_receipts_two_officials")),
        sa.CheckConstraint(
            "return_confirmed_by IS NULL OR return_confirmed_by <> return_recorded_by",
            name=op.f("ck_offline_receipts_two_officials_return"),
        ),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_offline_receipts_area_code_areas")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_offline_receipts_confirmed_by_users")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intents.id"], name=op.f("fk_offline_receipts_intent_id_payment_intents")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_offline_receipts_recorded_by_users")),
        sa.ForeignKeyConstraint(["rejected_by"], ["users.id"], name=op.f("fk_offline_receipts_rejected_by_users")),
        sa.ForeignKeyConstraint(
            ["return_confirmed_by"], ["users.id"], name=op.f("fk_offline_receipts_return_confirmed_by_users")
        ),
        sa.ForeignKeyConstraint(["return_recorded_by"], ["users.id"], name=op.f("fk_offline_receipts_return_recorded_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offline_receipts")),
        sa.UniqueConstraint("key", name=op.f("uq_offline_receipts_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_offline_receipts_ref")),
    )
    op.create_index(
        "ix_offline_receipts_open",
        "offline_receipts",
        ["area_code"],
        unique=False,
        sqlite_where=sa.text("state IN ('recorded', 'to_return', 'returning')"),
        postgresql_where=sa.text("state IN ('recorded', 'to_return', 'returning')"),
    )
    op.create_index(
        "uq_offline_receipts_bank_ref",
        "offline_receipts",
        ["method", "bank_ref"],
        unique=True,
        sqlite_where=sa.text("state <> 'rejected'"),
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_index(
        "uq_offline_receipts_intent",
        "offline_receipts",
        ["intent_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'rejected'"),
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.create_table(
        "payment_effects",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('paid', 'to_return')", name=op.f("ck_payment_effects_kind")),
        sa.ForeignKeyConstraint(["intent_id"], ["payment_intents.id"], name=op.f("fk_payment_effects_intent_id_payment_intents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_effects")),
        sa.UniqueConstraint("intent_id", "kind", name=op.f("uq_payment_effects_intent_id_kind")),
    )
    op.create_table(
        "payment_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["payment_intents.id"], name=op.f("fk_payment_events_intent_id_payment_intents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_events")),
        sa.UniqueConstraint("gateway", "event_id", name=op.f("uq_payment_events_gateway_event_id")),
    )
    op.create_index("ix_payment_events_intent_id", "payment_events", ["intent_id"], unique=False)
    op.create_table(
        "payment_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("intent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('started', 'succeeded', 'failed', 'unknown')", name=op.f("ck_payment_attempts_state")),
        sa.CheckConstraint("(intent_id IS NULL) <> (refund_id IS NULL)", name=op.f("ck_payment_attempts_one_subject")),
        sa.ForeignKeyConstraint(
            ["intent_id"], ["payment_intents.id"], name=op.f("fk_payment_attempts_intent_id_payment_intents")
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_payment_attempts_refund_id_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_attempts")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_attempts_key")),
    )
    op.create_index("ix_payment_attempts_intent_id", "payment_attempts", ["intent_id"], unique=False)
    op.create_index(
        "ix_payment_attempts_started",
        "payment_attempts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'started'"),
        postgresql_where=sa.text("state = 'started'"),
    )
    op.create_index(
        "uq_payment_attempts_refund",
        "payment_attempts",
        ["refund_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('started', 'succeeded')"),
        postgresql_where=sa.text("state IN ('started', 'succeeded')"),
    )
    op.create_table(
        "refund_transfers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_ref", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint("(state = 'confirmed') = (confirmed_by IS NOT NULL)", name=op.f("ck_refund_transfers_confirmed")),
        sa.CheckConstraint("bank_ref <> ''", name=op.f("ck_refund_transfers_reference")),
        sa.CheckConstraint("state IN ('recorded', 'confirmed', 'withdrawn')", name=op.f("ck_refund_transfers_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refund_transfers_some_amount")),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name=op.f("ck_refund_transfers_two_officials")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_refund_transfers_area_code_areas")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["users.id"], name=op.f("fk_refund_transfers_confirmed_by_users")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_refund_transfers_recorded_by_users")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_refund_transfers_refund_id_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_transfers")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_transfers_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_refund_transfers_ref")),
    )
    op.create_index(
        "ix_refund_transfers_recorded",
        "refund_transfers",
        ["area_code"],
        unique=False,
        sqlite_where=sa.text("state = 'recorded'"),
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.create_index(
        "uq_refund_transfers_refund",
        "refund_transfers",
        ["refund_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    # ### end Alembic commands ###

    connection = op.get_bind()
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade():
    connection = op.get_bind()
    for statement in TAKEN_BACK[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index(
        "uq_refund_transfers_refund",
        table_name="refund_transfers",
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.drop_index(
        "ix_refund_transfers_recorded",
        table_name="refund_transfers",
        sqlite_where=sa.text("state = 'recorded'"),
        postgresql_where=sa.text("state = 'recorded'"),
    )
    op.drop_table("refund_transfers")
    op.drop_index(
        "uq_payment_attempts_refund",
        table_name="payment_attempts",
        sqlite_where=sa.text("state IN ('started', 'succeeded')"),
        postgresql_where=sa.text("state IN ('started', 'succeeded')"),
    )
    op.drop_index(
        "ix_payment_attempts_started",
        table_name="payment_attempts",
        sqlite_where=sa.text("state = 'started'"),
        postgresql_where=sa.text("state = 'started'"),
    )
    op.drop_index("ix_payment_attempts_intent_id", table_name="payment_attempts")
    op.drop_table("payment_attempts")
    op.drop_index("ix_payment_events_intent_id", table_name="payment_events")
    op.drop_table("payment_events")
    op.drop_table("payment_effects")
    op.drop_index(
        "uq_offline_receipts_intent",
        table_name="offline_receipts",
        sqlite_where=sa.text("state <> 'rejected'"),
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.drop_index(
        "uq_offline_receipts_bank_ref",
        table_name="offline_receipts",
        sqlite_where=sa.text("state <> 'rejected'"),
        postgresql_where=sa.text("state <> 'rejected'"),
    )
    op.drop_index(
        "ix_offline_receipts_open",
        table_name="offline_receipts",
        sqlite_where=sa.text("state IN ('recorded', 'to_return', 'returning')"),
        postgresql_where=sa.text("state IN ('recorded', 'to_return', 'returning')"),
    )
    op.drop_table("offline_receipts")
    op.drop_index(
        "uq_payment_intents_succeeded",
        table_name="payment_intents",
        sqlite_where=sa.text("state = 'succeeded'"),
        postgresql_where=sa.text("state = 'succeeded'"),
    )
    op.drop_index(
        "ix_payment_intents_created",
        table_name="payment_intents",
        sqlite_where=sa.text("state = 'created'"),
        postgresql_where=sa.text("state = 'created'"),
    )
    op.drop_table("payment_intents")
    # ### end Alembic commands ###
