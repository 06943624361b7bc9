"""Sweeps of grievances."""

from marketplace.grievances import services
from marketplace.kernel.jobs import Sweep

SWEEPS: tuple[Sweep, ...] = (Sweep("grievances.forget", 24 * 3600, services.forget_grievances),)
