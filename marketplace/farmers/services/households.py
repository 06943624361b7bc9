"""Opening households, restating their people, and matching those who may act for them."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.services import record_audit
from marketplace.farmers import queries
from marketplace.farmers.models import Household, HouseholdCrop, HouseholdUser, MemberSpell
from marketplace.farmers.refusals import HouseholdClosed, MatchedByThemselves, PersonElsewhere
from marketplace.farmers.services.sealing import seal_households
from marketplace.farmers.values import CloseReason, HouseholdEntry, SealedHousehold, SealedMembers, SealedPhone
from marketplace.kernel import clock
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
    """Seal households and open them at once; for a whole register, seal before the transaction (`seal_households`)."""
    return open_sealed_households(session, households=seal_households(entries, sealer=sealer), on=on)


def open_sealed_households(session: Session, *, households: Sequence[SealedHousehold], on: dt.date) -> list[int]:
    """Open households in bulk with four statements; return their keys in the order given.

    Whoever calls has made sure that none of the people belongs to another household; the database refuses otherwise.
    """
    if not households:
        return []
    now = clock.now()
    _insert(session, Household, [{**each.columns, "created_at": now} for each in households])
    refs = [each.columns["ref"] for each in households]
    found = session.execute(select(Household.ref, Household.id).where(Household.ref.in_(refs)))
    key_of = {row.ref: row.id for row in found}
    keys = [key_of[ref] for ref in refs]
    spells, crops = [], []
    for household_id, each in zip(keys, households, strict=True):
        spells += [{"household_id": household_id, "from_on": on, **person} for person in each.people]
        crops += [{"household_id": household_id, "crop": crop, "from_on": on} for crop in each.crops]
    _insert(session, MemberSpell, spells)
    _insert(session, HouseholdCrop, crops)
    return keys


def _insert(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows past the unit of work: a register has a hundred thousand of them, and others wait for the writer."""
    if rows:
        session.execute(insert(model.__table__), rows)


def restate_members(session: Session, *, members: SealedMembers, on: dt.date) -> None:
    """Close the spells of changed facts and open the new ones, with three statements whatever their number.

    Nobody who is absent from a plan is ended.

    Raises:
        HouseholdClosed: one of the households was closed or erased since the people were sealed.
    """
    _hold_open(session, {spell["household_id"] for spell in members.opening})
    if members.closing:
        table = MemberSpell.__table__
        session.connection().execute(
            update(MemberSpell.__table__).where(table.c.id == bindparam("key")).values(to_on=bindparam("day")),  # type: ignore[arg-type]
            [{"key": key, "day": on} for key in members.closing],
        )
    _insert(session, MemberSpell, [{**spell, "from_on": on} for spell in members.opening])


def _hold_open(session: Session, household_ids: Collection[int]) -> None:
    """Refuse households that are closed; until this transaction ends none of the others is erased."""
    standing = session.scalars(
        select(Household.id)
        .where(Household.id.in_(household_ids), Household.closed_at.is_(None))
        .order_by(Household.id)
        .with_for_update(read=True, key_share=True)
    ).all()
    if len(standing) < len(household_ids):
        raise HouseholdClosed


def restate_phones(session: Session, *, phones: Mapping[int, SealedPhone]) -> None:
    """Give households other telephone numbers, by key; a number grants nothing to whoever holds it."""
    table = Household.__table__
    if phones:
        session.connection().execute(
            update(Household.__table__)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("key"), table.c.closed_at.is_(None))
            .values(phone_sealed=bindparam("sealed"), phone_index=bindparam("blind")),
            [{"key": key, "sealed": phone.phone_sealed, "blind": phone.phone_index} for key, phone in phones.items()],
        )


def restate_crops(session: Session, *, crops: Mapping[int, Sequence[str]], on: dt.date) -> None:
    """Say what households grow from a day on, by key; what is no longer named ends that day."""
    standing = session.scalars(
        select(HouseholdCrop).where(HouseholdCrop.household_id.in_(sorted(crops)), HouseholdCrop.to_on.is_(None))
    ).all()
    named: dict[int, set[str]] = {}
    for row in standing:
        named.setdefault(row.household_id, set()).add(row.crop)
        if row.crop not in crops[row.household_id]:
            row.to_on = max(on, row.from_on)
    session.add_all(
        HouseholdCrop(household_id=household_id, crop=crop, from_on=on)
        for household_id, wanted in crops.items()
        for crop in dict.fromkeys(wanted)
        if crop not in named.get(household_id, ())
    )
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
