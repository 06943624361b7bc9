"""Verbs of the outbox: write a message down, claim it, note what became of it.

Sending is three steps, the first and the last in transactions of their own: claim, hand over, note the outcome. A process that
dies between may send a message twice, never lose it.
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.db import in_transaction
from marketplace.messages import rules
from marketplace.messages.models import Message
from marketplace.messages.values import DoorClosed, Kind, SmsDoor, State

log = structlog.get_logger()


@dataclass(frozen=True)
class Claimed:
    """A message in the hands of one process."""

    id: int
    ref: str
    to: str
    text: str


def enqueue_sms(session: Session, *, to: str, text: str, sealer: Sealer, useful_until: dt.datetime | None = None) -> Message:
    """Write an SMS down to be sent after this transaction; number and words are sealed until then."""
    ref = ids.token()
    now = clock.now()
    message = Message(
        ref=ref,
        kind=str(Kind.SMS),
        to_sealed=sealer.seal(to, f"outbox/{ref}/to"),
        body_sealed=sealer.seal(text, f"outbox/{ref}/body"),
        state=str(State.WAITING),
        attempts=0,
        next_at=now,
        useful_until=useful_until,
        created_at=now,
    )
    session.add(message)
    session.flush()
    return message


def claim(session: Session, *, message_id: int, sealer: Sealer) -> Claimed | None:
    """Take a due message in hand by one conditional update; None where another process has it or nothing is due."""
    now = clock.now()
    taken = session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_([State.WAITING, State.SENDING]),
            Message.next_at <= now,
            or_(Message.useful_until.is_(None), Message.useful_until > now),
        )
        .values(state=str(State.SENDING), attempts=Message.attempts + 1, next_at=now + rules.SENDING_LEASE)
        .returning(Message.ref, Message.to_sealed, Message.body_sealed)
    ).one_or_none()
    if taken is None:
        return None
    return Claimed(
        message_id,
        taken.ref,
        sealer.open(taken.to_sealed, f"outbox/{taken.ref}/to"),
        sealer.open(taken.body_sealed, f"outbox/{taken.ref}/body"),
    )


def note_sent(session: Session, *, message_id: int) -> None:
    """Note that the door took a message, and empty it."""
    session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == State.SENDING)
        .values(state=str(State.SENT), sent_at=clock.now(), to_sealed="", body_sealed="")
    )


def note_failed(session: Session, *, message_id: int) -> None:
    """Put a message back to be tried later, or give it up after the last try."""
    message = session.get(Message, message_id)
    if message is None or message.state != State.SENDING:
        return
    if message.attempts >= rules.MOST_ATTEMPTS:
        message.state, message.to_sealed, message.body_sealed = str(State.FAILED), "", ""
    else:
        message.state, message.next_at = str(State.WAITING), clock.now() + rules.wait_before(message.attempts)
    session.flush()


def give_up_worthless(session: Session) -> int:
    """Empty and give up messages that nobody needs any more; return how many."""
    now = clock.now()
    given_up = session.execute(
        update(Message)
        .where(Message.state.in_([State.WAITING, State.SENDING]), Message.useful_until <= now, Message.next_at <= now)
        .values(state=str(State.FAILED), to_sealed="", body_sealed="")
        .returning(Message.id)
    ).all()
    return len(given_up)


def forget_old(session: Session, *, older_than: dt.timedelta = dt.timedelta(days=90)) -> int:
    """Delete messages that ended long ago; return how many."""
    gone = session.execute(
        delete(Message)
        .where(Message.state.in_([State.SENT, State.FAILED]), Message.created_at < clock.now() - older_than)
        .returning(Message.id)
    ).all()
    return len(gone)


def due_messages(session: Session, *, limit: int = 100) -> list[int]:
    """Return the keys of messages to send now, the oldest first."""
    rows = session.scalars(
        select(Message.id)
        .where(Message.state.in_([State.WAITING, State.SENDING]), Message.next_at <= clock.now())
        .order_by(Message.next_at, Message.id)
        .limit(limit)
    )
    return list(rows)


def deliver(session: Session, *, message_id: int, door: SmsDoor, sealer: Sealer) -> bool:
    """Send one message: claim, hand over, note the outcome, each step in its own transaction on the session's engine.

    The session itself must stand outside any transaction: the outside is never called while the writer is held.
    """
    if session.in_transaction():
        raise RuntimeError("a message is sent outside the writing transaction")
    engine = session.get_bind().engine
    claimed = in_transaction(engine, lambda own: claim(own, message_id=message_id, sealer=sealer))
    if claimed is None:
        return False
    try:
        door.send(to=claimed.to, text=claimed.text, key=claimed.ref)
    except Exception as error:  # noqa: BLE001 (a provider's own door may fail in any way)
        if not isinstance(error, DoorClosed):
            # its words may quote the message, and with it a sign-in code
            log.error("door failed", kind=type(error).__name__, message=message_id)
        in_transaction(engine, lambda own: note_failed(own, message_id=message_id))
        return False
    in_transaction(engine, lambda own: note_sent(own, message_id=message_id))
    return True


def drain(session: Session, *, door: SmsDoor, sealer: Sealer, limit: int = 100) -> int:
    """Send what is due; return how many left. The session is only a way to the engine and opens nothing itself."""
    engine = session.get_bind().engine
    in_transaction(engine, give_up_worthless)
    waiting = in_transaction(engine, lambda own: due_messages(own, limit=limit))
    return sum(deliver(session, message_id=key, door=door, sealer=sealer) for key in waiting)
