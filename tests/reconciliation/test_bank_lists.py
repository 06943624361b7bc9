"""A bank's list is read whole or not at all, and every bad row is named."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.reconciliation import bank_lists
from marketplace.reconciliation.bank_lists import read_bank_list
from marketplace.reconciliation.refusals import BadRows, BankListTooLong, NoBankList
from marketplace.reconciliation.values import FileProblem
from tests.reconciliation.lists import HEAD, NOW, bank_list, line


def read(content, said=()):
    with clock.stopped_at(NOW):
        return read_bank_list(content, said=lambda _serials: dict(said))


def test_a_list_is_read_with_what_came_what_went_and_the_balances_around_it():
    held = read(bank_list((46200, "ICBC-1", "货款 LABCDEF 张三"), (-33923, "ICBC-2", ""), opening=100))
    assert [(row.key, row.amount_fen, row.ref, row.words) for row in held.lines] == [
        ("ICBC-1", 46200, "ICBC-1", "LABCDEF"), ("ICBC-2", -33923, "ICBC-2", ""),
    ]  # fmt: skip
    assert (held.opening_fen, held.closing_fen) == (100, 100 + 46200 - 33923)
    assert (held.from_on, held.to_on) == (dt.date(2026, 9, 1), dt.date(2026, 9, 1))
    assert {clock.day_of(row.at) for row in held.lines} == {dt.date(2026, 9, 1)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_codes_that_banks_use_are_understood(encoding):
    content = bank_list((100, "A-1", "")).decode().encode(encoding)
    assert len(read(content).lines) == 1


def test_a_name_in_a_remark_is_not_kept():
    (row,) = read(bank_list((100, "A-1", "李秀英 Li Xiuying 莲子款"))).lines
    assert "李" not in row.words
    assert row.words == "Xiuying", "what looks like a reference may stay"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (("2026-13-01", "A-1", "1.00", "", "1.00"), FileProblem.DAY),
        (("2026-10-01", "A-1", "1.00", "", "1.00"), FileProblem.FUTURE),
        (("2026-09-01", "", "1.00", "", "1.00"), FileProblem.SERIAL),
        (("2026-09-01", "A" * 61, "1.00", "", "1.00"), FileProblem.SERIAL),
        (("2026-09-01", "=1+1", "1.00", "", "1.00"), FileProblem.SERIAL),
        (("2026-09-01", "A-1", "1.00", "2.00", "1.00"), FileProblem.BOTH),
        (("2026-09-01", "A-1", "", "", "1.00"), FileProblem.BOTH),
        (("2026-09-01", "A-1", "0.00", "0", "1.00"), FileProblem.BOTH),
        (("2026-09-01", "A-1", "-1.00", "", "1.00"), FileProblem.AMOUNT),
        (("2026-09-01", "A-1", "1.001", "", "1.00"), FileProblem.AMOUNT),
        (("2026-09-01", "A-1", "1e3", "", "1.00"), FileProblem.AMOUNT),
        (("2026-09-01", "A-1", "1.00", "", "much"), FileProblem.BALANCE),
    ],
)
def test_each_bad_cell_is_named_by_row_and_column_and_its_value_is_not_repeated(cells, problem):
    with pytest.raises(BadRows) as caught:
        read((HEAD + line(*cells)).encode())
    assert [(one.row, one.problem) for one in caught.value.findings] == [(2, problem)]


def test_a_row_that_was_taken_out_or_changed_breaks_the_chain_of_balances():
    whole = bank_list((100, "A-1", ""), (200, "A-2", ""), (300, "A-3", "")).decode().splitlines()
    with pytest.raises(BadRows) as caught:
        read("\n".join([*whole[:2], *whole[3:]]).encode())
    assert [(one.row, one.problem) for one in caught.value.findings] == [(3, FileProblem.CHAIN)]


def test_a_serial_number_means_one_line_for_good():
    with pytest.raises(BadRows) as caught:
        read(bank_list((100, "A-1", ""), (200, "A-1", "")))
    assert [one.problem for one in caught.value.findings] == [FileProblem.TWICE]
    with pytest.raises(BadRows) as caught:
        read(bank_list((100, "A-1", "")), said={"A-1": (101, dt.date(2026, 9, 1))})
    assert [one.problem for one in caught.value.findings] == [FileProblem.CHANGED]
    assert read(bank_list((100, "A-1", "")), said={"A-1": (100, dt.date(2026, 9, 1))}).lines


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"PK\x03\x04" + b"\0" * 50, "日期,金额\n1,2\n".encode(), HEAD.encode(), (HEAD * 1 + '"unclosed').encode(),
     b"\xff\xfe\x81", (HEAD.strip() + ",交易日期\n").encode()],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(content):
    with pytest.raises(NoBankList):
        read(content)


def test_a_list_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(bank_lists, "MOST_ROWS", 2)
    with pytest.raises(BankListTooLong):
        read(bank_list((100, "A-1", ""), (200, "A-2", ""), (300, "A-3", "")))
    with pytest.raises(BankListTooLong):
        read(b"x" * (bank_lists.MOST_BYTES + 1))


@given(st.binary(max_size=300) | st.text(max_size=120).map(lambda text: (HEAD + text).encode("utf-8", "replace")))
def test_whatever_is_sent_is_read_or_refused_in_words(content):
    with contextlib.suppress(Refusal):
        assert read(content).lines
