"""Procedures: the case, its signed steps, what it stands on, and what the county has settled about them."""

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

from marketplace.assistance.register.values import Attribute
from marketplace.assistance.values import MonitoringKind
from marketplace.assistance.values.procedures import (
    CLOSED,
    Action,
    EvidenceKind,
    Ground,
    Kinship,
    Level,
    ListKind,
    Opinion,
    ProcedureKind,
    State,
)
from marketplace.kernel.db import Fen, Id, Model, Moment, one_of, partial

_CLOSED = one_of("state", sorted(CLOSED))


class ProcedureSettings(Model):
    """What the county has settled about procedures from a day on. It counts once a second official approved it."""

    __tablename__ = "procedure_settings"
    __table_args__ = (
        CheckConstraint("village_notice_days >= 7", name="village_notice_days"),
        CheckConstraint("township_notice_days >= 5", name="township_notice_days"),
        CheckConstraint("appeal_days BETWEEN 7 AND 180", name="appeal_days"),
        CheckConstraint("reapply_days BETWEEN 0 AND 730", name="reapply_days"),
        CheckConstraint("stable_years BETWEEN 1 AND 5", name="stable_years"),
        CheckConstraint("clear_months BETWEEN 6 AND 60", name="clear_months"),
        CheckConstraint("check_people BETWEEN 3 AND 9", name="check_people"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_another"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_at_a_moment"),
        Index("ix_procedure_settings_from_on", "from_on"),
    )

    id: Mapped[Id]
    from_on: Mapped[dt.date] = mapped_column(Date)
    village_notice_days: Mapped[int] = mapped_column(SmallInteger)
    township_notice_days: Mapped[int] = mapped_column(SmallInteger)
    appeal_days: Mapped[int] = mapped_column(SmallInteger)
    reapply_days: Mapped[int] = mapped_column(SmallInteger)
    stable_years: Mapped[int] = mapped_column(SmallInteger)
    clear_months: Mapped[int] = mapped_column(SmallInteger)
    check_people: Mapped[int] = mapped_column(SmallInteger)
    is_identification_open: Mapped[bool] = mapped_column(Boolean)
    is_reentry_open: Mapped[bool] = mapped_column(Boolean)
    #: The document it rests on.
    source: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[Moment]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]


class ProcedureFreeze(Model):
    """Days in which nothing is approved or announced, because the books of a year are closed."""

    __tablename__ = "procedure_freezes"
    __table_args__ = (CheckConstraint("to_on >= from_on", name="in_order"), Index("ix_procedure_freezes_to_on", "to_on"))

    id: Mapped[Id]
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment]
    #: Ended before its time; what was refused meanwhile stays refused.
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Procedure(Model):
    """One case of one household. At most one is open for a household at a time."""

    __tablename__ = "procedures"
    __table_args__ = (
        CheckConstraint(one_of("kind", ProcedureKind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("ground", Ground), name="ground"),
        CheckConstraint(f"monitoring_kind IS NULL OR {one_of('monitoring_kind', MonitoringKind)}", name="monitoring_kind"),
        CheckConstraint("(kind = 'monitor') = (monitoring_kind IS NOT NULL)", name="kind_of_monitoring"),
        CheckConstraint(f"attribute IS NULL OR {one_of('attribute', (word.code for word in Attribute))}", name="attribute"),
        CheckConstraint("(kind IN ('identify', 'reenter')) = (attribute IS NOT NULL)", name="attribute_of_its_kind"),
        CheckConstraint(f"({_CLOSED}) = (closed_on IS NOT NULL)", name="closed_on_a_day"),
        CheckConstraint("(closed_on IS NULL) = (due_on IS NOT NULL)", name="open_is_due"),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "spell_id IS NULL OR (state = 'done' AND kind IN ('identify', 'reenter', 'exit', 'remove'))", name="spell"
        ),
        CheckConstraint("episode_id IS NULL OR (state = 'done' AND kind IN ('monitor', 'clear'))", name="episode"),
        CheckConstraint("state <> 'done' OR spell_id IS NOT NULL OR episode_id IS NOT NULL", name="done_did_something"),
        partial("uq_procedures_open", "household_id", only="closed_on IS NULL", unique=True),
        Index("ix_procedures_household_id_id", "household_id", "id"),
        partial("ix_procedures_due_on_id", "due_on", "id", only="closed_on IS NULL"),
        Index("ix_procedures_village_code_due_on_id", "village_code", "due_on", "id"),
        Index("ix_procedures_village_code_id", "village_code", "id"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    #: Made by the browser that opened it; a repeat finds the first.
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    state: Mapped[str] = mapped_column(String(16))
    #: Number of the last step: who acts says which they have seen, and of two at once one counts.
    seq: Mapped[int] = mapped_column(Integer)
    ground: Mapped[str] = mapped_column(String(12))
    #: Reference of what brought it about where there is one: an alert.
    ground_ref: Mapped[str | None] = mapped_column(String(20))
    monitoring_kind: Mapped[str | None] = mapped_column(String(20))
    #: What kind of household the registration would be of.
    attribute: Mapped[str | None] = mapped_column(String(12))
    opened_on: Mapped[dt.date] = mapped_column(Date)
    due_on: Mapped[dt.date | None] = mapped_column(Date)
    closed_on: Mapped[dt.date | None] = mapped_column(Date)
    #: What the county had settled when it was opened; nothing: what the house brings.
    settings_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_settings.id"))
    #: Figures that the opening rested on, frozen.
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
    notice_ref: Mapped[str | None] = mapped_column(String(16))
    notice_to: Mapped[dt.date | None] = mapped_column(Date)
    #: What came of it: the registration begun or ended, the monitoring begun or cleared.
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("registration_spells.id"))
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("monitoring_episodes.id"))


class ProcedureStep(Model):
    """One signature: who, in which role, when, on which device, and what it moved. Never changed."""

    __tablename__ = "procedure_steps"
    __table_args__ = (
        UniqueConstraint("procedure_id", "seq"),
        CheckConstraint(one_of("action", Action), name="action"),
        CheckConstraint(f"from_state IS NULL OR {one_of('from_state', State)}", name="from_state"),
        CheckConstraint(one_of("to_state", State), name="to_state"),
        CheckConstraint("(seq = 1) = (from_state IS NULL)", name="first_from_nothing"),
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(f"kinship IS NULL OR {one_of('kinship', Kinship)}", name="kinship"),
        CheckConstraint("level = 'household' OR kinship IS NOT NULL", name="officials_declare_kinship"),
        Index("ix_procedure_steps_user_id", "user_id"),
    )

    id: Mapped[Id]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"))
    seq: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(12))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(12))
    #: The roles held, by comma.
    role: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    #: As it stood on the day of signing.
    name: Mapped[str] = mapped_column(String(60))
    at: Mapped[Moment]
    device: Mapped[str] = mapped_column(String(120))
    #: The words may speak of illness, so they are sealed.
    words_sealed: Mapped[str | None] = mapped_column(Text)
    kinship: Mapped[str | None] = mapped_column(String(4))
    kinship_sealed: Mapped[str | None] = mapped_column(Text)


class ProcedureEvidence(Model):
    """One thing a case stands on. What it says in figures stands in the table of its kind. Never changed: a later one counts."""

    __tablename__ = "procedure_evidence"
    __table_args__ = (
        CheckConstraint(one_of("kind", EvidenceKind), name="kind"),
        CheckConstraint("with_user_id IS NULL OR with_user_id <> by_user_id", name="with_another"),
        CheckConstraint("kind <> 'home_check' OR with_user_id IS NOT NULL", name="two_visitors"),
        CheckConstraint("kind <> 'survey' OR with_user_id IS NOT NULL", name="two_surveyors"),
        CheckConstraint(
            "kind NOT IN ('slip', 'application') OR image_id IS NOT NULL OR words_sealed IS NOT NULL", name="something"
        ),
        CheckConstraint(f"opinion IS NULL OR {one_of('opinion', Opinion)}", name="opinion"),
        Index("ix_procedure_evidence_procedure_id_id", "procedure_id", "id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"))
    kind: Mapped[str] = mapped_column(String(12))
    #: The last step signed before it came: a slip speaks for the state it was brought in.
    at_seq: Mapped[int] = mapped_column(Integer)
    on: Mapped[dt.date] = mapped_column("held_on", Date)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    with_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment]
    opinion: Mapped[str | None] = mapped_column(String(10))
    words_sealed: Mapped[str | None] = mapped_column(Text)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"), index=True)


class IncomeSurvey(Model):
    """What a household had in a year as surveyed at home, in fen. Net leaves out one-off relief and grants tied to a purpose."""

    __tablename__ = "income_surveys"
    __table_args__ = (
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        CheckConstraint("members > 0", name="somebody"),
        CheckConstraint(
            "wage_fen >= 0 AND business_fen >= 0 AND property_fen >= 0 AND transfer_fen >= 0 AND expenditure_fen >= 0"
            " AND excluded_fen >= 0",
            name="amounts_not_negative",
        ),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("procedure_evidence.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer)
    members: Mapped[int] = mapped_column(SmallInteger)
    wage_fen: Mapped[Fen]
    business_fen: Mapped[Fen]
    property_fen: Mapped[Fen]
    transfer_fen: Mapped[Fen]
    expenditure_fen: Mapped[Fen]
    #: Told beside it and counted nowhere.
    excluded_fen: Mapped[Fen]


class AssemblyVote(Model):
    """How the village group voted on whether a household is in need."""

    __tablename__ = "assembly_votes"
    __table_args__ = (
        CheckConstraint("eligible > 0 AND present BETWEEN 1 AND eligible", name="present"),
        CheckConstraint("in_favour >= 0 AND against >= 0 AND abstained >= 0", name="not_negative"),
        CheckConstraint("in_favour + against + abstained = present", name="everybody_counted"),
        CheckConstraint("present * 2 > eligible", name="quorum"),
    )

    evidence_id: Mapped[int] = mapped_column(ForeignKey("procedure_evidence.id"), primary_key=True)
    group_name: Mapped[str] = mapped_column(String(60))
    eligible: Mapped[int] = mapped_column(Integer)
    present: Mapped[int] = mapped_column(Integer)
    in_favour: Mapped[int] = mapped_column(Integer)
    against: Mapped[int] = mapped_column(Integer)
    abstained: Mapped[int] = mapped_column(Integer)


class HomeCheck(Model):
    """What was found at a household's home: causes and the five guarantees."""

    __tablename__ = "home_checks"
    __table_args__ = ()

    evidence_id: Mapped[int] = mapped_column(ForeignKey("procedure_evidence.id"), primary_key=True)
    #: Codes by comma.
    causes: Mapped[str] = mapped_column(String(200))
    #: Guarantees met, by comma; those not named are not met.
    met: Mapped[str] = mapped_column(String(80))


class ComparisonList(Model):
    """A register of another office, uploaded to be compared with. Of a person it keeps the blind index of the number alone."""

    __tablename__ = "comparison_lists"
    __table_args__ = (
        CheckConstraint(one_of("kind", ListKind), name="kind"),
        Index("ix_comparison_lists_id_retired_at", "retired_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[dt.date] = mapped_column(Date)
    rows: Mapped[int] = mapped_column(Integer)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Moment]
    #: Replaced by a newer list, or taken back.
    retired_at: Mapped[dt.datetime | None]


class ComparisonRow(Model):
    """One person of such a list, and what it says of them in a few words."""

    __tablename__ = "comparison_rows"
    __table_args__ = (Index("ix_comparison_rows_id_index", "id_index"),)

    id: Mapped[Id]
    list_id: Mapped[int] = mapped_column(ForeignKey("comparison_lists.id"), index=True)
    id_index: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(120))
