"""Files that are no register, or were built to do harm, are refused by name; sound ones are read as they stand."""

import io
import time
import tracemalloc
import zipfile

import openpyxl
import pytest

from marketplace.assistance.register import refusals, sheet
from marketplace.assistance.register.columns import COLUMNS
from marketplace.assistance.register.files import read_register, write_register
from marketplace.assistance.register.rules import content_hash
from tests.assistance.register.builders import (
    AREAS,
    REFERENCE,
    TODAY,
    found,
    head,
    id_of,
    member,
    register,
    sheet_xml,
    with_part,
    workbook,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"


def read(source, **options):
    return read_register(source, areas=AREAS, today=TODAY, **options)


def _encrypted_zip():
    book = bytearray(register(head()))
    at = book.find(b"PK\x01\x02")
    while at >= 0:
        book[at + 8] |= 1
        at = book.find(b"PK\x01\x02", at + 1)
    return bytes(book)


def _zip(**parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", refusals.EmptyFile),
        (OLE + b"\0" * 4096, refusals.OldWorkbook),
        (OLE + b"\0" * 4096 + "EncryptedPackage".encode("utf-16-le"), refusals.EncryptedWorkbook),
        ("户编号,姓名\n1,刘一\n".encode(), refusals.NotAWorkbook),
        (b"<html><table></table></html>", refusals.NotAWorkbook),
        (b"PK\x03\x04 and then nothing", refusals.DamagedWorkbook),
        (_zip(a="b"), refusals.NotAWorkbook),
        (_encrypted_zip(), refusals.EncryptedWorkbook),
        (register(head())[:-200], refusals.DamagedWorkbook),
        (workbook([["户号", "姓名"], [1, "刘一"]]), refusals.MissingHeader),
        (workbook([]), refusals.MissingHeader),
        (workbook([["户编号", "姓名"]]), refusals.MissingHeadings),
        (workbook([[*COLUMNS, "姓 名"]]), refusals.DuplicateHeadings),
        (workbook([["题"], list(COLUMNS)], merged="M2:N2"), refusals.MergedHeader),
        (workbook([["题"], list(COLUMNS), []], merged="A2:A3"), refusals.MergedHeader),
    ],
)
def test_what_is_no_register_is_refused_by_name(content, refusal):
    with pytest.raises(refusal) as caught:
        read(content)
    assert caught.type is refusal
    assert str(caught.value)


def test_a_renamed_file_is_refused_from_a_path_as_well(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_text("户编号,姓名\n", encoding="utf-8")
    with pytest.raises(refusals.NotAWorkbook):
        read(path)


def test_a_workbook_with_only_a_chart_sheet_has_no_sheet():
    book = openpyxl.Workbook()
    book.create_chartsheet("图")
    book.remove(book.worksheets[0])
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(refusals.NoSheet):
        read(held)


def test_missing_headings_are_named():
    with pytest.raises(refusals.MissingHeadings) as caught:
        read(workbook([["题"], ["户编号", "乡镇", "姓名", "与户主关系"]]))
    assert caught.value.params == {"row": 2, "headings": "行政村、证件号码"}


@pytest.mark.parametrize("seekable", [True, False])
def test_fifty_megabytes_are_refused_at_once_and_never_held(tmp_path, seekable):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(50 * 1024 * 1024)
    tracemalloc.start()
    began = time.monotonic()
    try:
        with path.open("rb") as stream, pytest.raises(refusals.FileTooLarge):
            read(path if seekable else _Pipe(stream))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 2
    assert peak < (1 if seekable else 50) * 1024 * 1024


class _Pipe(io.RawIOBase):
    """A stream that can't be rewound."""

    def __init__(self, inner):
        self._inner = inner

    def seekable(self):
        return False

    def read(self, size=-1):
        return self._inner.read(size)


def test_a_stream_that_cannot_be_rewound_is_read():
    assert len(read(_Pipe(io.BytesIO(register(head())))).households) == 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = with_part(register(head()), SHEET, b"<worksheet>" + b" " * (30 * 1024 * 1024) + b"</worksheet>")
    assert len(bomb) < 100_000
    tracemalloc.start()
    try:
        with pytest.raises(refusals.UnsafeWorkbook):
            read(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_many_parts_that_are_large_together_are_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_UNPACKED_BYTES", 10_000)
    with pytest.raises(refusals.UnsafeWorkbook):
        read(register(head()))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "docProps/x.xml"])
def test_a_document_type_anywhere_is_refused(part):
    evil = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    with pytest.raises(refusals.UnsafeWorkbook):
        read(with_part(register(head()), part, evil))


def test_a_document_type_behind_utf_16_is_refused():
    evil = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'.encode("utf-16")
    with pytest.raises(refusals.RegisterRefused):
        read(with_part(register(head()), SHEET, evil))


def test_a_stretch_that_a_tree_builder_would_hold_whole_is_refused():
    # Random letters, so that the compression is ordinary and the stretch alone is at fault.
    filler = b"".join(f"<a{n * 7919 % 999983}/>".encode() for n in range(600_000))
    with pytest.raises(refusals.UnsafeWorkbook):
        read(with_part(register(head()), "xl/styles.xml", b"<styleSheet>" + filler + b"</styleSheet>"))


def test_more_rows_than_a_register_has_are_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MAX_ROWS", 3)
    people = [member(户编号=f"H{n}", 证件号码=id_of(n)) for n in range(4)]
    with pytest.raises(refusals.TooManyRows):
        read(register(*people))
    assert read(register(*people[:3])).row_count == 3


def test_formatted_empty_rows_without_end_are_refused_without_being_walked():
    rows = "".join(f'<row r="{n}" ht="{n % 977}"/>' for n in range(1, 200_010))
    with pytest.raises(refusals.TooManyRows):
        read(with_part(register(head()), SHEET, sheet_xml(rows)))


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="5"/><row r="5"/>',
        '<row r="7"/><row r="5"/>',
        '<row r="99999999"/>',
        '<row r="1"><c r="A1" t="s"><v>999999</v></c></row>',
        '<row r="1"><c r="A1" s="x"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused_as_damaged(rows):
    with pytest.raises(refusals.DamagedWorkbook):
        read(with_part(register(head()), SHEET, sheet_xml(rows)))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("content", [b"<a", b"<a/>", b"not xml", None])
def test_a_broken_part_is_refused_by_name(part, content):
    with pytest.raises(refusals.RegisterRefused):
        read(with_part(register(head()), part, content))


def test_a_workbook_without_styles_is_read():
    assert len(read(with_part(register(head()), "xl/styles.xml", None)).households) == 1


def test_a_formula_is_refused_on_its_cell_whatever_result_was_saved_with_it():
    def cell(column, content):
        return f'<c r="{column}2" {content}</c>'

    headings = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{heading}</t></is></c>'
        for letter, heading in zip("ABCDEFG", [*COLUMNS[:6], "年人均纯收入"], strict=True)
    )
    texts = ["H1", "琴亭镇", "西门村", "刘一", id_of(1), "户主"]
    cells = "".join(cell(letter, f't="inlineStr"><is><t>{text}</t></is>') for letter, text in zip("ABCDEF", texts, strict=True))
    formula = cell("G", "><f>SUM(1,2)</f><v>3</v>")
    rows = f'<row r="1">{headings}</row><row r="2">{cells}{formula}</row>'
    file = read(with_part(register(head()), SHEET, sheet_xml(rows)))
    assert found(file) == [(2, "年人均纯收入", "formula")]
    assert file.findings[0].value_masked == "=SUM(1,2)"


def test_cells_are_read_as_the_workbook_library_reads_them():
    """The stream of our own against the library's walk, over every cell of the sample."""
    book = openpyxl.load_workbook(REFERENCE / "register_sample.xlsx")
    theirs = list(enumerate(book.active.iter_rows(min_row=3, values_only=True), 3))
    with sheet.open_sheet(REFERENCE / "register_sample.xlsx") as opened:
        assert list(opened.rows) == theirs


def test_shared_strings_and_excel_dates_are_read_and_unknown_columns_listed():
    rows = [["题"], [*COLUMNS, "备注"], [head().get(column) for column in COLUMNS]]
    book = openpyxl.load_workbook(io.BytesIO(workbook(rows)))
    active = book.active
    active["P3"] = TODAY.replace(year=2014, month=5, day=1)
    held = io.BytesIO()
    book.save(held)
    file = read(held.getvalue())
    assert file.findings == ()
    assert file.households[0].identified.on.isoformat() == "2014-05-01"
    assert file.unknown_columns == ("备注",)


def test_column_order_is_free_and_rows_above_the_header_are_ignored():
    order = list(reversed(COLUMNS))
    row = head()
    content = workbook([["县户册"], ["2026年11月"], [], [f" {name} *" for name in order], [], [row[name] for name in order]])
    file = read(content)
    assert file.findings == ()
    assert file.header_row == 4
    assert file.households[0].first_row == 6


def test_the_register_may_stand_on_a_later_sheet():
    book = openpyxl.load_workbook(io.BytesIO(workbook([["说明"]], title="说明")))
    second = book.create_sheet("户册二")
    second.append(list(COLUMNS))
    second.append([head().get(column) for column in COLUMNS])
    held = io.BytesIO()
    book.save(held)
    file = read(held)
    assert (file.sheet, file.findings, len(file.households)) == ("户册二", (), 1)


def test_a_merged_title_above_the_header_is_no_fault():
    content = workbook([["题"], list(COLUMNS), [head().get(column) for column in COLUMNS]], merged="A1:U1")
    assert len(read(content).households) == 1


def test_findings_carry_the_rows_number_in_the_sheet():
    content = workbook([["题"], list(COLUMNS), [], [], [head(性别="女").get(column) for column in COLUMNS]])
    assert found(read(content)) == [(5, "性别", "sex_mismatch")]


def test_what_is_written_reads_back_the_same(tmp_path):
    first = read(REFERENCE / "register_sample.xlsx")
    path = tmp_path / "written.xlsx"
    write_register(path, first.households, AREAS, title="莲花县户册（虚构示例）")
    second = read(path)
    assert second.findings == ()
    assert second.households == first.households
    key = b"key"
    assert [content_hash(each, key) for each in second.households] == [content_hash(each, key) for each in first.households]
    ours = openpyxl.load_workbook(path).active
    theirs = openpyxl.load_workbook(REFERENCE / "register_sample.xlsx").active
    assert [cell.value for cell in ours[2]] == [cell.value for cell in theirs[2]]


def test_writing_never_makes_a_formula(tmp_path):
    household = read(register(head(帮扶单位="@单位"))).households[0]
    path = tmp_path / "written.xlsx"
    write_register(path, [household], AREAS, title="=1+1")
    assert openpyxl.load_workbook(path).active["A1"].data_type == "s"
