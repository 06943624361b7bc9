"""Generated bad input: whatever stands in a cell or a file, the answer is a finding or a named refusal."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.assistance.register.columns import COLUMNS
from marketplace.assistance.register.files import read_register
from marketplace.assistance.register.refusals import RegisterRefused
from marketplace.assistance.register.rules import good_households
from tests.assistance.register.builders import (
    AREAS,
    REFERENCE,
    TODAY,
    head,
    id_of,
    judged,
    register,
    sheet_xml,
    with_part,
)

NASTY = st.sampled_from(
    [
        "\x00", "\u202e刘一", "\ud800", "\ufeff", "￾", "=cmd|' /C calc'!A0", "'; DROP TABLE households; --",
        "<script>x</script>",
        "{{ 7*7 }}", "%(row)d %s %n", "../../etc/passwd", "１ｅ４００", "1e400", "NaN", "-0", "0.001",
        "9" * 5000, "𠮷野家", "㐀" * 300,
        "2014年13月", "0000-00-00", "99999-01-01", "²⁰¹⁴-0५-01", "360399197001010٠1", "户主、户主", "、、、",
        "#REF!", "\u2028", "\r\n",
        id_of(1), id_of(2), "户主", "健康", "因病", "西门村", "琴亭镇",
    ]
)  # fmt: skip
CELL = st.one_of(
    NASTY,
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**301),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.text(alphabet=st.characters(), max_size=80),
    st.binary(max_size=8),
    st.builds(object),
    st.builds(dt.datetime.now, st.just(dt.UTC)),
)
ROW = st.dictionaries(st.sampled_from(COLUMNS), CELL).map(lambda cells: head(**cells))


@settings(max_examples=500, deadline=None)
@given(st.lists(ROW, max_size=4))
def test_any_cells_give_findings_and_never_an_error(rows):
    file = judged(*rows)
    for finding in file.findings:
        assert 3 <= finding.row < 3 + len(rows)
        assert finding.column in COLUMNS
        assert len(finding.value_masked) <= 60
        # Fit for a page, a log and a UTF-8 file.
        (finding.value_masked + str(finding)).encode("utf-8", errors="strict")
        assert "\x00" not in finding.value_masked
    bad = {finding.household for finding in file.findings}
    assert all(household.number not in bad for household in good_households(file))
    for household in good_households(file):
        for person in household.people:
            assert person.name.isprintable()
            assert len(person.id_number) == 18


XML_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
ATTRIBUTE = st.sampled_from(["", 't="s"', 't="b"', 't="d"', 't="n" s="1"', 't="e"', 't="str"', 't="inlineStr"', 's="99"'])


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ATTRIBUTE, XML_TEXT, st.sampled_from(["v", "f", "is", "t", "c", "row", "rPh"])), max_size=8))
def test_any_sheet_gives_a_register_or_a_named_refusal(cells):
    headings = "".join(f'<c t="inlineStr"><is><t>{heading}</t></is></c>' for heading in COLUMNS)
    body = "".join(
        f"<c {attribute}><{tag}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{tag}></c>" for attribute, text, tag in cells
    )
    content = with_part(BOOK, "xl/worksheets/sheet1.xml", sheet_xml(f"<row>{headings}</row><row>{body}</row>"))
    _answered(content)


BOOK = register(head())
SAMPLE = (REFERENCE / "register_sample.xlsx").read_bytes()


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_to_the_file_gives_a_register_or_a_named_refusal(changes):
    content = bytearray(BOOK)
    for position, value in changes:
        content[position] = value
    _answered(bytes(content))


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 8),
    st.lists(st.tuples(st.integers(0, 100_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4),
)
def test_any_damage_inside_a_part_gives_a_register_or_a_named_refusal(which, changes):
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        names = archive.namelist()
        name = names[which % len(names)]
        content = bytearray(archive.read(name))
    for position, value in changes:
        at = position % len(content)
        content[at : at + len(value)] = value
    _answered(with_part(BOOK, name, bytes(content)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_any_bytes_are_refused_by_name(content, start):
    with pytest.raises(RegisterRefused):
        read_register(start + content, areas=AREAS, today=TODAY)


def _answered(content):
    try:
        file = read_register(content, areas=AREAS, today=TODAY)
    except RegisterRefused:
        return
    assert all(finding.row > file.header_row for finding in file.findings)


def test_the_damage_is_done_to_a_file_that_is_sound_before():
    assert read_register(BOOK, areas=AREAS, today=TODAY).findings == ()
    assert read_register(SAMPLE, areas=AREAS, today=TODAY).findings == ()
    assert openpyxl.load_workbook(io.BytesIO(BOOK)).active.max_row == 3
