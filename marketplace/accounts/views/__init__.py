"""Pages of accounts: signing in, one's own page, roles, the trail."""

from marketplace.accounts.views import mine, people, signing, trail
from marketplace.accounts.views.blueprint import bp
from marketplace.kernel.words import N_
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem("accounts.people", N_("People and roles"), (*people.GRANTERS, "auditor"), order=90, section=Section.RULES),
    NavItem("accounts.trail", N_("Who did what"), tuple(trail.READERS), order=91, section=Section.RULES),
)

__all__ = ["OFFICE_NAV", "bp", "mine", "people", "signing", "trail"]
