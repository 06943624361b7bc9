"""Pages of income: the household's money on the desk, pay-outs and disputes in the office."""

from marketplace.income.queries import batches_waiting, disputes_waiting, distributions_waiting, payouts_waiting
from marketplace.income.views import desk, disputes, payouts, pools, receiving, results, settlements, statements
from marketplace.income.views.blueprint import ANSWERERS, PAYERS, bp
from marketplace.kernel.words import N_
from marketplace.web.nav import NavItem, Section

OFFICE_NAV = (
    NavItem("income.settlements", N_("Settlements"), (*PAYERS, "auditor"), batches_waiting, 38, section=Section.MONEY),
    NavItem("income.payouts", N_("Pay-outs"), (*PAYERS, "auditor"), payouts_waiting, 40, section=Section.MONEY),
    NavItem("income.pools", N_("Pooled lots"), (*PAYERS, "auditor"), distributions_waiting, 39, section=Section.MONEY),
    NavItem("income.disputes", N_("Disputed lines"), (*ANSWERERS, "auditor"), disputes_waiting, 41, section=Section.MONEY),
)

__all__ = ["OFFICE_NAV", "bp", "desk", "disputes", "payouts", "pools", "receiving", "results", "settlements", "statements"]
