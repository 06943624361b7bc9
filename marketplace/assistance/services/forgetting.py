"""Forgetting what leads from somebody's ID number, or from a picture, to a household that is erased."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from marketplace.assistance.models import ComparisonRow, CourseEnrolment, Visit, VisitImage
from marketplace.farmers import queries as farmers


def forget_photos(session: Session, *, household_id: int) -> None:
    """Let go of the photos of all visits to a household; no page leads to them any more."""
    visits = select(Visit.id).where(Visit.household_id == household_id)
    session.execute(delete(VisitImage).where(VisitImage.visit_id.in_(visits)))


def forget_people(session: Session, *, household_id: int) -> None:
    """Take out whoever is found by an ID number: in lists of courses, and in other registers' lists, unless they live elsewhere.

    That somebody of the household had a place stays, and with it every count. To be called while the household still knows
    the blind indexes of its people.
    """
    alone = farmers.indexes_of_people_alone(session, household_id)
    session.execute(delete(ComparisonRow).where(ComparisonRow.id_index.in_(alone)))
    session.execute(
        update(CourseEnrolment)
        .where(CourseEnrolment.household_id == household_id)
        .values(person_index="erased/" + CourseEnrolment.member_ref)
        .execution_options(synchronize_session=False)
    )
