"""How payments' services say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import grouped
from marketplace.kernel.words import N_


class GatewayUnavailable(Refusal):
    """A way to pay that is not offered here."""

    code = "gateway_unavailable"
    message = N_("This way to pay is not offered here. Please choose another.")
    status = 400


class NothingToPay(Refusal):
    """The purchase is paid, called off, or out of time."""

    code = "nothing_to_pay"
    message = N_("This order does not wait for money any more.")


class WrongAmount(Refusal):
    """Another sum than the one asked for. Carries `due_fen`."""

    code = "wrong_amount"
    message = N_("The order comes to ¥%(due)s. Record exactly that; another sum goes back to whoever sent it.")
    status = 400

    def __init__(self, *, due_fen: int) -> None:
        self.due_fen = due_fen
        super().__init__(None, due=grouped(due_fen))


class ReferenceNeeded(Refusal):
    """No bank reference and no slip number."""

    code = "payment_reference_needed"
    message = N_("Write the bank's reference or the number of the signed slip.")
    status = 400


class ReferenceUsed(Refusal):
    """Another receipt, refund or return stands under this reference."""

    code = "payment_reference_used"
    message = N_("Another payment is recorded under this reference already. Please check it.")


class ReceiptWaits(Refusal):
    """The purchase has a receipt that waits, or is confirmed."""

    code = "receipt_waits"
    message = N_("A payment for this order is recorded already. Another official confirms or rejects it.")


class NeedsSecondOfficial(Refusal):
    """Whoever recorded money does not confirm it."""

    code = "needs_second_official"
    message = N_("You recorded this yourself. Another official compares it with the bank and confirms.")
    status = 403


class OwnPurchase(Refusal):
    """An official would record or confirm the money of what they bought, or their household sold."""

    code = "own_purchase"
    message = N_("You or your household bought or sold this. Other officials record and confirm its money.")
    status = 403


class ReceiptClosed(Refusal):
    """The receipt or the transfer is decided."""

    code = "receipt_closed"
    message = N_("This has been decided already. Look again.")


class ReasonNeeded(Refusal):
    """Turned down without words."""

    code = "payment_reason_needed"
    message = N_("Say in a few words why. The reason is kept.")
    status = 400


class NotByHand(Refusal):
    """The gateway sends this refund itself."""

    code = "not_by_hand"
    message = N_("The payment service sends this refund itself.")


class NoTrialInProduction(Refusal):
    """The trial till must not exist where people's money is."""

    code = "no_trial_in_production"
    message = N_("Trial payments do not exist here.")
    status = 404


class PaymentServiceSilent(Refusal):
    """The payment service gave no answer that says what was done."""

    code = "payment_service_silent"
    message = N_("The payment service does not answer. Nothing was taken. Please try again in a moment, or pay another way.")
    status = 503


class PaymentServiceRefused(Refusal):
    """The payment service does not take this payment."""

    code = "payment_service_refused"
    message = N_("The payment service does not take this payment. Nothing was taken. Please pay another way.")
    status = 409


class TooManyTries(Refusal):
    """Its goods have been kept for paying too often."""

    code = "too_many_tries"
    message = N_("This has been begun too often. Please pay another way, or order again.")


class DisputeNotLost(Refusal):
    """Nothing has to be decided: the bank has not, the money is back, or it is decided already."""

    code = "dispute_not_lost"
    message = N_("There is nothing to decide here now. Look again.")


class MachineSends(Refusal):
    """The payment service sends this money back itself and has not failed."""

    code = "machine_sends"
    message = N_("The payment service sends this back itself. Should it fail, it is listed here for officials.")
