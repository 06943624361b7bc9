"""Policy of grievances as pure functions: who may take which step in which state, who answers, when it is due."""

import datetime as dt
from collections.abc import Iterable

from marketplace.accounts.values import Role
from marketplace.areas.values import DIGITS, Level
from marketplace.grievances.values import (
    OPEN,
    TEAM_ROLES,
    Action,
    HandlingRule,
    Kind,
    Party,
    State,
)

MOST_PICTURES = 3
LEAST_WORDS, MOST_WORDS = 4, 2_000
MOST_CONTACT = 100
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
LONGEST_DAYS = 90
#: Contact, words and pictures are kept so long after the last step, then forgotten; what became of it stays.
KEPT = dt.timedelta(days=3 * 365)
CONTACT_KEPT = dt.timedelta(days=180)

_USUAL = HandlingRule(Level.TOWNSHIP, accept_days=3, answer_days=15, appeal_days=10, final_days=15)
#: What holds until the county sets something else.
DEFAULT_RULES: dict[Kind, HandlingRule] = dict.fromkeys(Kind, _USUAL)

_TEAM = frozenset({Party.TEAM, Party.ASSIGNEE})
_ASSIGNEE = frozenset({Party.ASSIGNEE})
_COMPLAINANT = frozenset({Party.COMPLAINANT})
#: (state, step) -> who may take it, and the state it leads to.
STEPS: dict[tuple[State, Action], tuple[frozenset[Party], State]] = {
    (State.RECEIVED, Action.ACCEPT): (_TEAM, State.ACCEPTED),
    (State.RECEIVED, Action.REFUSE): (_TEAM, State.REFUSED),
    (State.ACCEPTED, Action.INVESTIGATE): (_ASSIGNEE, State.INVESTIGATING),
    (State.INVESTIGATING, Action.ANSWER): (_ASSIGNEE, State.ANSWERED),
    (State.ANSWERED, Action.APPEAL): (_COMPLAINANT, State.APPEALED),
    (State.REFUSED, Action.APPEAL): (_COMPLAINANT, State.APPEALED),
    (State.APPEALED, Action.DECIDE): (_ASSIGNEE, State.FINAL),
    **{(state, Action.ASSIGN): (_TEAM, state) for state in (State.ACCEPTED, State.INVESTIGATING, State.APPEALED)},
    **{(state, Action.WITHDRAW): (_COMPLAINANT, State.WITHDRAWN) for state in OPEN},
    **{(state, Action.KEEP_OUT): (_TEAM, state) for state in OPEN},
    **{(state, Action.NOTE): (_TEAM, state) for state in OPEN},
}
#: Steps that say something to the complainant, and so need words.
SPOKEN = frozenset({Action.REFUSE, Action.ANSWER, Action.DECIDE, Action.APPEAL, Action.NOTE})
#: Steps that come to an outcome.
CONCLUDING = frozenset({Action.ANSWER, Action.DECIDE})
#: Steps after which nobody waits for the same thing any more; remarks are none.
COUNTED = frozenset(Action) - {Action.NOTE}


def after(state: State, action: Action) -> State | None:
    """Return the state that a step leads to; nothing where it has no place."""
    found = STEPS.get((state, action))
    return found[1] if found else None


def may_take(state: State, action: Action, party: Party) -> bool:
    """Say whether the party may take the step in this state."""
    found = STEPS.get((state, action))
    return found is not None and party in found[0]


def steps_for(state: State, party: Party) -> tuple[Action, ...]:
    """Return the steps that a party may take now."""
    return tuple(action for action in Action if may_take(state, action, party))


def party_of(
    user_id: int,
    *,
    is_in_team: bool,
    assignee_id: int | None,
    concerned_ids: Iterable[int],
    earlier_ids: Iterable[int],
) -> Party:
    """Return what an official is to a grievance. Being concerned outweighs everything, an earlier hand outweighs the office."""
    if user_id in concerned_ids:
        return Party.CONCERNED
    if not is_in_team:
        return Party.STRANGER
    if user_id in earlier_ids:
        return Party.EARLIER
    return Party.ASSIGNEE if user_id == assignee_id else Party.TEAM


def handling_code(area_code: str, kind: Kind, level: Level, subject_role: Role | None) -> str:
    """Return the area whose officials answer: never below the township, and always above whoever it is about.

    A complaint of conduct that names a whole township and no office may be about the township's officials: the county answers.
    """
    is_above_township = subject_role in (Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL)
    may_be = kind is Kind.CONDUCT and subject_role is None and len(area_code) <= DIGITS[Level.TOWNSHIP]
    wanted = Level.COUNTY if level is Level.COUNTY or is_above_township or may_be else Level.TOWNSHIP
    return area_code[: DIGITS[wanted]]


def next_level(code: str) -> str:
    """Return the area whose officials decide an appeal: the county, and where the county answered, another person there."""
    return code[: DIGITS[Level.COUNTY]]


def team_role(code: str) -> Role:
    """Return the role whose holders answer for an area."""
    return TEAM_ROLES[Level.COUNTY if len(code) == DIGITS[Level.COUNTY] else Level.TOWNSHIP]


def due_on(state: State, rule: HandlingRule, today: dt.date, standing: dt.date | None) -> dt.date | None:
    """Return the last day for what is awaited once a state was reached today; nothing where nothing is."""
    days = {State.RECEIVED: rule.accept_days, State.ACCEPTED: rule.answer_days, State.APPEALED: rule.final_days}.get(state)
    if days is not None:
        return today + dt.timedelta(days=days)
    return standing if state is State.INVESTIGATING else None


def is_named(official: str, written: str) -> bool:
    """Say whether somebody's name stands in what was written of whom it is about, whatever title follows it."""
    return len(official) > 1 and official in "".join(written.split())


def code_of(secret: str) -> str:
    """Return the code that a keyed hash (hexadecimal) stands for: ten letters and digits that are not misread."""
    number = int(secret, 16)
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(letters)


def typed_code(text: str) -> str:
    """Return a code as it was handed out, from how it was typed."""
    return "".join(text.upper().replace("-", " ").split())
