"""Tables of payments, split by noun: money through any gateway, and visits to a payment service's own page."""

from marketplace.payments.models.hosted import PaymentCheckout, PaymentDispute, PaymentNote, PaymentNotification
from marketplace.payments.models.money import (
    OfflineReceipt,
    PaymentAttempt,
    PaymentEffect,
    PaymentEvent,
    PaymentIntent,
    PaymentSurplus,
    RefundTransfer,
)

__all__ = [
    "OfflineReceipt",
    "PaymentAttempt",
    "PaymentCheckout",
    "PaymentDispute",
    "PaymentEffect",
    "PaymentEvent",
    "PaymentIntent",
    "PaymentNote",
    "PaymentNotification",
    "PaymentSurplus",
    "RefundTransfer",
]
