"""Objecting to a notice, and answering an objection."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit, spend_try
from marketplace.accounts.values import Origin
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.notices.models import Notice, NoticeObjection
from marketplace.notices.refusals import NoticeOver, ObjectionByPublisher, ObjectionDecided, WordsNeeded
from marketplace.notices.rules import NOTICES, OBJECTIONS, notice_state, objection_party
from marketplace.notices.values import NoticeAction, ObjectionAction, ObjectionState, Topic

#: Days in which an objection is answered.
ANSWER_DAYS = 15
LEAST_WORDS = 2


def object_to(
    session: Session, *, key: str, notice_ref: str, words: str, contact: str | None, sealer: Sealer, origin: Origin | None = None
) -> str:
    """Take down what somebody objects to a notice that hangs out; return its reference. The same key again returns the first.

    Raises:
        NoticeOver: it has come down, or tells what is decided already.
        WordsNeeded: nothing is said.
        TooManyTries: somebody sends more than anybody would.
    """
    standing = session.scalar(select(NoticeObjection.ref).where(NoticeObjection.key == key))
    if standing is not None:
        return standing
    notice = session.scalar(select(Notice).where(Notice.ref == notice_ref))
    if notice is None:
        raise NotThere
    today = clock.today()
    is_down = notice.taken_down_at is not None
    if NOTICES.after(notice_state(Topic(notice.topic), notice.to_on, is_down=is_down, on=today), NoticeAction.OBJECT) is None:
        raise NoticeOver
    if len(words.strip()) < LEAST_WORDS:
        raise WordsNeeded
    if origin is not None:
        spend_try(session, kind="objection", subject=origin.browser, address=origin.address, device=origin.browser)
    ref = ids.reference("J", 8)
    session.add(
        NoticeObjection(
            ref=ref,
            key=key,
            notice_id=notice.id,
            village_code=notice.village_code,
            words_sealed=sealer.seal(words.strip()[:2000], f"notice_objections/words/{ref}"),
            contact_sealed=sealer.seal(contact[:60], f"notice_objections/contact/{ref}") if contact else None,
            at=clock.now(),
            due_on=today + dt.timedelta(days=ANSWER_DAYS),
            state=ObjectionState.OPEN.value,
        )
    )
    session.flush()
    return ref


def decide_objection(
    session: Session, *, objection_id: int, is_upheld: bool, answer: str, by: int, sealer: Sealer
) -> NoticeObjection:
    """Answer an objection; never by whoever put the notice up.

    Raises:
        WordsNeeded: without an answer in words.
        ObjectionDecided: somebody has answered.
        ObjectionByPublisher: by who put the notice up.
    """
    row = session.scalar(
        select(NoticeObjection)
        .where(NoticeObjection.id == objection_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotThere
    state, action = ObjectionState(row.state), ObjectionAction.UPHOLD if is_upheld else ObjectionAction.DISMISS
    to = OBJECTIONS.after(state, action)
    if to is None:
        raise ObjectionDecided
    if len(answer.strip()) < LEAST_WORDS:
        raise WordsNeeded
    notice = session.get_one(Notice, row.notice_id)
    if not OBJECTIONS.may_take(state, action, {objection_party(by, put_up_by=notice.put_up_by)}):
        raise ObjectionByPublisher
    row.state = to.value
    row.answer_sealed = sealer.seal(answer.strip()[:2000], f"notice_objections/answer/{row.ref}")
    row.decided_by, row.decided_at = by, clock.now()
    session.flush()
    record_audit(
        session, by=by, action="notices.decide_objection", object_kind="objection", object_ref=row.ref,
        after={"state": row.state}, area_code=row.village_code,
    )  # fmt: skip
    return row
