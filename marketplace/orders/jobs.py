"""Sweeps of orders: purchases whose time is over, lines whose after-sale window has closed, and buyers to be forgotten."""

from marketplace.kernel.jobs import Sweep
from marketplace.orders.services import complete_due, expire_purchases, forget_buyers

SWEEPS = (
    Sweep("orders.expire_purchases", 60, expire_purchases),
    Sweep("orders.complete_due", 600, complete_due),
    Sweep("orders.forget_buyers", 24 * 3600, forget_buyers),
)
