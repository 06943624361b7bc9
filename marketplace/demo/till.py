"""How the demonstration's buyers pay: most at once in the trial, some by a bank transfer that two officials see, a few never."""

import datetime as dt
import functools
from collections.abc import Callable

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.kernel import clock
from marketplace.orders import queries as order_queries
from marketplace.orders import services as orders
from marketplace.orders.values import PurchaseState, PurchaseView, RefundView
from marketplace.payments import queries as payment_queries
from marketplace.payments import services as payments
from marketplace.payments.values import OFFLINE, SANDBOX, IntentView, Method, ReceiptView, TransferView

OnPaid = Callable[[PurchaseView], None]
#: A second official looks at what the first recorded within so many hours.
_SECOND_LOOK = (2, 26)


def plan_payment(build: Building, timeline: Timeline, view: PurchaseView, on_paid: OnPaid, *, is_sure: bool = False) -> None:
    """Decide how a purchase is paid, if it is, and arrange it."""
    chance = build.dice.random()
    if is_sure or 0.045 <= chance < 0.72:
        intent = _start(build, view, SANDBOX)
        timeline.at(clock.now() + dt.timedelta(minutes=3), functools.partial(_pay_in_trial, build, intent, view, on_paid))
    elif chance < 0.03:
        pass  # the buyer closed the page
    elif chance < 0.045:
        timeline.at(clock.now() + dt.timedelta(minutes=9), functools.partial(_call_off, build, view))
    else:
        _start(build, view, OFFLINE)
        if build.dice.random() < 0.94:
            timeline.later(functools.partial(_record, build, timeline, view, on_paid), hours=build.dice.uniform(4, 40))


def _start(build: Building, view: PurchaseView, gateway: str) -> IntentView:
    return payments.start_payment(build.session, gateways=build.gateways, ref=view.ref, gateway=gateway)


def _call_off(build: Building, view: PurchaseView) -> None:
    orders.cancel_purchase(build.session, purchase_id=view.id, by=view.buyer_user_id)


def _pay_in_trial(build: Building, intent: IntentView, view: PurchaseView, on_paid: OnPaid) -> None:
    payments.pay_at_trial_till(
        build.session, gateways=build.gateways, intent_id=intent.id, key=f"demo-till-{intent.due_id}", succeeds=True
    )
    _follow(build, view, on_paid)


def _record(build: Building, timeline: Timeline, view: PurchaseView, on_paid: OnPaid) -> None:
    """Let one official of the county write down the money; the other looks at it later, today's last ones not yet."""
    first, second = _two(build, view.id)
    method = Method.CASH if build.dice.random() < 0.2 else Method.BANK_TRANSFER
    receipt = payments.record_offline_receipt(
        build.session, key=f"demo-receipt-{view.id}", ref=view.ref, method=method, bank_ref=f"DEMO-IN-{view.ref}",
        amount_fen=view.total_fen, by=first,
    )  # fmt: skip
    confirm = functools.partial(_confirm, build, receipt, view, second, on_paid)
    timeline.later(confirm, hours=build.dice.uniform(*_SECOND_LOOK))


def _confirm(build: Building, receipt: ReceiptView, view: PurchaseView, by: int, on_paid: OnPaid) -> None:
    payments.confirm_offline_receipt(build.session, gateways=build.gateways, receipt_id=receipt.id, by=by)
    _follow(build, view, on_paid)


def _follow(build: Building, view: PurchaseView, on_paid: OnPaid) -> None:
    now = order_queries.head_by_ref(build.session, ref=view.ref)
    if now is not None and now.state is PurchaseState.PAID:
        on_paid(view)


def give_back(build: Building, timeline: Timeline, refund: RefundView) -> None:
    """Send an approved refund the way its money came: the trial answers at once, a transfer is seen by two officials."""
    if refund.gateway != OFFLINE:
        send_in_trial(build)
        return
    first, second = _two(build, refund.id)
    transfer = payments.record_refund_transfer(
        build.session, key=f"demo-refund-{refund.id}", refund_id=refund.id, bank_ref=f"DEMO-OUT-{refund.ref}", by=first
    )
    timeline.later(functools.partial(_confirm_transfer, build, transfer, second), hours=build.dice.uniform(*_SECOND_LOOK))


def send_in_trial(build: Building) -> None:
    """Do what the worker does every minute: begin what is approved, ask, take the answers down."""
    payments.begin_refunds(build.session)
    answers = {}
    for attempt_id, asked in payment_queries.refunds_begun(build.session).items():
        gateway = build.gateways.get(asked.gateway)
        answers[attempt_id] = gateway.refund(key=asked.key, payment_ref=asked.payment_ref, amount_minor=asked.amount_minor)
    payments.finish_refunds(build.session, answers=answers)


def _confirm_transfer(build: Building, transfer: TransferView, by: int) -> None:
    payments.confirm_refund_transfer(build.session, transfer_id=transfer.id, by=by)


def _two(build: Building, number: int) -> tuple[int, int]:
    """Return who records and who confirms: the county's two officials by turns."""
    first, second = build.posts().county
    return (first, second) if number % 2 else (second, first)
