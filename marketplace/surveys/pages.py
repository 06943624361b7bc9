"""What each template of the surveys is given: one frozen value, with its addresses and in the reader's language."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from marketplace.surveys.values import BatchView, ImportView, SurveyDraft, SurveyView

#: A table column or row as the table macro takes it.
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Pager:
    """Addresses of the pages before and after."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True)
class ListPage:
    """The questionnaires so far, and how to begin one."""

    rows: Sequence[Cells]
    may_build: bool
    #: Keys under which an empty one and the study's are begun.
    keys: tuple[str, str]
    pager: Pager


@dataclass(frozen=True)
class BuilderPage:
    """A draft as it was saved or, after a mistake, as it was typed."""

    survey: SurveyView
    draft: SurveyDraft
    revision: int
    errors: Mapping[str, str]
    can_grow: bool
    #: Where it is opened: the last day that was asked for, and what is wrong with it.
    closes_on: str
    may_open: bool


@dataclass(frozen=True)
class SurveyPage:
    """An opened questionnaire: what it asks, until when, and where its answers come in and go out."""

    survey: SurveyView
    state: tuple[str, str]
    title: str
    intro: str
    items: Sequence[str]
    facts: Sequence[tuple[str, str]]
    ways: Sequence[Cells]
    versions: Sequence[tuple[str, str | None]]
    may_build: bool
    is_open: bool
    #: Key under which the next version is begun.
    key: str


@dataclass(frozen=True)
class CodesPage:
    """Batches of codes, and the form that issues one."""

    survey: SurveyView
    title: str
    rows: Sequence[Cells]
    may_issue: bool
    key: str
    areas: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str]]
    chosen: Mapping[str, str]
    most: int
    errors: Mapping[str, str]
    pager: Pager


@dataclass(frozen=True)
class PrintedSlip:
    """One slip or sheet as it is printed."""

    number: int
    #: In groups of four.
    code: str
    qr: Markup


@dataclass(frozen=True)
class SlipsPage:
    """The unused slips or sheets of a batch, for printing."""

    batch: BatchView
    title: str
    intro: str
    items: Sequence[str]
    area: str
    slips: Sequence[PrintedSlip]
    #: Where a code is typed by hand.
    typed_at: str
    expires_on: dt.date
    other_url: str
    back_url: str


@dataclass(frozen=True)
class AskPage:
    """The questionnaire as somebody answers it."""

    code: str
    title: str
    intro: str
    items: Sequence[tuple[str, str]]
    chosen: Mapping[str, str]
    errors: Mapping[str, str]
    scores: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class DoorPage:
    """Why a code opens nothing, or thanks."""

    title: str
    words: str
    kind: str


@dataclass(frozen=True)
class TypedSheet:
    """A row of the entry page as it was typed."""

    number: str = ""
    scores: str = ""
    error: str | None = None


@dataclass(frozen=True)
class EntryPage:
    """Rows for sheets of paper."""

    survey: SurveyView
    title: str
    items: Sequence[str]
    day: str
    sheets: Sequence[TypedSheet]
    errors: Mapping[str, str]
    example: str


@dataclass(frozen=True)
class ImportsPage:
    """Workbooks sent in, and the form for another."""

    survey: SurveyView
    title: str
    rows: Sequence[Cells]
    may_send: bool
    areas: Sequence[tuple[str, str]]
    error: str | None
    pager: Pager


@dataclass(frozen=True)
class ImportPage:
    """What became of a workbook."""

    held: ImportView
    title: str
    facts: Sequence[tuple[str, str]]
    rows: Sequence[Cells]
    back_url: str


@dataclass(frozen=True)
class Bar:
    """The answers to one item as a bar: words, and the share of each score in percent of the width."""

    words: str
    #: (share before it, share, score, count)
    parts: Sequence[tuple[float, float, int, int]]


@dataclass(frozen=True)
class Table:
    """A table with everything the macro wants."""

    caption: str
    note: str | None
    columns: Sequence[Cells]
    rows: Sequence[Cells]


@dataclass(frozen=True)
class Filters:
    """The form above the results: what is chosen and what may be."""

    action: str
    area: str
    month: str
    group: str
    areas: Sequence[tuple[str, str]]
    months: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Tile:
    """One figure."""

    label: str
    figure: str
    note: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class ResultsPage:
    """What the answers of a slice add up to."""

    title: str
    crumbs: Sequence[tuple[str, str | None]]
    area_name: str
    source: str
    as_of: dt.datetime
    filters: Filters
    tiles: Sequence[Tile]
    bars: Sequence[Bar]
    legend: Sequence[tuple[int, str]]
    items: Table
    study: Table | None
    parts: Table | None
    neighbours: Table | None
    months: Table
    terms: Sequence[tuple[str, str]]
    excel_url: str


@dataclass(frozen=True)
class AnswersPage:
    """The answers behind the figures, nobody's name among them."""

    title: str
    crumbs: Sequence[tuple[str, str | None]]
    area_name: str
    as_of: dt.datetime
    table: Table
    pager: Pager
