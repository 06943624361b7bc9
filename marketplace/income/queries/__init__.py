"""Named reads of income."""

from marketplace.income.queries.lines import figures_by_promotion, line, lines_of, open_lines, statement, sum_of_lines
from marketplace.income.queries.payables import (
    dispute,
    disputes_waiting,
    open_disputes,
    payables,
    payout_by_ref,
    payouts,
    payouts_waiting,
)
from marketplace.income.queries.sources import last_sale_at, sales_like
from marketplace.income.queries.totals import (
    household_figures,
    household_months,
    households_reached,
    totals,
    totals_by_category,
    totals_by_child,
    totals_by_household,
    totals_by_month,
)

__all__ = [
    "dispute",
    "disputes_waiting",
    "figures_by_promotion",
    "household_figures",
    "household_months",
    "households_reached",
    "last_sale_at",
    "line",
    "lines_of",
    "open_disputes",
    "open_lines",
    "payables",
    "payout_by_ref",
    "payouts",
    "payouts_waiting",
    "sales_like",
    "statement",
    "sum_of_lines",
    "totals",
    "totals_by_category",
    "totals_by_child",
    "totals_by_household",
    "totals_by_month",
]
