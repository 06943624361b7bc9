"""The verbs of income; each flushes and never commits."""

from marketplace.income.services.gateway_money import (
    bear_dispute,
    cover_refund_by_dispute,
    return_disputed,
    return_owed,
    take_disputed,
    take_gateway_fee,
    take_owed,
)
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
    "bear_dispute",
    "confirm_line",
    "confirm_payout",
    "cover_refund_by_dispute",
    "declare_cost",
    "dispute_line",
    "earn_sale",
    "hand_over_all",
    "hand_over_month",
    "open_month",
    "open_statement",
    "pass_on_sale",
    "record_payout",
    "return_disputed",
    "return_owed",
    "reverse_freight",
    "reverse_sale",
    "settle_clearing",
    "take_disputed",
    "take_gateway_fee",
    "take_owed",
    "withdraw_payout",
]
