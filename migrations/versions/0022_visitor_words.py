"""Keep what visitors have to be told and in which language, and the secret addresses of calendars.

Revision ID: 0022_visitor_words
Revises: 0021_surplus_money
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0022_visitor_words"
down_revision = "0021_surplus_money"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SPOKEN_TO = ("bookings", "waiting_entries")


def upgrade():
    for table in SPOKEN_TO:
        # written out: Alembic would copy the whole table to add a check on SQLite, and lose its triggers
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN locale VARCHAR(5) DEFAULT 'zh' NOT NULL"
            f" CONSTRAINT ck_{table}_locale CHECK (locale IN ('zh', 'en'))"
        )
    op.create_table(
        "visitor_notices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("waiting_entry_id", KEY, nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('confirmed', 'called_off', 'offered')", name=op.f("ck_visitor_notices_kind")),
        sa.CheckConstraint("(booking_id IS NULL) <> (waiting_entry_id IS NULL)", name=op.f("ck_visitor_notices_one_reader")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_visitor_notices_booking_id_bookings")),
        sa.ForeignKeyConstraint(
            ["waiting_entry_id"], ["waiting_entries.id"], name=op.f("fk_visitor_notices_waiting_entry_id_waiting_entries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitor_notices")),
        sa.UniqueConstraint("kind", "booking_id", name=op.f("uq_visitor_notices_kind_booking_id")),
        sa.UniqueConstraint("kind", "waiting_entry_id", name=op.f("uq_visitor_notices_kind_waiting_entry_id")),
    )
    op.create_index(
        "ix_visitor_notices_untold",
        "visitor_notices",
        ["id"],
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_sealed", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )


def downgrade():
    op.drop_table("calendar_feeds")
    op.drop_table("visitor_notices")
    for table in SPOKEN_TO:
        op.execute(f"ALTER TABLE {table} DROP COLUMN locale")
