"""Keep what buyers say of goods that came, with the figures of it beside each offer.

Revision ID: 0040_reviews
Revises: 0039_invoices
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0040_reviews"
down_revision = "0039_invoices"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

RATING = "0 <= review_count AND review_count <= stars_sum AND stars_sum <= 5 * review_count AND hidden_reviews >= 0"
#: Triggers, as they stood at this release: (name, event, table, condition).
GUARDS = (
    (
        "review_frozen",
        "UPDATE OF ref, key, source, offer_id, seller_id, household_id, village_code, stars, words, province, written_at",
        "reviews",
        "",
    ),
    ("review_answered", "UPDATE OF answer, answered_at, answered_by", "reviews", "OLD.answered_at IS NOT NULL"),
    ("review_hidden", "UPDATE OF hidden_at, hidden_by, hidden_reason", "reviews", "OLD.hidden_at IS NOT NULL"),
    ("review_kept", "DELETE", "reviews", ""),
    ("review_image_unchanged", "UPDATE", "review_images", ""),
    ("review_image_kept", "DELETE", "review_images", ""),
)
WORDS = "products: a review stays as it was written"


def upgrade():
    op.add_column("offers", sa.Column("review_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("offers", sa.Column("hidden_reviews", sa.Integer(), server_default="0", nullable=False))
    # with its CHECK in one statement: SQLite adds none later without copying the table, which would lose its triggers
    op.execute(
        f"ALTER TABLE offers ADD COLUMN stars_sum INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_offers_rating CHECK ({RATING})"
    )
    op.create_table(
        "reviews",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("offer_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("province", sa.String(length=20), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("answer", sa.String(length=300), server_default="", nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", KEY, nullable=True),
        sa.Column("hidden_at", UtcDateTime(), nullable=True),
        sa.Column("hidden_by", KEY, nullable=True),
        sa.Column("hidden_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_reviews_answered_in_words")),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_reviews_answered_by_somebody")),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_by IS NULL)", name=op.f("ck_reviews_hidden_by_somebody")),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name=op.f("ck_reviews_hidden_for_a_reason")),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_reviews_stars")),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_reviews_answered_by_users")),
        sa.ForeignKeyConstraint(["hidden_by"], ["users.id"], name=op.f("fk_reviews_hidden_by_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_reviews_household_id_households")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_reviews_offer_id_offers")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_reviews_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_reviews_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("key", name=op.f("uq_reviews_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_reviews_ref")),
        sa.UniqueConstraint("source", name=op.f("uq_reviews_source")),
    )
    op.create_index("ix_reviews_household_id", "reviews", ["household_id", "id"], unique=False)
    op.create_index("ix_reviews_offer_id", "reviews", ["offer_id"], unique=False)
    op.create_index("ix_reviews_village_code", "reviews", ["village_code", "id"], unique=False)
    for name, columns, only in (
        ("ix_reviews_shown", ["offer_id", "id"], "hidden_at IS NULL"),
        ("ix_reviews_unanswered", ["household_id", "id"], "answered_at IS NULL AND hidden_at IS NULL"),
    ):
        op.create_index(name, "reviews", columns, unique=False, sqlite_where=sa.text(only), postgresql_where=sa.text(only))
    op.create_table(
        "review_images",
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("image_id", KEY, nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 2", name=op.f("ck_review_images_three_at_most")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_review_images_image_id_images")),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name=op.f("fk_review_images_review_id_reviews")),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_review_images")),
    )
    op.create_index(op.f("ix_review_images_image_id"), "review_images", ["image_id"], unique=False)
    for statement in guarding(op.get_bind().dialect.name):
        op.execute(statement)


def guarding(dialect_name):
    if dialect_name == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}{f' WHEN {when}' if when else ''} BEGIN"
            f" SELECT RAISE(ABORT, '{WORDS}'); END"
            for name, event, table, when in GUARDS
        ]
    refuse = f"""
CREATE OR REPLACE FUNCTION reviews_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{WORDS}';
END $$
"""
    return [
        refuse.strip(),
        *(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{f' WHEN ({when})' if when else ''}"
            " EXECUTE FUNCTION reviews_refuse_change()"
            for name, event, table, when in GUARDS
        ),
    ]


def downgrade():
    op.drop_table("review_images")
    op.drop_table("reviews")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION reviews_refuse_change()")
    for column in ("stars_sum", "hidden_reviews", "review_count"):
        op.execute(f"ALTER TABLE offers DROP COLUMN {column}")
