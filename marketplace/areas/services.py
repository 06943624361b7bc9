"""Loading the county's places from its file; safe to repeat."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.areas.models import Area, BroadbandCoverage
from marketplace.areas.refusals import BrokenCounty, UnknownArea
from marketplace.areas.values import DIGITS, Level
from marketplace.kernel import clock

COUNTY_FILE = Path(__file__).parent / "lianhua.json"
#: Endings of Chinese names and what they are called in English.
_ENDINGS = (("社区", " Community"), ("村", " Village"), ("垦殖场", " Farm"))


def county_file() -> dict[str, Any]:
    """Return the county of this deployment as its file has it."""
    found: dict[str, Any] = json.loads(COUNTY_FILE.read_text(encoding="utf-8"))
    return found


def load_county(session: Session, county: Mapping[str, Any] | None = None) -> int:
    """Add or rename the places of a county (of this deployment, where none is given); return how many changed.

    Places missing from the file are kept: rows may point at them.

    Raises: BrokenCounty where a code does not lie in its parent's.
    """
    changed = 0
    standing = {row.code: row for row in session.scalars(select(Area))}
    for facts in _rows(county or county_file()):
        _refuse_broken(facts)
        row = standing.get(facts["code"])
        if row is None:
            session.add(Area(**facts))  # parents come first, and rows are written in this order
            changed += 1
        elif any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            changed += 1
    session.flush()
    return changed


def _rows(county: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    top = county["county"]
    yield _facts(Level.COUNTY, top["code"], top["zh"], top["zh"], top.get("en"), None)
    for town in county["townships"]:
        yield _facts(Level.TOWNSHIP, town["code"], town["zh"], town["zh"], town.get("en"), top["code"])
    for village in county["villages"]:
        yield _facts(
            Level.VILLAGE, village["code"], village["zh"], village.get("official") or village["zh"], village.get("en"),
            village["township"],
        )  # fmt: skip


def _facts(level: Level, code: str, zh: str, official: str, en: str | None, parent: str | None) -> dict[str, Any]:
    return {
        "code": code, "level": str(level), "name_zh": zh, "official_zh": official, "name_en": en or english_name(zh),
        "parent_code": parent,
    }  # fmt: skip


def _refuse_broken(facts: Mapping[str, Any]) -> None:
    code = facts["code"]
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS[facts["level"]]):
        raise BrokenCounty(area_code=code)
    if facts["parent_code"] is not None and not code.startswith(facts["parent_code"]):
        raise BrokenCounty(area_code=code)


def english_name(zh: str) -> str:
    """Return a Chinese place name in pinyin with its English ending: 西门村 becomes 'Ximen Village'."""
    for ending, english in _ENDINGS:
        if zh.endswith(ending) and zh != ending:
            return "".join(lazy_pinyin(zh.removesuffix(ending))).capitalize() + english
    return "".join(lazy_pinyin(zh)).capitalize()


def record_broadband(session: Session, *, village_code: str, measured_on: dt.date, households_percent: int, source: str) -> None:
    """Record how many of a hundred households of a village broadband reaches; said again of the same day, the later word stands.

    Raises:
        UnknownArea: there is no village of this code.
    """
    area = session.get(Area, village_code)
    if area is None or area.level != Level.VILLAGE:
        raise UnknownArea(area_code=village_code)
    row = session.scalar(
        select(BroadbandCoverage).where(
            BroadbandCoverage.village_code == village_code, BroadbandCoverage.measured_on == measured_on
        )
    )
    if row is None:
        row = BroadbandCoverage(village_code=village_code, measured_on=measured_on)
        session.add(row)
    row.households_percent, row.source, row.recorded_at = households_percent, source[:120], clock.now()
    session.flush()
