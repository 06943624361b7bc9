"""Verbs of the assistance record: flush, never commit."""

from marketplace.assistance.services.accepting import accept_import, reject_import
from marketplace.assistance.services.lines import load_poverty_lines, set_poverty_line
from marketplace.assistance.services.platform import record_platform_income
from marketplace.assistance.services.proposing import existing_household_of, prepare_import, propose_import
from marketplace.assistance.services.readying import prepare_acceptance, prepare_acceptance_of
from marketplace.assistance.services.record import (
    approve_year_ledger,
    assign_helper,
    end_measure,
    open_monitoring,
    record_guarantee,
    record_visit,
    record_year_ledger,
    start_measure,
    state_causes,
)
from marketplace.assistance.services.unmasking import unmask

__all__ = [
    "accept_import",
    "approve_year_ledger",
    "assign_helper",
    "end_measure",
    "existing_household_of",
    "load_poverty_lines",
    "open_monitoring",
    "prepare_acceptance",
    "prepare_acceptance_of",
    "prepare_import",
    "propose_import",
    "record_guarantee",
    "record_platform_income",
    "record_visit",
    "record_year_ledger",
    "reject_import",
    "set_poverty_line",
    "start_measure",
    "state_causes",
    "unmask",
]
