"""Named reads of notices."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_area, in_areas
from marketplace.kernel.crypto import Sealer
from marketplace.notices.models import Notice, NoticeLog, NoticeObjection
from marketplace.notices.values import LogKind, LogLine, NoticeView, ObjectionLine, ObjectionState, ObjectionView, Topic

PAGE = 50


def _standing(on: dt.date) -> ColumnElement[bool]:
    return (Notice.from_on <= on) & (Notice.to_on >= on) & Notice.is_withdrawn.is_(False)


def standing_notices(session: Session, *, area_code: str, on: dt.date, limit: int = PAGE, offset: int = 0) -> list[NoticeView]:
    """Return the notices of an area that may be seen on a day, those that come down first before the others."""
    rows = session.scalars(
        select(Notice)
        .where(_standing(on), in_area(Notice.village_code, area_code))
        .order_by(Notice.to_on, Notice.id)
        .limit(limit)
        .offset(offset)
    )
    return [_view(row) for row in rows]


def count_standing(session: Session, *, area_code: str, on: dt.date) -> int:
    """Return how many notices of an area may be seen on a day."""
    query = select(func.count()).select_from(Notice).where(_standing(on), in_area(Notice.village_code, area_code))
    return session.scalar(query) or 0


def notice_by_ref(session: Session, ref: str) -> NoticeView | None:
    """Return a notice, standing or not."""
    row = session.scalar(select(Notice).where(Notice.ref == ref))
    return _view(row) if row else None


def notice_by_id(session: Session, notice_id: int) -> NoticeView:
    """Return a notice by key."""
    return _view(session.get_one(Notice, notice_id))


def notices_about(session: Session, subject: str) -> list[NoticeView]:
    """Return every notice about a subject, the first put up first."""
    return [_view(row) for row in session.scalars(select(Notice).where(Notice.subject == subject).order_by(Notice.id))]


def log_of(session: Session, notice_ids: Iterable[int]) -> list[LogLine]:
    """Return the log of some notices, in order."""
    rows = session.scalars(select(NoticeLog).where(NoticeLog.notice_id.in_(list(notice_ids))).order_by(NoticeLog.id))
    return [
        LogLine(
            at=row.at, kind=LogKind(row.kind), by_user_id=row.by_user_id, topic=Topic(row.topic), head=row.head,
            people=row.people, from_on=row.from_on, to_on=row.to_on,
        )
        for row in rows
    ]  # fmt: skip


def objection_counts(session: Session, *, subject: str) -> tuple[int, int]:
    """Return how many objections about a subject's latest notice are open, and how many were upheld."""
    latest = select(func.max(Notice.id)).where(Notice.subject == subject).scalar_subquery()
    rows = session.execute(
        select(NoticeObjection.state, func.count()).where(NoticeObjection.notice_id == latest).group_by(NoticeObjection.state)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get(ObjectionState.OPEN, 0), found.get(ObjectionState.UPHELD, 0)


def objections_about(session: Session, subjects: Iterable[str]) -> list[tuple[str, ObjectionLine]]:
    """Return (subject, objection) of what was objected about some, the first brought first; nothing of its words is opened."""
    rows = session.execute(
        select(Notice.subject, NoticeObjection).join(Notice, Notice.id == NoticeObjection.notice_id)
        .where(Notice.subject.in_(list(subjects))).order_by(NoticeObjection.id)
    )  # fmt: skip
    return [(subject, _line(row)) for subject, row in rows]


def objection_by_ref(session: Session, ref: str, *, sealer: Sealer) -> ObjectionView | None:
    """Return one objection, opened."""
    row = session.scalar(select(NoticeObjection).where(NoticeObjection.ref == ref))
    return _opened(row, sealer) if row else None


def objections_in(
    session: Session, codes: Sequence[str], *, state: ObjectionState | None, limit: int = PAGE, offset: int = 0
) -> list[ObjectionLine]:
    """Return a page of the objections of some areas, those due first before the others; nothing of their words is opened."""
    query = select(NoticeObjection).where(in_areas(NoticeObjection.village_code, codes))
    if state is not None:
        query = query.where(NoticeObjection.state == state.value)
    rows = session.scalars(query.order_by(NoticeObjection.due_on, NoticeObjection.id).limit(limit).offset(offset))
    return [_line(row) for row in rows]


def objections_waiting(codes: Sequence[str]) -> Select[int]:
    """Return the count of the objections of some areas that wait for an answer, to be asked together with others."""
    is_open = NoticeObjection.state == ObjectionState.OPEN.value
    return select(func.count()).select_from(NoticeObjection).where(is_open, in_areas(NoticeObjection.village_code, codes))


def objection_rows() -> Select[int, str, dt.datetime, dt.datetime | None, str]:
    """Return the selection of (id, subject, at, decided_at, state) of all objections, without their words."""
    return select(NoticeObjection.id, Notice.subject, NoticeObjection.at, NoticeObjection.decided_at, NoticeObjection.state).join(
        Notice, Notice.id == NoticeObjection.notice_id
    )


def _view(row: Notice) -> NoticeView:
    return NoticeView(
        id=row.id, ref=row.ref, topic=Topic(row.topic), village_code=row.village_code, head=row.head, people=row.people,
        from_on=row.from_on, to_on=row.to_on, taken_down_at=row.taken_down_at, is_withdrawn=row.is_withdrawn,
    )  # fmt: skip


def _line(row: NoticeObjection) -> ObjectionLine:
    return ObjectionLine(
        ref=row.ref, village_code=row.village_code, state=ObjectionState(row.state), at=row.at, due_on=row.due_on,
        decided_at=row.decided_at,
    )  # fmt: skip


def _opened(row: NoticeObjection, sealer: Sealer) -> ObjectionView:
    return ObjectionView(
        id=row.id, ref=row.ref, notice_id=row.notice_id, village_code=row.village_code, state=ObjectionState(row.state),
        words=sealer.open(row.words_sealed, f"notice_objections/words/{row.ref}"),
        contact=sealer.open(row.contact_sealed, f"notice_objections/contact/{row.ref}") if row.contact_sealed else None,
        at=row.at, due_on=row.due_on,
        answer=sealer.open(row.answer_sealed, f"notice_objections/answer/{row.ref}") if row.answer_sealed else "",
        decided_by=row.decided_by, decided_at=row.decided_at,
    )  # fmt: skip
