"""The table of places."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model


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
