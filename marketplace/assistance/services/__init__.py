"""Verbs of the assistance record: flush, never commit."""

from marketplace.assistance.services.accepting import accept_import, reject_import
from marketplace.assistance.services.evidence import (
    Brought,
    bring_comparison,
    bring_home_check,
    bring_paper,
    bring_resolution,
    bring_survey,
    bring_vote,
)
from marketplace.assistance.services.lines import load_poverty_lines, set_poverty_line
from marketplace.assistance.services.other_registers import keep_list, retire_list
from marketplace.assistance.services.platform import record_platform_income
from marketplace.assistance.services.procedures import open_case, sign_step
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
from marketplace.assistance.services.settling import approve_settings, freeze_register, lift_freeze, propose_settings
from marketplace.assistance.services.unmasking import unmask

__all__ = [
    "Brought",
    "accept_import",
    "approve_settings",
    "approve_year_ledger",
    "assign_helper",
    "bring_comparison",
    "bring_home_check",
    "bring_paper",
    "bring_resolution",
    "bring_survey",
    "bring_vote",
    "end_measure",
    "existing_household_of",
    "freeze_register",
    "keep_list",
    "lift_freeze",
    "load_poverty_lines",
    "open_case",
    "open_monitoring",
    "prepare_acceptance",
    "prepare_acceptance_of",
    "prepare_import",
    "propose_import",
    "propose_settings",
    "record_guarantee",
    "record_platform_income",
    "record_visit",
    "record_year_ledger",
    "reject_import",
    "retire_list",
    "set_poverty_line",
    "sign_step",
    "start_measure",
    "state_causes",
    "unmask",
]
