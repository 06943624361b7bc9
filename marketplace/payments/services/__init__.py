"""Verbs of payments. They flush and never commit."""

from marketplace.payments.services.intents import confirm, expire_intents, pay_at_trial_till, start_payment
from marketplace.payments.services.receipts import (
    confirm_offline_receipt,
    confirm_return,
    record_offline_receipt,
    record_return,
    reject_offline_receipt,
)
from marketplace.payments.services.refunds import (
    begin_refunds,
    confirm_refund_transfer,
    finish_refunds,
    record_refund_transfer,
    withdraw_refund_transfer,
)
from marketplace.payments.services.surpluses import confirm_surplus_return, record_surplus_return

__all__ = [
    "begin_refunds",
    "confirm",
    "confirm_offline_receipt",
    "confirm_refund_transfer",
    "confirm_return",
    "confirm_surplus_return",
    "expire_intents",
    "finish_refunds",
    "pay_at_trial_till",
    "record_offline_receipt",
    "record_refund_transfer",
    "record_return",
    "record_surplus_return",
    "reject_offline_receipt",
    "start_payment",
    "withdraw_refund_transfer",
]
