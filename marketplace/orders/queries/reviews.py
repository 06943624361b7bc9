"""What buyers said of the lines of orders, which `products` keeps by the lines' names."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase
from marketplace.orders.values import line_source
from marketplace.products import queries as products
from marketplace.products.values import ReviewView


def reviews_of_lines(session: Session, line_ids: Iterable[int]) -> dict[int, ReviewView]:
    """Return the reviews of some lines, by line; hidden ones too."""
    names = {line_source(line_id): line_id for line_id in line_ids}
    return {names[source]: found for source, found in products.reviews_of_sources(session, names).items()}


def reviews_of_buyer(session: Session, *, user_id: int, limit: int = 500) -> tuple[ReviewView, ...]:
    """Return what a signed-in buyer said of their latest lines, the latest line first."""
    lines = session.scalars(
        select(OrderLine.id)
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .where(Purchase.buyer_user_id == user_id, HouseholdOrder.delivered_at.is_not(None))
        .order_by(OrderLine.id.desc())
        .limit(limit)
    ).all()
    found = reviews_of_lines(session, lines)
    return tuple(found[line_id] for line_id in lines if line_id in found)
