"""Sweeps of orders: purchases whose time is over, and lines whose after-sale window has closed."""

from marketplace.kernel.jobs import Sweep
from marketplace.orders.services import complete_due, expire_purchases

SWEEPS = (
    Sweep("orders.expire_purchases", 60, expire_purchases),
    Sweep("orders.complete_due", 600, complete_due),
)
