"""Keep the poverty lines of the years that have one.

Revision ID: 0015_poverty_lines
Revises: 0014_waiting_entries
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_poverty_lines"
down_revision = "0014_waiting_entries"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "poverty_lines",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.CheckConstraint("year BETWEEN 1978 AND 2100", name=op.f("ck_poverty_lines_year")),
        sa.CheckConstraint("basis IN ('net', 'disposable')", name=op.f("ck_poverty_lines_basis")),
        sa.CheckConstraint("(basis = 'net') = (year <= 2013)", name=op.f("ck_poverty_lines_basis_of_its_year")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_poverty_lines_some_amount")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_poverty_lines_has_a_source")),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_poverty_lines")),
    )


def downgrade():
    op.drop_table("poverty_lines")
