"""Policy of the assistance record as pure functions."""

from marketplace.assistance.rules.standing import Spell, spell_on, status_on, statuses

__all__ = ["Spell", "spell_on", "status_on", "statuses"]
