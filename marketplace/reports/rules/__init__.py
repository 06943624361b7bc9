"""Policy of the reports as pure functions: periods, small cells, measures of poverty, flows between standings, times."""

from marketplace.reports.rules.flow import STANDINGS, Counted, counted, events_of, flow_matrix, happened_by_year
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
from marketplace.reports.rules.times import Times, times_of

__all__ = [
    "FEWEST_HOUSEHOLDS",
    "FIRST_YEAR",
    "STANDINGS",
    "Counted",
    "Home",
    "Times",
    "counted",
    "events_of",
    "fgt",
    "flow_matrix",
    "gini",
    "happened_by_year",
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
    "times_of",
    "total_gap_fen",
]
