"""Reads of the reports. What was sold is here; poverty, standings and the ledger of an area have modules of their own."""

from marketplace.reports.queries.sales import (
    area_report,
    headline,
    holder_totals,
    household_report,
    households_behind,
    months_of_area,
    named_holders,
    names_of,
    platform_share,
    share_rows,
)

__all__ = [
    "area_report",
    "headline",
    "holder_totals",
    "household_report",
    "households_behind",
    "months_of_area",
    "named_holders",
    "names_of",
    "platform_share",
    "share_rows",
]
