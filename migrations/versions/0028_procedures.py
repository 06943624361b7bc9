"""Create procedures with their signed steps and evidence, and public notices with their log and objections.

Revision ID: 0028_procedures
Revises: 0027_promotions
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0028_procedures"
down_revision = "0027_promotions"
branch_labels = None
depends_on = None

#: Triggers, as they stood at this release.
STATEMENTS = {
    "sqlite": (
        """
CREATE TRIGGER notice_frozen BEFORE UPDATE OF ref, key, subject, topic, village_code, head, people, from_on, to_on, put_up_by, put_up_at ON notices BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER notice_kept BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER notice_log_unchanged BEFORE UPDATE ON notice_logs BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER notice_log_kept BEFORE DELETE ON notice_logs BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER notice_objection_decided BEFORE UPDATE OF state ON notice_objections WHEN OLD.state <> 'open' AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER notice_objection_kept BEFORE DELETE ON notice_objections BEGIN SELECT RAISE(ABORT, 'notices: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_frozen BEFORE UPDATE OF ref, key, kind, household_id, village_code, ground, ground_ref, monitoring_kind, attribute, opened_on, settings_id, basis ON procedures BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_ended BEFORE UPDATE OF state ON procedures WHEN OLD.state IN ('done', 'dismissed', 'withdrawn', 'continued') AND NEW.state <> OLD.state BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_kept BEFORE DELETE ON procedures BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_step_unchanged BEFORE UPDATE ON procedure_steps BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_step_kept BEFORE DELETE ON procedure_steps BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER procedure_evidence_kept BEFORE DELETE ON procedure_evidence BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER income_survey_unchanged BEFORE UPDATE ON income_surveys BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER assembly_vote_unchanged BEFORE UPDATE ON assembly_votes BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
        """
CREATE TRIGGER home_check_unchanged BEFORE UPDATE ON home_checks BEGIN SELECT RAISE(ABORT, 'assistance: this is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION notices_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'notices: this is kept as it was written';
END $$
        """,
        """
CREATE TRIGGER notice_frozen BEFORE UPDATE OF ref, key, subject, topic, village_code, head, people, from_on, to_on, put_up_by, put_up_at ON notices FOR EACH ROW EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE TRIGGER notice_kept BEFORE DELETE ON notices FOR EACH ROW EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE TRIGGER notice_log_unchanged BEFORE UPDATE ON notice_logs FOR EACH ROW EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE TRIGGER notice_log_kept BEFORE DELETE ON notice_logs FOR EACH ROW EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE TRIGGER notice_objection_decided BEFORE UPDATE OF state ON notice_objections FOR EACH ROW WHEN (OLD.state <> 'open' AND NEW.state <> OLD.state) EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE TRIGGER notice_objection_kept BEFORE DELETE ON notice_objections FOR EACH ROW EXECUTE FUNCTION notices_refuse_change()
        """,
        """
CREATE OR REPLACE FUNCTION assistance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'assistance: this is kept as it was written';
END $$
        """,
        """
CREATE TRIGGER procedure_frozen BEFORE UPDATE OF ref, key, kind, household_id, village_code, ground, ground_ref, monitoring_kind, attribute, opened_on, settings_id, basis ON procedures FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER procedure_ended BEFORE UPDATE OF state ON procedures FOR EACH ROW WHEN (OLD.state IN ('done', 'dismissed', 'withdrawn', 'continued') AND NEW.state <> OLD.state) EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER procedure_kept BEFORE DELETE ON procedures FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER procedure_step_unchanged BEFORE UPDATE ON procedure_steps FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER procedure_step_kept BEFORE DELETE ON procedure_steps FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER procedure_evidence_kept BEFORE DELETE ON procedure_evidence FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER income_survey_unchanged BEFORE UPDATE ON income_surveys FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER assembly_vote_unchanged BEFORE UPDATE ON assembly_votes FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
        """
CREATE TRIGGER home_check_unchanged BEFORE UPDATE ON home_checks FOR EACH ROW EXECUTE FUNCTION assistance_refuse_change()
        """,
    ),
}


def upgrade():
    op.create_table(
        "comparison_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('car', 'company', 'payroll', 'property')", name=op.f("ck_comparison_lists_kind")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_comparison_lists_by_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_lists")),
        sa.UniqueConstraint("ref", name=op.f("uq_comparison_lists_ref")),
    )
    op.create_index("ix_comparison_lists_id_retired_at", "comparison_lists", ["retired_at"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("head", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("put_up_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("put_up_at", UtcDateTime(), nullable=False),
        sa.Column("taken_down_at", UtcDateTime(), nullable=True),
        sa.Column("is_withdrawn", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.CheckConstraint(
            "topic IN ('join_proposed', 'join_reviewed', 'joined', 'leave_proposed', 'left', 'remove_proposed', 'removed', 'support_proposed', 'support_ends')",
            name=op.f("ck_notices_topic"),
        ),
        sa.CheckConstraint("people >= 0", name=op.f("ck_notices_people")),
        sa.CheckConstraint("to_on > from_on", name=op.f("ck_notices_some_days")),
        sa.ForeignKeyConstraint(["put_up_by"], ["users.id"], name=op.f("fk_notices_put_up_by_users")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_notices_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_notices_ref")),
    )
    op.create_index(
        "ix_notices_standing",
        "notices",
        ["to_on"],
        unique=False,
        sqlite_where=sa.text("taken_down_at IS NULL"),
        postgresql_where=sa.text("taken_down_at IS NULL"),
    )
    op.create_index("ix_notices_subject", "notices", ["subject"], unique=False)
    op.create_index("ix_notices_to_on_id", "notices", ["to_on", "id"], unique=False)
    op.create_index("ix_notices_village_code_to_on", "notices", ["village_code", "to_on"], unique=False)
    op.create_table(
        "procedure_freezes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("to_on >= from_on", name=op.f("ck_procedure_freezes_in_order")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_procedure_freezes_by_user_id_users")),
        sa.ForeignKeyConstraint(["lifted_by"], ["users.id"], name=op.f("fk_procedure_freezes_lifted_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_freezes")),
    )
    op.create_index("ix_procedure_freezes_to_on", "procedure_freezes", ["to_on"], unique=False)
    op.create_table(
        "procedure_settings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("village_notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("township_notice_days", sa.SmallInteger(), nullable=False),
        sa.Column("appeal_days", sa.SmallInteger(), nullable=False),
        sa.Column("reapply_days", sa.SmallInteger(), nullable=False),
        sa.Column("stable_years", sa.SmallInteger(), nullable=False),
        sa.Column("clear_months", sa.SmallInteger(), nullable=False),
        sa.Column("check_people", sa.SmallInteger(), nullable=False),
        sa.Column("is_identification_open", sa.Boolean(), nullable=False),
        sa.Column("is_reentry_open", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_procedure_settings_approved_at_a_moment")
        ),
        sa.CheckConstraint("appeal_days BETWEEN 7 AND 180", name=op.f("ck_procedure_settings_appeal_days")),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> proposed_by", name=op.f("ck_procedure_settings_approved_by_another")
        ),
        sa.CheckConstraint("check_people BETWEEN 3 AND 9", name=op.f("ck_procedure_settings_check_people")),
        sa.CheckConstraint("clear_months BETWEEN 6 AND 60", name=op.f("ck_procedure_settings_clear_months")),
        sa.CheckConstraint("reapply_days BETWEEN 0 AND 730", name=op.f("ck_procedure_settings_reapply_days")),
        sa.CheckConstraint("stable_years BETWEEN 1 AND 5", name=op.f("ck_procedure_settings_stable_years")),
        sa.CheckConstraint("township_notice_days >= 5", name=op.f("ck_procedure_settings_township_notice_days")),
        sa.CheckConstraint("village_notice_days >= 7", name=op.f("ck_procedure_settings_village_notice_days")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_procedure_settings_approved_by_users")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_procedure_settings_proposed_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_settings")),
    )
    op.create_index("ix_procedure_settings_from_on", "procedure_settings", ["from_on"], unique=False)
    op.create_table(
        "comparison_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["comparison_lists.id"], name=op.f("fk_comparison_rows_list_id_comparison_lists")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_rows")),
    )
    op.create_index("ix_comparison_rows_id_index", "comparison_rows", ["id_index"], unique=False)
    op.create_index(op.f("ix_comparison_rows_list_id"), "comparison_rows", ["list_id"], unique=False)
    op.create_table(
        "notice_logs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("head", sa.String(length=20), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('put_up', 'taken_down', 'withdrawn')", name=op.f("ck_notice_logs_kind")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_notice_logs_by_user_id_users")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_logs_notice_id_notices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_logs")),
    )
    op.create_index("ix_notice_logs_notice_id", "notice_logs", ["notice_id"], unique=False)
    op.create_table(
        "notice_objections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.Text(), nullable=False),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer_sealed", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'open') = (decided_by IS NULL)", name=op.f("ck_notice_objections_decided_by_somebody")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_notice_objections_state")),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_notice_objections_decided_at_a_moment")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_notice_objections_decided_by_users")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_objections_notice_id_notices")),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_notice_objections_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_objections")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_objections_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_notice_objections_ref")),
    )
    op.create_index("ix_notice_objections_notice_id", "notice_objections", ["notice_id"], unique=False)
    op.create_index(
        "ix_notice_objections_village_code_state_due_on", "notice_objections", ["village_code", "state", "due_on"], unique=False
    )
    op.create_table(
        "procedures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=False),
        sa.Column("ground_ref", sa.String(length=20), nullable=True),
        sa.Column("monitoring_kind", sa.String(length=20), nullable=True),
        sa.Column("attribute", sa.String(length=12), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("settings_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("notice_ref", sa.String(length=16), nullable=True),
        sa.Column("notice_to", sa.Date(), nullable=True),
        sa.Column("spell_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("episode_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(kind = 'monitor') = (monitoring_kind IS NOT NULL)", name=op.f("ck_procedures_kind_of_monitoring")),
        sa.CheckConstraint(
            "(kind IN ('identify', 'reenter')) = (attribute IS NOT NULL)", name=op.f("ck_procedures_attribute_of_its_kind")
        ),
        sa.CheckConstraint(
            "(state IN ('continued', 'dismissed', 'done', 'rejected', 'withdrawn')) = (closed_on IS NOT NULL)",
            name=op.f("ck_procedures_closed_on_a_day"),
        ),
        sa.CheckConstraint(
            "attribute IS NULL OR attribute IN ('ordinary', 'subsistence', 'destitute')", name=op.f("ck_procedures_attribute")
        ),
        sa.CheckConstraint(
            "episode_id IS NULL OR (state = 'done' AND kind IN ('monitor', 'clear'))", name=op.f("ck_procedures_episode")
        ),
        sa.CheckConstraint("ground IN ('application', 'alert', 'visit', 'village')", name=op.f("ck_procedures_ground")),
        sa.CheckConstraint(
            "kind IN ('identify', 'reenter', 'exit', 'remove', 'monitor', 'clear')", name=op.f("ck_procedures_kind")
        ),
        sa.CheckConstraint(
            "monitoring_kind IS NULL OR monitoring_kind IN ('unstable_exited', 'borderline', 'sudden_hardship')",
            name=op.f("ck_procedures_monitoring_kind"),
        ),
        sa.CheckConstraint(
            "spell_id IS NULL OR (state = 'done' AND kind IN ('identify', 'reenter', 'exit', 'remove'))",
            name=op.f("ck_procedures_spell"),
        ),
        sa.CheckConstraint(
            "state <> 'done' OR spell_id IS NOT NULL OR episode_id IS NOT NULL", name=op.f("ck_procedures_done_did_something")
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'reviewing', 'verifying', 'hearing', 'village_notice', 'township', 'township_notice', 'county', 'approved', 'appealed', 'rejected', 'done', 'dismissed', 'withdrawn', 'continued')",
            name=op.f("ck_procedures_state"),
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (due_on IS NOT NULL)", name=op.f("ck_procedures_open_is_due")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_procedures_seq")),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["monitoring_episodes.id"], name=op.f("fk_procedures_episode_id_monitoring_episodes")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_procedures_household_id_households")),
        sa.ForeignKeyConstraint(
            ["settings_id"], ["procedure_settings.id"], name=op.f("fk_procedures_settings_id_procedure_settings")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"], ["registration_spells.id"], name=op.f("fk_procedures_spell_id_registration_spells")
        ),
        sa.ForeignKeyConstraint(["village_code"], ["areas.code"], name=op.f("fk_procedures_village_code_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("key", name=op.f("uq_procedures_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_procedures_ref")),
    )
    op.create_index(
        "ix_procedures_due_on_id",
        "procedures",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_index("ix_procedures_household_id_id", "procedures", ["household_id", "id"], unique=False)
    op.create_index("ix_procedures_village_code_due_on_id", "procedures", ["village_code", "due_on", "id"], unique=False)
    op.create_index("ix_procedures_village_code_id", "procedures", ["village_code", "id"], unique=False)
    op.create_index(
        "uq_procedures_open",
        "procedures",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.create_table(
        "procedure_evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at_seq", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("with_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("opinion", sa.String(length=10), nullable=True),
        sa.Column("words_sealed", sa.Text(), nullable=True),
        sa.Column("image_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("kind <> 'home_check' OR with_user_id IS NOT NULL", name=op.f("ck_procedure_evidence_two_visitors")),
        sa.CheckConstraint("kind <> 'survey' OR with_user_id IS NOT NULL", name=op.f("ck_procedure_evidence_two_surveyors")),
        sa.CheckConstraint(
            "kind IN ('application', 'survey', 'assembly', 'home_check', 'comparison', 'resolution', 'slip', 'other')",
            name=op.f("ck_procedure_evidence_kind"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('slip', 'application') OR image_id IS NOT NULL OR words_sealed IS NOT NULL",
            name=op.f("ck_procedure_evidence_something"),
        ),
        sa.CheckConstraint("opinion IS NULL OR opinion IN ('poor', 'not_poor')", name=op.f("ck_procedure_evidence_opinion")),
        sa.CheckConstraint("with_user_id IS NULL OR with_user_id <> by_user_id", name=op.f("ck_procedure_evidence_with_another")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_procedure_evidence_by_user_id_users")),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_procedure_evidence_image_id_images")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_evidence_procedure_id_procedures")),
        sa.ForeignKeyConstraint(["with_user_id"], ["users.id"], name=op.f("fk_procedure_evidence_with_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_evidence")),
        sa.UniqueConstraint("key", name=op.f("uq_procedure_evidence_key")),
    )
    op.create_index(op.f("ix_procedure_evidence_image_id"), "procedure_evidence", ["image_id"], unique=False)
    op.create_index("ix_procedure_evidence_procedure_id_id", "procedure_evidence", ["procedure_id", "id"], unique=False)
    op.create_table(
        "procedure_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("procedure_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=True),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("words_sealed", sa.Text(), nullable=True),
        sa.Column("kinship", sa.String(length=4), nullable=True),
        sa.Column("kinship_sealed", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "action IN ('open', 'take_up', 'conclude', 'verify', 'refuse', 'hand_up', 'countersign', 'agree', 'send_back', 'approve', 'announce', 'reject', 'appeal', 'uphold', 'dismiss', 'withdraw', 'continue')",
            name=op.f("ck_procedure_steps_action"),
        ),
        sa.CheckConstraint(
            "from_state IS NULL OR from_state IN ('applied', 'reviewing', 'verifying', 'hearing', 'village_notice', 'township', 'township_notice', 'county', 'approved', 'appealed', 'rejected', 'done', 'dismissed', 'withdrawn', 'continued')",
            name=op.f("ck_procedure_steps_from_state"),
        ),
        sa.CheckConstraint("kinship IS NULL OR kinship IN ('none', 'kin')", name=op.f("ck_procedure_steps_kinship")),
        sa.CheckConstraint(
            "level = 'household' OR kinship IS NOT NULL", name=op.f("ck_procedure_steps_officials_declare_kinship")
        ),
        sa.CheckConstraint(
            "level IN ('household', 'village', 'task_force', 'township', 'county')", name=op.f("ck_procedure_steps_level")
        ),
        sa.CheckConstraint(
            "to_state IN ('applied', 'reviewing', 'verifying', 'hearing', 'village_notice', 'township', 'township_notice', 'county', 'approved', 'appealed', 'rejected', 'done', 'dismissed', 'withdrawn', 'continued')",
            name=op.f("ck_procedure_steps_to_state"),
        ),
        sa.CheckConstraint("(seq = 1) = (from_state IS NULL)", name=op.f("ck_procedure_steps_first_from_nothing")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_procedure_steps_procedure_id_procedures")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_procedure_steps_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_steps")),
        sa.UniqueConstraint("procedure_id", "seq", name=op.f("uq_procedure_steps_procedure_id_seq")),
    )
    op.create_index("ix_procedure_steps_user_id", "procedure_steps", ["user_id"], unique=False)
    op.create_table(
        "assembly_votes",
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("eligible", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("in_favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.CheckConstraint("eligible > 0 AND present BETWEEN 1 AND eligible", name=op.f("ck_assembly_votes_present")),
        sa.CheckConstraint("in_favour + against + abstained = present", name=op.f("ck_assembly_votes_everybody_counted")),
        sa.CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name=op.f("ck_assembly_votes_not_negative")),
        sa.CheckConstraint("present * 2 > eligible", name=op.f("ck_assembly_votes_quorum")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["procedure_evidence.id"], name=op.f("fk_assembly_votes_evidence_id_procedure_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_assembly_votes")),
    )
    op.create_table(
        "home_checks",
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("causes", sa.String(length=200), nullable=False),
        sa.Column("met", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["procedure_evidence.id"], name=op.f("fk_home_checks_evidence_id_procedure_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_home_checks")),
    )
    op.create_table(
        "income_surveys",
        sa.Column("evidence_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("members", sa.SmallInteger(), nullable=False),
        sa.Column("wage_fen", sa.BigInteger(), nullable=False),
        sa.Column("business_fen", sa.BigInteger(), nullable=False),
        sa.Column("property_fen", sa.BigInteger(), nullable=False),
        sa.Column("transfer_fen", sa.BigInteger(), nullable=False),
        sa.Column("expenditure_fen", sa.BigInteger(), nullable=False),
        sa.Column("excluded_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("members > 0", name=op.f("ck_income_surveys_somebody")),
        sa.CheckConstraint(
            "wage_fen >= 0 AND business_fen >= 0 AND property_fen >= 0 AND transfer_fen >= 0 AND expenditure_fen >= 0 AND excluded_fen >= 0",
            name=op.f("ck_income_surveys_amounts_not_negative"),
        ),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_income_surveys_year")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["procedure_evidence.id"], name=op.f("fk_income_surveys_evidence_id_procedure_evidence")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_income_surveys")),
    )
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    op.drop_table("income_surveys")
    op.drop_table("home_checks")
    op.drop_table("assembly_votes")
    op.drop_index("ix_procedure_steps_user_id", table_name="procedure_steps")
    op.drop_table("procedure_steps")
    op.drop_index("ix_procedure_evidence_procedure_id_id", table_name="procedure_evidence")
    op.drop_index(op.f("ix_procedure_evidence_image_id"), table_name="procedure_evidence")
    op.drop_table("procedure_evidence")
    op.drop_index(
        "uq_procedures_open",
        table_name="procedures",
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_index("ix_procedures_village_code_id", table_name="procedures")
    op.drop_index("ix_procedures_village_code_due_on_id", table_name="procedures")
    op.drop_index("ix_procedures_household_id_id", table_name="procedures")
    op.drop_index(
        "ix_procedures_due_on_id",
        table_name="procedures",
        sqlite_where=sa.text("closed_on IS NULL"),
        postgresql_where=sa.text("closed_on IS NULL"),
    )
    op.drop_table("procedures")
    op.drop_index("ix_notice_objections_village_code_state_due_on", table_name="notice_objections")
    op.drop_index("ix_notice_objections_notice_id", table_name="notice_objections")
    op.drop_table("notice_objections")
    op.drop_index("ix_notice_logs_notice_id", table_name="notice_logs")
    op.drop_table("notice_logs")
    op.drop_index(op.f("ix_comparison_rows_list_id"), table_name="comparison_rows")
    op.drop_index("ix_comparison_rows_id_index", table_name="comparison_rows")
    op.drop_table("comparison_rows")
    op.drop_index("ix_procedure_settings_from_on", table_name="procedure_settings")
    op.drop_table("procedure_settings")
    op.drop_index("ix_procedure_freezes_to_on", table_name="procedure_freezes")
    op.drop_table("procedure_freezes")
    op.drop_index("ix_notices_village_code_to_on", table_name="notices")
    op.drop_index("ix_notices_to_on_id", table_name="notices")
    op.drop_index("ix_notices_subject", table_name="notices")
    op.drop_index(
        "ix_notices_standing",
        table_name="notices",
        sqlite_where=sa.text("taken_down_at IS NULL"),
        postgresql_where=sa.text("taken_down_at IS NULL"),
    )
    op.drop_table("notices")
    op.drop_index("ix_comparison_lists_id_retired_at", table_name="comparison_lists")
    op.drop_table("comparison_lists")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION notices_refuse_change()")
        op.execute("DROP FUNCTION assistance_refuse_change()")
