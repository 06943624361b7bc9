"""Named reads of sellers and of what households agreed to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.areas.queries import in_areas
from marketplace.farmers import rules
from marketplace.farmers.models import Consent, Seller, SellerEvent
from marketplace.farmers.queries.households import users_of_household
from marketplace.farmers.values import ConsentKind, SellerCard, SellerKind, SellerState

_CARDS = (
    select(
        Seller.id, Seller.ref, Seller.display_name, Seller.village_code, Seller.household_id, Seller.kind, Seller.state,
        Seller.story, Consent.kind.label("consent"),
    )
    .join(Consent, and_(Consent.household_id == Seller.household_id, Consent.withdrawn_at.is_(None)), isouter=True)
    .where(Seller.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def seller(session: Session, seller_id: int) -> Seller | None:
    """Return a seller by key."""
    return session.get(Seller, seller_id)


def seller_by_ref(session: Session, ref: str) -> Seller | None:
    """Return a seller by its public reference."""
    return session.scalar(select(Seller).where(Seller.ref == ref))


def sellers_by_refs(session: Session, refs: Iterable[str]) -> dict[str, Seller]:
    """Return some sellers by their public references, in one query."""
    return {each.ref: each for each in session.scalars(select(Seller).where(Seller.ref.in_(sorted(set(refs)))))}


def sellers_of_household(session: Session, household_id: int) -> Sequence[Seller]:
    """Return the sellers of a household, the newest first; at most one of them is not closed."""
    return session.scalars(select(Seller).where(Seller.household_id == household_id).order_by(Seller.id.desc())).all()


def seller_cards(session: Session, ids: Iterable[int]) -> dict[int, SellerCard]:
    """Return the cards of some sellers by key, in one query."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = session.execute(_CARDS, {"ids": wanted}).all()
    agreed: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        agreed[row.id].add(row.consent)
    return {row.id: _card(row, agreed[row.id]) for row in rows}


def people_behind(session: Session, seller_id: int) -> frozenset[int]:
    """Return the users who act for a seller: those matched to its household, or who applied for one that is none."""
    household_id, applied_by = session.execute(select(Seller.household_id, Seller.applied_by).where(Seller.id == seller_id)).one()
    return frozenset({applied_by}) if household_id is None else users_of_household(session, household_id)


def _card(row: Any, agreed: Set[str]) -> SellerCard:
    is_household = row.kind == SellerKind.HOUSEHOLD
    return SellerCard(
        id=row.id,
        ref=row.ref,
        display_name=rules.shown_name(
            row.display_name, row.ref, has_consent=ConsentKind.NAME in agreed, is_household=is_household
        ),
        village_code=row.village_code,
        household_id=row.household_id,
        kind=SellerKind(row.kind),
        state=SellerState(row.state),
        story=row.story,
        has_photo_consent=not is_household or ConsentKind.PHOTO in agreed,
    )


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


def consents_of(session: Session, household_id: int) -> Sequence[Consent]:
    """Return what a household agreed to and what it took back, the latest first."""
    return session.scalars(select(Consent).where(Consent.household_id == household_id).order_by(Consent.id.desc())).all()


def sellers_in(session: Session, codes: Sequence[str], states: Sequence[SellerState] = (), limit: int = 200) -> Sequence[Seller]:
    """Return sellers of some areas, in some states, those that wait first."""
    if not codes:
        return []
    wanted = select(Seller).where(in_areas(Seller.village_code, codes))
    if states:
        wanted = wanted.where(Seller.state.in_(states))
    return session.scalars(
        wanted.order_by(Seller.state.in_(("applied", "reviewing")).desc(), Seller.id.desc()).limit(limit)
    ).all()


def sellers_waiting(codes: Collection[str]) -> Select[int]:
    """Return the count of the applications that wait in some areas, to be asked together with others."""
    is_waiting = Seller.state.in_(("applied", "reviewing"))
    return select(func.count()).select_from(Seller).where(is_waiting, in_areas(Seller.village_code, codes))


def events_of_seller(session: Session, seller_id: int) -> Sequence[SellerEvent]:
    """Return a seller's history, the oldest first."""
    return session.scalars(select(SellerEvent).where(SellerEvent.seller_id == seller_id).order_by(SellerEvent.id)).all()
