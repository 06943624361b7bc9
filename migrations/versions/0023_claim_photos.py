"""Keep the photos that a buyer sends with a claim.

Revision ID: 0023_claim_photos
Revises: 0022_visitor_words
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_claim_photos"
down_revision = "0022_visitor_words"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = "orders: this is kept as it was written"
GUARDS = (("refund_image_unchanged", "UPDATE"), ("refund_image_kept", "DELETE"))


def upgrade():
    op.create_table(
        "refund_images",
        sa.Column("refund_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("image_id", KEY, nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 2", name=op.f("ck_refund_images_three_at_most")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_refund_images_refund_id_refunds")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_refund_images_image_id_images")),
        sa.PrimaryKeyConstraint("refund_id", "position", name=op.f("pk_refund_images")),
    )
    op.create_index("ix_refund_images_image_id", "refund_images", ["image_id"], unique=False)
    for name, event in GUARDS:
        if op.get_bind().dialect.name == "sqlite":
            deed = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        else:
            deed = "FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()"
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON refund_images {deed}")


def downgrade():
    op.drop_table("refund_images")
