"""Deciding on a register import: a second official accepts it and it stands, whole or not at all, or rejects it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.assistance.imports import Registration, from_text, household_entry, registration_of, stated_causes
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
from marketplace.assistance.register.values import HouseholdRow
from marketplace.assistance.services.comparing import Change, compare, snapshots
from marketplace.assistance.services.proposing import BATCH, batches, payload_place, report_of
from marketplace.assistance.values import ImportReport, ImportState, LedgerCategory, Origin, StagedKind
from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmers_services
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere


def accept_import(session: Session, *, import_id: int, by: int, sealer: Sealer) -> ImportReport:
    """Let a proposed import stand: all of it, from today.

    Raises:
        AcceptedByProposer: the same official proposed it.
        ImportDecided: it was accepted, rejected or refused before.
        ImportOutdated: the record moved on since it was proposed.
    """
    held = _proposed(session, import_id, by)
    applying = _Applying(session, held, by, sealer)
    applying.apply()
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
    """The work of one acceptance: new households, then changed ones, in batches of a bounded size."""

    def __init__(self, session: Session, held: RegisterImport, by: int, sealer: Sealer) -> None:
        self.session = session
        self.held = held
        self.by = by
        self.sealer = sealer
        self.on = clock.today()
        self.now = clock.now()
        #: The register speaks of the year before the file was proposed.
        self.year = clock.day_of(held.proposed_at).year - 1
        self.standing = farmers.register_households(session)
        self.people = farmers.people_on_record(session)

    def apply(self) -> None:
        for rows in self._staged(StagedKind.NEW):
            self._open([(row.content_hash, self._household(row)) for row in rows])
        for rows in self._staged(StagedKind.CHANGED):
            self._change(rows)

    def _staged(self, kind: StagedKind) -> Iterator[Sequence[Any]]:
        keys = self.session.scalars(
            select(RegisterImportRow.id)
            .where(RegisterImportRow.import_id == self.held.id, RegisterImportRow.kind == kind)
            .order_by(RegisterImportRow.id)
        ).all()
        for batch in batches(keys, BATCH):
            yield self.session.execute(
                select(
                    RegisterImportRow.household_number,
                    RegisterImportRow.household_id,
                    RegisterImportRow.content_hash,
                    RegisterImportRow.base_hash,
                    RegisterImportRow.payload_sealed,
                ).where(RegisterImportRow.id.in_(batch))
            ).all()

    def _household(self, staged: Any) -> HouseholdRow:
        return from_text(self.sealer.open(staged.payload_sealed, payload_place(self.held.ref, staged.household_number)))

    def _open(self, rows: Sequence[tuple[str, HouseholdRow]]) -> None:
        for _, row in rows:
            if row.number in self.standing:
                raise ImportOutdated
            self._refuse_people_elsewhere([self.sealer.blind(person.id_number, "id_number") for person in row.people], None)
        keys = farmers_services.open_households(
            self.session, entries=[household_entry(row) for _, row in rows], on=self.on, sealer=self.sealer
        )
        spells, causes, helpers, incomes, states = [], [], [], [], []
        for household_id, (mark, row) in zip(keys, rows, strict=True):
            spells.append(self._spell(household_id, registration_of(row, self.on)))
            causes += self._causes(household_id, stated_causes(row))
            if row.helper_name or row.helper_organisation:
                helpers.append(self._helper(household_id, row.helper_name or "", row.helper_organisation or ""))
            if row.income_per_head_fen is not None:
                incomes.append(self._income(household_id, row.income_per_head_fen))
            states.append({"household_id": household_id, "content_hash": mark, "import_id": self.held.id})
        self._insert(RegistrationSpell, spells)
        self._insert(Cause, causes)
        self._insert(Helper, helpers)
        self._insert(YearLedgerEntry, incomes)
        self._insert(RegisterState, states)

    def _change(self, staged: Sequence[Any]) -> None:
        keys = [row.household_id for row in staged]
        hashes = {
            row.household_id: row.content_hash
            for row in self.session.execute(
                select(RegisterState.household_id, RegisterState.content_hash).where(RegisterState.household_id.in_(keys))
            )
        }
        if any(hashes.get(row.household_id, "") != row.base_hash for row in staged):
            raise ImportOutdated
        households = {}
        for row in staged:
            household = self.standing.get(row.household_number)
            if household is None or household.is_closed:
                raise ImportOutdated
            households[household.id] = household
        found = snapshots(self.session, households, year=self.year, sealer=self.sealer)
        changes = [
            compare(self._household(row), row.household_id, found[row.household_id], on=self.on, sealer=self.sealer)
            for row in staged
        ]
        for change in changes:
            self._refuse_people_elsewhere(change.members.joined, change.household_id)
        farmers_services.restate_members(
            self.session,
            plans={change.household_id: (change.members, change.stated) for change in changes},
            on=self.on,
            sealer=self.sealer,
        )
        self._restate_registrations(changes, {key: one.spell.id for key, one in found.items() if one.spell is not None})
        self._restate_rest(changes)
        self.session.execute(delete(RegisterState).where(RegisterState.household_id.in_(keys)))
        self._insert(
            RegisterState,
            [{"household_id": row.household_id, "content_hash": row.content_hash, "import_id": self.held.id} for row in staged],
        )

    def _refuse_people_elsewhere(self, indexes: Sequence[str], household_id: int | None) -> None:
        if any(self.people.get(id_index, household_id) != household_id for id_index in indexes):
            raise ImportOutdated

    def _restate_registrations(self, changes: Sequence[Change], spells: Mapping[int, int]) -> None:
        exits = []
        superseded = []
        opening = []
        for change in changes:
            if change.registration is None:
                continue
            if change.is_exit:
                exits.append({"key": spells[change.household_id], "day": change.registration.ended_on})
                continue
            if change.household_id in spells:
                superseded.append({"key": spells[change.household_id], "moment": self.now})
            opening.append(self._spell(change.household_id, change.registration))
        key = RegistrationSpell.__table__.c.id == bindparam("key")
        table: Any = RegistrationSpell.__table__
        if exits:
            self.session.connection().execute(
                update(table).where(key).values(ended_on=bindparam("day"), ended_how="exited"), exits
            )
        if superseded:
            self.session.connection().execute(update(table).where(key).values(superseded_at=bindparam("moment")), superseded)
        self._insert(RegistrationSpell, opening)

    def _restate_rest(self, changes: Sequence[Change]) -> None:
        self._close(Cause, [change.household_id for change in changes if change.causes is not None])
        self._close(Helper, [change.household_id for change in changes if change.helper is not None])
        earning = [change.household_id for change in changes if change.income_fen is not None]
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
        for change in changes:
            causes += self._causes(change.household_id, change.causes or {})
            if change.helper is not None:
                helpers.append(self._helper(change.household_id, *change.helper))
            if change.income_fen is not None:
                incomes.append(self._income(change.household_id, change.income_fen))
            if change.phone is not None:
                farmers_services.restate_phone(
                    self.session, household_id=change.household_id, phone=change.phone, sealer=self.sealer
                )
            if change.crops is not None:
                farmers_services.restate_crops(self.session, household_id=change.household_id, crops=change.crops, on=self.on)
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
            self.session.execute(insert(model), rows)

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

    def _helper(self, household_id: int, name: str, organisation: str) -> dict[str, Any]:
        ref = ids.reference("P", 12)
        return {
            "ref": ref,
            "household_id": household_id,
            "name_sealed": self.sealer.seal(name, f"helpers/name/{ref}"),
            "organisation": organisation,
            "from_on": self.on,
        }

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
