"""Reads of pooled lots: what members gave and own, which sales may be shared, and how they were shared."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, Distribution, DistributionLine, LotContribution, MemberEquity, PooledLot
from marketplace.income.queries.payables import in_areas
from marketplace.income.values import (
    TOURS,
    ContributionView,
    DistributionLineView,
    DistributionState,
    DistributionView,
    EquityView,
    LotView,
    PoolSale,
    Stage,
)


def lots(session: Session, areas: tuple[str, ...], *, limit: int = 50, before: int | None = None) -> list[LotView]:
    """Return the pooled lots of some areas, the latest first. Two queries."""
    query = select(PooledLot).where(in_areas(PooledLot.village_code, areas)).order_by(PooledLot.id.desc()).limit(limit)
    if before is not None:
        query = query.where(PooledLot.id < before)
    return _lots(session, session.scalars(query).all())


def lot_by_ref(session: Session, ref: str) -> LotView | None:
    """Return a pooled lot by its reference."""
    return next(iter(_lots(session, session.scalars(select(PooledLot).where(PooledLot.ref == ref)).all())), None)


def contributions(session: Session, lot_id: int) -> list[ContributionView]:
    """Return what members gave to a lot, in the order of the scales."""
    rows = session.scalars(select(LotContribution).where(LotContribution.lot_id == lot_id).order_by(LotContribution.id))
    return [
        ContributionView(one.household_id, one.grams, one.price_fen, one.weigh_ticket, one.witness, one.recorded_by, one.at)
        for one in rows
    ]


def equities(session: Session, seller_ref: str) -> list[EquityView]:
    """Return who owns how many parts of a cooperative now, all others last."""
    rows = session.scalars(
        select(MemberEquity)
        .where(MemberEquity.seller_ref == seller_ref, MemberEquity.ended_at.is_(None), MemberEquity.parts > 0)
        .order_by(MemberEquity.id)
    ).all()
    return sorted(
        (EquityView(one.household_id, one.parts, one.set_by, one.set_at) for one in rows),
        key=lambda one: one.household_id is None,
    )


def sales_to_share(session: Session, seller_ref: str, *, limit: int = 200) -> list[PoolSale]:
    """Return the earned sales of a pool's goods that were neither shared nor paid out, the oldest first."""
    rows = session.scalars(
        select(Attribution)
        .where(
            Attribution.seller_ref == seller_ref,
            Attribution.household_id.is_(None),
            Attribution.category != TOURS,
            Attribution.stage == Stage.EARNED.value,
            Attribution.distributed_fen == 0,
            Attribution.earned_fen > Attribution.paid_fen,
        )
        .order_by(Attribution.sold_at, Attribution.id)
        .limit(limit)
    )
    return [
        PoolSale(
            one.source, one.order_ref, one.title, one.quantity, one.sold_at, one.gross_fen - one.refunded_fen,
            one.platform_fee_fen + one.gateway_fee_fen,
        )
        for one in rows
    ]  # fmt: skip


def latest_category(session: Session, seller_ref: str) -> str | None:
    """Return the category of the goods a pool sold last, or None where it never sold any."""
    return session.scalar(
        select(Attribution.category)
        .where(Attribution.seller_ref == seller_ref, Attribution.category != TOURS)
        .order_by(Attribution.id.desc())
        .limit(1)
    )


def distribution_by_ref(session: Session, ref: str) -> DistributionView | None:
    """Return a distribution with its lines by its reference."""
    return next(iter(_distributions(session, select(Distribution).where(Distribution.ref == ref))), None)


def distributions_of_lot(session: Session, lot_id: int) -> list[DistributionView]:
    """Return how a lot was shared, withdrawn drafts among them, the latest first."""
    return _distributions(session, select(Distribution).where(Distribution.lot_id == lot_id).order_by(Distribution.id.desc()))


def distributions_waiting(areas: tuple[str, ...]) -> Select[int]:
    """Return the count of distributions of some areas that wait for a second person, to be asked together with others."""
    return (
        select(func.count())
        .select_from(Distribution)
        .where(Distribution.state == DistributionState.DRAFT.value, in_areas(Distribution.village_code, areas))
    )


def member_shares(session: Session, line_ids: Collection[int]) -> dict[int, DistributionLineView]:
    """Return what members got, by the lines that their own sales are named after."""
    rows = session.scalars(select(DistributionLine).where(DistributionLine.id.in_(sorted(set(line_ids)))))
    return {one.id: _line(one) for one in rows}


def _lots(session: Session, rows: Sequence[PooledLot]) -> list[LotView]:
    states: dict[int, DistributionState] = {}
    shared = select(Distribution.lot_id, Distribution.state).where(
        Distribution.lot_id.in_([row.id for row in rows]), Distribution.state != DistributionState.WITHDRAWN.value
    )
    for lot_id, state in session.execute(shared):
        states[lot_id] = DistributionState(state)
    return [
        LotView(
            row.id, row.ref, row.seller_ref, row.village_code, row.category, row.title, row.grams, row.contributed_grams,
            row.opened_by, row.opened_at, states.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def _distributions(session: Session, query: Select[Distribution]) -> list[DistributionView]:
    rows = session.scalars(query).all()
    lots_of = {
        one.id: one for one in session.scalars(select(PooledLot).where(PooledLot.id.in_(sorted({row.lot_id for row in rows}))))
    }
    lines: dict[int, list[DistributionLineView]] = defaultdict(list)
    for line in session.scalars(
        select(DistributionLine)
        .where(DistributionLine.distribution_id.in_([row.id for row in rows]))
        .order_by(DistributionLine.distribution_id, DistributionLine.position)
    ):
        lines[line.distribution_id].append(_line(line))
    return [
        DistributionView(
            row.id, row.ref, lots_of[row.lot_id].ref, lots_of[row.lot_id].title, row.seller_ref, row.village_code,
            DistributionState(row.state), row.sale_fen, row.fees_fen, row.processing_fen, row.purchase_fen, row.surplus_fen,
            row.reserve_fen, row.reserve_bp, row.patronage_bp, row.prepared_by, row.prepared_at, row.approved_by,
            row.approved_at, tuple(lines[row.id]), row.reason,
        )
        for row in rows
    ]  # fmt: skip


def _line(row: DistributionLine) -> DistributionLineView:
    return DistributionLineView(
        row.household_id, row.seller_ref, row.grams, row.purchase_fen, row.patronage_fen, row.equity_parts, row.dividend_fen
    )
