"""Let a booking be paid, and paid back, as a purchase is.

Revision ID: 0020_dues
Revises: 0019_search_vector
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_dues"
down_revision = "0019_search_vector"
branch_labels = None
depends_on = None

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'payments: this is kept as it was written'); END"
_INTENT = "ref, purchase_id, booking_id, due_ref, area_code, gateway, amount_fen, created_at"
_RECEIPT = "ref, key, intent_id, due_ref, area_code, method, bank_ref, amount_fen, recorded_by, recorded_at"
_TRANSFER = "ref, key, refund_id, booking_refund_id, refund_ref, area_code, amount_fen, bank_ref, recorded_by, recorded_at"
_OLD_INTENT = "ref, purchase_id, purchase_ref, area_code, gateway, amount_fen, created_at"
_OLD_RECEIPT = "ref, key, intent_id, purchase_ref, area_code, method, bank_ref, amount_fen, recorded_by, recorded_at"
_OLD_TRANSFER = "ref, key, refund_id, refund_ref, area_code, amount_fen, bank_ref, recorded_by, recorded_at"


def _guards(intent, receipt, transfer):
    """Return the triggers of the tables that are altered here: (name, event, table, condition)."""
    return (
        ("payment_intent_frozen", f"UPDATE OF {intent}", "payment_intents", ""),
        ("payment_intent_ended", "UPDATE OF state", "payment_intents", "OLD.state = 'succeeded' AND NEW.state <> 'succeeded'"),
        ("payment_intent_kept", "DELETE", "payment_intents", ""),
        (
            "payment_attempt_ended",
            "UPDATE OF state",
            "payment_attempts",
            "OLD.state IN ('succeeded', 'failed') AND NEW.state <> OLD.state",
        ),
        ("payment_attempt_kept", "DELETE", "payment_attempts", ""),
        ("offline_receipt_frozen", f"UPDATE OF {receipt}", "offline_receipts", ""),
        ("refund_transfer_frozen", f"UPDATE OF {transfer}", "refund_transfers", ""),
        (
            "refund_transfer_ended",
            "UPDATE OF state",
            "refund_transfers",
            "OLD.state IN ('confirmed', 'withdrawn') AND NEW.state <> OLD.state",
        ),
        ("refund_transfer_kept", "DELETE", "refund_transfers", ""),
    )


def _take_guards_off(guards):
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, _event, table, _when in guards:
        op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}" if is_postgres else f"DROP TRIGGER IF EXISTS {name}")


def _put_guards_on(guards):
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, event, table, when in guards:
        if is_postgres:
            condition = f" WHEN ({when})" if when else ""
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition}"
                " EXECUTE FUNCTION payments_refuse_change()"
            )
        else:
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table}{f' WHEN {when}' if when else ''} {_REFUSE}")


def _only(condition):
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade():
    _take_guards_off(_guards(_OLD_INTENT, _OLD_RECEIPT, _OLD_TRANSFER))
    with op.batch_alter_table("payment_intents") as batch:
        batch.alter_column("purchase_id", existing_type=sa.BigInteger(), nullable=True)
        batch.alter_column("purchase_ref", new_column_name="due_ref", existing_type=sa.String(16))
        batch.add_column(sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.create_foreign_key(op.f("fk_payment_intents_booking_id_bookings"), "bookings", ["booking_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_payment_intents_booking_id_gateway"), ["booking_id", "gateway"])
        batch.create_check_constraint(op.f("ck_payment_intents_one_due"), "(purchase_id IS NULL) <> (booking_id IS NULL)")
    op.create_index(
        "uq_payment_intents_booking_succeeded", "payment_intents", ["booking_id"], unique=True, **_only("state = 'succeeded'")
    )
    with op.batch_alter_table("payment_attempts") as batch:
        batch.add_column(sa.Column("booking_refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.create_foreign_key(
            op.f("fk_payment_attempts_booking_refund_id_booking_refunds"), "booking_refunds", ["booking_refund_id"], ["id"]
        )
        batch.drop_constraint(op.f("ck_payment_attempts_one_subject"), type_="check")
        batch.create_check_constraint(
            op.f("ck_payment_attempts_one_subject"),
            "CASE WHEN intent_id IS NULL THEN 0 ELSE 1 END + CASE WHEN refund_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN booking_refund_id IS NULL THEN 0 ELSE 1 END = 1",
        )
    op.create_index(
        "uq_payment_attempts_booking_refund",
        "payment_attempts",
        ["booking_refund_id"],
        unique=True,
        **_only("state IN ('started', 'succeeded')"),
    )
    with op.batch_alter_table("refund_transfers") as batch:
        batch.alter_column("refund_id", existing_type=sa.BigInteger(), nullable=True)
        batch.add_column(sa.Column("booking_refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.create_foreign_key(
            op.f("fk_refund_transfers_booking_refund_id_booking_refunds"), "booking_refunds", ["booking_refund_id"], ["id"]
        )
        batch.create_check_constraint(
            op.f("ck_refund_transfers_one_refund"), "(refund_id IS NULL) <> (booking_refund_id IS NULL)"
        )
    op.create_index(
        "uq_refund_transfers_booking_refund",
        "refund_transfers",
        ["booking_refund_id"],
        unique=True,
        **_only("state <> 'withdrawn'"),
    )
    op.alter_column("offline_receipts", "purchase_ref", new_column_name="due_ref", existing_type=sa.String(16))
    _put_guards_on(_guards(_INTENT, _RECEIPT, _TRANSFER))


def downgrade():
    """Take it back; bookings that were paid cannot be told in the older tables."""
    _take_guards_off(_guards(_INTENT, _RECEIPT, _TRANSFER))
    op.alter_column("offline_receipts", "due_ref", new_column_name="purchase_ref", existing_type=sa.String(16))
    op.drop_index("uq_refund_transfers_booking_refund", table_name="refund_transfers")
    with op.batch_alter_table("refund_transfers") as batch:
        batch.drop_constraint(op.f("ck_refund_transfers_one_refund"), type_="check")
        batch.drop_constraint(op.f("fk_refund_transfers_booking_refund_id_booking_refunds"), type_="foreignkey")
        batch.drop_column("booking_refund_id")
        batch.alter_column("refund_id", existing_type=sa.BigInteger(), nullable=False)
    op.drop_index("uq_payment_attempts_booking_refund", table_name="payment_attempts")
    with op.batch_alter_table("payment_attempts") as batch:
        batch.drop_constraint(op.f("ck_payment_attempts_one_subject"), type_="check")
        batch.drop_constraint(op.f("fk_payment_attempts_booking_refund_id_booking_refunds"), type_="foreignkey")
        batch.drop_column("booking_refund_id")
        batch.create_check_constraint(op.f("ck_payment_attempts_one_subject"), "(intent_id IS NULL) <> (refund_id IS NULL)")
    op.drop_index("uq_payment_intents_booking_succeeded", table_name="payment_intents")
    with op.batch_alter_table("payment_intents") as batch:
        batch.drop_constraint(op.f("ck_payment_intents_one_due"), type_="check")
        batch.drop_constraint(op.f("uq_payment_intents_booking_id_gateway"), type_="unique")
        batch.drop_constraint(op.f("fk_payment_intents_booking_id_bookings"), type_="foreignkey")
        batch.drop_column("booking_id")
        batch.alter_column("due_ref", new_column_name="purchase_ref", existing_type=sa.String(16))
        batch.alter_column("purchase_id", existing_type=sa.BigInteger(), nullable=False)
    _put_guards_on(_guards(_OLD_INTENT, _OLD_RECEIPT, _OLD_TRANSFER))
