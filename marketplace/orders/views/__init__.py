"""Pages of orders: the buyer's, the desk's and the office's."""

from marketplace.orders.views import after_sale, buyer, cart, checkout, delivery, desk, invoices, office, reviews
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.office import OFFICE_NAV

__all__ = ["OFFICE_NAV", "after_sale", "bp", "buyer", "cart", "checkout", "delivery", "desk", "invoices", "office", "reviews"]
