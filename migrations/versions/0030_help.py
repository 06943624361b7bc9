"""Land, skills and wishes; the rules that recommend measures; measures chosen and what came of them; broadband of villages.

Revision ID: 0030_help
Revises: 0029_grievances
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0030_help"
down_revision = "0029_grievances"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "broadband_coverages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("households_percent", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("ck_broadband_coverages_has_a_source")),
        sa.CheckConstraint("households_percent BETWEEN 0 AND 100", name=op.f("ck_broadband_coverages_percent")),
        sa.CheckConstraint("length(village_code) = 12", name=op.f("ck_broadband_coverages_of_a_village")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_broadband_coverages_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadband_coverages")),
        sa.UniqueConstraint("village_code", "measured_on", name=op.f("uq_broadband_coverages_village_code_measured_on")),
    )
    op.create_table(
        "measure_rule_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("least_points", sa.Integer(), nullable=False),
        sa.Column("outcome_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=400), server_default="", nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f("ck_measure_rule_sets_decided_at_a_moment")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by OR state = 'rejected'",
            name=op.f("ck_measure_rule_sets_approved_by_another"),
        ),
        sa.CheckConstraint(
            "number = 1 OR (proposed_by IS NOT NULL AND (state = 'proposed') = (decided_by IS NULL))",
            name=op.f("ck_measure_rule_sets_decided_by_somebody"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'rejected')", name=op.f("ck_measure_rule_sets_state")),
        sa.CheckConstraint("least_points > 0", name=op.f("ck_measure_rule_sets_some_points")),
        sa.CheckConstraint("outcome_days > 0", name=op.f("ck_measure_rule_sets_some_days")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_measure_rule_sets_decided_by_users")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_measure_rule_sets_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_rule_sets")),
        sa.UniqueConstraint("number", name=op.f("uq_measure_rule_sets_number")),
    )
    op.create_index(
        "uq_measure_rule_sets_proposed",
        "measure_rule_sets",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "capacities",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("capacity", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(capacity IN ('farmland', 'woodland', 'pond', 'rooms')) = (amount IS NOT NULL)",
            name=op.f("ck_capacities_amount_where_counted"),
        ),
        sa.CheckConstraint(
            "capacity IN ('farmland', 'woodland', 'pond', 'rooms', 'growing', 'tea', 'fishing', 'bees', 'livestock', 'weaving', 'cooking', 'guiding', 'performing', 'selling', 'driving', 'building')",
            name=op.f("ck_capacities_capacity"),
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_capacities_amount_not_negative")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_capacities_in_order")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_capacities_by_user_id_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_capacities_household_id_households")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacities")),
    )
    op.create_index("ix_capacities_household_id", "capacities", ["household_id"], unique=False)
    op.create_index(
        "uq_capacities_present",
        "capacities",
        ["household_id", "capacity"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "measure_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("condition", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("word", sa.String(length=24), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "condition IN ('cause', 'wish', 'skill', 'unmet', 'workers_least', 'workers_most', 'part_workers_least', 'youngest_worker_most', 'youngest_least', 'ill_least', 'disabled_least', 'students_least', 'schooling_least', 'schooling_most', 'farmland_least', 'farmland_most', 'woodland_least', 'pond_least', 'rooms_least', 'crops_least', 'broadband_least', 'broadband_most')",
            name=op.f("ck_measure_rules_condition"),
        ),
        sa.CheckConstraint(
            "measure IN ('training', 'agriculture', 'tourism', 'culture', 'ecommerce', 'microcredit', 'relocation', 'solar', 'ecology_post', 'land_transfer', 'dividends', 'infrastructure', 'health', 'education')",
            name=op.f("ck_measure_rules_measure"),
        ),
        sa.CheckConstraint(
            "reason IN ('cause', 'wish', 'skill', 'unmet', 'hands', 'no_hands', 'few_hands', 'light_work', 'young', 'old', 'ill', 'disabled', 'students', 'schooled', 'little_schooling', 'farmland', 'little_farmland', 'woodland', 'pond', 'rooms', 'crops', 'broadband', 'little_broadband')",
            name=op.f("ck_measure_rules_reason"),
        ),
        sa.CheckConstraint("(number IS NULL) <> (word IS NULL)", name=op.f("ck_measure_rules_compares_or_seeks")),
        sa.CheckConstraint("points <> 0 AND points BETWEEN -100 AND 100", name=op.f("ck_measure_rules_points")),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["measure_rule_sets.id"], name=op.f("fk_measure_rules_rule_set_id_measure_rule_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_rules")),
        sa.UniqueConstraint("rule_set_id", "seq", name=op.f("uq_measure_rules_rule_set_id_seq")),
    )
    op.create_table(
        "wishes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "measure IN ('training', 'agriculture', 'tourism', 'culture', 'ecommerce', 'microcredit', 'relocation', 'solar', 'ecology_post', 'land_transfer', 'dividends', 'infrastructure', 'health', 'education')",
            name=op.f("ck_wishes_measure"),
        ),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_wishes_in_order")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_wishes_by_user_id_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_wishes_household_id_households")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    op.create_index("ix_wishes_household_id", "wishes", ["household_id"], unique=False)
    op.create_index(
        "uq_wishes_present",
        "wishes",
        ["household_id", "measure"],
        unique=True,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.create_table(
        "measure_outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words_sealed", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("signed_at", UtcDateTime(), nullable=True),
        sa.Column("signed_how", sa.String(length=12), nullable=True),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("image_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(signed_how IS NOT NULL AND signed_how = 'by_hand') = (image_id IS NOT NULL)",
            name=op.f("ck_measure_outcomes_slip_of_a_hand"),
        ),
        sa.CheckConstraint(
            "signed_how IS NULL OR signed_how = 'by_hand' OR signed_by <> recorded_by",
            name=op.f("ck_measure_outcomes_signed_by_another"),
        ),
        sa.CheckConstraint(
            "signed_how IS NULL OR signed_how IN ('own_account', 'by_hand')", name=op.f("ck_measure_outcomes_signed_how")
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_how IS NULL) AND (signed_at IS NULL) = (signed_by IS NULL)",
            name=op.f("ck_measure_outcomes_signed_whole"),
        ),
        sa.CheckConstraint("amount_fen IS NULL OR amount_fen > 0", name=op.f("ck_measure_outcomes_some_amount")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_measure_outcomes_image_id_images")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_outcomes_measure_id_measures")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_measure_outcomes_recorded_by_users")),
        sa.ForeignKeyConstraint(["signed_by"], ["users.id"], name=op.f("fk_measure_outcomes_signed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_outcomes")),
        sa.UniqueConstraint("key", name=op.f("uq_measure_outcomes_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_measure_outcomes_ref")),
    )
    op.create_index("ix_measure_outcomes_image_id", "measure_outcomes", ["image_id"], unique=False)
    op.create_index("ix_measure_outcomes_measure_id", "measure_outcomes", ["measure_id", "signed_at"], unique=False)
    op.create_table(
        "measure_plans",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("plan_sealed", sa.Text(), nullable=False),
        sa.Column("expected_sealed", sa.Text(), nullable=False),
        sa.Column("helper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_source", sa.String(length=60), server_default="", nullable=False),
        sa.Column("rule_set_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recommended", sa.JSON(), nullable=False),
        sa.Column("is_recommended", sa.Boolean(), nullable=False),
        sa.Column("own_reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("chosen_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chosen_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("agreed_how", sa.String(length=10), nullable=True),
        sa.Column("witness_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("measure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(agreed_how IS NOT NULL AND agreed_how = 'in_person') = (witness_id IS NOT NULL)",
            name=op.f("ck_measure_plans_witnessed"),
        ),
        sa.CheckConstraint("(budget_fen IS NULL) = (budget_source = '')", name=op.f("ck_measure_plans_budget_has_a_source")),
        sa.CheckConstraint(
            "(state = 'agreed') = (measure_id IS NOT NULL) AND (state = 'agreed') = (agreed_how IS NOT NULL)",
            name=op.f("ck_measure_plans_agreed_begins_a_measure"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_measure_plans_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "agreed_how IS NULL OR agreed_how <> 'own_phone' OR decided_by <> chosen_by",
            name=op.f("ck_measure_plans_agreed_by_another"),
        ),
        sa.CheckConstraint(
            "agreed_how IS NULL OR agreed_how IN ('in_person', 'own_phone')", name=op.f("ck_measure_plans_agreed_how")
        ),
        sa.CheckConstraint(
            "kind IN ('training', 'agriculture', 'tourism', 'culture', 'ecommerce', 'microcredit', 'relocation', 'solar', 'ecology_post', 'land_transfer', 'dividends', 'infrastructure', 'health', 'education')",
            name=op.f("ck_measure_plans_kind"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'agreed', 'declined', 'withdrawn')", name=op.f("ck_measure_plans_state")),
        sa.CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name=op.f("ck_measure_plans_some_budget")),
        sa.CheckConstraint("is_recommended OR length(own_reason) >= 4", name=op.f("ck_measure_plans_reason_given")),
        sa.CheckConstraint("witness_id IS NULL OR witness_id <> decided_by", name=op.f("ck_measure_plans_witnessed_by_another")),
        sa.ForeignKeyConstraint(["chosen_by"], ["users.id"], name=op.f("fk_measure_plans_chosen_by_users")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_measure_plans_decided_by_users")),
        sa.ForeignKeyConstraint(["helper_id"], ["helpers.id"], name=op.f("fk_measure_plans_helper_id_helpers")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_measure_plans_household_id_households")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_plans_measure_id_measures")),
        sa.ForeignKeyConstraint(
            ["rule_set_id"], ["measure_rule_sets.id"], name=op.f("fk_measure_plans_rule_set_id_measure_rule_sets")
        ),
        sa.ForeignKeyConstraint(["witness_id"], ["users.id"], name=op.f("fk_measure_plans_witness_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_plans")),
        sa.UniqueConstraint("key", name=op.f("uq_measure_plans_key")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_measure_plans_measure_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_measure_plans_ref")),
    )
    op.create_index("ix_measure_plans_household_id", "measure_plans", ["household_id"], unique=False)
    op.create_index(
        "uq_measure_plans_proposed",
        "measure_plans",
        ["household_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "ix_measures_open",
        "measures",
        ["from_on", "id"],
        unique=False,
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )


def downgrade():
    op.drop_index(
        "ix_measures_open",
        table_name="measures",
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.drop_index(
        "uq_measure_plans_proposed",
        table_name="measure_plans",
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.drop_index("ix_measure_plans_household_id", table_name="measure_plans")
    op.drop_table("measure_plans")
    op.drop_index("ix_measure_outcomes_measure_id", table_name="measure_outcomes")
    op.drop_index("ix_measure_outcomes_image_id", table_name="measure_outcomes")
    op.drop_table("measure_outcomes")
    op.drop_index(
        "uq_wishes_present", table_name="wishes", sqlite_where=sa.text("to_on IS NULL"), postgresql_where=sa.text("to_on IS NULL")
    )
    op.drop_index("ix_wishes_household_id", table_name="wishes")
    op.drop_table("wishes")
    op.drop_table("measure_rules")
    op.drop_index(
        "uq_capacities_present",
        table_name="capacities",
        sqlite_where=sa.text("to_on IS NULL"),
        postgresql_where=sa.text("to_on IS NULL"),
    )
    op.drop_index("ix_capacities_household_id", table_name="capacities")
    op.drop_table("capacities")
    op.drop_index(
        "uq_measure_rule_sets_proposed",
        table_name="measure_rule_sets",
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.drop_table("measure_rule_sets")
    op.drop_table("broadband_coverages")
