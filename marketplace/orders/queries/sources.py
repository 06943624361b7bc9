"""Purchases and refunds as subqueries, for the truths of the rooms above."""

from typing import Any

from sqlalchemy import select

from marketplace.orders.models import HouseholdOrder, Purchase, Refund


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
