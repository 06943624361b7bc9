"""Verbs of privacy."""

from marketplace.privacy.services.erasing import (
    approve_erasure,
    ask_for_erasure,
    file_erasure,
    propose_erasure,
    refuse_erasure,
    withdraw_erasure,
)
from marketplace.privacy.services.exporting import note_export, sections_of_account, sections_of_household
from marketplace.privacy.services.resealing import reseal_households, reseal_under_current

__all__ = [
    "approve_erasure",
    "ask_for_erasure",
    "file_erasure",
    "note_export",
    "propose_erasure",
    "refuse_erasure",
    "reseal_households",
    "reseal_under_current",
    "sections_of_account",
    "sections_of_household",
    "withdraw_erasure",
]
