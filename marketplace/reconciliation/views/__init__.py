"""Pages of reconciliation: /office/reconciliation and what lies under it."""

from marketplace.kernel.words import N_
from marketplace.reconciliation import queries
from marketplace.reconciliation.views import accounts, differences, lists  # noqa: F401 (they register their routes)
from marketplace.reconciliation.views.blueprint import READERS, bp
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem(
        "reconciliation.accounts", N_("Reconciliation"), tuple(READERS), queries.count_to_look_at, order=44, section=Section.MONEY
    ),
)

__all__ = ["OFFICE_NAV", "bp"]
