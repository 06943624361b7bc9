"""What pay-outs by the bank and by hand share: what may be paid, the posting, and its opposite when the bank takes it back."""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from marketplace.accounts import services as accounts
from marketplace.income import rules
from marketplace.income.models import Attribution, AttributionMovement, Settlement
from marketplace.income.services.movements import record
from marketplace.income.values import HOLDING, Action, Actor, Movement, SettlementState, Way, attempt_ref
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.ledger import services as ledger
from marketplace.ledger.values import BANK, EntryIn, earned


def outstanding(session: Session, seller_ref: str) -> Sequence[Attribution]:
    """Return the seller's sales with something earned and unpaid (or paid and taken back), oldest first, locked."""
    return session.scalars(
        select(Attribution)
        .where(Attribution.seller_ref == seller_ref, Attribution.earned_fen != Attribution.paid_fen)
        .order_by(Attribution.sold_at, Attribution.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def held_fen(session: Session, seller_refs: Collection[str]) -> dict[str, int]:
    """Return what is promised to attempts that are under way, by seller, those without any left out; one query."""
    rows = session.execute(
        select(Settlement.seller_ref, cast(func.sum(Settlement.amount_fen), BigInteger))
        .where(Settlement.seller_ref.in_(sorted(set(seller_refs))), Settlement.state.in_(HOLDING))
        .group_by(Settlement.seller_ref)
    )
    return {row[0]: row[1] for row in rows}


def payable_fen(session: Session, seller_refs: Collection[str]) -> dict[str, int]:
    """Return what new attempts may reach by seller: owed less what is promised. Locks their sales, so that two look in turn."""
    wanted = sorted(set(seller_refs))
    rows = session.execute(
        select(Attribution.seller_ref, Attribution.earned_fen - Attribution.paid_fen)
        .where(Attribution.seller_ref.in_(wanted), Attribution.earned_fen != Attribution.paid_fen)
        .order_by(Attribution.sold_at, Attribution.id)
        .with_for_update()
    ).all()
    # asked for under the locks: whoever held them before may have promised some of it
    left = {ref: -fen for ref, fen in held_fen(session, wanted).items()}
    for ref, fen in rows:
        left[ref] = left.get(ref, 0) + fen
    return {ref: left.get(ref, 0) for ref in wanted}


def locked(session: Session, settlement_id: int) -> Settlement:
    """Return an attempt that nobody else changes until this transaction ends.

    Raises:
        NotThere: no such attempt.
    """
    settlement = session.scalar(
        select(Settlement).where(Settlement.id == settlement_id).with_for_update().execution_options(populate_existing=True)
    )
    if settlement is None:
        raise NotThere
    return settlement


def step(settlement: Settlement, action: Action, *, by: int) -> SettlementState:
    """Return the state to which an official's step leads.

    Raises:
        PayoutClosed, SameOfficial: as `rules.after`.
    """
    actor = Actor.PREPARER if settlement.prepared_by == by else Actor.OFFICIAL
    return rules.after(SettlementState(settlement.state), action, way=Way(settlement.way), actor=actor)


def post_payment(session: Session, settlement: Settlement, *, action: Action, by: int, bank_ref: str, paid_on: dt.date) -> None:
    """Post that an attempt's money has left, and mark the sales it pays (`rules.spread_payout`).

    Raises:
        PayoutClosed, SameOfficial: as `rules.after`.
    """
    state, now = step(settlement, action, by=by), clock.now()
    sales = {sale.id: sale for sale in outstanding(session, settlement.seller_ref) or [_newest(session, settlement.seller_ref)]}
    parts = rules.spread_payout([(sale.id, sale.earned_fen - sale.paid_fen) for sale in sales.values()], settlement.amount_fen)
    posting = ledger.post(
        session,
        kind="payout",
        source=attempt_ref(settlement.ref, settlement.attempt),
        at=now,
        entries=(EntryIn(earned(settlement.seller_ref), settlement.amount_fen), EntryIn(BANK, -settlement.amount_fen)),
        note=bank_ref,
    )
    settlement.state, settlement.bank_ref, settlement.paid_on = state.value, bank_ref, paid_on
    settlement.settled_by, settlement.settled_at, settlement.ledger_transaction_id = by, now, posting.id
    if action is Action.CONFIRM:
        settlement.approved_by, settlement.approved_at = by, now
    for number, part_fen in parts.items():
        sales[number].paid_fen += part_fen
    session.flush()
    for number, part_fen in parts.items():
        record(session, sales[number], posting, ((Movement.PAID, part_fen),))


def give_back(session: Session, settlement: Settlement, *, by: int, reason: str) -> None:
    """End an attempt whose money came back: what it held is owed again.

    Where it had been posted as paid the opposite is posted, and each sale is owed again what it had got, in this month.

    Raises:
        PayoutClosed: it was never sent, was acknowledged, or came back already.
    """
    state, now = step(settlement, Action.RETURN, by=by), clock.now()
    if settlement.ledger_transaction_id is not None:
        settlement.return_transaction_id = _reverse(session, settlement, now)
    settlement.state, settlement.reason = state.value, reason
    settlement.settled_by, settlement.settled_at = by, now
    session.flush()


def _reverse(session: Session, settlement: Settlement, now: dt.datetime) -> int:
    paid = session.execute(
        select(AttributionMovement.attribution_id, AttributionMovement.amount_fen).where(
            AttributionMovement.ledger_transaction_id == settlement.ledger_transaction_id,
            AttributionMovement.kind == Movement.PAID.value,
        )
    )
    parts = {row[0]: row[1] for row in paid}
    sales = _locked_sales(session, parts)
    posting = ledger.post(
        session,
        kind="payout_returned",
        source=attempt_ref(settlement.ref, settlement.attempt),
        at=now,
        entries=(EntryIn(BANK, settlement.amount_fen), EntryIn(earned(settlement.seller_ref), -settlement.amount_fen)),
        note=settlement.bank_ref,
    )
    for sale in sales:
        sale.paid_fen -= parts[sale.id]
    session.flush()
    for sale in sales:
        record(session, sale, posting, ((Movement.PAID, -parts[sale.id]),))
    return posting.id


def withdraw(session: Session, settlement: Settlement, *, by: int, reason: str, at: dt.datetime | None = None) -> None:
    """Take an attempt back before any money left: what it held may be paid otherwise.

    Raises:
        PayoutClosed: it was sent, paid or withdrawn already.
    """
    settlement.state = step(settlement, Action.WITHDRAW, by=by).value
    settlement.settled_by, settlement.settled_at, settlement.reason = by, at or clock.now(), reason
    session.flush()
    audit(session, settlement, by=by, action="payout.withdraw", reason=reason)


def audit(session: Session, settlement: Settlement, *, by: int, action: str, reason: str | None = None) -> None:
    """Write a step of an attempt to the trail."""
    accounts.record_audit(
        session,
        by=by,
        action=action,
        object_kind="payout",
        object_ref=attempt_ref(settlement.ref, settlement.attempt),
        after={
            "state": str(settlement.state),
            "seller": settlement.seller_ref,
            "amount_fen": settlement.amount_fen,
            **({"bank_ref": settlement.bank_ref} if settlement.bank_ref else {}),
        },
        reason=reason,
    )


def _newest(session: Session, seller_ref: str) -> Attribution:
    newest = select(Attribution).where(Attribution.seller_ref == seller_ref).order_by(Attribution.sold_at.desc()).limit(1)
    return session.scalars(newest.with_for_update()).one()


def _locked_sales(session: Session, ids: Collection[int]) -> Sequence[Attribution]:
    return session.scalars(
        select(Attribution)
        .where(Attribution.id.in_(sorted(ids)))
        .order_by(Attribution.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
