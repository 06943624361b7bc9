"""What a payment service says of its own balance, line by line."""

from collections.abc import Iterable, Mapping

from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.kernel.money import CURRENCY
from marketplace.ledger.values import clearing
from marketplace.payments.values.movements import Movement, MovementKind, Told
from marketplace.reconciliation.models import ReconciliationRow
from marketplace.reconciliation.services.taking import take_book, write_rows
from marketplace.reconciliation.values import RowIn, RowKind, Side

_KINDS: Mapping[MovementKind, RowKind] = {
    MovementKind.CHARGE: RowKind.SALE, MovementKind.REFUND: RowKind.REFUND, MovementKind.FAILURE: RowKind.REFUND,
    MovementKind.DISPUTE: RowKind.DISPUTE, MovementKind.PAYOUT: RowKind.SETTLEMENT, MovementKind.FEE: RowKind.FEE,
    MovementKind.ADJUSTMENT: RowKind.OTHER,
}  # fmt: skip
#: Their fees are posted with them.
_WITH_FEE = (MovementKind.DISPUTE, MovementKind.ADJUSTMENT, MovementKind.PAYOUT)


def take_movements(session: Session, *, gateway: str, told: Told) -> int:
    """Take in what a payment service told of its balance; return how many rows were new. Safe to repeat.

    What it kept for itself is posted here, under its own name for the line, and what it paid out in another currency: until then
    nobody has told the book.
    """
    account = clearing(gateway)
    rows = [(row, line) for line in told.movements for row in rows_of(line)]
    behind = {row.key: line for row, line in rows}
    fresh = write_rows(session, account, Side.OUTSIDE, [row for row, _line in rows])
    for row in fresh:
        _post(session, gateway, behind[row.key], row)
    for payout_ref, keys in told.parts.items():
        _hand_over(session, account, payout_ref, keys)
    take_book(session, account=account)
    return len(fresh)


def _post(session: Session, gateway: str, line: Movement, row: RowIn) -> None:
    """Post what nobody else tells the book: the service's own fee, and a payout whose notification names another currency."""
    if row.kind is RowKind.FEE:
        income.take_gateway_fee(session, gateway=gateway, source=line.id, amount_fen=-row.amount_fen, at=line.created_at)
    elif line.kind is MovementKind.PAYOUT and line.currency.upper() != CURRENCY:
        income.settle_clearing(session, gateway=gateway, amount_fen=-row.amount_fen, bank_ref=line.payout_ref, at=line.created_at)


def rows_of(line: Movement) -> list[RowIn]:
    """Return a movement as rows: what moved, and beside it what the service kept of that, each under the name both sides know."""
    if line.kind in _WITH_FEE or line.kind is MovementKind.FEE:
        parts = [(line.id, _KINDS[line.kind], line.net_fen, _reference(line))]
    else:
        parts = [
            (line.id, _KINDS[line.kind], line.gross_fen, _reference(line)),
            (fee_key(line.id), RowKind.FEE, -line.fee_fen, line.id),
        ]
    return [
        RowIn(key=key, kind=kind, amount_fen=fen, at=line.created_at, ref=ref, words=line.said)
        for key, kind, fen, ref in parts
        if fen
    ]


def fee_key(line_id: str) -> str:
    """Return the key of the row that says what a payment service kept of a line."""
    return f"{line_id}/fee"


def _reference(line: Movement) -> str:
    match line.kind:
        case MovementKind.CHARGE:
            return line.due_ref
        case MovementKind.REFUND | MovementKind.FAILURE:
            # refund/<its reference>, surplus/<its reference>, and after a failure perhaps /<how often>
            return line.key.split("/")[1] if "/" in line.key else line.source_ref
        case MovementKind.PAYOUT:
            return line.payout_ref
        case MovementKind.FEE:
            return line.id
    return line.source_ref


def _hand_over(session: Session, account: str, payout_ref: str, keys: Iterable[str]) -> None:
    wanted = sorted({each for key in keys for each in (key, fee_key(key))})
    for start in range(0, len(wanted), 500):
        session.execute(
            update(ReconciliationRow)
            .where(
                ReconciliationRow.account == account,
                ReconciliationRow.side == Side.OUTSIDE,
                ReconciliationRow.key.in_(wanted[start : start + 500]),
                ReconciliationRow.batch_ref == "",
            )
            .values(batch_ref=payout_ref)
            .execution_options(synchronize_session=False)
        )
