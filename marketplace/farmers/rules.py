"""Policy of households and sellers as plain tables and functions."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.farmers.values import SellerState

#: What a seller's state may become. `closed` is the end.
SELLER_EDGES: Mapping[SellerState, frozenset[SellerState]] = MappingProxyType(
    {
        SellerState.APPLIED: frozenset({SellerState.REVIEWING, SellerState.CLOSED}),
        SellerState.REVIEWING: frozenset({SellerState.APPROVED, SellerState.CLOSED}),
        SellerState.APPROVED: frozenset({SellerState.SUSPENDED, SellerState.CLOSED}),
        SellerState.SUSPENDED: frozenset({SellerState.APPROVED, SellerState.CLOSED}),
        SellerState.CLOSED: frozenset(),
    }
)


def may_become(now: SellerState, then: SellerState) -> bool:
    """Say whether a seller may go from one state to another."""
    return then in SELLER_EDGES[now]


def shown_name(display_name: str, ref: str, *, has_consent: bool, is_household: bool) -> str:
    """Return the name a shop may show: a household's own name only by its consent."""
    return display_name if has_consent or not is_household else f"农户{ref}"
