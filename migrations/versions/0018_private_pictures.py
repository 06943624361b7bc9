"""Say of each picture whether everybody may see it; those taken on visits are for officials alone.

Revision ID: 0018_private_pictures
Revises: 0017_truth_checks
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_private_pictures"
down_revision = "0017_truth_checks"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("images", sa.Column("is_public", sa.Boolean(), server_default=sa.true(), nullable=False))
    # A picture that is on sale as well has been shown to everybody already.
    op.execute(
        "UPDATE images SET is_public = false WHERE id IN (SELECT image_id FROM visit_images)"
        " AND id NOT IN (SELECT image_id FROM offer_images)"
    )


def downgrade():
    op.drop_column("images", "is_public")
