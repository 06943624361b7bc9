"""Pages of the record for officials: register imports, households, and writing into a household's card."""

from marketplace.assistance.queries import imports_waiting
from marketplace.assistance.views import entries, households, register
from marketplace.assistance.views.blueprint import READERS, bp
from marketplace.kernel.words import N_
from marketplace.web.nav import NavItem

OFFICE_NAV = (
    NavItem("assistance.households", N_("Households"), tuple(READERS), None, 20),
    NavItem("assistance.register", N_("Household register"), ("county_official", "auditor"), imports_waiting, 30),
)

__all__ = ["OFFICE_NAV", "bp", "entries", "households", "register"]
