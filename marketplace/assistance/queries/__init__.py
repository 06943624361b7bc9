"""Named reads of the assistance record."""

from marketplace.assistance.queries.cards import has_photo, household_card, household_lines
from marketplace.assistance.queries.imports import (
    findings_of,
    import_by_ref,
    imports_in,
    imports_waiting,
    named_lines,
    staged_lines,
    staged_rows,
    waiting_import,
)
from marketplace.assistance.queries.lines import poverty_line, poverty_lines
from marketplace.assistance.queries.standings import helper_account, helper_contact, households_helped_by, standing, standings

__all__ = [
    "findings_of",
    "has_photo",
    "helper_account",
    "helper_contact",
    "household_card",
    "household_lines",
    "households_helped_by",
    "import_by_ref",
    "imports_in",
    "imports_waiting",
    "named_lines",
    "poverty_line",
    "poverty_lines",
    "staged_lines",
    "staged_rows",
    "standing",
    "standings",
    "waiting_import",
]
