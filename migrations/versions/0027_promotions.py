"""An index of the sales that a promotion brought, for the report of what each did.

Revision ID: 0027_promotions
Revises: 0026_passing_on
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_promotions"
down_revision = "0026_passing_on"
branch_labels = None
depends_on = None


def upgrade():
    has_one = sa.text("promotion IS NOT NULL")
    op.create_index("ix_attributions_promotion", "attributions", ["promotion"], postgresql_where=has_one, sqlite_where=has_one)


def downgrade():
    op.drop_index("ix_attributions_promotion", table_name="attributions")
