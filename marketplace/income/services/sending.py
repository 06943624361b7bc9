"""Files for the bank: made once a batch is approved, with a row of access for each account that goes out in them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.farmers import services as farmers
from marketplace.income import refusals
from marketplace.income.bankfile import FileRow
from marketplace.income.models import BankFile, Settlement, SettlementBatch
from marketplace.income.services.paying import audit, step
from marketplace.income.services.settlements import in_state, only_sound
from marketplace.income.values import Action, BatchState, SettlementState, attempt_ref
from marketplace.kernel import clock, faults, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere


def make_bank_file(session: Session, *, batch_id: int, by: int, sealer: Sealer) -> tuple[BankFile, list[FileRow]]:
    """Send what is approved of a batch: its attempts stand as sent; return the file with its rows, as `rows_of_file` does.

    An attempt whose account changed since, or whose money was refunded, is withdrawn with that reason instead.

    Raises:
        BatchDecided: the batch is not approved.
        NothingToSend: nothing of it is approved and waits.
        AccountErased: as `rows_of_file`.
    """
    batch = session.scalar(
        select(SettlementBatch).where(SettlementBatch.id == batch_id).with_for_update().execution_options(populate_existing=True)
    )
    if batch is None:
        raise NotThere
    if batch.state != BatchState.APPROVED:
        raise refusals.BatchDecided
    sound = only_sound(session, in_state(session, batch.id, SettlementState.APPROVED), by=by)
    if not sound:
        raise refusals.NothingToSend
    now = clock.now()
    file = BankFile(
        ref=ids.reference("B"),
        batch_id=batch.id,
        made_by=by,
        made_at=now,
        rows=len(sound),
        sum_fen=sum(one.amount_fen for one in sound),
    )
    session.add(file)
    session.flush()
    for settlement in sound:
        settlement.state = step(settlement, Action.SEND, by=by).value
        settlement.bank_file_id, settlement.sent_at = file.id, now
    session.flush()
    for settlement in sound:
        audit(session, settlement, by=by, action="payout.send")
    faults.point("settlement.sent")
    return rows_of_file(session, file_ref=file.ref, by=by, sealer=sealer)


def rows_of_file(session: Session, *, file_ref: str, by: int, sealer: Sealer) -> tuple[BankFile, list[FileRow]]:
    """Return a file's rows in clear, each time with one access row an account and one line of the trail.

    Raises:
        NotThere: no such file.
        AccountErased: one of its accounts cannot be opened any more.
    """
    file = session.scalar(select(BankFile).where(BankFile.ref == file_ref))
    if file is None:
        raise NotThere
    settlements: Sequence[Settlement] = session.scalars(
        select(Settlement).where(Settlement.bank_file_id == file.id).order_by(Settlement.id)
    ).all()
    keys = [one.account_id for one in settlements if one.account_id is not None]
    clear = farmers.open_accounts_for_file(session, account_ids=keys, file_ref=file.ref, by=by, sealer=sealer)
    accounts.record_audit(
        session, by=by, action="settlement.file", object_kind="bank_file", object_ref=file.ref,
        after={"count": file.rows, "amount_fen": file.sum_fen},
    )  # fmt: skip
    rows = []
    for one in settlements:
        account = clear[one.account_id or 0]
        rows.append(FileRow(attempt_ref(one.ref, one.attempt), account.holder, account.bank, account.number, one.amount_fen))
    return file, rows
