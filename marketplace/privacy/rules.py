"""Policy of erasure as pure functions."""

import datetime as dt

from marketplace.privacy.values import ErasureState

#: So long accounts must be able to name the payee of a sale: article 31 of the E-Commerce Law.
PAYEE_KEPT = dt.timedelta(days=3 * 366)
#: From state to state; nothing leads out of the others.
EDGES: dict[ErasureState, frozenset[ErasureState]] = {
    ErasureState.ASKED: frozenset({ErasureState.PROPOSED, ErasureState.REFUSED, ErasureState.WITHDRAWN}),
    ErasureState.PROPOSED: frozenset({ErasureState.ERASED, ErasureState.REFUSED, ErasureState.WITHDRAWN}),
    ErasureState.ERASED: frozenset(),
    ErasureState.REFUSED: frozenset(),
    ErasureState.WITHDRAWN: frozenset(),
}


def may_become(now: ErasureState, then: ErasureState) -> bool:
    """Say whether a request may go from a state to another."""
    return then in EDGES[now]


def may_decide(by: int, *, proposed_by: int | None, people: frozenset[int]) -> bool:
    """Say whether an official may decide: not who proposed it, and nobody whom it is about."""
    return by != proposed_by and by not in people
