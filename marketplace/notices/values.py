"""What others may know of notices and objections."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_


class Topic(StrEnum):
    """What a notice tells the public. The words never call anybody poor."""

    JOIN_PROPOSED = "join_proposed"
    JOIN_REVIEWED = "join_reviewed"
    JOINED = "joined"
    LEAVE_PROPOSED = "leave_proposed"
    LEFT = "left"
    REMOVE_PROPOSED = "remove_proposed"
    REMOVED = "removed"
    SUPPORT_PROPOSED = "support_proposed"
    SUPPORT_ENDS = "support_ends"


#: Topic: its title.
TITLES: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.JOIN_PROPOSED: N_("Proposed for the household register"),
        Topic.JOIN_REVIEWED: N_("Reviewed by the township for the household register"),
        Topic.JOINED: N_("Entered in the household register"),
        Topic.LEAVE_PROPOSED: N_("Proposed to leave the household register"),
        Topic.LEFT: N_("Left the household register"),
        Topic.REMOVE_PROPOSED: N_("Proposed to be struck off the household register"),
        Topic.REMOVED: N_("Struck off the household register"),
        Topic.SUPPORT_PROPOSED: N_("Proposed for follow-up support"),
        Topic.SUPPORT_ENDS: N_("Follow-up support proposed to end"),
    }
)
#: What stands decided already: it is told, and objected to no more.
DECIDED = frozenset({Topic.JOINED, Topic.LEFT, Topic.REMOVED})


class NoticeState(StrEnum):
    """How a notice hangs on a day."""

    #: Anybody may object.
    HANGING = "hanging"
    #: It tells what is decided.
    TOLD = "told"
    #: Nobody sees it any more; the log does not say so yet.
    OVER = "over"
    DOWN = "down"


class NoticeAction(StrEnum):
    """What is done about a notice that was put up."""

    OBJECT = "object"
    WITHDRAW = "withdraw"
    TAKE_DOWN = "take_down"


class NoticeParty(StrEnum):
    """Who does something about a notice."""

    PUBLIC = "public"
    #: The room whose matter it tells, in whose step an official takes it down.
    CASE = "case"
    #: The nightly pass.
    NIGHT = "night"


class ObjectionAction(StrEnum):
    """How an objection is answered."""

    UPHOLD = "uphold"
    DISMISS = "dismiss"


class ObjectionParty(StrEnum):
    """What an official is to an objection."""

    #: Whoever put up the notice.
    PUBLISHER = "publisher"
    OFFICIAL = "official"


class ObjectionState(StrEnum):
    """How far an objection has come."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


OBJECTION_WORDS: Mapping[ObjectionState, str] = MappingProxyType(
    {
        ObjectionState.OPEN: N_("Waits for an answer"),
        ObjectionState.UPHELD: N_("Objection upheld"),
        ObjectionState.DISMISSED: N_("Objection dismissed"),
    }
)


class LogKind(StrEnum):
    """What happened to a notice."""

    PUT_UP = "put_up"
    TAKEN_DOWN = "taken_down"
    WITHDRAWN = "withdrawn"


LOG_WORDS: Mapping[LogKind, str] = MappingProxyType(
    {
        LogKind.PUT_UP: N_("Put up"),
        LogKind.TAKEN_DOWN: N_("Came down"),
        LogKind.WITHDRAWN: N_("Withdrawn before its time"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """A notice as it hangs out: `head` is masked."""

    id: int
    ref: str
    topic: Topic
    village_code: str
    head: str
    people: int
    from_on: dt.date
    to_on: dt.date
    taken_down_at: dt.datetime | None
    is_withdrawn: bool

    def stands_on(self, on: dt.date) -> bool:
        """Whether it may be seen on a day."""
        return self.from_on <= on <= self.to_on and not self.is_withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the log: when what was shown."""

    at: dt.datetime
    kind: LogKind
    by_user_id: int | None
    topic: Topic
    head: str
    people: int
    from_on: dt.date
    to_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionLine:
    """An objection in a list: what was said stays sealed."""

    ref: str
    village_code: str
    state: ObjectionState
    at: dt.datetime
    due_on: dt.date
    decided_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionView:
    """What somebody objected, for the officials who handle it."""

    id: int
    ref: str
    notice_id: int
    village_code: str
    state: ObjectionState
    words: str = field(repr=False)
    contact: str | None = field(repr=False)
    at: dt.datetime
    due_on: dt.date
    answer: str = field(repr=False)
    decided_by: int | None
    decided_at: dt.datetime | None
