"""Verbs of payments. They flush and never commit."""

from marketplace.payments.services.balances import ask_balances, reporting_gateways
from marketplace.payments.services.checkouts import begin_checkout, give_up_checkout, take_checkout
from marketplace.payments.services.disputes import decide_bearer, propose_bearer
from marketplace.payments.services.intents import confirm, expire_intents, pay_at_trial_till, start_payment
from marketplace.payments.services.notices import take_fact, take_notice
from marketplace.payments.services.receipts import (
    confirm_offline_receipt,
    confirm_return,
    record_offline_receipt,
    record_return,
    reject_offline_receipt,
)
from marketplace.payments.services.refunds import (
    confirm_refund_transfer,
    record_refund_transfer,
    withdraw_refund_transfer,
)
from marketplace.payments.services.sending import begin_refunds, finish_refunds
from marketplace.payments.services.surpluses import confirm_surplus_return, record_surplus_return
from marketplace.payments.services.telling import tell_buyers

__all__ = [
    "ask_balances",
    "begin_checkout",
    "begin_refunds",
    "confirm",
    "confirm_offline_receipt",
    "confirm_refund_transfer",
    "confirm_return",
    "confirm_surplus_return",
    "decide_bearer",
    "expire_intents",
    "finish_refunds",
    "give_up_checkout",
    "pay_at_trial_till",
    "propose_bearer",
    "record_offline_receipt",
    "record_refund_transfer",
    "record_return",
    "record_surplus_return",
    "reject_offline_receipt",
    "reporting_gateways",
    "start_payment",
    "take_checkout",
    "take_fact",
    "take_notice",
    "tell_buyers",
    "withdraw_refund_transfer",
]
