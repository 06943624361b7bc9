"""Rows of both sides are taken in: the book's from the ledger, the outside's from a payment service or a bank's list."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.kernel import clock, ids
from marketplace.ledger import queries as ledger
from marketplace.ledger.values import BANK, AccountEntry
from marketplace.orders import queries as orders
from marketplace.payments import queries as payments
from marketplace.reconciliation.models import BankStatement, ReconciliationRow
from marketplace.reconciliation.queries import newest_bank_statement
from marketplace.reconciliation.services.matching import match_open
from marketplace.reconciliation.values import BankList, RowIn, RowKind, Side
from marketplace.tours import queries as tours

#: A posting may be committed after one with a higher number: so many numbers are looked at again.
LOOK_BACK = 1_000
#: Rows taken in one transaction.
MOST_AT_ONCE = 2_000

_KINDS: Mapping[str, RowKind] = {
    "sale": RowKind.SALE, "freight": RowKind.FREIGHT, "refund": RowKind.REFUND, "freight_refund": RowKind.REFUND,
    "settlement": RowKind.SETTLEMENT, "payout": RowKind.PAYOUT, "payout_returned": RowKind.PAYOUT, "dispute": RowKind.DISPUTE,
    "dispute_returned": RowKind.DISPUTE, "dispute_refund": RowKind.REFUND, "owed": RowKind.SURPLUS,
    "owed_returned": RowKind.SURPLUS, "gateway_fee": RowKind.FEE,
}  # fmt: skip


def take_book(session: Session, *, account: str, after: int = 0) -> tuple[int, int | None]:
    """Take in what the book says of an account, a step at a time; return how many rows were new and where the next begins."""
    after = after or max(_newest_posting(session, account) - LOOK_BACK, 0)
    entries = ledger.entries_of_account(session, account, after=after, limit=MOST_AT_ONCE)
    taken = len(write_rows(session, account, Side.BOOK, _from_the_book(session, account, entries)))
    if len(entries) < MOST_AT_ONCE:
        match_open(session, account=account)
        return taken, None
    return taken, entries[-1].transaction_id


def _newest_posting(session: Session, account: str) -> int:
    """Return the highest number among the postings that were taken in last."""
    latest = select(ReconciliationRow.key).where(ReconciliationRow.account == account, ReconciliationRow.side == Side.BOOK)
    return max((int(key) for key in session.scalars(latest.order_by(ReconciliationRow.id.desc()).limit(50))), default=0)


def _from_the_book(session: Session, account: str, entries: Sequence[AccountEntry]) -> list[RowIn]:
    refs = _references(session, account, entries)
    return [
        RowIn(
            key=str(entry.transaction_id), kind=_KINDS.get(entry.kind, RowKind.OTHER), amount_fen=entry.amount_fen,
            at=entry.posted_at, ref=refs.get(entry.transaction_id, "")[:80],
        )
        for entry in entries
    ]  # fmt: skip


def _references(session: Session, account: str, entries: Sequence[AccountEntry]) -> dict[int, str]:
    """Return what each posting refers to outside: on the bank's account the bank's reference, elsewhere what both sides know."""
    if account == BANK:
        return {entry.transaction_id: entry.note for entry in entries}
    sales = {entry.source for entry in entries if entry.kind == "sale"}
    due = {**orders.purchase_refs_of_sources(session, sales), **tours.booking_refs_of_sources(session, sales)}
    owed = [entry.source.partition("/")[2] for entry in entries if entry.kind == "owed"]
    surpluses = payments.dues_of_surpluses(session, owed)
    return {entry.transaction_id: reference_of(entry.kind, entry.source, {**due, **surpluses}) for entry in entries}


def reference_of(kind: str, source: str, due: Mapping[str, str]) -> str:
    """Return the name of what a posting on a clearing account is about, as the payment service was told it, or told us.

    `due` names the order or booking behind each line, share and surplus.
    """
    named = source.partition("/")[2]  # all but sales, freight and refunds begin with the payment service's name
    match kind:
        case "sale":
            return due.get(source, "")
        case "owed":
            return due.get(named, "")
        case "dispute" | "dispute_returned" | "settlement":  # what came back stands under the same name as what went
            return named.split("/")[0]
        case "dispute_refund":
            return named.rpartition("/")[2]
        case "refund" | "freight_refund":
            return source.partition("#")[2]
        case "freight":
            return source
    return named


def take_bank_list(session: Session, *, held: BankList, by: int) -> str:
    """Take in a bank's list and join what belongs together; return its reference. The same file again gives the first."""
    standing = session.scalar(select(BankStatement.ref).where(BankStatement.sha256 == held.sha256))
    if standing is not None:
        return standing
    before = newest_bank_statement(session)
    fresh = _fresh(session, BANK, Side.OUTSIDE, held.lines)
    file = BankStatement(
        ref=ids.reference("K"), sha256=held.sha256, from_on=held.from_on, to_on=held.to_on, opening_fen=held.opening_fen,
        closing_fen=held.closing_fen, rows=len(held.lines), new_rows=len(fresh),
        has_gap=before is not None and len(fresh) == len(held.lines) and before.closing_fen != held.opening_fen,
        by_user_id=by, at=clock.now(),
    )  # fmt: skip
    session.add(file)
    session.flush()
    _insert(session, BANK, Side.OUTSIDE, fresh, file.id)
    record_audit(
        session, by=by, action="reconciliation.bank_list", object_kind="bank_statement", object_ref=file.ref,
        after={"new_rows": file.new_rows, "closing_fen": file.closing_fen, "to_on": file.to_on.isoformat()},
    )  # fmt: skip
    match_open(session, account=BANK)
    return file.ref


def write_rows(session: Session, account: str, side: Side, rows: Sequence[RowIn]) -> list[RowIn]:
    """Write down those rows of a side that are not known yet, and return them."""
    fresh = _fresh(session, account, side, rows)
    _insert(session, account, side, fresh, None)
    return fresh


def _fresh(session: Session, account: str, side: Side, rows: Sequence[RowIn]) -> list[RowIn]:
    known: set[str] = set()
    keys = [row.key for row in rows]
    for start in range(0, len(keys), 500):
        known |= set(
            session.scalars(
                select(ReconciliationRow.key).where(
                    ReconciliationRow.account == account,
                    ReconciliationRow.side == side,
                    ReconciliationRow.key.in_(keys[start : start + 500]),
                )
            )
        )
    return [row for row in rows if row.key not in known]


def _insert(session: Session, account: str, side: Side, rows: Sequence[RowIn], bank_statement_id: int | None) -> None:
    if not rows:
        return
    session.execute(
        insert(ReconciliationRow),
        [
            {
                "account": account, "side": str(side), "key": row.key, "kind": str(row.kind), "amount_fen": row.amount_fen,
                "ref": row.ref[:80], "words": row.words[:120], "at": row.at, "on_day": clock.day_of(row.at),
                "bank_statement_id": bank_statement_id,
            }
            for row in rows
        ],
    )  # fmt: skip
