"""Answers as a sheet of Excel: its columns, and how each row is judged. Nothing of a row is repeated in what is said of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.assistance.register.sheet import Layout, Source, heading_of, open_sheet
from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_
from marketplace.surveys import rules
from marketplace.surveys.values import (
    SCORES,
    Channel,
    CodeStanding,
    CodeView,
    Finding,
    Given,
    ReadSheet,
    Respondents,
    SurveyView,
)

AREA, DAY, GROUP, SHEET = "地区", "填写日期", "人群", "单号"
#: What may stand under GROUP.
GROUPS = {
    "": Respondents.ANYONE,
    "不区分": Respondents.ANYONE,
    "居民": Respondents.RESIDENT,
    "游客": Respondents.VISITOR,
    "在册户": Respondents.REGISTERED,
}

_NO_AREA = N_("No area of yours has this name or code.")
_TWO_AREAS = N_("Several areas have this name. Write the township before it, or the code.")
_NO_DAY = N_("Write a day such as 2026-09-12.")
_WRONG_DAY = N_("The day must lie between %(first)s, when the survey was opened, and today.")
_NO_GROUP = N_("Write one of these words, or nothing: %(words)s.")
_NO_SHEET = N_("No sheet of your area has this number.")
_TWICE = N_("This sheet stands in row %(row)d already.")
_COUNTED = N_("This sheet has been counted already.")
_EXPIRED = N_("This sheet is no longer valid.")
_NO_SCORE = N_("A score is a whole number from 1 to 5, or nothing.")
_NOTHING = N_("At least one item must have a score.")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What answers of a sheet may name: areas by what they are called, the survey's sheets, and its days."""

    #: Written name, or code -> codes of the areas that it may mean.
    areas: Mapping[str, Sequence[str]]
    first: dt.date
    today: dt.date
    codes: Mapping[int, CodeView] = field(default_factory=dict)


@dataclass(slots=True)
class _Row:
    """One row as it is read."""

    number: int
    cells: Mapping[str, object]
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, column: str, message: str, **params: str | int) -> None:
        self.findings.append(Finding(self.number, column, message, params))


def item_columns(survey: SurveyView) -> tuple[str, ...]:
    """Return the headings of the items: their number and words, so that another version's sheet is not taken for this one's."""
    return tuple(heading_of(f"{item.position}. {item.zh}") for item in survey.items)


def layout_of(survey: SurveyView) -> Layout:
    """Return what a sheet of answers to a survey looks like."""
    items = item_columns(survey)
    return Layout(AREA, (AREA, DAY, GROUP, SHEET, *items), (AREA, DAY, *items))


def named_areas(index: Iterable[tuple[str, str, str, str | None]], county: tuple[str, str]) -> dict[str, list[str]]:
    """Return what each area may be written as: code, short and official name, and a village's with its township before it.

    `index` holds (code, official name, short name, township's code); `county` is (code, name).
    """
    found: dict[str, list[str]] = defaultdict(list)
    found[county[0]] = found[county[1]] = [county[0]]
    entries = list(index)
    townships = {code: (official, short) for code, official, short, township in entries if township is None}
    for code, official, short, township in entries:
        names = {code, official, short}
        if township is not None:
            names |= {before + name for before in townships[township] for name in (official, short)}
        for name in names:
            found[heading_of(name)].append(code)
    return found


def sheet_numbers(source: Source, survey: SurveyView) -> set[int]:
    """Return the numbers of sheets that a workbook names, so that their codes are looked up together."""
    with open_sheet(source, layout_of(survey)) as sheet:
        place = sheet.positions.get(SHEET)
        found = {_whole(cells[place]) for _number, cells in sheet.rows} if place is not None else set()
    return {number for number in found if number is not None}


def read_answers(source: Source, survey: SurveyView, bounds: Bounds) -> ReadSheet:
    """Judge a workbook of answers.

    Raises: a RegisterRefused where the file as a whole can't be read.
    """
    items = item_columns(survey)
    good: list[Given] = []
    findings: list[Finding] = []
    seen: dict[int, int] = {}
    with open_sheet(source, layout_of(survey)) as sheet:
        for number, cells in sheet.rows:
            row = _Row(number, {column: cells[place] for column, place in sheet.positions.items()})
            given = _given(row, items, bounds, seen)
            findings += row.findings
            if given is not None and not row.findings:
                good.append(given)
    return ReadSheet(good, findings)


def _given(row: _Row, items: Sequence[str], bounds: Bounds, seen: dict[int, int]) -> Given | None:
    day = _day(row, bounds)
    scores = _scores(row, items)
    if row.cells.get(SHEET) is not None:
        code = _code(row, bounds, seen)
        if code is None or day is None:
            return None
        return Given(scores, code.area_code, day, code.respondents, Channel.EXCEL, code.id)
    area, group = _area(row, bounds), _group(row)
    return None if area is None or group is None or day is None else Given(scores, area, day, group, Channel.EXCEL)


def _day(row: _Row, bounds: Bounds) -> dt.date | None:
    value = row.cells.get(DAY)
    found: dt.date | None = None
    if isinstance(value, dt.datetime):
        found = value.date()
    elif isinstance(value, dt.date):
        found = value
    else:
        try:
            found = dt.date.fromisoformat(heading_of(value).replace("/", "-").replace(".", "-"))
        except ValueError:
            row.refuse(DAY, _NO_DAY)
            return None
    if not bounds.first <= found <= bounds.today:
        row.refuse(DAY, _WRONG_DAY, first=bounds.first.isoformat())
        return None
    return found


def _scores(row: _Row, items: Sequence[str]) -> tuple[int | None, ...]:
    scores: list[int | None] = []
    for column in items:
        value = row.cells.get(column)
        score = None if value is None or value == "" else _whole(value)
        if score not in (None, 0, *SCORES) or (score is None and value not in (None, "")):
            row.refuse(column, _NO_SCORE)
        scores.append(score or None)
    try:
        return rules.checked_scores(scores, len(items))
    except Refusal:
        if not row.findings:
            row.refuse(items[0], _NOTHING)
        return tuple(scores)


def _code(row: _Row, bounds: Bounds, seen: dict[int, int]) -> CodeView | None:
    number = _whole(row.cells[SHEET])
    code = bounds.codes.get(number) if number is not None else None
    if number is None or code is None:
        row.refuse(SHEET, _NO_SHEET)
    elif number in seen:
        row.refuse(SHEET, _TWICE, row=seen[number])
    elif code.standing is CodeStanding.USED:
        row.refuse(SHEET, _COUNTED)
    elif code.standing is CodeStanding.EXPIRED:
        row.refuse(SHEET, _EXPIRED)
    else:
        seen[number] = row.number
        return code
    return None


def _area(row: _Row, bounds: Bounds) -> str | None:
    value = row.cells.get(AREA)
    named = str(value) if isinstance(value, int) and not isinstance(value, bool) else heading_of(value)
    found = bounds.areas.get(named, ())
    if len(found) == 1:
        return found[0]
    row.refuse(AREA, _TWO_AREAS if found else _NO_AREA)
    return None


def _group(row: _Row) -> Respondents | None:
    group = GROUPS.get(heading_of(row.cells.get(GROUP)))
    if group is None:
        row.refuse(GROUP, _NO_GROUP, words="、".join(word for word in GROUPS if word))
    return group


def _whole(value: object) -> int | None:
    """Return a whole number of a cell, which may be written as text; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int):
        return value
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
