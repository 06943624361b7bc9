"""Forms of basket, checkout, order pages, desk and office."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from marketplace.orders.values import RefundReason, TitleKind
from marketplace.products.values import MOST_REVIEW_WORDS, MOST_STARS
from marketplace.web.forms import Form, PhoneField, TidyStringField, WholeNumberField

#: What a buyer may choose; the rest is for officials and for orders that are called off.
BUYERS_REASONS = (
    RefundReason.SHORT_WEIGHT, RefundReason.DAMAGED, RefundReason.SPOILED, RefundReason.NOT_AS_DESCRIBED, RefundReason.LOST,
    RefundReason.CHANGED_MIND, RefundReason.OTHER,
)  # fmt: skip


class BasketForm(Form):
    """So many of something."""

    offer = TidyStringField(most=40, needed=_l("Choose something first."))
    quantity = WholeNumberField(_l("Quantity"), least=0, most=100_000, needed=_l("Write a whole number."))


class CheckoutForm(Form):
    """Whom a parcel goes to: five boxes, the first of which may fill the others."""

    key = TidyStringField(most=60)
    #: What the buyer saw, in fen.
    seen = WholeNumberField(least=0, most=2_000_000_000)
    address_text = TidyStringField(most=500)
    name = TidyStringField(most=40, needed=_l("Write the name of whoever takes the parcel."))
    phone = PhoneField()
    province = SelectField(validate_choice=False)
    address = TidyStringField(most=200, needed=_l("Write city, street and house number."))


class FindForm(Form):
    """An order's number and the last four digits of the telephone it was placed with."""

    number = TidyStringField(most=24, needed=_l("Write the order's number, such as L7K2M9QX."))
    last_four = TidyStringField(most=8, needed=_l("Write the last four digits of the telephone number."))


class RefundForm(Form):
    """What is wrong with how many."""

    key = TidyStringField(most=60)
    quantity = WholeNumberField(least=1, most=100_000, needed=_l("Write a whole number."))
    reason = SelectField(choices=[str(reason) for reason in BUYERS_REASONS])
    note = TidyStringField(most=400)
    #: The buyer has no photo: an official looks into it, as the law has it.
    quality = TidyStringField(most=4)


class ReviewForm(Form):
    """How it was. Photos come beside it."""

    key = TidyStringField(most=60)
    stars = WholeNumberField(least=1, most=MOST_STARS, needed=_l("Choose from one to five stars."))
    words = TidyStringField(most=MOST_REVIEW_WORDS)


class InvoiceForm(Form):
    """In whose name an invoice is, and where it is sent."""

    key = TidyStringField(most=60)
    kind = SelectField(choices=[str(kind) for kind in TitleKind])
    title = TidyStringField(most=100)
    tax_number = TidyStringField(most=24)
    contact = TidyStringField(most=100)


class ShipForm(Form):
    """Who carries it, under which number."""

    carrier = TidyStringField(most=40, needed=_l("Name the carrier."))
    tracking_no = TidyStringField(most=40, needed=_l("Write the tracking number."))


class AnswerForm(Form):
    """Why a refund is turned down."""

    answer = TidyStringField(most=400, needed=_l("Say in a few words why. The buyer reads it."))
