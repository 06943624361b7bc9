"""Truths of notices: each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.triggers import missing
from marketplace.notices.ddl import TRIGGERS
from marketplace.notices.models import Notice, NoticeLog, NoticeObjection

Rows = Sequence[Any]


def notices_without_their_log(session: Session) -> Rows:
    """Each notice has exactly one line of having been put up, and one of having come down once it did."""
    ups = func.count().filter(NoticeLog.kind == "put_up")
    downs = func.count().filter(NoticeLog.kind != "put_up")
    return session.execute(
        select(Notice.ref, ups, downs)
        .outerjoin(NoticeLog, NoticeLog.notice_id == Notice.id)
        .group_by(Notice.id, Notice.ref, Notice.taken_down_at)
        .having((ups != 1) | ((Notice.taken_down_at.is_(None)) != (downs == 0)) | (downs > 1))
    ).all()


def answered_by_their_publisher(session: Session) -> Rows:
    """Nobody answers an objection to a notice they put up."""
    return session.execute(
        select(NoticeObjection.ref)
        .join(Notice, Notice.id == NoticeObjection.notice_id)
        .where(NoticeObjection.decided_by == Notice.put_up_by)
    ).all()


def missing_triggers(session: Session) -> Rows:
    """The triggers stand: a migration that alters a table can drop them silently."""
    return missing(session, TRIGGERS)


CHECKS: tuple[tuple[str, Callable[[Session], Rows]], ...] = (
    ("notices: the triggers that keep what was shown stand", missing_triggers),
    ("notices: each stands in the log as it was shown", notices_without_their_log),
    ("notices: nobody answers objections to their own notice", answered_by_their_publisher),
)
