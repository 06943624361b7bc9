"""PDF twins of pages that people keep: A4, black on white, figures set to the right, numbered pages, one face.

A paper is the same to the byte whenever it is drawn from the same facts: its date is theirs, never the clock's.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import make_response
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextMode
from fpdf.fonts import FontFace
from werkzeug.wrappers import Response

from marketplace.web.faces import Face
from marketplace.web.filters import yuan_only
from marketplace.web.language import locale_id

_MARGIN, _WIDTH = 18, 174
_TITLE, _HEADING, _BODY, _SMALL, _LINE = 16, 12, 10.5, 9, 5.6
_GREY = 238
#: Kinds whose cells stand to the right.
_FIGURES = ("yuan", "number")


@dataclass(frozen=True)
class PaperColumn:
    """A column: its heading, how its cells are written (text, yuan from fen, number), and its width against the others'."""

    label: str
    kind: str = "text"
    width: int = 10


@dataclass(frozen=True)
class PaperTable:
    """A table; None is an empty cell. The total, where there is one, is its last row."""

    heading: str
    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[str | int | None]]
    total: Sequence[str | int | None] = ()


@dataclass(frozen=True)
class Paper:
    """All that stands on a paper, in the order in which it is read."""

    title: str
    #: Whose it is, and what identifies it: on the foot of each page.
    mark: str
    as_of: dt.datetime
    facts: Sequence[tuple[str, str]]
    tables: Sequence[PaperTable]
    #: Sentences at the end.
    notes: Sequence[str] = field(default_factory=tuple)


class _Sheet(FPDF):
    """A4 pages with their number at the foot."""

    def __init__(self, paper: Paper, face: Face) -> None:
        super().__init__(format="A4")
        self._mark = paper.mark
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=22)
        self.set_creation_date(paper.as_of)
        self.set_title(paper.title)
        self.set_lang("zh-CN" if locale_id() == "zh" else "en-GB")
        self.add_font("face", fname=face.path)
        self.set_font("face", size=_BODY)
        self.add_page()

    def footer(self) -> None:
        """Write mark and page number."""
        self.set_y(-16)
        self.set_font("face", size=_SMALL)
        self.cell(w=_WIDTH / 2, text=self._mark)
        self.cell(w=_WIDTH / 2, text=f"{self.page_no()} / {{nb}}", align="R")


def drawn(paper: Paper, face: Face) -> bytes:
    """Return a paper as PDF; about half a second, most of it for cutting the face down to the letters that are used."""
    sheet = _Sheet(paper, face)
    _heavy(sheet, paper.title, _TITLE, "C")
    sheet.ln(3)
    _facts(sheet, paper.facts)
    for table in paper.tables:
        sheet.ln(4)
        _heavy(sheet, table.heading, _HEADING, "L")
        sheet.ln(1)
        _table(sheet, table)
    sheet.ln(4)
    sheet.set_font("face", size=_SMALL)
    for note in paper.notes:
        sheet.multi_cell(w=_WIDTH, h=_LINE, text=note, align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(sheet.output())


def send(paper: Paper, face: Face, name: str) -> Response:
    """Return a paper as a file that no cache keeps."""
    answer: Response = make_response(drawn(paper, face))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _heavy(sheet: _Sheet, words: str, size: float, align: str) -> None:
    """Write a heading; the face has one weight, so its outline is drawn as well."""
    sheet.set_font("face", size=size)
    sheet.set_line_width(0.2)
    with sheet.local_context(text_mode=TextMode.FILL_STROKE, line_width=0.2):
        sheet.multi_cell(w=_WIDTH, h=size * 0.55, text=words, align=align, new_x="LMARGIN", new_y="NEXT")
    sheet.set_font("face", size=_BODY)


def _facts(sheet: _Sheet, facts: Sequence[tuple[str, str]]) -> None:
    with sheet.table(
        width=_WIDTH, col_widths=(30, 70), line_height=_LINE, borders_layout=TableBordersLayout.NONE, first_row_as_headings=False,
        text_align=("LEFT", "LEFT"), padding=(0.6, 1),
    ) as table:  # fmt: skip
        for term, words in facts:
            table.row((term, words))


def _table(sheet: _Sheet, shown: PaperTable) -> None:
    sheet.set_font("face", size=_SMALL)
    sheet.set_line_width(0.15)
    with sheet.table(
        width=_WIDTH, col_widths=tuple(column.width for column in shown.columns), line_height=_LINE - 0.6,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, headings_style=FontFace(fill_color=_GREY),
        text_align=tuple("RIGHT" if column.kind in _FIGURES else "LEFT" for column in shown.columns), padding=(0.8, 1.5),
        v_align="TOP",
    ) as table:  # fmt: skip
        table.row([column.label for column in shown.columns])
        for row in shown.rows:
            table.row(_cells(shown.columns, row))
        if shown.total:
            table.row(_cells(shown.columns, shown.total), style=FontFace(fill_color=_GREY))
    sheet.set_font("face", size=_BODY)


def _cells(columns: Sequence[PaperColumn], row: Sequence[str | int | None]) -> list[str]:
    return [_written(column, value) for column, value in zip(columns, row, strict=True)]


def _written(column: PaperColumn, value: str | int | None) -> str:
    if value is None:
        return ""
    return yuan_only(value) if column.kind == "yuan" and isinstance(value, int) else str(value)
