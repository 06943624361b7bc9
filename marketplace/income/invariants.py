"""Truths of income (assurance.md, 5, 6, 10, 11). Each check returns the rows that break it; without `since` all
are full scans."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from marketplace.farmers.queries import looks_by_file
from marketplace.income.ddl import TRIGGERS
from marketplace.income.models import (
    Attribution,
    AttributionMovement,
    BankFile,
    BankResult,
    DeclaredCost,
    DistributedSale,
    Distribution,
    DistributionLine,
    HolderTotal,
    LotContribution,
    PooledLot,
    Settlement,
    SettlementBatch,
    VillageTotal,
)
from marketplace.income.rules import FIGURE_OF
from marketplace.income.values import LIVE, OWED_BY, Figure, Movement, ResultState, SettlementState, Stage
from marketplace.kernel.triggers import missing
from marketplace.ledger.queries import entries_like, postings_since

Check = tuple[str, Callable[[Session], Sequence[Any]]]

_IS_PASSED_ON = Attribution.stage == Stage.PASSED_ON.value
_GATEWAY_FEE = case((_IS_PASSED_ON, 0), else_=Attribution.gateway_fee_fen)
_NET = Attribution.gross_fen - Attribution.refunded_fen - Attribution.platform_fee_fen - Attribution.gateway_fee_fen
_FIGURES = (Figure.GROSS, Figure.REFUNDS, Figure.FEES, Figure.COSTS, Figure.EARNED, Figure.PAID)


def broken_attributions(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return sales whose running figures are not what their movements and declared costs add up to."""
    touched = None if since is None else select(AttributionMovement.attribution_id).where(_posted(since))
    moved = _per_attribution(touched)
    running = {
        Figure.REFUNDS: Attribution.refunded_fen,
        Figure.EARNED: Attribution.earned_fen,
        Figure.PAID: Attribution.paid_fen,
        Figure.COSTS: Attribution.costs_fen,
        # of what was passed on, only what had been given back before stays
        Figure.GROSS: case((_IS_PASSED_ON, Attribution.refunded_fen), else_=Attribution.gross_fen - Attribution.distributed_fen),
    }
    wrong = [func.coalesce(moved.c[figure.value], 0) != column for figure, column in running.items()]
    # A sale given away moved nothing, so its gateway fee stands nowhere.
    fees = case((Attribution.gross_fen == 0, 0), else_=Attribution.platform_fee_fen) + _GATEWAY_FEE
    wrong.append(func.coalesce(moved.c[Figure.FEES.value], 0) != fees)
    return session.execute(
        select(Attribution.source, Attribution.gross_fen, Attribution.refunded_fen, Attribution.earned_fen, Attribution.paid_fen)
        .join(moved, moved.c.attribution_id == Attribution.id, isouter=True)
        .where(_any(wrong), true() if touched is None else Attribution.id.in_(touched))
    ).all()


def over_refunded(session: Session) -> Sequence[Any]:
    """Return sales refunded beyond their gross, or earned sales whose earned is not what remained after fees."""
    expected = case((Attribution.stage == Stage.EARNED.value, _NET - Attribution.distributed_fen), else_=0)
    return session.execute(
        select(
            Attribution.source, Attribution.stage, Attribution.gross_fen, Attribution.refunded_fen, Attribution.earned_fen
        ).where((Attribution.refunded_fen > Attribution.gross_fen) | (Attribution.earned_fen != expected))
    ).all()


def movements_beside_the_book(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return postings that changed what sellers are owed by another amount than the movements say."""
    owed = case(
        *((AttributionMovement.kind == kind.value, AttributionMovement.amount_fen * sign) for kind, sign in OWED_BY.items())
    )
    moved = select(AttributionMovement.ledger_transaction_id.label("posting"), owed.label("fen"))
    entries = entries_like("payable/%")
    posted = select(entries.c.transaction_id.label("posting"), entries.c.amount_fen.label("fen"))
    if since is not None:
        moved = moved.where(_posted(since))
        posted = posted.where(entries.c.transaction_id.in_(postings_since(since)))
    both = union_all(moved, posted).subquery()
    difference = cast(func.sum(both.c.fen), BigInteger)
    return session.execute(select(both.c.posting, difference).group_by(both.c.posting).having(difference != 0)).all()


def sellers_beside_the_book(session: Session) -> Sequence[Any]:
    """Return payable accounts whose entries do not sum to what the seller's sales say is accrued or earned."""
    entries = entries_like("payable/%")
    is_earned = Attribution.stage == Stage.EARNED.value
    claims = union_all(
        select(
            (literal("payable/") + Attribution.seller_ref + "/accrued").label("account"),
            case((is_earned, 0), (_IS_PASSED_ON, 0), else_=_NET).label("fen"),
        ),
        select(
            (literal("payable/") + Attribution.seller_ref + "/earned").label("account"),
            (Attribution.earned_fen - Attribution.paid_fen).label("fen"),
        ),
        select(entries.c.account, entries.c.amount_fen),
    ).subquery()
    difference = cast(func.sum(claims.c.fen), BigInteger)
    return session.execute(select(claims.c.account, difference).group_by(claims.c.account).having(difference != 0)).all()


def drifted_village_totals(session: Session) -> Sequence[Any]:
    """Return roll-up rows of villages, by month and by year, that are not the sum of the movements and declared costs."""
    return _drift(session, VillageTotal, ("village_code",))


def drifted_holder_totals(session: Session) -> Sequence[Any]:
    """Return the same for households and pools."""
    return _drift(session, HolderTotal, ("village_code", "holder"))


def settlements_of_one_official(session: Session) -> Sequence[Any]:
    """Return attempts that went on, batches and bank's results that count, without two distinct officials (invariant 11)."""
    untouched = (SettlementState.DRAFT.value, SettlementState.WITHDRAWN.value)
    attempts = select(Settlement.ref, Settlement.prepared_by, Settlement.approved_by).where(
        Settlement.state.not_in(untouched),
        Settlement.approved_by.is_(None) | (Settlement.approved_by == Settlement.prepared_by),
    )
    batches = select(SettlementBatch.ref, SettlementBatch.prepared_by, SettlementBatch.approved_by).where(
        SettlementBatch.state == "approved",
        SettlementBatch.approved_by.is_(None) | (SettlementBatch.approved_by == SettlementBatch.prepared_by),
    )
    results = select(BankResult.ref, BankResult.loaded_by, BankResult.accepted_by).where(
        BankResult.state == ResultState.ACCEPTED.value,
        BankResult.accepted_by.is_(None) | (BankResult.accepted_by == BankResult.loaded_by),
    )
    return session.execute(union_all(attempts, batches, results)).all()


def settlements_beside_their_movements(session: Session) -> Sequence[Any]:
    """Return attempts whose amount is not what their posting paid of sales, nothing where it was undone; and stray payments.

    An attempt without a posting pays nothing; a movement paid belongs to an attempt's posting, or to its opposite.
    """
    paid = (
        select(AttributionMovement.ledger_transaction_id.label("posting"), AttributionMovement.amount_fen.label("fen"))
        .where(AttributionMovement.kind == Movement.PAID.value)
        .subquery()
    )
    said = union_all(
        select(Settlement.ledger_transaction_id.label("posting"), (-Settlement.amount_fen).label("fen")).where(
            Settlement.ledger_transaction_id.is_not(None)
        ),
        select(Settlement.return_transaction_id, Settlement.amount_fen).where(Settlement.return_transaction_id.is_not(None)),
        select(paid.c.posting, paid.c.fen),
    ).subquery()
    difference = cast(func.sum(said.c.fen), BigInteger)
    return session.execute(select(said.c.posting, difference).group_by(said.c.posting).having(difference != 0)).all()


def settlements_with_wrong_attempts(session: Session) -> Sequence[Any]:
    """Return settlements with more than one live attempt, with one after an attempt that did not come back, or with gaps."""
    live = func.sum(case((Settlement.state.in_(LIVE), 1), else_=0))
    returned = func.sum(case((Settlement.state == SettlementState.RETURNED.value, 1), else_=0))
    withdrawn = func.sum(case((Settlement.state == SettlementState.WITHDRAWN.value, 1), else_=0))
    count = func.count()
    return session.execute(
        select(Settlement.ref, count, live)
        .group_by(Settlement.ref)
        .having((live > 1) | (func.max(Settlement.attempt) != count) | (returned + withdrawn < count - 1) | (withdrawn > 1))
    ).all()


def files_beside_their_rows(session: Session) -> Sequence[Any]:
    """Return bank's files whose rows are not the attempts that name them, or that were made without their access rows."""
    named = (
        select(
            Settlement.bank_file_id,
            func.count().label("rows"),
            cast(func.sum(Settlement.amount_fen), BigInteger).label("fen"),
        )
        .group_by(Settlement.bank_file_id)
        .subquery()
    )
    looks = looks_by_file().subquery()
    return session.execute(
        select(BankFile.ref, BankFile.rows, named.c.rows, looks.c.rows)
        .outerjoin(named, named.c.bank_file_id == BankFile.id)
        .outerjoin(looks, looks.c.file_ref == BankFile.ref)
        .where(
            (func.coalesce(named.c.rows, 0) != BankFile.rows)
            | (func.coalesce(named.c.fen, 0) != BankFile.sum_fen)
            | (func.coalesce(looks.c.rows, 0) == 0)
            | (func.coalesce(looks.c.rows, 0) % BankFile.rows != 0)
        )
    ).all()


def distributions_that_do_not_add_up(session: Session) -> Sequence[Any]:
    """Return distributions whose lines do not sum to what is shared, or whose posting is not what their payees got."""
    amounts = [
        cast(func.sum(getattr(DistributionLine, name)), BigInteger).label(name)
        for name in ("purchase_fen", "patronage_fen", "dividend_fen")
    ]
    lines = select(DistributionLine.distribution_id, *amounts).group_by(DistributionLine.distribution_id).subquery()
    shared = func.coalesce(lines.c.patronage_fen, 0) + func.coalesce(lines.c.dividend_fen, 0)
    kept = case((Distribution.surplus_fen > 0, Distribution.surplus_fen), else_=0) - Distribution.reserve_fen
    return session.execute(
        select(Distribution.ref, Distribution.surplus_fen, Distribution.reserve_fen, shared)
        .outerjoin(lines, lines.c.distribution_id == Distribution.id)
        .where((shared != kept) | (func.coalesce(lines.c.purchase_fen, 0) != Distribution.purchase_fen))
    ).all()


def lots_beside_their_contributions(session: Session) -> Sequence[Any]:
    """Return lots whose weight is not what their members gave, and sales of a pool that were shared twice."""
    given = func.coalesce(func.sum(LotContribution.grams), 0)
    weights = (
        select(PooledLot.ref, given)
        .outerjoin(LotContribution, LotContribution.lot_id == PooledLot.id)
        .group_by(PooledLot.ref, PooledLot.contributed_grams)
        .having(given != PooledLot.contributed_grams)
    )
    twice = (
        select(Attribution.source, func.count())
        .join(DistributedSale, DistributedSale.attribution_id == Attribution.id)
        .join(Distribution, Distribution.id == DistributedSale.distribution_id)
        .where(Distribution.state == "approved")
        .group_by(Attribution.source)
        .having(func.count() > 1)
    )
    return [*session.execute(weights), *session.execute(twice)]


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the names of income's triggers that do not stand."""
    return missing(session, TRIGGERS)


def _any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = conditions[0]
    for condition in conditions[1:]:
        found = found | condition
    return found


def _signed(kind: Any, fen: Any, figure: Figure) -> ColumnElement[int]:
    signs = {moved.value: counts[figure] for moved, counts in FIGURE_OF.items() if figure in counts}
    if figure is Figure.COSTS:
        signs = {Figure.COSTS.value: 1}
    return cast(func.sum(case(*((kind == word, fen * sign) for word, sign in signs.items()), else_=0)), BigInteger)


def _rows() -> Any:
    """Return movements and declared costs as one list: attribution, kind, fen, month."""
    return union_all(
        select(
            AttributionMovement.attribution_id,
            AttributionMovement.kind.label("kind"),
            AttributionMovement.amount_fen.label("fen"),
            AttributionMovement.month,
        ),
        select(DeclaredCost.attribution_id, literal(Figure.COSTS.value), DeclaredCost.amount_fen, DeclaredCost.month),
    ).subquery()


def _posted(since: dt.datetime) -> ColumnElement[bool]:
    return AttributionMovement.ledger_transaction_id.in_(postings_since(since))


def _per_attribution(touched: Select[Any] | None) -> Any:
    rows = _rows()
    sums = [_signed(rows.c.kind, rows.c.fen, figure).label(figure.value) for figure in _FIGURES]
    wanted = true() if touched is None else rows.c.attribution_id.in_(touched)
    return select(rows.c.attribution_id, *sums).where(wanted).group_by(rows.c.attribution_id).subquery()


def _drift(session: Session, total: Any, place: tuple[str, ...]) -> Sequence[Any]:
    """Compare roll-ups with what the rows add up to, month by month and year by year.

    Both stand in one list, one of them negative, and are summed: SQLite runs a FULL JOIN of ten thousand groups for minutes.
    """
    rows = _rows()
    names = (*place, "status", "measure", "category")
    keys = [getattr(Attribution, name) for name in names]
    sums = [(-_signed(rows.c.kind, rows.c.fen, figure)).label(f"{figure.value}_fen") for figure in _FIGURES]
    broken: list[Any] = []
    for length in (7, 4):
        period = func.substr(rows.c.month, 1, length)
        expected = (
            select(period.label("period"), *keys, *sums)
            .join(Attribution, Attribution.id == rows.c.attribution_id)
            .group_by(period, *keys)
        )
        columns = [getattr(total, name) for name in ("period", *names, *(f"{figure.value}_fen" for figure in _FIGURES))]
        both = union_all(select(*columns).where(func.length(total.period) == length), expected).subquery()
        wrong = [func.sum(both.c[f"{figure.value}_fen"]) != 0 for figure in _FIGURES]
        groups = [both.c[name] for name in ("period", *names)]
        query = select(both.c.period, both.c.village_code).group_by(*groups).having(_any(wrong))
        broken += session.execute(query).all()
    return broken


CHECKS: tuple[Check, ...] = (
    ("income: each sale's figures are the sum of its movements", broken_attributions),
    ("income: no sale is refunded beyond what was paid, and what is earned is what remained", over_refunded),
    ("income: each posting moved what sellers are owed as the movements say", movements_beside_the_book),
    ("income: what sellers' sales say is accrued and earned stands in the book", sellers_beside_the_book),
    ("income: village roll-ups are the sums of the movements", drifted_village_totals),
    ("income: household roll-ups are the sums of the movements", drifted_holder_totals),
    ("income: each settlement has two officials", settlements_of_one_official),
    ("income: each settlement paid what its movements say", settlements_beside_their_movements),
    ("income: a settlement has one live attempt, after those that came back", settlements_with_wrong_attempts),
    ("income: each bank's file holds its attempts, and each account in it was noted as seen", files_beside_their_rows),
    ("income: what a pool shares is its surplus less its reserve, to the fen", distributions_that_do_not_add_up),
    ("income: a lot weighs what its members gave, and a sale is shared once", lots_beside_their_contributions),
    ("income: the triggers stand", missing_triggers),
)
