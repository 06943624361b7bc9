"""Keep beside tours and places the words they are found by, and write those of what stands already.

Revision ID: 0025_tour_search
Revises: 0024_tour_dates
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.search_terms import index_text

revision = "0025_tour_search"
down_revision = "0024_tour_dates"
branch_labels = None
depends_on = None

#: table -> what of it and of its village is written down.
_NAMES = {"tours": "title", "sites": "name"}


def upgrade():
    connection = op.get_bind()
    for table, name in _NAMES.items():
        # a column more takes no batch, so the triggers stay
        op.add_column(table, sa.Column("terms", sa.Text(), nullable=False, server_default=""))
        rows = connection.execute(
            sa.text(
                f"SELECT t.id, t.{name}_zh, t.{name}_en, a.name_zh, a.name_en FROM {table} t JOIN areas a ON a.code = t.village_code"
            )
        ).all()
        for key, *words in rows:
            terms = f" {index_text(one or '' for one in words)} "
            connection.execute(sa.text(f"UPDATE {table} SET terms = :terms WHERE id = :key"), {"terms": terms, "key": key})


def downgrade():
    for table in _NAMES:
        op.drop_column(table, "terms")
