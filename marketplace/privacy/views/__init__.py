"""Pages of privacy: everybody's own data, and the officials who decide on erasure."""

from marketplace.privacy.views import mine, office
from marketplace.privacy.views.blueprint import bp
from marketplace.privacy.views.office import OFFICE_NAV

__all__ = ["OFFICE_NAV", "bp", "mine", "office"]
