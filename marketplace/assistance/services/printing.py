"""Printing a household's booklet: who took a whole record away on paper is on the trail before the paper is."""

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries as farmers
from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere


def print_booklet(session: Session, *, household_id: int, by: int) -> str:
    """Write a printing down and return its number, which stands on every printed booklet.

    Raises:
        NotThere: there is no such household.
    """
    household = farmers.household(session, household_id)
    if household is None:
        raise NotThere
    number = ids.reference("P", 10)
    record_audit(
        session, by=by, action="assistance.print_booklet", object_kind="household", object_ref=household.ref,
        after={"number": number}, area_code=household.village_code,
    )  # fmt: skip
    return number
