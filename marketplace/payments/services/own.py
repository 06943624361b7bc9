"""Nobody records or confirms the money of what they bought, or their household sold."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.kernel.errors import NotThere
from marketplace.orders import queries as orders
from marketplace.orders.values import PurchaseHead, RefundView
from marketplace.payments.refusals import OwnPurchase


def refuse_own_purchase(session: Session, purchase: PurchaseHead, by: int) -> None:
    """Refuse the buyer of a purchase and whoever acts for a household that sold some of it.

    Raises:
        OwnPurchase: they do.
    """
    _refuse(session, by, purchase, orders.households_of_purchase(session, purchase_id=purchase.id))


def refuse_own_refund(session: Session, refund: RefundView, by: int) -> None:
    """Refuse whom a refund goes to, and whoever acts for the household that sold the goods.

    Raises:
        OwnPurchase: they do.
        NotThere: no such purchase.
    """
    purchase = orders.head_by_id(session, purchase_id=refund.purchase_id)
    if purchase is None:
        raise NotThere
    _refuse(session, by, purchase, (refund.household_id,) if refund.household_id is not None else ())


def _refuse(session: Session, by: int, purchase: PurchaseHead, household_ids: Iterable[int]) -> None:
    if by == purchase.buyer_user_id or any(by in farmers.users_of_household(session, each) for each in household_ids):
        raise OwnPurchase
