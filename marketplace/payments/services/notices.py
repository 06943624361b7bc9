"""Notifications of a payment service: written down by its name for them, in the transaction that does what they lead to.

A notification is believed for the name of its object alone: what it led to follows from what the service says of the object when
it is looked up. So they may come in any order and any number of times.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.income import services as income
from marketplace.kernel import clock, faults
from marketplace.kernel.money import CURRENCY
from marketplace.ledger.queries import posting
from marketplace.payments.gateways import Gateways
from marketplace.payments.gateways.protocol import CheckoutFact, DisputeFact, Fact, Notice, PayoutFact, RefundFact
from marketplace.payments.models import PaymentNotification
from marketplace.payments.services.checkouts import take_checkout
from marketplace.payments.services.disputes import take_dispute
from marketplace.payments.services.sending import take_refund


def take_notice(session: Session, *, gateways: Gateways, gateway: str, notice: Notice, facts: Sequence[Fact]) -> str:
    """Do what a notification leads to and write it down, once; return in a word what that was."""
    standing = session.scalar(
        select(PaymentNotification.outcome).where(
            PaymentNotification.gateway == gateway, PaymentNotification.event_id == notice.event_id
        )
    )
    if standing is not None:
        return standing
    words = [take_fact(session, gateways=gateways, gateway=gateway, fact=fact) for fact in facts]
    outcome = next((word for word in words if word not in ("stands", "unknown")), words[0] if words else "ignored")
    session.add(
        PaymentNotification(
            gateway=gateway, event_id=notice.event_id, kind=notice.kind, object_ref=notice.object_ref, outcome=outcome[:30],
            received_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    faults.point("webhook.taken")
    return outcome


def take_fact(session: Session, *, gateways: Gateways, gateway: str, fact: Fact) -> str:
    """Take down what a service says of one of its objects; return in a word what that led to."""
    if isinstance(fact, CheckoutFact):
        return take_checkout(session, gateways=gateways, gateway=gateway, fact=fact)
    if isinstance(fact, RefundFact):
        return take_refund(session, gateway=gateway, fact=fact)
    if isinstance(fact, DisputeFact):
        return take_dispute(session, gateway=gateway, fact=fact)
    return _take_payout(session, gateway, fact)


def _take_payout(session: Session, gateway: str, fact: PayoutFact) -> str:
    """Post that the service's money reached the bank, or went back; another currency waits for the bank's own statement."""
    if fact.currency.upper() != CURRENCY or not fact.amount_minor:
        return "left_to_comparison"
    arrived = posting(session, kind="settlement", source=f"{gateway}/{fact.payout_ref}")
    failed_ref = f"{fact.payout_ref}/failed"
    if fact.has_arrived and arrived is None:
        income.settle_clearing(session, gateway=gateway, amount_fen=fact.amount_minor, bank_ref=fact.payout_ref, at=clock.now())
        return "settled"
    if fact.has_failed and arrived is not None and posting(session, kind="settlement", source=f"{gateway}/{failed_ref}") is None:
        income.settle_clearing(session, gateway=gateway, amount_fen=-fact.amount_minor, bank_ref=failed_ref, at=clock.now())
        return "unsettled"
    return "stands"
