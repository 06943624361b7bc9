"""The verbs of reconciliation; each flushes and never commits."""

from marketplace.reconciliation.services.closing import accept, explain, take_back
from marketplace.reconciliation.services.matching import match_open
from marketplace.reconciliation.services.movements import take_movements
from marketplace.reconciliation.services.taking import take_bank_list, take_book

__all__ = ["accept", "explain", "match_open", "take_back", "take_bank_list", "take_book", "take_movements"]
