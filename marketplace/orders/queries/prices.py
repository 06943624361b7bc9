"""What goods were sold at lately, by kind."""

import datetime as dt
from dataclasses import dataclass
from statistics import median_low

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.money import ratio
from marketplace.orders.models import HouseholdOrder, OrderLine

#: The latest lines stand for all where there are more: they are read by their key, however long the book is.
MOST_LINES = 4_000
#: Of fewer sales no middle is told: it would tell of single sellers.
LEAST_SALES = 3


@dataclass(frozen=True, slots=True)
class SoldPrice:
    """The middle of what a kind of goods was sold at: of 500 g, and of a piece."""

    per_500g_fen: int
    piece_fen: int
    sales: int


def sold_prices(session: Session, since: dt.datetime) -> dict[str, SoldPrice]:
    """Return, by category, the lower median of what was paid since a moment; kinds with fewer than three sales are left out."""
    latest = (
        select(OrderLine.category_code, OrderLine.price_fen, OrderLine.unit_grams, OrderLine.household_order_id)
        .order_by(OrderLine.id.desc())
        .limit(MOST_LINES)
        .subquery()
    )
    rows = session.execute(
        select(latest.c.category_code, latest.c.price_fen, latest.c.unit_grams)
        .join(HouseholdOrder, HouseholdOrder.id == latest.c.household_order_id)
        .where(HouseholdOrder.paid_at >= since)
    )
    sold: dict[str, list[tuple[int, int]]] = {}
    for category, price_fen, unit_grams in rows:
        sold.setdefault(category, []).append((ratio(price_fen, 500, unit_grams), price_fen))
    return {
        category: SoldPrice(median_low(each for each, _ in prices), median_low(piece for _, piece in prices), len(prices))
        for category, prices in sold.items()
        if len(prices) >= LEAST_SALES
    }
