"""The tables of places, and of how far broadband reaches in them."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Id, Model, Moment


class Area(Model):
    """A county, township or village."""

    __tablename__ = "areas"
    __table_args__ = (
        CheckConstraint(
            "(level = 'county' AND length(code) = 6 AND parent_code IS NULL)"
            " OR (level = 'township' AND length(code) = 9 AND parent_code = substr(code, 1, 6))"
            " OR (level = 'village' AND length(code) = 12 AND parent_code = substr(code, 1, 9))",
            name="code_nests",
        ),
        Index("ix_areas_parent_code", "parent_code"),
    )

    #: Statistical code; every area below begins with it.
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    #: Short name, as registers write it.
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    #: Name in the statistical list ('金城居委会').
    official_zh: Mapped[str] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(String(12), ForeignKey("areas.code"))


class BroadbandCoverage(Model):
    """How much of a village broadband reached on a day, and who says so."""

    __tablename__ = "broadband_coverages"
    __table_args__ = (
        UniqueConstraint("village_code", "measured_on"),
        CheckConstraint("length(village_code) = 12", name="of_a_village"),
        CheckConstraint("households_percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("source <> ''", name="has_a_source"),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    measured_on: Mapped[dt.date] = mapped_column(Date)
    #: Of a hundred households, those that a line reaches.
    households_percent: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[Moment]
