"""Tables of the assistance record and of the register imports that feed it."""

from marketplace.assistance.models.alerts import (
    Alert,
    AlertRuleVersion,
    AlertStep,
    Assessment,
    MonitoringRange,
)
from marketplace.assistance.models.courses import (
    Course,
    CourseEnrolment,
)
from marketplace.assistance.models.help import (
    HouseholdCapacity,
    MeasureOutcome,
    MeasurePlan,
    MeasureRuleRow,
    MeasureRuleSet,
    MeasureWish,
)
from marketplace.assistance.models.imports import (
    RegisterFinding,
    RegisterImport,
    RegisterImportRow,
    RegisterState,
)
from marketplace.assistance.models.plans import (
    VisitPlan,
)
from marketplace.assistance.models.procedures import (
    AssemblyVote,
    ComparisonList,
    ComparisonRow,
    HomeCheck,
    IncomeSurvey,
    Procedure,
    ProcedureEvidence,
    ProcedureFreeze,
    ProcedureSettings,
    ProcedureStep,
)
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
from marketplace.assistance.models.spending import (
    SpendingEntry,
)

__all__ = [
    "Alert",
    "AlertRuleVersion",
    "AlertStep",
    "AssemblyVote",
    "Assessment",
    "Cause",
    "ComparisonList",
    "ComparisonRow",
    "Course",
    "CourseEnrolment",
    "GuaranteeCheck",
    "Helper",
    "HomeCheck",
    "HouseholdCapacity",
    "IncomeSurvey",
    "Measure",
    "MeasureOutcome",
    "MeasurePlan",
    "MeasureRuleRow",
    "MeasureRuleSet",
    "MeasureWish",
    "MonitoringEpisode",
    "MonitoringRange",
    "PlatformHandover",
    "PlatformIncome",
    "PovertyLine",
    "Procedure",
    "ProcedureEvidence",
    "ProcedureFreeze",
    "ProcedureSettings",
    "ProcedureStep",
    "RegisterFinding",
    "RegisterImport",
    "RegisterImportRow",
    "RegisterState",
    "RegistrationSpell",
    "SpendingEntry",
    "Unmasking",
    "Visit",
    "VisitImage",
    "VisitPlan",
    "YearLedgerEntry",
]
