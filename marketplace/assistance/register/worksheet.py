"""Walking the cells of one worksheet part, as a stream.

The workbook library opens the package and reads its strings and styles. Its own walk over the cells builds a tree for
each (three times the time, measured on 36,000 rows) and keeps the leavings of every row, so cells are walked here: one
row in memory, nothing right of the last heading, and a formula stays a formula, whatever result was saved with it.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from openpyxl.utils.datetime import from_excel, from_ISO8601

#: A cell holds at most 32,767 characters; more is cut here and refused later for its length.
MAX_CELL_TEXT = 33_000
_CHUNK = 256 * 1024

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Styles:
    """What the workbook says about the meaning of its numbers, and its shared strings."""

    strings: list[str]
    date_formats: set[int]
    timedelta_formats: set[int]
    epoch: dt.datetime


def walk_rows(content: IO[bytes], styles: Styles, columns: int) -> Iterator[tuple[int, Row]]:
    """Yield each row that has cells: its number and its first `columns` cells, None where a cell is empty.

    Raises: expat.ExpatError and IndexError on a damaged part; the caller turns them into a refusal.
    """
    walker = _Walker(styles, columns)
    while chunk := content.read(_CHUNK):
        walker.parser.Parse(chunk, False)  # noqa: FBT003  # expat takes no keywords
        yield from walker.take()
    walker.parser.Parse(b"", True)  # noqa: FBT003  # expat takes no keywords
    yield from walker.take()


class _Walker:
    """The parser's state: the row and the cell it stands in."""

    def __init__(self, styles: Styles, columns: int) -> None:
        self._styles = styles
        self._columns = columns
        self._column_of: dict[str, int] = {}
        self._rows: list[tuple[int, Row]] = []
        self._row_number = 0
        self._cells: list[object] | None = None
        self._column = -1
        self._type = "n"
        self._style = 0
        self._text: list[str] = []
        self._length = 0
        self._is_formula = False
        self._in_phonetic = False
        self._prefix: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def take(self) -> list[tuple[int, Row]]:
        """Return the rows completed since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._prefix is None:
            self._prefix = tag[: tag.find(":") + 1]
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            self._start_cell(attributes)
        elif tag in ("v", "t", "f"):
            if tag == "f":
                self._is_formula = True
                self._text = ["="]
            elif self._in_phonetic or (tag == "v" and self._is_formula):
                return
            self.parser.CharacterDataHandler = self._characters
        elif tag == "row":
            self._row_number = int(attributes.get("r") or self._row_number + 1)
            self._cells = [None] * self._columns
            self._column = -1
        elif tag == "rPh":
            self._in_phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column = self._column_at(reference.rstrip("0123456789")) if reference else self._column + 1
        self._type = attributes.get("t", "n")
        self._style = int(attributes.get("s") or 0)
        self._text = []
        self._length = 0
        self._is_formula = False

    def _column_at(self, letters: str) -> int:
        if (column := self._column_of.get(letters)) is None:
            column = 0
            for letter in letters[:4]:
                column = column * 26 + ord(letter) - 64
            column -= 1
            if len(self._column_of) < 20_000:
                self._column_of[letters] = column
        return column

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length <= MAX_CELL_TEXT or len(self._text) < 2:
            self._text.append(text[:MAX_CELL_TEXT])

    def _end(self, tag: str) -> None:
        self.parser.CharacterDataHandler = None
        if self._prefix:
            tag = tag.removeprefix(self._prefix)
        if tag == "c":
            if self._cells is not None and 0 <= self._column < self._columns and self._text:
                self._cells[self._column] = self._value("".join(self._text))
        elif tag == "row":
            if self._cells is not None and any(cell is not None for cell in self._cells):
                self._rows.append((self._row_number, tuple(self._cells)))
            self._cells = None
        elif tag == "rPh":
            self._in_phonetic = False

    def _value(self, text: str) -> object:
        kind = self._type
        if self._is_formula or kind in ("inlineStr", "str", "e"):
            return text
        if kind == "s":
            return self._styles.strings[int(text)]
        try:
            if kind == "b":
                return bool(int(text))
            if kind == "d":
                return _any(from_ISO8601(text))
            return self._number(text)
        except (ValueError, OverflowError):
            # Not what its type says: left as text, for the column's own rule to refuse.
            return text

    def _number(self, text: str) -> object:
        number = float(text) if "." in text or "e" in text or "E" in text else int(text)
        if self._style in self._styles.date_formats:
            is_span = self._style in self._styles.timedelta_formats
            return _any(from_excel(number, self._styles.epoch, timedelta=is_span))
        return number


def _any(value: Any) -> object:
    return value
