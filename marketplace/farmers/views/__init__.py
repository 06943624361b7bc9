"""Pages of sellers: the official's desk of matching and approval, and the household's own profile."""

from marketplace.farmers.queries import accounts_waiting, sellers_waiting
from marketplace.farmers.views import desk, office, payout_accounts
from marketplace.farmers.views.blueprint import bp
from marketplace.kernel.words import N_
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem(
        "farmers.sellers",
        N_("Sellers"),
        ("village_official", "township_official", "county_official", "auditor"),
        sellers_waiting,
        40,
        section=Section.TRADE,
    ),
    NavItem(
        "farmers.accounts",
        N_("Pay-out accounts"),
        ("village_official", "township_official", "county_official", "auditor"),
        accounts_waiting,
        39,
        section=Section.MONEY,
    ),
)

__all__ = ["OFFICE_NAV", "bp", "desk", "office", "payout_accounts"]
