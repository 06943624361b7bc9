"""Surveys: questionnaires, single-use codes, answers, and the counts that results are read from.

Revision ID: 0031_surveys
Revises: 0030_help
"""

import sqlalchemy as sa
from alembic import op

from marketplace.kernel.db import UtcDateTime

revision = "0031_surveys"
down_revision = "0030_help"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "surveys",
    "survey_batches",
    "survey_imports",
    "survey_items",
    "survey_returns",
    "survey_codes",
    "survey_tallies",
    "survey_answers",
    "survey_scores",
)

#: The triggers as they stood when these tables were made.
TRIGGERS = {
    "sqlite": (
        """
CREATE TRIGGER survey_items_frozen_insert BEFORE INSERT ON survey_items WHEN NOT ((SELECT state FROM surveys WHERE id = NEW.survey_id) = 'draft') BEGIN SELECT RAISE(ABORT, 'surveys: the items of an opened survey are not changed'); END
        """,
        """
CREATE TRIGGER survey_items_frozen_update BEFORE UPDATE ON survey_items WHEN NOT ((SELECT state FROM surveys WHERE id = OLD.survey_id) = 'draft') BEGIN SELECT RAISE(ABORT, 'surveys: the items of an opened survey are not changed'); END
        """,
        """
CREATE TRIGGER survey_items_frozen_delete BEFORE DELETE ON survey_items WHEN NOT ((SELECT state FROM surveys WHERE id = OLD.survey_id) = 'draft') BEGIN SELECT RAISE(ABORT, 'surveys: the items of an opened survey are not changed'); END
        """,
        """
CREATE TRIGGER surveys_words_frozen BEFORE UPDATE OF title_zh, title_en, intro_zh, intro_en, family, version ON surveys WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'surveys: an opened survey keeps its words'); END
        """,
        """
CREATE TRIGGER surveys_step BEFORE UPDATE OF state ON surveys WHEN OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state = 'open') OR (OLD.state = 'open' AND NEW.state = 'closed')) BEGIN SELECT RAISE(ABORT, 'surveys: this step leads nowhere'); END
        """,
        """
CREATE TRIGGER survey_answers_while_open BEFORE INSERT ON survey_answers WHEN (SELECT state FROM surveys WHERE id = NEW.survey_id) <> 'open' BEGIN SELECT RAISE(ABORT, 'surveys: this survey takes no answers'); END
        """,
        """
CREATE TRIGGER survey_answers_unchanged BEFORE UPDATE ON survey_answers BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
        """
CREATE TRIGGER survey_answers_kept BEFORE DELETE ON survey_answers BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
        """
CREATE TRIGGER survey_scores_unchanged BEFORE UPDATE ON survey_scores BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
        """
CREATE TRIGGER survey_scores_kept BEFORE DELETE ON survey_scores BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
        """
CREATE TRIGGER survey_codes_unchanged BEFORE UPDATE ON survey_codes BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
        """
CREATE TRIGGER survey_codes_kept BEFORE DELETE ON survey_codes BEGIN SELECT RAISE(ABORT, 'surveys: this row is kept as it was written'); END
        """,
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION survey_items_frozen_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ((SELECT state FROM surveys WHERE id = NEW.survey_id) = 'draft') THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: the items of an opened survey are not changed';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_items_frozen_insert BEFORE INSERT ON survey_items FOR EACH ROW EXECUTE FUNCTION survey_items_frozen_insert()
        """,
        """
CREATE OR REPLACE FUNCTION survey_items_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ((SELECT state FROM surveys WHERE id = OLD.survey_id) = 'draft') THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: the items of an opened survey are not changed';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_items_frozen_update BEFORE UPDATE ON survey_items FOR EACH ROW EXECUTE FUNCTION survey_items_frozen_update()
        """,
        """
CREATE OR REPLACE FUNCTION survey_items_frozen_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ((SELECT state FROM surveys WHERE id = OLD.survey_id) = 'draft') THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: the items of an opened survey are not changed';
  END IF;
  RETURN OLD;
END $$
        """,
        """
CREATE TRIGGER survey_items_frozen_delete BEFORE DELETE ON survey_items FOR EACH ROW EXECUTE FUNCTION survey_items_frozen_delete()
        """,
        """
CREATE OR REPLACE FUNCTION surveys_words_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: an opened survey keeps its words';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER surveys_words_frozen BEFORE UPDATE OF title_zh, title_en, intro_zh, intro_en, family, version ON surveys FOR EACH ROW EXECUTE FUNCTION surveys_words_frozen()
        """,
        """
CREATE OR REPLACE FUNCTION surveys_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND NOT ((OLD.state = 'draft' AND NEW.state = 'open') OR (OLD.state = 'open' AND NEW.state = 'closed')) THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this step leads nowhere';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER surveys_step BEFORE UPDATE OF state ON surveys FOR EACH ROW EXECUTE FUNCTION surveys_step()
        """,
        """
CREATE OR REPLACE FUNCTION survey_answers_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT state FROM surveys WHERE id = NEW.survey_id) <> 'open' THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this survey takes no answers';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_answers_while_open BEFORE INSERT ON survey_answers FOR EACH ROW EXECUTE FUNCTION survey_answers_while_open()
        """,
        """
CREATE OR REPLACE FUNCTION survey_answers_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_answers_unchanged BEFORE UPDATE ON survey_answers FOR EACH ROW EXECUTE FUNCTION survey_answers_unchanged()
        """,
        """
CREATE OR REPLACE FUNCTION survey_answers_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN OLD;
END $$
        """,
        """
CREATE TRIGGER survey_answers_kept BEFORE DELETE ON survey_answers FOR EACH ROW EXECUTE FUNCTION survey_answers_kept()
        """,
        """
CREATE OR REPLACE FUNCTION survey_scores_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_scores_unchanged BEFORE UPDATE ON survey_scores FOR EACH ROW EXECUTE FUNCTION survey_scores_unchanged()
        """,
        """
CREATE OR REPLACE FUNCTION survey_scores_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN OLD;
END $$
        """,
        """
CREATE TRIGGER survey_scores_kept BEFORE DELETE ON survey_scores FOR EACH ROW EXECUTE FUNCTION survey_scores_kept()
        """,
        """
CREATE OR REPLACE FUNCTION survey_codes_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN NEW;
END $$
        """,
        """
CREATE TRIGGER survey_codes_unchanged BEFORE UPDATE ON survey_codes FOR EACH ROW EXECUTE FUNCTION survey_codes_unchanged()
        """,
        """
CREATE OR REPLACE FUNCTION survey_codes_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = 'surveys: this row is kept as it was written';
  END IF;
  RETURN OLD;
END $$
        """,
        """
CREATE TRIGGER survey_codes_kept BEFORE DELETE ON survey_codes FOR EACH ROW EXECUTE FUNCTION survey_codes_kept()
        """,
    ),
}
FUNCTIONS = (
    "survey_items_frozen_insert",
    "survey_items_frozen_update",
    "survey_items_frozen_delete",
    "surveys_words_frozen",
    "surveys_step",
    "survey_answers_while_open",
    "survey_answers_unchanged",
    "survey_answers_kept",
    "survey_scores_unchanged",
    "survey_scores_kept",
    "survey_codes_unchanged",
    "survey_codes_kept",
)


def upgrade():
    op.create_table(
        "surveys",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("family", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=100), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("intro_zh", sa.String(length=600), nullable=False),
        sa.Column("intro_en", sa.String(length=900), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (opened_at IS NULL) AND (state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_surveys_moments"),
        ),
        sa.CheckConstraint("state = 'draft' OR closes_on IS NOT NULL", name=op.f("ck_surveys_last_day")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_surveys_state")),
        sa.CheckConstraint("version >= 1 AND revision >= 1", name=op.f("ck_surveys_counted")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_surveys_made_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint("family", "version", name=op.f("uq_surveys_family_version")),
        sa.UniqueConstraint("key", name=op.f("uq_surveys_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_surveys_ref")),
    )
    op.create_index("ix_surveys_state", "surveys", ["state", "closes_on"], unique=False)
    op.create_table(
        "survey_batches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("respondents", sa.String(length=10), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("seed_sealed", sa.Text(), nullable=False),
        sa.Column("made_by", KEY, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "respondents IN ('anyone', 'resident', 'visitor', 'registered')", name=op.f("ck_survey_batches_respondents")
        ),
        sa.CheckConstraint("count BETWEEN 1 AND 200 AND first_number >= 1", name=op.f("ck_survey_batches_amounts")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_survey_batches_area_code_areas")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_survey_batches_made_by_users")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_batches_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_batches")),
        sa.UniqueConstraint("key", name=op.f("uq_survey_batches_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_survey_batches_ref")),
    )
    op.create_index("ix_survey_batches_survey_id", "survey_batches", ["survey_id", "id"], unique=False)
    op.create_table(
        "survey_imports",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_only_good", sa.Boolean(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("by_user_id", KEY, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "answers >= 0 AND bad >= 0 AND (state = 'imported' OR answers = 0)", name=op.f("ck_survey_imports_amounts")
        ),
        sa.CheckConstraint("state IN ('refused', 'imported')", name=op.f("ck_survey_imports_state")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_survey_imports_area_code_areas")),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_survey_imports_by_user_id_users")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_imports_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_imports")),
        sa.UniqueConstraint("ref", name=op.f("uq_survey_imports_ref")),
    )
    op.create_index("ix_survey_imports_survey_id", "survey_imports", ["survey_id", "id"], unique=False)
    op.create_index(
        "uq_survey_imports_file",
        "survey_imports",
        ["survey_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("state = 'imported'"),
        postgresql_where=sa.text("state = 'imported'"),
    )
    op.create_table(
        "survey_items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text_zh", sa.String(length=200), nullable=False),
        sa.Column("text_en", sa.String(length=300), nullable=False),
        sa.Column("effect", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "effect IN ('local_economy', 'employment', 'income', 'red_heritage', 'popularity', 'infrastructure', 'life_quality')",
            name=op.f("ck_survey_items_effect"),
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 30", name=op.f("ck_survey_items_position")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_items_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_items")),
        sa.UniqueConstraint("survey_id", "position", name=op.f("uq_survey_items_survey_id_position")),
    )
    op.create_table(
        "survey_returns",
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("respondents", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("answers > 0", name=op.f("ck_survey_returns_answers")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_survey_returns_area_code_areas")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_returns_survey_id_surveys")),
        sa.PrimaryKeyConstraint("survey_id", "area_code", "month", "respondents", "channel", name=op.f("pk_survey_returns")),
    )
    op.create_table(
        "survey_codes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_survey_codes_number")),
        sa.ForeignKeyConstraint(["batch_id"], ["survey_batches.id"], name=op.f("fk_survey_codes_batch_id_survey_batches")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_codes_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_survey_codes_code_hash")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_survey_codes_survey_id_number")),
    )
    op.create_index("ix_survey_codes_batch_id", "survey_codes", ["batch_id"], unique=False)
    op.create_table(
        "survey_tallies",
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("respondents", sa.String(length=10), nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("answers > 0 AND score BETWEEN 1 AND 5", name=op.f("ck_survey_tallies_answers")),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_survey_tallies_area_code_areas")),
        sa.ForeignKeyConstraint(["item_id"], ["survey_items.id"], name=op.f("fk_survey_tallies_item_id_survey_items")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_tallies_survey_id_surveys")),
        sa.PrimaryKeyConstraint(
            "survey_id", "area_code", "month", "respondents", "item_id", "score", name=op.f("pk_survey_tallies")
        ),
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("survey_id", KEY, nullable=False),
        sa.Column("code_id", KEY, nullable=True),
        sa.Column("import_id", KEY, nullable=True),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("respondents", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.CheckConstraint("(channel = 'excel') = (import_id IS NOT NULL)", name=op.f("ck_survey_answers_imported")),
        sa.CheckConstraint("channel = 'excel' OR code_id IS NOT NULL", name=op.f("ck_survey_answers_under_a_code")),
        sa.CheckConstraint("channel IN ('phone', 'paper', 'excel')", name=op.f("ck_survey_answers_channel")),
        sa.CheckConstraint(
            "respondents IN ('anyone', 'resident', 'visitor', 'registered')", name=op.f("ck_survey_answers_respondents")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["areas.code"], name=op.f("fk_survey_answers_area_code_areas")),
        sa.ForeignKeyConstraint(["code_id"], ["survey_codes.id"], name=op.f("fk_survey_answers_code_id_survey_codes")),
        sa.ForeignKeyConstraint(["import_id"], ["survey_imports.id"], name=op.f("fk_survey_answers_import_id_survey_imports")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_answers_survey_id_surveys")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
    )
    op.create_index("ix_survey_answers_area", "survey_answers", ["survey_id", "area_code", "id"], unique=False)
    op.create_index("ix_survey_answers_import_id", "survey_answers", ["import_id"], unique=False)
    op.create_index(
        "uq_survey_answers_code",
        "survey_answers",
        ["code_id"],
        unique=True,
        sqlite_where=sa.text("code_id IS NOT NULL"),
        postgresql_where=sa.text("code_id IS NOT NULL"),
    )
    op.create_table(
        "survey_scores",
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_scores_five_points")),
        sa.ForeignKeyConstraint(["answer_id"], ["survey_answers.id"], name=op.f("fk_survey_scores_answer_id_survey_answers")),
        sa.ForeignKeyConstraint(["item_id"], ["survey_items.id"], name=op.f("fk_survey_scores_item_id_survey_items")),
        sa.PrimaryKeyConstraint("answer_id", "item_id", name=op.f("pk_survey_scores")),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
