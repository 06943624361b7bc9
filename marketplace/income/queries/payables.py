"""What officials work through: what is payable, pay-outs waiting, disputes waiting."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, false, func, or_, select
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, Payout, StatementAnswer, StatementHead
from marketplace.income.queries.totals import within
from marketplace.income.values import Dispute, LineState, Payable, PayoutState, PayoutView


def in_areas(column: Any, areas: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a village code lies in one of the areas; none means nothing."""
    return or_(false(), *(within(column, area) for area in areas))


def payables(
    session: Session, areas: tuple[str, ...], *, seller_ref: str | None = None, limit: int = 50, offset: int = 0
) -> list[Payable]:
    """Return what each seller of the areas has earned and not been paid, by village, sellers with nothing left out."""
    prepared = (
        select(Payout.seller_ref, func.sum(Payout.amount_fen).label("fen"))
        .where(Payout.state == PayoutState.PREPARED)
        .group_by(Payout.seller_ref)
        .subquery()
    )
    earned = cast(func.sum(Attribution.earned_fen - Attribution.paid_fen), BigInteger)
    query = (
        select(
            Attribution.seller_ref,
            func.max(Attribution.household_id),
            func.max(Attribution.village_code).label("village_code"),
            earned,
            cast(func.coalesce(func.max(prepared.c.fen), 0), BigInteger),
            func.count(),
        )
        .join(prepared, prepared.c.seller_ref == Attribution.seller_ref, isouter=True)
        .where(Attribution.earned_fen != Attribution.paid_fen, in_areas(Attribution.village_code, areas))
        .group_by(Attribution.seller_ref)
        .having(earned != 0)
        .order_by("village_code", Attribution.seller_ref)
        .limit(limit)
        .offset(offset)
    )
    if seller_ref is not None:
        query = query.where(Attribution.seller_ref == seller_ref)
    return [Payable(*row) for row in session.execute(query)]


def payouts(
    session: Session,
    areas: tuple[str, ...] | None = None,
    *,
    state: PayoutState | None = None,
    household_id: int | None = None,
    limit: int = 50,
) -> list[PayoutView]:
    """Return the pay-outs of areas or of one household, latest first."""
    query = select(Payout).order_by(Payout.prepared_at.desc(), Payout.id.desc()).limit(limit)
    if areas is not None:
        query = query.where(in_areas(Payout.village_code, areas))
    if state is not None:
        query = query.where(Payout.state == state)
    if household_id is not None:
        query = query.where(Payout.household_id == household_id)
    return [_view(payout) for payout in session.scalars(query)]


def payout_by_ref(session: Session, ref: str) -> PayoutView | None:
    """Return a pay-out by its public reference."""
    payout = session.scalar(select(Payout).where(Payout.ref == ref))
    return None if payout is None else _view(payout)


def payouts_waiting(areas: tuple[str, ...]) -> Select[int]:
    """Return the count of the pay-outs of the areas that wait for a second official, to be asked together with others."""
    return select(func.count()).where(Payout.state == PayoutState.PREPARED, in_areas(Payout.village_code, areas))


def open_disputes(session: Session, areas: tuple[str, ...], *, limit: int = 50) -> list[Dispute]:
    """Return the disputed lines of the areas, longest waiting first."""
    rows = session.execute(
        _disputes(
            select(
                StatementAnswer.id,
                StatementHead.household_id,
                StatementAnswer.village_code,
                StatementHead.month,
                Attribution.order_ref,
                Attribution.title,
                StatementAnswer.words,
                StatementAnswer.said_at,
            ),
            areas,
        )
        .order_by(StatementAnswer.said_at, StatementAnswer.id)
        .limit(limit)
    )
    return [Dispute(*row) for row in rows]


def disputes_waiting(areas: tuple[str, ...]) -> Select[int]:
    """Return the count of the disputed lines of the areas that wait for an answer, to be asked together with others."""
    waiting: Select[int] = _disputes(select(func.count()), areas)
    return waiting


def dispute(session: Session, statement_line_id: int) -> Dispute | None:
    """Return one disputed line, or None once it is no longer disputed."""
    row = session.execute(
        select(
            StatementAnswer.id,
            StatementHead.household_id,
            StatementAnswer.village_code,
            StatementHead.month,
            Attribution.order_ref,
            Attribution.title,
            StatementAnswer.words,
            StatementAnswer.said_at,
        )
        .join(StatementHead, StatementHead.id == StatementAnswer.statement_id)
        .join(Attribution, Attribution.id == StatementAnswer.attribution_id)
        .where(StatementAnswer.id == statement_line_id, StatementAnswer.state == LineState.DISPUTED)
    ).one_or_none()
    return None if row is None else Dispute(*row)


def _disputes(query: Any, areas: tuple[str, ...]) -> Any:
    return (
        query.select_from(StatementAnswer)
        .join(StatementHead, StatementHead.id == StatementAnswer.statement_id)
        .join(Attribution, Attribution.id == StatementAnswer.attribution_id)
        .where(StatementAnswer.state == LineState.DISPUTED, in_areas(StatementAnswer.village_code, areas))
    )


def _view(payout: Payout) -> PayoutView:
    return PayoutView(
        id=payout.id,
        ref=payout.ref,
        seller_ref=payout.seller_ref,
        household_id=payout.household_id,
        village_code=payout.village_code,
        amount_fen=payout.amount_fen,
        bank_ref=payout.bank_ref,
        state=PayoutState(payout.state),
        prepared_by=payout.prepared_by,
        prepared_at=payout.prepared_at,
        confirmed_by=payout.confirmed_by,
        confirmed_at=payout.confirmed_at,
    )
