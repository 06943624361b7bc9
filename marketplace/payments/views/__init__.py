"""Pages of payments: the buyer's and the office's."""

from marketplace.payments.views import buyer, disputes, hosted, proofs, receipts, transfers
from marketplace.payments.views.blueprint import bp
from marketplace.payments.views.office import OFFICE_NAV

__all__ = ["OFFICE_NAV", "bp", "buyer", "disputes", "hosted", "proofs", "receipts", "transfers"]
