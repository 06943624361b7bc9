"""Keys of their own for households, requests for erasure, and households whose people were erased.

Revision ID: 0034_privacy
Revises: 0033_courses
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import Key, UtcDateTime

revision = "0034_privacy"
down_revision = "0033_courses"
branch_labels = None
depends_on = None

_REASONS = "closed_reason IS NULL OR closed_reason IN ('moved_away', 'died_out', 'merged', 'mistake'{more})"
_OPEN = sa.text("state IN ('asked', 'proposed')")


def upgrade():
    op.create_table(
        "subject_keys",
        sa.Column("id", Key, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("wrapped_sealed", sa.Text()),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("destroyed_at", UtcDateTime()),
        sa.CheckConstraint("(wrapped_sealed IS NULL) = (destroyed_at IS NOT NULL)", name="wrapped_until_destroyed"),
        sa.PrimaryKeyConstraint("id", name="pk_subject_keys"),
        sa.UniqueConstraint("ref", name="uq_subject_keys_ref"),
        sa.UniqueConstraint("subject", name="uq_subject_keys_subject"),
    )
    with op.batch_alter_table("households") as batch:
        batch.add_column(sa.Column("erased_at", UtcDateTime()))
        batch.drop_constraint(op.f("ck_households_closed_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_households_closed_reason"), _REASONS.format(more=", 'erased'"))
        batch.create_check_constraint(
            op.f("ck_households_erased_whole"),
            "erased_at IS NULL OR (closed_at IS NOT NULL AND register_number IS NULL AND phone_sealed IS NULL)",
        )
    op.create_table(
        "erasure_requests",
        sa.Column("id", Key, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("household_id", Key),
        sa.Column("user_id", Key),
        sa.Column("area_code", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("how", sa.String(10), nullable=False),
        sa.Column("asked_by", Key, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("proposed_by", Key),
        sa.Column("proposed_at", UtcDateTime()),
        sa.Column("decided_by", Key),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("refusal", sa.String(300), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('asked', 'proposed', 'erased', 'refused', 'withdrawn')", name="state"),
        sa.CheckConstraint("how IN ('self', 'in_person')", name="how"),
        sa.CheckConstraint("(household_id IS NULL) <> (user_id IS NULL)", name="of_one_subject"),
        sa.CheckConstraint("state NOT IN ('proposed', 'erased') OR proposed_by IS NOT NULL", name="proposed_by_somebody"),
        sa.CheckConstraint("(state IN ('erased', 'refused')) = (decided_by IS NOT NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_some_day"),
        sa.CheckConstraint("state <> 'erased' OR decided_by <> proposed_by", name="decided_by_another"),
        sa.CheckConstraint("state <> 'refused' OR length(refusal) > 0", name="refused_with_words"),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.{key}"], name=f"fk_erasure_requests_{column}_{table}")
            for column, table, key in (
                ("household_id", "households", "id"),
                ("user_id", "users", "id"),
                ("area_code", "areas", "code"),
                ("asked_by", "users", "id"),
                ("proposed_by", "users", "id"),
                ("decided_by", "users", "id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_requests"),
        sa.UniqueConstraint("ref", name="uq_erasure_requests_ref"),
    )
    for name, columns, is_unique in (
        ("uq_erasure_requests_household", ["household_id"], True),
        ("uq_erasure_requests_user", ["user_id"], True),
        ("ix_erasure_requests_open", ["area_code", "id"], False),
    ):
        op.create_index(name, "erasure_requests", columns, unique=is_unique, postgresql_where=_OPEN, sqlite_where=_OPEN)


def downgrade():
    op.drop_table("erasure_requests")
    with op.batch_alter_table("households") as batch:
        batch.drop_constraint(op.f("ck_households_erased_whole"), type_="check")
        batch.drop_constraint(op.f("ck_households_closed_reason"), type_="check")
        batch.create_check_constraint(op.f("ck_households_closed_reason"), _REASONS.format(more=""))
        batch.drop_column("erased_at")
    op.drop_table("subject_keys")
