"""The trail: one line for each deed that matters, written in the transaction of the deed, chained by a sweep afterwards."""

import contextvars
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import AuditEvent, AuditLink
from marketplace.accounts.queries import grants_of
from marketplace.kernel import clock
from marketplace.kernel.db import dialect_of

#: What stands before the first link.
GENESIS = "0" * 64
#: Events this far below the last linked one are looked at again: on PostgreSQL a lower key may be committed later.
LOOK_BACK = 10_000
_CHAIN_LOCK = 7_316_001
#: Lines are written and never changed: the statement is made once, and no row is kept in the session.
_WRITE = insert(AuditEvent.__table__).returning(AuditEvent.__table__.c.id)  # type: ignore[arg-type]  # a mapped table is a Table

_address: contextvars.ContextVar[str | None] = contextvars.ContextVar("asking_address", default=None)


def asking_from(address: str | None) -> None:
    """Remember the network address of the present request for the lines it will write."""
    _address.set(address)


def record_audit(
    session: Session,
    *,
    by: int | None,
    action: str,
    object_kind: str,
    object_ref: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str | None = None,
    area_code: str | None = None,
    is_anonymous: bool = False,
) -> int:
    """Write a line of the trail: who (nobody: the house itself), what, to which object, and what changed; return its key.

    `before` and `after` hold no personal data in clear. The line belongs to `area_code`, or else to the widest area the person is
    responsible for. One query for the person's roles. An anonymous line keeps neither address nor request: by either, whoever
    complains of an official could be found out.
    """
    grants = grants_of(session, by) if by is not None else ()
    codes = sorted((grant.area_code for grant in grants if grant.area_code), key=len)
    session.flush()
    line = {
        "at": clock.now(),
        "user_id": by,
        "role": ",".join(sorted({str(grant.role) for grant in grants}))[:200],
        "area_code": area_code or (codes[0] if codes else None),
        "action": action[:60],
        "object_kind": object_kind[:40],
        "object_ref": object_ref[:80],
        "before": dict(before) if before is not None else None,
        "after": dict(after) if after is not None else None,
        "reason": reason[:500] if reason else None,
        "address": None if is_anonymous else _address.get(),
        "request_id": None if is_anonymous else structlog.contextvars.get_contextvars().get("request_id"),
    }
    return int(session.execute(_WRITE, line).scalar_one())


def link_hash(position: int, prev_hash: str, event: AuditEvent) -> str:
    """Return the hash of a link: SHA-256 over its position, the hash before it, and the event in a fixed writing."""
    body = [
        position, prev_hash, event.id, event.at.isoformat(timespec="microseconds"), event.user_id, event.role, event.area_code,
        event.action, event.object_kind, event.object_ref, event.before, event.after, event.reason, event.address,
        event.request_id,
    ]  # fmt: skip
    writing = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(writing.encode()).hexdigest()


def link_trail(session: Session, *, limit: int = 5_000) -> int:
    """Chain the events that are not chained yet; return how many. Sweeps running side by side wait for each other."""
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = session.scalar(select(AuditLink).order_by(AuditLink.position.desc()).limit(1))
    position, prev_hash = (last.position, last.hash) if last is not None else (0, GENESIS)
    highest = session.scalar(select(func.max(AuditLink.event_id))) or 0
    events = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.id > highest - LOOK_BACK, ~select(AuditLink).where(AuditLink.event_id == AuditEvent.id).exists())
        .order_by(AuditEvent.id)
        .limit(limit)
    ).all()
    now = clock.now()
    for event in events:
        position += 1
        link = AuditLink(
            position=position, event_id=event.id, prev_hash=prev_hash, hash=link_hash(position, prev_hash, event), linked_at=now
        )
        session.add(link)
        prev_hash = link.hash
    session.flush()
    return len(events)
