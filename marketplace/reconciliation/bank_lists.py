"""A bank's list as a CSV file: its columns, and how each row is judged. Who paid or was paid is not read."""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping

from marketplace.kernel import clock
from marketplace.kernel.money import parse_yuan
from marketplace.reconciliation.refusals import BadRows, BankListTooLong, NoBankList
from marketplace.reconciliation.values import BankList, FileProblem, Finding, RowIn, RowKind

DAY, SERIAL, CAME, WENT, BALANCE, REMARK = "交易日期", "交易流水号", "收入金额", "支出金额", "账户余额", "附言"
NEEDED = (DAY, SERIAL, CAME, WENT, BALANCE)
MOST_ROWS = 20_000
MOST_BYTES = 8 * 1024 * 1024
#: What is wrong is shown of so many rows.
MOST_FINDINGS = 100
_SERIAL = re.compile(r"[A-Za-z0-9_./-]{1,60}", re.ASCII)
_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})", re.ASCII)
#: Of a remark only what may be a reference is kept: the rest may be a name.
_WORD = re.compile(r"[A-Za-z0-9_-]{6,40}", re.ASCII)
#: The bank writes a day and no hour: noon in Shanghai stands for it.
_NOON = dt.timedelta(hours=12)

Said = Callable[[Iterable[str]], Mapping[str, tuple[int, dt.date]]]


def read_bank_list(content: bytes, *, said: Said) -> BankList:
    """Return a list whose every row is good and whose balances follow from each other.

    `said` tells what came before under some serial numbers.

    Raises:
        NoBankList: no CSV with these columns, in UTF-8 or GB 18030, or one without rows.
        BankListTooLong: too many rows or bytes.
        BadRows: some rows are wrong; nothing is read.
    """
    if len(content) > MOST_BYTES:
        raise BankListTooLong(most=MOST_ROWS)
    rows = _rows(content)
    reader = _Reader(said({row.get(SERIAL, "") for _, row in rows}))
    for number, row in rows:
        reader.take(number, row)
    if reader.findings:
        raise BadRows(reader.findings[:MOST_FINDINGS])
    return reader.bank_list(hashlib.sha256(content).hexdigest())


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    refusal = NoBankList(columns="、".join(NEEDED))
    text = _text(content)
    if text is None or "\0" in text:
        raise refusal
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise refusal from error
    heads = [cell.strip() for cell in read[0]] if read else []
    if any(heads.count(name) != 1 for name in NEEDED):
        raise refusal
    rows = [
        (number, dict(zip(heads, (cell.strip() for cell in cells), strict=False)))
        for number, cells in enumerate(read[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise refusal
    if len(rows) > MOST_ROWS:
        raise BankListTooLong(most=MOST_ROWS)
    return rows


def _text(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class _Reader:
    """Judges one row after another."""

    def __init__(self, said: Mapping[str, tuple[int, dt.date]]) -> None:
        self.findings: list[Finding] = []
        self._said = said
        self._today = clock.today()
        self._lines: list[tuple[RowIn, dt.date, int]] = []
        self._serials: set[str] = set()

    def take(self, number: int, row: Mapping[str, str]) -> None:
        """Judge a row; what is wrong is noted, and one with all its parts is kept."""
        before = len(self.findings)
        day = self._day(number, row.get(DAY, ""))
        serial = self._serial(number, row.get(SERIAL, ""))
        amount = self._amount(number, row.get(CAME, ""), row.get(WENT, ""))
        balance = _fen(row.get(BALANCE, ""))
        if balance is None:
            self._note(number, BALANCE, FileProblem.BALANCE)
        if len(self.findings) > before or day is None or amount is None or balance is None:
            return
        if self._said.get(serial, (amount, day)) != (amount, day):
            self._note(number, SERIAL, FileProblem.CHANGED)
        if self._lines and self._lines[-1][2] + amount != balance:
            self._note(number, BALANCE, FileProblem.CHAIN)
        line = RowIn(
            key=serial, kind=RowKind.OTHER, amount_fen=amount, at=clock.day_bounds(day)[0] + _NOON, ref=serial,
            words=" ".join(_WORD.findall(row.get(REMARK, "")))[:120],
        )  # fmt: skip
        self._lines.append((line, day, balance))

    def bank_list(self, sha256: str) -> BankList:
        """Return what was read."""
        first, _, after_first = self._lines[0]
        days = [day for _, day, _ in self._lines]
        return BankList(
            sha256=sha256, lines=tuple(line for line, _, _ in self._lines), opening_fen=after_first - first.amount_fen,
            closing_fen=self._lines[-1][2], from_on=min(days), to_on=max(days),
        )  # fmt: skip

    def _note(self, number: int, column: str, problem: FileProblem) -> None:
        self.findings.append(Finding(number, column, problem))

    def _day(self, number: int, written: str) -> dt.date | None:
        match = _DAY.fullmatch(written)
        try:
            day = dt.date(*(int(part) for part in match.groups())) if match else None
        except ValueError:
            day = None
        if day is None:
            self._note(number, DAY, FileProblem.DAY)
        elif day > self._today:
            self._note(number, DAY, FileProblem.FUTURE)
        return day

    def _serial(self, number: int, written: str) -> str:
        if not _SERIAL.fullmatch(written):
            self._note(number, SERIAL, FileProblem.SERIAL)
        elif written in self._serials:
            self._note(number, SERIAL, FileProblem.TWICE)
        self._serials.add(written)
        return written

    def _amount(self, number: int, came: str, went: str) -> int | None:
        """Return what came in, or what went out as a negative amount; a zero beside the other counts as nothing written."""
        parts = [(CAME, came, 1), (WENT, went, -1)]
        written = [(column, text, sign) for column, text, sign in parts if text and _fen(text) != 0]
        if len(written) != 1:
            self._note(number, CAME, FileProblem.BOTH)
            return None
        column, text, sign = written[0]
        fen = _fen(text)
        if fen is None or fen < 0:
            self._note(number, column, FileProblem.AMOUNT)
            return None
        return sign * fen


def _fen(text: str) -> int | None:
    """Return the fen of an amount as banks write it, with commas and perhaps a minus; None where it is none."""
    negative = text.startswith("-")
    try:
        fen = parse_yuan(text.removeprefix("-"))
    except ValueError:
        return None
    return -fen if negative else fen
