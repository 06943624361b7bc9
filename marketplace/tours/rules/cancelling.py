"""What goes back when somebody does not come: tiers frozen with the booking."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from marketplace.kernel.money import allocate, share
from marketplace.tours.values import Policy

#: Named policies that a tour may choose. Hours before the start, and the share that goes back in basis points.
POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        "easy": ((24, 10_000), (2, 5_000)),
        "standard": ((72, 10_000), (24, 7_000), (6, 3_000)),
        "group": ((168, 10_000), (72, 7_000), (24, 3_000)),
    }
)


def refund_share_bp(policy: Policy, *, starts_at: dt.datetime, now: dt.datetime) -> int:
    """Return the share that goes back, in basis points: that of the first tier whose hours are still ahead, or nothing."""
    for hours, share_bp in sorted(policy, reverse=True):
        if now <= starts_at - dt.timedelta(hours=hours):
            return share_bp
    return 0


def refund_fen(price_fen: int, policy: Policy, *, starts_at: dt.datetime, now: dt.datetime, left_fen: int) -> int:
    """Return what goes back of the price of some people, at most what has not gone back yet."""
    return min(share(price_fen, refund_share_bp(policy, starts_at=starts_at, now=now)), left_fen)


def cancellable_until(policy: Policy, *, starts_at: dt.datetime) -> dt.datetime:
    """Return the last moment at which anything goes back."""
    return starts_at - dt.timedelta(hours=min((hours for hours, share_bp in policy if share_bp), default=0))


def spread_refund(amount_fen: int, left: Sequence[int]) -> list[int]:
    """Spread a refund over payees by what each still has; the parts sum to it and none gives more than it has.

    Raises:
        ValueError: more than all have together.
    """
    if amount_fen > sum(left):
        raise ValueError("more than is left")
    return allocate(amount_fen, left) if amount_fen else [0] * len(left)
