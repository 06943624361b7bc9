"""How orders' services say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import grouped
from marketplace.kernel.words import N_


class EmptyBasket(Refusal):
    """Nothing to order."""

    code = "empty_basket"
    message = N_("Your basket is empty.")
    status = 400


class BasketTooLarge(Refusal):
    """More different goods than one order takes."""

    code = "basket_too_large"
    message = N_("One order takes at most %(most)d different goods. Please order the rest separately.")
    status = 400


class NotOnSale(Refusal):
    """An offer that is not on sale, or never was."""

    code = "not_on_sale"
    message = N_("Something in your basket is not on sale any more. Please look at the basket again.")


class QuantityOutOfRange(Refusal):
    """Fewer or more than the seller sends at once. Carries `ref`, `title`, `least` and `most`."""

    code = "quantity_out_of_range"
    message = N_("Choose from %(least)d to %(most)d of “%(title)s”.")

    def __init__(self, *, ref: str, title: str, least: int, most: int) -> None:
        self.ref, self.title, self.least, self.most = ref, title, least, most
        super().__init__(None, title=title, least=least, most=most)


class TotalChanged(Refusal):
    """A price, a discount or the freight changed after the buyer saw the sum. Carries `now_fen`."""

    code = "total_changed"
    message = N_("The total has changed to ¥%(now)s. Please look at it and confirm once more.")

    def __init__(self, *, now_fen: int) -> None:
        self.now_fen = now_fen
        super().__init__(None, now=grouped(now_fen))


class NoFreight(Refusal):
    """No carrier of ours goes there. Carries `province`."""

    code = "no_freight"
    message = N_("We can't send there yet. Please choose a province from the list.")

    def __init__(self, *, province: str) -> None:
        self.province = province
        super().__init__()


class ContactRefused(Refusal):
    """A name, telephone number or address to which nothing can be sent."""

    code = "contact"
    message = N_("Give a name, a mobile number of eleven digits and a full address.")
    status = 400


class TooManyOrders(Refusal):
    """A telephone number, a browser or a network address ordered more than is sold to one. Carries `hours`."""

    code = "too_many_orders"
    message = N_(
        "Many orders came with this number or from here in a short time. Pay for those that wait; in about %(hours)d h you can "
        "order again. Your basket stays as it is."
    )
    status = 429


class PurchaseClosed(Refusal):
    """The purchase is paid, cancelled, or was not paid in time."""

    code = "purchase_closed"
    message = N_("This order can't be changed any more: it is paid, cancelled, or its time has run out.")


class PaidTooLate(Refusal):
    """Money came for a purchase whose goods are gone; it goes back."""

    code = "paid_too_late"
    message = N_("The payment came too late: the goods are sold to somebody else. The money goes back.")


class StepRefused(Refusal):
    """The order or refund is not in a state from which this may follow. Carries `now`."""

    code = "order_step"
    message = N_("This step can't follow now: the order has moved on meanwhile. Look again.")

    def __init__(self, message: str | None = None, /, *, now: str = "") -> None:
        self.now = now
        super().__init__(message)


class BeingCancelled(StepRefused):
    """All of the order is asked back: nobody packs or sends it until that is answered."""

    code = "being_cancelled"
    message = N_("The buyer asked to cancel this order. Wait until the village has answered.")


class OwnParcel(Refusal):
    """An official would hand on, or see delivered, what their own household sold."""

    code = "own_parcel"
    message = N_("Your own household sold this. Another official hands it on and sees it delivered.")
    status = 403


class TrackingTaken(Refusal):
    """Another parcel has this number."""

    code = "tracking_taken"
    message = N_("Another parcel has this tracking number already. Please check it.")


class TrackingNeeded(Refusal):
    """A parcel sent without saying by whom and under which number."""

    code = "tracking_needed"
    message = N_("Name the carrier and the tracking number.")
    status = 400


class RefundTooLarge(Refusal):
    """More than what is left of the line to refund. Carries `left`."""

    code = "refund_too_large"
    message = N_("At most %(left)d of these can still be refunded.")

    def __init__(self, *, left: int) -> None:
        self.left = left
        super().__init__(None, left=left)


class ReturnClosed(Refusal):
    """Goods cannot be sent back without a fault any more, or never could."""

    code = "return_closed"
    message = N_("These goods can't be returned without a fault now. If something is wrong with them, choose what it is.")


class ClaimPhotoNeeded(Refusal):
    """Fresh goods within their hours, without a photo, and not handed to an official as a claim of quality."""

    code = "claim_photo_needed"
    message = N_("Add a photo of it. Or tick that you have none: an official looks into it then.")
    status = 422


class NeedsAnother(Refusal):
    """Whoever asked for a refund, bought or sells the goods, tried to decide it."""

    code = "needs_another"
    message = N_("Nobody decides a refund they asked for, or of what they bought or their household sold. Ask another official.")
    status = 403


class AnswerNeeded(Refusal):
    """Turning down without saying why."""

    code = "answer_needed"
    message = N_("Say in a few words why the refund is turned down.")
    status = 400


class BankRefNeeded(Refusal):
    """Money given back by hand without saying where that is written."""

    code = "bank_ref_needed"
    message = N_("Write the bank's reference or the number of the signed slip.")
    status = 400


class NotDelivered(Refusal):
    """Saying how goods were that have not come."""

    code = "not_delivered"
    message = N_("It has not come yet. Say how it was once you have it.")


class OwnGoods(Refusal):
    """The household that sold goods would say how good they are."""

    code = "own_goods"
    message = N_("Your own household sold this. How it was is for others to say.")
    status = 403


class DiscountRefused(Refusal):
    """A discount of nothing, of more than half, or over days that cannot be."""

    code = "discount"
    message = N_("Take off at most half of the amount from which it counts, for at most a year from today on.")
    status = 400


class TitleMissing(Refusal):
    """An invoice to nobody."""

    code = "invoice_title"
    message = N_("Write in whose name the invoice is, two characters at least.")
    status = 400


class TaxNumberWrong(Refusal):
    """A company without a unified social credit code that can be one, or a person with a number."""

    code = "tax_number"
    message = N_("A company writes its unified social credit code, 18 characters. A person leaves it empty.")
    status = 400


class InvoiceContactWrong(Refusal):
    """Nowhere to send an invoice."""

    code = "invoice_contact"
    message = N_("Write an e-mail address or a mobile number to which the invoice is sent.")
    status = 400


class InvoiceIssued(Refusal):
    """The invoice was issued already."""

    code = "invoice_issued"
    message = N_("This invoice was issued already. Ask the seller to correct it.")


class InvoiceWithdrawn(Refusal):
    """The buyer has asked anew, with other words, before it was issued."""

    code = "invoice_withdrawn"
    message = N_("The buyer has asked anew with other words. Look at the list again.")


class NothingToInvoice(Refusal):
    """All that was paid has gone back."""

    code = "nothing_to_invoice"
    message = N_("All that was paid has gone back: there is nothing to invoice.")


class InvoiceNumberWrong(Refusal):
    """A number that no invoice has."""

    code = "invoice_number"
    message = N_("Write the invoice's number: 20 digits of an electronic one, 8 of a paper one, or 18 with its code.")
    status = 400
