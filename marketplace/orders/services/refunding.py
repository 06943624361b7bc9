"""What becomes of an approved refund, as `payments` reports it: order, goods, attribution and book move together."""

import datetime as dt

from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.income import services as income
from marketplace.orders import rules
from marketplace.orders.models import HouseholdOrder, Purchase, Refund
from marketplace.orders.refusals import BankRefNeeded
from marketplace.orders.services.fulfilling import earn_line
from marketplace.orders.services.paying import source_of
from marketplace.orders.services.steps import lines_of, move_order, move_refund, refund_taken
from marketplace.orders.values import OrderState, RefundState
from marketplace.products.services import restock


def submit_refund(session: Session, *, refund_id: int) -> None:
    """The gateway has been asked, or an official has begun to send it. Saying so twice changes nothing.

    Raises:
        StepRefused: it is not approved, or is done.
    """
    order, refund = refund_taken(session, refund_id)
    if refund.state != RefundState.SUBMITTED:
        move_refund(session, order, refund, RefundState.SUBMITTED, by=None)


def refund_succeeded(session: Session, *, refund_id: int, at: dt.datetime) -> bool:
    """The money is back with the buyer. True the first time, False after.

    Raises:
        StepRefused: it was not submitted.
    """
    order, refund = refund_taken(session, refund_id)
    if refund.state in rules.DONE_REFUNDS:
        return False
    move_refund(session, order, refund, RefundState.SUCCEEDED, by=None, at=at)
    _give_back(session, order, refund, at)
    return True


def refund_failed(session: Session, *, refund_id: int, note: str = "") -> None:
    """The gateway did not pay: it can be submitted again, or paid by hand. Saying so twice changes nothing.

    Raises:
        StepRefused: it was not submitted.
    """
    order, refund = refund_taken(session, refund_id)
    if refund.state != RefundState.FAILED:
        move_refund(session, order, refund, RefundState.FAILED, by=None, words=note[:400])


def refund_paid_by_hand(session: Session, *, refund_id: int, by: int, bank_ref: str, at: dt.datetime) -> bool:
    """The money went back another way, under a bank's reference or a signed slip. True the first time, False after.

    Raises:
        BankRefNeeded: without it.
        StepRefused: the gateway has not failed.
    """
    bank_ref = bank_ref.strip()[:80]
    if not bank_ref:
        raise BankRefNeeded
    order, refund = refund_taken(session, refund_id)
    if refund.state in rules.DONE_REFUNDS:
        return False
    refund.bank_ref = bank_ref
    move_refund(session, order, refund, RefundState.PAID_BY_HAND, by=by, at=at, words=bank_ref)
    _give_back(session, order, refund, at)
    record_audit(
        session, by=by, action="orders.refund_paid_by_hand", object_kind="refund", object_ref=refund.ref,
        after={"bank_ref": bank_ref},
    )  # fmt: skip
    return True


def _give_back(session: Session, order: HouseholdOrder, refund: Refund, at: dt.datetime) -> None:
    purchase = session.get_one(Purchase, order.purchase_id)
    lines = lines_of(session, order)
    line = next(each for each in lines if each.id == refund.order_line_id)
    refund.succeeded_at = at
    line.refunded_fen += refund.amount_fen
    line.refunded_quantity += refund.quantity
    session.flush()
    if refund.restock:
        restock(session, offer_id=line.offer_id, quantity=refund.quantity, source=refund.ref)
    gateway = str(purchase.gateway)
    income.reverse_sale(
        session,
        source=source_of(line),
        refund_ref=refund.ref,
        amount_fen=refund.amount_fen,
        remaining_gross_fen=line.paid_fen - line.refunded_fen,
        at=at,
        gateway=gateway,
    )
    if refund.freight_fen:
        income.reverse_freight(
            session, purchase_ref=purchase.ref, refund_ref=refund.ref, gateway=gateway, amount_fen=refund.freight_fen, at=at
        )
    if order.state in rules.UNDELIVERED and all(each.refunded_quantity == each.quantity for each in lines):
        move_order(session, order, OrderState.CANCELLED, by=None, at=at)
        # Nothing more can come of it; the gateway's fee the seller now owes is taken off their next pay-out.
        for each in lines:
            earn_line(session, each, at)
