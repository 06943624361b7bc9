"""Reads of the book."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, func, select
from sqlalchemy.orm import Session

from marketplace.ledger.models import AccountBalance, Entry, Transaction, TruthCheck
from marketplace.ledger.values import AccountEntry, Checked, EntryIn, Posting, Scope

_POSTING = select(Transaction.id, Transaction.ref, Transaction.posted_at).where(
    Transaction.kind == bindparam("kind"), Transaction.source == bindparam("source")
)


def balance(session: Session, account: str) -> int:
    """Return the balance of an account in fen: debits positive, credits negative. One look-up, whatever the history."""
    found = session.scalar(select(AccountBalance.amount_fen).where(AccountBalance.account == account))
    return found or 0


def balances(session: Session, accounts: Sequence[str]) -> dict[str, int]:
    """Return the balances of several accounts, 0 for those never posted to."""
    rows = session.execute(
        select(AccountBalance.account, AccountBalance.amount_fen).where(AccountBalance.account.in_(accounts))
    ).all()
    found = {row.account: row.amount_fen for row in rows}
    return {account: found.get(account, 0) for account in accounts}


def posting(session: Session, *, kind: str, source: str) -> Posting | None:
    """Return the posting of a source, if it stands. Two queries."""
    row = session.execute(_POSTING, {"kind": kind, "source": source}).one_or_none()
    if row is None:
        return None
    return Posting(row.id, row.ref, kind, source, row.posted_at, _entries(session, row.id))


def postings_by_id(session: Session, ids: Sequence[int]) -> list[Posting]:
    """Return the postings of some transactions with all their entries, in order. Two queries, whatever their number."""
    rows = session.execute(
        select(Transaction.id, Transaction.ref, Transaction.kind, Transaction.source, Transaction.posted_at)
        .where(Transaction.id.in_(ids))
        .order_by(Transaction.id)
    ).all()
    entries: dict[int, list[EntryIn]] = {}
    for entry in session.execute(
        select(Entry.transaction_id, Entry.account, Entry.amount_fen).where(Entry.transaction_id.in_(ids)).order_by(Entry.id)
    ):
        entries.setdefault(entry.transaction_id, []).append(EntryIn(entry.account, entry.amount_fen))
    return [Posting(row.id, row.ref, row.kind, row.source, row.posted_at, tuple(entries.get(row.id, ()))) for row in rows]


def account_entries(session: Session, account: str, *, limit: int = 50) -> list[tuple[dt.datetime, str, str, int]]:
    """Return the latest entries of an account: moment, kind, source, fen; newest first."""
    rows = session.execute(
        select(Transaction.posted_at, Transaction.kind, Transaction.source, Entry.amount_fen)
        .join(Entry, Entry.transaction_id == Transaction.id)
        .where(Entry.account == account)
        .order_by(Entry.transaction_id.desc(), Entry.id.desc())
        .limit(limit)
    ).all()
    return [(row.posted_at, row.kind, row.source, row.amount_fen) for row in rows]


def entries_of_account(session: Session, account: str, *, after: int = 0, limit: int = 1_000) -> list[AccountEntry]:
    """Return what postings moved on an account, above a transaction's key, in the order of keys. One query."""
    query = (
        select(
            Transaction.id, Transaction.kind, Transaction.source, Transaction.note, Transaction.posted_at,
            cast(func.sum(Entry.amount_fen), BigInteger).label("amount_fen"),
        )
        .join(Entry, Entry.transaction_id == Transaction.id)
        .where(Entry.account == account, Entry.transaction_id > after)
        .group_by(Transaction.id, Transaction.kind, Transaction.source, Transaction.note, Transaction.posted_at)
        .having(func.sum(Entry.amount_fen) != 0)
        .order_by(Transaction.id)
        .limit(limit)
    )  # fmt: skip
    return [AccountEntry(*row) for row in session.execute(query)]


def last_checks(session: Session) -> list[Checked]:
    """Return when the truths were last asked for, of new rows and of all, and what was found."""
    rows = session.scalars(select(TruthCheck).order_by(TruthCheck.scope))
    return [Checked(Scope(row.scope), row.began_at, row.broken) for row in rows]


def sound_since(session: Session, scope: Scope) -> dt.datetime | None:
    """Return when the truths were last asked for and all held."""
    return session.scalar(select(TruthCheck.sound_at).where(TruthCheck.scope == scope))


def _entries(session: Session, transaction_id: int) -> tuple[EntryIn, ...]:
    rows = session.execute(
        select(Entry.account, Entry.amount_fen).where(Entry.transaction_id == transaction_id).order_by(Entry.id)
    ).all()
    return tuple(EntryIn(row.account, row.amount_fen) for row in rows)


def postings_since(moment: dt.datetime) -> Any:
    """Return the keys of what was posted since a moment, as a select."""
    return select(Transaction.id).where(Transaction.posted_at >= moment)


def entries_like(pattern: str) -> Any:
    """Return the entries of the accounts that match a LIKE pattern, as a subquery: transaction_id, account, amount_fen."""
    return select(Entry.transaction_id, Entry.account, Entry.amount_fen).where(Entry.account.like(pattern)).subquery()


def amounts_by_source(account: str, kinds: Sequence[str]) -> Any:
    """Return what postings of some kinds moved on an account, as a subquery: kind, source, amount_fen."""
    return (
        select(Transaction.kind, Transaction.source, Entry.amount_fen)
        .join(Entry, Entry.transaction_id == Transaction.id)
        .where(Entry.account == account, Transaction.kind.in_(kinds))
        .subquery()
    )


def amounts_by_transaction() -> Any:
    """Return what each posting moved on each account, as a subquery: transaction_id, account, amount_fen."""
    fen = cast(func.sum(Entry.amount_fen), BigInteger).label("amount_fen")
    return select(Entry.transaction_id, Entry.account, fen).group_by(Entry.transaction_id, Entry.account).subquery()
