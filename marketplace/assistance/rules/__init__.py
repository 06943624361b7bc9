"""Policy of the assistance record as pure functions."""

from marketplace.assistance.rules.help import change_for, is_sound, recommendations, rules_that_differ, scores
from marketplace.assistance.rules.standing import Dated, Spell, spell_on, status_on, statuses

__all__ = [
    "Dated",
    "Spell",
    "change_for",
    "is_sound",
    "recommendations",
    "rules_that_differ",
    "scores",
    "spell_on",
    "status_on",
    "statuses",
]
