"""Named reads of households and sellers."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.farmers import rules
from marketplace.farmers.models import Consent, Household, HouseholdCrop, HouseholdUser, Seller
from marketplace.farmers.values import ConsentKind, SellerCard, SellerKind, SellerState


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
    rows = session.scalars(
        select(HouseholdUser.household_id).where(HouseholdUser.user_id == user_id, HouseholdUser.ended_at.is_(None))
    )
    return frozenset(rows)


def users_of_household(session: Session, household_id: int) -> frozenset[int]:
    """Return the users who may act for a household."""
    rows = session.scalars(
        select(HouseholdUser.user_id).where(HouseholdUser.household_id == household_id, HouseholdUser.ended_at.is_(None))
    )
    return frozenset(rows)


def seller(session: Session, seller_id: int) -> Seller | None:
    """Return a seller by key."""
    return session.get(Seller, seller_id)


def seller_by_ref(session: Session, ref: str) -> Seller | None:
    """Return a seller by its public reference."""
    return session.scalar(select(Seller).where(Seller.ref == ref))


def sellers_of_household(session: Session, household_id: int) -> Sequence[Seller]:
    """Return the sellers of a household, the newest first; at most one of them is not closed."""
    return session.scalars(select(Seller).where(Seller.household_id == household_id).order_by(Seller.id.desc())).all()


def seller_cards(session: Session, ids: Iterable[int]) -> dict[int, SellerCard]:
    """Return the cards of some sellers by key, in two queries."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    sellers = session.scalars(select(Seller).where(Seller.id.in_(wanted))).all()
    consents = standing_consents(session, [each.household_id for each in sellers if each.household_id is not None])
    cards = {}
    for each in sellers:
        agreed = consents.get(each.household_id or 0, frozenset())
        is_household = each.kind == SellerKind.HOUSEHOLD
        cards[each.id] = SellerCard(
            id=each.id,
            ref=each.ref,
            display_name=rules.shown_name(
                each.display_name, each.ref, has_consent=ConsentKind.NAME in agreed, is_household=is_household
            ),
            village_code=each.village_code,
            household_id=each.household_id,
            kind=SellerKind(each.kind),
            state=SellerState(each.state),
            has_photo_consent=not is_household or ConsentKind.PHOTO in agreed,
        )
    return cards


def standing_consents(session: Session, household_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the kinds of consent that stand, by household, whatever their scope."""
    found: dict[int, set[str]] = {}
    rows = session.execute(
        select(Consent.household_id, Consent.kind).where(
            Consent.household_id.in_(sorted(set(household_ids))), Consent.withdrawn_at.is_(None)
        )
    )
    for household_id, kind in rows:
        found.setdefault(household_id, set()).add(kind)
    return {household_id: frozenset(kinds) for household_id, kinds in found.items()}


def standing_consent(session: Session, household_id: int, kind: ConsentKind, scope: str = "") -> Consent | None:
    """Return the consent of a kind and scope that stands, or None."""
    return session.scalar(
        select(Consent).where(
            Consent.household_id == household_id, Consent.kind == kind, Consent.scope == scope, Consent.withdrawn_at.is_(None)
        )
    )


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
