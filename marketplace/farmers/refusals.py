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
