"""Sweeps of surveys: those whose last day is past are closed."""

from marketplace.kernel.jobs import Sweep
from marketplace.surveys.services import close_due

SWEEPS: tuple[Sweep, ...] = (Sweep("surveys.close_due", 3600, close_due),)
