"""Batches: who is paid this month or now, prepared by one official and approved by another, and new attempts after a return."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import AccountInUse, AccountUse
from marketplace.income import refusals, rules
from marketplace.income.models import Attribution, Settlement, SettlementBatch, SettlementOmission
from marketplace.income.queries.totals import within
from marketplace.income.services.own import refuse_own
from marketplace.income.services.paying import audit, held_fen, locked, payable_fen, step, withdraw
from marketplace.income.values import Action, BatchState, LeftOut, SettlementState, Way
from marketplace.kernel import clock, faults, ids
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import yuan

#: Below this a seller waits for the next month: a transfer costs the bank's fee and the household a walk.
LEAST_FEN = 2_000
#: What is written on attempts that no longer hold when they are approved or sent; pages say it in the reader's language.
ACCOUNT_CHANGED, NO_LONGER_EARNED = "account_changed", "no_longer_earned"


@dataclass(frozen=True)
class _Balance:
    """What stands on a seller's account: owed less what is promised, and where the seller belongs."""

    household_id: int | None
    village_code: str
    fen: int


def prepare_batch(
    session: Session,
    *,
    key: str,
    area_code: str,
    by: int,
    month: str | None = None,
    seller_refs: Collection[str] | None = None,
    least_fen: int = LEAST_FEN,
) -> SettlementBatch:
    """Prepare the pay-outs of an area: of a month (all sellers), or of chosen sellers whatever the amount; nothing moves yet.

    Whoever is left out is kept with the reason. A repeat of `key`, and a second preparation of a month, give the first batch.

    Raises:
        NothingToSettle: nobody can be paid.
    """
    standing = select(SettlementBatch).where(
        (SettlementBatch.key == key)
        | (
            (SettlementBatch.area_code == area_code)
            & (SettlementBatch.month == (month or ""))
            & (SettlementBatch.state != BatchState.WITHDRAWN)
        )
    )
    if (first := session.scalar(standing)) is not None:
        return first
    least_fen = least_fen if seller_refs is None else 1
    balances = _balances(session, area_code, seller_refs)
    accounts_in_use = farmers.accounts_in_use(session, balances)
    reasons = _reasons(session, balances, accounts_in_use, least_fen, by)
    paid = [ref for ref in sorted(balances) if reasons[ref] is None]
    if not paid:
        raise refusals.NothingToSettle(left=sum(reason is not LeftOut.NOTHING_OWED for reason in reasons.values()))
    batch = SettlementBatch(
        ref=ids.reference("Q"),
        key=key,
        area_code=area_code,
        month=month,
        least_fen=least_fen,
        state=BatchState.DRAFT.value,
        prepared_by=by,
        prepared_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    session.add_all(
        Settlement(
            ref=ids.reference("Z"),
            attempt=1,
            key=f"{batch.ref}/{ref}",
            way=Way.BANK.value,
            batch_id=batch.id,
            seller_ref=ref,
            household_id=balances[ref].household_id,
            village_code=balances[ref].village_code,
            amount_fen=balances[ref].fen,
            account_id=accounts_in_use[ref].account_id,
            state=SettlementState.DRAFT.value,
            prepared_by=by,
            prepared_at=batch.prepared_at,
        )
        for ref in paid
    )
    session.add_all(
        SettlementOmission(
            batch_id=batch.id,
            seller_ref=ref,
            household_id=balances[ref].household_id,
            village_code=balances[ref].village_code,
            balance_fen=balances[ref].fen,
            reason=reason.value,
        )
        for ref, reason in reasons.items()
        if reason is not None and balances[ref].fen
    )
    session.flush()
    _audit(session, batch, by=by, action="settlement.prepare", count=len(paid), fen=sum(balances[ref].fen for ref in paid))
    return batch


def approve_batch(session: Session, *, batch_id: int, by: int) -> SettlementBatch:
    """Approve a batch as another official than the one who prepared it. Safe to repeat.

    An attempt whose money was refunded meanwhile, or whose account changed, is withdrawn with that reason instead.

    Raises:
        SameOfficial: the preparer cannot approve.
        OwnMoney: money of their own household is in it.
        BatchDecided: it was withdrawn.
    """
    batch = _locked_batch(session, batch_id)
    if batch.prepared_by == by:
        raise refusals.SameOfficial
    if batch.state == BatchState.APPROVED:
        return batch
    if batch.state != BatchState.DRAFT:
        raise refusals.BatchDecided
    drafts = in_state(session, batch.id, SettlementState.DRAFT)
    _refuse_own_of(session, drafts, by)
    batch.state, batch.approved_by, batch.approved_at = BatchState.APPROVED.value, by, clock.now()
    session.flush()
    sound = only_sound(session, drafts, by=by)
    for settlement in sound:
        _approve(settlement, by)
    session.flush()
    _audit(
        session, batch, by=by, action="settlement.approve", count=len(sound), fen=sum(one.amount_fen for one in sound)
    )  # fmt: skip
    faults.point("settlement.approved")
    return batch


def withdraw_batch(session: Session, *, batch_id: int, by: int, reason: str) -> SettlementBatch:
    """Withdraw a whole batch that was not approved, with a reason; its month may be prepared again.

    Raises:
        WordsMissing: no reason.
        BatchDecided: it was approved or withdrawn already.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise refusals.WordsMissing
    batch = _locked_batch(session, batch_id)
    if batch.state != BatchState.DRAFT:
        raise refusals.BatchDecided
    batch.state, batch.withdrawn_by, batch.withdrawn_at, batch.reason = BatchState.WITHDRAWN.value, by, clock.now(), reason
    session.flush()
    for settlement in in_state(session, batch.id, SettlementState.DRAFT):
        withdraw(session, settlement, by=by, reason=reason)
    _audit(session, batch, by=by, action="settlement.withdraw", reason=reason)
    return batch


def prepare_attempt(session: Session, *, key: str, settlement_id: int, by: int) -> Settlement:
    """Prepare another attempt after a return, to the account that is used now. A repeat of `key` gives the first.

    Raises:
        NotThere: no such attempt.
        AttemptStands: it did not come back, or another attempt is under way.
        PayoutExceedsEarned: what came back was paid otherwise or refunded meanwhile; the rest goes with the next batch.
        AccountNotUsable: no account can be used.
        OwnMoney: it goes to their own household.
    """
    first = session.scalar(select(Settlement).where(Settlement.key == key))
    if first is not None:
        return first
    before = locked(session, settlement_id)
    latest = session.scalar(
        select(Settlement.id).where(Settlement.ref == before.ref).order_by(Settlement.attempt.desc()).limit(1)
    )
    if before.state != SettlementState.RETURNED or latest != before.id:
        raise refusals.AttemptStands
    refuse_own(session, before.household_id, by)
    left = payable_fen(session, [before.seller_ref])[before.seller_ref]
    if before.amount_fen > left:
        raise refusals.PayoutExceedsEarned(left=yuan(max(left, 0)))
    in_use = farmers.account_in_use(session, before.seller_ref)
    if in_use.use is not AccountUse.USABLE:
        raise refusals.AccountNotUsable
    attempt = Settlement(
        ref=before.ref,
        attempt=before.attempt + 1,
        key=key,
        way=Way.BANK.value,
        batch_id=before.batch_id,
        seller_ref=before.seller_ref,
        household_id=before.household_id,
        village_code=before.village_code,
        amount_fen=before.amount_fen,
        account_id=in_use.account_id,
        state=SettlementState.DRAFT.value,
        prepared_by=by,
        prepared_at=clock.now(),
    )
    session.add(attempt)
    session.flush()
    audit(session, attempt, by=by, action="payout.prepare")
    return attempt


def approve_attempt(session: Session, *, settlement_id: int, by: int) -> Settlement:
    """Approve a later attempt as another official; it goes out with the batch's next file. Safe to repeat.

    Raises:
        SameOfficial: the preparer cannot approve.
        OwnMoney: it goes to their own household.
        PayoutClosed: it is beyond approval, or its batch was not approved yet.
    """
    attempt = locked(session, settlement_id)
    batch = session.get(SettlementBatch, attempt.batch_id) if attempt.batch_id is not None else None
    if batch is None or batch.state != BatchState.APPROVED:
        raise refusals.PayoutClosed
    if attempt.prepared_by == by:
        raise refusals.SameOfficial
    refuse_own(session, attempt.household_id, by)
    if attempt.state == SettlementState.APPROVED:
        return attempt
    if only_sound(session, [attempt], by=by):
        _approve(attempt, by)
        session.flush()
        audit(session, attempt, by=by, action="payout.approve")
    return attempt


def in_state(session: Session, batch_id: int, state: SettlementState) -> Sequence[Settlement]:
    """Return the attempts of a batch in a state, locked, in the order of their references."""
    return session.scalars(
        select(Settlement)
        .where(Settlement.batch_id == batch_id, Settlement.state == state)
        .order_by(Settlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def only_sound(session: Session, settlements: Sequence[Settlement], *, by: int) -> list[Settlement]:
    """Return those that may go on; withdraw those whose account changed, or whose money was refunded meanwhile."""
    refs = [one.seller_ref for one in settlements]
    in_use, payable = farmers.accounts_in_use(session, refs), payable_fen(session, refs)
    sound = []
    for one in settlements:
        now = in_use[one.seller_ref]
        if now.use is not AccountUse.USABLE or now.account_id != one.account_id:
            withdraw(session, one, by=by, reason=ACCOUNT_CHANGED)
        elif payable[one.seller_ref] < 0:
            withdraw(session, one, by=by, reason=NO_LONGER_EARNED)
        else:
            sound.append(one)
    return sound


def _approve(settlement: Settlement, by: int) -> None:
    settlement.state = step(settlement, Action.APPROVE, by=by).value
    settlement.approved_by, settlement.approved_at = by, clock.now()


def _balances(session: Session, area_code: str, seller_refs: Collection[str] | None) -> dict[str, _Balance]:
    """Return what stands on the accounts of an area's sellers. Locks their unpaid sales, so that two preparers queue up."""
    of_area = select(Attribution.seller_ref).where(
        Attribution.earned_fen != Attribution.paid_fen, within(Attribution.village_code, area_code)
    )
    if seller_refs is not None:
        of_area = of_area.where(Attribution.seller_ref.in_(sorted(set(seller_refs))))
    rows = session.execute(
        select(
            Attribution.seller_ref,
            Attribution.household_id,
            Attribution.village_code,
            Attribution.earned_fen,
            Attribution.paid_fen,
        )
        .where(Attribution.earned_fen != Attribution.paid_fen, Attribution.seller_ref.in_(of_area))
        .order_by(Attribution.sold_at, Attribution.id)
        .with_for_update()
    ).all()
    found: dict[str, _Balance] = {}
    for ref, household_id, village_code, earned_fen, paid_fen in rows:
        before = found[ref].fen if ref in found else 0
        found[ref] = _Balance(household_id, village_code, before + earned_fen - paid_fen)
    held = held_fen(session, found)
    return {
        ref: _Balance(one.household_id, one.village_code, one.fen - held.get(ref, 0))
        for ref, one in found.items()
        if one.fen != held.get(ref, 0)
    }


def _reasons(
    session: Session,
    balances: Mapping[str, _Balance],
    in_use: Mapping[str, AccountInUse],
    least_fen: int,
    by: int,
) -> dict[str, LeftOut | None]:
    own = farmers.households_of_user(session, by)
    firms = {
        ref
        for ref, one in farmers.sellers_by_refs(session, balances).items()
        if one.household_id is None and one.applied_by == by
    }
    return {
        ref: rules.left_out(
            one.fen, least_fen=least_fen, use=in_use[ref].use, is_own=ref in firms or one.household_id in own
        )
        for ref, one in balances.items()
    }  # fmt: skip


def _refuse_own_of(session: Session, settlements: Sequence[Settlement], by: int) -> None:
    own = farmers.households_of_user(session, by)
    if any(one.household_id in own for one in settlements if one.household_id is not None):
        raise refusals.OwnMoney


def _locked_batch(session: Session, batch_id: int) -> SettlementBatch:
    batch = session.scalar(
        select(SettlementBatch).where(SettlementBatch.id == batch_id).with_for_update().execution_options(populate_existing=True)
    )
    if batch is None:
        raise NotThere
    return batch


def _audit(
    session: Session,
    batch: SettlementBatch,
    *,
    by: int,
    action: str,
    count: int | None = None,
    fen: int | None = None,
    reason: str | None = None,
) -> None:
    after = {"state": str(batch.state), "count": count, "amount_fen": fen}
    accounts.record_audit(
        session,
        by=by,
        action=action,
        object_kind="settlement_batch",
        object_ref=batch.ref,
        after={name: value for name, value in after.items() if value is not None},
        reason=reason,
    )
