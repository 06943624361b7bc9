"""Main causes of many households at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.models import Cause
from marketplace.farmers.queries.references import keys_in_area


def main_causes(session: Session, area_code: str) -> dict[int, str]:
    """Return the main cause that stands now of each household of an area that has one, by key. One query."""
    rows = session.execute(
        select(Cause.household_id, Cause.cause).where(
            Cause.is_main.is_(True), Cause.to_on.is_(None), Cause.household_id.in_(keys_in_area(area_code))
        )
    )
    return {row[0]: row[1] for row in rows}
