"""Reads of settlements: batches and sums, what an attempt pays, the bank's files and results, what a household may expect."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BigInteger, Select, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from marketplace.income import rules
from marketplace.income.bankfile import Expected
from marketplace.income.models import (
    Attribution,
    AttributionMovement,
    BankFile,
    BankResult,
    BankResultRow,
    Settlement,
    SettlementBatch,
    SettlementOmission,
)
from marketplace.income.queries.payables import in_areas, view
from marketplace.income.values import (
    HOLDING,
    BankFileView,
    BankResultView,
    BankWord,
    BatchLine,
    BatchState,
    LeftOut,
    Movement,
    NextPayout,
    Omission,
    PaidLine,
    ResultLine,
    ResultState,
    SettlementState,
    SettlementView,
    Way,
    attempt_ref,
)
from marketplace.kernel import clock


def batches(session: Session, areas: Sequence[str], *, limit: int = 50, before: int | None = None) -> list[BatchLine]:
    """Return the batches of some areas, the latest first. Two queries."""
    query = select(SettlementBatch).where(in_areas(SettlementBatch.area_code, tuple(areas)))
    if before is not None:
        query = query.where(SettlementBatch.id < before)
    rows = session.scalars(query.order_by(SettlementBatch.id.desc()).limit(limit)).all()
    return _batch_lines(session, rows)


def batch_by_ref(session: Session, ref: str) -> BatchLine | None:
    """Return a batch by its reference."""
    rows = session.scalars(select(SettlementBatch).where(SettlementBatch.ref == ref)).all()
    return next(iter(_batch_lines(session, rows)), None)


def batch_by_id(session: Session, batch_id: int) -> BatchLine | None:
    """Return a batch by key."""
    rows = session.scalars(select(SettlementBatch).where(SettlementBatch.id == batch_id)).all()
    return next(iter(_batch_lines(session, rows)), None)


def batches_waiting(areas: tuple[str, ...]) -> Select[int]:
    """Return how much of settlements waits in some areas: batches to approve or send, money missing, results to accept."""
    approval = Settlement.state.in_((SettlementState.DRAFT, SettlementState.APPROVED)) & (Settlement.way == Way.BANK)
    missing = (Settlement.state == SettlementState.PAID) & Settlement.missing_at.is_not(None)
    # a batch counts once, whatever waits in it
    thing = func.coalesce(-Settlement.batch_id, Settlement.id)
    waiting = select(func.count(thing.distinct())).where(or_(approval, missing), in_areas(Settlement.village_code, areas))
    loaded = (
        select(func.count(BankResult.id.distinct()))
        .join(BankResultRow, BankResultRow.result_id == BankResult.id)
        .join(Settlement, Settlement.id == BankResultRow.settlement_id)
        .where(BankResult.state == ResultState.LOADED, in_areas(Settlement.village_code, areas))
    )
    return select(waiting.scalar_subquery() + loaded.scalar_subquery())


def settlements_of(session: Session, batch_id: int) -> list[SettlementView]:
    """Return every attempt of a batch, by village and seller, later attempts after the first."""
    rows = session.scalars(
        select(Settlement)
        .where(Settlement.batch_id == batch_id)
        .order_by(Settlement.village_code, Settlement.seller_ref, Settlement.attempt)
    )
    return [view(row) for row in rows]


def settlement_by_id(session: Session, settlement_id: int) -> SettlementView | None:
    """Return an attempt by key."""
    found = session.get(Settlement, settlement_id)
    return None if found is None else view(found)


def omissions_of(session: Session, batch_id: int) -> list[Omission]:
    """Return whom a batch left out and why, by village and seller."""
    rows = session.scalars(
        select(SettlementOmission)
        .where(SettlementOmission.batch_id == batch_id)
        .order_by(SettlementOmission.village_code, SettlementOmission.seller_ref)
    )
    return [Omission(row.seller_ref, row.household_id, row.village_code, row.balance_fen, LeftOut(row.reason)) for row in rows]


def paid_lines(session: Session, settlement: SettlementView) -> list[PaidLine]:
    """Return what an attempt has paid of which sales, or would pay now; the lines sum to its amount. Negative lines first."""
    return paid_lines_of(session, [settlement]).get(settlement.id, [])


def paid_lines_of(session: Session, settlements: Sequence[SettlementView]) -> dict[int, list[PaidLine]]:
    """Return the same of several attempts, by key. Two queries."""
    postings = {one.ledger_transaction_id: one.id for one in settlements if one.ledger_transaction_id is not None}
    found: dict[int, list[PaidLine]] = {}
    rows = session.execute(
        select(Attribution, AttributionMovement.amount_fen, AttributionMovement.ledger_transaction_id)
        .join(AttributionMovement, AttributionMovement.attribution_id == Attribution.id)
        .where(AttributionMovement.ledger_transaction_id.in_(sorted(postings)), AttributionMovement.kind == Movement.PAID.value)
    )
    for sale, fen, posting in rows:
        found.setdefault(postings[posting], []).append(_line(sale, fen))
    promised = [one for one in settlements if one.state in HOLDING]
    unpaid: dict[str, list[Attribution]] = {}
    sales = session.scalars(
        select(Attribution)
        .where(
            Attribution.seller_ref.in_(sorted({one.seller_ref for one in promised})),
            Attribution.earned_fen != Attribution.paid_fen,
        )
        .order_by(Attribution.sold_at, Attribution.id)
    )
    for sale in sales:
        unpaid.setdefault(sale.seller_ref, []).append(sale)
    for one in promised:
        owed = unpaid.get(one.seller_ref, [])
        parts = rules.spread_payout([(sale.id, sale.earned_fen - sale.paid_fen) for sale in owed], one.amount_fen) if owed else {}
        found[one.id] = [_line(sale, parts[sale.id]) for sale in owed if sale.id in parts]
    for lines in found.values():
        lines.sort(key=lambda line: (line.amount_fen > 0, line.sold_at, line.attribution_id))
    return found


def _line(sale: Attribution, fen: int) -> PaidLine:
    return PaidLine(sale.id, sale.order_ref, sale.title, sale.sold_at, fen)


def files_of(session: Session, batch_id: int) -> list[BankFileView]:
    """Return the files made of a batch, the latest first."""
    rows = session.scalars(select(BankFile).where(BankFile.batch_id == batch_id).order_by(BankFile.id.desc()))
    return [_file(row) for row in rows]


def file_by_ref(session: Session, ref: str) -> BankFileView | None:
    """Return a file for the bank by its reference."""
    row = session.scalar(select(BankFile).where(BankFile.ref == ref))
    return None if row is None else _file(row)


def batch_of_file(session: Session, file_ref: str) -> BatchLine | None:
    """Return the batch of which a file was made."""
    rows = session.scalars(
        select(SettlementBatch).join(BankFile, BankFile.batch_id == SettlementBatch.id).where(BankFile.ref == file_ref)
    ).all()
    return next(iter(_batch_lines(session, rows)), None)


def attempts_named(session: Session, refs: Iterable[str], areas: Sequence[str]) -> dict[str, Expected]:
    """Return the attempts through the bank that references of a result name, as far as they lie in some areas. Two queries."""
    wanted = {ref.partition("-")[0] for ref in refs}
    found = session.scalars(
        select(Settlement).where(
            Settlement.ref.in_(sorted(wanted)),
            Settlement.way == Way.BANK,
            in_areas(Settlement.village_code, tuple(areas)),
        )
    ).all()
    used: dict[str, set[str]] = {}
    rows = session.execute(
        select(Settlement.seller_ref, Settlement.bank_ref).where(
            Settlement.seller_ref.in_(sorted({one.seller_ref for one in found})),
            Settlement.bank_ref != "",
            Settlement.state != SettlementState.WITHDRAWN,
        )
    )
    for seller_ref, bank_ref in rows:
        used.setdefault(seller_ref, set()).add(bank_ref)
    return {
        attempt_ref(one.ref, one.attempt): Expected(
            settlement_id=one.id,
            seller_ref=one.seller_ref,
            state=SettlementState(one.state),
            amount_fen=one.amount_fen,
            sent_on=clock.day_of(one.sent_at) if one.sent_at else None,
            used_refs=frozenset(used.get(one.seller_ref, ())),
        )
        for one in found
    }


def results(session: Session, areas: Sequence[str], *, limit: int = 30) -> list[BankResultView]:
    """Return the bank's results all of whose attempts are of some areas, the latest first: only those may be opened there."""
    attempts = (
        select(BankResultRow.result_id)
        .join(Settlement, Settlement.id == BankResultRow.settlement_id)
        .where(BankResultRow.result_id == BankResult.id)
    )
    inside = in_areas(Settlement.village_code, tuple(areas))
    rows = session.scalars(
        select(BankResult)
        .where(attempts.where(inside).exists(), ~attempts.where(~inside).exists())
        .order_by(BankResult.id.desc())
        .limit(limit)
    ).all()
    return _results(session, rows)


def result_by_ref(session: Session, ref: str) -> BankResultView | None:
    """Return a result of the bank by its reference."""
    return next(iter(_results(session, session.scalars(select(BankResult).where(BankResult.ref == ref)).all())), None)


def result_lines(session: Session, result_id: int) -> list[ResultLine]:
    """Return the rows of a result beside the attempts they speak of, in the order of the file."""
    rows = session.execute(
        select(BankResultRow, Settlement)
        .join(Settlement, Settlement.id == BankResultRow.settlement_id)
        .where(BankResultRow.result_id == result_id)
        .order_by(BankResultRow.number)
    )
    return [
        ResultLine(
            row.number, attempt_ref(one.ref, one.attempt), one.seller_ref, one.household_id, one.village_code, one.amount_fen,
            BankWord(row.word), row.bank_ref, row.said_on, row.reason,
        )
        for row, one in rows
    ]  # fmt: skip


def next_payout(session: Session, seller_refs: Collection[str], *, least_fen: int) -> NextPayout:
    """Return what sellers of one household may expect of the next batch. Two queries."""
    wanted = sorted(set(seller_refs))
    owed = session.scalar(
        select(cast(func.coalesce(func.sum(Attribution.earned_fen - Attribution.paid_fen), 0), BigInteger)).where(
            Attribution.seller_ref.in_(wanted), Attribution.earned_fen != Attribution.paid_fen
        )
    )
    held = session.scalar(
        select(cast(func.coalesce(func.sum(Settlement.amount_fen), 0), BigInteger)).where(
            Settlement.seller_ref.in_(wanted), Settlement.state.in_(HOLDING)
        )
    )
    return NextPayout(owed or 0, held or 0, least_fen)


def settlements_of_household(session: Session, household_id: int, *, limit: int = 12) -> list[SettlementView]:
    """Return the attempts to pay a household that it should know of, the latest first: drafts are the county's affair."""
    hidden = or_(
        Settlement.state.in_((SettlementState.DRAFT, SettlementState.WITHDRAWN)),
        and_(Settlement.state == SettlementState.APPROVED, Settlement.sent_at.is_(None)),
    )
    rows = session.scalars(
        select(Settlement).where(Settlement.household_id == household_id, ~hidden).order_by(Settlement.id.desc()).limit(limit)
    )
    return [view(row) for row in rows]


def _batch_lines(session: Session, rows: Sequence[SettlementBatch]) -> list[BatchLine]:
    sums: dict[int, dict[SettlementState, tuple[int, int]]] = {row.id: {} for row in rows}
    found = session.execute(
        select(Settlement.batch_id, Settlement.state, func.count(), cast(func.sum(Settlement.amount_fen), BigInteger))
        .where(Settlement.batch_id.in_(list(sums)))
        .group_by(Settlement.batch_id, Settlement.state)
    )
    for batch_id, state, count, fen in found:
        if batch_id is not None:
            sums[batch_id][SettlementState(state)] = (count, fen)
    return [
        BatchLine(
            row.id, row.ref, row.area_code, row.month, BatchState(row.state), row.prepared_by, row.prepared_at, row.approved_by,
            row.approved_at, row.least_fen, sums[row.id],
        )
        for row in rows
    ]  # fmt: skip


def _results(session: Session, rows: Sequence[BankResult]) -> list[BankResultView]:
    sums: dict[int, dict[BankWord, tuple[int, int]]] = {row.id: {} for row in rows}
    villages: dict[int, set[str]] = {row.id: set() for row in rows}
    found = session.execute(
        select(
            BankResultRow.result_id, BankResultRow.word, Settlement.village_code, func.count(),
            cast(func.sum(Settlement.amount_fen), BigInteger),
        )
        .join(Settlement, Settlement.id == BankResultRow.settlement_id)
        .where(BankResultRow.result_id.in_(list(sums)))
        .group_by(BankResultRow.result_id, BankResultRow.word, Settlement.village_code)
    )  # fmt: skip
    for result_id, word, village, count, fen in found:
        before = sums[result_id].get(BankWord(word), (0, 0))
        sums[result_id][BankWord(word)] = (before[0] + count, before[1] + fen)
        villages[result_id].add(village)
    return [
        BankResultView(
            row.id, row.ref, tuple(sorted(villages[row.id])), ResultState(row.state), row.loaded_by, row.loaded_at,
            row.accepted_by, row.accepted_at, sums[row.id],
        )
        for row in rows
    ]  # fmt: skip


def _file(row: BankFile) -> BankFileView:
    return BankFileView(row.id, row.ref, row.batch_id, row.made_by, row.made_at, row.rows, row.sum_fen)
