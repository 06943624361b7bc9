"""What each template of the reports is given: one frozen value, with its addresses and in the reader's language."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: A table column or row as the table macro takes it.
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Tile:
    """One figure: its words, how it is written, the rows behind it and how it is reckoned."""

    label: str
    figure: str
    drill_url: str | None
    drill_label: str | None
    how_url: str
    trend: str | None = None


@dataclass(frozen=True)
class SumLine:
    """One line of a reckoning: label, fen as it counts (negative lessens), the rows behind it."""

    label: str
    fen: int
    url: str | None
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table with everything the macro wants."""

    caption: str
    note: str | None
    columns: Sequence[Cells]
    rows: Sequence[Cells]
    total: Cells | None = None
    empty: str | None = None


@dataclass(frozen=True)
class Bars:
    """A bar chart: rows of label, value in fen, address."""

    title: str
    rows: Sequence[Cells]
    label_heading: str
    value_heading: str
    note: str | None = None


@dataclass(frozen=True)
class Curves:
    """A line chart over months."""

    title: str
    note: str
    labels: Sequence[str]
    series: Sequence[Cells]


@dataclass(frozen=True)
class Filters:
    """The form above a report: what is chosen and what may be."""

    action: str
    period: str
    measure: str
    category: str
    periods: Sequence[tuple[str, str]]
    measures: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str]]
    #: Further parameters kept as they are.
    kept: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Pager:
    """Addresses of the pages before and after."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True)
class HomePage:
    """The office's first page: what waits, and the month so far."""

    greeting: str
    #: Places the person looks after, and what the month's figures there are.
    areas: Sequence[tuple[str, str]]
    area_name: str | None
    month: str
    as_of: dt.datetime
    tiles: Sequence[Tile]
    report_url: str | None
    #: Where the results of the survey of effects opened last stand.
    effects_url: str | None
    #: For a helper: how many households they are named for, and where they are listed.
    helped: tuple[int, str] | None


@dataclass(frozen=True)
class Reception:
    """How far broadband reaches in an area's villages: it bounds what selling online can do there."""

    measured: int
    villages: int
    #: Of a hundred households, in the village with the fewest and in that with the most.
    least_percent: int
    most_percent: int
    measured_on: dt.date
    #: Of one village alone.
    source: str


@dataclass(frozen=True)
class AreaPage:
    """An area over a period."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    #: Further areas of the same reader, where one grant does not cover all.
    others: Sequence[tuple[str, str]]
    period_words: str
    as_of: dt.datetime
    filters: Filters
    headline: Sequence[Tile]
    reckoning: Sequence[SumLine]
    goods: Bars
    bars: Bars | None
    curves: Curves
    children: Table
    pager: Pager | None
    peers: Table | None
    promotions_url: str
    ledger_url: str
    poverty_url: str
    excel_url: str
    how_url: str
    #: None where no village was ever measured.
    reception: Reception | None


@dataclass(frozen=True)
class PromotionsPage:
    """What each promotion brought to an area over a period."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    period_words: str
    as_of: dt.datetime
    filters: Filters
    table: Table
    how_url: str


@dataclass(frozen=True)
class HouseholdPage:
    """A household over a period."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    period_words: str
    as_of: dt.datetime
    filters: Filters
    facts: Sequence[tuple[str, str]]
    headline: Sequence[Tile]
    reckoning: Sequence[SumLine]
    curves: Curves
    months: Table
    lines: Table
    lines_url: str
    excel_url: str
    how_url: str
    card_url: str | None


@dataclass(frozen=True)
class LinesPage:
    """The rows behind one figure; they sum to it to the fen."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    period_words: str
    as_of: dt.datetime
    filters: Filters
    #: The same rows under the other figures: label, address, is this one.
    figures: Sequence[tuple[str, str, bool]]
    sum_label: str
    sum_fen: int
    count_words: str
    meaning: str
    table: Table
    pager: Pager
    excel_url: str
    how_url: str


@dataclass(frozen=True)
class LinePage:
    """One order line: the standing frozen on its day, everything that happened to it, and the book's entries."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    as_of: dt.datetime
    facts: Sequence[tuple[str, str]]
    frozen: Sequence[tuple[str, str]]
    household: tuple[str, str] | None
    reckoning: Sequence[SumLine]
    stages: Sequence[SumLine]
    movements: Table
    postings: Sequence["PostingView"]
    excel_url: str
    how_url: str


@dataclass(frozen=True)
class PostingView:
    """A ledger transaction as it stands in the book: account path, its words, debit and credit in fen."""

    ref: str
    words: str
    posted_at: dt.datetime
    entries: Sequence[tuple[str, str, int | None, int | None]]


@dataclass(frozen=True)
class HouseholdsPage:
    """The households behind a count or behind the platform's share."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    period_words: str
    as_of: dt.datetime
    count_words: str
    meaning: str
    table: Table
    pager: Pager
    excel_url: str
    how_url: str
    #: Whether the list is one that officials print.
    can_print: bool = False


@dataclass(frozen=True)
class PovertyPage:
    """Poverty and inequality of an area in a year."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    as_of: dt.datetime
    #: The form that chooses the year.
    action: str
    year: str
    years: Sequence[tuple[str, str]]
    #: The line of the year in words, or that none is on record.
    line: str
    has_line: bool
    coverage: str
    tiles: Sequence[Tile]
    by_area: Table | None
    by_cause: Table
    peers: Table | None
    excel_url: str
    how_url: str


@dataclass(frozen=True)
class LedgerPage:
    """The management ledger of an area."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    as_of: dt.datetime
    tiles: Sequence[Tile]
    help: Table
    children: Table | None
    #: Where the households are listed, in a village.
    list_url: str
    links: Sequence[tuple[str, str]]
    excel_url: str
    how_url: str


@dataclass(frozen=True)
class FlowPage:
    """How standings changed between two days, and how long cases took."""

    title: str
    area_name: str
    crumbs: Sequence[tuple[str, str | None]]
    as_of: dt.datetime
    action: str
    from_on: dt.date
    to_on: dt.date
    tiles: Sequence[Tile]
    matrix: Table
    years: Table
    times: Table
    excel_url: str
    how_url: str


@dataclass(frozen=True)
class DefinitionsPage:
    """How each figure is reckoned: anchor, term, words, source."""

    as_of: dt.datetime
    terms: Sequence[tuple[str, str, str]]
    back_url: str
