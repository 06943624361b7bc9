"""Pages of the record for officials: register imports, households, cases, alerts, help, and writing into a household's card."""

from sqlalchemy import Select

from marketplace.assistance.queries import (
    alerts_to_check,
    count_of_overdue_cases,
    count_of_overdue_visits,
    imports_waiting,
    measure_rules_waiting,
)
from marketplace.assistance.views import (
    alerts,
    asking,
    booklet,
    broadband,
    case_desk,
    case_evidence,
    case_opening,
    case_settings,
    cases,
    changes,
    courses,
    entries,
    help,
    households,
    measure_rules,
    offline,
    outcomes,
    own_help,
    register,
    spending,
    tuning,
    visits,
)
from marketplace.assistance.views.blueprint import READERS, RULE_READERS, VISITORS, bp
from marketplace.assistance.views.courses import COURSE_READERS
from marketplace.kernel import clock
from marketplace.kernel.words import N_
from marketplace.web.nav import NavItem, Section


def _overdue(areas: tuple[str, ...]) -> Select[int]:
    return count_of_overdue_cases(areas, clock.today())


_SETTLED = ("county_official", "township_official", "auditor")
OFFICE_NAV = (
    NavItem("assistance.households", N_("Households"), tuple(READERS), None, 20),
    NavItem("assistance.alerts", N_("Alerts"), tuple(READERS), alerts_to_check, 21),
    NavItem("assistance.visits", N_("Visits overdue"), tuple(READERS), count_of_overdue_visits, 22),
    NavItem("assistance.visit_plan", N_("Visits of this month"), tuple(VISITORS), None, 23),
    NavItem("assistance.cases", N_("Cases"), tuple(READERS), _overdue, 25),
    NavItem("assistance.procedure_settings", N_("Rules of procedures"), _SETTLED, None, 75, section=Section.RULES),
    NavItem(
        "assistance.comparison_lists",
        N_("Lists to compare with"),
        ("county_official", "auditor"),
        None,
        76,
        section=Section.RULES,
    ),
    NavItem("assistance.register", N_("Household register"), ("county_official", "auditor"), imports_waiting, 30),
    NavItem("assistance.measures_without_outcome", N_("Measures without outcome"), tuple(READERS), None, 32),
    NavItem("assistance.courses", N_("Courses and activities"), tuple(COURSE_READERS), None, 36),
    NavItem(
        "assistance.measure_rules", N_("Rules of help"), tuple(RULE_READERS), measure_rules_waiting, 34, section=Section.RULES
    ),
)

__all__ = [
    "OFFICE_NAV",
    "alerts",
    "asking",
    "booklet",
    "bp",
    "broadband",
    "case_desk",
    "case_evidence",
    "case_opening",
    "case_settings",
    "cases",
    "changes",
    "courses",
    "entries",
    "help",
    "households",
    "measure_rules",
    "offline",
    "outcomes",
    "own_help",
    "register",
    "spending",
    "tuning",
    "visits",
]
