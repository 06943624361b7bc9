"""Disputes at the card's bank: what the service took and gave back is posted as its balance says; two officials say who bears it.

A seller's money is not touched by a dispute. Lost, the rule is plain (`rules.bearer_of`): what was delivered the platform bears
out of its fees; what was not is refunded as any sale is, and the dispute's money is that refund's.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere
from marketplace.payments import rules
from marketplace.payments.dues import due_by_ref, dues_of
from marketplace.payments.gateways.protocol import DisputeFact, Verdict
from marketplace.payments.models import PaymentCheckout, PaymentDispute, PaymentIntent
from marketplace.payments.queries.hosted import dispute_view
from marketplace.payments.refusals import DisputeNotLost, NeedsSecondOfficial
from marketplace.payments.services.own import refuse_own_due
from marketplace.payments.services.rows import taken
from marketplace.payments.services.surpluses import owe_again
from marketplace.payments.values import Bearer, DisputeState, DisputeView, DueView

_STATES = {Verdict.OPEN: DisputeState.OPEN, Verdict.WON: DisputeState.WON, Verdict.LOST: DisputeState.LOST}


def take_dispute(session: Session, *, gateway: str, fact: DisputeFact) -> str:
    """Take down what a service says of a dispute; return in a word what that led to. The same word again changes nothing.

    Whatever order its events come in, the sums of its balance say what is still to be posted.
    """
    checkout = session.scalar(
        select(PaymentCheckout)
        .where(PaymentCheckout.gateway == gateway, PaymentCheckout.payment_ref == fact.payment_ref)
        .with_for_update()
    )
    if checkout is None or not fact.payment_ref:
        return "unknown"
    found = session.scalar(
        select(PaymentDispute.id).where(PaymentDispute.gateway == gateway, PaymentDispute.dispute_ref == fact.dispute_ref)
    )
    row = _new(session, checkout, fact) if found is None else taken(session, PaymentDispute, found)
    if row.decided_by is None:  # a decision stands; what the bank moves after it is posted all the same
        _move(row, _STATES[fact.verdict])
    row.evidence_due_at = fact.evidence_due_at
    session.flush()
    _post_sums(session, row, checkout, fact)
    return row.state


def propose_bearer(session: Session, *, dispute_id: int, by: int) -> DisputeView:
    """Propose, as an official, that a lost dispute be borne as the rule says; another decides. Safe to repeat.

    Raises:
        OwnPurchase: they bought it, or their household is paid by it.
        DisputeNotLost: there is nothing to decide.
    """
    row = taken(session, PaymentDispute, dispute_id)
    due = _due(session, row)
    refuse_own_due(session, due, by)
    if row.bearer is not None and row.decided_by is None:
        return dispute_view(row)
    if row.state != DisputeState.LOST or row.decided_by is not None:
        raise DisputeNotLost
    row.bearer = rules.bearer_of(is_delivered=dues_of(due.kind).is_delivered(session, due.id)).value
    row.proposed_by = by
    session.flush()
    _audit(session, row, by=by, action="payments.dispute_propose")
    return dispute_view(row)


def decide_bearer(session: Session, *, dispute_id: int, by: int) -> DisputeView:
    """Decide, as another official, who bears a lost dispute. Safe to repeat.

    Raises:
        NeedsSecondOfficial: whoever proposed it.
        OwnPurchase: they bought it, or their household is paid by it.
        DisputeNotLost: nobody proposed anything.
    """
    row = taken(session, PaymentDispute, dispute_id)
    if row.proposed_by == by:
        raise NeedsSecondOfficial
    refuse_own_due(session, _due(session, row), by)
    if row.decided_by is not None:
        return dispute_view(row)
    if row.bearer is None:
        raise DisputeNotLost
    row.decided_by, row.decided_at = by, clock.now()
    session.flush()
    if row.bearer == Bearer.PLATFORM and _open_fen(row):
        _bear(session, row, _open_fen(row), source=row.dispute_ref)
    _audit(session, row, by=by, action="payments.dispute_decide")
    return dispute_view(row)


def _new(session: Session, checkout: PaymentCheckout, fact: DisputeFact) -> PaymentDispute:
    intent = session.get_one(PaymentIntent, checkout.intent_id)
    row = PaymentDispute(
        ref=ids.reference("D"), gateway=checkout.gateway, dispute_ref=fact.dispute_ref, checkout_id=checkout.id,
        due_ref=intent.due_ref, area_code=intent.area_code, state=DisputeState.OPEN.value, reason=fact.reason,
        amount_fen=max(1, _fen(session, checkout, fact.amount_minor)), taken_fen=0, returned_fen=0, fee_fen=0, borne_fen=0,
        refunded_fen=0, opened_at=fact.opened_at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _move(row: PaymentDispute, after: DisputeState) -> None:
    before = DisputeState(row.state)
    if after not in rules.DISPUTE_EDGES[before]:
        return
    row.state, row.closed_at = after.value, clock.now()
    row.bearer = row.proposed_by = None


def _post_sums(session: Session, row: PaymentDispute, checkout: PaymentCheckout, fact: DisputeFact) -> None:
    now = clock.now()
    taken_fen, returned_fen = (_fen(session, checkout, minor) for minor in (fact.taken_minor, fact.returned_minor))
    fee_fen, fee_back_fen = (_fen(session, checkout, minor) for minor in (fact.fee_minor, fact.fee_returned_minor))
    if taken_fen > row.taken_fen:
        income.take_disputed(
            session, gateway=row.gateway, source=f"{row.dispute_ref}/{taken_fen}", amount_fen=taken_fen - row.taken_fen,
            fee_fen=fee_fen - row.fee_fen, at=now,
        )  # fmt: skip
        row.taken_fen, row.fee_fen = taken_fen, fee_fen
        session.flush()
        if row.decided_by is not None and row.bearer == Bearer.PLATFORM:
            _bear(session, row, _open_fen(row), source=f"{row.dispute_ref}/{taken_fen}")
    if row.returned_fen < returned_fen <= row.taken_fen:
        borne_fen = max(0, returned_fen - row.returned_fen - _open_fen(row))
        income.return_disputed(
            session, gateway=row.gateway, source=f"{row.dispute_ref}/{returned_fen}",
            amount_fen=returned_fen - row.returned_fen, fee_fen=fee_back_fen, at=now,
        )  # fmt: skip
        if borne_fen:
            _turn(session, row, checkout, borne_fen, source=f"{row.dispute_ref}/back/{returned_fen}")
        row.returned_fen, row.fee_fen = returned_fen, row.fee_fen - fee_back_fen
        session.flush()


def _bear(session: Session, row: PaymentDispute, amount_fen: int, *, source: str) -> None:
    """Let the platform bear what nobody has borne yet; less than nothing is given back to it."""
    row.borne_fen += amount_fen
    session.flush()
    income.bear_dispute(session, gateway=row.gateway, source=source, amount_fen=amount_fen, at=clock.now())


def _turn(session: Session, row: PaymentDispute, checkout: PaymentCheckout, amount_fen: int, *, source: str) -> None:
    """The bank turned a decision on which officials had said who bears it: the platform has its fees back, or the buyer, whose
    refund was the dispute's money, has lost it again and is owed it."""
    if row.bearer == Bearer.PLATFORM:
        _bear(session, row, -amount_fen, source=source)
        return
    row.refunded_fen -= amount_fen
    session.flush()
    income.cover_refund_by_dispute(session, gateway=row.gateway, source=source, amount_fen=-amount_fen, at=clock.now())
    owe_again(session, checkout, event_id=f"dispute_turned/{source}", amount_fen=amount_fen)


def _open_fen(row: PaymentDispute) -> int:
    return row.taken_fen - row.returned_fen - row.borne_fen - row.refunded_fen


def _fen(session: Session, checkout: PaymentCheckout, minor: int) -> int:
    paid_fen = session.get_one(PaymentIntent, checkout.intent_id).amount_fen
    return rules.fen_of(minor, paid_fen=paid_fen, asked_minor=checkout.amount_minor)


def _due(session: Session, row: PaymentDispute) -> DueView:
    due = due_by_ref(session, row.due_ref)
    if due is None:
        raise NotThere
    return due


def _audit(session: Session, row: PaymentDispute, *, by: int, action: str) -> None:
    record_audit(
        session, by=by, action=action, object_kind="dispute", object_ref=row.ref,
        after={"state": row.state, "purchase": row.due_ref, "amount_fen": row.amount_fen, "bearer": row.bearer},
    )  # fmt: skip
