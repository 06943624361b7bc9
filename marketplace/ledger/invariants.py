"""Truths of the book (assurance.md, 1 to 3). Each check returns the rows that break it; without `since` all are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, cast, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from marketplace.kernel.db import dialect_of
from marketplace.kernel.triggers import missing
from marketplace.ledger.ddl import trigger_names
from marketplace.ledger.models import AccountBalance, Entry, Transaction
from marketplace.ledger.queries import postings_since

Check = tuple[str, Callable[[Session], Sequence[Any]]]


def unbalanced_transactions(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return transactions whose entries do not sum to zero, or are not as many as declared, or fewer than two."""
    is_asked = true() if since is None else Transaction.posted_at >= since
    is_part = true() if since is None else Entry.transaction_id.in_(postings_since(since))
    sums = (
        select(Entry.transaction_id, cast(func.sum(Entry.amount_fen), BigInteger).label("fen"), func.count().label("counted"))
        .where(is_part)
        .group_by(Entry.transaction_id)
        .subquery()
    )
    return session.execute(
        select(Transaction.ref, Transaction.entry_count, sums.c.counted, sums.c.fen)
        .join(sums, sums.c.transaction_id == Transaction.id, isouter=True)
        .where(
            is_asked,
            or_(
                sums.c.counted.is_(None),
                sums.c.fen != 0,
                sums.c.counted != Transaction.entry_count,
                Transaction.entry_count < 2,
            ),
        )
    ).all()


def orphan_entries(session: Session) -> Sequence[Any]:
    """Return entries whose transaction is not there."""
    return session.execute(
        select(Entry.id, Entry.account, Entry.amount_fen)
        .join(Transaction, Transaction.id == Entry.transaction_id, isouter=True)
        .where(Transaction.id.is_(None))
    ).all()


def broken_amounts(session: Session) -> Sequence[Any]:
    """Return entries of nothing or of a fraction, and transactions in another currency."""
    fraction = or_(Entry.amount_fen == 0, Entry.amount_fen != func.round(Entry.amount_fen))
    return [
        *session.execute(select(Entry.id, Entry.account, Entry.amount_fen).where(fraction)).all(),
        *session.execute(select(Transaction.ref, Transaction.currency).where(Transaction.currency != "CNY")).all(),
    ]


def drifted_balances(session: Session) -> Sequence[Any]:
    """Return accounts whose cached balance is not the sum of their entries.

    Both stand in one list and are summed: SQLite runs a FULL JOIN of twenty thousand accounts for half a minute.
    """
    both = union_all(
        select(AccountBalance.account.label("account"), AccountBalance.amount_fen.label("cached"), literal(0).label("fen")),
        select(Entry.account, literal(0), Entry.amount_fen),
    ).subquery()
    cached, fen = (cast(func.sum(column), BigInteger) for column in (both.c.cached, both.c.fen))
    return session.execute(
        select(both.c.account, cached.label("cached"), fen.label("fen")).group_by(both.c.account).having(cached != fen)
    ).all()


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the names of the book's triggers that do not stand, as a careless migration would leave it."""
    return missing(session, trigger_names(dialect_of(session)))


CHECKS: tuple[Check, ...] = (
    ("ledger: each transaction sums to zero and has the entries it declares", unbalanced_transactions),
    ("ledger: each entry has its transaction", orphan_entries),
    ("ledger: amounts are whole fen of one currency", broken_amounts),
    ("ledger: each cached balance is the sum of its entries", drifted_balances),
    ("ledger: the triggers stand", missing_triggers),
)
