"""What a basket costs now. The same reading serves the basket's page and the order itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerCard
from marketplace.kernel import clock
from marketplace.orders import rules
from marketplace.orders.queries.freight import discounts_on, zone_of
from marketplace.orders.values import DiscountView, FreightZone, Problem, Quote, QuotedLine, QuotedOrder
from marketplace.products import queries as products
from marketplace.products.values import SaleTerms

#: A line with one of these is shown and not counted.
_UNSALEABLE = (Problem.NOT_ON_SALE, Problem.SOLD_OUT)


@dataclass(frozen=True)
class Priced:
    """A quote with the terms it was made from, by offer."""

    quote: Quote
    terms: Mapping[str, SaleTerms]
    cards: Mapping[int, SellerCard]
    zone: FreightZone | None


def quote(session: Session, *, items: Sequence[tuple[str, int]], province: str | None) -> Quote:
    """Return what some goods (reference, quantity) cost today, sent to a province.

    It never refuses: what cannot be bought is reported on its line and not counted; references nobody knows are left out, and
    so are the lines beyond the most that one order takes.
    """
    return priced(session, items=items, province=province).quote


def priced(session: Session, *, items: Sequence[tuple[str, int]], province: str | None) -> Priced:
    """Return the quote together with what an order freezes."""
    wanted = dict(list(merged(items).items())[: rules.MOST_LINES])
    terms = products.sale_terms(session, wanted)
    lines = [(terms[ref].seller.id, _line(terms[ref], quantity)) for ref, quantity in wanted.items() if ref in terms]
    gone = _gone(session, {ref: quantity for ref, quantity in wanted.items() if ref not in terms})
    lines += gone
    cards = farmers.seller_cards(session, {seller_id for seller_id, _ in gone})
    cards |= {each.seller.id: each.seller for each in terms.values()}
    discounts = discounts_on(session, cards, clock.today())
    zone = zone_of(session, province=province) if province else None
    orders = tuple(
        _order(cards[seller_id], [line for owner, line in lines if owner == seller_id], discounts.get(seller_id, ()), zone, terms)
        for seller_id in dict.fromkeys(seller_id for seller_id, _ in lines)
    )
    freight_fen = sum(order.freight_fen or 0 for order in orders) if zone else None
    goods_fen, discount_fen = sum(order.goods_fen for order in orders), sum(order.discount_fen for order in orders)
    found = Quote(
        orders=orders,
        goods_fen=goods_fen,
        discount_fen=discount_fen,
        freight_fen=freight_fen,
        total_fen=goods_fen - discount_fen + (freight_fen or 0),
        problems=any(line.problem for _, line in lines),
        count=sum(line.quantity for _, line in lines),
        is_served=zone is not None or not province,
    )
    return Priced(found, terms, cards, zone)


def merged(items: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Add up the quantities of each reference, in the order they came; nothing and less than nothing is left out."""
    wanted: dict[str, int] = {}
    for ref, quantity in items:
        if quantity > 0:
            wanted[ref] = min(wanted.get(ref, 0) + quantity, rules.MOST_UNITS)
    return wanted


def _line(terms: SaleTerms, quantity: int) -> QuotedLine:
    gross_fen = terms.price_fen * quantity
    problem = rules.problem_of(quantity, left=terms.left, least=terms.min_qty, most=terms.max_qty)
    return QuotedLine(
        ref=terms.ref, slug=terms.slug, offer_id=terms.offer_id, title=terms.title, title_en=terms.title_en,
        image_id=terms.image_id, category_code=terms.category_code, unit_grams=terms.unit_grams, price_fen=terms.price_fen,
        quantity=quantity, gross_fen=gross_fen, discount_fen=0, paid_fen=0 if problem in _UNSALEABLE else gross_fen,
        left=max(0, terms.left), least=terms.min_qty, most=terms.max_qty, problem=problem,
    )  # fmt: skip


def _gone(session: Session, wanted: Mapping[str, int]) -> list[tuple[int, QuotedLine]]:
    """Return the lines of offers that were on sale once; they are few, so each is looked up by itself."""
    found = []
    for ref, quantity in wanted.items():
        offer = products.offer_by_ref(session, ref)
        if offer is None or offer.published_at is None:
            continue
        images = products.images_of_offers(session, [offer.id]).get(offer.id, ())
        line = QuotedLine(
            ref=ref, slug=offer.slug, offer_id=offer.id, title=offer.title_zh, title_en=offer.title_en or offer.title_zh,
            image_id=images[0] if images else None, category_code=offer.category_code, unit_grams=offer.unit_grams,
            price_fen=offer.price_fen, quantity=quantity, gross_fen=offer.price_fen * quantity, discount_fen=0, paid_fen=0,
            left=0, least=offer.min_qty, most=offer.max_qty, problem=Problem.NOT_ON_SALE,
        )  # fmt: skip
        found.append((offer.seller_id, line))
    return found


def _order(
    card: SellerCard,
    lines: Sequence[QuotedLine],
    discounts: Sequence[DiscountView],
    zone: FreightZone | None,
    terms: Mapping[str, SaleTerms],
) -> QuotedOrder:
    counted = [line for line in lines if line.paid_fen]
    goods_fen = sum(line.gross_fen for line in counted)
    off_fen = rules.discount(discounts, goods_fen=goods_fen, on=clock.today())
    shares = dict(
        zip((line.ref for line in counted), rules.spread(off_fen, [line.gross_fen for line in counted]), strict=True)
        if counted
        else ()
    )
    grams = sum(line.unit_grams * line.quantity for line in counted)
    freight_fen = None
    if zone is not None:
        freight_fen = rules.freight(zone, grams=grams, goods_fen=goods_fen - off_fen) if counted else 0
    # The goods' own village: an order is work where the goods are.
    village_code = next((terms[line.ref].village_code for line in counted), card.village_code)
    return QuotedOrder(
        seller_id=card.id,
        seller_ref=card.ref,
        seller_name=card.display_name,
        village_code=village_code,
        lines=tuple(
            replace(line, discount_fen=shares[line.ref], paid_fen=line.gross_fen - shares[line.ref])
            if line.ref in shares
            else line
            for line in lines
        ),
        goods_fen=goods_fen,
        discount_fen=off_fen,
        freight_fen=freight_fen,
        grams=grams,
    )
