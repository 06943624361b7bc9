"""How notices say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class NoticeOver(Refusal):
    """The notice does not hang out any more."""

    code = "notice_over"
    message = N_("This notice has come down. You can still tell the village or the township.")


class WordsNeeded(Refusal):
    """An objection, or the answer to one, without words."""

    code = "words_needed"
    message = N_("Say in a sentence what is the matter.")
    status = 400


class ObjectionDecided(Refusal):
    """Somebody has answered already."""

    code = "objection_decided"
    message = N_("This objection has been answered already.")


class ObjectionByPublisher(Refusal):
    """Whoever put a notice up does not decide what is objected to it."""

    code = "objection_by_publisher"
    message = N_("You put this notice up: somebody else must answer what is objected to it.")
    status = 403
