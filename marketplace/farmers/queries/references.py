"""Reads that other rooms build on: references by key, and keys of an area as a selection to be embedded in their own."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.farmers.models import Consent, Household, MemberSpell, Seller


def refs_of_households(session: Session, household_ids: Iterable[int]) -> dict[int, str]:
    """Return the public reference of each household, by key. One query; a page's worth of keys."""
    rows = session.execute(select(Household.id, Household.ref).where(Household.id.in_(sorted(set(household_ids)))))
    return {row.id: row.ref for row in rows}


def keys_in_area(area_code: str) -> Select[int]:
    """Return the selection of the keys of all households of an area, closed ones too."""
    return select(Household.id).where(Household.village_code >= area_code, Household.village_code < area_code + ":")


def villages_in_area(session: Session, area_code: str) -> dict[int, str]:
    """Return the village of every household of an area, closed ones too, by key. One query."""
    rows = session.execute(select(Household.id, Household.village_code).where(Household.id.in_(keys_in_area(area_code))))
    return {row[0]: row[1] for row in rows}


def open_villages(session: Session, area_code: str) -> dict[int, str]:
    """Return the village of every household of an area whose record is open, by key, in order of village and reference."""
    rows = session.execute(
        select(Household.id, Household.village_code)
        .where(Household.id.in_(keys_in_area(area_code)), Household.closed_at.is_(None))
        .order_by(Household.village_code, Household.ref)
    )
    return {row[0]: row[1] for row in rows}


def lies_in(household_id: InstrumentedAttribute[int], area_code: str) -> ColumnElement[bool]:
    """Return the condition that a row's household lies in an area, asked row by row: for lists in an order of their own."""
    return exists().where(
        Household.id == household_id, Household.village_code >= area_code, Household.village_code < area_code + ":"
    )


def open_households_after(session: Session, after: int, *, limit: int) -> list[tuple[int, str, dt.datetime]]:
    """Return (id, village_code, created_at) of the next open households in order of their keys, for passes over all of them."""
    rows = session.execute(_open().where(Household.id > after).limit(limit))
    return [(row[0], row[1], row[2]) for row in rows]


def open_households_among(session: Session, household_ids: Iterable[int]) -> list[tuple[int, str, dt.datetime]]:
    """Return the same of those of some households that are open, in order of their keys."""
    rows = session.execute(_open().where(Household.id.in_(sorted(set(household_ids)))))
    return [(row[0], row[1], row[2]) for row in rows]


def _open() -> Select[int, str, dt.datetime]:
    columns = select(Household.id, Household.village_code, Household.created_at)
    return columns.where(Household.closed_at.is_(None)).order_by(Household.id)


def open_places() -> Select[int, str, str]:
    """Return the selection of (id, village_code, ref) of all households whose record is open."""
    return select(Household.id, Household.village_code, Household.ref).where(Household.closed_at.is_(None))


def household_rows() -> Select[int, int, dt.datetime, dt.datetime | None]:
    """Return the selection of (id, household_id, created_at, closed_at) of all households."""
    return select(Household.id, Household.id.label("household_id"), Household.created_at, Household.closed_at)


def membership_rows() -> Select[int, int, str, dt.date, dt.date | None]:
    """Return the selection of (id, household_id, relation, from_on, to_on) of all spells of membership; no personal field."""
    return select(MemberSpell.id, MemberSpell.household_id, MemberSpell.relation, MemberSpell.from_on, MemberSpell.to_on)


def consent_rows() -> Select[int, int, str, dt.datetime, dt.datetime | None]:
    """Return the selection of (id, household_id, kind, given_at, withdrawn_at) of all consents."""
    return select(Consent.id, Consent.household_id, Consent.kind, Consent.given_at, Consent.withdrawn_at)


def present_members() -> Select[int, int]:
    """Return the selection of (household_id, members): how many people are on record now."""
    return (
        select(MemberSpell.household_id, func.count().label("members"))
        .where(MemberSpell.to_on.is_(None))
        .group_by(MemberSpell.household_id)
    )


def refs_of_sellers() -> Select[int, str]:
    """Return the selection of (id, ref) of all sellers."""
    return select(Seller.id, Seller.ref)
