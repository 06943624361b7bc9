"""What a closed grievance need not keep is forgotten: first the contact, later words and pictures. What became of it stays."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.grievances import rules
from marketplace.grievances.models import Grievance, GrievancePicture, GrievanceStep
from marketplace.kernel import clock

MOST_AT_ONCE = 500


def forget_grievances(session: Session) -> int:
    """Forget what is past its time, some at once; return how many rows were touched."""
    return _forget_contacts(session) + _forget_words(session)


def _forget_contacts(session: Session) -> int:
    due = (
        select(Grievance.id)
        .where(
            Grievance.due_on.is_(None),
            Grievance.contact_sealed.is_not(None),
            Grievance.moved_at < clock.now() - rules.CONTACT_KEPT,
        )
        .order_by(Grievance.id)
        .limit(MOST_AT_ONCE)
    )
    keys = session.scalars(due).all()
    session.execute(update(Grievance).where(Grievance.id.in_(keys)).values(contact_sealed=None, owner_id=None))
    return len(keys)


def _forget_words(session: Session) -> int:
    due = (
        select(Grievance.id)
        .where(
            Grievance.due_on.is_(None), Grievance.words_sealed.is_not(None), Grievance.moved_at < clock.now() - rules.KEPT
        )
        .order_by(Grievance.id)
        .limit(MOST_AT_ONCE)
    )  # fmt: skip
    keys = session.scalars(due).all()
    session.execute(update(Grievance).where(Grievance.id.in_(keys)).values(words_sealed=None, subject_sealed=None))
    session.execute(update(GrievanceStep).where(GrievanceStep.grievance_id.in_(keys)).values(words_sealed=None, note_sealed=None))
    session.execute(delete(GrievancePicture).where(GrievancePicture.grievance_id.in_(keys)))
    return len(keys)
