"""The arithmetic of income and who may do what when, as pure functions."""

from marketplace.income.rules.pools import (
    shares,
)
from marketplace.income.rules.sales import (
    FIGURE_OF,
    LINE_MOVES,
    LINES_OF,
    Split,
    fee_back,
    figures_of,
    measure_of,
    seen_words,
    split,
    spread_payout,
)
from marketplace.income.rules.settlements import (
    MOVES,
    Move,
    after,
    left_out,
)

__all__ = [
    "FIGURE_OF",
    "LINES_OF",
    "LINE_MOVES",
    "MOVES",
    "Move",
    "Split",
    "after",
    "fee_back",
    "figures_of",
    "left_out",
    "measure_of",
    "seen_words",
    "shares",
    "split",
    "spread_payout",
]
