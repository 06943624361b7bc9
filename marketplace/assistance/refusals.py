"""How the assistance record says no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class AcceptedByProposer(Refusal):
    """The official who proposed tried to decide as well."""

    code = "accepted_by_proposer"
    message = N_("A second official must decide on this: not the one who entered it.")
    status = 403


class ImportDecided(Refusal):
    """The import was decided on meanwhile."""

    code = "import_decided"
    message = N_("This import has been decided on already.")


class ImportOutdated(Refusal):
    """The record moved on between proposal and acceptance."""

    code = "import_outdated"
    message = N_("The record has changed since this import was proposed. Reject it and propose the file again.")


class ReasonNeeded(Refusal):
    """A step that needs a reason came without one."""

    code = "reason_needed"
    message = N_("Give a reason of 4 to 200 characters.")
    status = 400


class NothingToShow(Refusal):
    """The field asked for is empty."""

    code = "nothing_to_show"
    message = N_("There is nothing on record in this field.")


class DatesCrossed(Refusal):
    """An end before its beginning, or a day in the future."""

    code = "dates_crossed"
    message = N_("The day must lie between the beginning and today.")
    status = 400


class StandsAlready(Refusal):
    """The same thing stands already."""

    code = "stands_already"
    message = N_("This is on record already.")


class EntryDecided(Refusal):
    """A ledger entry was approved or replaced meanwhile."""

    code = "entry_decided"
    message = N_("This entry has been decided on already.")


class LineStands(Refusal):
    """An example would replace a poverty line on record."""

    code = "line_stands"
    message = N_("The poverty line of %(year)d is on record; an example cannot take its place.")
