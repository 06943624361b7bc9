"""One cell at a time: from whatever a spreadsheet holds to a typed value, or a refusal of that cell.

Values are shown again only through `shown`, which masks what is personal and defuses what is hidden.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

from marketplace.assistance.register.columns import HELPER, ID_NUMBER, NAME, NUMBER, PHONE
from marketplace.assistance.register.values import SYNONYMS, Precision, Reason, RegisterDate, SexWord, Word
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import (
    IdNumber,
    IdNumberRefused,
    Sex,
    half_width,
    mask_id,
    mask_name,
    mask_phone,
)
from marketplace.kernel.words import N_

W = TypeVar("W", bound=Word)

MAX_TEXT = 200
MAX_NAME = 60
MAX_ORGANISATION = 100
MAX_NUMBER = 40
MAX_CROP = 20
MAX_CROPS = 20
#: One hundred million yuan a head: beyond it a figure is a slip.
MAX_INCOME_FEN = 10_000_000_000
EARLIEST_DAY = dt.date(1950, 1, 1)

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_BLANK = re.compile(r"[\s\u3000]+")
_SEPARATOR = re.compile(r"[、，,;；/\s\u3000]+")
_LONG_NUMBER = re.compile(r"[0-9０-９]{7,}[Xx]?")
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|年(\d{1,2})月|(\d{2}))", re.ASCII)
_YEAR = re.compile(r"(\d{4})年?(?:度)?", re.ASCII)
_AMOUNT = re.compile(r"[¥￥]?(-?\d{1,18}(?:,\d{3})*(?:\.\d{1,12})?)元?", re.ASCII)
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
_HOUSEHOLD_NUMBER = re.compile(r"[0-9A-Za-z一-鿿_./()（）-]+")

FORMULA_HINT = N_("This cell holds a formula or its error, not a value. Copy the column and paste it as values.")
HIDDEN_HINT = N_("This cell holds hidden or control characters. Delete its content and type it again.")
TOO_LONG_HINT = N_("This text has %(length)d characters; up to %(limit)d are possible.")
ROUNDED_HINT = N_(
    "This cell is stored as a number, so the spreadsheet has rounded its last digits."
    " Format the column as text and type the number again."
)


class CellRefused(Refusal):
    """One cell can't be read. Carries the reason that goes into the report."""

    code = "cell"
    status = 400

    def __init__(self, reason: Reason, message: str, /, **params: Any) -> None:
        super().__init__(message, **params)
        self.reason = reason


def text_of(value: object, limit: int = MAX_TEXT) -> str | None:
    """Return the cell as clean text without outer spaces or a leading apostrophe; None when nothing is left.

    Raises: CellRefused for formulas, hidden characters and texts longer than `limit`.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        value = _plain(value)
    if not value.isprintable():
        _refuse_hidden(value)
    text = value.strip().removeprefix("'").removeprefix("‘").removeprefix("’").strip()
    if not text:
        return None
    if text[0] == "=" or text in _ERRORS:
        raise CellRefused(Reason.FORMULA, FORMULA_HINT)
    if len(text) > limit:
        raise CellRefused(Reason.TOO_LONG, TOO_LONG_HINT, length=len(text), limit=limit)
    return text


def _plain(value: object) -> str:
    """Write a number, truth value or date as the person would have typed it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        if value.bit_length() > 128:
            raise CellRefused(Reason.TOO_LARGE, N_("This number is too large."))
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if abs(value) < 1e15 and value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise CellRefused(Reason.FORMULA, FORMULA_HINT)


def _is_hidden(character: str) -> bool:
    if character in "\t\n\r":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} or ord(character) & 0xFFFE == 0xFFFE


def _refuse_hidden(text: str) -> None:
    if any(map(_is_hidden, text)):
        raise CellRefused(Reason.HIDDEN_CHARACTERS, HIDDEN_HINT)


def compact(value: object, limit: int = MAX_TEXT) -> str | None:
    """Return the text in half-width signs without any space: for codes, numbers and words of a closed list."""
    text = text_of(value, limit)
    if text is None:
        return None
    return _BLANK.sub("", half_width(text)) or None


def household_number(value: object, _today: dt.date) -> str | None:
    """Read the household's number, kept as text."""
    text = compact(value, MAX_NUMBER)
    if text is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 1e15:
        raise CellRefused(Reason.ROUNDED_NUMBER, ROUNDED_HINT)
    if not _HOUSEHOLD_NUMBER.fullmatch(text):
        raise CellRefused(Reason.UNKNOWN_VALUE, N_("A household number is made of digits, letters and hyphens."))
    return text


def person_name(value: object, _today: dt.date) -> str | None:
    """Read a person's name. Spaces that only align Chinese characters are dropped."""
    text = text_of(value, MAX_NAME)
    if text is None:
        return None
    return " ".join(text.split()) if text.isascii() else _BLANK.sub("", text)


def free_text(value: object, _today: dt.date) -> str | None:
    """Read an organisation's name."""
    text = text_of(value, MAX_ORGANISATION)
    return " ".join(text.split()) if text is not None else None


def id_number(value: object, today: dt.date) -> IdNumber | None:
    """Read and check a resident ID number."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 1e15:
        raise CellRefused(Reason.ROUNDED_NUMBER, ROUNDED_HINT)
    text = text_of(value)
    if text is None:
        return None
    try:
        return IdNumber.parse(text, today=today)
    except IdNumberRefused as refusal:
        raise CellRefused(Reason(refusal.code), refusal.text, **refusal.params) from None


def phone_number(value: object, _today: dt.date) -> str | None:
    """Read a mobile number."""
    text = compact(value)
    if text is None:
        return None
    found = _MOBILE.fullmatch(text.replace("-", ""))
    if not found:
        raise CellRefused(Reason.BAD_PHONE, N_("A mobile number has 11 digits and begins with 1."))
    return found[1]


@cache
def _words(kind: type[Word]) -> Mapping[str, Any]:
    return {**{word.zh: word for word in kind}, **SYNONYMS.get(kind, {})}


@cache
def _listed(kind: type[Word]) -> str:
    return "、".join(word.zh for word in kind)


def _refuse_word(kind: type[Word]) -> CellRefused:
    return CellRefused(
        Reason.UNKNOWN_VALUE,
        N_("This word is not in the list for this column. Known words: %(words)s."),
        words=_listed(kind),
    )


def word(kind: type[W]) -> Callable[[object, dt.date], W | None]:
    """Make the reader of a column that holds one word of a list."""
    known: Mapping[str, W] = _words(kind)

    def read(value: object, _today: dt.date) -> W | None:
        # Nearly every cell is already the bare word.
        if isinstance(value, str) and (found := known.get(value)) is not None:
            return found
        text = compact(value)
        if text is None:
            return None
        if (found := known.get(text)) is None:
            raise _refuse_word(kind)
        return found

    return read


def words(kind: type[W]) -> Callable[[object, dt.date], tuple[W, ...] | None]:
    """Make the reader of a column that holds several words of a list, joined by 、. Repeated words count once."""
    known: Mapping[str, W] = _words(kind)

    def read(value: object, _today: dt.date) -> tuple[W, ...] | None:
        text = text_of(value)
        if text is None:
            return None
        found: dict[W, None] = {}
        for item in filter(None, _SEPARATOR.split(half_width(text))):
            if (one := known.get(item)) is None:
                raise _refuse_word(kind)
            found[one] = None
        return tuple(found) or None

    return read


def sex(value: object, today: dt.date) -> Sex | None:
    """Read 男 or 女."""
    found = _sex_word(value, today)
    return Sex(found.code) if found is not None else None


_sex_word = word(SexWord)


def crops(value: object, _today: dt.date) -> tuple[str, ...] | None:
    """Read what the household grows: any words, joined by 、."""
    text = text_of(value)
    if text is None:
        return None
    found = tuple(dict.fromkeys(filter(None, _SEPARATOR.split(half_width(text)))))
    if len(found) > MAX_CROPS:
        raise CellRefused(Reason.TOO_LONG, N_("This list has more than %(limit)d entries."), limit=MAX_CROPS)
    for item in found:
        if len(item) > MAX_CROP:
            raise CellRefused(Reason.TOO_LONG, TOO_LONG_HINT, length=len(item), limit=MAX_CROP)
    return found or None


def register_date(value: object, today: dt.date) -> RegisterDate | None:
    """Read a day or a month: an Excel date, 2014-05-01, 2014/5/1, 2014年5月 or 201405."""
    found = _date(value)
    if found is None:
        return None
    if found.on > today:
        raise CellRefused(Reason.FUTURE_DATE, N_("This date lies in the future."))
    if found.on < EARLIEST_DAY:
        raise _bad_date()
    return found


def _bad_date() -> CellRefused:
    return CellRefused(Reason.BAD_DATE, N_("This is not a date. Write it like 2014-05-01, 2014/5/1, 2014年5月 or 201405."))


def _date(value: object) -> RegisterDate | None:
    if isinstance(value, dt.datetime):
        return RegisterDate(value.date())
    if isinstance(value, dt.date):
        return RegisterDate(value)
    if isinstance(value, dt.time | dt.timedelta | bool):
        raise _bad_date()
    text = compact(value)
    if text is None:
        return None
    try:
        if day := _DAY.fullmatch(text):
            return RegisterDate(dt.date(*(int(part) for part in day.groups() if part)))
        if month := _MONTH.fullmatch(text):
            year, number = (int(part) for part in month.groups() if part)
            return RegisterDate(dt.date(year, number, 1), Precision.MONTH)
    except ValueError:
        raise _bad_date() from None
    raise _bad_date()


def exit_year(value: object, today: dt.date) -> int | None:
    """Read the year of exit."""
    text = compact(value)
    if text is None:
        return None
    found = _YEAR.fullmatch(text)
    if not found:
        raise CellRefused(Reason.NOT_A_NUMBER, N_("This is not a year. Write it like 2018."))
    year = int(found[1])
    if year > today.year:
        raise CellRefused(Reason.FUTURE_DATE, N_("This year lies in the future."))
    if year < EARLIEST_DAY.year:
        raise CellRefused(Reason.BAD_DATE, N_("This is not a year. Write it like 2018."))
    return year


def income_fen(value: object, _today: dt.date) -> int | None:
    """Read yuan as fen. Averages that a spreadsheet worked out to many places are rounded half up to the fen."""
    text = compact(value)
    if text is None:
        return None
    amount = _amount(value, text)
    if amount is None or not amount.is_finite():
        raise CellRefused(Reason.NOT_A_NUMBER, N_("This is not a number. Write the amount in yuan, like 2190.74."))
    if amount < 0:
        raise CellRefused(Reason.NEGATIVE, N_("An income can't be below zero."))
    if amount * 100 > MAX_INCOME_FEN:
        raise CellRefused(Reason.TOO_LARGE, N_("This number is too large."))
    return int((amount * 100).to_integral_value(rounding=ROUND_HALF_UP))


def _amount(value: object, text: str) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float):
            return Decimal(repr(value))
        found = _AMOUNT.fullmatch(text)
        return Decimal(found[1].replace(",", "")) if found else None
    except InvalidOperation:
        return None


def shown(column: str, value: object) -> str:
    """Return the cell as a report may show it: short, without hidden characters, masked where personal."""
    try:
        raw = value if isinstance(value, str) else _plain(value) if value is not None else ""
    except CellRefused:
        return ""
    text = "".join("\ufffd" if _is_hidden(character) else character for character in raw[:MAX_TEXT])
    text = " ".join(half_width(text).split()).removeprefix("'")
    if column in (NAME, HELPER):
        return mask_name(text)
    if column == ID_NUMBER:
        return mask_id(text.upper())
    if column == PHONE:
        return mask_phone(text)
    # A number that slipped into a neighbouring column is still somebody's; a household number has fewer than 15 digits.
    if column != NUMBER or len(text) >= 15:
        text = _LONG_NUMBER.sub(lambda found: f"{found[0][:3]}{'*' * (len(found[0]) - 3)}", text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def shown_heading(text: str) -> str:
    """Return a heading or sheet title as a report may show it."""
    return shown("", text)
