"""When each household is to be visited next."""

import datetime as dt

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.assistance.values.plans import VisitReason
from marketplace.kernel.db import Model, one_of


class VisitPlan(Model):
    """The next visit of a household: due by the rule of the day it was reckoned, and perhaps arranged for a day."""

    __tablename__ = "visit_plans"
    __table_args__ = (
        CheckConstraint("interval_days > 0", name="some_days"),
        CheckConstraint(one_of("reason", VisitReason), name="reason"),
        CheckConstraint("(planned_on IS NULL) = (planned_by IS NULL)", name="planned_by_somebody"),
        # the overdue list and the plan of a month are read in this order, whatever the page
        Index("ix_visit_plans_due_on", "due_on", "household_id"),
        Index("ix_visit_plans_village", "village_code", "due_on", "household_id"),
    )

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True, autoincrement=False)
    village_code: Mapped[str] = mapped_column(String(12), ForeignKey("areas.code"))
    interval_days: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(12))
    last_visit_on: Mapped[dt.date | None] = mapped_column(Date)
    due_on: Mapped[dt.date] = mapped_column(Date)
    planned_on: Mapped[dt.date | None] = mapped_column(Date)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
