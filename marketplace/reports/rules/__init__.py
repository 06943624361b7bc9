"""Policy of the reports as pure functions: periods and small cells, measures of poverty."""

from marketplace.reports.rules.periods import (
    FEWEST_HOUSEHOLDS,
    FIRST_YEAR,
    hidden_from_strangers,
    months_shown,
    months_to,
    period_of,
    periods_offered,
    shown_to_strangers,
)
from marketplace.reports.rules.poverty import Home, fgt, gini, mean_fen, measures, median_fen, sen, sen_finite, total_gap_fen

__all__ = [
    "FEWEST_HOUSEHOLDS",
    "FIRST_YEAR",
    "Home",
    "fgt",
    "gini",
    "hidden_from_strangers",
    "mean_fen",
    "measures",
    "median_fen",
    "months_shown",
    "months_to",
    "period_of",
    "periods_offered",
    "sen",
    "sen_finite",
    "shown_to_strangers",
    "total_gap_fen",
]
