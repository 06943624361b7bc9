"""From a photograph to an offer that waits for the village; its price and stock thereafter."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import ConsentKind, SellerState
from marketplace.kernel import clock, ids, search_terms
from marketplace.kernel.errors import NotThere
from marketplace.products import queries, rules
from marketplace.products.models import Offer, OfferImage, Stock
from marketplace.products.refusals import (
    ConsentNeeded,
    OfferIncomplete,
    OfferStep,
    PriceRefused,
    SellerNotApproved,
    UnknownCategory,
)
from marketplace.products.services.publishing import known, move, note
from marketplace.products.services.stock import set_stock
from marketplace.products.values import MovementKind, OfferState, SellMode

#: Pictures of one offer.
MOST_IMAGES = 6


def start_draft(
    session: Session,
    *,
    seller_id: int,
    listed_by: int,
    client_key: str,
    image_ids: Sequence[int] = (),
    on_behalf_of_consent_id: int | None = None,
) -> Offer:
    """Begin an offer with its pictures alone. The same client key returns the offer begun before, whoever's turn it is.

    Raises:
        SellerNotApproved: the village has not approved the seller.
        ConsentNeeded: somebody outside the household lists for it without its consent.
    """
    standing = queries.offer_by_client_key(session, client_key)
    if standing is not None:
        if standing.listed_by != listed_by:
            raise NotThere
        return standing
    seller = farmers.seller_cards(session, [seller_id]).get(seller_id)
    if seller is None:
        raise NotThere
    if seller.state != SellerState.APPROVED:
        raise SellerNotApproved
    if seller.household_id is not None:
        _refuse_without_consent(session, seller.household_id, listed_by, on_behalf_of_consent_id)
    ref = ids.reference("P", 8)
    offer = Offer(
        ref=ref, slug=ref.lower(), seller_id=seller.id, household_id=seller.household_id, village_code=seller.village_code,
        category_code="other", variety="", title_zh="", title_en="", story="", sell_mode=SellMode.PACK, unit_grams=500,
        price_fen=0, per_500g_fen=0, min_qty=1, max_qty=rules.MOST_PER_ORDER, harvest_on=None, state=OfferState.DRAFT,
        listed_by=listed_by, on_behalf_of_consent_id=on_behalf_of_consent_id, approved_by=None, returned_reason="",
        client_key=client_key, sold_count=0, created_at=clock.now(), published_at=None,
    )  # fmt: skip
    session.add(offer)
    session.flush()
    session.execute(insert(Stock).values(offer_id=offer.id, on_hand=0, taken=0))
    set_images(session, offer_id=offer.id, image_ids=image_ids)
    note(session, offer, "state", "", str(OfferState.DRAFT), by=listed_by)
    return offer


def set_images(session: Session, *, offer_id: int, image_ids: Sequence[int]) -> None:
    """Give an offer these pictures, in this order."""
    session.execute(delete(OfferImage).where(OfferImage.offer_id == offer_id))
    wanted = list(dict.fromkeys(image_ids))[:MOST_IMAGES]
    if wanted:
        session.execute(
            insert(OfferImage), [{"offer_id": offer_id, "position": at, "image_id": each} for at, each in enumerate(wanted)]
        )


def describe_draft(
    session: Session,
    *,
    offer_id: int,
    by: int,
    category_code: str,
    variety: str,
    unit_grams: int,
    price_fen: int,
    quantity: int,
    harvest_on: dt.date | None,
    title: str | None = None,
    title_en: str = "",
    story: str | None = None,
    sell_mode: str = SellMode.PACK,
    max_qty: int | None = None,
) -> Offer:
    """Say what a draft is, what it costs and how many there are.

    Raises:
        OfferStep: it is no draft. UnknownCategory, PriceRefused, QuantityRefused: as named.
    """
    offer = known(session, offer_id)
    if offer.state != OfferState.DRAFT:
        raise OfferStep
    if queries.category(session, category_code) is None:
        raise UnknownCategory
    refuse_price(price_fen)
    if unit_grams < 1:
        raise OfferIncomplete
    offer.category_code = category_code
    offer.variety = variety
    offer.sell_mode = sell_mode
    offer.unit_grams = unit_grams
    offer.price_fen = price_fen
    offer.per_500g_fen = rules.per_500g(price_fen, unit_grams)
    offer.harvest_on = harvest_on
    offer.max_qty = max_qty or rules.MOST_PER_ORDER
    if story is not None:
        offer.story = story
    _name(session, offer, title, title_en)
    session.flush()
    set_stock(session, offer_id=offer.id, left=quantity, by=by, kind=MovementKind.BROUGHT)
    return offer


def submit_offer(session: Session, *, offer_id: int, by: int) -> Offer:
    """Hand a draft to the village. Submitting twice is submitting once.

    Raises:
        OfferIncomplete: it has no picture, price or stock yet.
        OfferStep: it is past that.
    """
    offer = known(session, offer_id)
    if offer.state == OfferState.SUBMITTED:
        return offer
    if offer.state != OfferState.DRAFT:
        raise OfferStep
    left = session.scalar(select(Stock.on_hand - Stock.taken).where(Stock.offer_id == offer.id)) or 0
    if not offer.price_fen or not offer.title_zh or left < 1:
        raise OfferIncomplete
    return move(session, offer, OfferState.SUBMITTED, by=by)


def list_offer(
    session: Session,
    *,
    seller_id: int,
    household_id: int | None,
    category_code: str,
    variety: str,
    unit_grams: int,
    price_fen: int,
    quantity: int,
    harvest_on: dt.date | None,
    image_ids: Sequence[int],
    client_key: str,
    listed_by: int,
    on_behalf_of_consent_id: int | None = None,
    title: str | None = None,
    title_en: str = "",
    story: str | None = None,
    sell_mode: str = SellMode.PACK,
    max_qty: int | None = None,
) -> Offer:
    """List goods in one go and hand them to the village; the same client key answers with the first offer.

    Raises:
        NotThere: the seller is not that household's.
        What start_draft, describe_draft and submit_offer raise.
    """
    offer = start_draft(
        session, seller_id=seller_id, listed_by=listed_by, client_key=client_key, image_ids=image_ids,
        on_behalf_of_consent_id=on_behalf_of_consent_id,
    )  # fmt: skip
    if offer.household_id != household_id:
        raise NotThere
    if offer.state != OfferState.DRAFT or offer.price_fen:
        return offer
    describe_draft(
        session, offer_id=offer.id, by=listed_by, category_code=category_code, variety=variety, unit_grams=unit_grams,
        price_fen=price_fen, quantity=quantity, harvest_on=harvest_on, title=title, title_en=title_en, story=story,
        sell_mode=sell_mode, max_qty=max_qty,
    )  # fmt: skip
    return submit_offer(session, offer_id=offer.id, by=listed_by)


def change_price(session: Session, *, offer_id: int, price_fen: int, by: int) -> Offer:
    """Change what a unit costs from now on; orders placed keep their price.

    Raises:
        PriceRefused: nothing, or beyond belief.
    """
    offer = known(session, offer_id)
    refuse_price(price_fen)
    if offer.state == OfferState.ARCHIVED:
        raise OfferStep
    if price_fen != offer.price_fen:
        before = str(offer.price_fen)
        offer.price_fen = price_fen
        offer.per_500g_fen = rules.per_500g(price_fen, offer.unit_grams)
        session.flush()
        note(session, offer, "price", before, str(price_fen), by=by)
    return offer


def refuse_price(price_fen: int) -> None:
    """Refuse a price no honest offer has."""
    if not rules.LEAST_PRICE_FEN <= price_fen <= rules.MOST_PRICE_FEN:
        raise PriceRefused


def _refuse_without_consent(session: Session, household_id: int, listed_by: int, consent_id: int | None) -> None:
    if listed_by in farmers.users_of_household(session, household_id):
        return
    consent = farmers.standing_consent(session, household_id, ConsentKind.LISTING)
    if consent is None or consent.id != consent_id:
        raise ConsentNeeded


def _name(session: Session, offer: Offer, title: str | None, title_en: str = "") -> None:
    """Give an offer its title and address: the seller's own words (in English where they say so), or the variety and weight."""
    variety = queries.variety(session, offer.variety)
    if title:
        offer.title_zh, offer.title_en = title[:80], title_en[:120]
    elif variety is not None:
        offer.title_zh = rules.title_of(variety.zh, offer.unit_grams, "zh", is_by_weight=variety.is_by_weight)
        offer.title_en = rules.title_of(variety.en, offer.unit_grams, "en", is_by_weight=variety.is_by_weight)
    else:
        is_by_weight = offer.sell_mode != SellMode.PER_PLANT
        offer.title_zh, offer.title_en = rules.title_of(offer.variety, offer.unit_grams, "zh", is_by_weight=is_by_weight)[:80], ""
    words = variety.en if variety is not None else offer.title_en or search_terms.latin(offer.title_zh)
    offer.slug = rules.slug_of(words, offer.ref)
