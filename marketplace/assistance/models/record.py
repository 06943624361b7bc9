"""The record itself: every row is dated, and a changed fact closes one row and opens the next."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.register.values import Attribute
from marketplace.assistance.register.values import Cause as CauseWord
from marketplace.assistance.values import (
    EndedHow,
    Guarantee,
    LedgerCategory,
    LineBasis,
    MaskedField,
    MeasureKind,
    MonitoringKind,
    Origin,
    Precision,
)
from marketplace.kernel.db import Fen, Id, Model, Moment, partial


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class RegistrationSpell(Model):
    """A time on the register. It may be closed once; a correction supersedes the row and writes another beside it."""

    __tablename__ = "registration_spells"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= registered_on", name="in_order"),
        CheckConstraint("(ended_on IS NULL) = (ended_how IS NULL)", name="ended_somehow"),
        CheckConstraint(f"ended_how IS NULL OR {_one_of('ended_how', EndedHow)}", name="ended_how"),
        CheckConstraint(_one_of("origin", Origin), name="origin"),
        CheckConstraint(_one_of("registered_precision", Precision), name="registered_precision"),
        CheckConstraint(f"attribute IS NULL OR {_one_of('attribute', (word.code for word in Attribute))}", name="attribute"),
        CheckConstraint("(origin = 'register') = (import_id IS NOT NULL)", name="register_names_its_import"),
        Index("uq_registration_spells_present", "household_id", unique=True,
              sqlite_where=text("ended_on IS NULL AND superseded_at IS NULL"),
              postgresql_where=text("ended_on IS NULL AND superseded_at IS NULL")),
        Index("ix_registration_spells_household_id_registered_on", "household_id", "registered_on"),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    registered_on: Mapped[dt.date] = mapped_column(Date)
    registered_precision: Mapped[str] = mapped_column(String(8))
    ended_on: Mapped[dt.date | None] = mapped_column(Date)
    ended_how: Mapped[str | None] = mapped_column(String(8))
    origin: Mapped[str] = mapped_column(String(10))
    attribute: Mapped[str | None] = mapped_column(String(12))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("register_imports.id"))
    created_at: Mapped[Moment]
    #: When another row took its place as what we hold true.
    superseded_at: Mapped[dt.datetime | None]


class MonitoringEpisode(Model):
    """A time during which a household is watched."""

    __tablename__ = "monitoring_episodes"
    __table_args__ = (
        CheckConstraint("cleared_on IS NULL OR cleared_on >= opened_on", name="in_order"),
        CheckConstraint(_one_of("kind", MonitoringKind), name="kind"),
        CheckConstraint("approved_by <> proposed_by", name="approved_by_another"),
        Index("uq_monitoring_episodes_present", "household_id", unique=True, sqlite_where=text("cleared_on IS NULL"),
              postgresql_where=text("cleared_on IS NULL")),
        Index("ix_monitoring_episodes_household_id", "household_id"),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[dt.date] = mapped_column(Date)
    cleared_on: Mapped[dt.date | None] = mapped_column(Date)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Cause(Model):
    """Why a household is poor, from a day to a day."""

    __tablename__ = "causes"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint(_one_of("cause", (word.code for word in CauseWord)), name="cause"),
        Index("ix_causes_household_id", "household_id"),
        Index("uq_causes_present", "household_id", "cause", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
        Index("uq_causes_main", "household_id", unique=True, sqlite_where=text("to_on IS NULL AND is_main"),
              postgresql_where=text("to_on IS NULL AND is_main")),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    cause: Mapped[str] = mapped_column(String(12))
    is_main: Mapped[bool] = mapped_column(Boolean)
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Measure(Model):
    """Help a household takes part in, from a day to a day."""

    __tablename__ = "measures"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        CheckConstraint(_one_of("kind", MeasureKind), name="kind"),
        Index("uq_measures_present", "household_id", "kind", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
        Index("ix_measures_household_id_from_on", "household_id", "from_on"),
        partial("ix_measures_open", "from_on", "id", only="to_on IS NULL"),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    kind: Mapped[str] = mapped_column(String(16))
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class Helper(Model):
    """Who is answerable for helping a household, from a day to a day."""

    __tablename__ = "helpers"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="in_order"),
        Index("uq_helpers_present", "household_id", unique=True, sqlite_where=text("to_on IS NULL"),
              postgresql_where=text("to_on IS NULL")),
        Index("ix_helpers_household_id_from_on", "household_id", "from_on"),
        Index("ix_helpers_user_id", "user_id"),
    )  # fmt: skip

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    name_sealed: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(String(200), default="", server_default="")
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    from_on: Mapped[dt.date] = mapped_column(Date)
    to_on: Mapped[dt.date | None] = mapped_column(Date)


class Visit(Model):
    """A visit at home. The note may speak of illness, so it is sealed."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_household_id_visited_on", "household_id", "visited_on"),)

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visited_on: Mapped[dt.date] = mapped_column(Date)
    note_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Moment]


class VisitImage(Model):
    """A photo taken on a visit."""

    __tablename__ = "visit_images"
    __table_args__ = (UniqueConstraint("visit_id", "image_id"),)

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)


class GuaranteeCheck(Model):
    """Whether one of the five guarantees was met on a day."""

    __tablename__ = "guarantee_checks"
    __table_args__ = (
        CheckConstraint(_one_of("guarantee", Guarantee), name="guarantee"),
        Index("ix_guarantee_checks_household_id_checked_on", "household_id", "checked_on"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    guarantee: Mapped[str] = mapped_column(String(20))
    is_met: Mapped[bool] = mapped_column(Boolean)
    checked_on: Mapped[dt.date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class YearLedgerEntry(Model):
    """Declared income of a household in a year and category, in fen. It counts once a second official approved it."""

    __tablename__ = "year_ledgers"
    __table_args__ = (
        CheckConstraint(_one_of("category", LedgerCategory), name="category"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        CheckConstraint("amount_fen >= 0", name="amount_not_negative"),
        CheckConstraint("approved_by IS NULL OR approved_by <> entered_by", name="approved_by_another"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_at_a_moment"),
        Index("uq_year_ledgers_standing", "household_id", "year", "category", unique=True,
              sqlite_where=text("superseded_at IS NULL AND approved_by IS NOT NULL"),
              postgresql_where=text("superseded_at IS NULL AND approved_by IS NOT NULL")),
        Index("ix_year_ledgers_household_id_year", "household_id", "year"),
        Index("uq_year_ledgers_waiting", "household_id", "year", "category", "amount_fen", "entered_by", unique=True,
              sqlite_where=text("approved_by IS NULL AND superseded_at IS NULL"),
              postgresql_where=text("approved_by IS NULL AND superseded_at IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    year: Mapped[int] = mapped_column(Integer)
    category: Mapped[str] = mapped_column(String(24))
    amount_fen: Mapped[Fen]
    source: Mapped[str] = mapped_column(String(60))
    entered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[Moment]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[dt.datetime | None]
    superseded_at: Mapped[dt.datetime | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("register_imports.id"))


class PlatformIncome(Model):
    """What income recorded for a household through the platform in a month, as `income` handed it down."""

    __tablename__ = "platform_incomes"
    __table_args__ = (
        UniqueConstraint("household_id", "month"),
        CheckConstraint("net_fen = gross_fen - refunds_fen - fees_fen - costs_fen", name="net_adds_up"),
    )

    id: Mapped[Id]
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    #: 'YYYY-MM', cut in Asia/Shanghai.
    month: Mapped[str] = mapped_column(String(7))
    gross_fen: Mapped[Fen]
    refunds_fen: Mapped[Fen]
    fees_fen: Mapped[Fen]
    costs_fen: Mapped[Fen]
    net_fen: Mapped[Fen]
    earned_fen: Mapped[Fen]
    paid_fen: Mapped[Fen]
    #: When these figures were first handed down; the month as a whole was looked at later (`PlatformHandover`).
    recorded_at: Mapped[Moment]


class PlatformHandover(Model):
    """When a month was last handed down whole: from then on a household without a row had no income in it."""

    __tablename__ = "platform_handovers"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    handed_at: Mapped[Moment]


class PovertyLine(Model):
    """What a person must have had in a year not to count as poor. A year without a row is unknown, never reckoned from others."""

    __tablename__ = "poverty_lines"
    __table_args__ = (
        CheckConstraint("year BETWEEN 1978 AND 2100", name="year"),
        CheckConstraint(_one_of("basis", LineBasis), name="basis"),
        CheckConstraint("(basis = 'net') = (year <= 2013)", name="basis_of_its_year"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    basis: Mapped[str] = mapped_column(String(10))
    amount_fen: Mapped[Fen]
    source: Mapped[str] = mapped_column(String(200))
    #: Invented for a demonstration, and shown as such wherever it is shown.
    is_example: Mapped[bool] = mapped_column(Boolean)


class Unmasking(Model):
    """One disclosure of one personal field: who, whose, which, why. Written before the field is shown."""

    __tablename__ = "unmaskings"
    __table_args__ = (
        CheckConstraint(_one_of("field", MaskedField), name="field"),
        CheckConstraint("length(reason) >= 4", name="reason_given"),
        Index("ix_unmaskings_household_id_at", "household_id", "at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(String(20), unique=True)
    at: Mapped[Moment]
    by_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    #: Empty where the household's own field was shown.
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member_spells.id"))
    field: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(200))
