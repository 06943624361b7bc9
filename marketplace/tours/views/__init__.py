"""Pages of tours: the visitors', the household's, the officials' and the gate's."""

from marketplace.tours.views import places, poster, shop
from marketplace.tours.views.blueprint import bp

__all__ = ["bp", "places", "poster", "shop"]
