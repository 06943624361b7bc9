"""The verbs of income; each flushes and never commits."""

from marketplace.income.services.handover import hand_over_all, hand_over_month
from marketplace.income.services.passing import pass_on_sale
from marketplace.income.services.payouts import confirm_payout, record_payout, withdraw_payout
from marketplace.income.services.sales import (
    accrue_freight,
    accrue_sale,
    declare_cost,
    earn_sale,
    reverse_freight,
    reverse_sale,
    settle_clearing,
)
from marketplace.income.services.statements import answer_dispute, confirm_line, dispute_line, open_month, open_statement

__all__ = [
    "accrue_freight",
    "accrue_sale",
    "answer_dispute",
    "confirm_line",
    "confirm_payout",
    "declare_cost",
    "dispute_line",
    "earn_sale",
    "hand_over_all",
    "hand_over_month",
    "open_month",
    "open_statement",
    "pass_on_sale",
    "record_payout",
    "reverse_freight",
    "reverse_sale",
    "settle_clearing",
    "withdraw_payout",
]
