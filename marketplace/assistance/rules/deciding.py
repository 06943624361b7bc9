"""Who may take which step on an alert: one small table, and nothing beside it."""

from collections.abc import Collection, Mapping

from marketplace.accounts.values import Role
from marketplace.assistance.values.alerts import AlertAction, AlertState

#: (state, step) -> the state it leads to.
TRANSITIONS: Mapping[tuple[AlertState, AlertAction], AlertState] = {
    (AlertState.TO_CHECK, AlertAction.CHECK): AlertState.CHECKED,
    (AlertState.TO_CHECK, AlertAction.DISMISS): AlertState.DISMISSED,
    (AlertState.CHECKED, AlertAction.HELP): AlertState.HELPING,
    (AlertState.CHECKED, AlertAction.DISMISS): AlertState.DISMISSED,
    (AlertState.HELPING, AlertAction.CLEAR): AlertState.CLEARED,
}
#: Village cadres look and help; that there is nothing, or no longer anything, to fear, is for others to say.
ACTORS: Mapping[AlertAction, frozenset[Role]] = {
    AlertAction.CHECK: frozenset({Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.TOWNSHIP_OFFICIAL}),
    AlertAction.HELP: frozenset({Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.TOWNSHIP_OFFICIAL}),
    AlertAction.CLEAR: frozenset({Role.TASK_FORCE, Role.TOWNSHIP_OFFICIAL}),
    AlertAction.DISMISS: frozenset({Role.TASK_FORCE, Role.TOWNSHIP_OFFICIAL}),
}


def target(state: AlertState, action: AlertAction) -> AlertState | None:
    """Return where a step leads from a state, or None where it leads nowhere."""
    return TRANSITIONS.get((state, action))


def may_take(action: AlertAction, roles: Collection[Role]) -> bool:
    """Say whether somebody with these roles over the household may take the step."""
    return bool(ACTORS[action] & set(roles))


def open_steps(state: AlertState, roles: Collection[Role]) -> tuple[AlertAction, ...]:
    """Return the steps that somebody with these roles may take from a state."""
    return tuple(action for action in AlertAction if target(state, action) and may_take(action, roles))
