"""Pages of grievances: everybody's, and those of the officials who answer."""

from marketplace.grievances.views import office, public, settings
from marketplace.grievances.views.blueprint import bp
from marketplace.grievances.views.office import OFFICE_NAV

__all__ = ["OFFICE_NAV", "bp", "office", "public", "settings"]
