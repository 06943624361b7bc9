"""What the payee says of money that was sent: it arrived, or it did not."""

from sqlalchemy.orm import Session

from marketplace.income import refusals, rules
from marketplace.income.models import Settlement
from marketplace.income.services.paying import audit, locked
from marketplace.income.values import Action, Actor, SettlementState, Way
from marketplace.kernel import clock


def acknowledge(session: Session, *, settlement_id: int, by: int, is_assisted: bool = False) -> Settlement:
    """Write down that the money has arrived; `is_assisted` when a helper pressed the button for the household. Safe to repeat.

    Raises:
        PayoutClosed: it was not paid, or came back.
        SameOfficial: whoever prepared or approved it does not say for the payee that it arrived.
    """
    settlement = locked(session, settlement_id)
    if settlement.state == SettlementState.ACKNOWLEDGED:
        return settlement
    _refuse_payers(settlement, by)
    state = SettlementState(settlement.state)
    settlement.state = rules.after(state, Action.ACKNOWLEDGE, way=Way(settlement.way), actor=Actor.PAYEE).value
    settlement.acknowledged_by, settlement.acknowledged_at, settlement.is_assisted = by, clock.now(), is_assisted
    settlement.missing_at, settlement.missing_words = None, ""
    session.flush()
    audit(session, settlement, by=by, action="payout.acknowledge")
    return settlement


def report_missing(session: Session, *, settlement_id: int, by: int, words: str, is_assisted: bool = False) -> Settlement:
    """Write down that money that stands as paid has not arrived; officials ask the bank.

    Raises:
        WordsMissing: nothing was said.
        PayoutClosed: it does not stand as paid.
        SameOfficial: as `acknowledge`.
    """
    words = words.strip()[:300]
    if not words:
        raise refusals.WordsMissing
    settlement = locked(session, settlement_id)
    _refuse_payers(settlement, by)
    if settlement.state != SettlementState.PAID:
        raise refusals.PayoutClosed
    settlement.missing_at, settlement.missing_words, settlement.is_assisted = clock.now(), words, is_assisted
    session.flush()
    audit(session, settlement, by=by, action="payout.missing", reason=words)
    return settlement


def _refuse_payers(settlement: Settlement, by: int) -> None:
    if by in (settlement.prepared_by, settlement.approved_by):
        raise refusals.SameOfficial
