"""Keep when the truths of the house were last checked, and what that found.

Revision ID: 0017_truth_checks
Revises: 0016_tours
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0017_truth_checks"
down_revision = "0016_tours"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "truth_checks",
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("broken", sa.BigInteger(), nullable=False),
        sa.Column("sound_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("scope IN ('new', 'all')", name=op.f("ck_truth_checks_known_scope")),
        sa.CheckConstraint("broken >= 0", name=op.f("ck_truth_checks_counts")),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_truth_checks")),
    )


def downgrade():
    op.drop_table("truth_checks")
