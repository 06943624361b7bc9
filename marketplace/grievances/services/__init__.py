"""Verbs of grievances."""

from marketplace.grievances.services.bringing import appeal_grievance, bring_grievance, withdraw_grievance
from marketplace.grievances.services.forgetting import forget_grievances
from marketplace.grievances.services.handling import read_contact, take_step
from marketplace.grievances.services.settings import set_handling_rule
from marketplace.grievances.services.steps import Saying

__all__ = [
    "Saying",
    "appeal_grievance",
    "bring_grievance",
    "forget_grievances",
    "read_contact",
    "set_handling_rule",
    "take_step",
    "withdraw_grievance",
]
