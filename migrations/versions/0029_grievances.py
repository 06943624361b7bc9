"""Grievances, their signed steps, whom they concern, their pictures, and what the county set for each kind.

Revision ID: 0029_grievances
Revises: 0028_procedures
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import Key, UtcDateTime

revision = "0029_grievances"
down_revision = "0028_procedures"
branch_labels = None
depends_on = None

_KIND = "kind IN ('identification', 'help', 'conduct', 'goods', 'tours', 'other')"


def upgrade():
    op.create_table(
        "grievance_rules",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("accept_days", sa.SmallInteger(), nullable=False),
        sa.Column("answer_days", sa.SmallInteger(), nullable=False),
        sa.Column("appeal_days", sa.SmallInteger(), nullable=False),
        sa.Column("final_days", sa.SmallInteger(), nullable=False),
        sa.Column("set_by", Key, nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(_KIND, name="kind"),
        sa.CheckConstraint("level IN ('township', 'county')", name="level"),
        sa.CheckConstraint("accept_days > 0 AND answer_days > 0 AND appeal_days > 0 AND final_days > 0", name="some_days"),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name="fk_grievance_rules_set_by_users"),
        sa.PrimaryKeyConstraint("kind", name="pk_grievance_rules"),
    )
    op.create_table(
        "grievances",
        sa.Column("id", Key, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("area_code", sa.String(12), nullable=False),
        sa.Column("handling_code", sa.String(12), nullable=False),
        sa.Column("words_sealed", sa.Text()),
        sa.Column("contact_sealed", sa.Text()),
        sa.Column("subject_role", sa.String(20)),
        sa.Column("subject_sealed", sa.Text()),
        sa.Column("owner_id", Key),
        sa.Column("assignee_id", Key),
        sa.Column("outcome", sa.String(10)),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date()),
        sa.Column("appeal_until", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(_KIND, name="kind"),
        sa.CheckConstraint(
            "state IN ('received', 'accepted', 'investigating', 'answered', 'refused', 'appealed', 'final', 'withdrawn')",
            name="state",
        ),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('upheld', 'partial', 'rejected', 'referred')", name="outcome"),
        sa.CheckConstraint(
            "(state IN ('received', 'accepted', 'investigating', 'appealed')) = (due_on IS NOT NULL)",
            name="due_while_open",
        ),
        sa.CheckConstraint("state NOT IN ('answered', 'final') OR outcome IS NOT NULL", name="answered_somehow"),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'investigating', 'answered', 'final') OR assignee_id IS NOT NULL",
            name="given",
        ),
        sa.CheckConstraint("length(handling_code) IN (6, 9)", name="above_the_village"),
        sa.CheckConstraint("version >= 0", name="counts_from_nothing"),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name="fk_grievances_area_code_areas"),
        sa.ForeignKeyConstraint(["handling_code"], ["areas.code"], name="fk_grievances_handling_code_areas"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_grievances_owner_id_users"),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name="fk_grievances_assignee_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_grievances"),
        sa.UniqueConstraint("ref", name="uq_grievances_ref"),
        sa.UniqueConstraint("key_hash", name="uq_grievances_key_hash"),
    )
    is_open = sa.text("due_on IS NOT NULL")
    op.create_index(
        "ix_grievances_due_on", "grievances", ["due_on", "id"], postgresql_where=is_open, sqlite_where=is_open
    )  # fmt: skip
    op.create_index("ix_grievances_handling_code", "grievances", ["handling_code", "id"])
    op.create_index("ix_grievances_owner_id", "grievances", ["owner_id", "id"])
    op.create_table(
        "grievance_steps",
        sa.Column("id", Key, nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("grievance_id", Key, nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_user_id", Key),
        sa.Column("by_name", sa.String(60)),
        sa.Column("by_role", sa.String(20)),
        sa.Column("towards_id", Key),
        sa.Column("outcome", sa.String(10)),
        sa.Column("words_sealed", sa.Text()),
        sa.Column("note_sealed", sa.Text()),
        sa.Column("trail_id", Key, nullable=False),
        sa.CheckConstraint(
            "action IN ('accept', 'refuse', 'assign', 'investigate', 'answer', 'appeal', 'decide', 'withdraw', 'keep_out', 'note')",
            name="action",
        ),
        sa.CheckConstraint("(action = 'note') = (version IS NULL)", name="remarks_do_not_count"),
        sa.CheckConstraint("(action IN ('appeal', 'withdraw')) = (by_user_id IS NULL)", name="signed_by_officials"),
        sa.CheckConstraint("(by_user_id IS NULL) = (by_role IS NULL)", name="signed_in_an_office"),
        sa.CheckConstraint("(action IN ('answer', 'decide')) = (outcome IS NOT NULL)", name="concludes"),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name="fk_grievance_steps_grievance_id_grievances"),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name="fk_grievance_steps_by_user_id_users"),
        sa.ForeignKeyConstraint(["towards_id"], ["users.id"], name="fk_grievance_steps_towards_id_users"),
        sa.ForeignKeyConstraint(["trail_id"], ["audit_events.id"], name="fk_grievance_steps_trail_id_audit_events"),
        sa.PrimaryKeyConstraint("id", name="pk_grievance_steps"),
        sa.UniqueConstraint("ref", name="uq_grievance_steps_ref"),
        sa.UniqueConstraint("grievance_id", "version", name="uq_grievance_steps_grievance_id_version"),
    )
    op.create_index("ix_grievance_steps_grievance_id", "grievance_steps", ["grievance_id", "id"])
    op.create_table(
        "grievance_concerned",
        sa.Column("grievance_id", Key, nullable=False),
        sa.Column("user_id", Key, nullable=False),
        sa.Column("named_by", Key),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name="fk_grievance_concerned_grievance_id_grievances"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_grievance_concerned_user_id_users"),
        sa.ForeignKeyConstraint(["named_by"], ["users.id"], name="fk_grievance_concerned_named_by_users"),
        sa.PrimaryKeyConstraint("grievance_id", "user_id", name="pk_grievance_concerned"),
    )
    op.create_table(
        "grievance_pictures",
        sa.Column("grievance_id", Key, nullable=False),
        sa.Column("image_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["grievance_id"], ["grievances.id"], name="fk_grievance_pictures_grievance_id_grievances"),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name="fk_grievance_pictures_image_id_images"),
        sa.PrimaryKeyConstraint("grievance_id", "image_id", name="pk_grievance_pictures"),
    )


def downgrade():
    for table in ("grievance_pictures", "grievance_concerned", "grievance_steps", "grievances", "grievance_rules"):
        op.drop_table(table)
