"""The pages of the reports. `bp` carries every route; the office's navigation learns of two of them."""

from marketplace.kernel.words import N_
from marketplace.reports.views import areas, definitions, flow, home, households, ledger, lines, poverty, promotions
from marketplace.reports.views.blueprint import READERS, STAFF, bp
from marketplace.web.nav import NavItem, Section

__all__ = ["OFFICE_NAV", "areas", "bp", "definitions", "flow", "home", "households", "ledger", "lines", "poverty", "promotions"]

OFFICE_NAV = (
    NavItem("reports.home", N_("To do"), tuple(STAFF), order=0, section=Section.FIRST),
    NavItem("reports.county", N_("Reports"), tuple(READERS), order=80, section=Section.REPORTS),
)
