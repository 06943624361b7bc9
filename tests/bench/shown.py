"""Times as medians with their spread, and the plain tables they are printed in."""

import statistics
import time
import unicodedata
from dataclasses import dataclass, field

#: Headings of columns that hold words; numbers stand to the right.
WORDS = frozenset({"engine", "page", "size", "what", "list", "step"})


@dataclass(frozen=True)
class Spread:
    """Times of one thing, in seconds: the middle one, and those at a tenth and nine tenths of the way."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, seconds):
        ordered = sorted(seconds)
        at = [ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))] for part in (0.1, 0.9)]
        return cls(statistics.median(ordered), *at)

    def __str__(self):
        return f"{milliseconds(self.median)} ({milliseconds(self.low)}–{milliseconds(self.high)})"


def milliseconds(seconds):
    shown = seconds * 1000
    return f"{shown:.0f}" if shown >= 100 else f"{shown:.1f}" if shown >= 10 else f"{shown:.2f}"


@dataclass
class Table:
    """A title, what it means in a sentence, headings, rows."""

    title: str
    note: str
    heads: tuple
    rows: list = field(default_factory=list)

    def add(self, *cells):
        self.rows.append(tuple(str(cell) for cell in cells))

    def plain(self):
        """Return the table for a terminal."""
        lines = [self.heads, *self.rows]
        widths = [max(_width(line[at]) for line in lines) for at in range(len(self.heads))]
        shown = []
        for line in lines:
            cells = zip(self.heads, line, widths, strict=True)
            shown.append("  ".join(_padded(cell, width, head in WORDS) for head, cell, width in cells))
        shown.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([f"\n{self.title}", self.note, "", *(line.rstrip() for line in shown)])

    def markdown(self):
        """Return the table for a page of the documentation."""
        aligned = ["---" if head in WORDS else "---:" for head in self.heads]
        lines = [self.heads, aligned, *self.rows]
        return "\n".join([f"## {self.title}", self.note, "", *(f"| {' | '.join(line)} |" for line in lines), ""])


def _width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text, width, is_word):
    space = " " * (width - _width(text))
    return text + space if is_word else space + text


def timed(run):
    """Return how long one call took, in seconds."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def in_turn(things, *, rounds, each=1):
    """Time several things in turn, so that whatever else the machine does falls on all of them alike.

    Return {name: (Spread, ratios to the first thing, one a round)}.
    """
    taken = {name: [] for name in things}
    middles = {name: [] for name in things}
    for run in things.values():  # what is read, compiled and cached once
        run()
    for _ in range(rounds):
        for name, run in things.items():
            seconds = [timed(run) for _ in range(each)]
            taken[name] += seconds
            middles[name].append(statistics.median(seconds))
    first = next(iter(things))
    return {
        name: (Spread.of(taken[name]), [mine / base for mine, base in zip(middles[name], middles[first], strict=True)])
        for name in things
    }


def times(ratios):
    """Return ratios as '×1.23 (1.10–1.40)'."""
    found = Spread.of(ratios)
    shown = [f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
             for value in (found.median, found.low, found.high)]  # fmt: skip
    return f"×{shown[0]} ({shown[1]}–{shown[2]})"
