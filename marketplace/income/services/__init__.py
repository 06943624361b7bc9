"""The verbs of income; each flushes and never commits."""

from marketplace.income.services.acknowledging import acknowledge, report_missing
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
from marketplace.income.services.pools import (
    approve_distribution,
    contribute,
    open_lot,
    prepare_distribution,
    set_equity,
    withdraw_distribution,
)
from marketplace.income.services.results import accept_result, discard_result, load_result
from marketplace.income.services.sales import (
    accrue_freight,
    accrue_sale,
    declare_cost,
    earn_sale,
    reverse_freight,
    reverse_sale,
    settle_clearing,
)
from marketplace.income.services.sending import make_bank_file, rows_of_file
from marketplace.income.services.settlements import (
    approve_attempt,
    approve_batch,
    prepare_attempt,
    prepare_batch,
    withdraw_batch,
)
from marketplace.income.services.statements import (
    answer_dispute,
    confirm_line,
    confirm_lines,
    dispute_line,
    open_month,
    open_statement,
)

__all__ = [
    "accept_result",
    "accrue_freight",
    "accrue_sale",
    "acknowledge",
    "answer_dispute",
    "approve_attempt",
    "approve_batch",
    "approve_distribution",
    "bear_dispute",
    "confirm_line",
    "confirm_lines",
    "confirm_payout",
    "contribute",
    "cover_refund_by_dispute",
    "declare_cost",
    "discard_result",
    "dispute_line",
    "earn_sale",
    "hand_over_all",
    "hand_over_month",
    "load_result",
    "make_bank_file",
    "open_lot",
    "open_month",
    "open_statement",
    "pass_on_sale",
    "prepare_attempt",
    "prepare_batch",
    "prepare_distribution",
    "record_payout",
    "report_missing",
    "return_disputed",
    "return_owed",
    "reverse_freight",
    "reverse_sale",
    "rows_of_file",
    "set_equity",
    "settle_clearing",
    "take_disputed",
    "take_gateway_fee",
    "take_owed",
    "withdraw_batch",
    "withdraw_distribution",
    "withdraw_payout",
]
