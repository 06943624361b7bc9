"""Which rows of both sides belong together, as pure functions of the rows that are open."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from marketplace.reconciliation.values import How, Match, RowView, Side

#: Days between two rows that the same amount alone may join.
DAYS_APART = 7


def matches(rows: Sequence[RowView]) -> list[Match]:
    """Join open rows of one account: by what they refer to, then by an amount that only one row of either side has.

    A row is joined once. What stays is a difference: nothing is joined because it is nearly right.
    """
    found, left = _by_reference(rows)
    return found + _by_amount(left)


def _by_reference(rows: Sequence[RowView]) -> tuple[list[Match], list[RowView]]:
    known = {row.ref for row in rows if row.side is Side.BOOK and row.ref}
    by_ref: dict[str, list[RowView]] = defaultdict(list)
    for row in rows:
        if ref := _reference(row, known):
            by_ref[ref].append(row)
    found: list[Match] = []
    joined: set[int] = set()
    for ref in sorted(by_ref):
        match = _of_one_reference(by_ref[ref])
        if match is not None:
            found.append(match)
            joined.update(match.row_ids)
    return found, [row for row in rows if row.id not in joined]


def _reference(row: RowView, known: set[str]) -> str:
    """Return what a row refers to: its own reference, or the first word of a remark that the book knows."""
    if row.ref in known or row.side is Side.BOOK:
        return row.ref
    return next((word for word in row.words.split() if word in known), row.ref)


def _of_one_reference(rows: Sequence[RowView]) -> Match | None:
    book, outside = _sides(rows)
    if not book or not outside:
        one = book or outside
        return Match(How.CONTRA, _ids(one)) if len(one) > 1 and not _sum(one) else None
    if _sum(book) == _sum(outside):
        return Match(How.REFERENCE, _ids([*book, *outside]))
    # One of a pair came twice, or has not come yet: what is equal is joined, the rest stays.
    for alone, others in ((outside, book), (book, outside)):
        equal = [row for row in alone if row.amount_fen == _sum(others)]
        if equal:
            return Match(How.REFERENCE, _ids([min(equal, key=lambda row: (row.at, row.id)), *others]))
    return None


def _by_amount(rows: Sequence[RowView]) -> list[Match]:
    """Join rows of which one side has no reference of its own, where nothing else near has the same amount."""
    by_fen: dict[int, list[RowView]] = defaultdict(list)
    for row in rows:
        if row.amount_fen:
            by_fen[row.amount_fen].append(row)
    found = []
    for fen in sorted(by_fen):
        book, outside = _sides(by_fen[fen])
        for row in book:
            near = _near(row, outside)
            if len(near) == 1 and not (row.ref and near[0].ref) and _near(near[0], book) == [row]:
                found.append(Match(How.AMOUNT, _ids([row, near[0]])))
    return found


def _near(row: RowView, others: Iterable[RowView]) -> list[RowView]:
    return [other for other in others if abs(other.on_day - row.on_day) <= dt.timedelta(days=DAYS_APART)]


def _sides(rows: Iterable[RowView]) -> tuple[list[RowView], list[RowView]]:
    book: list[RowView] = []
    outside: list[RowView] = []
    for row in rows:
        (book if row.side is Side.BOOK else outside).append(row)
    return book, outside


def _sum(rows: Iterable[RowView]) -> int:
    return sum(row.amount_fen for row in rows)


def _ids(rows: Iterable[RowView]) -> tuple[int, ...]:
    return tuple(sorted(row.id for row in rows))


def difference(rows: Iterable[RowView]) -> int:
    """Return what the book says of some rows less what the outside says, in fen."""
    book, outside = _sides(rows)
    return _sum(book) - _sum(outside)
