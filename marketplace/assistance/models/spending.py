"""What households declared to have spent on what cannot be put off."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values.alerts import SpendingKind
from marketplace.kernel.db import Fen, Id, Model, Moment, one_of


class SpendingEntry(Model):
    """A sum of a household in a year. A mistake is taken back by name and entered anew; nothing is edited."""

    __tablename__ = "spending_entries"
    __table_args__ = (
        CheckConstraint(one_of("kind", SpendingKind), name="kind"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year"),
        CheckConstraint("amount_fen > 0", name="some_amount"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_by_somebody"),
        Index("ix_spending_entries_household_id_year", "household_id", "year"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(60), unique=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    year: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(10))
    amount_fen: Mapped[Fen]
    source: Mapped[str] = mapped_column(String(60))
    entered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entered_at: Mapped[Moment]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[dt.datetime | None]
