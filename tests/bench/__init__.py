"""`make bench`: what the house costs, as ratios taken in one run on one machine.

Each part lays out its own database by the house's migrations, fills it, proves by every invariant that what it filled in is true,
measures, and prints a table of medians with their spread. Nothing here judges a time: machines differ, and a shared one differs
from itself. Loopback alone is used, and everything started is ended.
"""
