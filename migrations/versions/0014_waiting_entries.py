"""Let the database keep one waiting entry of the year ledger where the same was entered twice at once.

Revision ID: 0014_waiting_entries
Revises: 0013_platform_figures
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_waiting_entries"
down_revision = "0013_platform_figures"
branch_labels = None
depends_on = None

WAITING = sa.text("approved_by IS NULL AND superseded_at IS NULL")
#: Nobody decided on these, and the first of each says the same.
REPEATS = """
DELETE FROM year_ledgers WHERE approved_by IS NULL AND superseded_at IS NULL AND id NOT IN (
  SELECT min(id) FROM year_ledgers WHERE approved_by IS NULL AND superseded_at IS NULL
  GROUP BY household_id, year, category, amount_fen, entered_by)
"""


def upgrade():
    op.execute(REPEATS)
    op.drop_index("ix_year_ledgers_waiting", table_name="year_ledgers")
    op.create_index(
        "uq_year_ledgers_waiting",
        "year_ledgers",
        ["household_id", "year", "category", "amount_fen", "entered_by"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade():
    op.drop_index("uq_year_ledgers_waiting", table_name="year_ledgers")
    op.create_index("ix_year_ledgers_waiting", "year_ledgers", ["household_id"], sqlite_where=WAITING, postgresql_where=WAITING)
