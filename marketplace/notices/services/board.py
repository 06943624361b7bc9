"""Putting notices up and taking them down."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel import clock, ids
from marketplace.notices.models import Notice, NoticeLog
from marketplace.notices.values import LogKind, Topic

MOST_AT_ONCE = 500


def put_up(
    session: Session, *, key: str, subject: str, topic: Topic, village_code: str, head: str, people: int, to_on: dt.date, by: int
) -> str:
    """Put a notice up from today through `to_on`; return its reference. The same key again returns the first.

    `head` is a masked name: nothing else of a person comes in.
    """
    standing = session.scalar(select(Notice.ref).where(Notice.key == key))
    if standing is not None:
        return standing
    notice = Notice(
        ref=ids.reference("N", 8),
        key=key,
        subject=subject,
        topic=topic.value,
        village_code=village_code,
        head=head[:20],
        people=people,
        from_on=clock.today(),
        to_on=to_on,
        put_up_by=by,
        put_up_at=clock.now(),
    )
    session.add(notice)
    session.flush()
    _log(session, notice, LogKind.PUT_UP, by)
    return notice.ref


def withdraw(session: Session, *, subject: str, by: int) -> int:
    """Take down what still hangs out about a subject, because the matter ended or goes back; return how many."""
    rows = session.scalars(
        select(Notice).where(Notice.subject == subject, Notice.taken_down_at.is_(None)).with_for_update()
    ).all()
    now, today = clock.now(), clock.today()
    for notice in rows:
        notice.taken_down_at = now
        notice.is_withdrawn = today <= notice.to_on
        _log(session, notice, LogKind.WITHDRAWN if notice.is_withdrawn else LogKind.TAKEN_DOWN, by)
    session.flush()
    return len(rows)


def take_down_due(session: Session, now: dt.datetime | None = None) -> int:
    """Note in the log that notices past their last day came down; nobody has seen them since. Return how many."""
    today = clock.day_of(now or clock.now())
    rows = session.scalars(
        select(Notice)
        .where(Notice.taken_down_at.is_(None), Notice.to_on < today)
        .order_by(Notice.to_on)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for notice in rows:
        notice.taken_down_at = now or clock.now()
        _log(session, notice, LogKind.TAKEN_DOWN, None)
    session.flush()
    return len(rows)


def _log(session: Session, notice: Notice, kind: LogKind, by: int | None) -> None:
    session.add(
        NoticeLog(
            notice_id=notice.id,
            at=clock.now(),
            kind=kind.value,
            by_user_id=by,
            topic=notice.topic,
            head=notice.head,
            people=notice.people,
            from_on=notice.from_on,
            to_on=notice.to_on,
        )
    )
    session.flush()
