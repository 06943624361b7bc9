"""Words for procedures, as msgids."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

KIND: Mapping[str, str] = MappingProxyType(
    {
        "identify": N_("Entering in the register"),
        "reenter": N_("Coming back to the register"),
        "exit": N_("Leaving the register"),
        "remove": N_("Striking off an entry made by mistake"),
        "monitor": N_("Beginning to monitor"),
        "clear": N_("Ending the monitoring"),
    }
)
#: The form that officials know, by kind.
FORM: Mapping[str, str] = MappingProxyType(
    {
        "identify": N_("Review and approval form: entering a household in the register"),
        "reenter": N_("Review and approval form: a household coming back to the register"),
        "exit": N_("Review and approval form: a household leaving the register"),
        "remove": N_("Review and approval form: striking off an entry made by mistake"),
        "monitor": N_("Review and approval form: monitoring a household"),
        "clear": N_("Review and approval form: ending the monitoring of a household"),
    }
)
STATE: Mapping[str, str] = MappingProxyType(
    {
        "applied": N_("Application received"),
        "reviewing": N_("Village review"),
        "verifying": N_("Verification at home"),
        "hearing": N_("The household is asked"),
        "village_notice": N_("Village notice"),
        "township": N_("Township review"),
        "township_notice": N_("Township notice"),
        "county": N_("County decision"),
        "approved": N_("Approved, to be announced"),
        "appealed": N_("Appeal"),
        "rejected": N_("Not approved"),
        "done": N_("Case done"),
        "dismissed": N_("Appeal dismissed"),
        "withdrawn": N_("Withdrawn"),
        "continued": N_("Monitoring goes on"),
    }
)
STATE_KIND: Mapping[str, str] = MappingProxyType(
    {"done": "ok", "rejected": "bad", "dismissed": "bad", "withdrawn": "plain", "continued": "plain", "appealed": "pink"}
)
#: The button of each step.
ACTION: Mapping[str, str] = MappingProxyType(
    {
        "open": N_("Open the case"),
        "take_up": N_("Take up"),
        "conclude": N_("Conclude the review and put up the notice"),
        "verify": N_("Verified: ask the household"),
        "agree": N_("The household agrees"),
        "refuse": N_("The household does not agree"),
        "hand_up": N_("The notice is over: hand up"),
        "countersign": N_("Countersign the check"),
        "send_back": N_("Send back"),
        "approve": N_("Approve"),
        "announce": N_("Announce"),
        "reject": N_("Do not approve"),
        "appeal": N_("Appeal"),
        "uphold": N_("Uphold the appeal"),
        "dismiss": N_("Dismiss the appeal"),
        "withdraw": N_("Withdraw"),
        "continue": N_("Let the monitoring go on"),
    }
)
#: What was signed, in the past.
SIGNED: Mapping[str, str] = MappingProxyType(
    {
        "open": N_("Case opened"),
        "take_up": N_("Taken up"),
        "conclude": N_("Review concluded, notice put up"),
        "verify": N_("Verified"),
        "agree": N_("Household agreed"),
        "refuse": N_("Household did not agree"),
        "hand_up": N_("Handed up after the notice"),
        "countersign": N_("Check countersigned"),
        "send_back": N_("Sent back"),
        "approve": N_("Approved here"),
        "announce": N_("Announced"),
        "reject": N_("Not approved"),
        "appeal": N_("Appealed"),
        "uphold": N_("Appeal upheld"),
        "dismiss": N_("Appeal dismissed"),
        "withdraw": N_("Withdrawn"),
        "continue": N_("Monitoring goes on"),
    }
)
LEVEL: Mapping[str, str] = MappingProxyType(
    {
        "household": N_("Household"),
        "village": N_("Village"),
        "task_force": N_("Resident task force"),
        "township": N_("Township"),
        "county": N_("County"),
    }
)
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "application": N_("Application"),
        "survey": N_("Income survey"),
        "assembly": N_("Village assembly vote"),
        "home_check": N_("Check at home"),
        "comparison": N_("Comparison with other registers"),
        "resolution": N_("Resolution of the disagreement"),
        "slip": N_("Slip signed by the household"),
        "other": N_("Other paper"),
    }
)
OPINION: Mapping[str, str] = MappingProxyType({"poor": N_("In need"), "not_poor": N_("Not in need")})
GROUND: Mapping[str, str] = MappingProxyType(
    {
        "application": N_("The household applied"),
        "alert": N_("An alert"),
        "visit": N_("A visit at home"),
        "village": N_("The village proposes"),
    }
)
LIST_KIND: Mapping[str, str] = MappingProxyType(
    {
        "car": N_("Cars"),
        "company": N_("Companies"),
        "payroll": N_("Public payroll"),
        "property": N_("Flats and shops"),
    }
)
KINSHIP: Mapping[str, str] = MappingProxyType({"none": N_("Not kin"), "kin": N_("Kin")})
#: What a proposal lacks; the words of the page fill in year and amounts.
WANT: Mapping[str, str] = MappingProxyType(
    {
        "income_unknown": N_("No declared income of %(year)s is approved"),
        "line_unknown": N_("No line of %(year)s is on record"),
        "below_line": N_("In %(year)s a head had %(head)s, below the line of %(line)s"),
        "guarantee_unmet": N_("%(guarantee)s is not met"),
        "guarantee_unchecked": N_("%(guarantee)s was never checked"),
        "too_early": N_("Monitoring lasts until %(day)s at least"),
    }
)
