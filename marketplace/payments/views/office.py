"""Entries of the officials' navigation."""

from marketplace.kernel.words import N_
from marketplace.payments import queries
from marketplace.payments.queries import hosted
from marketplace.payments.views.blueprint import READERS
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem(
        "payments.receipts", N_("Money received"), tuple(READERS), queries.count_receipts_open, order=36, section=Section.MONEY
    ),
    NavItem(
        "payments.transfers",
        N_("Refunds to send"),
        tuple(READERS),
        queries.count_transfers_waiting,
        order=38,
        section=Section.MONEY,
    ),
    NavItem(
        "payments.disputes", N_("Disputed payments"), tuple(READERS), hosted.count_disputes_open, order=39, section=Section.MONEY
    ),
)
