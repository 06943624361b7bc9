"""Pay-outs by hand: one official records the bank reference, another confirms, and only then does the book move."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.income import refusals, rules
from marketplace.income.models import Attribution, Payout
from marketplace.income.services.movements import record
from marketplace.income.services.own import refuse_own
from marketplace.income.values import Movement, PayoutState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import yuan
from marketplace.ledger import services as ledger
from marketplace.ledger.values import BANK, EntryIn, earned


def record_payout(session: Session, *, key: str, seller_ref: str, amount_fen: int, bank_ref: str, prepared_by: int) -> Payout:
    """Record that money was sent to a seller; nothing moves before another official confirms. A repeat of `key` gives the first.

    Raises:
        AmountWrong: nothing or less.
        BankReferenceMissing: no bank reference.
        PayoutExceedsEarned: more than is earned, unpaid and not yet prepared.
        BankReferenceUsed: this seller was paid under it before.
        OwnMoney: it goes to their own household.
    """
    first = session.scalar(select(Payout).where(Payout.key == key))
    if first is not None:
        return first
    bank_ref = bank_ref.strip()
    if amount_fen <= 0:
        raise refusals.AmountWrong
    if not bank_ref:
        raise refusals.BankReferenceMissing
    outstanding = _outstanding(session, seller_ref)
    if not outstanding:
        raise refusals.PayoutExceedsEarned(left=yuan(0))
    refuse_own(session, outstanding[-1].household_id, prepared_by)
    left = sum(sale.earned_fen - sale.paid_fen for sale in outstanding) - _prepared_fen(session, seller_ref)
    if amount_fen > left:
        raise refusals.PayoutExceedsEarned(left=yuan(max(left, 0)))
    used = select(Payout.id).where(
        Payout.seller_ref == seller_ref, Payout.bank_ref == bank_ref, Payout.state != PayoutState.WITHDRAWN
    )
    if session.scalar(used) is not None:
        raise refusals.BankReferenceUsed
    payout = Payout(
        ref=ids.reference("Z"),
        key=key,
        seller_ref=seller_ref,
        household_id=outstanding[-1].household_id,
        village_code=outstanding[-1].village_code,
        amount_fen=amount_fen,
        bank_ref=bank_ref,
        prepared_by=prepared_by,
        prepared_at=clock.now(),
    )
    session.add(payout)
    session.flush()
    _audit(session, payout, by=prepared_by, action="payout.prepare")
    return payout


def confirm_payout(session: Session, *, payout_id: int, by: int) -> Payout:
    """Confirm that the money left, as another official than the one who prepared it; post it and mark the sales it pays.

    The oldest sales are paid first, after what was refunded when it had been paid (`rules.spread_payout`). Safe to repeat.

    Raises:
        SameOfficial: the preparer cannot confirm.
        OwnMoney: it goes to their own household.
        PayoutClosed: it was withdrawn.
    """
    payout = _locked(session, payout_id)
    if payout.prepared_by == by:
        raise refusals.SameOfficial
    refuse_own(session, payout.household_id, by)
    if payout.state == PayoutState.CONFIRMED:
        return payout
    if payout.state != PayoutState.PREPARED:
        raise refusals.PayoutClosed
    now = clock.now()
    sales = {sale.id: sale for sale in _outstanding(session, payout.seller_ref) or [_newest(session, payout.seller_ref)]}
    parts = rules.spread_payout([(sale.id, sale.earned_fen - sale.paid_fen) for sale in sales.values()], payout.amount_fen)
    posting = ledger.post(
        session,
        kind="payout",
        source=payout.ref,
        at=now,
        entries=(EntryIn(earned(payout.seller_ref), payout.amount_fen), EntryIn(BANK, -payout.amount_fen)),
        note=payout.bank_ref,
    )
    payout.state = PayoutState.CONFIRMED.value
    payout.confirmed_by, payout.confirmed_at, payout.ledger_transaction_id = by, now, posting.id
    for number, part_fen in parts.items():
        sales[number].paid_fen += part_fen
    session.flush()
    for number, part_fen in parts.items():
        record(session, sales[number], posting, ((Movement.PAID, part_fen),))
    _audit(session, payout, by=by, action="payout.confirm")
    return payout


def withdraw_payout(session: Session, *, payout_id: int, by: int, reason: str) -> Payout:
    """Withdraw what was prepared by mistake; what has been confirmed stays.

    Raises:
        PayoutClosed: it was confirmed or withdrawn already.
        WordsMissing: no reason.
    """
    payout = _locked(session, payout_id)
    if payout.state != PayoutState.PREPARED:
        raise refusals.PayoutClosed
    if not reason.strip():
        raise refusals.WordsMissing
    payout.state = PayoutState.WITHDRAWN.value
    payout.withdrawn_by, payout.withdrawn_at = by, clock.now()
    session.flush()
    _audit(session, payout, by=by, action="payout.withdraw", reason=reason.strip())
    return payout


def _locked(session: Session, payout_id: int) -> Payout:
    payout = session.scalar(
        select(Payout).where(Payout.id == payout_id).with_for_update().execution_options(populate_existing=True)
    )
    if payout is None:
        raise NotThere
    return payout


def _outstanding(session: Session, seller_ref: str) -> Sequence[Attribution]:
    """Return the seller's sales with something earned and unpaid (or paid and taken back), oldest first, locked."""
    return session.scalars(
        select(Attribution)
        .where(Attribution.seller_ref == seller_ref, Attribution.earned_fen != Attribution.paid_fen)
        .order_by(Attribution.sold_at, Attribution.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _newest(session: Session, seller_ref: str) -> Attribution:
    newest = select(Attribution).where(Attribution.seller_ref == seller_ref).order_by(Attribution.sold_at.desc()).limit(1)
    return session.scalars(newest.with_for_update()).one()


def _prepared_fen(session: Session, seller_ref: str) -> int:
    prepared = select(func.coalesce(func.sum(Payout.amount_fen), 0)).where(
        Payout.seller_ref == seller_ref, Payout.state == PayoutState.PREPARED
    )
    return int(session.scalar(prepared) or 0)


def _audit(session: Session, payout: Payout, *, by: int, action: str, reason: str | None = None) -> None:
    accounts.record_audit(
        session,
        by=by,
        action=action,
        object_kind="payout",
        object_ref=payout.ref,
        after={"state": payout.state, "seller": payout.seller_ref, "amount_fen": payout.amount_fen, "bank_ref": payout.bank_ref},
        reason=reason,
    )
