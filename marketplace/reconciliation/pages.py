"""What the templates of reconciliation are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.reconciliation.values import Finding, GroupView, RowView, Standing, StatementView


@dataclass(frozen=True)
class AccountLine:
    """One account in the list of all: its name in the reader's language and how it stands on both sides."""

    name: str
    label: str
    standing: Standing
    url: str


@dataclass(frozen=True)
class AccountsPage:
    """All accounts that somebody else keeps beside our book."""

    accounts: Sequence[AccountLine]
    #: Accounts that nobody reports on: name and what the book says.
    silent: Sequence[tuple[str, int]]
    newest: StatementView | None
    days_allowed: int


@dataclass(frozen=True)
class AccountPage:
    """One account: the statement that leads from the book's sum to the outside's, and the rows behind each of its lines."""

    line: AccountLine
    book: Sequence[RowView]
    outside: Sequence[RowView]
    waiting: Sequence[GroupView]
    held: Sequence[RowView]
    names: Mapping[int, str]
    late_before: str
    next_url: str | None
    is_first: bool
    key: str
    me: int
    may_write: bool
    reason: str = ""
    chosen: frozenset[int] = frozenset()
    error: str = ""


@dataclass(frozen=True)
class ClosedPage:
    """Differences that two people explained."""

    line: AccountLine
    groups: Sequence[GroupView]
    names: Mapping[int, str]
    next_url: str | None


@dataclass(frozen=True)
class ListsPage:
    """The bank's lists so far, and the form for another."""

    files: Sequence[StatementView]
    names: Mapping[int, str]
    columns: Sequence[str]
    next_url: str | None
    may_write: bool
    error: str = ""
    findings: Sequence[Finding] = field(default_factory=tuple)
