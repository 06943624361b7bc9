"""Named reads of reconciliation."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.ledger import queries as ledger
from marketplace.ledger.values import BANK
from marketplace.reconciliation.models import BankStatement, ReconciliationGroup, ReconciliationRow
from marketplace.reconciliation.values import (
    GroupState,
    GroupView,
    How,
    RowKind,
    RowView,
    Side,
    Standing,
    StatementView,
)

#: Days after which a row without a counterpart is late: the bank's list comes daily, a payment service pays out within a week.
DAYS_ALLOWED = 7
#: Rows on a page of differences.
PAGE = 50


def standing(session: Session, account: str) -> Standing:
    """Return how an account stands on both sides. A few queries over open rows; what is joined is not read."""
    before = clock.today() - dt.timedelta(days=DAYS_ALLOWED)
    is_open = (ReconciliationRow.account == account, ReconciliationRow.group_id.is_(None))
    waiting = select(ReconciliationGroup.id).where(
        ReconciliationGroup.account == account, ReconciliationGroup.state == GroupState.PROPOSED
    )
    in_waiting = (ReconciliationRow.account == account, ReconciliationRow.group_id.in_(waiting))
    sums: dict[Side, tuple[int, int, int]] = {Side.BOOK: (0, 0, 0), Side.OUTSIDE: (0, 0, 0)}
    for condition, counts_late in ((is_open, True), (in_waiting, False)):
        for side, fen, rows, late in session.execute(_sums(before).where(*condition).group_by(ReconciliationRow.side)):
            had = sums[Side(side)]
            sums[Side(side)] = (had[0] + int(fen), had[1] + rows, had[2] + (late if counts_late else 0))
    explained = select(cast(func.coalesce(func.sum(ReconciliationGroup.difference_fen), 0), BigInteger)).where(
        ReconciliationGroup.account == account,
        ReconciliationGroup.state == GroupState.CLOSED,
        ReconciliationGroup.how == How.BY_HAND,
    )
    held = _held(session, account, before)
    newest = newest_bank_statement(session) if account == BANK else None
    oldest = _oldest_bank_statement(session) if account == BANK else None
    return Standing(
        account=account,
        book_fen=ledger.balance(session, account),
        only_book_fen=sums[Side.BOOK][0],
        only_book_rows=sums[Side.BOOK][1],
        only_outside_fen=sums[Side.OUTSIDE][0],
        only_outside_rows=sums[Side.OUTSIDE][1],
        explained_fen=int(session.scalar(explained) or 0),
        late_rows=sums[Side.BOOK][2] + sums[Side.OUTSIDE][2],
        waiting_groups=session.scalar(select(func.count()).select_from(waiting.subquery())) or 0,
        held_rows=held[0],
        held_fen=held[1],
        said_fen=None if newest is None or oldest is None else newest.closing_fen - oldest.opening_fen,
        said_on=None if newest is None else newest.to_on,
    )


def _held(session: Session, account: str, before: dt.date) -> tuple[int, int]:
    """Return how many rows a payment service has held since before a day without handing them over, and their sum."""
    if account == BANK:
        return 0, 0
    fen = cast(func.coalesce(func.sum(ReconciliationRow.amount_fen), 0), BigInteger)
    rows, sum_fen = session.execute(select(func.count(), fen).where(*_is_held(account), ReconciliationRow.on_day < before)).one()
    return rows, sum_fen


def _is_held(account: str) -> tuple[Any, ...]:
    return (
        ReconciliationRow.account == account,
        ReconciliationRow.side == Side.OUTSIDE,
        ReconciliationRow.batch_ref == "",
        ReconciliationRow.kind != RowKind.PAYOUT,
    )


def held_rows(session: Session, account: str, *, limit: int = PAGE) -> list[RowView]:
    """Return what a payment service holds and has not handed over, the oldest first."""
    rows = session.scalars(
        select(ReconciliationRow).where(*_is_held(account)).order_by(ReconciliationRow.on_day, ReconciliationRow.id).limit(limit)
    )
    return [row_view(row) for row in rows]


def _sums(before: dt.date) -> Select[str, int, int, int]:
    late = case((ReconciliationRow.on_day < before, 1), else_=0)
    return select(
        ReconciliationRow.side,
        cast(func.sum(ReconciliationRow.amount_fen), BigInteger),
        func.count(),
        cast(func.sum(late), BigInteger),
    ).select_from(ReconciliationRow)


def open_rows(
    session: Session, account: str, side: Side, *, after: tuple[dt.date, int] | None = None, limit: int = PAGE
) -> list[RowView]:
    """Return a page of the rows of one side that nothing joins, the oldest first; `after` is the last (day, id) seen."""
    query = select(ReconciliationRow).where(
        ReconciliationRow.account == account, ReconciliationRow.group_id.is_(None), ReconciliationRow.side == side
    )
    if after is not None:
        day, key = after
        query = query.where((ReconciliationRow.on_day > day) | ((ReconciliationRow.on_day == day) & (ReconciliationRow.id > key)))
    rows = session.scalars(query.order_by(ReconciliationRow.on_day, ReconciliationRow.id).limit(limit))
    return [row_view(row) for row in rows]


def waiting_groups(session: Session, account: str) -> list[GroupView]:
    """Return the explanations that wait for a second official, the oldest first. Two queries."""
    return _groups(session, _by_hand(account, GroupState.PROPOSED).order_by(ReconciliationGroup.id).limit(PAGE))


def closed_groups(session: Session, account: str, *, before: int | None = None, limit: int = PAGE) -> list[GroupView]:
    """Return a page of the explanations that were accepted, the newest first; `before` is the last key seen. Two queries."""
    query = _by_hand(account, GroupState.CLOSED)
    if before is not None:
        query = query.where(ReconciliationGroup.id < before)
    return _groups(session, query.order_by(ReconciliationGroup.id.desc()).limit(limit))


def group_by_ref(session: Session, ref: str) -> GroupView | None:
    """Return an explanation by its reference."""
    query = select(ReconciliationGroup).where(ReconciliationGroup.ref == ref, ReconciliationGroup.how == How.BY_HAND)
    return next(iter(_groups(session, query)), None)


def _by_hand(account: str, state: GroupState) -> Select[ReconciliationGroup]:
    return select(ReconciliationGroup).where(
        ReconciliationGroup.account == account, ReconciliationGroup.state == state, ReconciliationGroup.how == How.BY_HAND
    )


def _groups(session: Session, query: Select[ReconciliationGroup]) -> list[GroupView]:
    groups = session.scalars(query).all()
    rows: dict[int, list[RowView]] = defaultdict(list)
    held = session.scalars(
        select(ReconciliationRow)
        .where(ReconciliationRow.group_id.in_([group.id for group in groups]))
        .order_by(ReconciliationRow.on_day, ReconciliationRow.id)
    )
    for row in held:
        rows[row.group_id or 0].append(row_view(row))
    return [_group_view(group, rows[group.id]) for group in groups]


def _group_view(group: ReconciliationGroup, rows: Sequence[RowView]) -> GroupView:
    return GroupView(
        id=group.id, ref=group.ref, account=group.account, difference_fen=group.difference_fen, reason=group.reason,
        state=GroupState(group.state), proposed_by=group.proposed_by or 0, proposed_at=group.proposed_at,
        closed_by=group.closed_by, closed_at=group.closed_at, rows=tuple(rows),
    )  # fmt: skip


def row_view(row: ReconciliationRow) -> RowView:
    """Return what others may see of a row."""
    return RowView(
        id=row.id, account=row.account, side=Side(row.side), key=row.key, kind=RowKind(row.kind), amount_fen=row.amount_fen,
        ref=row.ref, words=row.words, at=row.at, on_day=row.on_day, batch_ref=row.batch_ref,
    )  # fmt: skip


def bank_statements(session: Session, *, before: int | None = None, limit: int = PAGE) -> list[tuple[int, StatementView]]:
    """Return a page of the bank's lists with their keys, the newest first; `before` is the last key seen."""
    query = select(BankStatement).order_by(BankStatement.id.desc()).limit(limit)
    if before is not None:
        query = query.where(BankStatement.id < before)
    return [(file.id, _file_view(file)) for file in session.scalars(query)]


def newest_bank_statement(session: Session) -> StatementView | None:
    """Return the bank's list that reaches furthest."""
    file = session.scalar(select(BankStatement).order_by(BankStatement.to_on.desc(), BankStatement.id.desc()).limit(1))
    return None if file is None else _file_view(file)


def _oldest_bank_statement(session: Session) -> StatementView | None:
    file = session.scalar(select(BankStatement).order_by(BankStatement.from_on, BankStatement.id).limit(1))
    return None if file is None else _file_view(file)


def _file_view(file: BankStatement) -> StatementView:
    return StatementView(
        ref=file.ref, from_on=file.from_on, to_on=file.to_on, opening_fen=file.opening_fen, closing_fen=file.closing_fen,
        rows=file.rows, new_rows=file.new_rows, has_gap=file.has_gap, by_user_id=file.by_user_id, at=file.at,
    )  # fmt: skip


def lines_said(session: Session, serials: Iterable[str]) -> dict[str, tuple[int, dt.date]]:
    """Return what the bank said before under some serial numbers: amount and day."""
    found: dict[str, tuple[int, dt.date]] = {}
    wanted = list(serials)
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(ReconciliationRow.key, ReconciliationRow.amount_fen, ReconciliationRow.on_day).where(
                ReconciliationRow.account == BANK,
                ReconciliationRow.side == Side.OUTSIDE,
                ReconciliationRow.key.in_(wanted[start : start + 500]),
            )
        )
        found.update({row.key: (row.amount_fen, row.on_day) for row in rows})
    return found


def newest_outside(session: Session, account: str) -> dt.datetime | None:
    """Return the moment of the newest row that a payment service told of."""
    query = select(ReconciliationRow.at).where(ReconciliationRow.account == account, ReconciliationRow.side == Side.OUTSIDE)
    return session.scalar(query.order_by(ReconciliationRow.id.desc()).limit(1))


def count_to_look_at(_areas: tuple[str, ...]) -> Select[int]:
    """Return the count of rows that are late and of explanations that wait, to be asked together with others."""
    before = clock.today() - dt.timedelta(days=DAYS_ALLOWED)
    late = select(func.count()).where(ReconciliationRow.group_id.is_(None), ReconciliationRow.on_day < before).scalar_subquery()
    waiting = select(func.count()).where(ReconciliationGroup.state == GroupState.PROPOSED).scalar_subquery()
    return select(late + waiting)
