"""Lists of names and identity numbers as people type or paste them: read line by line, each judged beside its own number."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import IdNumber, IdNumberRefused, half_width
from marketplace.tours.refusals import NamedTwice, NameOrNumberMissing
from marketplace.tours.values import Traveller

#: Longer lists are no list of one booking.
MOST_LINES = 400
LONGEST_NAME = 40
#: An identity number, or what was meant as one: the second finds numbers written in groups.
_NUMBERS = (re.compile(r"(?<![0-9])[0-9]{14,20}[0-9Xx]?(?![0-9])"), re.compile(r"[0-9](?:[ -]?[0-9]){13,19}[ -]?[0-9Xx]?"))
#: '12. ', '3、' before a name.
_COUNTED = re.compile(r"^[0-9]{1,3}(?:[.)、]\s*|\s+)")
_BETWEEN = " \t,;:/|，、；："


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a list as written, and what is wrong with it; personal, so it stays out of the repr."""

    #: Line or row, counted from one.
    number: int
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    refusal: Refusal | None = None


def read_lines(text: str, *, today: dt.date) -> list[Entry]:
    """Return the people of a pasted list, one a line: name and number in either order, whatever stands between them."""
    lines = [(number, half_width(line).strip()) for number, line in enumerate(text.splitlines(), start=1)]
    return _judged([(number, *_parted(line)) for number, line in lines if line][:MOST_LINES], today)


def read_rows(rows: Iterable[tuple[str, str]], *, today: dt.date) -> list[Entry]:
    """Return the people of rows of two boxes, name and number; a row left empty is one that is missing."""
    return _judged([(number, name.strip(), typed.strip()) for number, (name, typed) in enumerate(rows, start=1)], today)


def travellers_of(entries: Sequence[Entry]) -> list[Traveller]:
    """Return the people of a list that has been found right."""
    return [Traveller(entry.name, entry.id_number) for entry in entries]


def _parted(line: str) -> tuple[str, str]:
    """Return (name, number) of a line; what cannot be found is empty."""
    found = next((match for kind in _NUMBERS if (match := kind.search(line))), None)
    if found is None:
        return _COUNTED.sub("", line).strip(_BETWEEN), ""
    name = _COUNTED.sub("", f"{line[: found.start()]} {line[found.end() :]}".strip(_BETWEEN))
    return name.strip(_BETWEEN), found[0]


def _judged(rows: Sequence[tuple[int, str, str]], today: dt.date) -> list[Entry]:
    entries: list[Entry] = []
    first: dict[str, int] = {}
    for number, name, typed in rows:
        entry = _one(number, name, typed, today)
        if entry.refusal is None and first.setdefault(entry.id_number, number) != number:
            entry = Entry(number, name, typed, NamedTwice(number=first[entry.id_number]))
        entries.append(entry)
    return entries


def _one(number: int, name: str, typed: str, today: dt.date) -> Entry:
    if not 1 <= len(name) <= LONGEST_NAME or not typed:
        return Entry(number, name, typed, NameOrNumberMissing())
    try:
        return Entry(number, name, IdNumber.parse(typed, today=today).text)
    except IdNumberRefused as refusal:
        return Entry(number, name, typed, refusal)
