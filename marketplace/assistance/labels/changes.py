"""Words for what changed in a record, as msgids."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.kernel.words import N_

PART: Mapping[str, str] = MappingProxyType(
    {
        "record": N_("Record of the household"),
        "person": N_("Person of the household"),
        "registration": N_("Time on the register"),
        "monitoring": N_("Monitoring"),
        "cause": N_("Cause"),
        "capacity": N_("Land, rooms and skills"),
        "wish": N_("Wish"),
        "choice": N_("Measure chosen"),
        "measure": N_("Measure"),
        "outcome": N_("Outcome of a measure"),
        "course": N_("Place in a course"),
        "helper": N_("Helper"),
        "visit": N_("Visit"),
        "guarantee": N_("Guarantee"),
        "income": N_("Declared income"),
        "spending": N_("Spending that cannot be put off"),
        "alert": N_("Alert"),
        "alert_step": N_("Step on an alert"),
        "case": N_("Case"),
        "signature": N_("Signature on a case"),
        "objection": N_("Objection to a notice"),
        "consent": N_("Consent"),
    }
)
HAPPENED: Mapping[str, str] = MappingProxyType(
    {"began": N_("Began"), "ended": N_("Ended"), "noted": N_("Written down"), "decided": N_("Decided or signed")}
)
CONSENT: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("To be named as the producer"),
        "photo": N_("To be shown in pictures"),
        "listing": N_("That others list goods for it"),
    }
)
