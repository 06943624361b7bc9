"""Pages of goods: the shop's, the desk's and the office's."""

from marketplace.products.views import at_once, desk, manage, office, shop
from marketplace.products.views.blueprint import bp
from marketplace.products.views.office import OFFICE_NAV

__all__ = ["OFFICE_NAV", "at_once", "bp", "desk", "manage", "office", "shop"]
