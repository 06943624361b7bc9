"""Let money come twice and go back: an effect for each event, surpluses of machines, a second receipt for a paid order.

A reference of the bank's vouches for one refund or return.

Revision ID: 0021_surplus_money
Revises: 0020_dues
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0021_surplus_money"
down_revision = "0020_dues"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = "payments: this is kept as it was written"
#: (name, event, table, condition): the guards of effects stand aside while their table is made anew.
EFFECTS = (
    ("payment_effect_unchanged", "UPDATE", "payment_effects", ""),
    ("payment_effect_kept", "DELETE", "payment_effects", ""),
)
SURPLUSES = (
    (
        "payment_surplus_frozen",
        "UPDATE OF ref, event_id, due_ref, area_code, gateway, amount_fen, came_at",
        "payment_surpluses",
        "",
    ),
    ("payment_surplus_ended", "UPDATE OF state", "payment_surpluses", "OLD.state = 'returned' AND NEW.state <> 'returned'"),
    ("payment_surplus_kept", "DELETE", "payment_surpluses", ""),
)
#: Until now an intent had each effect once, so its effects are its first events, in order.
EVENTS_OF_EFFECTS = """
UPDATE payment_effects SET event_id = (
  SELECT event.id FROM payment_events AS event WHERE event.intent_id = payment_effects.intent_id
  AND (SELECT count(*) FROM payment_events AS earlier WHERE earlier.intent_id = event.intent_id AND earlier.id < event.id)
    = (SELECT count(*) FROM payment_effects AS before WHERE before.intent_id = event.intent_id AND before.id < payment_effects.id))
"""


def upgrade():
    drop(EFFECTS)
    with op.batch_alter_table("payment_effects") as table:
        table.add_column(sa.Column("event_id", KEY, nullable=True))
    op.execute(EVENTS_OF_EFFECTS)
    with op.batch_alter_table("payment_effects") as table:
        table.alter_column("event_id", existing_type=KEY, nullable=False)
        table.drop_constraint("uq_payment_effects_intent_id_kind", type_="unique")
        table.create_unique_constraint("uq_payment_effects_event_id", ["event_id"])
        table.create_foreign_key("fk_payment_effects_event_id_payment_events", "payment_events", ["event_id"], ["id"])
    partial("uq_payment_effects_paid", "payment_effects", "intent_id", "kind = 'paid'")
    make(EFFECTS)

    op.drop_index("uq_offline_receipts_intent", table_name="offline_receipts")
    partial("uq_offline_receipts_recorded", "offline_receipts", "intent_id", "state = 'recorded'")
    partial("uq_offline_receipts_confirmed", "offline_receipts", "intent_id", "state = 'confirmed'")
    partial("uq_offline_receipts_returned_ref", "offline_receipts", "returned_ref", "returned_ref <> ''")
    partial("uq_refund_transfers_bank_ref", "refund_transfers", "bank_ref", "state <> 'withdrawn'")

    op.create_table(
        "payment_surpluses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("due_ref", sa.String(length=16), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("came_at", UtcDateTime(), nullable=False),
        sa.Column("returned_ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("return_recorded_by", KEY, nullable=True),
        sa.Column("return_confirmed_by", KEY, nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_surpluses_some_amount")),
        sa.CheckConstraint("state IN ('to_return', 'returning', 'returned')", name=op.f("ck_payment_surpluses_state")),
        sa.CheckConstraint("(state = 'to_return') = (return_recorded_by IS NULL)", name=op.f("ck_payment_surpluses_recorded")),
        sa.CheckConstraint("(state = 'to_return') = (returned_ref = '')", name=op.f("ck_payment_surpluses_reference")),
        sa.CheckConstraint(
            "(state = 'returned') = (return_confirmed_by IS NOT NULL)", name=op.f("ck_payment_surpluses_returned")
        ),
        sa.CheckConstraint(
            "return_confirmed_by IS NULL OR return_confirmed_by <> return_recorded_by",
            name=op.f("ck_payment_surpluses_two_officials"),
        ),
        sa.ForeignKeyConstraint(["event_id"], ["payment_events.id"], name=op.f("fk_payment_surpluses_event_id_payment_events")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_payment_surpluses_area_code_areas")),
        sa.ForeignKeyConstraint(["return_recorded_by"], ["users.id"], name=op.f("fk_payment_surpluses_return_recorded_by_users")),
        sa.ForeignKeyConstraint(
            ["return_confirmed_by"], ["users.id"], name=op.f("fk_payment_surpluses_return_confirmed_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_surpluses")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_surpluses_ref")),
        sa.UniqueConstraint("event_id", name=op.f("uq_payment_surpluses_event_id")),
    )
    partial("uq_payment_surpluses_returned_ref", "payment_surpluses", "returned_ref", "returned_ref <> ''")
    partial("ix_payment_surpluses_open", "payment_surpluses", "area_code", "state <> 'returned'", unique=False)
    make(SURPLUSES)


def downgrade():
    drop(SURPLUSES)
    op.drop_table("payment_surpluses")
    op.drop_index("uq_refund_transfers_bank_ref", table_name="refund_transfers")
    for name in ("returned_ref", "confirmed", "recorded"):
        op.drop_index(f"uq_offline_receipts_{name}", table_name="offline_receipts")
    partial("uq_offline_receipts_intent", "offline_receipts", "intent_id", "state <> 'rejected'")
    drop(EFFECTS)
    op.drop_index("uq_payment_effects_paid", table_name="payment_effects")
    with op.batch_alter_table("payment_effects") as table:
        table.drop_constraint("fk_payment_effects_event_id_payment_events", type_="foreignkey")
        table.drop_constraint("uq_payment_effects_event_id", type_="unique")
        table.drop_column("event_id")
        table.create_unique_constraint("uq_payment_effects_intent_id_kind", ["intent_id", "kind"])
    make(EFFECTS)


def partial(name, table, column, only, *, unique=True):
    where = sa.text(only)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)


def make(guards):
    connection = op.get_bind()
    for name, event, table, when in guards:
        if connection.dialect.name == "sqlite":
            condition = f" WHEN {when}" if when else ""
            statement = f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        else:
            condition = f" WHEN ({when})" if when else ""
            statement = (
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition}"
                " EXECUTE FUNCTION payments_refuse_change()"
            )
        connection.exec_driver_sql(statement)


def drop(guards):
    connection = op.get_bind()
    for name, _event, table, _when in guards:
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
