"""The bank's files: what goes out cannot be taken for a formula and is summed; what comes back is read strictly, row by row."""

import csv
import datetime as dt
import hashlib
import io

import pytest

from marketplace.income import bankfile
from marketplace.income.bankfile import Expected, FileRow
from marketplace.income.values import BankWord, SettlementState

TODAY = dt.date(2026, 10, 8)
S = SettlementState


def attempt(number, state=S.SENT, fen=12_340, seller="S1", used=()):
    return Expected(number, seller, state, fen, dt.date(2026, 10, 5), frozenset(used))


def content(*rows, headings=bankfile.RESULT_HEADINGS, encoding="utf-8"):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode(encoding)


def judged(*rows, **attempts):
    expected = {"Z1": attempt(1), **attempts}
    found = bankfile.read_result(content(*rows), expected, today=TODAY)
    assert not (found.rows and found.findings)
    return found


def wrong(*rows, **attempts):
    found = judged(*rows, **attempts)
    assert found.rows == (), "nothing of a file with a bad row is taken"
    return [(one.row, one.column) for one in found.findings]


GOOD = ["Z1", "成功", "2026100800001", "2026-10-06", "123.40", ""]


def with_(**changed):
    names = ("ref", "word", "bank_ref", "day", "amount", "reason")
    return [changed.get(name, cell) for name, cell in zip(names, GOOD, strict=True)]


def test_a_file_for_the_bank_ends_with_count_sum_and_checksum_of_all_above():
    rows = [
        FileRow("Z1", "刘一", "示例农商行", "6222000011110001", 12_340),
        FileRow("Z2-2", '=HYPERLINK("x")', "@行\n二", "0001222200003333", 1),
    ]  # fmt: skip
    data = bankfile.written("B1", rows)
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert tuple(lines[0]) == bankfile.HEADINGS
    assert lines[1] == ["D", "Z1", "刘一", "示例农商行", "6222000011110001", "123.40", "CNY", "莲乡集货款"]
    assert lines[2][1:6] == ["Z2-2", '\'=HYPERLINK("x")', "'@行 二", "0001222200003333", "0.01"]
    body = data[: data.rindex(b"T,")]
    assert lines[3] == ["T", "B1", "2", "123.41", "SHA-256", hashlib.sha256(body).hexdigest()]
    assert "刘一" not in repr(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_result_is_read_as_banks_write_it(encoding):
    rows = [GOOD, ["Z2", "退回", "", "2026/10/07", "0.01", "账号与户名不符"], ["", "", "", "", "", ""]]
    expected = {"Z1": attempt(1), "Z2": attempt(2, fen=1)}
    found = bankfile.read_result(content(*rows, encoding=encoding), expected, today=TODAY)
    assert [(one.number, one.settlement_id, one.word, one.bank_ref, one.reason) for one in found.rows] == [
        (2, 1, BankWord.PAID, "2026100800001", ""), (3, 2, BankWord.RETURNED, "", "账号与户名不符"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"ref": "Z9"}, "编号"),
        ({"word": "也许"}, "结果"),
        ({"word": ""}, "结果"),
        ({"bank_ref": ""}, "银行流水号"),
        ({"bank_ref": "=1+1"}, "银行流水号"),
        ({"bank_ref": "9" * 61}, "银行流水号"),
        ({"day": "2026-10-09"}, "日期"),
        ({"day": "2026-10-04"}, "日期"),
        ({"day": "2026-13-01"}, "日期"),
        ({"day": "昨天"}, "日期"),
        ({"amount": "123.41"}, "金额"),
        ({"amount": "-123.40"}, "金额"),
        ({"amount": "1e400"}, "金额"),
        ({"word": "退回"}, "原因"),
        ({"word": "退回", "reason": "长" * 201}, "原因"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(changed, column):
    assert wrong(with_(**changed)) == [(2, column)]


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("word", ["成功", "退回"])
def test_a_result_speaks_only_of_what_was_sent_or_takes_back_what_was_paid(state, word):
    row = with_(word=word, reason="退款" if word == "退回" else "")
    found = judged(row, Z1=attempt(1, state))
    fits = state is S.SENT or (state is S.PAID and word == "退回")
    assert bool(found.rows) is fits
    assert [one.column for one in found.findings] == ([] if fits else ["编号"])


def test_every_bad_row_is_told_and_no_number_or_reference_counts_twice():
    rows = [GOOD, with_(bank_ref="other"), with_(ref="Z2", amount="1.00"), with_(ref="Z3")]
    found = wrong(*rows, Z2=attempt(2), Z3=attempt(3))
    assert found == [(3, "编号"), (4, "银行流水号"), (4, "金额"), (5, "银行流水号")] or sorted(found) == sorted(
        [(3, "编号"), (4, "金额"), (4, "银行流水号"), (5, "银行流水号")]
    )
    assert wrong(GOOD, Z1=attempt(1, used={"2026100800001"})) == [(2, "银行流水号")]
    assert wrong(["Z1", "成功"]) == [(2, "编号")]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe\x00", b"PK\x03\x04 no csv", content(), content(GOOD, headings=("a", "b")), b"\x00" + content(GOOD),
        content(GOOD).replace(b'"', b"").replace(b"Z1", b'"Z1'),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused_as_a_whole(data):
    with pytest.raises(bankfile.NotAResult):
        bankfile.read_result(data, {"Z1": attempt(1)}, today=TODAY)


def test_a_result_larger_than_any_county_s_is_refused():
    with pytest.raises(bankfile.ResultTooLarge):
        bankfile.references(content(*[GOOD] * (bankfile.MOST_ROWS + 1)))
    with pytest.raises(bankfile.ResultTooLarge):
        bankfile.references(b"x" * (bankfile.MOST_BYTES + 1))
