"""What officials work through: what is payable, pay-outs by hand that wait, disputes waiting."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, false, func, or_, select
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, Settlement, StatementAnswer, StatementHead
from marketplace.income.queries.totals import within
from marketplace.income.values import HOLDING, Dispute, LineState, Payable, SettlementState, SettlementView, Way


def in_areas(column: Any, areas: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a village code lies in one of the areas; none means nothing."""
    return or_(false(), *(within(column, area) for area in areas))


def payables(
    session: Session, areas: tuple[str, ...], *, seller_ref: str | None = None, limit: int = 50, offset: int = 0
) -> list[Payable]:
    """Return what each seller of the areas has earned and not been paid, by village, sellers with nothing left out."""
    prepared = (
        select(Settlement.seller_ref, func.sum(Settlement.amount_fen).label("fen"))
        .where(Settlement.state.in_(HOLDING))
        .group_by(Settlement.seller_ref)
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
    states: Collection[SettlementState] = (),
    household_id: int | None = None,
    way: Way | None = None,
    limit: int = 50,
) -> list[SettlementView]:
    """Return the pay-outs of areas or of one household, latest first."""
    query = select(Settlement).order_by(Settlement.prepared_at.desc(), Settlement.id.desc()).limit(limit)
    if areas is not None:
        query = query.where(in_areas(Settlement.village_code, areas))
    if states:
        query = query.where(Settlement.state.in_(states))
    if household_id is not None:
        query = query.where(Settlement.household_id == household_id)
    if way is not None:
        query = query.where(Settlement.way == way)
    return [view(one) for one in session.scalars(query)]


def payout_by_ref(session: Session, ref: str) -> SettlementView | None:
    """Return an attempt by the name under which bank and book know it: the reference, with its number from the second on."""
    settlement_ref, _, attempt = ref.partition("-")
    if attempt and not (attempt.isascii() and attempt.isdigit() and len(attempt) <= 3 and int(attempt) > 1):
        return None
    found = session.scalar(select(Settlement).where(Settlement.ref == settlement_ref, Settlement.attempt == int(attempt or 1)))
    return None if found is None else view(found)


def payouts_waiting(areas: tuple[str, ...]) -> Select[int]:
    """Return the count of the pay-outs by hand of the areas that wait for a second official, to be asked together with others."""
    return select(func.count()).where(
        Settlement.state == SettlementState.DRAFT, Settlement.way == Way.BY_HAND, in_areas(Settlement.village_code, areas)
    )


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


def view(one: Settlement) -> SettlementView:
    """Return an attempt as lists show it."""
    return SettlementView(
        id=one.id,
        ref=one.ref,
        attempt=one.attempt,
        way=Way(one.way),
        batch_id=one.batch_id,
        seller_ref=one.seller_ref,
        household_id=one.household_id,
        village_code=one.village_code,
        amount_fen=one.amount_fen,
        account_id=one.account_id,
        state=SettlementState(one.state),
        bank_ref=one.bank_ref,
        prepared_by=one.prepared_by,
        prepared_at=one.prepared_at,
        approved_by=one.approved_by,
        approved_at=one.approved_at,
        sent_at=one.sent_at,
        paid_on=one.paid_on,
        settled_at=one.settled_at,
        reason=one.reason,
        acknowledged_at=one.acknowledged_at,
        is_assisted=one.is_assisted,
        missing_at=one.missing_at,
        missing_words=one.missing_words,
        ledger_transaction_id=one.ledger_transaction_id,
    )
