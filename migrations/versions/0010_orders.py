"""Create what orders keeps.

Revision ID: 0010_orders
Revises: 0009_products
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0010_orders"
down_revision = "0009_products"
branch_labels = None
depends_on = None


#: Triggers, as they stood at this release.
STATEMENTS = {
    "sqlite": (
        """
CREATE TRIGGER order_event_unchanged BEFORE UPDATE ON order_events BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_event_kept BEFORE DELETE ON order_events BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_line_frozen BEFORE UPDATE OF household_order_id, offer_id, offer_ref, offer_slug, seller_id, household_id, village_code, category_code, is_cultural, title, title_en, image_id, unit_grams, quantity, price_fen, gross_fen, discount_fen, paid_fen, platform_fee_bp, after_sale_hours ON order_lines BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_line_fee_frozen BEFORE UPDATE OF gateway_fee_fen ON order_lines WHEN OLD.gateway_fee_fen IS NOT NULL BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_line_earned BEFORE UPDATE OF earned_at ON order_lines WHEN OLD.earned_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_lines BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_frozen BEFORE UPDATE OF ref, purchase_id, seller_id, household_id, village_code, goods_fen, discount_fen, freight_fen, paid_fen, placed_at ON household_orders BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_ended BEFORE UPDATE OF state ON household_orders WHEN OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER order_kept BEFORE DELETE ON household_orders BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER purchase_frozen BEFORE UPDATE OF ref, key, province, zone_code, area_code, goods_fen, discount_fen, freight_fen, total_fen, placed_at, channel ON purchases BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER purchase_ended BEFORE UPDATE OF state ON purchases WHEN (OLD.state = 'paid' AND NEW.state <> 'paid') OR (OLD.state IN ('expired', 'cancelled') AND NEW.state NOT IN ('paid', OLD.state)) BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER purchase_kept BEFORE DELETE ON purchases BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_frozen BEFORE UPDATE OF ref, key, household_order_id, order_line_id, household_id, village_code, quantity, amount_fen, requested_by ON refunds BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_ended BEFORE UPDATE OF state ON refunds WHEN OLD.state IN ('rejected', 'succeeded', 'paid_by_hand') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER refund_kept BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'orders: this is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'orders: this is kept as it was written';
END $$
        """,
        """
CREATE TRIGGER order_event_unchanged BEFORE UPDATE ON order_events FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_event_kept BEFORE DELETE ON order_events FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_line_frozen BEFORE UPDATE OF household_order_id, offer_id, offer_ref, offer_slug, seller_id, household_id, village_code, category_code, is_cultural, title, title_en, image_id, unit_grams, quantity, price_fen, gross_fen, discount_fen, paid_fen, platform_fee_bp, after_sale_hours ON order_lines FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_line_fee_frozen BEFORE UPDATE OF gateway_fee_fen ON order_lines FOR EACH ROW WHEN (OLD.gateway_fee_fen IS NOT NULL) EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_line_earned BEFORE UPDATE OF earned_at ON order_lines FOR EACH ROW WHEN (OLD.earned_at IS NOT NULL) EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_line_kept BEFORE DELETE ON order_lines FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_frozen BEFORE UPDATE OF ref, purchase_id, seller_id, household_id, village_code, goods_fen, discount_fen, freight_fen, paid_fen, placed_at ON household_orders FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_ended BEFORE UPDATE OF state ON household_orders FOR EACH ROW WHEN (OLD.state IN ('completed', 'cancelled') AND NEW.state <> OLD.state) EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER order_kept BEFORE DELETE ON household_orders FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER purchase_frozen BEFORE UPDATE OF ref, key, province, zone_code, area_code, goods_fen, discount_fen, freight_fen, total_fen, placed_at, channel ON purchases FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER purchase_ended BEFORE UPDATE OF state ON purchases FOR EACH ROW WHEN ((OLD.state = 'paid' AND NEW.state <> 'paid') OR (OLD.state IN ('expired', 'cancelled') AND NEW.state NOT IN ('paid', OLD.state))) EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER purchase_kept BEFORE DELETE ON purchases FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER refund_frozen BEFORE UPDATE OF ref, key, household_order_id, order_line_id, household_id, village_code, quantity, amount_fen, requested_by ON refunds FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER refund_ended BEFORE UPDATE OF state ON refunds FOR EACH ROW WHEN (OLD.state IN ('rejected', 'succeeded', 'paid_by_hand') AND NEW.state <> OLD.state) EXECUTE FUNCTION orders_refuse_change()
        """,
        """
CREATE TRIGGER refund_kept BEFORE DELETE ON refunds FOR EACH ROW EXECUTE FUNCTION orders_refuse_change()
        """,
    ),
}


TAKEN_BACK = {"sqlite": (), "postgresql": ("DROP FUNCTION IF EXISTS orders_refuse_change CASCADE",)}


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "freight_zones",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("zh", sa.String(length=40), nullable=False),
        sa.Column("en", sa.String(length=60), nullable=False),
        sa.Column("first_kg_fen", sa.BigInteger(), nullable=False),
        sa.Column("next_kg_fen", sa.BigInteger(), nullable=False),
        sa.Column("free_over_fen", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_kg_fen >= 0 AND next_kg_fen >= 0", name=op.f("ck_freight_zones_amounts")),
        sa.CheckConstraint("free_over_fen IS NULL OR free_over_fen > 0", name=op.f("ck_freight_zones_free_over")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_freight_zones")),
    )
    op.create_table(
        "freight_provinces",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("zone_code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["zone_code"], ["freight_zones.code"], name=op.f("fk_freight_provinces_zone_code_freight_zones")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_freight_provinces")),
    )
    op.create_table(
        "purchases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("buyer_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("address_sealed", sa.Text(), nullable=True),
        sa.Column("phone_last4", sa.String(length=4), nullable=False),
        sa.Column("province", sa.String(length=20), nullable=False),
        sa.Column("zone_code", sa.String(length=20), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=30), nullable=True),
        sa.Column("gateway_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("promotion", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("hold_until", UtcDateTime(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name=op.f("ck_purchases_paid")),
        sa.CheckConstraint(
            "state <> 'paid' OR (gateway IS NOT NULL AND gateway_fee_fen IS NOT NULL)", name=op.f("ck_purchases_paid_how")
        ),
        sa.CheckConstraint("state IN ('awaiting_payment', 'paid', 'expired', 'cancelled')", name=op.f("ck_purchases_state")),
        sa.CheckConstraint(
            "gateway_fee_fen IS NULL OR gateway_fee_fen BETWEEN 0 AND total_fen", name=op.f("ck_purchases_gateway_fee")
        ),
        sa.CheckConstraint("goods_fen > 0 AND discount_fen >= 0 AND freight_fen >= 0", name=op.f("ck_purchases_amounts")),
        sa.CheckConstraint(
            "total_fen = goods_fen - discount_fen + freight_fen AND total_fen > 0", name=op.f("ck_purchases_total")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_purchases_area_code_areas")),
        sa.ForeignKeyConstraint(["buyer_user_id"], ["users.id"], name=op.f("fk_purchases_buyer_user_id_users")),
        sa.ForeignKeyConstraint(["zone_code"], ["freight_zones.code"], name=op.f("fk_purchases_zone_code_freight_zones")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sa.UniqueConstraint("key", name=op.f("uq_purchases_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_purchases_ref")),
    )
    op.create_index(
        "ix_purchases_awaiting",
        "purchases",
        ["gateway", "area_code", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'awaiting_payment'"),
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.create_index("ix_purchases_buyer_user_id", "purchases", ["buyer_user_id", "id"], unique=False)
    op.create_index(
        "ix_purchases_due",
        "purchases",
        ["hold_until"],
        unique=False,
        sqlite_where=sa.text("state = 'awaiting_payment'"),
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.create_table(
        "household_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("goods_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("grams", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sa.String(length=40), server_default="", nullable=False),
        sa.Column("tracking_no", sa.String(length=40), server_default="", nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("packed_at", UtcDateTime(), nullable=True),
        sa.Column("handed_in_at", UtcDateTime(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("paid_at IS NOT NULL OR state = 'placed'", name=op.f("ck_household_orders_no_step_before_payment")),
        sa.CheckConstraint(
            "state <> 'shipped' OR (carrier <> '' AND tracking_no <> '')", name=op.f("ck_household_orders_tracked")
        ),
        sa.CheckConstraint(
            "state IN ('placed', 'confirmed', 'packed', 'handed_in', 'shipped', 'delivered', 'completed', 'cancelled')",
            name=op.f("ck_household_orders_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('delivered', 'completed') OR delivered_at IS NOT NULL", name=op.f("ck_household_orders_delivered")
        ),
        sa.CheckConstraint(
            "goods_fen > 0 AND freight_fen >= 0 AND 0 <= discount_fen AND 2 * discount_fen <= goods_fen",
            name=op.f("ck_household_orders_amounts"),
        ),
        sa.CheckConstraint("paid_fen = goods_fen - discount_fen + freight_fen", name=op.f("ck_household_orders_paid_sum")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_household_orders_household_id_households")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_household_orders_purchase_id_purchases")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_household_orders_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_household_orders_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_orders")),
        sa.UniqueConstraint("purchase_id", "seller_id", name=op.f("uq_household_orders_purchase_id_seller_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_household_orders_ref")),
    )
    op.create_index(
        "ix_household_orders_delivered",
        "household_orders",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'delivered'"),
        postgresql_where=sa.text("state = 'delivered'"),
    )
    op.create_index(
        "ix_household_orders_household",
        "household_orders",
        ["household_id", "state", "id"],
        unique=False,
        sqlite_where=sa.text("paid_at IS NOT NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.create_index("ix_household_orders_seller_id", "household_orders", ["seller_id"], unique=False)
    op.create_index(
        "ix_household_orders_village",
        "household_orders",
        ["village_code", "state", "id"],
        unique=False,
        sqlite_where=sa.text("paid_at IS NOT NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.create_index(
        "uq_household_orders_tracking",
        "household_orders",
        ["carrier", "tracking_no"],
        unique=True,
        sqlite_where=sa.text("tracking_no <> ''"),
        postgresql_where=sa.text("tracking_no <> ''"),
    )
    op.create_table(
        "seller_discounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("threshold_fen", sa.BigInteger(), nullable=False),
        sa.Column("off_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_seller_discounts_days")),
        sa.CheckConstraint("off_fen > 0 AND 2 * off_fen <= threshold_fen", name=op.f("ck_seller_discounts_at_most_half")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_seller_discounts_seller_id_sellers")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_seller_discounts_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_discounts")),
        sa.UniqueConstraint(
            "seller_id",
            "threshold_fen",
            "off_fen",
            "from_on",
            "to_on",
            name=op.f("uq_seller_discounts_seller_id_threshold_fen_off_fen_from_on_to_on"),
        ),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_ref", sa.String(length=16), nullable=False),
        sa.Column("offer_slug", sa.String(length=80), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=False),
        sa.Column("is_cultural", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("image_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_grams", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("discount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_bp", sa.Integer(), nullable=False),
        sa.Column("after_sale_hours", sa.Integer(), nullable=False),
        sa.Column("gateway_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("refunded_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("earned_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("gateway_fee_fen IS NULL OR gateway_fee_fen >= 0", name=op.f("ck_order_lines_gateway_fee")),
        sa.CheckConstraint("gross_fen = price_fen * quantity", name=op.f("ck_order_lines_gross")),
        sa.CheckConstraint(
            "paid_fen = gross_fen - discount_fen AND discount_fen >= 0 AND paid_fen > 0", name=op.f("ck_order_lines_paid")
        ),
        sa.CheckConstraint("platform_fee_bp BETWEEN 0 AND 10000", name=op.f("ck_order_lines_platform_fee")),
        sa.CheckConstraint("quantity > 0 AND unit_grams > 0 AND price_fen > 0", name=op.f("ck_order_lines_amounts")),
        sa.CheckConstraint("refunded_fen BETWEEN 0 AND paid_fen", name=op.f("ck_order_lines_refunded_within_paid")),
        sa.CheckConstraint("refunded_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_lines_refunded_within_quantity")),
        sa.ForeignKeyConstraint(["category_code"], ["categories.code"], name=op.f("fk_order_lines_category_code_categories")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_order_lines_household_id_households")),
        sa.ForeignKeyConstraint(
            ["household_order_id"], ["household_orders.id"], name=op.f("fk_order_lines_household_order_id_household_orders")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_order_lines_image_id_images")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_order_lines_offer_id_offers")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_order_lines_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_order_lines_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("household_order_id", "offer_id", name=op.f("uq_order_lines_household_order_id_offer_id")),
    )
    op.create_index(
        "ix_order_lines_due",
        "order_lines",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("earned_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("earned_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_index("ix_order_lines_offer_id", "order_lines", ["offer_id"], unique=False)
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("household_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("restock", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answer", sa.String(length=400), server_default="", nullable=False),
        sa.Column("bank_ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("succeeded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('cancelled', 'short_weight', 'damaged', 'spoiled', 'not_as_described', 'changed_mind', 'lost', 'other')",
            name=op.f("ck_refunds_reason"),
        ),
        sa.CheckConstraint("state <> 'paid_by_hand' OR bank_ref <> ''", name=op.f("ck_refunds_by_hand")),
        sa.CheckConstraint("state <> 'rejected' OR answer <> ''", name=op.f("ck_refunds_answered")),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'rejected', 'submitted', 'succeeded', 'failed', 'paid_by_hand')",
            name=op.f("ck_refunds_state"),
        ),
        sa.CheckConstraint("state IN ('requested', 'rejected') OR approved_by IS NOT NULL", name=op.f("ck_refunds_approved")),
        sa.CheckConstraint(
            "approved_by IS NULL OR requested_by IS NULL OR approved_by <> requested_by",
            name=op.f("ck_refunds_approved_by_another"),
        ),
        sa.CheckConstraint("quantity > 0 AND amount_fen > 0 AND freight_fen >= 0", name=op.f("ck_refunds_amounts")),
        sa.ForeignKeyConstraint(["answered_by"], ["users.id"], name=op.f("fk_refunds_answered_by_users")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_refunds_approved_by_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_refunds_household_id_households")),
        sa.ForeignKeyConstraint(
            ["household_order_id"], ["household_orders.id"], name=op.f("fk_refunds_household_order_id_household_orders")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"], name=op.f("fk_refunds_order_line_id_order_lines")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_refunds_requested_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_refunds_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_refunds_ref")),
    )
    op.create_index(
        "ix_refunds_approved",
        "refunds",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index("ix_refunds_household_order_id", "refunds", ["household_order_id"], unique=False)
    op.create_index("ix_refunds_order_line_id", "refunds", ["order_line_id"], unique=False)
    op.create_index("ix_refunds_village", "refunds", ["village_code", "state", "id"], unique=False)
    op.create_table(
        "order_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purchase_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=20), server_default="", nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint(
            "(subject = 'purchase') = (household_order_id IS NULL) AND (subject = 'refund') = (refund_id IS NOT NULL)",
            name=op.f("ck_order_events_whose"),
        ),
        sa.CheckConstraint("subject IN ('purchase', 'order', 'refund')", name=op.f("ck_order_events_subject")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_order_events_by_user_id_users")),
        sa.ForeignKeyConstraint(
            ["household_order_id"], ["household_orders.id"], name=op.f("fk_order_events_household_order_id_household_orders")
        ),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_order_events_purchase_id_purchases")),
        sa.ForeignKeyConstraint(["refund_id"], ["refunds.id"], name=op.f("fk_order_events_refund_id_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index("ix_order_events_household_order_id", "order_events", ["household_order_id"], unique=False)
    op.create_index("ix_order_events_purchase_id", "order_events", ["purchase_id"], unique=False)
    op.create_index("ix_order_events_refund_id", "order_events", ["refund_id"], unique=False)
    # ### end Alembic commands ###

    connection = op.get_bind()
    for statement in STATEMENTS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade():
    connection = op.get_bind()
    for statement in TAKEN_BACK[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_order_events_refund_id", table_name="order_events")
    op.drop_index("ix_order_events_purchase_id", table_name="order_events")
    op.drop_index("ix_order_events_household_order_id", table_name="order_events")
    op.drop_table("order_events")
    op.drop_index("ix_refunds_village", table_name="refunds")
    op.drop_index("ix_refunds_order_line_id", table_name="refunds")
    op.drop_index("ix_refunds_household_order_id", table_name="refunds")
    op.drop_index(
        "ix_refunds_approved",
        table_name="refunds",
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.drop_table("refunds")
    op.drop_index("ix_order_lines_offer_id", table_name="order_lines")
    op.drop_index(
        "ix_order_lines_due",
        table_name="order_lines",
        sqlite_where=sa.text("earned_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("earned_at IS NULL AND due_at IS NOT NULL"),
    )
    op.drop_table("order_lines")
    op.drop_table("seller_discounts")
    op.drop_index(
        "uq_household_orders_tracking",
        table_name="household_orders",
        sqlite_where=sa.text("tracking_no <> ''"),
        postgresql_where=sa.text("tracking_no <> ''"),
    )
    op.drop_index(
        "ix_household_orders_village",
        table_name="household_orders",
        sqlite_where=sa.text("paid_at IS NOT NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.drop_index("ix_household_orders_seller_id", table_name="household_orders")
    op.drop_index(
        "ix_household_orders_household",
        table_name="household_orders",
        sqlite_where=sa.text("paid_at IS NOT NULL"),
        postgresql_where=sa.text("paid_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_household_orders_delivered",
        table_name="household_orders",
        sqlite_where=sa.text("state = 'delivered'"),
        postgresql_where=sa.text("state = 'delivered'"),
    )
    op.drop_table("household_orders")
    op.drop_index(
        "ix_purchases_due",
        table_name="purchases",
        sqlite_where=sa.text("state = 'awaiting_payment'"),
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.drop_index("ix_purchases_buyer_user_id", table_name="purchases")
    op.drop_index(
        "ix_purchases_awaiting",
        table_name="purchases",
        sqlite_where=sa.text("state = 'awaiting_payment'"),
        postgresql_where=sa.text("state = 'awaiting_payment'"),
    )
    op.drop_table("purchases")
    op.drop_table("freight_provinces")
    op.drop_table("freight_zones")
    # ### end Alembic commands ###
