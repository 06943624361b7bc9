"""What the bank says of the attempts: loaded by one official, accepted by another, and only then does the book move."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.farmers import queries as farmers
from marketplace.income import refusals
from marketplace.income.models import BankResult, BankResultRow, Settlement
from marketplace.income.services.paying import audit, give_back, post_payment
from marketplace.income.values import Action, BankWord, ResultRowIn, ResultState, SettlementState, attempt_ref
from marketplace.kernel import clock, faults, ids
from marketplace.kernel.errors import NotThere


def load_result(session: Session, *, rows: Sequence[ResultRowIn], sha256: str, by: int) -> BankResult:
    """Keep a bank's result whose every row is good; nothing moves yet. The same file again gives the first.

    Raises:
        AmountWrong: it has no rows.
    """
    if not rows:
        raise refusals.AmountWrong
    standing = select(BankResult).where(BankResult.sha256 == sha256, BankResult.state != ResultState.DISCARDED)
    if (first := session.scalar(standing)) is not None:
        return first
    result = BankResult(
        ref=ids.reference("R"), sha256=sha256, state=ResultState.LOADED.value, loaded_by=by, loaded_at=clock.now()
    )
    session.add(result)
    session.flush()
    session.add_all(
        BankResultRow(
            result_id=result.id,
            number=row.number,
            settlement_id=row.settlement_id,
            word=row.word.value,
            bank_ref=row.bank_ref,
            said_on=row.on,
            reason=row.reason,
        )
        for row in rows
    )
    session.flush()
    _audit(session, result, by=by, action="settlement.result_load", count=len(rows))
    return result


def accept_result(session: Session, *, result_id: int, by: int) -> BankResult:
    """Accept a bank's result as another official: each attempt is paid, or comes back, all of them or none. Safe to repeat.

    Raises:
        SameOfficial: whoever loaded it cannot accept it.
        OwnMoney: money of their own household is in it.
        ResultDecided: it was discarded.
        ResultOutdated: an attempt has moved since it was read.
    """
    result = _locked(session, result_id)
    if result.loaded_by == by:
        raise refusals.SameOfficial
    if result.state == ResultState.ACCEPTED:
        return result
    if result.state != ResultState.LOADED:
        raise refusals.ResultDecided
    rows = session.scalars(select(BankResultRow).where(BankResultRow.result_id == result.id).order_by(BankResultRow.id)).all()
    settlements = _settlements(session, [row.settlement_id for row in rows])
    own = farmers.households_of_user(session, by)
    if any(one.household_id in own for one in settlements.values() if one.household_id is not None):
        raise refusals.OwnMoney
    result.state, result.accepted_by, result.accepted_at = ResultState.ACCEPTED.value, by, clock.now()
    session.flush()
    for row in rows:
        _apply(session, settlements[row.settlement_id], row, by)
    _audit(session, result, by=by, action="settlement.result_accept", count=len(rows))
    faults.point("settlement.accepted")
    return result


def discard_result(session: Session, *, result_id: int, by: int, reason: str) -> BankResult:
    """Discard a bank's result that was not accepted, with a reason.

    Raises:
        WordsMissing: no reason.
        ResultDecided: it was accepted or discarded already.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise refusals.WordsMissing
    result = _locked(session, result_id)
    if result.state != ResultState.LOADED:
        raise refusals.ResultDecided
    result.state = ResultState.DISCARDED.value
    session.flush()
    _audit(session, result, by=by, action="settlement.result_discard", reason=reason)
    return result


def _apply(session: Session, settlement: Settlement, row: BankResultRow, by: int) -> None:
    try:
        if row.word == BankWord.PAID:
            _refuse_used(session, settlement, row.bank_ref)
            post_payment(session, settlement, action=Action.PAY, by=by, bank_ref=row.bank_ref, paid_on=row.said_on)
        else:
            give_back(session, settlement, by=by, reason=row.reason)
    except refusals.PayoutClosed as no:
        raise refusals.ResultOutdated(ref=attempt_ref(settlement.ref, settlement.attempt)) from no
    session.flush()
    audit(
        session,
        settlement,
        by=by,
        action="payout.paid" if row.word == BankWord.PAID else "payout.returned",
        reason=row.reason or None,
    )


def _refuse_used(session: Session, settlement: Settlement, bank_ref: str) -> None:
    """Refuse a reference under which the seller was paid meanwhile, as by hand."""
    used = select(Settlement.id).where(
        Settlement.seller_ref == settlement.seller_ref,
        Settlement.bank_ref == bank_ref,
        Settlement.state != SettlementState.WITHDRAWN,
        Settlement.id != settlement.id,
    )
    if session.scalar(used) is not None:
        raise refusals.ResultOutdated(ref=attempt_ref(settlement.ref, settlement.attempt))


def _settlements(session: Session, ids_: Sequence[int]) -> dict[int, Settlement]:
    rows = session.scalars(
        select(Settlement)
        .where(Settlement.id.in_(ids_))
        .order_by(Settlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in rows}


def _locked(session: Session, result_id: int) -> BankResult:
    result = session.scalar(
        select(BankResult).where(BankResult.id == result_id).with_for_update().execution_options(populate_existing=True)
    )
    if result is None:
        raise NotThere
    return result


def _audit(
    session: Session, result: BankResult, *, by: int, action: str, count: int | None = None, reason: str | None = None
) -> None:
    accounts.record_audit(
        session,
        by=by,
        action=action,
        object_kind="bank_result",
        object_ref=result.ref,
        after={"state": str(result.state), "sha256": result.sha256, **({} if count is None else {"count": count})},
        reason=reason,
    )
