"""Verbs of the assistance record: flush, never commit."""

from marketplace.assistance.services.accepting import (
    accept_import,
    reject_import,
)
from marketplace.assistance.services.assessing import (
    assess_next,
)
from marketplace.assistance.services.broadband import (
    record_broadband,
)
from marketplace.assistance.services.capacities import (
    state_capacities,
)
from marketplace.assistance.services.choosing import (
    agree_in_person,
    agree_on_own_phone,
    choose_measure,
    decline_measure,
    withdraw_plan,
)
from marketplace.assistance.services.courses import (
    cancel_course,
    course_is_open_to,
    enrol_in_course,
    leave_course,
    mark_attendance,
    open_course,
)
from marketplace.assistance.services.deciding import (
    roles_over,
    take_step,
)
from marketplace.assistance.services.evidence import (
    Brought,
    bring_comparison,
    bring_home_check,
    bring_paper,
    bring_resolution,
    bring_survey,
    bring_vote,
)
from marketplace.assistance.services.forgetting import forget_people, forget_photos
from marketplace.assistance.services.lines import (
    load_poverty_lines,
    set_poverty_line,
)
from marketplace.assistance.services.measure_rules import (
    approve_measure_rules,
    first_measure_rules,
    load_measure_rules,
    propose_measure_rules,
    reject_measure_rules,
)
from marketplace.assistance.services.other_registers import (
    keep_list,
    retire_list,
)
from marketplace.assistance.services.outcomes import (
    record_outcome,
    sign_outcome,
    sign_outcome_by_hand,
)
from marketplace.assistance.services.plans import (
    plan_visit,
)
from marketplace.assistance.services.platform import (
    record_platform_income,
)
from marketplace.assistance.services.printing import (
    print_booklet,
)
from marketplace.assistance.services.procedures import (
    open_case,
    sign_step,
)
from marketplace.assistance.services.proposing import (
    existing_household_of,
    prepare_import,
    propose_import,
)
from marketplace.assistance.services.readying import (
    prepare_acceptance,
    prepare_acceptance_of,
)
from marketplace.assistance.services.record import (
    approve_year_ledger,
    assign_helper,
    end_measure,
    open_monitoring,
    record_guarantee,
    record_home_visit,
    record_visit,
    record_year_ledger,
    start_measure,
    state_causes,
)
from marketplace.assistance.services.settling import (
    approve_settings,
    freeze_register,
    lift_freeze,
    propose_settings,
)
from marketplace.assistance.services.spending import (
    record_spending,
    withdraw_spending,
)
from marketplace.assistance.services.tuning import (
    decide_range,
    decide_rule,
    load_alert_rules,
    propose_range,
    propose_rule,
    set_example_ranges,
)
from marketplace.assistance.services.unmasking import (
    unmask,
)

__all__ = [
    "Brought",
    "accept_import",
    "agree_in_person",
    "agree_on_own_phone",
    "approve_measure_rules",
    "approve_settings",
    "approve_year_ledger",
    "assess_next",
    "assign_helper",
    "bring_comparison",
    "bring_home_check",
    "bring_paper",
    "bring_resolution",
    "bring_survey",
    "bring_vote",
    "cancel_course",
    "choose_measure",
    "course_is_open_to",
    "decide_range",
    "decide_rule",
    "decline_measure",
    "end_measure",
    "enrol_in_course",
    "existing_household_of",
    "first_measure_rules",
    "forget_people",
    "forget_photos",
    "freeze_register",
    "keep_list",
    "leave_course",
    "lift_freeze",
    "load_alert_rules",
    "load_measure_rules",
    "load_poverty_lines",
    "mark_attendance",
    "open_case",
    "open_course",
    "open_monitoring",
    "plan_visit",
    "prepare_acceptance",
    "prepare_acceptance_of",
    "prepare_import",
    "print_booklet",
    "propose_import",
    "propose_measure_rules",
    "propose_range",
    "propose_rule",
    "propose_settings",
    "record_broadband",
    "record_guarantee",
    "record_home_visit",
    "record_outcome",
    "record_platform_income",
    "record_spending",
    "record_visit",
    "record_year_ledger",
    "reject_import",
    "reject_measure_rules",
    "retire_list",
    "roles_over",
    "set_example_ranges",
    "set_poverty_line",
    "sign_outcome",
    "sign_outcome_by_hand",
    "sign_step",
    "start_measure",
    "state_capacities",
    "state_causes",
    "take_step",
    "unmask",
    "withdraw_plan",
    "withdraw_spending",
]
