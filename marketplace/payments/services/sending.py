"""Money that a machine sends back in three steps: write down what is asked, ask outside any transaction, take the answer down.

A payment service sees the key. Killed in between, the next sweep asks again under the same one. A refund that the machine cannot
send (its time is over, more than was captured) goes to two officials at once.
"""

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.payments import rules
from marketplace.payments.dues import Dues, due_by_ref, dues_of, every_kind
from marketplace.payments.gateways.protocol import RefundFact
from marketplace.payments.models import (
    PaymentAttempt,
    PaymentCheckout,
    PaymentDispute,
    PaymentEvent,
    PaymentIntent,
    PaymentSurplus,
)
from marketplace.payments.queries import intent_of, refund_behind, refund_keys
from marketplace.payments.services.rows import taken
from marketplace.payments.services.surpluses import owe_again, surplus_not_sent, surplus_sent
from marketplace.payments.values import (
    OFFLINE,
    AttemptState,
    Bearer,
    DisputeState,
    Effect,
    Outcome,
    ReceiptState,
    RefundDue,
    Route,
)

#: Refunds begun in one sweep.
MOST_AT_ONCE = 50
#: Why a machine was not asked, kept as a service's own word for a refusal is: its time is over, or more than was captured.
NOT_BY_MACHINE = "not_by_machine"


def begin_refunds(session: Session) -> int:
    """Write down an attempt for each approved refund, and each surplus, that a machine sends; return how many.

    A refund of a payment that is disputed waits for the bank's decision, or the same money would go back twice.
    """
    begun = 0
    for dues in every_kind():
        for refund in dues.refunds_to_submit(session, limit=MOST_AT_ONCE, but_not=OFFLINE):
            begun += _begin(session, dues, refund)
    return begun + _begin_surpluses(session)


def finish_refunds(session: Session, *, answers: Mapping[int, Outcome]) -> int:
    """Take down what gateways answered to attempts, by key of the attempt; return how many were open until now.

    What is still on its way stays open under the gateway's name for it.
    """
    finished = 0
    for attempt_id in sorted(answers):
        attempt, answer = taken(session, PaymentAttempt, attempt_id), answers[attempt_id]
        if attempt.state != AttemptState.STARTED or attempt.intent_id is not None:
            continue
        if answer.state is AttemptState.UNKNOWN:
            continue  # asked again under the same key
        if attempt.checkout_id is not None and answer.event_id != attempt.key:
            attempt.gateway_ref = answer.event_id[:120]
        if answer.state is not AttemptState.STARTED:
            _settle(session, attempt, answer)
            finished += 1
        session.flush()
    return finished


def take_refund(session: Session, *, gateway: str, fact: RefundFact) -> str:
    """Take down what a service says of a refund; return in a word what that led to. The same word again changes nothing."""
    found = session.scalar(
        select(PaymentAttempt.id).where(
            PaymentAttempt.gateway == gateway,
            (PaymentAttempt.gateway_ref == fact.refund_ref) | (PaymentAttempt.key == fact.key),
            PaymentAttempt.checkout_id.is_not(None),
        )
    )
    if found is None:
        return "unknown"  # made on the service's own pages: the daily comparison shows it
    attempt = taken(session, PaymentAttempt, found)
    if attempt.state == AttemptState.STARTED:
        finish_refunds(session, answers={attempt.id: Outcome(fact.state, fact.refund_ref, fact.note)})
        return fact.state.value
    if attempt.state == AttemptState.SUCCEEDED and fact.state is AttemptState.FAILED:
        return _came_back(session, attempt, fact)
    return "stands"


def _begin(session: Session, dues: Dues, refund: RefundDue) -> bool:
    checkout, paid_fen = _payment_behind(session, refund)
    if checkout is None:
        dues.submit(session, refund.id)
        _attempt(session, refund, state=AttemptState.STARTED)
        return True
    dispute = _dispute_of(session, checkout.id)
    if dispute is not None and dispute.decided_by is None:
        return False
    dues.submit(session, refund.id)
    if dispute is not None and dispute.bearer == Bearer.REFUND and _left(dispute) >= refund.amount_fen:
        _sent_by_dispute(session, dues, refund, dispute)
        return True
    minor = _reserved_minor(session, checkout, amount_fen=refund.amount_fen, paid_fen=paid_fen)
    if not minor:
        _attempt(session, refund, state=AttemptState.FAILED, note=NOT_BY_MACHINE, checkout=checkout)
        dues.failed(session, refund.id, note=NOT_BY_MACHINE)
        return True
    _attempt(session, refund, state=AttemptState.STARTED, checkout=checkout, amount_minor=minor)
    return True


def _begin_surpluses(session: Session) -> int:
    begun = select(PaymentAttempt.id).where(PaymentAttempt.surplus_id == PaymentSurplus.id)
    rows = session.scalars(
        select(PaymentSurplus)
        .where(
            PaymentSurplus.route == Route.MACHINE.value,
            PaymentSurplus.state == ReceiptState.TO_RETURN.value,
            ~begun.exists(),
        )
        .order_by(PaymentSurplus.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for surplus in rows:
        checkout = session.get_one(PaymentCheckout, surplus.checkout_id)
        minor = _reserved_minor(session, checkout, amount_fen=surplus.amount_fen, paid_fen=surplus.amount_fen)
        if not minor:
            surplus_not_sent(session, surplus_id=surplus.id)
            continue
        session.add(
            PaymentAttempt(
                key=f"surplus/{surplus.ref}", surplus_id=surplus.id, gateway=surplus.gateway, amount_fen=surplus.amount_fen,
                state=AttemptState.STARTED.value, started_at=clock.now(), checkout_id=checkout.id,
                payment_ref=checkout.payment_ref, amount_minor=minor,
            )
        )  # fmt: skip
        session.flush()
    return len(rows)


def _payment_behind(session: Session, refund: RefundDue) -> tuple[PaymentCheckout | None, int]:
    """Return the visit that a refund's purchase was paid in, and what was paid; none where the way to pay has no such page."""
    due = due_by_ref(session, refund.due_ref.partition("-")[0])
    if due is None:
        return None, 0
    found = session.execute(
        select(PaymentCheckout, PaymentIntent.amount_fen)
        .join(PaymentIntent, PaymentIntent.id == PaymentCheckout.intent_id)
        .where(intent_of(due), PaymentIntent.gateway == refund.gateway, PaymentCheckout.effect == Effect.PAID.value)
    ).one_or_none()
    return (None, 0) if found is None else (found[0], found[1])


def _reserved_minor(session: Session, checkout: PaymentCheckout, *, amount_fen: int, paid_fen: int) -> int:
    """Take a sum off what a payment may still give back by machine, in the service's currency; 0 where it may not."""
    if not rules.is_refundable(until=checkout.refundable_until, now=clock.now()):
        return 0
    before_fen, before_minor = session.execute(
        select(
            func.coalesce(func.sum(PaymentAttempt.amount_fen), 0), func.coalesce(func.sum(PaymentAttempt.amount_minor), 0)
        ).where(
            PaymentAttempt.checkout_id == checkout.id,
            PaymentAttempt.state != AttemptState.FAILED.value,
            PaymentAttempt.amount_minor > 0,
        )
    ).one()
    minor = rules.refund_minor(
        amount_fen=amount_fen, before_fen=int(before_fen), before_minor=int(before_minor), paid_fen=paid_fen,
        captured_minor=checkout.captured_minor,
    )  # fmt: skip
    room = PaymentCheckout.refunded_minor + minor <= PaymentCheckout.captured_minor
    reserved = session.execute(
        update(PaymentCheckout)
        .where(PaymentCheckout.id == checkout.id, room)
        .values(refunded_minor=PaymentCheckout.refunded_minor + minor)
        .returning(PaymentCheckout.id)
    ).one_or_none()
    session.refresh(checkout)
    return minor if reserved is not None else 0


def _release_minor(session: Session, attempt: PaymentAttempt) -> None:
    if attempt.checkout_id is not None and attempt.amount_minor:
        checkout = taken(session, PaymentCheckout, attempt.checkout_id)
        checkout.refunded_minor -= attempt.amount_minor
        session.flush()


def _settle(session: Session, attempt: PaymentAttempt, answer: Outcome) -> None:
    now = clock.now()
    attempt.state, attempt.note, attempt.ended_at = answer.state.value, answer.note[:400], now
    session.flush()
    is_sent = answer.state is AttemptState.SUCCEEDED
    if not is_sent:
        _release_minor(session, attempt)
    if attempt.surplus_id is not None:
        if is_sent:
            surplus_sent(session, surplus_id=attempt.surplus_id, refund_ref=answer.event_id, at=now)
        else:
            surplus_not_sent(session, surplus_id=attempt.surplus_id)
        return
    kind, refund_id = refund_behind(attempt)
    if is_sent:
        dues_of(kind).succeeded(session, refund_id, at=now)
    else:
        dues_of(kind).failed(session, refund_id, note=answer.note)


def _came_back(session: Session, attempt: PaymentAttempt, fact: RefundFact) -> str:
    """A refund that had gone through did not arrive: the service has the money again, the buyer is owed it, officials send it.

    Order, attribution and the sale's postings stay refunded; what comes back stands on `owed/…` until it is sent.
    """
    event_id = f"came_back/{fact.refund_ref}"
    standing = select(PaymentEvent.id).where(PaymentEvent.gateway == attempt.gateway, PaymentEvent.event_id == event_id)
    if session.scalar(standing) is not None or attempt.checkout_id is None:
        return "stands"
    checkout = taken(session, PaymentCheckout, attempt.checkout_id)
    checkout.refunded_minor -= attempt.amount_minor
    owe_again(session, checkout, event_id=event_id, amount_fen=attempt.amount_fen)
    return Effect.CAME_BACK.value


def _attempt(
    session: Session, refund: RefundDue, *, state: AttemptState, note: str = "", checkout: PaymentCheckout | None = None,
    amount_minor: int | None = None, gateway_ref: str = "",
) -> None:  # fmt: skip
    now = clock.now()
    session.add(
        PaymentAttempt(
            key=f"refund/{refund.ref}", gateway=refund.gateway, amount_fen=refund.amount_fen, state=state.value, note=note,
            started_at=now, ended_at=None if state is AttemptState.STARTED else now,
            checkout_id=None if checkout is None else checkout.id,
            payment_ref="" if checkout is None else checkout.payment_ref,
            amount_minor=refund.amount_fen if checkout is None else amount_minor or 0, gateway_ref=gateway_ref,
            **refund_keys(refund.kind, refund.id),
        )
    )  # fmt: skip
    session.flush()


def _dispute_of(session: Session, checkout_id: int) -> PaymentDispute | None:
    """Return the dispute that decides over refunds of a payment: one that is not won, the latest."""
    return session.scalar(
        select(PaymentDispute)
        .where(PaymentDispute.checkout_id == checkout_id, PaymentDispute.state != DisputeState.WON.value)
        .order_by(PaymentDispute.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _left(dispute: PaymentDispute) -> int:
    return dispute.taken_fen - dispute.returned_fen - dispute.borne_fen - dispute.refunded_fen


def _sent_by_dispute(session: Session, dues: Dues, refund: RefundDue, dispute: PaymentDispute) -> None:
    """The buyer has this refund's money through the dispute already: the sale is refunded, and no machine sends it again."""
    now = clock.now()
    checkout = session.get_one(PaymentCheckout, dispute.checkout_id)
    _attempt(session, refund, state=AttemptState.SUCCEEDED, note=dispute.dispute_ref, checkout=checkout)
    dues.succeeded(session, refund.id, at=now)
    dispute.refunded_fen += refund.amount_fen
    session.flush()
    income.cover_refund_by_dispute(
        session, gateway=dispute.gateway, source=f"{dispute.dispute_ref}/{refund.ref}", amount_fen=refund.amount_fen, at=now
    )
