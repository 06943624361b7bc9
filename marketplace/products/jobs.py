"""Sweeps of goods: holds whose time is over, and searches that too few made."""

from marketplace.kernel.jobs import Sweep
from marketplace.products.services import expire_holds, forget_rare_searches

SWEEPS = (
    Sweep("products.expire_holds", 60, expire_holds),
    Sweep("products.forget_rare_searches", 24 * 3600, forget_rare_searches),
)
