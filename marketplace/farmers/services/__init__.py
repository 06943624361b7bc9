"""Verbs of households and sellers: flush, never commit."""

from marketplace.farmers.rules import plan_members
from marketplace.farmers.services.consents import give_consent, withdraw_consent
from marketplace.farmers.services.erasing import erase_household, hold_household
from marketplace.farmers.services.households import (
    close_household,
    end_match,
    match_user_to_household,
    note_cadre_kinship,
    open_household,
    open_households,
    open_sealed_households,
    restate_crops,
    restate_members,
    restate_phones,
)
from marketplace.farmers.services.payout_accounts import (
    confirm_account,
    look_at_account,
    open_accounts_for_file,
    record_account,
    stop_account,
    withdraw_account,
)
from marketplace.farmers.services.sealing import seal_households, seal_members, seal_phone, sealer_of_household, subject_of
from marketplace.farmers.services.sellers import (
    apply_to_sell,
    approve_seller,
    close_seller,
    rename_seller,
    resume_seller,
    review_seller,
    suspend_seller,
)

__all__ = [
    "apply_to_sell",
    "approve_seller",
    "close_household",
    "close_seller",
    "confirm_account",
    "end_match",
    "erase_household",
    "give_consent",
    "hold_household",
    "look_at_account",
    "match_user_to_household",
    "note_cadre_kinship",
    "open_accounts_for_file",
    "open_household",
    "open_households",
    "open_sealed_households",
    "plan_members",
    "record_account",
    "rename_seller",
    "restate_crops",
    "restate_members",
    "restate_phones",
    "resume_seller",
    "review_seller",
    "seal_households",
    "seal_members",
    "seal_phone",
    "sealer_of_household",
    "stop_account",
    "subject_of",
    "suspend_seller",
    "withdraw_account",
    "withdraw_consent",
]
