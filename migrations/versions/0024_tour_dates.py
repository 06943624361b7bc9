"""Keep on which days a tour usually leaves, so that its dates open when the village approves it.

Revision ID: 0024_tour_dates
Revises: 0023_claim_photos
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_tour_dates"
down_revision = "0023_claim_photos"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("tour_options", sa.Column("weekdays", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("tour_options", sa.Column("weeks", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    with op.batch_alter_table("tour_options") as batch:
        batch.drop_column("weeks")
        batch.drop_column("weekdays")
