"""Which officials see a booking's money."""

from collections.abc import Iterable


def smallest_area(village_codes: Iterable[str]) -> str:
    """Return the code of the smallest area that holds some villages: a village, a township or the county."""
    codes = set(village_codes)
    return next(min(codes)[:length] for length in (12, 9, 6) if len({code[:length] for code in codes}) == 1)
