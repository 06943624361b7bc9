"""How farmers' services say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class MatchedByThemselves(Refusal):
    """Somebody tried to match their own account to a household."""

    code = "matched_by_themselves"
    message = N_("Another official must match your account to a household, in person.")
    status = 403


class ApprovedByApplicant(Refusal):
    """The person who applied, or may act for the household, tried to approve its seller."""

    code = "approved_by_applicant"
    message = N_("Nobody approves what they applied for, or their own household. Ask another official.")
    status = 403


class SellerStands(Refusal):
    """The household has a seller already."""

    code = "seller_stands"
    message = N_("This household already has a seller.")


class SellerStep(Refusal):
    """The seller is not in a state from which this may follow."""

    code = "seller_step"
    message = N_("This can't follow now: somebody has decided on this seller meanwhile. Look again.")


class HouseholdClosed(Refusal):
    """The household is no longer kept up."""

    code = "household_closed"
    message = N_("This household's record is closed.")


class PersonElsewhere(Refusal):
    """A person belongs to another household."""

    code = "person_elsewhere"
    message = N_("A person of this household is on record in another one meanwhile.")


class NameNeeded(Refusal):
    """A seller without a name."""

    code = "name_needed"
    message = N_("A seller needs a name of up to 60 characters.")
    status = 400


class StillSells(Refusal):
    """A household that still sells is not erased."""

    code = "still_sells"
    message = N_("The household still sells. Close the seller first.")


class AccountNumberWrong(Refusal):
    """What was typed is no account number."""

    code = "account_number"
    message = N_("An account number has 8 to 30 digits. Copy it from the card or passbook.")
    status = 400


class AccountIncomplete(Refusal):
    """An account without its holder or bank."""

    code = "account_incomplete"
    message = N_("Write the account holder's name and the bank, up to 60 characters each.")
    status = 400


class OwnAccount(Refusal):
    """An official would record, confirm or open an account into which their own household's money goes."""

    code = "own_account"
    message = N_("This is your own household's account, or your own firm's. Other officials record and confirm it.")
    status = 403


class AccountOfOne(Refusal):
    """One official would record an account and confirm it."""

    code = "account_of_one"
    message = N_("Another official must see the evidence and confirm what you recorded.")
    status = 403


class AccountWaits(Refusal):
    """A change of this seller's account waits for a second official already."""

    code = "account_waits"
    message = N_("An account of this seller waits for a second official already. Decide on that one first.")


class AccountSame(Refusal):
    """The seller's money goes to this account already."""

    code = "account_same"
    message = N_("This is the account on file already.")


class AccountDecided(Refusal):
    """Somebody has decided on the account meanwhile."""

    code = "account_decided"
    message = N_("Somebody has decided on this account meanwhile. Look again.")


class LookReasonNeeded(Refusal):
    """A full account number asked for without saying why."""

    code = "look_reason_needed"
    message = N_("Say why you need the full number, in 4 to 200 characters.")
    status = 400


class AccountErased(Refusal):
    """The account was erased with its household's data."""

    code = "account_erased"
    message = N_("This account was erased with the household's data.")
