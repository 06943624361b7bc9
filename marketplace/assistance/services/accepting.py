"""Deciding on a register import: a second official accepts it and it stands, whole or not at all, or rejects it.

What acceptance writes was made ready on a reader (`readying`). The writer makes sure that nothing of it was outrun, and writes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.imports import Registration
from marketplace.assistance.models import (
    Cause,
    Helper,
    RegisterImport,
    RegisterImportRow,
    RegisterState,
    RegistrationSpell,
    YearLedgerEntry,
)
from marketplace.assistance.refusals import AcceptedByProposer, ImportDecided, ImportOutdated
from marketplace.assistance.services.comparing import marks
from marketplace.assistance.services.proposing import BATCH, batches, report_of
from marketplace.assistance.services.readying import Opening, PreparedAcceptance, Restating
from marketplace.assistance.values import ImportReport, ImportState, LedgerCategory, Origin
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.farmers.values import SealedMembers
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, StaleState


def accept_import(session: Session, *, import_id: int, by: int, prepared: PreparedAcceptance) -> ImportReport:
    """Let a proposed import stand: all of it, from today.

    Raises:
        AcceptedByProposer: the same official proposed it.
        ImportDecided: it was accepted, rejected or refused before.
        ImportOutdated: the record moved on since it was proposed.
        StaleState: the record moved since the acceptance was prepared; prepare it again.
    """
    held = _proposed(session, import_id, by)
    if held.ref != prepared.import_ref:
        raise StaleState
    _refuse_outrun(session, prepared)
    applying = _Applying(session, held, by, prepared)
    for opening in batches(prepared.opening, BATCH):
        applying.open(opening)
    for restating in batches(prepared.restating, BATCH):
        applying.restate(restating)
    _decide(session, held, by, ImportState.ACCEPTED, "")
    return report_of(held)


def reject_import(session: Session, *, import_id: int, by: int, reason: str = "") -> ImportReport:
    """Turn a proposed import down; nothing of it stands and its sealed rows are dropped.

    Raises:
        AcceptedByProposer: the same official proposed it.
        ImportDecided: it was decided before.
    """
    held = _proposed(session, import_id, by)
    _decide(session, held, by, ImportState.REJECTED, reason)
    return report_of(held)


def _proposed(session: Session, import_id: int, by: int) -> RegisterImport:
    held = session.get(RegisterImport, import_id, with_for_update=True)
    if held is None:
        raise NotThere
    if held.state != ImportState.PROPOSED:
        raise ImportDecided
    if held.by_user_id == by:
        raise AcceptedByProposer
    return held


def _refuse_outrun(session: Session, prepared: PreparedAcceptance) -> None:
    """Refuse what the record has outrun since the proposal: nothing fits any more; or since the preparation: try again."""
    if farmers.numbers_taken(session, [each.household.register_number or "" for each in prepared.opening]):
        raise ImportOutdated
    home_of: dict[str, int | None] = {index: None for each in prepared.opening for index in each.household.id_indexes}
    home_of |= {index: each.household_id for each in prepared.restating for index in each.joined}
    if any(household_id != home_of[index] for index, household_id in farmers.present_people(session, list(home_of)).items()):
        raise ImportOutdated
    for batch in batches(prepared.restating, BATCH):
        keys = [each.household_id for each in batch]
        stood = select(RegisterState.household_id, RegisterState.content_hash).where(RegisterState.household_id.in_(keys))
        hashes: dict[int, str] = {row[0]: row[1] for row in session.execute(stood)}
        if any(hashes.get(each.household_id, "") != each.base_hash for each in batch):
            raise ImportOutdated
        marked = marks(session, keys, year=prepared.year)
        if any(marked.get(each.household_id) != each.marks for each in batch):
            raise StaleState


def _decide(session: Session, held: RegisterImport, by: int, state: ImportState, reason: str) -> None:
    held.state = state
    held.accepted_by = by
    held.decided_at = clock.now()
    held.reason = reason[:200]
    # What was staged is personal and has served: the household's own rows hold it now, or nothing does.
    session.execute(
        update(RegisterImportRow)
        .where(RegisterImportRow.import_id == held.id, RegisterImportRow.payload_sealed.is_not(None))
        .values(payload_sealed=None)
    )
    session.flush()
    record_audit(
        session, by=by, action=f"assistance.import_{state}", object_kind="register_import", object_ref=held.ref,
        before={"state": "proposed"}, after={"state": str(state), "counts": held.counts}, reason=reason or None,
    )  # fmt: skip


class _Applying:
    """The writing of one acceptance, in batches of a bounded size: new households, then changed ones."""

    def __init__(self, session: Session, held: RegisterImport, by: int, prepared: PreparedAcceptance) -> None:
        self.session = session
        self.held = held
        self.by = by
        self.on = prepared.on
        self.year = prepared.year
        self.now = clock.now()

    def open(self, opening: Sequence[Opening]) -> None:
        keys = farmers_services.open_sealed_households(self.session, households=[each.household for each in opening], on=self.on)
        spells, causes, helpers, incomes, states = [], [], [], [], []
        for household_id, each in zip(keys, opening, strict=True):
            spells.append(self._spell(household_id, each.registration))
            causes += self._causes(household_id, each.causes)
            if each.helper is not None:
                helpers.append({**each.helper, "household_id": household_id, "from_on": self.on})
            if each.income_fen is not None:
                incomes.append(self._income(household_id, each.income_fen))
            states.append(self._state(household_id, each.content_hash))
        self._insert(RegistrationSpell, spells)
        self._insert(Cause, causes)
        self._insert(Helper, helpers)
        self._insert(YearLedgerEntry, incomes)
        self._insert(RegisterState, states)

    def restate(self, restating: Sequence[Restating]) -> None:
        members = SealedMembers(
            tuple(key for each in restating for key in each.members.closing),
            tuple(spell for each in restating for spell in each.members.opening),
        )
        farmers_services.restate_members(self.session, members=members, on=self.on)
        phones = {each.household_id: each.phone for each in restating if each.phone is not None}
        farmers_services.restate_phones(self.session, phones=phones)
        crops = {each.household_id: each.crops for each in restating if each.crops is not None}
        farmers_services.restate_crops(self.session, crops=crops, on=self.on)
        self._restate_registrations(restating)
        self._restate_rest(restating)
        keys = [each.household_id for each in restating]
        self.session.execute(delete(RegisterState).where(RegisterState.household_id.in_(keys)))
        self._insert(RegisterState, [self._state(each.household_id, each.content_hash) for each in restating])

    def _restate_registrations(self, restating: Sequence[Restating]) -> None:
        exits = []
        superseded = []
        opening = []
        for each in restating:
            if each.registration is None:
                continue
            if each.is_exit:
                exits.append({"key": each.spell_id, "day": each.registration.ended_on})
                continue
            if each.spell_id is not None:
                superseded.append({"key": each.spell_id, "moment": self.now})
            opening.append(self._spell(each.household_id, each.registration))
        key = RegistrationSpell.__table__.c.id == bindparam("key")
        table: Any = RegistrationSpell.__table__
        if exits:
            self.session.connection().execute(
                update(table).where(key).values(ended_on=bindparam("day"), ended_how="exited"), exits
            )
        if superseded:
            self.session.connection().execute(update(table).where(key).values(superseded_at=bindparam("moment")), superseded)
        self._insert(RegistrationSpell, opening)

    def _restate_rest(self, restating: Sequence[Restating]) -> None:
        self._close(Cause, [each.household_id for each in restating if each.causes is not None])
        self._close(Helper, [each.household_id for each in restating if each.helper is not None])
        earning = [each.household_id for each in restating if each.income_fen is not None]
        self.session.execute(
            update(YearLedgerEntry)
            .where(
                YearLedgerEntry.household_id.in_(earning),
                YearLedgerEntry.year == self.year,
                YearLedgerEntry.category == LedgerCategory.PER_CAPITA_NET,
                YearLedgerEntry.superseded_at.is_(None),
            )
            .values(superseded_at=self.now)
            .execution_options(synchronize_session=False)
        )
        causes, helpers, incomes = [], [], []
        for each in restating:
            causes += self._causes(each.household_id, each.causes or {})
            if each.helper is not None:
                helpers.append({**each.helper, "household_id": each.household_id, "from_on": self.on})
            if each.income_fen is not None:
                incomes.append(self._income(each.household_id, each.income_fen))
        self._insert(Cause, causes)
        self._insert(Helper, helpers)
        self._insert(YearLedgerEntry, incomes)

    def _close(self, model: Any, household_ids: Sequence[int]) -> None:
        """End today what stands; the new rows begin today."""
        self.session.execute(
            update(model)
            .where(model.household_id.in_(household_ids), model.to_on.is_(None))
            .values(to_on=self.on)
            .execution_options(synchronize_session=False)
        )

    def _insert(self, model: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(insert(model.__table__), rows)

    def _spell(self, household_id: int, facts: Registration) -> dict[str, Any]:
        return {
            "household_id": household_id,
            "registered_on": facts.registered_on,
            "registered_precision": facts.precision,
            "ended_on": facts.ended_on,
            "ended_how": facts.ended_how,
            "origin": str(Origin.REGISTER),
            "attribute": facts.attribute,
            "import_id": self.held.id,
            "created_at": self.now,
        }

    def _causes(self, household_id: int, causes: Mapping[str, bool]) -> list[dict[str, Any]]:
        return [
            {"household_id": household_id, "cause": cause, "is_main": is_main, "from_on": self.on, "by_user_id": self.by}
            for cause, is_main in causes.items()
        ]

    def _state(self, household_id: int, content_hash: str) -> dict[str, Any]:
        return {"household_id": household_id, "content_hash": content_hash, "import_id": self.held.id}

    def _income(self, household_id: int, amount_fen: int) -> dict[str, Any]:
        return {
            "household_id": household_id,
            "year": self.year,
            "category": str(LedgerCategory.PER_CAPITA_NET),
            "amount_fen": amount_fen,
            "source": "register",
            "entered_by": self.held.by_user_id,
            "entered_at": self.held.proposed_at,
            "approved_by": self.by,
            "approved_at": self.now,
            "import_id": self.held.id,
        }
