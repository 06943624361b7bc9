"""How the households of an area stood over time, and how long their cases took: for figures over years."""

import datetime as dt
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.assistance import rules
from marketplace.assistance.models import MonitoringEpisode, Procedure, ProcedureStep, RegistrationSpell
from marketplace.assistance.values import Status
from marketplace.assistance.values.ledger import HouseholdHistory, StageTime
from marketplace.farmers.queries.references import keys_in_area
from marketplace.kernel import clock


def standing_histories(session: Session, area_code: str) -> list[HouseholdHistory]:
    """Return the history of every household of an area, closed ones too, in order of key. Three queries."""
    spell, episode = RegistrationSpell, MonitoringEpisode
    spells: dict[int, list[tuple[dt.date, dt.date | None, str | None]]] = {}
    for key, registered_on, ended_on, how in session.execute(
        select(spell.household_id, spell.registered_on, spell.ended_on, spell.ended_how)
        .where(spell.superseded_at.is_(None), spell.household_id.in_(keys_in_area(area_code)))
        .order_by(spell.registered_on, spell.id)
    ):
        spells.setdefault(key, []).append((registered_on, ended_on, how))
    episodes: dict[int, list[tuple[dt.date, dt.date | None]]] = {}
    for key, opened_on, cleared_on in session.execute(
        select(episode.household_id, episode.opened_on, episode.cleared_on)
        .where(episode.household_id.in_(keys_in_area(area_code)))
        .order_by(episode.opened_on, episode.id)
    ):
        episodes.setdefault(key, []).append((opened_on, cleared_on))
    keys = sorted(session.scalars(keys_in_area(area_code)))
    return [HouseholdHistory(key, tuple(spells.get(key, ())), tuple(episodes.get(key, ()))) for key in keys]


def statuses_on(histories: Iterable[HouseholdHistory], on: dt.date) -> dict[int, Status]:
    """Return how each household stood on a day."""
    found = {}
    for history in histories:
        is_monitored = any(opened <= on and (cleared is None or cleared > on) for opened, cleared in history.episodes)
        spell = rules.spell_on([rules.Dated(*one) for one in history.spells], on)
        found[history.household_id] = rules.status_on(spell, on, is_monitored=is_monitored)
    return found


def stage_times(session: Session, area_code: str, from_on: dt.date, to_on: dt.date) -> list[StageTime]:
    """Return every stage that a case of an area left between two days, and every whole case that ended then. Two queries."""
    cases = {
        row.id: row
        for row in session.execute(
            select(Procedure.id, Procedure.ref, Procedure.household_id, Procedure.kind, Procedure.opened_on, Procedure.closed_on)
            .where(Procedure.household_id.in_(keys_in_area(area_code)), Procedure.opened_on <= to_on)
            .order_by(Procedure.id)
        )
    }
    steps: dict[int, list[tuple[str | None, str, dt.date]]] = {}
    wanted = select(Procedure.id).where(Procedure.household_id.in_(keys_in_area(area_code)), Procedure.opened_on <= to_on)
    for key, before, after, at in session.execute(
        select(ProcedureStep.procedure_id, ProcedureStep.from_state, ProcedureStep.to_state, ProcedureStep.at)
        .where(ProcedureStep.procedure_id.in_(wanted))
        .order_by(ProcedureStep.procedure_id, ProcedureStep.seq)
    ):
        steps.setdefault(key, []).append((before, after, clock.day_of(at)))
    found = []
    for key, case in cases.items():
        for stage, entered, left in _stages(steps.get(key, [])):
            if from_on < left <= to_on:
                found.append(StageTime(case.ref, case.household_id, case.kind, stage, entered, left))
        if case.closed_on and from_on < case.closed_on <= to_on:
            found.append(StageTime(case.ref, case.household_id, case.kind, "", case.opened_on, case.closed_on))
    return found


def _stages(steps: list[tuple[str | None, str, dt.date]]) -> Iterator[tuple[str, dt.date, dt.date]]:
    """Yield each stage that was left, with the days of the signatures that led in and out; a countersignature leads nowhere."""
    entered: dt.date | None = None
    for before, after, day in steps:
        if before == after:
            continue
        if before is not None and entered is not None:
            yield before, entered, day
        entered = day
