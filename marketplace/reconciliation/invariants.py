"""Truths of reconciliation (assurance.md, 8 and 11). Each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.triggers import missing
from marketplace.ledger.queries import amounts_by_transaction
from marketplace.ledger.values import BANK
from marketplace.reconciliation.ddl import TRIGGERS
from marketplace.reconciliation.models import BankStatement, ReconciliationGroup, ReconciliationRow
from marketplace.reconciliation.values import GroupState, How, Side

Check = tuple[str, Callable[[Session], Sequence[Any]]]

_SIGNED = case((ReconciliationRow.side == Side.BOOK, ReconciliationRow.amount_fen), else_=-ReconciliationRow.amount_fen)


def groups_beside_their_rows(session: Session) -> Sequence[Any]:
    """Return groups whose difference is not what their rows leave over, and those taken back that still hold rows."""
    held = cast(func.coalesce(func.sum(_SIGNED), 0), BigInteger)
    is_back = ReconciliationGroup.state == GroupState.WITHDRAWN
    rows = func.count(ReconciliationRow.id)
    return session.execute(
        select(ReconciliationGroup.ref, ReconciliationGroup.difference_fen, held)
        .join(ReconciliationRow, ReconciliationRow.group_id == ReconciliationGroup.id, isouter=True)
        .group_by(ReconciliationGroup.id)
        .having(or_(is_back & (rows > 0), ~is_back & (rows == 0), ~is_back & (held != ReconciliationGroup.difference_fen)))
    ).all()


def rows_of_another_account(session: Session) -> Sequence[Any]:
    """Return rows that stand in a group of another account."""
    return session.execute(
        select(ReconciliationRow.id, ReconciliationRow.account, ReconciliationGroup.account)
        .join(ReconciliationGroup, ReconciliationGroup.id == ReconciliationRow.group_id)
        .where(ReconciliationRow.account != ReconciliationGroup.account)
    ).all()


def rows_beside_the_book(session: Session) -> Sequence[Any]:
    """Return rows said to be the book's that the book does not have, or has over another amount."""
    book = amounts_by_transaction()
    return session.execute(
        select(ReconciliationRow.account, ReconciliationRow.key, ReconciliationRow.amount_fen, book.c.amount_fen)
        .join(
            book,
            (book.c.account == ReconciliationRow.account) & (cast(book.c.transaction_id, BigInteger) == _transaction_id()),
            isouter=True,
        )
        .where(
            ReconciliationRow.side == Side.BOOK,
            func.coalesce(book.c.amount_fen, 0) != ReconciliationRow.amount_fen,
        )
    ).all()


def _transaction_id() -> Any:
    # only the book's rows have numbers for keys; PostgreSQL would try to read the others too
    return cast(case((ReconciliationRow.side == Side.BOOK, ReconciliationRow.key), else_=literal("0")), BigInteger)


def explained_by_one(session: Session) -> Sequence[Any]:
    """Return differences that were closed without two people or without words."""
    return session.execute(
        select(ReconciliationGroup.ref).where(
            ReconciliationGroup.how == How.BY_HAND,
            ReconciliationGroup.state == GroupState.CLOSED,
            or_(
                ReconciliationGroup.closed_by.is_(None),
                ReconciliationGroup.closed_by == ReconciliationGroup.proposed_by,
                ReconciliationGroup.reason == "",
            ),
        )
    ).all()


def lists_beside_their_lines(session: Session) -> Sequence[Any]:
    """Return bank lists, all of whose lines were new, that do not lead from their first balance to their last."""
    lines = (
        select(
            ReconciliationRow.bank_statement_id,
            cast(func.sum(ReconciliationRow.amount_fen), BigInteger).label("amount_fen"),
            func.count().label("rows"),
        )
        .where(ReconciliationRow.account == BANK, ReconciliationRow.bank_statement_id.is_not(None))
        .group_by(ReconciliationRow.bank_statement_id)
        .subquery()
    )
    return session.execute(
        select(BankStatement.ref)
        .join(lines, lines.c.bank_statement_id == BankStatement.id, isouter=True)
        .where(
            or_(
                func.coalesce(lines.c.rows, 0) != BankStatement.new_rows,
                (BankStatement.new_rows == BankStatement.rows)
                & (lines.c.amount_fen != BankStatement.closing_fen - BankStatement.opening_fen),
            )
        )
    ).all()


def broken_guards(session: Session) -> Sequence[Any]:
    """Return the triggers that are missing."""
    return missing(session, TRIGGERS)


CHECKS: tuple[Check, ...] = (
    ("reconciliation: a group leaves over what it says", groups_beside_their_rows),
    ("reconciliation: rows are joined within their account", rows_of_another_account),
    ("reconciliation: the book's rows are the book's", rows_beside_the_book),
    ("reconciliation: two people explained each difference", explained_by_one),
    ("reconciliation: a bank's list leads from balance to balance", lists_beside_their_lines),
    ("reconciliation: the triggers stand", broken_guards),
)
