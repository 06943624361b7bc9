"""What time does to notices."""

from marketplace.kernel.jobs import Sweep
from marketplace.notices.services import take_down_due

SWEEPS = (Sweep("notices.take_down", 600, take_down_due),)
