"""Periodic passes of the assistance record: every household judged once a night."""

from marketplace.assistance.services import assess_next
from marketplace.kernel.jobs import StepwiseSweep

SWEEPS = (StepwiseSweep("assess households", 24 * 3600, assess_next),)
