"""How privacy says no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class DutyStands(Refusal):
    """Something asks that the data be kept for now; carries which."""

    code = "duty_stands"
    message = N_("It cannot be erased now, for a duty stands against it.")


class DecidedAlone(Refusal):
    """One official would propose and decide, or decide about themself."""

    code = "decided_alone"
    message = N_("Another official decides: neither who proposed it nor whom it is about.")
    status = 403


class NotOpen(Refusal):
    """The request was decided, or is not so far."""

    code = "erasure_not_open"
    message = N_("This request was decided already, or is not so far.")


class RefusalWordsNeeded(Refusal):
    """A request turned down without a reason."""

    code = "refusal_words_needed"
    message = N_("Say in a few words why. The person reads it.")
    status = 400


class ErasedAlready(Refusal):
    """There is nothing left to erase."""

    code = "erased_already"
    message = N_("The personal data was erased already.")
