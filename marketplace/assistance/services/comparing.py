"""Comparing what a register states of households with what stands: one snapshot for many households, one change each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from marketplace.assistance.imports import (
    Registration,
    Snapshot,
    SpellFacts,
    member_entry,
    registration_of,
    restated_registration,
    stated_causes,
)
from marketplace.assistance.models import Cause, Helper, RegistrationSpell, YearLedgerEntry
from marketplace.assistance.register.values import HouseholdRow
from marketplace.assistance.values import LedgerCategory
from marketplace.farmers import queries as farmers
from marketplace.farmers.services import plan_members
from marketplace.farmers.values import MemberEntry, MemberPlan
from marketplace.kernel.crypto import Sealer


@dataclass(frozen=True, slots=True)
class Change:
    """What a statement changes of a household. A part that is None stays as it is."""

    household_id: int
    stated: Mapping[str, MemberEntry]
    members: MemberPlan
    phone: str | None
    crops: tuple[str, ...] | None
    is_exit: bool
    registration: Registration | None
    causes: Mapping[str, bool] | None
    helper: tuple[str, str] | None
    income_fen: int | None

    @property
    def words(self) -> list[str]:
        """Words for what changes, never the values."""
        parts = (
            ("people_joined", self.members.joined),
            ("people_changed", self.members.changed),
            ("phone", self.phone is not None),
            ("crops", self.crops is not None),
            ("exit" if self.is_exit else "registration", self.registration is not None),
            ("causes", self.causes is not None),
            ("helper", self.helper is not None),
            ("income", self.income_fen is not None),
        )
        return [word for word, changes in parts if changes]


def compare(row: HouseholdRow, household_id: int, snapshot: Snapshot, *, on: dt.date, sealer: Sealer) -> Change:
    """Return what the row changes. What it leaves empty is unknown and changes nothing."""
    stated = {sealer.blind(person.id_number, "id_number"): member_entry(person) for person in row.people}
    causes = stated_causes(row)
    helper = _helper(row, snapshot.helper)
    phone = row.phone if row.phone and sealer.blind(row.phone, "phone") != snapshot.phone_index else None
    is_exit, registration = False, None
    if snapshot.spell is None:
        registration = registration_of(row, on)
    elif (restated := restated_registration(row, snapshot.spell, on)) is not None:
        is_exit, registration = restated
    income = row.income_per_head_fen
    return Change(
        household_id=household_id,
        stated=stated,
        members=plan_members(snapshot.members, stated),
        phone=phone,
        crops=row.crops if row.crops and frozenset(row.crops) != snapshot.crops else None,
        is_exit=is_exit,
        registration=registration,
        causes=causes if causes and causes != dict(snapshot.causes) else None,
        helper=helper if helper != snapshot.helper else None,
        income_fen=income if income is not None and income != snapshot.income_fen else None,
    )


def _helper(row: HouseholdRow, standing: tuple[str, str] | None) -> tuple[str, str] | None:
    name, organisation = standing or ("", "")
    stated = (row.helper_name or name, row.helper_organisation or organisation)
    return stated if any(stated) else None


def snapshots(
    session: Session, households: Mapping[int, farmers.RegisterHousehold], *, year: int, sealer: Sealer
) -> dict[int, Snapshot]:
    """Return what stands of the households, by key, in six queries a thousand or so."""
    keys = sorted(households)
    members = farmers.current_members(session, keys, sealer=sealer)
    crops = farmers.crops_of_households(session, keys)
    spells = _spells(session, keys)
    causes: dict[int, dict[str, bool]] = {}
    for cause in session.execute(
        select(Cause.household_id, Cause.cause, Cause.is_main).where(Cause.household_id.in_(keys), Cause.to_on.is_(None))
    ):
        causes.setdefault(cause.household_id, {})[cause.cause] = cause.is_main
    helpers = {
        row.household_id: (sealer.open(row.name_sealed, f"helpers/name/{row.ref}"), row.organisation)
        for row in session.scalars(select(Helper).where(Helper.household_id.in_(keys), Helper.to_on.is_(None)))
    }
    incomes = {
        row.household_id: row.amount_fen
        for row in session.execute(
            select(YearLedgerEntry.household_id, YearLedgerEntry.amount_fen).where(
                YearLedgerEntry.household_id.in_(keys), _declared_per_head(year)
            )
        )
    }
    return {
        key: Snapshot(
            members=tuple(members.get(key, ())),
            phone_index=households[key].phone_index,
            crops=crops.get(key, frozenset()),
            spell=spells.get(key),
            causes=causes.get(key, {}),
            helper=helpers.get(key),
            income_fen=incomes.get(key),
        )
        for key in keys
    }


def marks(session: Session, keys: Sequence[int], *, year: int) -> dict[int, tuple[Any, ...]]:
    """Return, by household key, what tells whether anything of a snapshot was changed since; opens no sealed field."""
    found: dict[int, list[Any]] = {key: [mark] for key, mark in farmers.marks_of_households(session, keys).items()}
    standing: tuple[Any, ...] = (
        select(RegistrationSpell.household_id, RegistrationSpell.id, RegistrationSpell.ended_on).where(
            RegistrationSpell.superseded_at.is_(None)
        ),
        select(Cause.household_id, Cause.id).where(Cause.to_on.is_(None)),
        select(Helper.household_id, Helper.id).where(Helper.to_on.is_(None)),
        select(YearLedgerEntry.household_id, YearLedgerEntry.id).where(_declared_per_head(year)),
    )
    for number, rows in enumerate(standing):
        of_household, key = rows.selected_columns[0], rows.selected_columns[1]
        for household_id, *mark in session.execute(rows.where(of_household.in_(keys)).order_by(key)):
            found[household_id].append((number, *mark))
    return {household_id: tuple(mark) for household_id, mark in found.items()}


def _declared_per_head(year: int) -> ColumnElement[bool]:
    return and_(
        YearLedgerEntry.year == year,
        YearLedgerEntry.category == LedgerCategory.PER_CAPITA_NET,
        YearLedgerEntry.superseded_at.is_(None),
        YearLedgerEntry.approved_by.is_not(None),
    )


def _spells(session: Session, keys: Sequence[int]) -> dict[int, SpellFacts]:
    rows = session.scalars(
        select(RegistrationSpell)
        .where(RegistrationSpell.household_id.in_(keys), RegistrationSpell.superseded_at.is_(None))
        .order_by(RegistrationSpell.registered_on, RegistrationSpell.id)
    )
    return {
        row.household_id: SpellFacts(
            row.id, row.registered_on, row.registered_precision, row.ended_on, row.ended_how, row.origin, row.attribute
        )
        for row in rows
    }
