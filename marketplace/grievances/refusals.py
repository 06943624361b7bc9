"""How grievances say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class WordsNeeded(Refusal):
    """A step that says something has nothing to say, or too much."""

    code = "words_needed"
    message = N_("Write at least %(least)d and at most %(most)d characters.")
    status = 400


class AreaUnknown(Refusal):
    """No village or township of the county."""

    code = "area_unknown"
    message = N_("Choose a township or a village of the county.")
    status = 400


class ContactTooLong(Refusal):
    """More than a telephone number or an address."""

    code = "contact_too_long"
    message = N_("Leave one telephone number or address, in at most %(most)d characters.")
    status = 400


class TooManyPictures(Refusal):
    """More pictures than are kept."""

    code = "too_many_pictures"
    message = N_("Send at most %(most)d pictures.")
    status = 400


class TooManyGrievances(Refusal):
    """One browser or one address brought too many."""

    code = "too_many_grievances"
    message = N_("Much was brought from here today. Try again in %(hours)d h, or call the county.")
    status = 429


class NotNow(Refusal):
    """The step has no place in this state."""

    code = "not_now"
    message = N_("This step is not open now. Look at how far it has come.")


class NotTheirs(Refusal):
    """The step belongs to somebody else."""

    code = "not_theirs"
    message = N_("This step belongs to whoever it was given to.")
    status = 403


class MayNotHandle(Refusal):
    """The person named is not of the team, is concerned, or had a hand in the first answer."""

    code = "may_not_handle"
    message = N_("This person may not answer it: another office, concerned in it, or part of the first answer.")


class OutcomeNeeded(Refusal):
    """An answer without an outcome."""

    code = "outcome_needed"
    message = N_("Say what the answer comes to.")
    status = 400


class AppealTimeOver(Refusal):
    """The days for an appeal have passed."""

    code = "appeal_time_over"
    message = N_("The time for an appeal ended on %(day)s.")


class RuleOutOfRange(Refusal):
    """Days that no rule may set, or a level that does not answer grievances."""

    code = "rule_out_of_range"
    message = N_("Township or county, and from 1 to %(most)d days for each step.")
    status = 400
