"""Truths of households and sellers: each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.farmers.models import Household, MemberSpell, Seller, SellerEvent
from marketplace.farmers.rules import SELLER_EDGES
from marketplace.farmers.values import SellerState

Rows = Sequence[Any]


def sellers_outside_their_households_village(session: Session) -> Rows:
    """A seller's area is its household's."""
    return session.execute(
        select(Seller.ref, Seller.village_code, Household.village_code)
        .join(Household, Household.id == Seller.household_id)
        .where(Seller.village_code != Household.village_code)
    ).all()


def households_without_a_head(session: Session) -> Rows:
    """A household with people has one head; the database refuses two."""
    heads = func.sum(case((MemberSpell.relation == "head", 1), else_=0))
    return session.execute(
        select(MemberSpell.household_id, func.count())
        .where(MemberSpell.to_on.is_(None))
        .group_by(MemberSpell.household_id)
        .having(heads != 1)
    ).all()


def people_in_two_places_at_once(session: Session) -> Rows:
    """A person's spells don't overlap."""
    other = aliased(MemberSpell)
    return session.execute(
        select(MemberSpell.ref, other.ref)
        .join(other, other.id_index == MemberSpell.id_index)
        .where(
            MemberSpell.id < other.id,
            or_(other.to_on.is_(None), MemberSpell.from_on < other.to_on),
            or_(MemberSpell.to_on.is_(None), other.from_on < MemberSpell.to_on),
        )
    ).all()


def sellers_that_took_a_forbidden_step(session: Session) -> Rows:
    """A seller's history holds only the edges of the table."""
    forbidden = [(before, after) for before in SellerState for after in SellerState if after not in SELLER_EDGES[before]]
    rows = session.execute(
        select(SellerEvent.seller_id, SellerEvent.from_state, SellerEvent.to_state)
        .where(SellerEvent.from_state.is_not(None))
        .distinct()
    ).all()
    return [row for row in rows if (row.from_state, row.to_state) in forbidden]


CHECKS: tuple[tuple[str, Callable[[Session], Rows]], ...] = (
    ("farmers: a seller's area is its household's", sellers_outside_their_households_village),
    ("farmers: a household with people has one head", households_without_a_head),
    ("farmers: nobody belongs to two households at once", people_in_two_places_at_once),
    ("farmers: sellers took only legal steps", sellers_that_took_a_forbidden_step),
)
