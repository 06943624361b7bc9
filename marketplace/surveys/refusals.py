"""The ways in which surveys say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class WrongState(Refusal):
    """The questionnaire is not in a state for that."""

    code = "survey_wrong_state"
    message = N_("The survey is not in a state for that. Look at it again.")


class SurveyIncomplete(Refusal):
    """A questionnaire that is not complete in both languages cannot be put to people."""

    code = "survey_incomplete"
    message = N_("Fill in the title, the introduction and every item in both languages first.")
    status = 422


class NoItems(Refusal):
    """A questionnaire without an item asks nothing."""

    code = "survey_no_items"
    message = N_("Add at least one item first.")
    status = 422


class ClosingDayPast(Refusal):
    """A last day that lies behind, or too far ahead."""

    code = "survey_closing_day"
    message = N_("Choose a last day from today on, at most %(days)d days ahead.")
    status = 422


class TooManyCodes(Refusal):
    """More slips at once than can be printed together."""

    code = "survey_too_many_codes"
    message = N_("Choose a number from 1 to %(most)d.")
    status = 422


class SurveyNotOpen(Refusal):
    """No answers are taken before it is opened or after it is closed."""

    code = "survey_not_open"
    message = N_("This survey takes no answers now.")


class CodeUsed(Refusal):
    """Each slip or sheet counts once."""

    code = "survey_code_used"
    message = N_("Sheet %(number)d has been counted already, with other answers.")


class CodeExpired(Refusal):
    """The slip's or sheet's day is past, or it was ended."""

    code = "survey_code_expired"
    message = N_("Sheet %(number)d is no longer valid.")
    status = 410


class NoSuchSheet(Refusal):
    """No sheet of the survey within the official's area carries that number."""

    code = "survey_no_such_sheet"
    message = N_("No sheet of your area has the number %(number)s.")
    status = 422


class WrongScores(Refusal):
    """Scores that no item can have."""

    code = "survey_wrong_scores"
    message = N_("Each score is a digit from 1 to 5, or 0 where an item was left out.")
    status = 422


class WrongCount(WrongScores):
    """Another number of scores than there are items."""

    code = "survey_wrong_count"
    message = N_("%(given)d scores were typed; the questionnaire has %(items)d items.")


class NothingAnswered(WrongScores):
    """An answer that leaves everything out."""

    code = "survey_nothing_answered"
    message = N_("At least one item must have a score.")


class WrongDay(Refusal):
    """A day before the survey was opened, or one that has not come yet."""

    code = "survey_wrong_day"
    message = N_("The day must lie between %(first)s, when the survey was opened, and today.")
    status = 422
