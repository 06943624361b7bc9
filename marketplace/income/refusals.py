"""Ways in which income says no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class SaleUnknown(Refusal):
    """No sale of this source was accrued."""

    code = "sale_unknown"
    message = N_("This sale was never recorded.")
    status = 404


class SaleDiffers(Refusal):
    """The sale was accrued before with other amounts."""

    code = "sale_differs"
    message = N_("This sale was recorded before with other amounts.")


class AmountWrong(Refusal):
    """An amount that is nothing, negative or beyond its bounds."""

    code = "amount_wrong"
    message = N_("This amount can't be right.")
    status = 400


class RefundExceedsSale(Refusal):
    """More would be refunded than was paid."""

    code = "refund_exceeds_sale"
    message = N_("At most ¥%(left)s of this sale can still be refunded.")


class RemainderDiffers(Refusal):
    """The caller's remainder is not what remains here: one of the two has missed a refund."""

    code = "remainder_differs"
    message = N_("The amount left after this refund does not agree with the books.")


class SaleClosed(Refusal):
    """The sale is earned, or another has taken it over: nothing of it can move any more."""

    code = "sale_closed"
    message = N_("This part is earned, or was passed on, already.")


class PayoutExceedsEarned(Refusal):
    """More would be paid out than was earned."""

    code = "payout_exceeds_earned"
    message = N_("At most ¥%(left)s can be paid out now.")


class SameOfficial(Refusal):
    """One official would prepare and confirm."""

    code = "same_official"
    message = N_("Another official must confirm what you prepared.")
    status = 403


class OwnMoney(Refusal):
    """An official would record or confirm money to their own household, or answer its question."""

    code = "own_money"
    message = N_("This is your own household's money. Other officials record, confirm and answer it.")
    status = 403


class PayoutClosed(Refusal):
    """The pay-out was confirmed or withdrawn already."""

    code = "payout_closed"
    message = N_("This pay-out has been settled already.")


class BankReferenceUsed(Refusal):
    """This seller was paid under this bank reference before."""

    code = "bank_reference_used"
    message = N_("This bank reference has been used for this seller already.")


class BankReferenceMissing(Refusal):
    """A pay-out without the bank's own reference."""

    code = "bank_reference_missing"
    message = N_("Write the reference from the bank's slip.")
    status = 400


class LineNotInMonth(Refusal):
    """Nothing happened to this sale in this month, or it is not the household's."""

    code = "line_not_in_month"
    message = N_("This line is not in this month's statement.")
    status = 404


class WordsMissing(Refusal):
    """A dispute or an answer without words."""

    code = "words_missing"
    message = N_("Say in a few words what is wrong.")
    status = 400


class LineMove(Refusal):
    """The line cannot go from its state to the asked one."""

    code = "line_move"
    message = N_("This line has been answered meanwhile. Look again.")


class LineMoved(Refusal):
    """The figures of a line moved between the page and the button."""

    code = "line_moved"
    message = N_("This line changed while you were looking at it. Please look once more.")


class NothingToSettle(Refusal):
    """No seller of the area can be paid now."""

    code = "nothing_to_settle"
    message = N_("Nobody can be paid now. Sellers that wait because of the amount or their account: %(left)d.")


class BatchDecided(Refusal):
    """Somebody has decided on the batch meanwhile."""

    code = "batch_decided"
    message = N_("Somebody has decided on this batch meanwhile. Look again.")


class NothingToSend(Refusal):
    """The batch holds no approved attempt that can go to the bank."""

    code = "nothing_to_send"
    message = N_("Nothing of this batch is approved and waits to be sent.")


class AccountNotUsable(Refusal):
    """The seller has no account to which money can be sent now."""

    code = "account_not_usable"
    message = N_("No account of this seller can be used now. Record one, or wait for its day.")


class AttemptStands(Refusal):
    """Another attempt of the settlement is under way, or it was paid."""

    code = "attempt_stands"
    message = N_("Another attempt of this settlement is under way already, or it was paid.")


class ResultDecided(Refusal):
    """The bank's result was accepted or discarded already."""

    code = "result_decided"
    message = N_("This result of the bank has been decided on already.")


class ResultOutdated(Refusal):
    """An attempt that the result speaks of has moved since it was read."""

    code = "result_outdated"
    message = N_("Settlement %(ref)s has moved since this result was read. Discard it and load it again.")


class NotAPayer(Refusal):
    """The telephone number belongs to nobody who may prepare settlements."""

    code = "not_a_payer"
    message = N_("No township or county official has this telephone number.")
    status = 403


class LotFull(Refusal):
    """Members would have given more than the lot holds."""

    code = "lot_full"
    message = N_("This is more than the lot still holds.")


class LotShared(Refusal):
    """What was sold of the lot is being shared, or was."""

    code = "lot_shared"
    message = N_("What was sold of this lot is being shared already.")


class DistributionClosed(Refusal):
    """The distribution was approved or withdrawn already."""

    code = "distribution_closed"
    message = N_("This distribution has been decided on already.")
