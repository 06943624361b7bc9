"""Excel twins of what the pages show: one table a sheet, no merged cells, numbers as numbers, texts never formulas."""

import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import send_file
from werkzeug.wrappers import Response
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Excel's own limit, less the heading.
MOST_ROWS = 1_048_575
#: Up to this size a file stays in memory.
IN_MEMORY = 4 * 1024 * 1024
_WIDTHS = {"yuan": 14, "number": 12, "decimal": 12, "percent": 10, "day": 12, "moment": 18}


class TooManyRows(Refusal):
    """A sheet would hold more rows than Excel can open."""

    code = "too_many_rows"
    message = N_("One sheet holds at most %(most)d rows. Choose a shorter period or a smaller area.")
    status = 413


@dataclass(frozen=True)
class SheetColumn:
    """A column: its heading and how its cells are written.

    Kinds: text, yuan (from fen), number, decimal (four places), percent, day or moment (as text).
    """

    label: str
    kind: str = "text"
    width: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A table: rows are sequences in the order of the columns; None is an empty cell. Rows are read once."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Sequence[Sheet], about: Sequence[tuple[str, str]], about_title: str) -> IO[bytes]:
    """Return an open file with the sheets, and last a sheet of terms: as-of moment, scope, definitions.

    Rows go to disk as they come (constant memory), so they may stream from the database.

    Raises:
        TooManyRows: a sheet has more rows than Excel can open.
    """
    out: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, options)
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "yuan": book.add_format({"num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "decimal": book.add_format({"num_format": "0.0000"}),
        "percent": book.add_format({"num_format": "0.0%"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    try:
        taken: set[str] = set()
        for sheet in sheets:
            _write(book.add_worksheet(_sheet_name(sheet.title, taken)), sheet, formats)
        terms = book.add_worksheet(_sheet_name(about_title, taken))
        terms.set_column(0, 0, 26)
        terms.set_column(1, 1, 90)
        for number, (term, words) in enumerate(about):
            terms.write_string(number, 0, term, formats["head"] if number == 0 else formats["wrap"])
            terms.write_string(number, 1, words, formats["head"] if number == 0 else formats["wrap"])
        book.close()
    except TooManyRows:
        book.close()
        out.close()
        raise
    out.seek(0)
    return out


def send(book: IO[bytes], name: str) -> Response:
    """Return the file as a download that no cache keeps; a small one is let go of at once, a large one streams from disk."""
    if book.seek(0, os.SEEK_END) <= IN_MEMORY:
        book.seek(0)
        with book:
            answer = send_file(io.BytesIO(book.read()), mimetype=XLSX, as_attachment=True, download_name=name)
    else:
        book.seek(0)
        answer = send_file(book, mimetype=XLSX, as_attachment=True, download_name=name)
        answer.call_on_close(book.close)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _write(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    page.freeze_panes(1, 1)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, column.width or _WIDTHS.get(column.kind, 22))
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column.label, formats["head"])
    for number, row in enumerate(sheet.rows, start=1):
        if number > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        for at, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            if value is None:
                continue
            if column.kind == "yuan":
                page.write_number(number, at, Decimal(value) / 100, formats["yuan"])
            elif column.kind in ("number", "decimal", "percent"):
                page.write_number(number, at, value, formats[column.kind])
            else:
                page.write_string(number, at, str(value))


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a sheet name Excel accepts: at most 31 characters, none of []:*?/\\, not used yet."""
    clean = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip("' ")[:28] or "1"
    name, number = clean, 1
    while name.lower() in taken:
        number += 1
        name = f"{clean} {number}"
    taken.add(name.lower())
    return name
