"""Tables of surveys. Results are read from counts that are kept beside the answers, so that they cost the same for any number."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Key, Model, Moment, one_of, partial
from marketplace.surveys.values import EFFECT_OF, MOST_ITEMS, Channel, ImportState, Respondents, SurveyState


class Survey(Model):
    """A questionnaire. A changed one is a new version of the same family."""

    __tablename__ = "surveys"
    __table_args__ = (
        UniqueConstraint("family", "version"),
        CheckConstraint(one_of("state", SurveyState), name="state"),
        CheckConstraint("version >= 1 AND revision >= 1", name="counted"),
        CheckConstraint(
            "(state = 'draft') = (opened_at IS NULL) AND (state = 'closed') = (closed_at IS NOT NULL)", name="moments"
        ),
        CheckConstraint("state = 'draft' OR closes_on IS NOT NULL", name="last_day"),
        Index("ix_surveys_state", "state", "closes_on"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: The client's key: drafted twice, it is one.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    #: Reference of the first version.
    family: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    title_zh: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(160))
    intro_zh: Mapped[str] = mapped_column(String(600))
    intro_en: Mapped[str] = mapped_column(String(900))
    state: Mapped[str] = mapped_column(String(10))
    #: Rises with each change of the draft: who changes an older one is told so.
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    made_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    made_at: Mapped[Moment]
    opened_at: Mapped[dt.datetime | None]
    #: The last day, in the county, on which answers are taken.
    closes_on: Mapped[dt.date | None] = mapped_column(Date)
    closed_at: Mapped[dt.datetime | None]


class SurveyItem(Model):
    """A sentence that people agree or disagree with."""

    __tablename__ = "survey_items"
    __table_args__ = (
        UniqueConstraint("survey_id", "position"),
        CheckConstraint(f"position BETWEEN 1 AND {MOST_ITEMS}", name="position"),
        CheckConstraint(one_of("effect", EFFECT_OF), name="effect"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"))
    position: Mapped[int] = mapped_column(Integer)
    text_zh: Mapped[str] = mapped_column(String(200))
    text_en: Mapped[str] = mapped_column(String(300))
    #: Which of the study's effect items it is, word for word.
    effect: Mapped[str | None] = mapped_column(String(20))


class SurveyBatch(Model):
    """Codes that were issued together for an area."""

    __tablename__ = "survey_batches"
    __table_args__ = (
        CheckConstraint(one_of("respondents", Respondents), name="respondents"),
        CheckConstraint("count BETWEEN 1 AND 200 AND first_number >= 1", name="amounts"),
        Index("ix_survey_batches_survey_id", "survey_id", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    respondents: Mapped[str] = mapped_column(String(10))
    first_number: Mapped[int] = mapped_column(Integer)
    count: Mapped[int] = mapped_column(Integer)
    #: The last day of its codes.
    expires_on: Mapped[dt.date] = mapped_column(Date)
    #: A random secret, sealed, from which a sheet that was spoilt in the printer is printed again.
    seed_sealed: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    made_at: Mapped[Moment]
    #: When its unused codes were ended before their day.
    ended_at: Mapped[dt.datetime | None]


class SurveyCode(Model):
    """A single-use code: what is printed on a slip or sheet is kept as a keyed hash alone."""

    __tablename__ = "survey_codes"
    __table_args__ = (
        UniqueConstraint("survey_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_survey_codes_batch_id", "batch_id"),
    )

    id: Mapped[Id]
    batch_id: Mapped[int] = mapped_column(Key, ForeignKey("survey_batches.id"))
    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"))
    #: Number of the sheet within the survey.
    number: Mapped[int] = mapped_column(Integer)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)


class SurveyImport(Model):
    """A workbook of answers that was sent in."""

    __tablename__ = "survey_imports"
    __table_args__ = (
        CheckConstraint(one_of("state", ImportState), name="state"),
        CheckConstraint("answers >= 0 AND bad >= 0 AND (state = 'imported' OR answers = 0)", name="amounts"),
        partial("uq_survey_imports_file", "survey_id", "sha256", only="state = 'imported'", unique=True),
        Index("ix_survey_imports_survey_id", "survey_id", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    is_only_good: Mapped[bool] = mapped_column(Boolean)
    answers: Mapped[int] = mapped_column(Integer)
    #: Rows that are not good.
    bad: Mapped[int] = mapped_column(Integer)
    #: What is wrong with the first of them: row, column, msgid, parameters; never a value.
    findings: Mapped[list[Any]] = mapped_column(JSON)
    by_user_id: Mapped[int] = mapped_column(Key, ForeignKey("users.id"))
    at: Mapped[Moment]


class SurveyAnswer(Model):
    """One answer: where and when, how it came, and nobody's name."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        CheckConstraint(one_of("respondents", Respondents), name="respondents"),
        CheckConstraint(one_of("channel", Channel), name="channel"),
        CheckConstraint("(channel = 'excel') = (import_id IS NOT NULL)", name="imported"),
        CheckConstraint("channel = 'excel' OR code_id IS NOT NULL", name="under_a_code"),
        partial("uq_survey_answers_code", "code_id", only="code_id IS NOT NULL", unique=True),
        Index("ix_survey_answers_area", "survey_id", "area_code", "id"),
        Index("ix_survey_answers_import_id", "import_id"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"))
    #: The code it was given under; each counts once.
    code_id: Mapped[int | None] = mapped_column(Key, ForeignKey("survey_codes.id"))
    import_id: Mapped[int | None] = mapped_column(Key, ForeignKey("survey_imports.id"))
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    answered_on: Mapped[dt.date] = mapped_column(Date)
    respondents: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))


class SurveyScore(Model):
    """What an answer says to an item; an item left out has none."""

    __tablename__ = "survey_scores"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="five_points"),)

    answer_id: Mapped[int] = mapped_column(Key, ForeignKey("survey_answers.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("survey_items.id"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger)


class SurveyReturn(Model):
    """How many answers came from an area in a month, from whom and how."""

    __tablename__ = "survey_returns"
    __table_args__ = (CheckConstraint("answers > 0", name="answers"),)

    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    respondents: Mapped[str] = mapped_column(String(10), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)


class SurveyTally(Model):
    """How often a score was given to an item in an area, in a month, by a group."""

    __tablename__ = "survey_tallies"
    __table_args__ = (CheckConstraint("answers > 0 AND score BETWEEN 1 AND 5", name="answers"),)

    survey_id: Mapped[int] = mapped_column(Key, ForeignKey("surveys.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    respondents: Mapped[str] = mapped_column(String(10), primary_key=True)
    item_id: Mapped[int] = mapped_column(Key, ForeignKey("survey_items.id"), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    answers: Mapped[int] = mapped_column(Integer)
