"""Named reads of categories, varieties and licences."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from marketplace.products import rules
from marketplace.products.models import Category, Offer, SellerLicence, Variety
from marketplace.products.values import AfterSale, Around, CategoryView, Degree, UsualPrice, VarietyView

#: Written out, not bound: only so does each engine see that the indexes of offers on sale serve.
ON_SALE = text("offers.state = 'on_sale'")
#: Prices of which a median is taken.
MOST_COMPARED = 400
#: Length of the codes of what lies around a household.
_VARIETIES = select(Variety, Category.is_by_weight).join(Category, Category.code == Variety.category_code)
_AROUND = ((Around.VILLAGE, 12), (Around.TOWNSHIP, 9), (Around.COUNTY, 6))


def in_areas(codes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an offer's village lies in one of some areas, in a form an index serves."""
    return or_(*(and_(Offer.village_code >= code, Offer.village_code < code + ":") for code in codes))


def categories(session: Session) -> tuple[CategoryView, ...]:
    """Return all categories in the county's order."""
    return tuple(category_view(row) for row in session.scalars(select(Category).order_by(Category.position)))


def category(session: Session, code: str) -> CategoryView | None:
    """Return one category."""
    row = session.get(Category, code)
    return category_view(row) if row else None


def varieties(session: Session) -> tuple[VarietyView, ...]:
    """Return all varieties in the county's order."""
    rows = session.execute(_VARIETIES.order_by(Variety.position))
    return tuple(_variety(row, is_by_weight=is_by_weight) for row, is_by_weight in rows)


def variety(session: Session, code: str) -> VarietyView | None:
    """Return one variety; a seller's own word is none."""
    found = session.execute(_VARIETIES.where(Variety.code == code)).one_or_none()
    return None if found is None else _variety(found[0], is_by_weight=found[1])


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


def usual_prices(
    session: Session, variety_codes: Iterable[str], village_code: str, *, most: int = MOST_COMPARED
) -> dict[str, UsualPrice]:
    """Return the median of what is asked for some varieties, in the village, else its township, else the county.

    The latest `most` offers stand for all where there are more. Up to three queries; a variety that nobody sells is left out.
    """
    wanted, found = set(variety_codes), dict[str, UsualPrice]()
    for around, length in _AROUND:
        prices = _latest_prices(session, wanted - found.keys(), village_code[:length], most)
        found.update({code: UsualPrice(middle, around) for code, fens in prices.items() if (middle := rules.median(fens))})
    return found


def _latest_prices(session: Session, variety_codes: Iterable[str], area_code: str, most: int) -> dict[str, list[int]]:
    if not (wanted := sorted(variety_codes)):
        return {}
    asked = case((Category.is_by_weight, Offer.per_500g_fen), else_=Offer.price_fen).label("asked_fen")
    place = func.row_number().over(partition_by=Offer.variety, order_by=Offer.id.desc()).label("place")
    latest = (
        select(Offer.variety, asked, place)
        .join(Category, Category.code == Offer.category_code)
        .where(ON_SALE, Offer.variety.in_(wanted), in_areas([area_code]))
        .subquery()
    )
    prices: dict[str, list[int]] = {}
    for code, fen in session.execute(select(latest.c.variety, latest.c.asked_fen).where(latest.c.place <= most)):
        prices.setdefault(code, []).append(fen)
    return prices


def category_view(row: Category) -> CategoryView:
    """Return a category as others may see it."""
    return CategoryView(
        code=row.code, zh=row.zh, en=row.en, guidance_low_fen=row.guidance_low_fen, guidance_high_fen=row.guidance_high_fen,
        shelf_days=row.shelf_days, degree=Degree(row.degree), after_sale=AfterSale(row.after_sale),
        needs_licence=row.needs_licence, season_months=tuple(int(month) for month in row.season_months.split(",") if month),
        is_cultural=row.is_cultural, is_by_weight=row.is_by_weight,
    )  # fmt: skip


def _variety(row: Variety, *, is_by_weight: bool) -> VarietyView:
    return VarietyView(
        code=row.code, category_code=row.category_code, zh=row.zh, en=row.en, unit_grams=row.unit_grams,
        guidance_low_fen=row.guidance_low_fen, guidance_high_fen=row.guidance_high_fen, picture=row.picture,
        crop_words=tuple(row.crop_words.split(",")), is_by_weight=is_by_weight,
    )  # fmt: skip
