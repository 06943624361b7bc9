"""The shop's lists: filtered, sorted and paged by place, so that the thousandth page costs what the first does.

Each sort has an index of offers on sale in exactly its order, alone and within a category. No page counts what it does not show.
"""

import datetime as dt
import re
from typing import Any

from sqlalchemy import Select, literal, select, text, true, tuple_
from sqlalchemy.orm import Session

from marketplace.kernel.db import dialect_of
from marketplace.kernel.search_terms import query_words
from marketplace.products.models import Category, Offer, OfferImage, Stock
from marketplace.products.queries.lists import ON_SALE, in_areas
from marketplace.products.values import CatalogueFilter, CataloguePage, Cursor, OfferCard, OfferState, Sort

_COLUMNS: dict[Sort, Any] = {
    Sort.NEWEST: Offer.published_at,
    Sort.PRICE: Offer.price_fen,
    Sort.PER_500G: Offer.per_500g_fen,
    Sort.SOLD: Offer.sold_count,
}
#: The dearest and the least sold come last.
_DESCENDING = frozenset({Sort.NEWEST, Sort.SOLD})
_PLACE = re.compile(r"([0-9T:.+-]{1,40})~([0-9]{1,15})", re.ASCII)
_VILLAGE_DIGITS = 12
#: Beyond any price or count: a place further out is none.
MOST_VALUE = 2**40


def catalogue_page(session: Session, wanted: CatalogueFilter, *, size: int = 24, cursor: Cursor | None = None) -> CataloguePage:
    """Return one page of offers on sale; two queries."""
    by = _COLUMNS[wanted.sort]
    descending = wanted.sort in _DESCENDING
    backward = cursor is not None and cursor.is_backward
    ids = _filtered(select(Offer.id, by.label("place")), wanted)
    if cursor is not None:
        here = tuple_(by, Offer.id)
        place = tuple_(literal(_parsed(wanted.sort, cursor.value), by.type), literal(cursor.id))
        ids = ids.where(here < place if descending != backward else here > place)
    down = descending != backward
    ids = ids.order_by(by.desc() if down else by, Offer.id.desc() if down else Offer.id).limit(size + 1)
    found = session.execute(ids).all()
    has_more = len(found) > size
    found = found[:size]
    if backward:
        found = found[::-1]
    cards = offer_cards(session, [row.id for row in found])
    ends = [Cursor(_written(row.place), row.id) for row in (found[0], found[-1])] if found else []
    has_before, has_after = (has_more, True) if backward else (cursor is not None, has_more)
    return CataloguePage(
        cards=tuple(cards),
        before=Cursor(ends[0].value, ends[0].id, is_backward=True) if ends and has_before else None,
        after=ends[1] if ends and has_after else None,
    )


def found_page(session: Session, words: str, *, size: int = 24, before_id: int | None = None) -> CataloguePage:
    """Return offers that hold all the words of a query, those published under the newest keys first; two queries."""
    terms = query_words(words)
    if not terms:
        return CataloguePage((), None, None)
    if dialect_of(session) == "sqlite":
        matching, query = "offer_search MATCH :query", " AND ".join(_quoted(term) for term in terms)
        key = "rowid"
    else:
        matching = "vector @@ to_tsquery('simple', :query)"
        query = " & ".join(f"'{term[:-1]}':*" if term.endswith("*") else f"'{term}'" for term in terms)
        key = "offer_id"
    earlier = f"AND {key} < :before" if before_id is not None else ""
    found = session.scalars(
        text(f"SELECT {key} FROM offer_search WHERE {matching} {earlier} ORDER BY {key} DESC LIMIT :size"),
        {"query": query, "size": size + 1, **({"before": before_id} if before_id is not None else {})},
    ).all()
    after = Cursor("", found[size - 1]) if len(found) > size else None
    return CataloguePage(tuple(offer_cards(session, list(found[:size]))), None, after)


def offer_cards(session: Session, ids: list[int]) -> list[OfferCard]:
    """Return the cards of some offers, in the order asked for; one query."""
    if not ids:
        return []
    rows = session.execute(
        select(
            Offer.id, Offer.ref, Offer.slug, Offer.title_zh, Offer.title_en, Offer.price_fen, Offer.per_500g_fen,
            Category.is_by_weight, Offer.village_code, Offer.seller_id, Offer.category_code, Offer.harvest_on, Offer.sold_count,
            (Stock.on_hand - Stock.taken).label("left"), OfferImage.image_id, Offer.review_count, Offer.stars_sum,
        )
        .join(Category, Category.code == Offer.category_code)
        .join(Stock, Stock.offer_id == Offer.id)
        .join(OfferImage, (OfferImage.offer_id == Offer.id) & (OfferImage.position == 0), isouter=True)
        .where(Offer.id.in_(ids))
    ).all()  # fmt: skip
    by_id = {row.id: OfferCard(*tuple(row)) for row in rows}
    return [by_id[each] for each in ids if each in by_id]


def similar_offers(session: Session, offer: Offer, size: int = 4) -> list[OfferCard]:
    """Return other offers of the same variety or category, the most sold first; two queries."""
    ids = session.scalars(
        select(Offer.id)
        .where(Offer.state == OfferState.ON_SALE, Offer.category_code == offer.category_code, Offer.id != offer.id)
        .order_by(Offer.sold_count.desc(), Offer.id.desc())
        .limit(size)
    ).all()
    return offer_cards(session, list(ids))


def published_slugs(session: Session, after_id: int = 0, limit: int = 10_000) -> list[tuple[str, dt.datetime]]:
    """Return the addresses of offers on sale and when they were published, for the site map."""
    rows = session.execute(
        select(Offer.slug, Offer.published_at)
        .where(Offer.state == OfferState.ON_SALE, Offer.id > after_id)
        .order_by(Offer.id)
        .limit(limit)
    )
    return [(slug, at) for slug, at in rows if at is not None]


def read_place(sort: Sort, written: str, *, is_backward: bool = False) -> Cursor | None:
    """Return the place an address names, or None where it cannot be one of this sort: it came from outside."""
    found = _PLACE.fullmatch(written)
    if not found:
        return None
    try:
        value = _parsed(sort, found[1])
    except (ValueError, OverflowError):
        return None
    if value.tzinfo is None if isinstance(value, dt.datetime) else abs(value) > MOST_VALUE:
        return None
    return Cursor(found[1], int(found[2]), is_backward)


def write_place(cursor: Cursor | None) -> str | None:
    """Return a place as an address holds it."""
    return None if cursor is None else f"{cursor.value}~{cursor.id}"


def _filtered(query: Select[Any], wanted: CatalogueFilter) -> Select[Any]:
    """Narrow a list without leaving the index of its order.

    What leaves much of the shop is hidden from the indexes: walking the order's own and skipping is cheaper than sorting all that
    fits. `IS TRUE` hides it and lets the planner know how much it leaves. One village, or one seller, is few enough to be sorted.
    """
    conditions: list[Any] = [ON_SALE]
    if len(wanted.category_codes) == 1:
        conditions.append(Offer.category_code == wanted.category_codes[0])
    elif wanted.category_codes:
        conditions.append(Offer.category_code.in_(wanted.category_codes).is_(true()))
    if wanted.area:
        is_there = in_areas([wanted.area])
        conditions.append(is_there if len(wanted.area) >= _VILLAGE_DIGITS else is_there.is_(true()))
    prices = []
    if wanted.least_fen is not None:
        prices.append(Offer.price_fen >= wanted.least_fen)
    if wanted.most_fen is not None:
        prices.append(Offer.price_fen <= wanted.most_fen)
    conditions += prices if wanted.sort is Sort.PRICE else [price.is_(true()) for price in prices]
    if wanted.seller_id is not None:
        conditions.append(Offer.seller_id == wanted.seller_id)
    return query.where(*conditions)


def _quoted(term: str) -> str:
    return f'"{term[:-1]}" *' if term.endswith("*") else f'"{term}"'


def _written(value: Any) -> str:
    return str(value.isoformat()) if isinstance(value, dt.datetime) else str(value)


def _parsed(sort: Sort, value: str) -> Any:
    return dt.datetime.fromisoformat(value) if sort is Sort.NEWEST else int(value)
