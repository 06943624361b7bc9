"""What Stripe's objects say, as typed facts. Pure: an object comes in as the SDK's own plain dict."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marketplace.kernel import clock
from marketplace.payments.gateways.protocol import (
    About,
    CheckoutFact,
    DisputeFact,
    PayoutFact,
    RefundFact,
    Stage,
    Verdict,
)
from marketplace.payments.gateways.stripe_terms import Terms
from marketplace.payments.values import AttemptState, Outcome
from marketplace.payments.values.movements import Movement, MovementKind

#: Names under which our own opaque references go along. Nothing else does.
CHECKOUT_KEY, REFUND_KEY, DUE_REF, INTENT_REF = "checkout", "refund", "due", "intent"

#: kind of event -> what its object is; every other kind is acknowledged and left alone.
ABOUT: Mapping[str, About] = {
    "checkout.session.completed": About.CHECKOUT,
    "checkout.session.async_payment_succeeded": About.CHECKOUT,
    "checkout.session.async_payment_failed": About.CHECKOUT,
    "checkout.session.expired": About.CHECKOUT,
    "charge.refunded": About.CHARGE,
    "charge.refund.updated": About.REFUND,
    "refund.created": About.REFUND,
    "refund.updated": About.REFUND,
    "refund.failed": About.REFUND,
    "charge.dispute.created": About.DISPUTE,
    "charge.dispute.updated": About.DISPUTE,
    "charge.dispute.funds_withdrawn": About.DISPUTE,
    "charge.dispute.funds_reinstated": About.DISPUTE,
    "charge.dispute.closed": About.DISPUTE,
    "payout.paid": About.PAYOUT,
    "payout.failed": About.PAYOUT,
    "payout.canceled": About.PAYOUT,
}
_KINDS: Mapping[str, MovementKind] = {
    "charge": MovementKind.CHARGE,
    "payment": MovementKind.CHARGE,
    "refund": MovementKind.REFUND,
    "payment_refund": MovementKind.REFUND,
    "refund_failure": MovementKind.FAILURE,
    "payment_failure_refund": MovementKind.FAILURE,
    "payout": MovementKind.PAYOUT,
    "payout_failure": MovementKind.FAILURE,
    "payout_cancel": MovementKind.FAILURE,
    "stripe_fee": MovementKind.FEE,
}
_VERDICTS: Mapping[str, Verdict] = {
    "won": Verdict.WON,
    "warning_closed": Verdict.WON,
    "prevented": Verdict.WON,
    "lost": Verdict.LOST,
}
_REFUND_STATES: Mapping[str, AttemptState] = {
    "succeeded": AttemptState.SUCCEEDED,
    "failed": AttemptState.FAILED,
    "canceled": AttemptState.FAILED,
}
_MOST_NOTE = 200


def moment(seconds: int) -> dt.datetime:
    """Return a moment of Stripe's."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def key_of(value: Any) -> str:
    """Return the name of what an expandable field holds, expanded or not; '' for nothing."""
    if isinstance(value, dict):
        return str(value.get("id") or "")
    return str(value or "")


def _inside(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def checkout_fact(session: Mapping[str, Any]) -> CheckoutFact:
    """Return what a session says whose `payment_intent.latest_charge` was expanded."""
    payment = _inside(session.get("payment_intent"))
    charge = _inside(payment.get("latest_charge"))
    return CheckoutFact(
        session_id=str(session["id"]),
        key=str(_inside(session.get("metadata")).get(CHECKOUT_KEY, "")),
        stage=_stage(session, payment),
        url=str(session.get("url") or ""),
        currency=str(payment.get("currency") or session.get("currency") or "").lower(),
        amount_minor=int(session.get("amount_total") or 0),
        captured_minor=int(payment.get("amount_received") or 0),
        payment_ref=key_of(session.get("payment_intent")),
        method=str(_inside(charge.get("payment_method_details")).get("type") or ""),
        expires_at=moment(int(session["expires_at"])),
    )


def _stage(session: Mapping[str, Any], payment: Mapping[str, Any]) -> Stage:
    """Return how far a session has come. It is paid where session and payment both say so, and money was received."""
    if session.get("status") == "open":
        return Stage.OPEN
    if session.get("status") == "expired":
        return Stage.EXPIRED
    if session.get("payment_status") == "paid":
        is_there = payment.get("status") == "succeeded" and int(payment.get("amount_received") or 0) > 0
        return Stage.PAID if is_there else Stage.PROCESSING
    return Stage.FAILED if payment.get("status") in ("requires_payment_method", "canceled") else Stage.PROCESSING


def refund_outcome(refund: Mapping[str, Any]) -> Outcome:
    """Return what became of a refund; its name is the event's."""
    state = _REFUND_STATES.get(str(refund.get("status")), AttemptState.STARTED)
    return Outcome(state, str(refund["id"]), str(refund.get("failure_reason") or "")[:_MOST_NOTE])


def refund_fact(refund: Mapping[str, Any]) -> RefundFact:
    """Return what a refund says."""
    outcome = refund_outcome(refund)
    return RefundFact(
        refund_ref=outcome.event_id,
        payment_ref=key_of(refund.get("payment_intent")),
        key=str(_inside(refund.get("metadata")).get(REFUND_KEY, "")),
        currency=str(refund["currency"]).lower(),
        amount_minor=int(refund["amount"]),
        state=outcome.state,
        note=outcome.note,
    )


def dispute_fact(dispute: Mapping[str, Any]) -> DisputeFact:
    """Return what a dispute says: its sums are those of the balance, whatever its state claims."""
    lines = [(int(line["amount"]), int(line["fee"])) for line in dispute.get("balance_transactions") or ()]
    due_by = _inside(dispute.get("evidence_details")).get("due_by")
    return DisputeFact(
        dispute_ref=str(dispute["id"]),
        payment_ref=key_of(dispute.get("payment_intent")),
        currency=str(dispute["currency"]).lower(),
        amount_minor=int(dispute["amount"]),
        taken_minor=sum(-amount for amount, _ in lines if amount < 0),
        returned_minor=sum(amount for amount, _ in lines if amount > 0),
        fee_minor=sum(fee for _, fee in lines if fee > 0),
        fee_returned_minor=sum(-fee for _, fee in lines if fee < 0),
        verdict=_VERDICTS.get(str(dispute.get("status")), Verdict.OPEN),
        reason=str(dispute.get("reason") or "")[:40],
        evidence_due_at=moment(int(due_by)) if due_by else None,
        opened_at=moment(int(dispute["created"])),
    )


def payout_fact(payout: Mapping[str, Any]) -> PayoutFact:
    """Return what a payout says."""
    status = str(payout.get("status"))
    return PayoutFact(
        payout_ref=str(payout["id"]),
        currency=str(payout["currency"]).lower(),
        amount_minor=int(payout["amount"]),
        has_arrived=status == "paid",
        has_failed=status in ("failed", "canceled"),
        at=moment(int(payout["arrival_date"])),
    )


def movement(line: Mapping[str, Any], terms: Terms, payout_ref: str = "") -> Movement:
    """Return what a balance transaction says whose `source` was expanded."""
    said, source = str(line["type"]), line.get("source")
    inside = _inside(source)
    noted = _inside(inside.get("metadata"))
    kind = _KINDS.get(said, MovementKind.ADJUSTMENT)
    if str(line.get("reporting_category") or "").startswith("dispute"):
        kind = MovementKind.DISPUTE
    gross, fee, net = (int(line[name]) for name in ("amount", "fee", "net"))
    return Movement(
        id=str(line["id"]),
        kind=kind,
        currency=str(line["currency"]).lower(),
        gross_minor=gross,
        fee_minor=fee,
        net_minor=net,
        gross_fen=terms.fen(gross),
        fee_fen=terms.fen(gross) - terms.fen(net),
        net_fen=terms.fen(net),
        source_ref=key_of(source),
        payment_ref=key_of(inside.get("payment_intent")),
        key=str(noted.get(CHECKOUT_KEY) or noted.get(REFUND_KEY) or ""),
        due_ref=str(noted.get(DUE_REF) or ""),
        created_at=moment(int(line["created"])),
        available_on=clock.day_of(moment(int(line["available_on"]))),
        payout_ref=payout_ref or (key_of(source) if said.startswith("payout") else ""),
        said=said,
    )
