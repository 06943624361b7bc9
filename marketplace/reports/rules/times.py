"""Lengths of time, as pure functions over whole days."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: how often it was seen, the middle, and within how many days nine of ten were done."""

    number: int
    median_days: float
    ninth_decile_days: int


def times_of(days: Sequence[int]) -> Times | None:
    """Return the median (of two in the middle their mean) and the 90th percentile by nearest rank; None of nothing.

    Nearest rank: the smallest length that at least 90 % of all do not exceed (Hyndman and Fan, "Sample Quantiles in Statistical
    Packages", The American Statistician 50 (1996), definition 1), so that it is a length that was seen.
    """
    if not days:
        return None
    ordered, number = sorted(days), len(days)
    median = (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
    return Times(number, median, ordered[-(-9 * number // 10) - 1])
