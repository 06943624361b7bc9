"""What the county settles about procedures: days, numbers, what is open; and the days in which the register is frozen."""

import dataclasses
import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance import refusals
from marketplace.assistance.models import ProcedureFreeze, ProcedureSettings
from marketplace.assistance.values.procedures import Settings
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere


def propose_settings(session: Session, *, settings: Settings, source: str, by: int) -> ProcedureSettings:
    """Propose what shall hold from a day on, not before today; a second official lets it stand. What was settled stays on file.

    Raises:
        DatesCrossed: the day lies in the past: cases would be judged by what nobody could know.
    """
    if settings.from_on < clock.today():
        raise refusals.DatesCrossed
    values = {one.name: getattr(settings, one.name) for one in dataclasses.fields(settings) if one.name != "id"}
    row = ProcedureSettings(**values, source=source[:200], proposed_by=by, proposed_at=clock.now())
    session.add(row)
    session.flush()
    _audit(session, row, by, "assistance.propose_settings")
    return row


def approve_settings(session: Session, *, settings_id: int, by: int) -> ProcedureSettings:
    """Let proposed settings stand.

    Raises:
        AcceptedByProposer: by who proposed them.
        SettingsDecided: somebody did already.
    """
    row = session.scalar(
        select(ProcedureSettings)
        .where(ProcedureSettings.id == settings_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotThere
    if row.approved_by is not None:
        raise refusals.SettingsDecided
    if row.proposed_by == by:
        raise refusals.AcceptedByProposer
    row.approved_by, row.approved_at = by, clock.now()
    session.flush()
    _audit(session, row, by, "assistance.approve_settings")
    return row


def freeze_register(session: Session, *, from_on: dt.date, to_on: dt.date, words: str, by: int) -> ProcedureFreeze:
    """Let nothing be approved or announced from a day to a day.

    Raises:
        DatesCrossed: it would end before it begins, or lie in the past.
    """
    if to_on < from_on or from_on < clock.today():
        raise refusals.DatesCrossed
    row = ProcedureFreeze(from_on=from_on, to_on=to_on, words=words[:200], by_user_id=by, at=clock.now())
    session.add(row)
    session.flush()
    record_audit(
        session, by=by, action="assistance.freeze", object_kind="freeze", object_ref=str(row.id),
        after={"from_on": from_on.isoformat(), "to_on": to_on.isoformat()}, reason=words or None,
    )  # fmt: skip
    return row


def lift_freeze(session: Session, *, freeze_id: int, by: int) -> None:
    """End a freeze before its time; by somebody else than who set it.

    Raises:
        AcceptedByProposer: by who set it.
    """
    row = session.get(ProcedureFreeze, freeze_id, with_for_update=True)
    if row is None:
        raise NotThere
    if row.lifted_at is not None:
        return
    if row.by_user_id == by:
        raise refusals.AcceptedByProposer
    row.lifted_at, row.lifted_by = clock.now(), by
    session.flush()
    record_audit(session, by=by, action="assistance.lift_freeze", object_kind="freeze", object_ref=str(row.id))


def _audit(session: Session, row: ProcedureSettings, by: int, action: str) -> None:
    record_audit(
        session, by=by, action=action, object_kind="procedure_settings", object_ref=str(row.id),
        after={"from_on": row.from_on.isoformat(), "source": row.source},
    )  # fmt: skip
