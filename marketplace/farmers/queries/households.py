"""Named reads of households, their people and who may act for them."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from marketplace.farmers.models import Household, HouseholdCrop, HouseholdUser, MemberSpell
from marketplace.farmers.values import CurrentMember, MemberView, PersonOnRecord
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.identity import mask_id, mask_name, mask_phone
from marketplace.vault import queries as vault

#: Stands where a name or number was erased.
ERASED = "—"
#: Keys in one IN list: below every engine's limit.
CHUNK = 5_000
_USERS = select(HouseholdUser.user_id).where(
    HouseholdUser.household_id == bindparam("household_id"), HouseholdUser.ended_at.is_(None)
)
#: Asked with every request of whoever is signed in.
_HOUSEHOLDS = select(HouseholdUser.household_id).where(
    HouseholdUser.user_id == bindparam("user_id"), HouseholdUser.ended_at.is_(None)
)


def household(session: Session, household_id: int) -> Household | None:
    """Return a household by key."""
    return session.get(Household, household_id)


def household_by_ref(session: Session, ref: str) -> Household | None:
    """Return a household by its public reference."""
    return session.scalar(select(Household).where(Household.ref == ref))


def household_by_register_number(session: Session, number: str) -> Household | None:
    """Return a household by its number in the county's register."""
    return session.scalar(select(Household).where(Household.register_number == number))


def households_of_user(session: Session, user_id: int) -> frozenset[int]:
    """Return the households a user was matched to in person and may still act for."""
    return frozenset(session.scalars(_HOUSEHOLDS, {"user_id": user_id}))


def users_of_household(session: Session, household_id: int) -> frozenset[int]:
    """Return the users who may act for a household."""
    return frozenset(session.scalars(_USERS, {"household_id": household_id}))


def crops_of_household(session: Session, household_id: int) -> tuple[str, ...]:
    """Return what a household grows now, in the register's words."""
    rows = session.scalars(
        select(HouseholdCrop.crop)
        .where(HouseholdCrop.household_id == household_id, HouseholdCrop.to_on.is_(None))
        .order_by(HouseholdCrop.id)
    )
    return tuple(rows)


def villages_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, str]:
    """Return the village code of each household, by key."""
    wanted = sorted(set(household_ids))
    rows = session.execute(select(Household.id, Household.village_code).where(Household.id.in_(wanted)))
    return {row.id: row.village_code for row in rows}


@dataclass(frozen=True, slots=True)
class RegisterHousehold:
    """What an import needs to know of a household that stands."""

    id: int
    ref: str
    village_code: str
    is_closed: bool
    phone_index: str | None


def register_households(session: Session) -> dict[str, RegisterHousehold]:
    """Return all households that carry a register number, by it, in one query."""
    rows = session.execute(
        select(
            Household.register_number,
            Household.id,
            Household.ref,
            Household.village_code,
            Household.closed_at,
            Household.phone_index,
        ).where(Household.register_number.is_not(None))
    )
    return {
        row.register_number: RegisterHousehold(row.id, row.ref, row.village_code, row.closed_at is not None, row.phone_index)
        for row in rows
    }


def people_on_record(session: Session) -> dict[str, int]:
    """Return the household key of everybody who belongs to one now, by blind index of the ID number, in one query."""
    rows = session.execute(select(MemberSpell.id_index, MemberSpell.household_id).where(MemberSpell.to_on.is_(None)))
    return {row.id_index: row.household_id for row in rows}


def present_people(session: Session, id_indexes: Sequence[str]) -> dict[str, int]:
    """Return the household key of those of some people who belong to one now, by blind index."""
    found: dict[str, int] = {}
    for start in range(0, len(id_indexes), CHUNK):
        rows = session.execute(
            select(MemberSpell.id_index, MemberSpell.household_id).where(
                MemberSpell.id_index.in_(id_indexes[start : start + CHUNK]), MemberSpell.to_on.is_(None)
            )
        )
        found.update({row.id_index: row.household_id for row in rows})
    return found


def numbers_taken(session: Session, register_numbers: Sequence[str]) -> set[str]:
    """Return those of some register numbers that a household carries already."""
    found: set[str] = set()
    for start in range(0, len(register_numbers), CHUNK):
        chunk = register_numbers[start : start + CHUNK]
        found.update(
            number
            for number in session.scalars(select(Household.register_number).where(Household.register_number.in_(chunk)))
            if number
        )
    return found


def marks_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """Return, by key, what tells whether anything that a register says of a household was changed; opens no sealed field.

    A changed fact of a person or crop closes its row and opens another, so the keys of the open rows are enough.
    """
    found: dict[int, tuple[Any, ...]] = {}
    for chunk in _chunks(household_ids):
        people, crops = (_open_keys(session, model, chunk) for model in (MemberSpell, HouseholdCrop))
        for row in session.execute(
            select(Household.id, Household.village_code, Household.phone_index, Household.closed_at).where(
                Household.id.in_(chunk)
            )
        ):
            found[row.id] = (*row, people.get(row.id), crops.get(row.id))
    return found


def _open_keys(session: Session, model: Any, household_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = session.execute(
        select(model.household_id, model.id)
        .where(model.household_id.in_(household_ids), model.to_on.is_(None))
        .order_by(model.id)
    )
    for household_id, key in rows:
        found[household_id] = (*found.get(household_id, ()), key)
    return found


def members_on_record(session: Session, household_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Return (blind index, spell ref) of everybody who belongs to the households now, by household key."""
    found: dict[int, list[tuple[str, str]]] = {}
    for chunk in _chunks(household_ids):
        rows = session.execute(
            select(MemberSpell.household_id, MemberSpell.id_index, MemberSpell.ref).where(
                MemberSpell.household_id.in_(chunk), MemberSpell.to_on.is_(None)
            )
        )
        for row in rows:
            found.setdefault(row.household_id, []).append((row.id_index, row.ref))
    return found


def indexes_of_people_alone(session: Session, household_id: int) -> list[str]:
    """Return the blind indexes of whoever ever belonged to a household and to no other."""
    other = aliased(MemberSpell)
    elsewhere = select(other.id).where(other.id_index == MemberSpell.id_index, other.household_id != household_id).exists()
    return list(
        session.scalars(select(MemberSpell.id_index).where(MemberSpell.household_id == household_id, ~elsewhere).distinct())
    )


def _chunks(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def current_members(session: Session, household_ids: Iterable[int], *, sealer: Sealer) -> dict[int, list[CurrentMember]]:
    """Return the present members of households in clear, by household key: for comparing with a statement, never for showing."""
    found: dict[int, list[CurrentMember]] = {}
    for chunk in _chunks(household_ids):
        rows = session.scalars(
            select(MemberSpell).where(MemberSpell.household_id.in_(chunk), MemberSpell.to_on.is_(None)).order_by(MemberSpell.id)
        )
        people = rows.all()
        opening = vault.opener(session, sealer, (each for row in people for each in (row.name_sealed, row.id_sealed)))
        for row in people:
            found.setdefault(row.household_id, []).append(_opened(row, opening))
    return found


def _opened(row: MemberSpell, sealer: Sealer) -> CurrentMember:
    return CurrentMember(
        id=row.id,
        ref=row.ref,
        household_id=row.household_id,
        id_index=row.id_index,
        name=sealer.open_if_kept(row.name_sealed, f"member_spells/name/{row.ref}") or "",
        id_number=sealer.open_if_kept(row.id_sealed, f"member_spells/id_number/{row.ref}") or "",
        birth_on=row.birth_on,
        sex=row.sex,
        relation=row.relation,
        schooling=row.schooling,
        student=row.student,
        health=row.health,
        labour=row.labour,
    )


def people_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, list[PersonOnRecord]]:
    """Return the present members of households as rules may see them, by household key; opens no sealed field."""
    found: dict[int, list[PersonOnRecord]] = {}
    for chunk in _chunks(household_ids):
        rows = session.execute(
            select(
                MemberSpell.household_id,
                MemberSpell.birth_on,
                MemberSpell.labour,
                MemberSpell.schooling,
                MemberSpell.student,
                MemberSpell.health,
            )
            .where(MemberSpell.household_id.in_(chunk), MemberSpell.to_on.is_(None))
            .order_by(MemberSpell.id)
        )
        for key, birth_on, labour, schooling, student, health in rows:
            person = PersonOnRecord(birth_on, labour, schooling, student, tuple(health.split(",")) if health else ())
            found.setdefault(key, []).append(person)
    return found


def member_spell(session: Session, ref: str) -> MemberSpell | None:
    """Return one spell of membership by its reference."""
    return session.scalar(select(MemberSpell).where(MemberSpell.ref == ref))


def member_views(session: Session, household_id: int, *, sealer: Sealer) -> tuple[MemberView, ...]:
    """Return all spells of a household's people, masked, the head first and each person's spells together."""
    rows = session.scalars(select(MemberSpell).where(MemberSpell.household_id == household_id).order_by(MemberSpell.id)).all()
    heads = {row.id_index for row in rows if row.relation == "head" and row.to_on is None}
    first = {row.id_index: row.id for row in reversed(rows)}
    ordered = sorted(rows, key=lambda row: (row.id_index not in heads, first[row.id_index], row.id))
    opening = vault.opener(session, sealer, (each for row in rows for each in (row.name_sealed, row.id_sealed)))
    return tuple(_masked(row, opening) for row in ordered)


def _name_masked(spell_ref: str, sealed: str, sealer: Sealer) -> str:
    name = sealer.open_if_kept(sealed, f"member_spells/name/{spell_ref}")
    return mask_name(name) if name else ERASED


def _masked(row: MemberSpell, sealer: Sealer) -> MemberView:
    id_number = sealer.open_if_kept(row.id_sealed, f"member_spells/id_number/{row.ref}")
    return MemberView(
        ref=row.ref,
        name_masked=_name_masked(row.ref, row.name_sealed, sealer),
        id_masked=mask_id(id_number) if id_number else ERASED,
        birth_year=row.birth_on.year,
        sex=row.sex,
        relation=row.relation,
        schooling=row.schooling,
        student=row.student,
        health=tuple(row.health.split(",")) if row.health else (),
        labour=row.labour,
        from_on=row.from_on,
        to_on=row.to_on,
    )


def member_counts(session: Session, household_ids: Iterable[int], on: dt.date | None = None) -> dict[int, int]:
    """Return how many people each household has, now or on a day."""
    standing = (
        MemberSpell.to_on.is_(None)
        if on is None
        else and_(MemberSpell.from_on <= on, or_(MemberSpell.to_on.is_(None), MemberSpell.to_on > on))
    )
    found: dict[int, int] = {}
    for chunk in _chunks(household_ids):
        rows = session.execute(
            select(MemberSpell.household_id, func.count())
            .where(MemberSpell.household_id.in_(chunk), standing)
            .group_by(MemberSpell.household_id)
        )
        found.update({row[0]: row[1] for row in rows})
    return found


def heads_masked(session: Session, household_ids: Iterable[int], *, sealer: Sealer) -> dict[int, str]:
    """Return the masked name of each household's head: 刘**."""
    found: dict[int, str] = {}
    for chunk in _chunks(household_ids):
        rows = session.execute(
            select(MemberSpell.household_id, MemberSpell.ref, MemberSpell.name_sealed).where(
                MemberSpell.household_id.in_(chunk), MemberSpell.to_on.is_(None), MemberSpell.relation == "head"
            )
        )
        heads = rows.all()
        opening = vault.opener(session, sealer, (row.name_sealed for row in heads))
        for row in heads:
            found[row.household_id] = _name_masked(row.ref, row.name_sealed, opening)
    return found


def names_masked(session: Session, spell_refs: Iterable[str], *, sealer: Sealer) -> dict[str, str]:
    """Return the masked names of people by the reference of a spell of membership, in one query; a page's worth of references."""
    wanted = select(MemberSpell.ref, MemberSpell.name_sealed).where(MemberSpell.ref.in_(sorted(set(spell_refs))))
    rows = session.execute(wanted).all()
    opening = vault.opener(session, sealer, (row.name_sealed for row in rows))
    return {row.ref: _name_masked(row.ref, row.name_sealed, opening) for row in rows}


def phone_masked(session: Session, household: Household, *, sealer: Sealer) -> str | None:
    """Return a household's telephone number, masked."""
    phone = household_phone(session, household, sealer=sealer)
    return mask_phone(phone) if phone else None


def household_phone(session: Session, household: Household, *, sealer: Sealer) -> str | None:
    """Return a household's telephone number in clear; the caller has authorised it."""
    if household.phone_sealed is None:
        return None
    opening = vault.opener(session, sealer, [household.phone_sealed])
    return opening.open_if_kept(household.phone_sealed, f"households/phone/{household.ref}")


def households_with_phone(session: Session, phone: str, *, sealer: Sealer) -> Sequence[Household]:
    """Return the households under whose number a phone stands in the register: candidates to match, no proof of anything."""
    index = sealer.blind(phone, "phone")
    return session.scalars(
        select(Household).where(Household.phone_index == index, Household.closed_at.is_(None)).order_by(Household.id)
    ).all()


def in_areas(codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a household lies in one of the areas, in a form that an index serves."""
    return or_(*(and_(Household.village_code >= code, Household.village_code < code + ":") for code in codes))


#: Where a household stands in the list of all: its village, its reference.
HouseholdPlace = tuple[str, str]


def households_in(
    session: Session,
    codes: Sequence[str],
    *,
    keys: Collection[int] = (),
    village: str = "",
    among: Sequence[Select[Any]] = (),
    without: Sequence[Select[Any]] = (),
    number: str = "",
    limit: int = 50,
    after: HouseholdPlace | None = None,
    before: HouseholdPlace | None = None,
) -> Sequence[Household]:
    """Return households of some areas, and of some keys, in order of village and reference, a page at a time.

    `village` narrows to an area's code, `number` to a reference, or to a register number or its beginning; `among` and `without`
    are selections of keys. A page begins after a place in that order, or ends before one: both are found in the index.
    """
    if not codes and not keys:
        return []
    reached = ([in_areas(codes)] if codes else []) + ([Household.id.in_(sorted(keys))] if keys else [])
    wanted = select(Household).where(or_(*reached))
    if village:
        wanted = wanted.where(in_areas([village]))
    if number:
        wanted = wanted.where(or_(Household.ref == number.upper(), Household.register_number.startswith(number, autoescape=True)))
    wanted = wanted.where(*(Household.id.in_(keys) for keys in among), *(Household.id.not_in(keys) for keys in without))
    place = tuple_(Household.village_code, Household.ref)
    if before is not None:
        backwards = wanted.where(place < before).order_by(Household.village_code.desc(), Household.ref.desc())
        return session.scalars(backwards.limit(limit)).all()[::-1]
    if after is not None:
        wanted = wanted.where(place > after)
    return session.scalars(wanted.order_by(Household.village_code, Household.ref).limit(limit)).all()


def crops_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return what each household grows now, by key."""
    found: dict[int, set[str]] = {}
    for chunk in _chunks(household_ids):
        rows = session.execute(
            select(HouseholdCrop.household_id, HouseholdCrop.crop).where(
                HouseholdCrop.household_id.in_(chunk), HouseholdCrop.to_on.is_(None)
            )
        )
        for row in rows:
            found.setdefault(row.household_id, set()).add(row.crop)
    return {household_id: frozenset(crops) for household_id, crops in found.items()}
