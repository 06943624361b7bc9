"""The verbs of the book: post, and note what a check of the truths found."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from marketplace.kernel import ids
from marketplace.kernel.db import dialect_of
from marketplace.ledger import queries
from marketplace.ledger.models import Entry, Transaction, TruthCheck
from marketplace.ledger.refusals import PostedOtherwise
from marketplace.ledger.rules import checked, same_entries
from marketplace.ledger.values import EntryIn, Posting, Scope

_ADD_ENTRIES = insert(Entry.__table__)  # type: ignore[arg-type]  # a mapped table is a Table
_ADD_TRANSACTION = insert(Transaction.__table__)  # type: ignore[arg-type]
_NUMBER_AFTER_LAST = select(func.coalesce(func.max(Transaction.id), 0) + 1)
_MOVE_BALANCE = text(
    "INSERT INTO account_balances (account, amount_fen) VALUES (:account, :fen)"
    " ON CONFLICT (account) DO UPDATE SET amount_fen = account_balances.amount_fen + excluded.amount_fen"
)


def post(session: Session, *, kind: str, source: str, entries: Sequence[EntryIn], at: dt.datetime, note: str = "") -> Posting:
    """Post entries that sum to zero; a repeat of the same source returns what stands, changing nothing.

    Entries go in first and the transaction row last, which closes the set; balances move in the same transaction.

    Raises:
        NotAPosting, UnknownAccount, Unbalanced: the entries are not a posting.
        PostedOtherwise: the source stands already with other entries.
    """
    kept = checked(entries)
    _one_at_a_time(session, kind, source)
    standing = queries.posting(session, kind=kind, source=source)
    if standing is not None:
        if not same_entries(standing.entries, kept):
            raise PostedOtherwise(source=source)
        return standing
    session.flush()
    number = _next_number(session)
    ref = ids.reference("T", 12)
    session.execute(
        _ADD_ENTRIES,
        [{"transaction_id": number, "account": entry.account, "amount_fen": entry.amount_fen} for entry in kept],
    )
    session.execute(
        _ADD_TRANSACTION,
        [
            {
                "id": number, "ref": ref, "kind": kind, "source": source,
                "posted_at": at, "entry_count": len(kept), "note": note,
            }
        ],
    )  # fmt: skip
    _move_balances(session, kept)
    return Posting(number, ref, kind, source, at, kept)


def note_check(session: Session, *, scope: Scope, began_at: dt.datetime, broken: int) -> None:
    """Keep when the truths were asked for, and how many rows broke them."""
    row = session.get(TruthCheck, scope)
    if row is None:
        row = TruthCheck(scope=scope)
        session.add(row)
    row.began_at, row.broken = began_at, broken
    if not broken:
        row.sound_at = began_at
    session.flush()


def _one_at_a_time(session: Session, kind: str, source: str) -> None:
    # SQLite's writer holds the only write lock already.
    if dialect_of(session) == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:posting, 0))"), {"posting": f"posting/{kind}/{source}"}
        )


def _next_number(session: Session) -> int:
    """Return the id of the coming transaction: entries need it before the row is there."""
    if dialect_of(session) == "postgresql":
        number = session.scalar(text("SELECT nextval(pg_get_serial_sequence('transactions', 'id'))"))
    else:
        number = session.scalar(_NUMBER_AFTER_LAST)
    assert number is not None  # noqa: S101 (both are aggregates: one row, never null)
    return int(number)


def _move_balances(session: Session, entries: Sequence[EntryIn]) -> None:
    moved: dict[str, int] = {}
    for entry in entries:
        moved[entry.account] = moved.get(entry.account, 0) + entry.amount_fen
    # In one order everywhere, so that two postings wait for each other instead of deadlocking.
    session.execute(_MOVE_BALANCE, [{"account": account, "fen": moved[account]} for account in sorted(moved)])
