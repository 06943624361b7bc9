"""Create what tours keep; let a guide's wage be an income.

Revision ID: 0016_tours
Revises: 0015_poverty_lines
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0016_tours"
down_revision = "0015_poverty_lines"
branch_labels = None
depends_on = None


#: Triggers, as they stood at this release.
STATEMENTS = {
    "sqlite": (
        """
CREATE TRIGGER tour_event_unchanged BEFORE UPDATE ON tour_events BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER tour_event_kept BEFORE DELETE ON tour_events BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER tour_archived BEFORE UPDATE OF state ON tours WHEN OLD.state = 'archived' AND NEW.state <> 'archived' BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER departure_ended BEFORE UPDATE OF state ON departures WHEN OLD.state IN ('settled', 'cancelled') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER departure_kept BEFORE DELETE ON departures BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_frozen BEFORE UPDATE OF ref, key, code, tour_id, village_code, area_code, title_zh, title_en, total_fen, policy, nights, channel, placed_at ON bookings BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_ended BEFORE UPDATE OF state ON bookings WHEN (OLD.state IN ('CANCELLED', 'REDEEMED') AND NEW.state <> OLD.state) OR (OLD.state = 'EXPIRED' AND NEW.state NOT IN ('EXPIRED', 'CONFIRMED')) BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_kept BEFORE DELETE ON bookings BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_event_unchanged BEFORE UPDATE ON booking_events BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_event_kept BEFORE DELETE ON booking_events BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_share_frozen BEFORE UPDATE OF booking_id, component_id, role, gross_fen, platform_fee_bp ON booking_shares BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_share_fee_frozen BEFORE UPDATE OF gateway_fee_fen ON booking_shares WHEN OLD.gateway_fee_fen IS NOT NULL BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_share_earned BEFORE UPDATE OF earned_at, seller_id, household_id ON booking_shares WHEN OLD.earned_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_share_kept BEFORE DELETE ON booking_shares BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER ticket_ended BEFORE UPDATE OF state ON tickets WHEN OLD.state <> 'issued' AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER ticket_kept BEFORE DELETE ON tickets BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_refund_frozen BEFORE UPDATE OF ref, key, booking_id, area_code, amount_fen, reason, requested_by, requested_at ON booking_refunds BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_refund_ended BEFORE UPDATE OF state ON booking_refunds WHEN OLD.state IN ('succeeded', 'paid_by_hand') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER booking_refund_kept BEFORE DELETE ON booking_refunds BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER check_in_unchanged BEFORE UPDATE ON check_ins BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER check_in_kept BEFORE DELETE ON check_ins BEGIN SELECT RAISE(ABORT, 'tours: this is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION tours_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'tours: this is kept as it was written';
END $$
        """,
        """
CREATE TRIGGER tour_event_unchanged BEFORE UPDATE ON tour_events FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER tour_event_kept BEFORE DELETE ON tour_events FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER tour_archived BEFORE UPDATE OF state ON tours FOR EACH ROW WHEN (OLD.state = 'archived' AND NEW.state <> 'archived') EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER departure_ended BEFORE UPDATE OF state ON departures FOR EACH ROW WHEN (OLD.state IN ('settled', 'cancelled') AND NEW.state <> OLD.state) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER departure_kept BEFORE DELETE ON departures FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_frozen BEFORE UPDATE OF ref, key, code, tour_id, village_code, area_code, title_zh, title_en, total_fen, policy, nights, channel, placed_at ON bookings FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_ended BEFORE UPDATE OF state ON bookings FOR EACH ROW WHEN ((OLD.state IN ('CANCELLED', 'REDEEMED') AND NEW.state <> OLD.state) OR (OLD.state = 'EXPIRED' AND NEW.state NOT IN ('EXPIRED', 'CONFIRMED'))) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_kept BEFORE DELETE ON bookings FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_event_unchanged BEFORE UPDATE ON booking_events FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_event_kept BEFORE DELETE ON booking_events FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_share_frozen BEFORE UPDATE OF booking_id, component_id, role, gross_fen, platform_fee_bp ON booking_shares FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_share_fee_frozen BEFORE UPDATE OF gateway_fee_fen ON booking_shares FOR EACH ROW WHEN (OLD.gateway_fee_fen IS NOT NULL) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_share_earned BEFORE UPDATE OF earned_at, seller_id, household_id ON booking_shares FOR EACH ROW WHEN (OLD.earned_at IS NOT NULL) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_share_kept BEFORE DELETE ON booking_shares FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER ticket_ended BEFORE UPDATE OF state ON tickets FOR EACH ROW WHEN (OLD.state <> 'issued' AND NEW.state <> OLD.state) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER ticket_kept BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_refund_frozen BEFORE UPDATE OF ref, key, booking_id, area_code, amount_fen, reason, requested_by, requested_at ON booking_refunds FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_refund_ended BEFORE UPDATE OF state ON booking_refunds FOR EACH ROW WHEN (OLD.state IN ('succeeded', 'paid_by_hand') AND NEW.state <> OLD.state) EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER booking_refund_kept BEFORE DELETE ON booking_refunds FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER check_in_unchanged BEFORE UPDATE ON check_ins FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
        """
CREATE TRIGGER check_in_kept BEFORE DELETE ON check_ins FOR EACH ROW EXECUTE FUNCTION tours_refuse_change()
        """,
    ),
}

#: Altering a table drops its triggers on SQLite: these guard the attributions.
_FROZEN = (
    "source, holder, household_id, seller_ref, village_code, status, spell_id, helper_id, measure, enrolled_measures,"
    " income_category, category, channel, promotion, gateway, order_ref, line_id, title, quantity, sold_at, gross_fen,"
    " platform_fee_bp, gateway_fee_fen"
)
_REFUSE = "BEGIN SELECT RAISE(ABORT, 'income: this row is kept as it was written'); END"
ATTRIBUTION_GUARDS = (
    f"CREATE TRIGGER income_attribution_frozen BEFORE UPDATE OF {_FROZEN} ON attributions {_REFUSE}",
    f"CREATE TRIGGER income_attribution_kept BEFORE DELETE ON attributions {_REFUSE}",
)


def _let_income_be(words):
    condition = f"income_category IN ({', '.join(repr(word) for word in words)})"
    name = op.f("ck_attributions_income_category")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(name, "attributions", type_="check")
        op.create_check_constraint(name, "attributions", condition)
        return
    with op.batch_alter_table("attributions") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, condition)
    for statement in ATTRIBUTION_GUARDS:
        op.execute(statement)


def upgrade():
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "sites",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_red", sa.Boolean(), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("story_zh", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("closed_weekdays", sa.String(length=14), server_default="", nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("daily_capacity", sa.Integer(), nullable=False),
        sa.Column("is_real_name", sa.Boolean(), nullable=False),
        sa.Column("group_least", sa.Integer(), nullable=False),
        sa.Column("rule_zh", sa.String(length=300), server_default="", nullable=False),
        sa.Column("rule_en", sa.String(length=400), server_default="", nullable=False),
        sa.Column("contact", sa.String(length=200), server_default="", nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("picture", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('memorial', 'museum', 'former_site', 'tomb', 'scenic', 'farm')", name=op.f("ck_sites_kind")),
        sa.CheckConstraint("opens < closes", name=op.f("ck_sites_hours")),
        sa.CheckConstraint(
            "slot_minutes BETWEEN 10 AND 1440 AND daily_capacity > 0 AND group_least >= 0", name=op.f("ck_sites_amounts")
        ),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_sites_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("slug", name=op.f("uq_sites_slug")),
    )
    op.create_index("ix_sites_village_code", "sites", ["village_code"], unique=False)
    op.create_table(
        "site_photos",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("image_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_site_photos_added_by_users")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_site_photos_image_id_images")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_site_photos_site_id_sites")),
        sa.PrimaryKeyConstraint("site_id", "position", name=op.f("pk_site_photos")),
    )
    op.create_index("ix_site_photos_image_id", "site_photos", ["image_id"], unique=False)
    op.create_table(
        "agency_licences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_agency_licences_recorded_by_users")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_agency_licences_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_licences")),
        sa.UniqueConstraint("seller_id", "number", name=op.f("uq_agency_licences_seller_id_number")),
    )
    op.create_table(
        "resources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), server_default="60", nullable=False),
        sa.CheckConstraint("kind IN ('guide', 'beds', 'meal', 'plot', 'slot', 'vehicle')", name=op.f("ck_resources_kind")),
        sa.CheckConstraint("(seller_id IS NULL) <> (site_id IS NULL)", name=op.f("ck_resources_one_owner")),
        sa.CheckConstraint("capacity > 0 AND slot_minutes > 0", name=op.f("ck_resources_amounts")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_resources_seller_id_sellers")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_resources_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
        sa.UniqueConstraint("ref", name=op.f("uq_resources_ref")),
    )
    op.create_index("ix_resources_seller_id", "resources", ["seller_id"], unique=False)
    op.create_index(
        "uq_resources_site",
        "resources",
        ["site_id"],
        unique=True,
        sqlite_where=sa.text("site_id IS NOT NULL"),
        postgresql_where=sa.text("site_id IS NOT NULL"),
    )
    op.create_table(
        "tours",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("theme", sa.String(length=12), nullable=False),
        sa.Column("template", sa.String(length=20), server_default="", nullable=False),
        sa.Column("host_seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("operator_seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("title_zh", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("story_zh", sa.Text(), server_default="", nullable=False),
        sa.Column("story_en", sa.Text(), server_default="", nullable=False),
        sa.Column("meeting_zh", sa.String(length=200), nullable=False),
        sa.Column("meeting_en", sa.String(length=300), server_default="", nullable=False),
        sa.Column("included", sa.JSON(), nullable=False),
        sa.Column("not_included", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=12), nullable=False),
        sa.Column("image_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("picture", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("listed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("on_behalf_of_consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("returned_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("client_key", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('experience', 'route')", name=op.f("ck_tours_kind")),
        sa.CheckConstraint("state <> 'on_sale' OR published_at IS NOT NULL", name=op.f("ck_tours_published")),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'on_sale', 'paused', 'archived')", name=op.f("ck_tours_state")),
        sa.CheckConstraint("state NOT IN ('on_sale', 'paused') OR approved_by IS NOT NULL", name=op.f("ck_tours_approved")),
        sa.CheckConstraint("theme IN ('red', 'lotus', 'farm_stay', 'harvest', 'tea', 'craft')", name=op.f("ck_tours_theme")),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> listed_by", name=op.f("ck_tours_approved_by_another")),
        sa.CheckConstraint("minutes > 0 AND nights >= 0", name=op.f("ck_tours_length")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_tours_approved_by_users")),
        sa.ForeignKeyConstraint(["host_seller_id"], ["sellers.id"], name=op.f("fk_tours_host_seller_id_sellers")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_tours_household_id_households")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_tours_image_id_images")),
        sa.ForeignKeyConstraint(["listed_by"], ["users.id"], name=op.f("fk_tours_listed_by_users")),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_consent_id"], ["consents.id"], name=op.f("fk_tours_on_behalf_of_consent_id_consents")
        ),
        sa.ForeignKeyConstraint(["operator_seller_id"], ["sellers.id"], name=op.f("fk_tours_operator_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_tours_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tours")),
        sa.UniqueConstraint("client_key", name=op.f("uq_tours_client_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_tours_ref")),
        sa.UniqueConstraint("slug", name=op.f("uq_tours_slug")),
    )
    op.create_index("ix_tours_host_seller_id", "tours", ["host_seller_id", "state"], unique=False)
    op.create_index("ix_tours_listed_by", "tours", ["listed_by"], unique=False)
    op.create_index(
        "ix_tours_sale",
        "tours",
        ["theme", "published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'on_sale'"),
        postgresql_where=sa.text("state = 'on_sale'"),
    )
    op.create_index(
        "ix_tours_sale_village",
        "tours",
        ["village_code", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'on_sale'"),
        postgresql_where=sa.text("state = 'on_sale'"),
    )
    op.create_index(
        "ix_tours_waiting",
        "tours",
        ["village_code", "created_at"],
        unique=False,
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.create_table(
        "buckets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("0 <= taken AND taken <= capacity", name=op.f("ck_buckets_never_overbooked")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_buckets_in_order")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_buckets_resource_id_resources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buckets")),
        sa.UniqueConstraint("resource_id", "starts_at", name=op.f("uq_buckets_resource_id_starts_at")),
    )
    op.create_table(
        "tour_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("before", sa.String(length=12), server_default="", nullable=False),
        sa.Column("after", sa.String(length=12), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_tour_events_by_user_id_users")),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name=op.f("fk_tour_events_tour_id_tours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_events")),
    )
    op.create_index("ix_tour_events_tour_id", "tour_events", ["tour_id"], unique=False)
    op.create_table(
        "tour_options",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("tour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("start_times", sa.JSON(), nullable=False),
        sa.Column("least_people", sa.Integer(), nullable=False),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.Column("cutoff_hours", sa.Integer(), nullable=False),
        sa.CheckConstraint("1 <= least_people AND least_people <= most_people", name=op.f("ck_tour_options_people")),
        sa.CheckConstraint("cutoff_hours >= 0", name=op.f("ck_tour_options_cutoff")),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name=op.f("fk_tour_options_tour_id_tours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_options")),
        sa.UniqueConstraint("ref", name=op.f("uq_tour_options_ref")),
    )
    op.create_index("ix_tour_options_tour_id", "tour_options", ["tour_id"], unique=False)
    op.create_table(
        "tour_stops",
        sa.Column("tour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dwell_minutes", sa.Integer(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("dwell_minutes > 0 AND travel_minutes >= 0", name=op.f("ck_tour_stops_minutes")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_tour_stops_site_id_sites")),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name=op.f("fk_tour_stops_tour_id_tours")),
        sa.PrimaryKeyConstraint("tour_id", "position", name=op.f("pk_tour_stops")),
    )
    op.create_index("ix_tour_stops_site_id", "tour_stops", ["site_id"], unique=False)
    op.create_table(
        "departures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("option_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("cutoff_at", UtcDateTime(), nullable=False),
        sa.Column("least_people", sa.Integer(), nullable=False),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("confirmed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("words", sa.String(length=200), server_default="", nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'cancelled') = (reason IS NOT NULL)", name=op.f("ck_departures_reason")),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('visitor', 'weather', 'minimum', 'household', 'site')",
            name=op.f("ck_departures_known_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'guaranteed', 'closed', 'run', 'settled', 'cancelled')", name=op.f("ck_departures_state")
        ),
        sa.CheckConstraint("0 <= taken AND taken <= most_people", name=op.f("ck_departures_never_overbooked")),
        sa.CheckConstraint("1 <= least_people AND least_people <= most_people", name=op.f("ck_departures_people")),
        sa.CheckConstraint("cutoff_at <= starts_at AND starts_at < ends_at", name=op.f("ck_departures_in_order")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_departures_decided_by_users")),
        sa.ForeignKeyConstraint(["option_id"], ["tour_options.id"], name=op.f("fk_departures_option_id_tour_options")),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name=op.f("fk_departures_tour_id_tours")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_departures_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
        sa.UniqueConstraint("option_id", "starts_at", name=op.f("uq_departures_option_id_starts_at")),
        sa.UniqueConstraint("ref", name=op.f("uq_departures_ref")),
    )
    op.create_index(
        "ix_departures_due",
        "departures",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('closed', 'run')"),
        postgresql_where=sa.text("state IN ('closed', 'run')"),
    )
    op.create_index(
        "ix_departures_open",
        "departures",
        ["cutoff_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'guaranteed')"),
        postgresql_where=sa.text("state IN ('open', 'guaranteed')"),
    )
    op.create_index("ix_departures_tour_id", "departures", ["tour_id", "starts_at"], unique=False)
    op.create_index("ix_departures_village_code", "departures", ["village_code", "starts_at"], unique=False)
    op.create_table(
        "tour_components",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("option_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("resource_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("draw", sa.String(length=10), nullable=False),
        sa.Column("after_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_service", sa.Boolean(), nullable=False),
        sa.CheckConstraint("amount > 0 AND (basis <> 'share' OR amount <= 10000)", name=op.f("ck_tour_components_amount")),
        sa.CheckConstraint("basis IN ('person', 'night', 'booking', 'share')", name=op.f("ck_tour_components_basis")),
        sa.CheckConstraint("draw IN ('person', 'booking')", name=op.f("ck_tour_components_draw")),
        sa.CheckConstraint(
            "role IN ('guide', 'homestay', 'meal', 'picking', 'transport', 'entry', 'craft', 'host')",
            name=op.f("ck_tour_components_role"),
        ),
        sa.ForeignKeyConstraint(["option_id"], ["tour_options.id"], name=op.f("fk_tour_components_option_id_tour_options")),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_tour_components_resource_id_resources")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_tour_components_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_components")),
        sa.UniqueConstraint("option_id", "position", name=op.f("uq_tour_components_option_id_position")),
    )
    op.create_index("ix_tour_components_seller_id", "tour_components", ["seller_id"], unique=False)
    op.create_table(
        "tour_units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("option_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("least_age", sa.Integer(), nullable=True),
        sa.Column("most_age", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('ADULT', 'CHILD', 'STUDENT', 'SENIOR', 'INFANT')", name=op.f("ck_tour_units_kind")),
        sa.CheckConstraint("least_age IS NULL OR most_age IS NULL OR least_age <= most_age", name=op.f("ck_tour_units_ages")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_tour_units_price")),
        sa.ForeignKeyConstraint(["option_id"], ["tour_options.id"], name=op.f("fk_tour_units_option_id_tour_options")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_units")),
        sa.UniqueConstraint("option_id", "kind", name=op.f("uq_tour_units_option_id_kind")),
        sa.UniqueConstraint("ref", name=op.f("uq_tour_units_ref")),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tour_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("title_zh", sa.String(length=80), nullable=False),
        sa.Column("title_en", sa.String(length=120), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("phone_last4", sa.String(length=4), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=True),
        sa.Column("party_name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=True),
        sa.Column("gateway_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("buyer_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("promotion", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("hold_until", UtcDateTime(), nullable=False),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("(state = 'CANCELLED') = (cancelled_at IS NOT NULL)", name=op.f("ck_bookings_cancelled")),
        sa.CheckConstraint("party IS NULL OR party IN ('school', 'party_branch', 'agency')", name=op.f("ck_bookings_party")),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('visitor', 'weather', 'minimum', 'household', 'site')", name=op.f("ck_bookings_reason")
        ),
        sa.CheckConstraint(
            "state IN ('ON_HOLD', 'CONFIRMED', 'REDEEMED', 'EXPIRED', 'CANCELLED')", name=op.f("ck_bookings_state")
        ),
        sa.CheckConstraint("state NOT IN ('CONFIRMED', 'REDEEMED') OR paid_at IS NOT NULL", name=op.f("ck_bookings_paid")),
        sa.CheckConstraint("people > 0 AND total_fen >= 0", name=op.f("ck_bookings_amounts")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_bookings_area_code_areas")),
        sa.ForeignKeyConstraint(["buyer_user_id"], ["users.id"], name=op.f("fk_bookings_buyer_user_id_users")),
        sa.ForeignKeyConstraint(["departure_id"], ["departures.id"], name=op.f("fk_bookings_departure_id_departures")),
        sa.ForeignKeyConstraint(["tour_id"], ["tours.id"], name=op.f("fk_bookings_tour_id_tours")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_bookings_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("code", name=op.f("uq_bookings_code")),
        sa.UniqueConstraint("key", name=op.f("uq_bookings_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_bookings_ref")),
    )
    op.create_index("ix_bookings_area_code", "bookings", ["area_code", "state", "id"], unique=False)
    op.create_index("ix_bookings_buyer_user_id", "bookings", ["buyer_user_id", "id"], unique=False)
    op.create_index("ix_bookings_departure_id", "bookings", ["departure_id", "state"], unique=False)
    op.create_index(
        "ix_bookings_due",
        "bookings",
        ["hold_until"],
        unique=False,
        sqlite_where=sa.text("state = 'ON_HOLD'"),
        postgresql_where=sa.text("state = 'ON_HOLD'"),
    )
    op.create_table(
        "departure_draws",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draw", sa.String(length=10), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("draw IN ('person', 'booking')", name=op.f("ck_departure_draws_draw")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_departure_draws_quantity")),
        sa.ForeignKeyConstraint(["bucket_id"], ["buckets.id"], name=op.f("fk_departure_draws_bucket_id_buckets")),
        sa.ForeignKeyConstraint(["departure_id"], ["departures.id"], name=op.f("fk_departure_draws_departure_id_departures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure_draws")),
        sa.UniqueConstraint("departure_id", "bucket_id", "draw", name=op.f("uq_departure_draws_departure_id_bucket_id_draw")),
    )
    op.create_index("ix_departure_draws_bucket_id", "departure_draws", ["bucket_id"], unique=False)
    op.create_table(
        "substitutions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("component_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("from_seller_id <> to_seller_id", name=op.f("ck_substitutions_another")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_substitutions_by_user_id_users")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["tour_components.id"], name=op.f("fk_substitutions_component_id_tour_components")
        ),
        sa.ForeignKeyConstraint(["departure_id"], ["departures.id"], name=op.f("fk_substitutions_departure_id_departures")),
        sa.ForeignKeyConstraint(["from_seller_id"], ["sellers.id"], name=op.f("fk_substitutions_from_seller_id_sellers")),
        sa.ForeignKeyConstraint(["to_seller_id"], ["sellers.id"], name=op.f("fk_substitutions_to_seller_id_sellers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitutions")),
        sa.UniqueConstraint(
            "departure_id", "component_id", "position", name=op.f("uq_substitutions_departure_id_component_id_position")
        ),
    )
    op.create_table(
        "allocations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bucket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_allocations_quantity")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_allocations_booking_id_bookings")),
        sa.ForeignKeyConstraint(["bucket_id"], ["buckets.id"], name=op.f("fk_allocations_bucket_id_buckets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
        sa.UniqueConstraint("booking_id", "bucket_id", name=op.f("uq_allocations_booking_id_bucket_id")),
    )
    op.create_index("ix_allocations_bucket_id", "allocations", ["bucket_id"], unique=False)
    op.create_table(
        "booking_refunds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requested_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), server_default="", nullable=False),
        sa.Column("succeeded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('visitor', 'weather', 'minimum', 'household', 'site')", name=op.f("ck_booking_refunds_reason")
        ),
        sa.CheckConstraint("state <> 'paid_by_hand' OR bank_ref <> ''", name=op.f("ck_booking_refunds_by_hand")),
        sa.CheckConstraint(
            "state IN ('approved', 'submitted', 'succeeded', 'failed', 'paid_by_hand')", name=op.f("ck_booking_refunds_state")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_booking_refunds_some_amount")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_booking_refunds_area_code_areas")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_refunds_booking_id_bookings")),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_booking_refunds_requested_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_booking_refunds_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_booking_refunds_ref")),
    )
    op.create_index(
        "ix_booking_refunds_approved",
        "booking_refunds",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.create_index("ix_booking_refunds_area_code", "booking_refunds", ["area_code", "state", "id"], unique=False)
    op.create_index("ix_booking_refunds_booking_id", "booking_refunds", ["booking_id"], unique=False)
    op.create_table(
        "booking_shares",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("component_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("seller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("platform_fee_bp", sa.Integer(), nullable=False),
        sa.Column("gateway_fee_fen", sa.BigInteger(), nullable=True),
        sa.Column("refunded_fen", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("earned_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('guide', 'homestay', 'meal', 'picking', 'transport', 'entry', 'craft', 'host')",
            name=op.f("ck_booking_shares_role"),
        ),
        sa.CheckConstraint("gross_fen >= 0 AND refunded_fen BETWEEN 0 AND gross_fen", name=op.f("ck_booking_shares_amounts")),
        sa.CheckConstraint("platform_fee_bp BETWEEN 0 AND 10000", name=op.f("ck_booking_shares_fee")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_shares_booking_id_bookings")),
        sa.ForeignKeyConstraint(
            ["component_id"], ["tour_components.id"], name=op.f("fk_booking_shares_component_id_tour_components")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_booking_shares_household_id_households")),
        sa.ForeignKeyConstraint(["seller_id"], ["sellers.id"], name=op.f("fk_booking_shares_seller_id_sellers")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_booking_shares_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_shares")),
    )
    op.create_index("ix_booking_shares_booking_id", "booking_shares", ["booking_id"], unique=False)
    op.create_index("ix_booking_shares_seller_id", "booking_shares", ["seller_id"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_kind", sa.String(length=10), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("id_number_sealed", sa.Text(), nullable=True),
        sa.Column("redeemed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'redeemed') = (redeemed_at IS NOT NULL)", name=op.f("ck_tickets_redeemed")),
        sa.CheckConstraint("state IN ('issued', 'redeemed', 'void')", name=op.f("ck_tickets_state")),
        sa.CheckConstraint("unit_kind IN ('ADULT', 'CHILD', 'STUDENT', 'SENIOR', 'INFANT')", name=op.f("ck_tickets_unit_kind")),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_tickets_price")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_tickets_booking_id_bookings")),
        sa.ForeignKeyConstraint(["unit_id"], ["tour_units.id"], name=op.f("fk_tickets_unit_id_tour_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("code", name=op.f("uq_tickets_code")),
    )
    op.create_index("ix_tickets_booking_id", "tickets", ["booking_id"], unique=False)
    op.create_table(
        "waiting_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("phone_last4", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("offered_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'offered') <= (offered_until IS NOT NULL)", name=op.f("ck_waiting_entries_offered_until")),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'taken', 'lapsed', 'withdrawn')", name=op.f("ck_waiting_entries_state")
        ),
        sa.CheckConstraint("people > 0", name=op.f("ck_waiting_entries_people")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_waiting_entries_booking_id_bookings")),
        sa.ForeignKeyConstraint(["departure_id"], ["departures.id"], name=op.f("fk_waiting_entries_departure_id_departures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_waiting_entries_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_waiting_entries_ref")),
    )
    op.create_index(
        "ix_waiting_entries_offered",
        "waiting_entries",
        ["offered_until"],
        unique=False,
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_index(
        "ix_waiting_entries_waiting",
        "waiting_entries",
        ["departure_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "booking_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=20), server_default="", nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("subject IN ('booking', 'refund', 'roster')", name=op.f("ck_booking_events_subject")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_events_booking_id_bookings")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_booking_events_by_user_id_users")),
        sa.ForeignKeyConstraint(["refund_id"], ["booking_refunds.id"], name=op.f("fk_booking_events_refund_id_booking_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_events")),
    )
    op.create_index("ix_booking_events_booking_id", "booking_events", ["booking_id"], unique=False)
    op.create_table(
        "booking_refund_parts",
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("share_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_booking_refund_parts_some_amount")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["booking_refunds.id"], name=op.f("fk_booking_refund_parts_refund_id_booking_refunds")
        ),
        sa.ForeignKeyConstraint(
            ["share_id"], ["booking_shares.id"], name=op.f("fk_booking_refund_parts_share_id_booking_shares")
        ),
        sa.PrimaryKeyConstraint("refund_id", "share_id", name=op.f("pk_booking_refund_parts")),
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("nonce", sa.String(length=60), nullable=False),
        sa.Column("departure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("booking_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("device_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'duplicate', 'void', 'other_departure', 'unknown')", name=op.f("ck_check_ins_outcome")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_check_ins_booking_id_bookings")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_check_ins_by_user_id_users")),
        sa.ForeignKeyConstraint(["departure_id"], ["departures.id"], name=op.f("fk_check_ins_departure_id_departures")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_check_ins_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
        sa.UniqueConstraint("nonce", name=op.f("uq_check_ins_nonce")),
    )
    op.create_index("ix_check_ins_booking_id", "check_ins", ["booking_id"], unique=False)
    op.create_index("ix_check_ins_departure_id", "check_ins", ["departure_id", "id"], unique=False)
    # ### end Alembic commands ###
    _let_income_be(("business", "wage"))
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    _let_income_be(("business",))
    # ### commands auto generated by Alembic - please adjust! ###
    op.drop_index("ix_check_ins_departure_id", table_name="check_ins")
    op.drop_index("ix_check_ins_booking_id", table_name="check_ins")
    op.drop_table("check_ins")
    op.drop_table("booking_refund_parts")
    op.drop_index("ix_booking_events_booking_id", table_name="booking_events")
    op.drop_table("booking_events")
    op.drop_index(
        "ix_waiting_entries_waiting",
        table_name="waiting_entries",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.drop_index(
        "ix_waiting_entries_offered",
        table_name="waiting_entries",
        sqlite_where=sa.text("state = 'offered'"),
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.drop_table("waiting_entries")
    op.drop_index("ix_tickets_booking_id", table_name="tickets")
    op.drop_table("tickets")
    op.drop_index("ix_booking_shares_seller_id", table_name="booking_shares")
    op.drop_index("ix_booking_shares_booking_id", table_name="booking_shares")
    op.drop_table("booking_shares")
    op.drop_index("ix_booking_refunds_booking_id", table_name="booking_refunds")
    op.drop_index("ix_booking_refunds_area_code", table_name="booking_refunds")
    op.drop_index(
        "ix_booking_refunds_approved",
        table_name="booking_refunds",
        sqlite_where=sa.text("state = 'approved'"),
        postgresql_where=sa.text("state = 'approved'"),
    )
    op.drop_table("booking_refunds")
    op.drop_index("ix_allocations_bucket_id", table_name="allocations")
    op.drop_table("allocations")
    op.drop_table("substitutions")
    op.drop_index("ix_departure_draws_bucket_id", table_name="departure_draws")
    op.drop_table("departure_draws")
    op.drop_index(
        "ix_bookings_due",
        table_name="bookings",
        sqlite_where=sa.text("state = 'ON_HOLD'"),
        postgresql_where=sa.text("state = 'ON_HOLD'"),
    )
    op.drop_index("ix_bookings_departure_id", table_name="bookings")
    op.drop_index("ix_bookings_buyer_user_id", table_name="bookings")
    op.drop_index("ix_bookings_area_code", table_name="bookings")
    op.drop_table("bookings")
    op.drop_table("tour_units")
    op.drop_index("ix_tour_components_seller_id", table_name="tour_components")
    op.drop_table("tour_components")
    op.drop_index("ix_departures_village_code", table_name="departures")
    op.drop_index("ix_departures_tour_id", table_name="departures")
    op.drop_index(
        "ix_departures_open",
        table_name="departures",
        sqlite_where=sa.text("state IN ('open', 'guaranteed')"),
        postgresql_where=sa.text("state IN ('open', 'guaranteed')"),
    )
    op.drop_index(
        "ix_departures_due",
        table_name="departures",
        sqlite_where=sa.text("state IN ('closed', 'run')"),
        postgresql_where=sa.text("state IN ('closed', 'run')"),
    )
    op.drop_table("departures")
    op.drop_index("ix_tour_stops_site_id", table_name="tour_stops")
    op.drop_table("tour_stops")
    op.drop_index("ix_tour_options_tour_id", table_name="tour_options")
    op.drop_table("tour_options")
    op.drop_index("ix_tour_events_tour_id", table_name="tour_events")
    op.drop_table("tour_events")
    op.drop_table("buckets")
    op.drop_index(
        "ix_tours_waiting",
        table_name="tours",
        sqlite_where=sa.text("state = 'submitted'"),
        postgresql_where=sa.text("state = 'submitted'"),
    )
    op.drop_index(
        "ix_tours_sale_village",
        table_name="tours",
        sqlite_where=sa.text("state = 'on_sale'"),
        postgresql_where=sa.text("state = 'on_sale'"),
    )
    op.drop_index(
        "ix_tours_sale",
        table_name="tours",
        sqlite_where=sa.text("state = 'on_sale'"),
        postgresql_where=sa.text("state = 'on_sale'"),
    )
    op.drop_index("ix_tours_listed_by", table_name="tours")
    op.drop_index("ix_tours_host_seller_id", table_name="tours")
    op.drop_table("tours")
    op.drop_index(
        "uq_resources_site",
        table_name="resources",
        sqlite_where=sa.text("site_id IS NOT NULL"),
        postgresql_where=sa.text("site_id IS NOT NULL"),
    )
    op.drop_index("ix_resources_seller_id", table_name="resources")
    op.drop_table("resources")
    op.drop_table("agency_licences")
    op.drop_index("ix_site_photos_image_id", table_name="site_photos")
    op.drop_table("site_photos")
    op.drop_index("ix_sites_village_code", table_name="sites")
    op.drop_table("sites")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION tours_refuse_change()")
