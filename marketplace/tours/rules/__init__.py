"""Policy of tours as plain tables and functions."""

from marketplace.tours.rules.cancelling import POLICIES, cancellable_until, refund_fen, refund_share_bp, spread_refund
from marketplace.tours.rules.places import smallest_area
from marketplace.tours.rules.pricing import FEES_BP, Part, PartsWrong, check_parts, fee_bp, split_price
from marketplace.tours.rules.states import BOOKING_EDGES, DEPARTURE_EDGES, LIVE, REFUND_EDGES, TOUR_EDGES
from marketplace.tours.rules.time import AHEAD, DAYS_AHEAD, bucket_bounds, cutoff, stop_times, usual_starts

__all__ = [
    "AHEAD",
    "BOOKING_EDGES",
    "DAYS_AHEAD",
    "DEPARTURE_EDGES",
    "FEES_BP",
    "LIVE",
    "POLICIES",
    "REFUND_EDGES",
    "TOUR_EDGES",
    "Part",
    "PartsWrong",
    "bucket_bounds",
    "cancellable_until",
    "check_parts",
    "cutoff",
    "fee_bp",
    "refund_fen",
    "refund_share_bp",
    "smallest_area",
    "split_price",
    "spread_refund",
    "stop_times",
    "usual_starts",
]
