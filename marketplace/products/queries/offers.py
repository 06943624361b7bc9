"""Named reads of offers, their pictures and stock."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerState
from marketplace.products.models import Category, Offer, OfferEvent, OfferImage, Stock
from marketplace.products.queries.lists import category_view, in_areas
from marketplace.products.values import AFTER_SALE_HOURS, CategoryView, OfferState, SaleTerms


def offer(session: Session, offer_id: int) -> Offer | None:
    """Return an offer by key."""
    return session.get(Offer, offer_id)


def offer_by_ref(session: Session, ref: str) -> Offer | None:
    """Return an offer by its public reference."""
    return session.scalar(select(Offer).where(Offer.ref == ref))


def offer_on_its_page(session: Session, slug: str) -> tuple[Offer, CategoryView, int] | None:
    """Return an offer by its address, with its category and how many are left to sell; one query."""
    found = session.execute(
        select(Offer, Category, Stock.on_hand - Stock.taken)
        .join(Category, Category.code == Offer.category_code)
        .join(Stock, Stock.offer_id == Offer.id)
        .where(Offer.slug == slug)
    ).one_or_none()
    return None if found is None else (found[0], category_view(found[1]), found[2])


def offer_by_client_key(session: Session, client_key: str) -> Offer | None:
    """Return the offer a phone began under a key."""
    return session.scalar(select(Offer).where(Offer.client_key == client_key))


def sale_terms(session: Session, refs: Iterable[str]) -> dict[str, SaleTerms]:
    """Return what an order freezes, by reference; offers not on sale, or of a seller not approved, are left out.

    Two queries however many there are.
    """
    wanted = sorted(set(refs))
    if not wanted:
        return {}
    rows = session.execute(
        select(Offer, Category.is_cultural, Category.after_sale, Stock.on_hand - Stock.taken, OfferImage.image_id)
        .join(Category, Category.code == Offer.category_code)
        .join(Stock, Stock.offer_id == Offer.id)
        .join(OfferImage, (OfferImage.offer_id == Offer.id) & (OfferImage.position == 0), isouter=True)
        .where(Offer.ref.in_(wanted), Offer.state == OfferState.ON_SALE)
    ).all()
    sellers = farmers.seller_cards(session, {row.seller_id for row, *_ in rows})
    return {
        row.ref: SaleTerms(
            offer_id=row.id, ref=row.ref, slug=row.slug, seller=sellers[row.seller_id], household_id=row.household_id,
            village_code=row.village_code, category_code=row.category_code, is_cultural=is_cultural,
            after_sale_hours=AFTER_SALE_HOURS[after_sale], title=row.title_zh, title_en=row.title_en or row.title_zh,
            unit_grams=row.unit_grams, price_fen=row.price_fen, min_qty=row.min_qty, max_qty=row.max_qty, left=left,
            image_id=image_id,
        )
        for row, is_cultural, after_sale, left, image_id in rows
        if row.seller_id in sellers and sellers[row.seller_id].state == SellerState.APPROVED
    }  # fmt: skip


def images_of_offers(session: Session, offer_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Return the pictures of some offers, in order."""
    found: dict[int, list[int]] = {}
    for offer_id, image_id in session.execute(
        select(OfferImage.offer_id, OfferImage.image_id)
        .where(OfferImage.offer_id.in_(sorted(set(offer_ids))))
        .order_by(OfferImage.offer_id, OfferImage.position)
    ):
        found.setdefault(offer_id, []).append(image_id)
    return {offer_id: tuple(image_ids) for offer_id, image_ids in found.items()}


def left_of(session: Session, offer_ids: Iterable[int]) -> dict[int, int]:
    """Return how many of some offers are left to sell."""
    rows = session.execute(select(Stock.offer_id, Stock.on_hand - Stock.taken).where(Stock.offer_id.in_(sorted(set(offer_ids)))))
    return {row[0]: row[1] for row in rows}


def offers_of_households(session: Session, household_ids: Iterable[int], limit: int = 200) -> Sequence[Offer]:
    """Return what some households have listed, the newest first, without what was put away."""
    wanted = sorted(set(household_ids))
    if not wanted:
        return []
    return session.scalars(
        select(Offer)
        .where(Offer.household_id.in_(wanted), Offer.state != OfferState.ARCHIVED)
        .order_by(Offer.id.desc())
        .limit(limit)
    ).all()


def offers_listed_by(session: Session, user_id: int, limit: int = 200) -> Sequence[Offer]:
    """Return what a helper or official has listed for others, the newest first."""
    return session.scalars(
        select(Offer)
        .where(Offer.listed_by == user_id, Offer.on_behalf_of_consent_id.is_not(None), Offer.state != OfferState.ARCHIVED)
        .order_by(Offer.id.desc())
        .limit(limit)
    ).all()


def offers_waiting(session: Session, codes: Sequence[str], limit: int = 100) -> Sequence[Offer]:
    """Return the offers that wait in some areas, the oldest first."""
    if not codes:
        return []
    return session.scalars(
        select(Offer)
        .where(Offer.state == OfferState.SUBMITTED, in_areas(codes))
        .order_by(Offer.created_at, Offer.id)
        .limit(limit)
    ).all()


def count_waiting(codes: Sequence[str]) -> Select[int]:
    """Return the count of the offers that wait in some areas, to be asked together with others."""
    return select(func.count()).select_from(Offer).where(Offer.state == OfferState.SUBMITTED, in_areas(codes))


def count_of_households(session: Session, household_ids: Iterable[int]) -> int:
    """Return how many offers some households have on sale."""
    wanted = sorted(set(household_ids))
    if not wanted:
        return 0
    return (
        session.scalar(
            select(func.count()).select_from(Offer).where(Offer.household_id.in_(wanted), Offer.state == OfferState.ON_SALE)
        )
        or 0
    )


def events_of_offer(session: Session, offer_id: int) -> Sequence[OfferEvent]:
    """Return an offer's history, the oldest first."""
    return session.scalars(select(OfferEvent).where(OfferEvent.offer_id == offer_id).order_by(OfferEvent.id)).all()
