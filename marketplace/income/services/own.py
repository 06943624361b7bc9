"""Nobody records, confirms or answers for money that is their own household's."""

from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.income.refusals import OwnMoney


def refuse_own(session: Session, household_id: int | None, by: int) -> None:
    """Refuse somebody who acts for the household whose money it is.

    Raises:
        OwnMoney: they do.
    """
    if household_id is not None and by in farmers.users_of_household(session, household_id):
        raise OwnMoney
