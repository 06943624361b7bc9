"""Tables of the assistance record and of the register imports that feed it."""

from marketplace.assistance.models.imports import RegisterFinding, RegisterImport, RegisterImportRow, RegisterState
from marketplace.assistance.models.record import (
    Cause,
    GuaranteeCheck,
    Helper,
    Measure,
    MonitoringEpisode,
    PlatformHandover,
    PlatformIncome,
    PovertyLine,
    RegistrationSpell,
    Unmasking,
    Visit,
    VisitImage,
    YearLedgerEntry,
)

__all__ = [
    "Cause",
    "GuaranteeCheck",
    "Helper",
    "Measure",
    "MonitoringEpisode",
    "PlatformHandover",
    "PlatformIncome",
    "PovertyLine",
    "RegisterFinding",
    "RegisterImport",
    "RegisterImportRow",
    "RegisterState",
    "RegistrationSpell",
    "Unmasking",
    "Visit",
    "VisitImage",
    "YearLedgerEntry",
]
