"""Who may do what to a pay-out when, whom a batch leaves out, and which sales a pay-out pays: pure tables and functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from marketplace.farmers.values import AccountUse
from marketplace.income.refusals import PayoutClosed, SameOfficial
from marketplace.income.values import Action, Actor, LeftOut, SettlementState, Way


@dataclass(frozen=True)
class Move:
    """Where an action leads, who may take it, and of which ways of paying."""

    to: SettlementState
    actors: frozenset[Actor]
    ways: frozenset[Way]


_ANOTHER = frozenset({Actor.OFFICIAL})
_OFFICIALS = frozenset({Actor.PREPARER, Actor.OFFICIAL})
_PAYEE = frozenset({Actor.PAYEE})
_BANK, _BY_HAND, _BOTH = frozenset({Way.BANK}), frozenset({Way.BY_HAND}), frozenset(Way)
_State = SettlementState

#: Every legal step of an attempt. What is not here is refused; nothing follows an end.
MOVES: Mapping[tuple[SettlementState, Action], Move] = MappingProxyType(
    {
        (_State.DRAFT, Action.APPROVE): Move(_State.APPROVED, _ANOTHER, _BANK),
        (_State.DRAFT, Action.CONFIRM): Move(_State.PAID, _ANOTHER, _BY_HAND),
        (_State.DRAFT, Action.WITHDRAW): Move(_State.WITHDRAWN, _OFFICIALS, _BOTH),
        (_State.APPROVED, Action.WITHDRAW): Move(_State.WITHDRAWN, _OFFICIALS, _BANK),
        (_State.APPROVED, Action.SEND): Move(_State.SENT, _OFFICIALS, _BANK),
        (_State.SENT, Action.PAY): Move(_State.PAID, _OFFICIALS, _BANK),
        (_State.SENT, Action.RETURN): Move(_State.RETURNED, _OFFICIALS, _BANK),
        # a transfer by hand that comes back is put right at the counter
        (_State.PAID, Action.RETURN): Move(_State.RETURNED, _OFFICIALS, _BANK),
        (_State.PAID, Action.ACKNOWLEDGE): Move(_State.ACKNOWLEDGED, _PAYEE, _BOTH),
    }
)


def after(state: SettlementState, action: Action, *, way: Way, actor: Actor) -> SettlementState:
    """Return the state after an action.

    Raises:
        PayoutClosed: the action does not follow in this state, for this way of paying.
        SameOfficial: it follows, and somebody else has to take it.
    """
    move = MOVES.get((state, action))
    if move is None or way not in move.ways:
        raise PayoutClosed
    if actor not in move.actors:
        raise SameOfficial
    return move.to


def left_out(balance_fen: int, *, least_fen: int, use: AccountUse, is_own: bool) -> LeftOut | None:
    """Say why a batch leaves a seller out, or None where it pays the balance."""
    if balance_fen <= 0:
        return LeftOut.NOTHING_OWED
    if is_own:
        return LeftOut.OWN_HOUSEHOLD
    if balance_fen < least_fen:
        return LeftOut.BELOW_MINIMUM
    if use is AccountUse.MISSING:
        return LeftOut.NO_ACCOUNT
    return LeftOut.ACCOUNT_COOLING if use is AccountUse.COOLING else None
