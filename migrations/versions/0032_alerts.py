"""Warn of households by versioned rules, keep spending that cannot be put off, and plan visits.

Revision ID: 0032_alerts
Revises: 0031_surveys
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0032_alerts"
down_revision = "0031_surveys"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = "state IN ('to_check', 'checked', 'helping')"


def only(condition):
    """Return the options of an index over the rows that meet a condition, for both engines."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade():
    op.create_table(
        "assessments",
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("assessed_on", name="pk_assessments"),
    )
    op.create_table(
        "alert_rule_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("set_by", KEY, nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "number = 1 OR (decided_by IS NULL) = (state = 'proposed')", name=op.f("ck_alert_rule_versions_decided_once")
        ),
        sa.CheckConstraint(
            "rule IN ('low_income', 'rigid_spending', 'platform_fall', 'guarantee_unmet', 'platform_share', 'transfer_share', 'no_visit', 'levels')",
            name=op.f("ck_alert_rule_versions_rule"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'standing', 'rejected')", name=op.f("ck_alert_rule_versions_state")),
        sa.CheckConstraint("(set_by IS NULL) = (number = 1)", name=op.f("ck_alert_rule_versions_set_by_somebody")),
        sa.CheckConstraint("decided_by <> set_by", name=op.f("ck_alert_rule_versions_decided_by_another")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_alert_rule_versions_decided_by_users"),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name="fk_alert_rule_versions_set_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_rule_versions"),
        sa.UniqueConstraint("rule", "number", name="uq_alert_rule_versions_rule_number"),
    )
    op.create_index("uq_alert_rule_versions_waiting", "alert_rule_versions", ["rule"], unique=True, **only("state = 'proposed'"))
    op.create_table(
        "monitoring_ranges",
        sa.Column("id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("set_by", KEY, nullable=True),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "is_example OR (decided_by IS NULL) = (state = 'proposed')", name=op.f("ck_monitoring_ranges_decided_once")
        ),
        sa.CheckConstraint("source <> ''", name=op.f("ck_monitoring_ranges_has_a_source")),
        sa.CheckConstraint("state IN ('proposed', 'standing', 'rejected')", name=op.f("ck_monitoring_ranges_state")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_monitoring_ranges_some_amount")),
        sa.CheckConstraint("decided_by <> set_by", name=op.f("ck_monitoring_ranges_decided_by_another")),
        sa.CheckConstraint("set_by IS NOT NULL OR is_example", name=op.f("ck_monitoring_ranges_set_by_somebody")),
        sa.CheckConstraint("year BETWEEN 2014 AND 2100", name=op.f("ck_monitoring_ranges_year")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name="fk_monitoring_ranges_decided_by_users"),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name="fk_monitoring_ranges_set_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_monitoring_ranges"),
    )
    op.create_index(
        "uq_monitoring_ranges_standing",
        "monitoring_ranges",
        ["year"],
        unique=True,
        **only("state = 'standing' AND superseded_at IS NULL"),
    )
    op.create_index("uq_monitoring_ranges_waiting", "monitoring_ranges", ["year"], unique=True, **only("state = 'proposed'"))
    op.create_table(
        "alerts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("version_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_by", KEY, nullable=True),
        sa.Column("state_at", UtcDateTime(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("gone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'to_check') = (state_by IS NULL)", name=op.f("ck_alerts_decided_by_somebody")),
        sa.CheckConstraint(
            "rule IN ('low_income', 'rigid_spending', 'platform_fall', 'guarantee_unmet', 'platform_share', 'transfer_share', 'no_visit')",
            name=op.f("ck_alerts_rule"),
        ),
        sa.CheckConstraint("state IN ('to_check', 'checked', 'helping', 'cleared', 'dismissed')", name=op.f("ck_alerts_state")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name="fk_alerts_household_id_households"),
        sa.ForeignKeyConstraint(["state_by"], ["users.id"], name="fk_alerts_state_by_users"),
        sa.ForeignKeyConstraint(["version_id"], ["alert_rule_versions.id"], name="fk_alerts_version_id_alert_rule_versions"),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name="fk_alerts_village_code_areas"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.UniqueConstraint("household_id", "rule", "period", name="uq_alerts_household_id_rule_period"),
        sa.UniqueConstraint("ref", name="uq_alerts_ref"),
    )
    op.create_index("ix_alerts_standing", "alerts", ["id"], unique=False, **only(STANDS))
    op.create_index("ix_alerts_standing_rule", "alerts", ["rule", "id"], unique=False, **only(STANDS))
    op.create_index("ix_alerts_standing_village", "alerts", ["village_code", "id"], unique=False, **only(STANDS))
    op.create_index("ix_alerts_state", "alerts", ["state", "id"], unique=False)
    op.create_index("ix_alerts_version_id", "alerts", ["version_id"], unique=False)
    op.create_index("uq_alerts_standing", "alerts", ["household_id", "rule"], unique=True, **only(STANDS))
    op.create_table(
        "spending_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("entered_by", KEY, nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('medical', 'schooling', 'disaster')", name=op.f("ck_spending_entries_kind")),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name=op.f("ck_spending_entries_withdrawn_by_somebody")
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_spending_entries_some_amount")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_spending_entries_year")),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name="fk_spending_entries_entered_by_users"),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name="fk_spending_entries_household_id_households"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["users.id"], name="fk_spending_entries_withdrawn_by_users"),
        sa.PrimaryKeyConstraint("id", name="pk_spending_entries"),
        sa.UniqueConstraint("key", name="uq_spending_entries_key"),
    )
    op.create_index("ix_spending_entries_household_id_year", "spending_entries", ["household_id", "year"], unique=False)
    op.create_table(
        "visit_plans",
        sa.Column("household_id", KEY, autoincrement=False, nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("last_visit_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("planned_by", KEY, nullable=True),
        sa.CheckConstraint(
            "reason IN ('registered', 'monitored', 'exited', 'concern', 'urgent')", name=op.f("ck_visit_plans_reason")
        ),
        sa.CheckConstraint("(planned_on IS NULL) = (planned_by IS NULL)", name=op.f("ck_visit_plans_planned_by_somebody")),
        sa.CheckConstraint("interval_days > 0", name=op.f("ck_visit_plans_some_days")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name="fk_visit_plans_household_id_households"),
        sa.ForeignKeyConstraint(["planned_by"], ["users.id"], name="fk_visit_plans_planned_by_users"),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name="fk_visit_plans_village_code_areas"),
        sa.PrimaryKeyConstraint("household_id", name="pk_visit_plans"),
    )
    op.create_index("ix_visit_plans_due_on", "visit_plans", ["due_on", "household_id"], unique=False)
    op.create_index("ix_visit_plans_village", "visit_plans", ["village_code", "due_on", "household_id"], unique=False)
    op.create_table(
        "alert_steps",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("alert_id", KEY, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("by_user_id", KEY, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("note_sealed", sa.Text(), nullable=True),
        sa.CheckConstraint("(by_user_id IS NULL) = (action IN ('gone', 'back'))", name=op.f("ck_alert_steps_by_somebody")),
        sa.CheckConstraint("action IN ('check', 'help', 'clear', 'dismiss', 'gone', 'back')", name=op.f("ck_alert_steps_action")),
        sa.CheckConstraint("by_user_id IS NULL OR note_sealed IS NOT NULL", name=op.f("ck_alert_steps_with_words")),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_steps_alert_id_alerts"),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name="fk_alert_steps_by_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_alert_steps"),
        sa.UniqueConstraint("ref", name="uq_alert_steps_ref"),
    )
    op.create_index("ix_alert_steps_alert_id", "alert_steps", ["alert_id"], unique=False)


def downgrade():
    op.drop_table("alert_steps")
    op.drop_table("visit_plans")
    op.drop_table("spending_entries")
    op.drop_table("alerts")
    op.drop_table("monitoring_ranges")
    op.drop_table("alert_rule_versions")
    op.drop_table("assessments")
