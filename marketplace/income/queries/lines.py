"""The rows behind a figure: sales with what happened to them over a period, read from the movements themselves."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from marketplace.income.models import Attribution, AttributionMovement, DeclaredCost, StatementAnswer, StatementHead
from marketplace.income.queries.totals import household_figures, within
from marketplace.income.rules import FIGURE_OF, LINES_OF
from marketplace.income.values import (
    Figure,
    Figures,
    Line,
    LinesPage,
    LineState,
    Statement,
    StatementLine,
)

_MOVED = (Figure.GROSS, Figure.REFUNDS, Figure.FEES, Figure.COSTS, Figure.EARNED, Figure.PAID)
#: The columns of a grouped period, in the order of `Figures`.
_NAMES = (*(figure.value for figure in _MOVED), "accruals")
_NET = {Figure.GROSS: 1, Figure.REFUNDS: -1, Figure.FEES: -1, Figure.COSTS: -1}


def lines_of(
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
    before: int | None = None,
    limit: int = 50,
) -> LinesPage:
    """Return a page of the sales that make a figure of a household, an area or a pool (by seller) over a period.

    `kind` is a `Figure`; a line is there if it contributes to it. Over all pages the lines sum to the figure.
    """
    grouped = _grouped(period, household_id=household_id, area_code=area_code)
    query = (
        select(Attribution, *(grouped.c[name] for name in _NAMES))
        .join(grouped, grouped.c.attribution_id == Attribution.id)
        .where(_contributes(grouped.c, Figure(kind)))
        .order_by(Attribution.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(Attribution.id < before)
    query = _narrowed(query, seller_ref, measure, category, promotion)
    lines = [_line(row) for row in session.execute(query)]
    more = len(lines) > limit
    return LinesPage(tuple(lines[:limit]), lines[limit - 1].attribution_id if more else None)


def sum_of_lines(
    session: Session,
    *,
    period: str,
    household_id: int | None = None,
    area_code: str | None = None,
    seller_ref: str | None = None,
    measure: str | None = None,
    category: str | None = None,
    promotion: str | None = None,
) -> Figures:
    """Return the figures added up from the movements, not from the roll-ups: what a drill list must re-sum to."""
    grouped = _grouped(period, household_id=household_id, area_code=area_code)
    columns = [cast(func.coalesce(func.sum(grouped.c[name]), 0), BigInteger) for name in _NAMES]
    query = select(*columns).join(Attribution, grouped.c.attribution_id == Attribution.id)
    return Figures(*session.execute(_narrowed(query, seller_ref, measure, category, promotion)).one())


def figures_by_promotion(
    session: Session, *, period: str, area_code: str, measure: str | None = None, category: str | None = None
) -> list[tuple[str, int, Figures]]:
    """Return each promotion with the orders and bookings it brought and the figures of its sales, the largest gross first.

    Added up from the movements of those sales alone: no roll-up knows promotions, and most sales have none. One query.
    """
    grouped = _grouped(period, household_id=None, area_code=area_code, is_promoted=True)
    figures = [cast(func.coalesce(func.sum(grouped.c[name]), 0), BigInteger) for name in _NAMES]
    orders = func.count(func.distinct(case((grouped.c.accruals > 0, Attribution.order_ref))))
    query = (
        select(Attribution.promotion, orders, *figures)
        .join(grouped, grouped.c.attribution_id == Attribution.id)
        .group_by(Attribution.promotion)
        .order_by(figures[0].desc(), Attribution.promotion)
    )
    query = _narrowed(query, None, measure, category, None)
    return [(row[0], row[1], Figures(*row[2:])) for row in session.execute(query)]


def line(session: Session, household_id: int, month: str, attribution_id: int) -> Line | None:
    """Return one line of a household's month, or None."""
    grouped = _grouped(month, household_id=household_id, area_code=None)
    row = session.execute(
        select(Attribution, *(grouped.c[name] for name in _NAMES))
        .join(grouped, grouped.c.attribution_id == Attribution.id)
        .where(Attribution.id == attribution_id)
    ).one_or_none()
    return None if row is None else _line(row)


def statement(session: Session, household_id: int, month: str, *, before: int | None = None, limit: int = 30) -> Statement:
    """Return a household's month: its total, and a page of its lines, latest first, with what was said of each. Three queries."""
    lines = _lines_of_month(session, household_id, month, before=before, limit=limit + 1)
    has_more, lines = len(lines) > limit, lines[:limit]
    said = {
        answer.attribution_id: answer
        for answer in session.scalars(
            _answers(household_id, month).where(StatementAnswer.attribution_id.in_([found.attribution_id for found in lines]))
        )
    }
    return Statement(
        household_id=household_id,
        month=month,
        total=household_figures(session, household_id, month),
        lines=tuple(_with_answer(found, said.get(found.attribution_id)) for found in lines),
        next_before=lines[-1].attribution_id if has_more else None,
    )


def open_lines(session: Session, household_id: int, month: str) -> int:
    """Return how many lines of a household's month wait for its word; two queries.

    A confirmed line whose figures moved since waits again, so what was seen is compared with what is.
    """
    grouped = _grouped(month, household_id=household_id, area_code=None)
    every = session.scalar(select(func.count()).select_from(grouped)) or 0
    answers = _answers(household_id, month).where(StatementAnswer.state != LineState.OPEN.value).subquery()
    rows = session.execute(
        select(answers.c.state, answers.c.seen, *(grouped.c[name] for name in _NAMES)).join(
            grouped, grouped.c.attribution_id == answers.c.attribution_id
        )
    )
    spoken = sum(1 for state, seen, *figures in rows if state != LineState.CONFIRMED.value or seen == list(figures))
    return every - spoken


def _answers(household_id: int, month: str) -> Select[StatementAnswer]:
    return (
        select(StatementAnswer)
        .join(StatementHead, StatementHead.id == StatementAnswer.statement_id)
        .where(StatementHead.household_id == household_id, StatementHead.month == month)
    )


def _lines_of_month(session: Session, household_id: int, month: str, *, before: int | None, limit: int) -> list[Line]:
    grouped = _grouped(month, household_id=household_id, area_code=None)
    query = (
        select(Attribution, *(grouped.c[name] for name in _NAMES))
        .join(grouped, grouped.c.attribution_id == Attribution.id)
        .order_by(Attribution.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Attribution.id < before)
    return [_line(row) for row in session.execute(query)]


def _with_answer(found: Line, answer: StatementAnswer | None) -> StatementLine:
    if answer is None:
        return StatementLine(found, LineState.OPEN, is_changed=False, words="", answer="", said_at=None, is_assisted=False)
    is_changed = answer.state == LineState.CONFIRMED and answer.seen != list(found.figures)
    return StatementLine(
        found,
        LineState.OPEN if is_changed else LineState(answer.state),
        is_changed=is_changed,
        words=answer.words,
        answer=answer.answer,
        said_at=answer.said_at,
        is_assisted=answer.is_assisted,
    )


def _grouped(period: str, *, household_id: int | None, area_code: str | None, is_promoted: bool = False) -> Any:
    """Return, per sale, the figures of a period, movements and declared costs together; of promoted sales alone if so asked."""
    if household_id is None and area_code is None:
        raise ValueError("lines belong to a household or an area")

    def scope(table: Any) -> Sequence[ColumnElement[bool]]:
        promoted = table.attribution_id.in_(select(Attribution.id).where(Attribution.promotion.is_not(None)))
        return [*_scope(table, period, household_id, area_code), *([promoted] if is_promoted else [])]

    moved = select(
        AttributionMovement.attribution_id, AttributionMovement.kind.label("kind"), AttributionMovement.amount_fen.label("fen")
    ).where(*scope(AttributionMovement))
    declared = select(DeclaredCost.attribution_id, literal(Figure.COSTS.value).label("kind"), DeclaredCost.amount_fen).where(
        *scope(DeclaredCost)
    )
    both = union_all(moved, declared).subquery()
    counts = [(both.c.kind == kind.value, number) for kind, number in LINES_OF.items()]
    accruals = func.sum(case(*counts, else_=0)).label("accruals")
    columns = [_sum(both.c, figure).label(figure.value) for figure in _MOVED]
    return select(both.c.attribution_id, *columns, accruals).group_by(both.c.attribution_id).subquery()


def _scope(table: Any, period: str, household_id: int | None, area_code: str | None) -> Sequence[ColumnElement[bool]]:
    months = table.month == period if len(period) == 7 else table.month.between(f"{period}-01", f"{period}-12")
    where = [months]
    if household_id is not None:
        where.append(table.household_id == household_id)
    if area_code is not None:
        where.append(within(table.village_code, area_code))
    return where


def _sum(columns: Any, figure: Figure) -> ColumnElement[int]:
    if figure is Figure.COSTS:
        return cast(func.sum(case((columns.kind == figure.value, columns.fen), else_=0)), BigInteger)
    signs = {kind.value: counts[figure] for kind, counts in FIGURE_OF.items() if figure in counts}
    whens = [(columns.kind == kind, columns.fen * sign) for kind, sign in signs.items()]
    return cast(func.sum(case(*whens, else_=0)), BigInteger)


def _contributes(columns: Any, figure: Figure) -> ColumnElement[bool]:
    if figure is Figure.NET:
        net: ColumnElement[int] = sum((columns[part.value] * sign for part, sign in _NET.items()), literal(0))
        return net != 0
    condition: ColumnElement[bool] = columns[figure.value] != 0
    return condition


def _narrowed(query: Any, seller_ref: str | None, measure: str | None, category: str | None, promotion: str | None = None) -> Any:
    if seller_ref is not None:
        query = query.where(Attribution.seller_ref == seller_ref)
    if measure is not None:
        query = query.where(Attribution.measure == measure)
    if category is not None:
        query = query.where(Attribution.category == category)
    if promotion is not None:
        query = query.where(Attribution.promotion == promotion)
    return query


def _line(row: Any) -> Line:
    sale: Attribution = row[0]
    return Line(
        attribution_id=sale.id,
        source=sale.source,
        order_ref=sale.order_ref,
        line_id=sale.line_id,
        title=sale.title,
        quantity=sale.quantity,
        sold_at=sale.sold_at,
        seller_ref=sale.seller_ref,
        household_id=sale.household_id,
        village_code=sale.village_code,
        status=sale.status,
        measure=sale.measure,
        category=sale.category,
        stage=sale.stage,
        figures=Figures(*row[1:]),
        income_category=sale.income_category,
    )
