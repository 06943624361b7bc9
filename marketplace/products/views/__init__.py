"""Pages of goods: the shop's, the desk's and the office's."""

from marketplace.products.views import agronomy, at_once, desk, manage, office, reviews, shop
from marketplace.products.views.agronomy import OFFICE_NAV as AGRONOMY_NAV
from marketplace.products.views.blueprint import bp
from marketplace.products.views.office import OFFICE_NAV as QUEUE_NAV
from marketplace.products.views.reviews import OFFICE_NAV as REVIEWS_NAV

OFFICE_NAV = (*QUEUE_NAV, *REVIEWS_NAV, *AGRONOMY_NAV)

__all__ = ["OFFICE_NAV", "agronomy", "at_once", "bp", "desk", "manage", "office", "reviews", "shop"]
