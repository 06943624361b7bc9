"""Truths of households and sellers: each check returns the rows that break it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import case, column, func, or_, select, table
from sqlalchemy.orm import Session, aliased

from marketplace.farmers.models import AccountLook, Household, MemberSpell, PayoutAccount, Seller, SellerEvent
from marketplace.farmers.rules import SELLER_EDGES
from marketplace.farmers.values import SellerState

Rows = Sequence[Any]
#: The trail is another room's; only the columns this truth speaks of are named here.
_TRAIL = table("audit_events", column("action"), column("object_ref"))


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


def looks_without_their_one_line(session: Session) -> Rows:
    """Each look at a full account number has exactly one line of the trail, and each such line its look (invariant 13)."""
    told = (
        select(_TRAIL.c.object_ref, func.count().label("times"))
        .where(_TRAIL.c.action == "farmers.account_look")
        .group_by(_TRAIL.c.object_ref)
        .subquery()
    )
    untold = session.execute(
        select(AccountLook.ref, told.c.times)
        .outerjoin(told, told.c.object_ref == AccountLook.ref)
        .where(AccountLook.file_ref.is_(None), func.coalesce(told.c.times, 0) != 1)
    ).all()
    unseen = session.execute(
        select(told.c.object_ref, told.c.times)
        .outerjoin(AccountLook, AccountLook.ref == told.c.object_ref)
        .where(AccountLook.id.is_(None))
    ).all()
    return [*untold, *unseen]


def accounts_beside_their_sellers(session: Session) -> Rows:
    """A pay-out account's household and area are its seller's."""
    return session.execute(
        select(PayoutAccount.ref, PayoutAccount.village_code, Seller.village_code)
        .join(Seller, Seller.id == PayoutAccount.seller_id)
        .where(
            (PayoutAccount.village_code != Seller.village_code)
            | (func.coalesce(PayoutAccount.household_id, 0) != func.coalesce(Seller.household_id, 0))
        )
    ).all()


CHECKS: tuple[tuple[str, Callable[[Session], Rows]], ...] = (
    ("farmers: a seller's area is its household's", sellers_outside_their_households_village),
    ("farmers: a household with people has one head", households_without_a_head),
    ("farmers: nobody belongs to two households at once", people_in_two_places_at_once),
    ("farmers: sellers took only legal steps", sellers_that_took_a_forbidden_step),
    ("farmers: each look at a full account number has its one line of the trail", looks_without_their_one_line),
    ("farmers: a pay-out account's household and area are its seller's", accounts_beside_their_sellers),
)
