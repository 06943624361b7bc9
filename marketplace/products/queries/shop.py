"""Cards with everything a shop shows on them: seller's name, village, picture. Three more queries however many cards."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerState
from marketplace.media import queries as media
from marketplace.media.values import ImageView
from marketplace.products.rules import average_stars
from marketplace.products.values import OfferCard


@dataclass(frozen=True, slots=True)
class ShopCard:
    """A card as templates/_macros/shop.html wants it."""

    ref: str
    url: str
    title: str
    price_fen: int
    per_500g_fen: int | None
    village: str
    seller_name: str
    image: ImageView | None
    harvest_on: dt.date | None
    sold: int
    left: int
    tags: tuple[str, ...]
    #: The average of what buyers say, such as 4.6, and how many did; empty where nobody has.
    stars: str = ""
    reviews: int = 0


def shop_cards(session: Session, cards: Sequence[OfferCard], locale: str, sold_out: str) -> list[ShopCard]:
    """Return full cards; `sold_out` is the word for goods of which none are left. A suspended seller's goods are left out."""
    sellers = farmers.seller_cards(session, {card.seller_id for card in cards})
    pictures = media.image_views(session, [card.image_id for card in cards])
    names = areas.names(session, (card.village_code for card in cards))
    return [
        ShopCard(
            ref=card.ref, url=f"/products/{card.slug}", title=card.title(locale), price_fen=card.price_fen,
            per_500g_fen=card.per_500g_fen if card.is_by_weight else None,
            village=names.get(card.village_code, ("", ""))[locale == "en"], seller_name=sellers[card.seller_id].display_name,
            image=pictures.get(card.image_id or 0), harvest_on=card.harvest_on, sold=card.sold_count, left=card.left,
            tags=() if card.left > 0 else (sold_out,), stars=average_stars(card.stars_sum, card.review_count),
            reviews=card.review_count,
        )
        for card in cards
        if card.seller_id in sellers and sellers[card.seller_id].state == SellerState.APPROVED
    ]  # fmt: skip
