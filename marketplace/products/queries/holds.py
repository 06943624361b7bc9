"""What stock knows of holds and of goods that came back, for the truths of rooms above."""

from typing import Any

from sqlalchemy import select

from marketplace.products.models import Reservation, StockMovement
from marketplace.products.values import MovementKind


def holds_like(pattern: str) -> Any:
    """Return the holds whose source matches a LIKE pattern, as a subquery: source, offer_id, quantity, state."""
    return (
        select(Reservation.source, Reservation.offer_id, Reservation.quantity, Reservation.state)
        .where(Reservation.source.like(pattern))
        .subquery()
    )


def restocks() -> Any:
    """Return what was put back on the shelf, as a subquery: source, offer_id, quantity."""
    return (
        select(StockMovement.source, StockMovement.offer_id, (-StockMovement.taken_delta).label("quantity"))
        .where(StockMovement.kind == MovementKind.RESTOCKED)
        .subquery()
    )
