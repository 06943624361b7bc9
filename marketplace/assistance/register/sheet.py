"""Opening a sheet of a known layout that a stranger may have made: size and shape first, then a stream of plain values.

Everything is bounded before a parser sees it: bytes, unpacked bytes, compression, rows, the length of a row. What can't
be read is refused by name; nothing else is ever raised for the file's sake.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet

from marketplace.assistance.register.cells import shown_heading
from marketplace.assistance.register.columns import COLUMNS, NUMBER, REQUIRED
from marketplace.assistance.register.refusals import (
    DamagedWorkbook,
    DuplicateHeadings,
    EmptyFile,
    EncryptedWorkbook,
    FileTooLarge,
    MergedHeader,
    MissingHeader,
    MissingHeadings,
    NoSheet,
    NotAWorkbook,
    OldWorkbook,
    RegisterRefused,
    TooManyRows,
    UnsafeWorkbook,
)
from marketplace.assistance.register.worksheet import Row, Styles, walk_rows

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 160 * 1024 * 1024
#: Excel's own sheets reach about 30 : 1; deflate's limit, which bombs come close to, is about 1000 : 1.
MAX_RATIO = 200
MAX_PARTS = 2_000
#: Filled rows below the header.
MAX_ROWS = 60_000
#: Row elements, formatted but empty ones included.
MAX_ROW_ELEMENTS = 200_000
MAX_SHARED_STRINGS = 600_000
#: XML between two rows or two shared strings, and of any part without either: what a parser holds in memory at once.
MAX_STRETCH_BYTES = 4 * 1024 * 1024
#: Headings further to the right are not looked at.
MAX_COLUMNS = 256
LAST_EXCEL_ROW = 1_048_576

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_CHUNK = 1024 * 1024
_MARK = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(row|si|mergeCell)(?=[\s/>])([^>]*)")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_REFERENCE = re.compile(rb"\sref\s*=\s*[\"']([A-Za-z]{1,3}(\d{1,7})(?::[A-Za-z]{1,3}(\d{1,7}))?)[\"']")
_HEADING_NOISE = re.compile(r"[\s\u3000*＊'‘’]+")

Source = Path | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet of some kind looks like: its columns, those it cannot be without, and the heading that marks its header."""

    marker: str
    columns: tuple[str, ...]
    required: tuple[str, ...]


REGISTER = Layout(NUMBER, COLUMNS, REQUIRED)


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, by its rows."""

    cells: str
    first_row: int
    last_row: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet whose header has been found. `rows` can be walked once: row number and its cells from column A."""

    title: str
    header_row: int
    #: Heading to position in a row, counted from 0.
    positions: dict[str, int]
    unknown_columns: tuple[str, ...]
    rows: Iterator[tuple[int, Row]]


@contextmanager
def open_sheet(source: Source, layout: Layout = REGISTER) -> Iterator[Sheet]:
    """Open the first worksheet that has the layout's header and stream its rows. The file stays open inside the block.

    Raises: a RegisterRefused, also while `rows` is walked.
    """
    with _opened(source) as stream:
        merges = _check_package(stream)
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            yield _find_sheet(archive, _read_book(stream), merges, layout)


@contextmanager
def _opened(source: Source) -> Iterator[BinaryIO]:
    """Give a seekable stream of acceptable size and kind, without reading more of it than needed."""
    if isinstance(source, Path):
        _check_size(source.stat().st_size)
        with source.open("rb") as stream:
            _check_kind(stream)
            yield stream
        return
    given: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source
    if not given.seekable():
        given = io.BytesIO(given.read(MAX_BYTES + 1))
    _check_size(given.seek(0, io.SEEK_END))
    _check_kind(given)
    yield given


def _check_size(size: int) -> None:
    if size == 0:
        raise EmptyFile
    if size > MAX_BYTES:
        raise FileTooLarge(megabytes=-(-size // (1024 * 1024)), limit=MAX_BYTES // (1024 * 1024))


def _check_kind(stream: BinaryIO) -> None:
    stream.seek(0)
    start = stream.read(8)
    if start == _OLE_MAGIC:
        # An encrypted .xlsx is wrapped in the same container as the old format.
        if "EncryptedPackage".encode("utf-16-le") in stream.read(MAX_BYTES):
            raise EncryptedWorkbook
        raise OldWorkbook
    if not start.startswith(_ZIP_MAGIC):
        raise NotAWorkbook
    stream.seek(0)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever the workbook library raises on a file it can't read into a refusal, and keep its warnings quiet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except RegisterRefused:
        raise
    except Exception as error:
        raise DamagedWorkbook from error


def _check_package(stream: BinaryIO) -> dict[str, list[Merge]]:
    """Judge the archive and each XML part in it; return the merged ranges by part."""
    size = stream.seek(0, io.SEEK_END)
    with _reading(), zipfile.ZipFile(stream) as archive:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise EncryptedWorkbook
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            raise NotAWorkbook
        if len(parts) > MAX_PARTS or len(names) < len(parts) or sum(part.compress_size for part in parts) > size:
            raise UnsafeWorkbook
        if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
            raise UnsafeWorkbook
        if any(part.file_size > _CHUNK and part.file_size > MAX_RATIO * part.compress_size for part in parts):
            raise UnsafeWorkbook
        merges = {}
        for part in parts:
            with archive.open(part) as content:
                if _is_xml(content, must_be=part.filename.endswith((".xml", ".rels"))):
                    content.seek(0)
                    merges[part.filename] = _Scan().run(content)
        return merges


def _is_xml(content: Any, *, must_be: bool) -> bool:
    """Parse up to the root element. A document type, so any entity, is refused before a tree builder could meet it."""
    parser = expat.ParserCreate()
    reached_root = False

    def refuse(*_: object) -> None:
        raise UnsafeWorkbook

    def arrive(*_: object) -> None:
        nonlocal reached_root
        reached_root = True

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = arrive
    try:
        for _ in range(64):
            chunk = content.read(4096)
            if chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in chunk[:4]:
                # UTF-16: no spreadsheet writes it, and the scan below could not see through it.
                break
            parser.Parse(chunk, not chunk)
            if reached_root:
                return True
            if not chunk:
                break
    except expat.ExpatError:
        # The beginning may be sound and the fault lie behind the root: that is for the workbook library to say.
        if reached_root:
            return True
    if must_be:
        raise DamagedWorkbook
    return False


class _Scan:
    """One pass over the bytes of a part, counting what would otherwise be held in memory."""

    def __init__(self) -> None:
        self.rows = 0
        self.strings = 0
        self.last_row = 0
        self.merges: list[Merge] = []
        self.stretch_start = 0

    def run(self, content: Any) -> list[Merge]:
        """Walk the part. Raises: UnsafeWorkbook, TooManyRows, DamagedWorkbook."""
        passed = 0
        held = b""
        while chunk := content.read(_CHUNK):
            held += chunk
            # A tag cut in two by the chunk's end waits for the next chunk.
            cut = max(held.rfind(b"<"), 0)
            for mark in _MARK.finditer(held, 0, cut):
                self._note(mark, passed + mark.start())
            passed += cut
            held = held[cut:]
            self._check_stretch(passed + len(held))
        for mark in _MARK.finditer(held):
            self._note(mark, passed + mark.start())
        return self.merges

    def _note(self, mark: re.Match[bytes], at: int) -> None:
        kind = mark[1]
        if kind == b"mergeCell":
            self._note_merge(mark[2])
            return
        self._check_stretch(at)
        self.stretch_start = at
        if kind == b"si":
            self.strings += 1
            if self.strings > MAX_SHARED_STRINGS:
                raise UnsafeWorkbook
            return
        self.rows += 1
        if self.rows > MAX_ROW_ELEMENTS:
            raise TooManyRows(limit=MAX_ROWS)
        if number := _ROW_NUMBER.search(mark[2]):
            # Excel itself calls such a sheet damaged; a row number in a finding must mean one row.
            if int(number[1]) <= self.last_row or int(number[1]) > LAST_EXCEL_ROW:
                raise DamagedWorkbook
            self.last_row = int(number[1])
        else:
            self.last_row += 1

    def _note_merge(self, attributes: bytes) -> None:
        if found := _REFERENCE.search(attributes):
            first = int(found[2])
            self.merges.append(Merge(found[1].decode("ascii"), first, int(found[3] or first)))
            if len(self.merges) > MAX_ROW_ELEMENTS:
                raise UnsafeWorkbook

    def _check_stretch(self, at: int) -> None:
        if at - self.stretch_start > MAX_STRETCH_BYTES:
            raise UnsafeWorkbook


@dataclass(frozen=True, slots=True)
class _Book:
    """What is needed of a workbook: its worksheets by title and part, and the meaning of their cells."""

    worksheets: list[tuple[str, str]]
    styles: Styles


def _read_book(stream: BinaryIO) -> _Book:
    """Let the workbook library read all but the cells.

    Its `load_workbook` would walk every sheet that does not state its extent, only to measure it.
    """
    with _reading():
        reader = ExcelReader(stream, read_only=True, data_only=False, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        worksheets = [
            (str(sheet.name), str(relation.target))
            for sheet, relation in reader.parser.find_sheets()
            if relation.target in reader.valid_files and relation.Type.endswith("/worksheet")
        ]
        book = reader.wb
        styles = Styles(reader.shared_strings, book._date_formats, book._timedelta_formats, book.epoch)
    return _Book(worksheets, styles)


def _find_sheet(archive: zipfile.ZipFile, book: _Book, merges: dict[str, list[Merge]], layout: Layout) -> Sheet:
    if not book.worksheets:
        raise NoSheet
    for title, part in book.worksheets:
        if part not in merges:
            raise DamagedWorkbook
        for number, row in _walk(archive, part, book.styles, MAX_COLUMNS):
            headings = [heading_of(cell) for cell in row]
            if layout.marker in headings:
                merged = [merge.cells for merge in merges[part] if merge.first_row <= number <= merge.last_row]
                positions = _positions(number, headings, merged, layout)
                unknown = tuple(shown_heading(heading) for heading in headings if heading and heading not in layout.columns)
                rows = _below(number, _walk(archive, part, book.styles, max(positions.values()) + 1))
                return Sheet(shown_heading(title), number, positions, unknown, rows)
    raise MissingHeader(heading=layout.marker)


def _positions(header_row: int, headings: list[str], merged: list[str], layout: Layout) -> dict[str, int]:
    if merged:
        raise MergedHeader(row=header_row, cells=", ".join(merged[:5]))
    repeated = [column for column in layout.columns if headings.count(column) > 1]
    if repeated:
        raise DuplicateHeadings(row=header_row, headings="、".join(repeated))
    missing = [column for column in layout.required if column not in headings]
    if missing:
        raise MissingHeadings(row=header_row, headings="、".join(missing))
    return {heading: position for position, heading in enumerate(headings) if heading in layout.columns}


def heading_of(cell: object) -> str:
    """Return a heading without what people add to make it look well; nothing for a cell that holds no text."""
    return _HEADING_NOISE.sub("", cell) if isinstance(cell, str) else ""


def _walk(archive: zipfile.ZipFile, part: str, styles: Styles, columns: int) -> Iterator[tuple[int, Row]]:
    with archive.open(part) as content:
        rows = walk_rows(content, styles, columns)
        while True:
            # Batch by batch, so that what the caller does between two rows is not taken for a fault of the file.
            with _reading():
                batch = list(islice(rows, 200))
            if not batch:
                return
            yield from batch


def _below(header_row: int, rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    filled = 0
    for number, row in rows:
        if number > header_row:
            filled += 1
            if filled > MAX_ROWS:
                raise TooManyRows(limit=MAX_ROWS)
            yield number, row
