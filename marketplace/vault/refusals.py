"""How the vault says no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class SubjectErased(Refusal):
    """The subject's key was destroyed: nothing more is sealed for it."""

    code = "subject_erased"
    message = N_("The personal data was erased. Nothing new is kept here.")
