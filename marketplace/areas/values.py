"""Levels of areas, and what a code by itself says of a place."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How large an area is."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


#: Digits of a code at each level.
DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}
_LEVELS = {digits: level for level, digits in DIGITS.items()}


def level_of(code: str) -> Level:
    """Return the level of an area's code. Raises: KeyError for a code of another length."""
    return _LEVELS[len(code)]


def township_of(village_code: str) -> str:
    """Return the code of the township that a village lies in."""
    return village_code[: DIGITS[Level.TOWNSHIP]]


def covers(area_code: str, code: str) -> bool:
    """Say whether an area is, or contains, the area of another code."""
    return code.startswith(area_code)


def code_range(area_code: str) -> tuple[str, str]:
    """Return (from, before): the codes of an area and all below it, as a range that an index serves."""
    return area_code, area_code + ":"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a hundred households of a village broadband reached on a day, and who says so."""

    village_code: str
    measured_on: dt.date
    households_percent: int
    source: str
