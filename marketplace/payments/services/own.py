"""Nobody records or confirms the money of what they bought, or their household sold or hosts."""

from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.payments.dues import dues_of
from marketplace.payments.refusals import OwnPurchase
from marketplace.payments.values import DueView, RefundDue


def refuse_own_due(session: Session, due: DueView, by: int) -> None:
    """Refuse the buyer, and whoever acts for a household that is paid by it.

    Raises:
        OwnPurchase: they do.
    """
    _refuse(session, by, due.buyer_user_id, dues_of(due.kind).households(session, due.id))


def refuse_own_refund(session: Session, refund: RefundDue, by: int) -> None:
    """Refuse whom a refund goes to, and whoever acts for a household that gives it.

    Raises:
        OwnPurchase: they do.
    """
    _refuse(session, by, refund.buyer_user_id, refund.household_ids)


def _refuse(session: Session, by: int, buyer: int | None, household_ids: frozenset[int]) -> None:
    if by == buyer or any(by in farmers.users_of_household(session, each) for each in household_ids):
        raise OwnPurchase
