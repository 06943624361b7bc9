"""Plain builders for register sheets: the county's areas, a good row, a workbook from rows or from raw parts."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from marketplace.assistance.register.areas import AreaEntry, AreaIndex
from marketplace.assistance.register.columns import COLUMNS, POSITION
from marketplace.assistance.register.rules import judge
from marketplace.assistance.register.values import RegisterFile
from marketplace.kernel.identity import check_character

REFERENCE = Path(__file__).parents[2] / "reference"
TODAY = dt.date(2026, 11, 23)
POSITIONS = dict(POSITION)


def county_areas() -> AreaIndex:
    """The real townships and villages of the county."""
    county = json.loads((REFERENCE / "lianhua.json").read_text(encoding="utf-8"))
    townships = [AreaEntry(each["code"], each["zh"], each["zh"]) for each in county["townships"]]
    villages = [AreaEntry(each["code"], each["official"], each["zh"], each["township"]) for each in county["villages"]]
    return AreaIndex(townships + villages)


AREAS = county_areas()


def id_of(sequence: int, born: str = "19700101") -> str:
    """An invented ID number under the unassigned prefix 360399; an odd sequence is a man's."""
    first = f"360399{born}{sequence:03d}"
    return first + check_character(first)


def head(**cells: Any) -> dict[str, Any]:
    """A head's row with nothing wrong; `cells` replace its own, None empties one."""
    row: dict[str, Any] = {
        "户编号": "H1", "乡镇": "琴亭镇", "行政村": "西门村", "姓名": "刘一", "证件号码": id_of(1),
        "与户主关系": "户主", "性别": "男", "文化程度": "小学", "在校生状况": "非在校",
        "健康状况": "健康", "劳动技能": "普通劳动力",
        "联系电话": "19900000001", "贫困户属性": "一般贫困户", "主要致贫原因": "因病", "其他致贫原因": "因学、缺水",
        "识别时间": "2014-05-01", "脱贫年度": 2018, "年人均纯收入": 2190.74, "种植": "水稻、莲子",
        "帮扶责任人": "王五", "帮扶单位": "县教育局",
    }  # fmt: skip
    row.update(cells)
    return row


def member(**cells: Any) -> dict[str, Any]:
    """The row of the head's wife, household columns empty."""
    row: dict[str, Any] = {"户编号": "H1", "姓名": "张二", "证件号码": id_of(2), "与户主关系": "配偶"}
    row.update(cells)
    return row


def judged(*rows: dict[str, Any], **options: Any) -> RegisterFile:
    """Judge rows as they would leave the sheet; the first stands on row 3."""
    numbered = [(number, tuple(row.get(column) for column in COLUMNS)) for number, row in enumerate(rows, 3)]
    return judge(numbered, POSITIONS, areas=AREAS, today=TODAY, **options)


def found(file: RegisterFile) -> list[tuple[int, str, str]]:
    """What was found, as (row, column, reason)."""
    return [(finding.row, finding.column, finding.code.value) for finding in file.findings]


def workbook(rows: list[list[Any]], merged: str | None = None, title: str = "户册") -> bytes:
    """An .xlsx file with these rows on its only sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def register(*rows: dict[str, Any]) -> bytes:
    """An .xlsx register: title, header, these rows."""
    return workbook([["户册"], list(COLUMNS), *[[row.get(column) for column in COLUMNS] for row in rows]])


def with_part(book: bytes, name: str, content: bytes | None) -> bytes:
    """The same workbook with one part replaced, added, or (None) left out."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        if content is not None:
            new.writestr(name, content)
    return held.getvalue()


def sheet_xml(cells: str) -> bytes:
    """A worksheet part around raw rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()
