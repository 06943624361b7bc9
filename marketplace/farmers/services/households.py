"""Opening households, restating their people, and matching those who may act for them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries
from marketplace.farmers.models import Household, HouseholdCrop, HouseholdUser, MemberSpell
from marketplace.farmers.refusals import HouseholdClosed, MatchedByThemselves, PersonElsewhere
from marketplace.farmers.values import CloseReason, CurrentMember, HouseholdEntry, MemberEntry, MemberPlan
from marketplace.kernel import clock, ids
from marketplace.kernel.crypto import Sealer
from marketplace.kernel.errors import NotThere


def open_household(session: Session, *, entry: HouseholdEntry, on: dt.date, sealer: Sealer) -> Household:
    """Open one household with its people from a day on.

    Raises:
        PersonElsewhere: one of its people belongs to another household.
    """
    indexes = [sealer.blind(member.id_number, "id_number") for member in entry.members]
    if session.scalar(select(MemberSpell.id).where(MemberSpell.id_index.in_(indexes), MemberSpell.to_on.is_(None)).limit(1)):
        raise PersonElsewhere
    household_id = open_households(session, entries=[entry], on=on, sealer=sealer)[0]
    opened = queries.household(session, household_id)
    if opened is None:
        raise NotThere
    return opened


def open_households(session: Session, *, entries: Sequence[HouseholdEntry], on: dt.date, sealer: Sealer) -> list[int]:
    """Open households in bulk with four statements; return their keys in the order given.

    Whoever calls has made sure that none of the people belongs to another household; the database refuses otherwise.
    """
    if not entries:
        return []
    now = clock.now()
    rows = []
    for entry in entries:
        ref = ids.reference("H")
        rows.append(
            {
                "ref": ref,
                "register_number": entry.register_number,
                "village_code": entry.village_code,
                "phone_sealed": sealer.seal(entry.phone, f"households/phone/{ref}") if entry.phone else None,
                "phone_index": sealer.blind(entry.phone, "phone") if entry.phone else None,
                "is_cadre_kin": False,
                "created_at": now,
            }
        )
    session.execute(insert(Household), rows)
    found = session.execute(select(Household.ref, Household.id).where(Household.ref.in_([row["ref"] for row in rows])))
    key_of = {row.ref: row.id for row in found}
    keys = [key_of[row["ref"]] for row in rows]
    spells = []
    crops = []
    for household_id, entry in zip(keys, entries, strict=True):
        spells += [_spell(household_id, member, on, sealer) for member in entry.members]
        crops += [{"household_id": household_id, "crop": crop, "from_on": on} for crop in dict.fromkeys(entry.crops)]
    if spells:
        session.execute(insert(MemberSpell), spells)
    if crops:
        session.execute(insert(HouseholdCrop), crops)
    return keys


def _spell(household_id: int, member: MemberEntry, on: dt.date, sealer: Sealer) -> dict[str, Any]:
    ref = ids.reference("M", 12)
    return {
        "ref": ref,
        "household_id": household_id,
        "from_on": on,
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


def restate_members(
    session: Session,
    *,
    plans: Mapping[int, tuple[MemberPlan, Mapping[str, MemberEntry]]],
    on: dt.date,
    sealer: Sealer,
) -> None:
    """Apply plans of `rules.plan_members` by household key: close the spells of changed facts, open the new ones.

    Two statements whatever the number of households. Nobody who is absent from a plan is ended.
    """
    closing: list[CurrentMember] = []
    opening: list[dict[str, Any]] = []
    for household_id, (plan, stated) in plans.items():
        for member, facts in plan.changed:
            closing.append(member)
            opening.append(_spell(household_id, facts, on, sealer))
        opening += [_spell(household_id, stated[id_index], on, sealer) for id_index in plan.joined]
    if closing:
        table = MemberSpell.__table__
        session.connection().execute(
            update(MemberSpell.__table__).where(table.c.id == bindparam("key")).values(to_on=bindparam("day")),  # type: ignore[arg-type]
            [{"key": member.id, "day": on} for member in closing],
        )
    if opening:
        session.execute(insert(MemberSpell), opening)


def restate_phone(session: Session, *, household_id: int, phone: str, sealer: Sealer) -> None:
    """Give a household another telephone number; it grants nothing to whoever holds it."""
    household = _open(session, household_id)
    household.phone_sealed = sealer.seal(phone, f"households/phone/{household.ref}")
    household.phone_index = sealer.blind(phone, "phone")
    session.flush()


def restate_crops(session: Session, *, household_id: int, crops: Sequence[str], on: dt.date) -> None:
    """Say what a household grows from a day on; what is no longer named ends that day."""
    standing = session.scalars(
        select(HouseholdCrop).where(HouseholdCrop.household_id == household_id, HouseholdCrop.to_on.is_(None))
    ).all()
    for row in standing:
        if row.crop not in crops:
            row.to_on = max(on, row.from_on)
    named = {row.crop for row in standing}
    for crop in dict.fromkeys(crops):
        if crop not in named:
            session.add(HouseholdCrop(household_id=household_id, crop=crop, from_on=on))
    session.flush()


def match_user_to_household(session: Session, *, household_id: int, user_id: int, by: int) -> HouseholdUser:
    """Record that an official met a person and knows them as one who may act for the household; a repeat changes nothing.

    Raises:
        MatchedByThemselves: the official is that person.
        HouseholdClosed: the household is no longer kept up.
    """
    if by == user_id:
        raise MatchedByThemselves
    household = _open(session, household_id)
    standing = session.scalar(
        select(HouseholdUser).where(
            HouseholdUser.household_id == household_id, HouseholdUser.user_id == user_id, HouseholdUser.ended_at.is_(None)
        )
    )
    if standing is not None:
        return standing
    match = HouseholdUser(household_id=household_id, user_id=user_id, matched_by=by, matched_at=clock.now())
    session.add(match)
    session.flush()
    record_audit(
        session, by=by, action="farmers.match", object_kind="household", object_ref=household.ref, after={"user_id": user_id}
    )
    return match


def end_match(session: Session, *, household_id: int, user_id: int, by: int, reason: str = "") -> None:
    """End a person's right to act for a household; what they did stands."""
    household = _known(session, household_id)
    match = session.scalar(
        select(HouseholdUser).where(
            HouseholdUser.household_id == household_id, HouseholdUser.user_id == user_id, HouseholdUser.ended_at.is_(None)
        )
    )
    if match is None:
        return
    match.ended_at = clock.now()
    session.flush()
    record_audit(
        session, by=by, action="farmers.end_match", object_kind="household", object_ref=household.ref,
        before={"user_id": user_id}, reason=reason or None,
    )  # fmt: skip


def note_cadre_kinship(session: Session, *, household_id: int, is_cadre_kin: bool, by: int) -> None:
    """Record whether the household is kin to a village cadre."""
    household = _open(session, household_id)
    before = household.is_cadre_kin
    household.is_cadre_kin = is_cadre_kin
    session.flush()
    record_audit(
        session, by=by, action="farmers.cadre_kinship", object_kind="household", object_ref=household.ref,
        before={"is_cadre_kin": before}, after={"is_cadre_kin": is_cadre_kin},
    )  # fmt: skip


def close_household(session: Session, *, household_id: int, reason: CloseReason, by: int) -> None:
    """Close a household's record; nothing of it is deleted and its spells stand as they are."""
    household = _open(session, household_id)
    household.closed_at = clock.now()
    household.closed_reason = reason
    session.flush()
    record_audit(
        session, by=by, action="farmers.close_household", object_kind="household", object_ref=household.ref, reason=reason
    )


def _known(session: Session, household_id: int) -> Household:
    household = queries.household(session, household_id)
    if household is None:
        raise NotThere
    return household


def _open(session: Session, household_id: int) -> Household:
    household = _known(session, household_id)
    if household.closed_at is not None:
        raise HouseholdClosed
    return household
