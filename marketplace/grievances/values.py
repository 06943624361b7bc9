"""Grievances as others may see them: kinds, states, steps, who may take them, and the frozen values that pages show."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from marketplace.accounts.values import Role
from marketplace.areas.values import Level
from marketplace.kernel.words import N_


class Kind(StrEnum):
    """What a grievance is about."""

    IDENTIFICATION = "identification"
    HELP = "help"
    CONDUCT = "conduct"
    GOODS = "goods"
    TOURS = "tours"
    OTHER = "other"


class State(StrEnum):
    """How far a grievance has come."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    INVESTIGATING = "investigating"
    ANSWERED = "answered"
    REFUSED = "refused"
    APPEALED = "appealed"
    FINAL = "final"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What somebody does to a grievance."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    ASSIGN = "assign"
    INVESTIGATE = "investigate"
    ANSWER = "answer"
    APPEAL = "appeal"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    #: An official is kept out of the matter because it concerns them.
    KEEP_OUT = "keep_out"
    #: A remark that stays among officials.
    NOTE = "note"


class Party(StrEnum):
    """What somebody is to a grievance."""

    COMPLAINANT = "complainant"
    #: An official of the area and level that answers it.
    TEAM = "team"
    #: The one of them it was given to.
    ASSIGNEE = "assignee"
    #: An official who had a hand in the answer that is appealed against.
    EARLIER = "earlier"
    #: An official it is about, or who brought it.
    CONCERNED = "concerned"
    STRANGER = "stranger"


class Outcome(StrEnum):
    """What an answer comes to."""

    UPHELD = "upheld"
    PARTIAL = "partial"
    REJECTED = "rejected"
    #: Another authority has to decide.
    REFERRED = "referred"


OPEN = (State.RECEIVED, State.ACCEPTED, State.INVESTIGATING, State.APPEALED)
APPEALABLE = (State.ANSWERED, State.REFUSED)
#: Whose conduct may be complained of by their office alone, for who knows no name.
SUBJECT_ROLES = (Role.VILLAGE_OFFICIAL, Role.TASK_FORCE, Role.HELPER, Role.TOWNSHIP_OFFICIAL, Role.COUNTY_OFFICIAL)
#: Who answers at a level. A village never judges complaints of itself.
TEAM_ROLES = {Level.TOWNSHIP: Role.TOWNSHIP_OFFICIAL, Level.COUNTY: Role.COUNTY_OFFICIAL}

KIND_WORDS = {
    Kind.IDENTIFICATION: N_("Who is registered for help, and who is not"),
    Kind.HELP: N_("Help and money"),
    Kind.CONDUCT: N_("How an official behaved"),
    Kind.GOODS: N_("Goods and orders"),
    Kind.TOURS: N_("Tours"),
    Kind.OTHER: N_("Another matter"),
}
STATE_WORDS = {
    State.RECEIVED: N_("Received"),
    State.ACCEPTED: N_("Taken up"),
    State.INVESTIGATING: N_("Being looked into"),
    State.ANSWERED: N_("Answered"),
    State.REFUSED: N_("Not taken up"),
    State.APPEALED: N_("Appealed against"),
    State.FINAL: N_("Finally answered"),
    State.WITHDRAWN: N_("Taken back"),
}
STATE_KINDS = {
    State.RECEIVED: "wait", State.ACCEPTED: "info", State.INVESTIGATING: "info", State.ANSWERED: "ok", State.REFUSED: "plain",
    State.APPEALED: "wait", State.FINAL: "ok", State.WITHDRAWN: "plain",
}  # fmt: skip
ACTION_WORDS = {
    Action.ACCEPT: N_("Taken up"),
    Action.REFUSE: N_("Not taken up"),
    Action.ASSIGN: N_("Given to somebody"),
    Action.INVESTIGATE: N_("Looking into it began"),
    Action.ANSWER: N_("Answered"),
    Action.APPEAL: N_("Appealed against"),
    Action.DECIDE: N_("Finally answered"),
    Action.WITHDRAW: N_("Taken back"),
    Action.KEEP_OUT: N_("Kept out of it"),
    Action.NOTE: N_("Remark"),
}
OUTCOME_WORDS = {
    Outcome.UPHELD: N_("Upheld"),
    Outcome.PARTIAL: N_("Upheld in part"),
    Outcome.REJECTED: N_("Not upheld"),
    Outcome.REFERRED: N_("Referred to another authority"),
}


@dataclass(frozen=True, slots=True)
class HandlingRule:
    """Who answers a kind of grievance first, and within how many calendar days each step is due."""

    level: Level
    accept_days: int
    answer_days: int
    #: How long the answer may be appealed against.
    appeal_days: int
    #: Within how many days an appeal is decided.
    final_days: int


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody brings, as typed."""

    kind: Kind
    area_code: str
    words: str = field(repr=False)
    contact: str = field(default="", repr=False)
    #: Office and name of the official it is about, where it is about one.
    subject_role: Role | None = None
    subject_name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the complainant takes home: number and code open the page of the grievance again."""

    ref: str
    code: str = field(repr=False)
    #: By when somebody takes it up or says why not.
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class GrievanceLine:
    """One grievance of a list."""

    id: int
    ref: str
    kind: Kind
    state: State
    area_code: str
    received_at: dt.datetime
    due_on: dt.date | None
    assignee_name: str | None

    def is_overdue(self, today: dt.date) -> bool:
        """Say whether a step is late."""
        return self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list, and where the next one begins."""

    rows: tuple[GrievanceLine, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One signed step. What was said, and the trail's line that holds address and moment of the one who took it."""

    action: Action
    at: dt.datetime
    #: Nothing where the complainant acted.
    by_name: str | None
    by_role: Role | None
    outcome: Outcome | None
    #: To whom it was given, or who was kept out.
    towards_name: str | None
    words: str = field(repr=False)
    #: What stays among officials.
    note: str = field(repr=False)
    trail_id: int

    @property
    def is_public(self) -> bool:
        """Whether the complainant sees that this happened."""
        return self.action not in (Action.NOTE, Action.KEEP_OUT)


@dataclass(frozen=True, slots=True)
class GrievanceView:
    """A grievance without its words."""

    id: int
    ref: str
    kind: Kind
    state: State
    area_code: str
    #: The area whose officials answer it.
    handling_code: str
    subject_role: Role | None
    outcome: Outcome | None
    received_at: dt.datetime
    due_on: dt.date | None
    appeal_until: dt.date | None
    assignee_id: int | None
    #: How many steps have been taken; whoever takes the next one says how many they saw.
    version: int
    has_contact: bool
    image_ids: tuple[int, ...]
    #: Who may find it among their own.
    buyer_user_id: int | None

    def can_be_appealed(self, today: dt.date) -> bool:
        """Say whether the complainant may still ask for another look."""
        return self.state in APPEALABLE and self.appeal_until is not None and today <= self.appeal_until


@dataclass(frozen=True, slots=True)
class Wording:
    """What was written, opened."""

    words: str = field(repr=False)
    subject_name: str = field(repr=False)
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who may answer: an official of the level, not concerned."""

    user_id: int
    name: str
    role: Role
    area_code: str
