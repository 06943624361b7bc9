"""How the assistance record says no."""

from marketplace.assistance.rules.income import Want
from marketplace.assistance.values.procedures import EvidenceKind
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


class NoSuchStep(Refusal):
    """The case is in a state from which this step does not lead."""

    code = "no_such_step"
    message = N_("This step does not follow where the case is now.")


class CaseMoved(Refusal):
    """Somebody signed another step after the page was opened."""

    code = "case_moved"
    message = N_("Somebody else has signed a step meanwhile. Read the case again; nothing of yours was written.")


class NotYourStep(Refusal):
    """The step belongs to another level."""

    code = "not_your_step"
    message = N_("This step is signed by another office.")
    status = 403


class SignedElsewhere(Refusal):
    """The same person signed on another level of the case."""

    code = "signed_elsewhere"
    message = N_("You signed this case on another level already: somebody else must sign here.")
    status = 403


class SignedHere(Refusal):
    """The same person checked this stage already."""

    code = "signed_here"
    message = N_("You have signed this check already: the next signature is another person's.")
    status = 403


class EvidenceMissing(Refusal):
    """A step needs evidence that is not on file."""

    code = "evidence_missing"
    message = N_("Something that this step stands on is still missing.")
    #: Which.
    kinds: tuple[EvidenceKind, ...] = ()


class WordsNeeded(Refusal):
    """A step whose reason must be told."""

    code = "words_needed"
    message = N_("Say it in a few words.")
    status = 400


class ResolutionNeeded(Refusal):
    """Survey, assembly and home check do not say the same, and nobody has said how to take that."""

    code = "resolution_needed"
    message = N_("Income survey, village assembly and home check disagree. Write down how you resolve it first.")


class NoticeStillStanding(Refusal):
    """The notice has not hung out long enough."""

    code = "notice_stands"
    message = N_("The notice hangs out until %(to)s; the case goes on after that day.")


class ObjectionsOpen(Refusal):
    """Objections to the notice wait for an answer."""

    code = "objections_open"
    message = N_("Objections that wait for an answer: %(number)d. Answer them first.")


class ObjectionUpheld(Refusal):
    """An objection was found right, so the case cannot simply go on."""

    code = "objection_upheld"
    message = N_("An objection was upheld: send the case back or reject it.")


class CheckIncomplete(Refusal):
    """Fewer people checked than must."""

    code = "check_incomplete"
    message = N_("This check is signed by %(people)d people: others of the township sign first.")


class AppealTooLate(Refusal):
    """The days for an appeal have run out."""

    code = "appeal_too_late"
    message = N_("The days for an appeal have run out. A new application can be brought.")


class KinshipUndeclared(Refusal):
    """An official signed without saying whether they are kin to the household."""

    code = "kinship_undeclared"
    message = N_("Say whether you are kin to this household.")
    status = 400


class CaseOpenAlready(Refusal):
    """Another case of the household is open."""

    code = "case_open_already"
    message = N_("A case of this household is open already. It must end before another begins.")


class RegisterFrozen(Refusal):
    """Nothing is approved or announced while the register is frozen."""

    code = "register_frozen"
    message = N_("The register is frozen until %(to)s: nothing is approved or announced.")


class StandingDoesNotFit(Refusal):
    """The household does not stand as this kind of case needs."""

    code = "standing_does_not_fit"
    message = N_("The household does not stand as this procedure needs.")


class IdentificationClosed(Refusal):
    """The county takes nobody on the register at present."""

    code = "identification_closed"
    message = N_("Nobody is entered in the register at present. Whoever is in need is monitored instead.")


class ReentryClosed(Refusal):
    """The county takes nobody back on the register at present."""

    code = "reentry_closed"
    message = N_("Nobody comes back to the register at present. Whoever is in need again is monitored instead.")


class TooSoonAgain(Refusal):
    """An application was rejected a short time ago."""

    code = "too_soon_again"
    message = N_("An application of this household was rejected lately. It can apply again from %(from_on)s.")


class BasisMissing(Refusal):
    """What the household has does not bear the proposal."""

    code = "basis_missing"
    message = N_("The record does not bear this proposal yet.")
    #: What is lacking.
    wants: tuple[Want, ...] = ()


class VisitorsAlike(Refusal):
    """A check that two people make was brought by one."""

    code = "visitors_alike"
    message = N_("Two different people make this check, both with an office here.")
    status = 400


class VoteDoesNotAdd(Refusal):
    """The numbers of a vote contradict each other."""

    code = "vote_does_not_add"
    message = N_(
        "Votes for, against and abstained must add up to those present, who must be more than half of those who may vote."
    )
    status = 400


class SettingsDecided(Refusal):
    """The proposed settings were decided on meanwhile."""

    code = "settings_decided"
    message = N_("These settings have been decided on already.")


class ListEmpty(Refusal):
    """A list to compare with holds nobody."""

    code = "list_empty"
    message = N_("No row of this list has an ID number that holds. The first column must be the ID number.")
    status = 400


class RulesWaiting(Refusal):
    """Another version of the rules has not been decided on yet."""

    code = "rules_waiting"
    message = N_("Another version of the rules waits to be decided on. Decide on that one first.")


class BrokenRule(Refusal):
    """A rule that means nothing: no points, or a number or word its condition cannot have."""

    code = "broken_rule"
    message = N_("Rule %(number)d can't be used: check its number and its points.")
    status = 400


class NoRules(Refusal):
    """No version of the rules counts today."""

    code = "no_rules"
    message = N_("The rules that recommend measures are not loaded yet.")


class BudgetUnclear(Refusal):
    """Money without a source, or a source without money."""

    code = "budget_unclear"
    message = N_("Give the amount together with where the money comes from, or leave both empty.")
    status = 400


class WitnessNeeded(Refusal):
    """Somebody else must have been there."""

    code = "witness_needed"
    message = N_("Name as witness somebody else who serves in this village and has an account.")
    status = 400


class SignedByRecorder(Refusal):
    """Whoever wrote it down cannot sign it for the household as well."""

    code = "signed_by_recorder"
    message = N_("You wrote this yourself: somebody else of the household must agree to it.")
    status = 403


class StepNotOpen(Refusal):
    """An alert's state does not lead where somebody wants it to go."""

    code = "step_not_open"
    message = N_("This step is not open from where the alert stands.")


class AlertMoved(Refusal):
    """Somebody else took a step on the alert first."""

    code = "alert_moved"
    message = N_("Somebody has taken a step on this alert meanwhile. Read it again, then decide.")


class ClearedByHelper(Refusal):
    """The official who took the help up would also say that nothing is left to fear."""

    code = "cleared_by_helper"
    message = N_("Whoever took up the help does not say as well that the risk is removed. Another person must.")
    status = 403


class FindingNeeded(Refusal):
    """A step on an alert came without a sentence on what was found."""

    code = "finding_needed"
    message = N_("Say in 4 to 2000 characters what you found.")
    status = 400


class OutOfBounds(Refusal):
    """A rule's parameters lie outside what it allows."""

    code = "out_of_bounds"
    message = N_("These numbers are outside what the rule allows; levels must begin one above the other.")
    status = 400


class ChangeWaits(Refusal):
    """Another change of the same rule or year waits for its decision."""

    code = "change_waits"
    message = N_("A change of this waits for a second official already. Decide on it first.")


class ChangeDecided(Refusal):
    """A change of a rule or range was decided on meanwhile."""

    code = "change_decided"
    message = N_("This change has been decided on already.")


class CourseFull(Refusal):
    """Every place is taken."""

    code = "course_full"
    message = N_("Every place is taken.")


class CourseClosed(Refusal):
    """The course was called off, or has begun."""

    code = "course_closed"
    message = N_("This was called off, or has begun already.")


class CourseNotBegun(Refusal):
    """Attendance is ticked when people are there."""

    code = "course_not_begun"
    message = N_("Who came is ticked once it has begun.")


class NotForThem(Refusal):
    """The course is for another area, or for other households."""

    code = "not_for_them"
    message = N_("This is not open to this household.")
