"""Truths of accounts (assurance.md, 12). Each check returns the rows that break it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from marketplace.accounts import rules
from marketplace.accounts.ddl import trigger_names
from marketplace.accounts.models import AuditEvent, AuditLink, RoleGrant, User, UserSession
from marketplace.accounts.services.trail import GENESIS, link_hash
from marketplace.accounts.values import Grant, Role
from marketplace.kernel.db import dialect_of
from marketplace.kernel.triggers import missing

Check = tuple[str, Callable[[Session], Sequence[Any]]]

#: A line passed over by the chain for longer than this was lost by it.
PASSED_OVER = dt.timedelta(hours=1)


def broken_chain(session: Session, since: dt.datetime | None = None) -> Sequence[Any]:
    """Return the links that do not follow from the one before, or whose event no longer fits its hash.

    Reads the whole trail, or from the last link before `since`.
    """
    broken = []
    before = None
    if since is not None:
        older = select(AuditLink).where(AuditLink.linked_at < since).order_by(AuditLink.position.desc())
        before = session.scalar(older.limit(1))
    expected, prev_hash = (1, GENESIS) if before is None else (before.position + 1, before.hash)
    rows = session.execute(
        select(AuditLink, AuditEvent)
        .where(AuditLink.position >= expected)
        .join(AuditEvent, AuditEvent.id == AuditLink.event_id, isouter=True)
        .order_by(AuditLink.position)
        .execution_options(yield_per=1_000)
    )
    for link, event in rows:
        if link.position != expected:
            broken.append((link.position, "not contiguous"))
        elif link.prev_hash != prev_hash:
            broken.append((link.position, "does not follow from the link before"))
        elif event is None or link_hash(link.position, link.prev_hash, event) != link.hash:
            broken.append((link.position, "its event was changed"))
        expected, prev_hash = link.position + 1, link.hash
    return broken


def lines_passed_over(session: Session) -> Sequence[Any]:
    """Return lines that a later line was chained before, an hour ago or more."""
    newest = session.execute(
        select(AuditLink.event_id, AuditLink.linked_at).order_by(AuditLink.position.desc()).limit(1)
    ).one_or_none()
    if newest is None:
        return []
    old = session.scalar(select(func.max(AuditLink.event_id)).where(AuditLink.linked_at < newest.linked_at - PASSED_OVER))
    return session.execute(
        select(AuditEvent.id, AuditEvent.at).where(
            AuditEvent.id < (old or 0), ~select(AuditLink).where(AuditLink.event_id == AuditEvent.id).exists()
        )
    ).all()


def missing_triggers(session: Session) -> Sequence[Any]:
    """Return the names of the trail's triggers that do not stand."""
    return missing(session, trigger_names(dialect_of(session)))


def clashing_roles(session: Session) -> Sequence[Any]:
    """Return people who hold two roles of which the one checks the other."""
    one, other = aliased(RoleGrant), aliased(RoleGrant)
    pairs = session.execute(
        select(one.user_id, one.role, one.area_code, other.role.label("other_role"), other.area_code.label("other_code"))
        .join(other, (other.user_id == one.user_id) & (other.id > one.id))
        .where(one.to_on.is_(None), other.to_on.is_(None), one.role != other.role)
    )
    return [row for row in pairs if rules.clash([Grant(Role(row.role), row.area_code)], Role(row.other_role), row.other_code)]


def sessions_of_closed_accounts(session: Session) -> Sequence[Any]:
    """Return sessions that stand although the account is closed."""
    return session.execute(
        select(UserSession.id, UserSession.user_id)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.ended_at.is_(None), User.is_active.is_(False))
    ).all()


CHECKS: tuple[Check, ...] = (
    ("accounts: the trail's chain is contiguous and fits its lines", broken_chain),
    ("accounts: the chain passes no line over", lines_passed_over),
    ("accounts: the triggers of the trail stand", missing_triggers),
    ("accounts: nobody holds two roles of which one checks the other", clashing_roles),
    ("accounts: a closed account has no session", sessions_of_closed_accounts),
)
