"""Keep invoices that buyers ask sellers for.

Revision ID: 0039_invoices
Revises: 0038_reconciliation
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0039_invoices"
down_revision = "0038_reconciliation"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "invoice_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("household_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("title_kind", sa.String(length=10), nullable=False),
        sa.Column("title_sealed", sa.Text(), nullable=True),
        sa.Column("tax_number_sealed", sa.Text(), nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("invoice_no", sa.String(length=20), server_default="", nullable=False),
        sa.Column("issued_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("issued_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'issued') = (invoice_no <> '')", name=op.f("ck_invoice_requests_issued_with_number")),
        sa.CheckConstraint(
            "(state = 'issued') = (issued_by IS NOT NULL AND issued_at IS NOT NULL AND amount_fen IS NOT NULL)",
            name=op.f("ck_invoice_requests_issued_whole"),
        ),
        sa.CheckConstraint("state IN ('requested', 'issued', 'withdrawn')", name=op.f("ck_invoice_requests_state")),
        sa.CheckConstraint(
            "title_kind = 'company' OR tax_number_sealed IS NULL", name=op.f("ck_invoice_requests_person_without_number")
        ),
        sa.CheckConstraint("title_kind IN ('person', 'company')", name=op.f("ck_invoice_requests_title_kind")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_invoice_requests_some_amount")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_invoice_requests_household_id_households")),
        sa.ForeignKeyConstraint(
            ["household_order_id"], ["household_orders.id"], name=op.f("fk_invoice_requests_household_order_id_household_orders")
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name=op.f("fk_invoice_requests_issued_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_invoice_requests_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_requests")),
        sa.UniqueConstraint("key", name=op.f("uq_invoice_requests_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_invoice_requests_ref")),
    )
    op.create_index("ix_invoice_requests_village", "invoice_requests", ["village_code", "state", "id"], unique=False)
    op.create_index(
        "uq_invoice_requests_order",
        "invoice_requests",
        ["household_order_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )


def downgrade():
    op.drop_index(
        "uq_invoice_requests_order",
        table_name="invoice_requests",
        sqlite_where=sa.text("state <> 'withdrawn'"),
        postgresql_where=sa.text("state <> 'withdrawn'"),
    )
    op.drop_index("ix_invoice_requests_village", table_name="invoice_requests")
    op.drop_table("invoice_requests")
