"""Named reads of freight, quotes, purchases, orders and refunds."""

from marketplace.orders.queries.freight import discounts_of_seller, freight_zones, provinces, zone_of
from marketplace.orders.queries.invoices import (
    count_invoices_waiting,
    invoice_by_ref,
    invoices_in_areas,
    invoices_of_orders,
    title_of,
)
from marketplace.orders.queries.lists import (
    awaiting_payment,
    count_to_do,
    has_open_purchase,
    orders_in_areas,
    orders_of_households,
    purchases_of_buyer,
)
from marketplace.orders.queries.prices import SoldPrice, sold_prices
from marketplace.orders.queries.purchases import (
    contact_of,
    head_by_id,
    head_by_ref,
    households_of_purchase,
    known_to,
    order_by_id,
    order_by_ref,
    purchase_by_id,
    purchase_by_key,
    purchase_by_ref,
    states_of_purchases,
)
from marketplace.orders.queries.quotes import quote
from marketplace.orders.queries.refunds import (
    claims_of_refunds,
    count_refunds_to_carry,
    count_refunds_waiting,
    has_claim_photo,
    refund_by_id,
    refund_by_ref,
    refunds_in_areas,
    refunds_to_carry,
    refunds_to_submit,
)
from marketplace.orders.queries.reviews import reviews_of_buyer, reviews_of_lines
from marketplace.orders.queries.sources import purchase_refs_of_sources, purchases, refunds

__all__ = [
    "SoldPrice",
    "awaiting_payment",
    "claims_of_refunds",
    "contact_of",
    "count_invoices_waiting",
    "count_refunds_to_carry",
    "count_refunds_waiting",
    "count_to_do",
    "discounts_of_seller",
    "freight_zones",
    "has_claim_photo",
    "has_open_purchase",
    "head_by_id",
    "head_by_ref",
    "households_of_purchase",
    "invoice_by_ref",
    "invoices_in_areas",
    "invoices_of_orders",
    "known_to",
    "order_by_id",
    "order_by_ref",
    "orders_in_areas",
    "orders_of_households",
    "provinces",
    "purchase_by_id",
    "purchase_by_key",
    "purchase_by_ref",
    "purchase_refs_of_sources",
    "purchases",
    "purchases_of_buyer",
    "quote",
    "refund_by_id",
    "refund_by_ref",
    "refunds",
    "refunds_in_areas",
    "refunds_to_carry",
    "refunds_to_submit",
    "reviews_of_buyer",
    "reviews_of_lines",
    "sold_prices",
    "states_of_purchases",
    "title_of",
    "zone_of",
]
