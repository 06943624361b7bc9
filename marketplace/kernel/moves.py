"""A state machine as one table: where an action leads from a state, and who may take it. What it does not name is not done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Action = TypeVar("Action", bound=StrEnum)
Party = TypeVar("Party", bound=StrEnum)


@dataclass(frozen=True)
class Moves(Generic[State, Action, Party]):
    """(state, action) -> (who may take it, the state it leads to)."""

    table: Mapping[tuple[State, Action], tuple[frozenset[Party], State]]

    def after(self, state: State, action: Action) -> State | None:
        """Return the state that an action leads to; None where it has no place."""
        found = self.table.get((state, action))
        return None if found is None else found[1]

    def may_take(self, state: State, action: Action, parties: Collection[Party]) -> bool:
        """Say whether somebody who is all these may take the action in this state."""
        found = self.table.get((state, action))
        return found is not None and not found[0].isdisjoint(parties)

    def open_to(self, state: State, parties: Collection[Party]) -> tuple[Action, ...]:
        """Return the actions that somebody who is all these may take now, in the table's order."""
        return tuple(action for of, action in self.table if of == state and self.may_take(state, action, parties))
