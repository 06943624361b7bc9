"""Keep the words of the search beside the text they are made of: read back through the offers, they were made anew each time.

SQLite's search table needs nothing of the kind.

Revision ID: 0019_search_vector
Revises: 0018_private_pictures
"""

from alembic import op

revision = "0019_search_vector"
down_revision = "0018_private_pictures"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "ALTER TABLE offer_search ADD COLUMN vector tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED"
    )
    op.execute("DROP INDEX ix_offer_search_terms")
    op.execute("CREATE INDEX ix_offer_search_vector ON offer_search USING gin (vector)")


def downgrade():
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER TABLE offer_search DROP COLUMN vector")
    op.execute("CREATE INDEX ix_offer_search_terms ON offer_search USING gin (to_tsvector('simple', terms))")
