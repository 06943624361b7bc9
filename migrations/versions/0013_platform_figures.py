"""Keep every figure of a month on the assistance record, and when it was handed down.

What stands is copied from income and can be copied again, so the table is made anew and filled from the roll-ups.

Revision ID: 0013_platform_figures
Revises: 0012_session_proofs
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0013_platform_figures"
down_revision = "0012_session_proofs"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIGURES = ("gross_fen", "refunds_fen", "fees_fen", "costs_fen", "net_fen", "earned_fen", "paid_fen")
NET = "gross_fen - refunds_fen - fees_fen - costs_fen"


def upgrade():
    op.drop_table("platform_incomes")
    create(FIGURES, sa.CheckConstraint(f"net_fen = {NET}", name=op.f("ck_platform_incomes_net_adds_up")))
    fill(FIGURES)
    op.create_table(
        "platform_handovers",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("handed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_platform_handovers")),
    )
    op.execute(
        "INSERT INTO platform_handovers (month, handed_at) SELECT month, max(recorded_at) FROM platform_incomes GROUP BY month"
    )


def downgrade():
    op.drop_table("platform_handovers")
    op.drop_table("platform_incomes")
    figures = ("gross_fen", "net_fen", "paid_fen")
    create(figures)
    fill(figures)


def create(figures, *checks):
    op.create_table(
        "platform_incomes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in figures),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        *checks,
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_platform_incomes_household_id_households")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_incomes")),
        sa.UniqueConstraint("household_id", "month", name=op.f("uq_platform_incomes_household_id_month")),
    )


def fill(figures):
    sums = ", ".join(f"sum({NET if name == 'net_fen' else name})" for name in figures)
    op.get_bind().execute(
        sa.text(
            f"INSERT INTO platform_incomes (household_id, month, {', '.join(figures)}, recorded_at)"
            f" SELECT household_id, period, {sums}, :now FROM holder_totals"
            " WHERE household_id IS NOT NULL AND length(period) = 7 GROUP BY household_id, period"
        ).bindparams(sa.bindparam("now", dt.datetime.now(dt.UTC), UtcDateTime()))
    )
