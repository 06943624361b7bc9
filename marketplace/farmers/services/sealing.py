"""Sealing what a register says of households before anything is written: it is slow, and nobody shall wait for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from marketplace.farmers import queries
from marketplace.farmers.values import (
    HouseholdEntry,
    MemberEntry,
    MemberPlan,
    SealedHousehold,
    SealedMembers,
    SealedPhone,
)
from marketplace.kernel import ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere
from marketplace.vault.services import sealers_of


def seal_households(entries: Iterable[HouseholdEntry], *, sealer: Sealer) -> list[SealedHousehold]:
    """Return households as `open_sealed_households` writes them; asks no database."""
    return [_household(entry, sealer) for entry in entries]


def _household(entry: HouseholdEntry, sealer: Sealer) -> SealedHousehold:
    ref = ids.reference("H")
    phone = seal_phone(ref, entry.phone, sealer=sealer) if entry.phone else None
    columns = {
        "ref": ref,
        "register_number": entry.register_number,
        "village_code": entry.village_code,
        "phone_sealed": phone.phone_sealed if phone else None,
        "phone_index": phone.phone_index if phone else None,
        "is_cadre_kin": False,
    }
    people = tuple(_spell(member, sealer) for member in entry.members)
    return SealedHousehold(entry.register_number, columns, people, tuple(dict.fromkeys(entry.crops)))


def seal_members(plans: Mapping[int, tuple[MemberPlan, Mapping[str, MemberEntry]]], *, sealer: Sealer) -> SealedMembers:
    """Return what plans of `rules.plan_members` close and open, by household key; asks no database."""
    closing: list[int] = []
    opening: list[Mapping[str, Any]] = []
    for household_id, (plan, stated) in plans.items():
        closing += [member.id for member, _facts in plan.changed]
        facts = [facts for _member, facts in plan.changed] + [stated[id_index] for id_index in plan.joined]
        opening += [{"household_id": household_id, **_spell(each, sealer)} for each in facts]
    return SealedMembers(tuple(closing), tuple(opening))


def subject_of(household_ref: str) -> str:
    """Return under which name the vault keeps a household's key."""
    return f"household/{household_ref}"


def sealer_of_household(session: Session, household_id: int, *, sealer: Sealer) -> Sealer:
    """Return what seals words about a household under its own key, so that they end with it. One query more, once made.

    Raises:
        NotThere: no such household.
        SubjectErased: its people were erased.
    """
    household = queries.household(session, household_id)
    if household is None:
        raise NotThere
    subject = subject_of(household.ref)
    return sealers_of(session, [subject], sealer=sealer)[subject]


def seal_phone(household_ref: str, phone: str, *, sealer: Sealer) -> SealedPhone:
    """Return a telephone number sealed for a household."""
    return SealedPhone(sealer.seal(phone, f"households/phone/{household_ref}"), sealer.blind(phone, "phone"))


def _spell(member: MemberEntry, sealer: Sealer) -> dict[str, Any]:
    ref = ids.reference("M", 12)
    return {
        "ref": ref,
        "name_sealed": sealer.seal(member.name, f"member_spells/name/{ref}"),
        "id_sealed": sealer.seal(member.id_number, f"member_spells/id_number/{ref}"),
        "id_index": sealer.blind(member.id_number, "id_number"),
        "birth_on": member.birth_on,
        "sex": member.sex,
        "relation": member.relation,
        "schooling": member.schooling,
        "student": member.student,
        "health": member.health,
        "labour": member.labour,
    }
