"""Sweeps of goods: holds whose time is over."""

from marketplace.kernel.jobs import Sweep
from marketplace.products.services import expire_holds

SWEEPS = (Sweep("products.expire_holds", 60, expire_holds),)
