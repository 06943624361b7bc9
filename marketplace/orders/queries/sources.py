"""Purchases and refunds for the rooms above: as subqueries for their truths, and by the names that income gives their lines."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.orders.models import HouseholdOrder, OrderLine, Purchase, Refund
from marketplace.orders.values import line_source


def purchases() -> Any:
    """Return all purchases as a subquery: id, ref, state, gateway, total_fen, paid_at."""
    columns = (Purchase.id, Purchase.ref, Purchase.state, Purchase.gateway, Purchase.total_fen, Purchase.paid_at)
    return select(*columns).subquery()


def refunds() -> Any:
    """Return all refunds as a subquery: id, ref, state, gateway of the purchase, total_fen."""
    return (
        select(Refund.id, Refund.ref, Refund.state, Purchase.gateway, (Refund.amount_fen + Refund.freight_fen).label("total_fen"))
        .join(HouseholdOrder, HouseholdOrder.id == Refund.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .subquery()
    )


def purchase_refs_of_sources(session: Session, sources: Iterable[str]) -> dict[str, str]:
    """Return the reference of the purchase behind each of income's sources that is an order line. One query."""
    keys = [int(key) for head, _, key in (source.partition("/") for source in sources) if head == "order_line"]
    rows = session.execute(
        select(OrderLine.id, Purchase.ref)
        .join(HouseholdOrder, HouseholdOrder.id == OrderLine.household_order_id)
        .join(Purchase, Purchase.id == HouseholdOrder.purchase_id)
        .where(OrderLine.id.in_(keys))
    )
    return {line_source(row.id): row.ref for row in rows}
