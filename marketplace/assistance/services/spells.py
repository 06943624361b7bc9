"""What a decided procedure does to the record: begins or ends a registration, begins or clears monitoring. Nothing else may."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance.models import MonitoringEpisode, RegistrationSpell
from marketplace.assistance.refusals import StandingDoesNotFit
from marketplace.assistance.values import EndedHow, Origin, Precision
from marketplace.kernel import clock


def begin_registration(session: Session, *, household_id: int, on: dt.date, attribute: str | None) -> int:
    """Begin a registration by procedure; an earlier one is never edited. Return its key.

    Raises:
        StandingDoesNotFit: the household is on the register already.
    """
    if standing_registration(session, household_id) is not None:
        raise StandingDoesNotFit
    spell = RegistrationSpell(
        household_id=household_id,
        registered_on=on,
        registered_precision=Precision.DAY,
        origin=Origin.PROCEDURE,
        attribute=attribute,
        created_at=clock.now(),
    )
    session.add(spell)
    session.flush()
    return spell.id


def end_registration(session: Session, *, household_id: int, on: dt.date, how: EndedHow) -> int:
    """End the standing registration; return its key.

    Raises:
        StandingDoesNotFit: the household is not on the register.
    """
    spell = standing_registration(session, household_id)
    if spell is None:
        raise StandingDoesNotFit
    spell.ended_on, spell.ended_how = max(on, spell.registered_on), how.value
    session.flush()
    return spell.id


def clear_monitoring(session: Session, *, household_id: int, on: dt.date) -> int:
    """End the standing monitoring; return its key.

    Raises:
        StandingDoesNotFit: the household is not monitored.
    """
    episode = standing_episode(session, household_id)
    if episode is None:
        raise StandingDoesNotFit
    episode.cleared_on = max(on, episode.opened_on)
    session.flush()
    return episode.id


def standing_registration(session: Session, household_id: int) -> RegistrationSpell | None:
    """Return the registration that stands, taken for change."""
    return session.scalar(
        select(RegistrationSpell)
        .where(
            RegistrationSpell.household_id == household_id,
            RegistrationSpell.ended_on.is_(None),
            RegistrationSpell.superseded_at.is_(None),
        )
        .with_for_update()
    )


def last_registration(session: Session, household_id: int) -> RegistrationSpell | None:
    """Return the registration that began last, standing or ended."""
    return session.scalars(
        select(RegistrationSpell)
        .where(RegistrationSpell.household_id == household_id, RegistrationSpell.superseded_at.is_(None))
        .order_by(RegistrationSpell.registered_on.desc(), RegistrationSpell.id.desc())
        .limit(1)
    ).first()


def standing_episode(session: Session, household_id: int) -> MonitoringEpisode | None:
    """Return the monitoring that stands, taken for change."""
    return session.scalar(
        select(MonitoringEpisode)
        .where(MonitoringEpisode.household_id == household_id, MonitoringEpisode.cleared_on.is_(None))
        .with_for_update()
    )
