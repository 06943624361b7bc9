"""Pay-outs by hand: one official records the slip, another confirms it, and only then does the book move."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.income import refusals
from marketplace.income.models import Settlement
from marketplace.income.services.own import refuse_own
from marketplace.income.services.paying import audit, held_fen, locked, outstanding, post_payment, withdraw
from marketplace.income.values import Action, SettlementState, Way
from marketplace.kernel import clock, ids
from marketplace.kernel.money import yuan


def record_payout(
    session: Session, *, key: str, seller_ref: str, amount_fen: int, bank_ref: str, prepared_by: int
) -> Settlement:  # fmt: skip
    """Record that money was given to a seller; nothing moves before another official confirms. A repeat of `key` gives the first.

    Raises:
        AmountWrong: nothing or less.
        BankReferenceMissing: no bank reference.
        PayoutExceedsEarned: more than is earned, unpaid and not yet promised to another attempt.
        BankReferenceUsed: this seller was paid under it before.
        OwnMoney: it goes to their own household.
    """
    first = session.scalar(select(Settlement).where(Settlement.key == key))
    if first is not None:
        return first
    bank_ref = bank_ref.strip()
    if amount_fen <= 0:
        raise refusals.AmountWrong
    if not bank_ref:
        raise refusals.BankReferenceMissing
    sales = outstanding(session, seller_ref)
    if not sales:
        raise refusals.PayoutExceedsEarned(left=yuan(0))
    refuse_own(session, sales[-1].household_id, prepared_by)
    left = sum(sale.earned_fen - sale.paid_fen for sale in sales) - held_fen(session, [seller_ref]).get(seller_ref, 0)
    if amount_fen > left:
        raise refusals.PayoutExceedsEarned(left=yuan(max(left, 0)))
    used = select(Settlement.id).where(
        Settlement.seller_ref == seller_ref, Settlement.bank_ref == bank_ref, Settlement.state != SettlementState.WITHDRAWN
    )
    if session.scalar(used) is not None:
        raise refusals.BankReferenceUsed
    payout = Settlement(
        ref=ids.reference("Z"),
        attempt=1,
        key=key,
        way=Way.BY_HAND.value,
        seller_ref=seller_ref,
        household_id=sales[-1].household_id,
        village_code=sales[-1].village_code,
        amount_fen=amount_fen,
        bank_ref=bank_ref,
        state=SettlementState.DRAFT.value,
        prepared_by=prepared_by,
        prepared_at=clock.now(),
    )
    session.add(payout)
    session.flush()
    audit(session, payout, by=prepared_by, action="payout.prepare")
    return payout


def confirm_payout(session: Session, *, payout_id: int, by: int) -> Settlement:
    """Confirm that the money left, as another official than the one who prepared it; post it and mark the sales it pays.

    The oldest sales are paid first, after what was refunded when it had been paid. Safe to repeat.

    Raises:
        SameOfficial: the preparer cannot confirm.
        OwnMoney: it goes to their own household.
        PayoutClosed: it was withdrawn, or goes through the bank.
    """
    payout = locked(session, payout_id)
    if payout.prepared_by == by:
        raise refusals.SameOfficial
    refuse_own(session, payout.household_id, by)
    if payout.way == Way.BY_HAND and payout.state in (SettlementState.PAID, SettlementState.ACKNOWLEDGED):
        return payout
    post_payment(session, payout, action=Action.CONFIRM, by=by, bank_ref=payout.bank_ref, paid_on=clock.today())
    audit(session, payout, by=by, action="payout.confirm")
    return payout


def withdraw_payout(session: Session, *, payout_id: int, by: int, reason: str) -> Settlement:
    """Withdraw what was prepared by mistake, by hand or for the bank; what has been sent or confirmed stays.

    Raises:
        PayoutClosed: it was sent, confirmed or withdrawn already.
        WordsMissing: no reason.
    """
    payout = locked(session, payout_id)
    if not reason.strip():
        raise refusals.WordsMissing
    withdraw(session, payout, by=by, reason=reason.strip()[:200])
    return payout
