"""Named reads of goods on sale."""

from marketplace.products.queries.catalogue import (
    catalogue_page,
    found_page,
    offer_cards,
    published_slugs,
    read_place,
    similar_offers,
    write_place,
)
from marketplace.products.queries.holds import holds_like, restocks
from marketplace.products.queries.information import agronomy_note, agronomy_notes, wanted
from marketplace.products.queries.lists import categories, category, has_licence, licensed, usual_prices, varieties, variety
from marketplace.products.queries.offers import (
    count_of_households,
    count_waiting,
    events_of_offer,
    images_of_offers,
    left_of,
    offer,
    offer_by_client_key,
    offer_by_ref,
    offer_on_its_page,
    offers_listed_by,
    offers_of_households,
    offers_waiting,
    sale_terms,
)
from marketplace.products.queries.shop import ShopCard, shop_cards

__all__ = [
    "ShopCard",
    "agronomy_note",
    "agronomy_notes",
    "catalogue_page",
    "categories",
    "category",
    "count_of_households",
    "count_waiting",
    "events_of_offer",
    "found_page",
    "has_licence",
    "holds_like",
    "images_of_offers",
    "left_of",
    "licensed",
    "offer",
    "offer_by_client_key",
    "offer_by_ref",
    "offer_cards",
    "offer_on_its_page",
    "offers_listed_by",
    "offers_of_households",
    "offers_waiting",
    "published_slugs",
    "read_place",
    "restocks",
    "sale_terms",
    "shop_cards",
    "similar_offers",
    "usual_prices",
    "varieties",
    "variety",
    "wanted",
    "write_place",
]
