"""Reads for reports: how many households stand behind an area's figures, who they are, and one sale with its whole history."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, select
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, AttributionMovement, DeclaredCost, HolderTotal
from marketplace.income.queries.lines import _contributes, _grouped
from marketplace.income.queries.lines import _narrowed as _narrowed_sales
from marketplace.income.queries.totals import CHILD_LENGTH, _filtered, _narrowed, _sums
from marketplace.income.values import (
    STANDINGS,
    DeclaredCostView,
    Figure,
    Figures,
    HolderTotals,
    MovementView,
    ReachedHousehold,
    SaleView,
    Stage,
)


def reach_by_child(
    session: Session, area_code: str, period: str, *, measure: str | None = None, category: str | None = None
) -> dict[str, dict[str, int]]:
    """Return, for each area one level below, how many households sold, by their standing on the day of a sale.

    A household that stood in two ways counts under the one that comes later in `STANDINGS`. One query; a household is counted
    once in its village, and villages do not overlap, so the children sum to the area.
    """
    code = func.substr(HolderTotal.village_code, 1, CHILD_LENGTH[len(area_code)])
    per_holder = _sold(
        select(code.label("code"), HolderTotal.village_code, HolderTotal.household_id, func.max(_rank()).label("rank")),
        area_code,
        period,
        measure,
        category,
    ).group_by(code, HolderTotal.village_code, HolderTotal.household_id)
    rows = per_holder.subquery()
    found: dict[str, dict[str, int]] = {}
    for child, rank, households in session.execute(
        select(rows.c.code, rows.c.rank, func.count()).group_by(rows.c.code, rows.c.rank)
    ):
        found.setdefault(child, {})[STANDINGS[rank]] = households
    return found


def households_behind(
    session: Session,
    area_code: str,
    period: str,
    *,
    registered_only: bool,
    measure: str | None = None,
    category: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[ReachedHousehold]:
    """Return the households counted by `reach_by_child`, by village, with their figures of the period.

    `registered_only` leaves out those that the register never knew on a day of sale.
    """
    rank = func.max(_rank())
    query = _filtered(
        select(
            HolderTotal.village_code,
            rank,
            HolderTotal.holder,
            HolderTotal.household_id,
            *_sums(HolderTotal),
        ),
        HolderTotal,
        area_code,
        period,
        measure,
        category,
    ).where(HolderTotal.household_id.is_not(None))
    query = query.group_by(HolderTotal.village_code, HolderTotal.holder, HolderTotal.household_id)
    query = query.having(func.sum(HolderTotal.lines) > 0)
    if registered_only:
        query = query.having(rank > STANDINGS.index("none"))
    query = query.order_by(HolderTotal.village_code, HolderTotal.household_id).limit(limit).offset(offset)
    return [
        ReachedHousehold(row[0], STANDINGS[row[1]], HolderTotals(row[2], row[3], Figures(*row[4:])))
        for row in session.execute(query)
    ]


def household_totals(
    session: Session, household_id: int, period: str, *, measure: str | None = None, category: str | None = None
) -> Figures:
    """Return a household's figures over a period, wherever it lived when it sold."""
    query = select(*_sums(HolderTotal)).where(HolderTotal.household_id == household_id, HolderTotal.period == period)
    return Figures(*session.execute(_narrowed(query, HolderTotal, measure, category)).one())


def household_year(
    session: Session, household_id: int, year: str, *, measure: str | None = None, category: str | None = None
) -> list[tuple[str, Figures]]:
    """Return a household's months of a year that have figures, in order."""
    query = select(HolderTotal.period, *_sums(HolderTotal)).where(
        HolderTotal.household_id == household_id, HolderTotal.period.between(f"{year}-01", f"{year}-12")
    )
    query = _narrowed(query, HolderTotal, measure, category).group_by(HolderTotal.period).order_by(HolderTotal.period)
    return [(row[0], Figures(*row[1:])) for row in session.execute(query)]


def net_by_household(session: Session, household_ids: list[int], year: str) -> dict[int, int]:
    """Return the net of a year recorded for each of some households, in fen."""
    net = cast(
        func.sum(HolderTotal.gross_fen - HolderTotal.refunds_fen - HolderTotal.fees_fen - HolderTotal.costs_fen), BigInteger
    )
    query = (
        select(HolderTotal.household_id, net)
        .where(HolderTotal.period == year, HolderTotal.household_id.in_(household_ids))
        .group_by(HolderTotal.household_id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def net_by_selection(session: Session, households: Select[Any], year: str) -> dict[int, int]:
    """Return the net of a year recorded for each household of a selection of keys that sold, in fen."""
    net = func.sum(HolderTotal.gross_fen - HolderTotal.refunds_fen - HolderTotal.fees_fen - HolderTotal.costs_fen)
    query = (
        select(HolderTotal.household_id, cast(net, BigInteger))
        .where(HolderTotal.period == year, HolderTotal.household_id.in_(households))
        .group_by(HolderTotal.household_id)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def net_of_selection(session: Session, households: Select[Any], year: str) -> int:
    """Return the net of a year recorded for the households of a selection of keys, in fen."""
    net = func.sum(HolderTotal.gross_fen - HolderTotal.refunds_fen - HolderTotal.fees_fen - HolderTotal.costs_fen)
    query = select(cast(func.coalesce(net, 0), BigInteger)).where(
        HolderTotal.period == year, HolderTotal.household_id.in_(households)
    )
    return session.scalar(query) or 0


def count_of_lines(
    session: Session,
    *,
    period: str,
    kind: str,
    household_id: int | None = None,
    area_code: str | None = None,
    seller_ref: str | None = None,
    measure: str | None = None,
    category: str | None = None,
    promotion: str | None = None,
) -> int:
    """Return how many lines make a figure: the length of `lines_of` over all its pages."""
    grouped = _grouped(period, household_id=household_id, area_code=area_code)
    query = (
        select(func.count())
        .select_from(Attribution)
        .join(grouped, grouped.c.attribution_id == Attribution.id)
        .where(_contributes(grouped.c, Figure(kind)))
    )
    return session.scalar(_narrowed_sales(query, seller_ref, measure, category, promotion)) or 0


def sale(session: Session, attribution_id: int) -> SaleView | None:
    """Return one attributed sale: what was frozen, its running figures, every movement and declared cost. Three queries."""
    found = session.get(Attribution, attribution_id)
    if found is None:
        return None
    moves = session.execute(
        select(
            AttributionMovement.kind,
            AttributionMovement.amount_fen,
            AttributionMovement.at,
            AttributionMovement.ledger_transaction_id,
        )
        .where(AttributionMovement.attribution_id == attribution_id)
        .order_by(AttributionMovement.id)
    )
    costs = session.execute(
        select(DeclaredCost.kind, DeclaredCost.amount_fen, DeclaredCost.at)
        .where(DeclaredCost.attribution_id == attribution_id)
        .order_by(DeclaredCost.id)
    )
    return _sale_view(found, tuple(MovementView(*row) for row in moves), tuple(DeclaredCostView(*row) for row in costs))


def figures_of_sources(session: Session, sources: list[str]) -> tuple[Figures, int]:
    """Return what some sales together came to, and how much of the fees is the gateway's; one query."""
    rows = session.scalars(select(Attribution).where(Attribution.source.in_(sources))).all()
    # a buyer is shown the sale as it was, whatever a cooperative gave to its members since
    given = sum(row.distributed_fen for row in rows)
    figures = sum((_sale_view(row, (), ()).figures for row in rows), Figures(gross_fen=given, earned_fen=given))
    return figures, sum(_gateway_fee(row) for row in rows)


def _sale_view(found: Attribution, moves: tuple[MovementView, ...], costs: tuple[DeclaredCostView, ...]) -> SaleView:
    return SaleView(
        id=found.id,
        source=found.source,
        order_ref=found.order_ref,
        line_id=found.line_id,
        title=found.title,
        quantity=found.quantity,
        sold_at=found.sold_at,
        seller_ref=found.seller_ref,
        household_id=found.household_id,
        village_code=found.village_code,
        status=found.status,
        spell_id=found.spell_id,
        helper_id=found.helper_id,
        measure=found.measure,
        enrolled_measures=tuple(found.enrolled_measures),
        income_category=found.income_category,
        category=found.category,
        channel=found.channel,
        promotion=found.promotion,
        gateway=found.gateway,
        stage=found.stage,
        figures=Figures(
            # of what was passed on, only what had been given back before stays
            gross_fen=found.refunded_fen if found.stage == Stage.PASSED_ON else found.gross_fen - found.distributed_fen,
            refunds_fen=found.refunded_fen,
            fees_fen=found.platform_fee_fen + _gateway_fee(found),
            costs_fen=found.costs_fen,
            earned_fen=found.earned_fen,
            paid_fen=found.paid_fen,
            lines=0 if found.stage == Stage.PASSED_ON else 1,
        ),
        movements=moves,
        costs=costs,
    )


def _gateway_fee(found: Attribution) -> int:
    """Return what of the gateway's fee the sale bears: whoever took it over bears it now."""
    return 0 if found.stage == Stage.PASSED_ON else found.gateway_fee_fen


def _rank() -> ColumnElement[int]:
    """Return a row's standing as its place in `STANDINGS`; later movements of an older sale do not count."""
    ranks = {standing: rank for rank, standing in enumerate(STANDINGS)}
    return case((HolderTotal.lines > 0, case(ranks, value=HolderTotal.status, else_=0)), else_=0)


def _sold(query: Any, area_code: str, period: str, measure: str | None, category: str | None) -> Any:
    return _filtered(query, HolderTotal, area_code, period, measure, category).where(
        HolderTotal.household_id.is_not(None), HolderTotal.lines > 0
    )
