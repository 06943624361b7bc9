"""What households declared to have spent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.models import SpendingEntry


def spending_of_household(session: Session, household_id: int) -> Sequence[SpendingEntry]:
    """Return the entries of a household, withdrawn ones too, the latest year first."""
    return session.scalars(
        select(SpendingEntry)
        .where(SpendingEntry.household_id == household_id)
        .order_by(SpendingEntry.year.desc(), SpendingEntry.id.desc())
    ).all()
