"""Policy of notices and objections as pure functions: who may do what while a notice hangs out, and who answers an objection."""

import datetime as dt
from typing import Final

from marketplace.kernel.moves import Moves
from marketplace.notices.values import (
    DECIDED,
    NoticeAction,
    NoticeParty,
    NoticeState,
    ObjectionAction,
    ObjectionParty,
    ObjectionState,
    Topic,
)

_CASE, _NIGHT = frozenset({NoticeParty.CASE}), frozenset({NoticeParty.NIGHT})
NOTICES: Final = Moves[NoticeState, NoticeAction, NoticeParty](
    {
        (NoticeState.HANGING, NoticeAction.OBJECT): (frozenset({NoticeParty.PUBLIC}), NoticeState.HANGING),
        (NoticeState.HANGING, NoticeAction.WITHDRAW): (_CASE, NoticeState.DOWN),
        (NoticeState.TOLD, NoticeAction.WITHDRAW): (_CASE, NoticeState.DOWN),
        (NoticeState.OVER, NoticeAction.WITHDRAW): (_CASE, NoticeState.DOWN),
        (NoticeState.OVER, NoticeAction.TAKE_DOWN): (_NIGHT, NoticeState.DOWN),
    }
)
_OFFICIAL = frozenset({ObjectionParty.OFFICIAL})
OBJECTIONS: Final = Moves[ObjectionState, ObjectionAction, ObjectionParty](
    {
        (ObjectionState.OPEN, ObjectionAction.UPHOLD): (_OFFICIAL, ObjectionState.UPHELD),
        (ObjectionState.OPEN, ObjectionAction.DISMISS): (_OFFICIAL, ObjectionState.DISMISSED),
    }
)


def notice_state(topic: Topic, to_on: dt.date, *, is_down: bool, on: dt.date) -> NoticeState:
    """Return how a notice hangs on a day: open to objections, told as decided, past its last day, or taken down."""
    if is_down:
        return NoticeState.DOWN
    if on > to_on:
        return NoticeState.OVER
    return NoticeState.TOLD if topic in DECIDED else NoticeState.HANGING


def objection_party(by: int, *, put_up_by: int) -> ObjectionParty:
    """Return what an official is to an objection: whoever put the notice up does not answer what is said against it."""
    return ObjectionParty.PUBLISHER if by == put_up_by else ObjectionParty.OFFICIAL
