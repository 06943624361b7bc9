"""Named reads of categories, varieties and licences."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from marketplace.products import rules
from marketplace.products.models import Category, Offer, SellerLicence, Variety
from marketplace.products.values import AfterSale, CategoryView, Degree, OfferState, VarietyView


def in_areas(codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an offer's village lies in one of some areas, in a form an index serves."""
    return or_(*(and_(Offer.village_code >= code, Offer.village_code < code + ":") for code in codes))


def categories(session: Session) -> tuple[CategoryView, ...]:
    """Return all categories in the county's order."""
    return tuple(_category(row) for row in session.scalars(select(Category).order_by(Category.position)))


def category(session: Session, code: str) -> CategoryView | None:
    """Return one category."""
    row = session.get(Category, code)
    return _category(row) if row else None


def varieties(session: Session) -> tuple[VarietyView, ...]:
    """Return all varieties in the county's order."""
    return tuple(_variety(row) for row in session.scalars(select(Variety).order_by(Variety.position)))


def variety(session: Session, code: str) -> VarietyView | None:
    """Return one variety; a seller's own word is none."""
    row = session.get(Variety, code)
    return _variety(row) if row else None


def has_licence(session: Session, seller_id: int, category_code: str, on: dt.date) -> bool:
    """Say whether a licence for these goods stands on a day."""
    found = session.scalar(
        select(SellerLicence.id).where(
            SellerLicence.seller_id == seller_id, SellerLicence.category_code == category_code, SellerLicence.valid_to >= on
        )
    )
    return found is not None


def licensed(session: Session, seller_ids: Iterable[int], on: dt.date) -> frozenset[tuple[int, str]]:
    """Return which of some sellers hold a licence on a day, as (seller, category)."""
    rows = session.execute(
        select(SellerLicence.seller_id, SellerLicence.category_code).where(
            SellerLicence.seller_id.in_(sorted(set(seller_ids))), SellerLicence.valid_to >= on
        )
    )
    return frozenset((seller, code) for seller, code in rows)


def usual_price(session: Session, variety_code: str, village_code: str) -> int | None:
    """Return the median price per 500 g of a variety in the village, else its township, else the county; up to three queries."""
    for length in (12, 9, 6):
        figures = session.scalars(
            select(Offer.per_500g_fen)
            .where(Offer.state == OfferState.ON_SALE, Offer.variety == variety_code, in_areas([village_code[:length]]))
            .limit(400)
        ).all()
        if figures:
            return rules.median(figures)
    return None


def _category(row: Category) -> CategoryView:
    return CategoryView(
        code=row.code, zh=row.zh, en=row.en, guidance_low_fen=row.guidance_low_fen, guidance_high_fen=row.guidance_high_fen,
        shelf_days=row.shelf_days, degree=Degree(row.degree), after_sale=AfterSale(row.after_sale),
        needs_licence=row.needs_licence, season_months=tuple(int(month) for month in row.season_months.split(",") if month),
        is_cultural=row.is_cultural, is_by_weight=row.is_by_weight,
    )  # fmt: skip


def _variety(row: Variety) -> VarietyView:
    return VarietyView(
        code=row.code, category_code=row.category_code, zh=row.zh, en=row.en, unit_grams=row.unit_grams,
        guidance_low_fen=row.guidance_low_fen, guidance_high_fen=row.guidance_high_fen, picture=row.picture,
        crop_words=tuple(row.crop_words.split(",")),
    )  # fmt: skip
