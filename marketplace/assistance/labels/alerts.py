"""Words for alerts, levels and visits, as msgids."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

RULE: Mapping[str, str] = MappingProxyType(
    {
        "low_income": N_("Income below the range"),
        "rigid_spending": N_("Spending that cannot be put off"),
        "platform_fall": N_("Platform income fell"),
        "guarantee_unmet": N_("A guarantee is not met"),
        "platform_share": N_("Lives on the platform alone"),
        "transfer_share": N_("Lives on transfers"),
        "no_visit": N_("No visit for long"),
        "levels": N_("Levels of watching"),
    }
)
#: What a rule says in general: shown with its parameters.
RULE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "low_income": N_(
            "Net income a head of last year, declared and through the platform together, is below %(percent_of_range)s%% of the"
            " monitoring range of that year."
        ),
        "rigid_spending": N_(
            "Medical care, schooling and disaster cost %(percent_of_income)s%% of the declared net income of last year or more,"
            " or %(amount_fen)s or more, in one year."
        ),
        "platform_fall": N_(
            "Net income through the platform fell by %(percent)s%% or more in the last %(months)s whole months, against the same"
            " months a year before, which brought %(least_fen)s or more."
        ),
        "guarantee_unmet": N_("One of the five guarantees was not met when somebody last looked."),
        "platform_share": N_("More than %(percent)s%% of last year's income came through the platform."),
        "transfer_share": N_("More than %(percent)s%% of the incomes declared for last year were transfers."),
        "no_visit": N_(
            "Nobody has visited for %(late_days)s days more than is due: every %(registered_days)s days on the register,"
            " %(monitored_days)s if watched, %(exited_days)s after leaving it; every %(concern_days)s or %(urgent_days)s days at"
            " the two highest levels."
        ),
        "levels": N_(
            "The points of the alerts that stand are added up. From %(from_watch)s points: attention; from %(from_concern)s:"
            " warning; from %(from_urgent)s: urgent."
        ),
    }
)
#: What was found of one household.
FINDING: Mapping[str, str] = MappingProxyType(
    {
        "low_income": N_(
            "In %(year)s: %(per_head_fen)s a head, below %(percent)s%% of the range of %(range_fen)s. Declared %(declared_fen)s,"
            " through the platform %(platform_fen)s, %(members)s people."
        ),
        "rigid_spending": N_(
            "In %(year)s: %(spent_fen)s. Medical bills %(medical_fen)s, school fees %(schooling_fen)s, disaster %(disaster_fen)s."
        ),
        "platform_fall": N_(
            "Fell by %(fell_basis)s: %(recent_fen)s in %(months)s months up to %(month)s, %(before_fen)s in the same months a"
            " year before."
        ),
        "guarantee_unmet": N_("Not met on %(checked_on)s: %(guarantees)s."),
        "platform_share": N_("In %(year)s: %(share_basis)s of %(whole_fen)s came through the platform (%(part_fen)s)."),
        "transfer_share": N_("In %(year)s: %(share_basis)s of %(whole_fen)s were transfers (%(part_fen)s)."),
        "no_visit": N_("No visit since %(since_on)s, for %(waited_days)s days; one is due every %(interval_days)s days."),
    }
)
STATE: Mapping[str, str] = MappingProxyType(
    {
        "to_check": N_("To be checked"),
        "checked": N_("Looked into"),
        "helping": N_("Being helped"),
        "cleared": N_("Risk removed"),
        "dismissed": N_("No risk found"),
    }
)
STATE_KIND: Mapping[str, str] = MappingProxyType(
    {"to_check": "wait", "checked": "info", "helping": "pink", "cleared": "ok", "dismissed": "plain"}
)
#: What a button says.
ACTION: Mapping[str, str] = MappingProxyType(
    {
        "check": N_("I looked into it"),
        "help": N_("Take up the help"),
        "clear": N_("The risk is removed"),
        "dismiss": N_("There is no risk"),
    }
)
#: What the history says.
STEP: Mapping[str, str] = MappingProxyType(
    {
        "check": N_("Looked into"),
        "help": N_("Help taken up"),
        "clear": N_("Risk removed"),
        "dismiss": N_("No risk found"),
        "gone": N_("The rule finds it no longer"),
        "back": N_("The rule finds it again"),
    }
)
#: What is asked for with each step.
NOTE: Mapping[str, str] = MappingProxyType(
    {
        "check": N_("What you found at home"),
        "help": N_("What will be done, by whom"),
        "clear": N_("Why nothing is left to fear"),
        "dismiss": N_("Why there is no risk"),
    }
)
LEVEL: tuple[str, ...] = (N_("Steady"), N_("Attention"), N_("Warning"), N_("Urgent"))
LEVEL_ICON: tuple[str, ...] = ("check", "eye", "clock", "warning")
#: Tones of the row `rules.alerts.COLOURS`, as the tags of the design system know them.
COLOUR_KIND: Mapping[str, str] = MappingProxyType(
    {"green": "ok", "blue": "info", "yellow": "wait", "orange": "amber", "red": "bad", "grey": "plain"}
)
COLOUR: Mapping[str, str] = MappingProxyType(
    {
        "green": N_("Green"),
        "blue": N_("Blue"),
        "yellow": N_("Yellow"),
        "orange": N_("Orange"),
        "red": N_("Red"),
        "grey": N_("Grey"),
    }
)
PARAMETER: Mapping[str, str] = MappingProxyType(
    {
        "percent_of_range": N_("Percent of the monitoring range"),
        "percent_of_income": N_("Percent of declared net income"),
        "amount_fen": N_("Or an amount"),
        "percent": N_("Percent"),
        "months": N_("Whole months compared"),
        "least_fen": N_("Least income of those months a year before"),
        "registered_days": N_("Days between visits on the register"),
        "monitored_days": N_("Days between visits if watched"),
        "exited_days": N_("Days between visits after leaving the register"),
        "concern_days": N_("Days between visits at the level of warning"),
        "urgent_days": N_("Days between visits at the urgent level"),
        "late_days": N_("Days late before an alert"),
        "from_watch": N_("Points from which to pay attention"),
        "from_concern": N_("Points from which to warn"),
        "from_urgent": N_("Points from which it is urgent"),
        "colour_steady": N_("Colour: steady"),
        "colour_watch": N_("Colour: attention"),
        "colour_concern": N_("Colour: warning"),
        "colour_urgent": N_("Colour: urgent"),
        "weight_low_income": N_("Points: income below the range"),
        "weight_rigid_spending": N_("Points: spending that cannot be put off"),
        "weight_platform_fall": N_("Points: platform income fell"),
        "weight_guarantee_unmet": N_("Points: a guarantee is not met"),
        "weight_platform_share": N_("Points: lives on the platform alone"),
        "weight_transfer_share": N_("Points: lives on transfers"),
        "weight_no_visit": N_("Points: no visit for long"),
    }
)
VERSION: Mapping[str, str] = MappingProxyType(
    {"proposed": N_("Waits for a second official"), "standing": N_("Stands"), "rejected": N_("Rejected")}
)
VERSION_KIND: Mapping[str, str] = MappingProxyType({"proposed": "wait", "standing": "ok", "rejected": "plain"})
LACK: Mapping[str, str] = MappingProxyType(
    {
        "nobody": N_("Nobody on record"),
        "no_income": N_("No income declared for last year"),
        "no_categories": N_("No income declared by category"),
        "no_range": N_("No monitoring range for last year"),
        "no_months": N_("Months without platform figures"),
        "rule_off": N_("A rule is switched off"),
    }
)
SPENDING: Mapping[str, str] = MappingProxyType(
    {"medical": N_("Medical bills"), "schooling": N_("School fees"), "disaster": N_("Disaster")}
)
VISIT_REASON: Mapping[str, str] = MappingProxyType(
    {
        "registered": N_("Registered"),
        "monitored": N_("Watched"),
        "exited": N_("Left the register"),
        "concern": N_("At the level of warning"),
        "urgent": N_("At the urgent level"),
    }
)
