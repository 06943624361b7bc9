"""The bank's files as text: what goes out, and how strictly what comes back is read. The layouts stand in docs/operations.md."""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.income.values import BankWord, ReadResult, ResultFinding, ResultRowIn, SettlementState
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import parse_yuan, yuan
from marketplace.kernel.words import N_

HEADINGS = ("记录", "编号", "户名", "开户行", "账号", "金额", "币种", "用途")
RESULT_HEADINGS = ("编号", "结果", "银行流水号", "日期", "金额", "原因")
#: What may stand under 结果.
WORDS = {
    "成功": BankWord.PAID, "已付": BankWord.PAID, "paid": BankWord.PAID,
    "退回": BankWord.RETURNED, "失败": BankWord.RETURNED, "returned": BankWord.RETURNED,
}  # fmt: skip
PURPOSE = "莲乡集货款"
#: A county's sellers twice over; a larger file is no result of ours.
MOST_ROWS = 5_000
MOST_BYTES = 1024 * 1024
#: Findings told of one file; whoever made more mends these first.
MOST_FINDINGS = 200

_REFERENCE, _WORD, _BANK_REF, _DAY, _AMOUNT, _REASON = RESULT_HEADINGS
_BANK_REFERENCE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff ./_-]{0,59}")

_UNKNOWN = N_("No settlement of your area that was sent has this number.")
_TWICE = N_("This number stands in row %(row)d already.")
_NO_WORD = N_("Write one of these words: %(words)s.")
_PAID_BEFORE = N_("This settlement stands as paid already.")
_ENDED = N_("This settlement is at its end: it was acknowledged, came back or was withdrawn.")
_NOT_SENT = N_("This settlement has not been sent to the bank.")
_NO_REFERENCE = N_("A payment needs the bank's reference, up to 60 letters and digits.")
_REFERENCE_USED = N_("This seller was paid under this reference before.")
_NO_DAY = N_("Write a day such as 2026-09-12, not before the file was sent and not after today.")
_NO_AMOUNT = N_("The amount must be ¥%(amount)s, as it was sent.")
_NO_REASON = N_("Say why it came back, in up to 200 characters.")
_CELLS = N_("This row has %(found)d cells; it needs %(needed)d.")


class NotAResult(Refusal):
    """The file as a whole is no result of the bank."""

    code = "not_a_result"
    message = N_("This is not a result of the bank: a CSV file in UTF-8 or GB 18030 with the headings %(headings)s.")
    status = 400


class ResultTooLarge(Refusal):
    """The file is larger than any result can be."""

    code = "result_too_large"
    message = N_("A result has at most %(rows)d rows.")
    status = 413


@dataclass(frozen=True, slots=True)
class FileRow:
    """One payment in a file for the bank; whom it reaches stays out of the repr."""

    ref: str
    holder: str = field(repr=False)
    bank: str = field(repr=False)
    number: str = field(repr=False)
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Expected:
    """An attempt of which a result may speak: its state, what was sent when, and references its seller was paid under."""

    settlement_id: int
    seller_ref: str
    state: SettlementState
    amount_fen: int
    sent_on: dt.date | None
    used_refs: frozenset[str]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, on one line."""
    text = " ".join(text.split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def table(rows: Sequence[FileRow]) -> list[tuple[str, str, str, str, str, int, str, str]]:
    """Return a file's payments in the order of its columns; the amount is fen."""
    return [("D", row.ref, harmless(row.holder), harmless(row.bank), row.number, row.amount_fen, "CNY", PURPOSE) for row in rows]


def written(file_ref: str, rows: Sequence[FileRow]) -> bytes:
    """Return a file for the bank: headings, a line a payment, and a trailer with count, sum and checksum of all above it."""
    total = yuan(sum(row.amount_fen for row in rows))
    trailer = io.StringIO(newline="")
    csv.writer(trailer, lineterminator="\r\n").writerow(["T", file_ref, len(rows), total, "SHA-256", checksum(rows)])
    return _body(rows) + trailer.getvalue().encode()


def checksum(rows: Sequence[FileRow]) -> str:
    """Return the SHA-256 of a file's bytes above its trailer, which its Excel twin names too."""
    return hashlib.sha256(_body(rows)).hexdigest()


def _body(rows: Sequence[FileRow]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for *start, amount_fen, currency, purpose in table(rows):
        writer.writerow([*start, yuan(amount_fen), currency, purpose])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def references(content: bytes) -> set[str]:
    """Return the numbers a result names, so that the attempts are looked up together.

    Raises:
        NotAResult, ResultTooLarge: the file as a whole cannot be read.
    """
    return {cells[0].strip() for _number, cells in _lines(content) if cells}


def read_result(content: bytes, expected: Mapping[str, Expected], *, today: dt.date) -> ReadResult:
    """Judge a bank's result row by row, by attempts' references; one bad row leaves no rows at all.

    Raises:
        NotAResult, ResultTooLarge: the file as a whole cannot be read.
    """
    rows: list[ResultRowIn] = []
    findings: list[ResultFinding] = []
    seen: dict[str, int] = {}
    used: set[tuple[str, str]] = set()
    for number, cells in _lines(content):
        judged = _Row(number, cells, findings)
        found = judged.read(expected, seen, used, today)
        if found is not None:
            rows.append(found)
    if findings:
        return ReadResult((), tuple(findings[:MOST_FINDINGS]))
    return ReadResult(tuple(rows), ())


@dataclass(slots=True)
class _Row:
    """One row as it is judged."""

    number: int
    cells: Sequence[str]
    findings: list[ResultFinding]

    def refuse(self, column: str, message: str, **params: str | int) -> None:
        self.findings.append(ResultFinding(self.number, column, message, params))

    def read(
        self, expected: Mapping[str, Expected], seen: dict[str, int], used: set[tuple[str, str]], today: dt.date
    ) -> ResultRowIn | None:
        before = len(self.findings)
        if len(self.cells) != len(RESULT_HEADINGS):
            self.refuse(_REFERENCE, _CELLS, found=len(self.cells), needed=len(RESULT_HEADINGS))
            return None
        ref, word_cell, bank_ref, day_cell, amount_cell, reason = (cell.strip() for cell in self.cells)
        attempt = expected.get(ref)
        word = WORDS.get(word_cell.lower())
        if word is None:
            self.refuse(_WORD, _NO_WORD, words="、".join(WORDS))
        if attempt is None:
            self.refuse(_REFERENCE, _UNKNOWN)
            return None
        if ref in seen:
            self.refuse(_REFERENCE, _TWICE, row=seen[ref])
        seen.setdefault(ref, self.number)
        self._check_state(attempt, word)
        self._check_amount(attempt, amount_cell)
        on = self._day(attempt, day_cell, today)
        if word is BankWord.PAID:
            self._check_bank_ref(attempt, bank_ref, used)
        elif word is BankWord.RETURNED and not 0 < len(reason) <= 200:
            self.refuse(_REASON, _NO_REASON)
        if len(self.findings) > before or word is None or on is None:
            return None
        return ResultRowIn(self.number, attempt.settlement_id, word, bank_ref[:60], on, reason[:200])

    def _check_state(self, attempt: Expected, word: BankWord | None) -> None:
        if attempt.state is SettlementState.PAID:
            if word is BankWord.PAID:
                self.refuse(_REFERENCE, _PAID_BEFORE)
        elif attempt.state in (SettlementState.DRAFT, SettlementState.APPROVED):
            self.refuse(_REFERENCE, _NOT_SENT)
        elif attempt.state is not SettlementState.SENT:
            self.refuse(_REFERENCE, _ENDED)

    def _check_amount(self, attempt: Expected, cell: str) -> None:
        try:
            is_right = parse_yuan(cell) == attempt.amount_fen
        except ValueError:
            is_right = False
        if not is_right:
            self.refuse(_AMOUNT, _NO_AMOUNT, amount=yuan(attempt.amount_fen))

    def _check_bank_ref(self, attempt: Expected, bank_ref: str, used: set[tuple[str, str]]) -> None:
        if not _BANK_REFERENCE.fullmatch(bank_ref):
            self.refuse(_BANK_REF, _NO_REFERENCE)
        elif bank_ref in attempt.used_refs or (attempt.seller_ref, bank_ref) in used:
            self.refuse(_BANK_REF, _REFERENCE_USED)
        used.add((attempt.seller_ref, bank_ref))

    def _day(self, attempt: Expected, cell: str, today: dt.date) -> dt.date | None:
        try:
            on = dt.date.fromisoformat(cell.replace("/", "-").replace(".", "-"))
        except ValueError:
            on = None
        if on is None or on > today or (attempt.sent_on is not None and on < attempt.sent_on):
            self.refuse(_DAY, _NO_DAY)
            return None
        return on


def _lines(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows below the headings with their numbers in the file, empty ones left out."""
    if len(content) > MOST_BYTES:
        raise ResultTooLarge(rows=MOST_ROWS)
    text = _decoded(content)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        lines = []
    headings = "、".join(RESULT_HEADINGS)
    if not lines or tuple(cell.strip() for cell in lines[0]) != RESULT_HEADINGS:
        raise NotAResult(headings=headings)
    found = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cell.strip() for cell in cells)]
    if not found:
        raise NotAResult(headings=headings)
    if len(found) > MOST_ROWS:
        raise ResultTooLarge(rows=MOST_ROWS)
    return found


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "" if "\0" in text else text
    return ""
