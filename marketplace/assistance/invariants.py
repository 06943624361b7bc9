"""Truths of the assistance record: each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import column, func, or_, select, table
from sqlalchemy.orm import Session, aliased

from marketplace.assistance.models import (
    MonitoringEpisode,
    RegisterImport,
    RegisterImportRow,
    RegistrationSpell,
    Unmasking,
    YearLedgerEntry,
)
from marketplace.assistance.values import ImportState

Rows = Sequence[Any]
#: The trail is another room's; only the columns this truth speaks of are named here.
_TRAIL = table("audit_events", column("action"), column("object_ref"))


def disclosures_without_their_one_row(session: Session) -> Rows:
    """Each disclosure in the audit trail has exactly one access row, and each access row one disclosure (invariant 13)."""
    told = (
        select(_TRAIL.c.object_ref, func.count().label("times"))
        .where(_TRAIL.c.action == "assistance.unmask")
        .group_by(_TRAIL.c.object_ref)
        .subquery()
    )
    without_trail = session.execute(
        select(Unmasking.ref, told.c.times)
        .outerjoin(told, told.c.object_ref == Unmasking.ref)
        .where(or_(told.c.times.is_(None), told.c.times != 1))
    ).all()
    without_row = session.execute(
        select(told.c.object_ref, told.c.times)
        .outerjoin(Unmasking, Unmasking.ref == told.c.object_ref)
        .where(Unmasking.id.is_(None))
    ).all()
    return [*without_trail, *without_row]


def overlapping_registrations(session: Session) -> Rows:
    """What we hold true of a household's registrations doesn't overlap."""
    other = aliased(RegistrationSpell)
    return session.execute(
        select(RegistrationSpell.household_id, RegistrationSpell.id, other.id)
        .join(other, other.household_id == RegistrationSpell.household_id)
        .where(
            RegistrationSpell.id < other.id,
            RegistrationSpell.superseded_at.is_(None),
            other.superseded_at.is_(None),
            or_(other.ended_on.is_(None), RegistrationSpell.registered_on < other.ended_on),
            or_(RegistrationSpell.ended_on.is_(None), other.registered_on < RegistrationSpell.ended_on),
        )
    ).all()


def decided_by_their_proposer(session: Session) -> Rows:
    """Imports, ledger entries and monitoring episodes have two officials each."""
    return [
        *session.execute(select(RegisterImport.ref).where(RegisterImport.accepted_by == RegisterImport.by_user_id)),
        *session.execute(select(YearLedgerEntry.id).where(YearLedgerEntry.approved_by == YearLedgerEntry.entered_by)),
        *session.execute(select(MonitoringEpisode.id).where(MonitoringEpisode.approved_by == MonitoringEpisode.proposed_by)),
    ]


def spells_of_imports_that_do_not_stand(session: Session) -> Rows:
    """A registration from the register names an accepted import."""
    return session.execute(
        select(RegistrationSpell.id, RegisterImport.ref, RegisterImport.state)
        .join(RegisterImport, RegisterImport.id == RegistrationSpell.import_id)
        .where(RegisterImport.state != ImportState.ACCEPTED)
    ).all()


def staged_people_kept_after_the_decision(session: Session) -> Rows:
    """Once an import is decided, none of its staged personal data is kept."""
    return session.execute(
        select(RegisterImport.ref, RegisterImportRow.household_number)
        .join(RegisterImportRow, RegisterImportRow.import_id == RegisterImport.id)
        .where(RegisterImport.state != ImportState.PROPOSED, RegisterImportRow.payload_sealed.is_not(None))
    ).all()


CHECKS: tuple[tuple[str, Callable[[Session], Rows]], ...] = (
    ("assistance: each disclosure has exactly one access row", disclosures_without_their_one_row),
    ("assistance: registrations don't overlap", overlapping_registrations),
    ("assistance: nobody decided on what they proposed", decided_by_their_proposer),
    ("assistance: register spells name an accepted import", spells_of_imports_that_do_not_stand),
    ("assistance: decided imports keep no staged personal data", staged_people_kept_after_the_decision),
)
