"""Policy of payments as plain tables and functions: edges, and what of a payment may go back by machine."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.money import ratio
from marketplace.payments.values import Bearer, CheckoutState, DisputeState

#: Visits to a service's page that one purchase or booking may have: each keeps the goods from others for a while.
MOST_CHECKOUTS = 6
#: What is held is held a little longer than the service's page takes money.
HOLD_BEYOND = dt.timedelta(minutes=2)
#: A page that takes money for less than this is not offered again.
LEAST_LEFT = dt.timedelta(minutes=10)
#: Money that is on its way keeps the goods so long.
PROCESSING_HOLD = dt.timedelta(days=1)
#: After this a visit that was written down and never opened is asked for again.
OPENING_PATIENCE = dt.timedelta(minutes=2)

#: What a visit may become. Ended ones may turn out to be paid: a service tells so late, or failed over its answer and took money.
CHECKOUT_EDGES: Mapping[CheckoutState, frozenset[CheckoutState]] = MappingProxyType(
    {
        CheckoutState.OPENING: frozenset(CheckoutState) - {CheckoutState.OPENING},
        CheckoutState.OPEN: frozenset(
            {CheckoutState.PROCESSING, CheckoutState.COMPLETE, CheckoutState.EXPIRED, CheckoutState.FAILED}
        ),
        CheckoutState.PROCESSING: frozenset({CheckoutState.COMPLETE, CheckoutState.FAILED}),
        CheckoutState.FAILED: frozenset({CheckoutState.PROCESSING, CheckoutState.COMPLETE}),
        CheckoutState.EXPIRED: frozenset({CheckoutState.PROCESSING, CheckoutState.COMPLETE, CheckoutState.FAILED}),
        CheckoutState.COMPLETE: frozenset(),
    }
)
#: What a dispute may become. The bank may turn its own decision.
DISPUTE_EDGES: Mapping[DisputeState, frozenset[DisputeState]] = MappingProxyType(
    {
        DisputeState.OPEN: frozenset({DisputeState.WON, DisputeState.LOST}),
        DisputeState.WON: frozenset({DisputeState.LOST}),
        DisputeState.LOST: frozenset({DisputeState.WON}),
    }
)


def refund_minor(*, amount_fen: int, before_fen: int, before_minor: int, paid_fen: int, captured_minor: int) -> int:
    """Return what a refund is in the service's currency, after others of the same payment: all of them sum to what was captured.

    0 where nothing can go back by machine: more than was captured, or too little for the currency.
    """
    minor = ratio(captured_minor, before_fen + amount_fen, paid_fen) - before_minor
    return minor if 0 < minor <= captured_minor - before_minor else 0


def is_refundable(*, until: dt.datetime | None, now: dt.datetime) -> bool:
    """Say whether a machine still sends money of a payment back."""
    return until is None or now < until


def fen_of(minor: int, *, paid_fen: int, asked_minor: int) -> int:
    """Return what a sum in the service's currency is in fen, as the payment it belongs to was reckoned."""
    return ratio(paid_fen, minor, asked_minor)


def bearer_of(*, is_delivered: bool) -> Bearer:
    """Return who bears a lost dispute: what was delivered is the seller's for good, and the platform answers for its buyers."""
    return Bearer.PLATFORM if is_delivered else Bearer.REFUND
