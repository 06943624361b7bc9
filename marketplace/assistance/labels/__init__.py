"""Words for the record's codes, as msgids; the register's own words carry both languages themselves."""

from marketplace.assistance.labels.record import (
    BASIS,
    CATEGORY,
    CHANGES,
    COUNTS,
    ENDED,
    FIELD,
    GUARANTEE,
    IMPORT_KIND,
    IMPORT_STATE,
    MEASURE,
    MONITORING,
    ORIGIN,
    PLATFORM,
    STATUS,
    STATUS_KIND,
)

__all__ = [
    "BASIS",
    "CATEGORY",
    "CHANGES",
    "COUNTS",
    "ENDED",
    "FIELD",
    "GUARANTEE",
    "IMPORT_KIND",
    "IMPORT_STATE",
    "MEASURE",
    "MONITORING",
    "ORIGIN",
    "PLATFORM",
    "STATUS",
    "STATUS_KIND",
]
