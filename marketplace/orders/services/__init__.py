"""The verbs of orders; each flushes and never commits."""

from marketplace.orders.services.after_sale import approve_refund, cancel_order, reject_refund, request_refund
from marketplace.orders.services.forgetting import forget_buyers
from marketplace.orders.services.fulfilling import (
    complete_due,
    confirm_order,
    deliver_order,
    hand_in_order,
    pack_order,
    ship_order,
)
from marketplace.orders.services.invoices import ask_invoice, issue_invoice
from marketplace.orders.services.lists import end_discount, load_freight, set_discount
from marketplace.orders.services.paying import (
    cancel_purchase,
    choose_gateway,
    expire_purchases,
    keep_goods,
    mark_paid,
    take_purchase,
)
from marketplace.orders.services.placing import place_purchase
from marketplace.orders.services.refunding import refund_failed, refund_paid_by_hand, refund_succeeded, submit_refund
from marketplace.orders.services.reviewing import review_line

__all__ = [
    "approve_refund",
    "ask_invoice",
    "cancel_order",
    "cancel_purchase",
    "choose_gateway",
    "complete_due",
    "confirm_order",
    "deliver_order",
    "end_discount",
    "expire_purchases",
    "forget_buyers",
    "hand_in_order",
    "issue_invoice",
    "keep_goods",
    "load_freight",
    "mark_paid",
    "pack_order",
    "place_purchase",
    "refund_failed",
    "refund_paid_by_hand",
    "refund_succeeded",
    "reject_refund",
    "request_refund",
    "review_line",
    "set_discount",
    "ship_order",
    "submit_refund",
    "take_purchase",
]
