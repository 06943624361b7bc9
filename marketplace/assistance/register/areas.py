"""Finding a township or village by what a register calls it: its name, with or without the suffix, or its code."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from marketplace.kernel.identity import half_width

_VILLAGE_SUFFIX = re.compile(r"(?:社区居委会|村民委员会|居民委员会|村委会|居委会|社区|村)$")
_TOWNSHIP_SUFFIX = re.compile(r"(?:街道办事处|街道|镇|乡)$")
_BLANK = re.compile(r"[\s\u3000]+")


class AreaEntry(NamedTuple):
    """One area. `township_code` is None for a township itself."""

    code: str
    official: str
    short: str
    township_code: str | None = None


class _Names:
    """Names to codes. A whole name outranks a name without its suffix, and a stem that fits two areas fits none."""

    def __init__(self, suffix: re.Pattern[str]) -> None:
        self._suffix = suffix
        self._whole: dict[str, str] = {}
        self._stems: dict[str, set[str]] = {}

    def add(self, entry: AreaEntry) -> None:
        for name in (entry.official, entry.short):
            self._whole.setdefault(name, entry.code)
            self._stems.setdefault(self._stem(name), set()).add(entry.code)

    def find(self, text: str) -> str | None:
        if (code := self._whole.get(text)) is not None:
            return code
        for stem in (text, self._stem(text)):
            codes = self._stems.get(stem, set())
            if len(codes) == 1:
                return next(iter(codes))
        return None

    def _stem(self, name: str) -> str:
        # 村 alone would leave nothing.
        return self._suffix.sub("", name) or name


class AreaIndex:
    """The townships and villages of one county, for lookup. Build it once; it is not changed afterwards."""

    def __init__(self, entries: Iterable[AreaEntry]) -> None:
        self._entries: dict[str, AreaEntry] = {}
        self._townships = _Names(_TOWNSHIP_SUFFIX)
        self._villages: dict[str, _Names] = {}
        for entry in entries:
            self._entries[entry.code] = entry
            if entry.township_code is None:
                self._townships.add(entry)
            else:
                self._villages.setdefault(entry.township_code, _Names(_VILLAGE_SUFFIX)).add(entry)

    def township(self, text: str) -> str | None:
        """Return the township's code, or None. Accepts the statistical 12-digit form of the code as well."""
        if (known := self._townships.find(text)) is not None:
            return known
        text = _BLANK.sub("", half_width(text))
        code = text[:9] if len(text) == 12 and text.endswith("000") else text
        entry = self._entries.get(code)
        if entry is not None:
            return entry.code if entry.township_code is None else None
        return self._townships.find(text)

    def village(self, text: str, township_code: str) -> str | None:
        """Return the code of the village of that name or code inside the township, or None."""
        names = self._villages.get(township_code)
        if names is None:
            return None
        if (known := names.find(text)) is not None:
            return known
        text = _BLANK.sub("", half_width(text))
        entry = self._entries.get(text)
        if entry is not None:
            return entry.code if entry.township_code == township_code else None
        return names.find(text)

    def townships_with(self, village: str) -> tuple[str, ...]:
        """Return the codes of all townships that have a village of that name or code."""
        return tuple(code for code in self._villages if self.village(village, code) is not None)

    def name(self, code: str) -> str:
        """Return the short name by which registers call the area. Raises: KeyError for an unknown code."""
        return self._entries[code].short

    def township_of(self, village_code: str) -> str | None:
        """Return the township a village lies in."""
        return self._entries[village_code].township_code
