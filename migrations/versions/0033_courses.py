"""Courses and activities with places; what buyers look for and hardly find; notes on growing.

Revision ID: 0033_courses
Revises: 0032_alerts
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0033_courses"
down_revision = "0032_alerts"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "missed_searches",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("term_index", sa.String(length=64), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=20), nullable=True),
        sa.CheckConstraint("(searches >= 5) = (term IS NOT NULL)", name=op.f("ck_missed_searches_told_by_enough")),
        sa.CheckConstraint("searches > 0", name=op.f("ck_missed_searches_some_searches")),
        sa.PrimaryKeyConstraint("month", "term_index", name=op.f("pk_missed_searches")),
    )
    op.create_index("ix_missed_searches_month_searches", "missed_searches", ["month", "searches"], unique=False)
    op.create_table(
        "agronomy_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category_code", sa.String(length=20), nullable=False),
        sa.Column("months", sa.String(length=40), nullable=False),
        sa.Column("words_zh", sa.String(length=400), nullable=False),
        sa.Column("words_en", sa.String(length=600), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("by_user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("words_zh <> '' AND words_en <> ''", name=op.f("ck_agronomy_notes_in_both_languages")),
        sa.CheckConstraint("to_on IS NULL OR to_on >= from_on", name=op.f("ck_agronomy_notes_in_order")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_agronomy_notes_by_user_id_users")),
        sa.ForeignKeyConstraint(["category_code"], ["categories.code"], name=op.f("fk_agronomy_notes_category_code_categories")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agronomy_notes")),
    )
    op.create_index("ix_agronomy_notes_category_code", "agronomy_notes", ["category_code"], unique=False)
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title_zh", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=100), server_default="", nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("venue", sa.String(length=80), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled_at", UtcDateTime(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancelled_reason = '')", name=op.f("ck_courses_cancelled_with_reason")),
        sa.CheckConstraint("audience IN ('everybody', 'helped')", name=op.f("ck_courses_audience")),
        sa.CheckConstraint("kind IN ('training', 'culture')", name=op.f("ck_courses_kind")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_courses_some_time")),
        sa.CheckConstraint("places > 0", name=op.f("ck_courses_some_places")),
        sa.CheckConstraint("taken >= 0 AND taken <= places", name=op.f("ck_courses_never_overbooked")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_courses_area_code_areas")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_courses_created_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint("key", name=op.f("uq_courses_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_courses_ref")),
    )
    op.create_index("ix_courses_starts_at_id", "courses", ["starts_at", "id"], unique=False)
    op.create_table(
        "course_enrolments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_index", sa.String(length=64), nullable=False),
        sa.Column("member_ref", sa.String(length=20), nullable=False),
        sa.Column("enrolled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolled_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("marked_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(attended IS NULL) = (marked_by IS NULL) AND (marked_by IS NULL) = (marked_at IS NULL)",
            name=op.f("ck_course_enrolments_ticked_by_somebody"),
        ),
        sa.CheckConstraint("left_at IS NULL OR attended IS NULL", name=op.f("ck_course_enrolments_who_left_did_not_come")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_course_enrolments_course_id_courses")),
        sa.ForeignKeyConstraint(["enrolled_by"], ["users.id"], name=op.f("fk_course_enrolments_enrolled_by_users")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_course_enrolments_household_id_households")),
        sa.ForeignKeyConstraint(["marked_by"], ["users.id"], name=op.f("fk_course_enrolments_marked_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_enrolments")),
    )
    op.create_index("ix_course_enrolments_household_id", "course_enrolments", ["household_id"], unique=False)
    op.create_index(
        "uq_course_enrolments_present",
        "course_enrolments",
        ["course_id", "person_index"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )


def downgrade():
    op.drop_index(
        "uq_course_enrolments_present",
        table_name="course_enrolments",
        sqlite_where=sa.text("left_at IS NULL"),
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.drop_index("ix_course_enrolments_household_id", table_name="course_enrolments")
    op.drop_table("course_enrolments")
    op.drop_index("ix_courses_starts_at_id", table_name="courses")
    op.drop_table("courses")
    op.drop_index("ix_agronomy_notes_category_code", table_name="agronomy_notes")
    op.drop_table("agronomy_notes")
    op.drop_index("ix_missed_searches_month_searches", table_name="missed_searches")
    op.drop_table("missed_searches")
