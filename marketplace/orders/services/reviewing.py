"""A buyer says how it was: handed over to `products`, which keeps it, once the goods have come."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotThere
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase
from marketplace.orders.refusals import NotDelivered, OwnGoods
from marketplace.orders.services.paying import source_of
from marketplace.orders.services.steps import is_sellers_own, taken
from marketplace.products import services as products


def review_line(
    session: Session, *, key: str, line_id: int, stars: int, words: str, by: int | None, image_ids: Sequence[int] = ()
) -> str:
    """Say how the goods of a line were; return the review's reference. The same key again returns the first.

    Raises:
        NotDelivered: they have not come.
        OwnGoods: who writes, or bought, acts for the household that sold them.
        What products' keep_review raises.
    """
    line = session.get(OrderLine, line_id)
    if line is None:
        raise NotThere
    order = taken(session, HouseholdOrder, line.household_order_id)
    if order.state not in rules.ARRIVED:
        raise NotDelivered
    purchase = session.execute(select(Purchase.province, Purchase.buyer_user_id).where(Purchase.id == order.purchase_id)).one()
    if is_sellers_own(session, order, by) or is_sellers_own(session, order, purchase.buyer_user_id):
        raise OwnGoods
    return products.keep_review(
        session, key=key, source=source_of(line), offer_id=line.offer_id, stars=stars, words=words, province=purchase.province,
        image_ids=image_ids,
    )  # fmt: skip
