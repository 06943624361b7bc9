"""Truths of the outbox. Each check returns the rows that break it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.kernel import clock
from marketplace.messages.models import Message
from marketplace.messages.values import State

Check = tuple[str, Callable[[Session], Sequence[Any]]]

#: A message that waits longer than this was forgotten by the sweep.
OLDEST = dt.timedelta(hours=24)


def messages_kept_waiting(session: Session) -> Sequence[Any]:
    """Return messages that have waited longer than a day."""
    return session.execute(
        select(Message.id, Message.state, Message.attempts, Message.created_at).where(
            Message.state.in_([State.WAITING, State.SENDING]), Message.created_at < clock.now() - OLDEST
        )
    ).all()


def words_kept_after_sending(session: Session) -> Sequence[Any]:
    """Return ended messages that still hold a number or words."""
    return session.execute(
        select(Message.id, Message.state).where(
            Message.state.in_([State.SENT, State.FAILED]), or_(Message.to_sealed != "", Message.body_sealed != "")
        )
    ).all()


CHECKS: tuple[Check, ...] = (
    ("messages: nothing waits longer than a day", messages_kept_waiting),
    ("messages: what was sent is not kept", words_kept_after_sending),
)
