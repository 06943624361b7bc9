"""What a farmer or official sends about goods, made into values or errors beside the field."""

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from marketplace.products import rules
from marketplace.products.values import MOST_REVIEW_WORDS
from marketplace.web.forms import DayField, Form, TidyStringField, WholeNumberField, YuanField

#: Pictures read from one sending; the rest is passed over.
MOST_FILES = 6


class PhotoForm(Form):
    """The first screen. Pictures come beside it."""

    household = TidyStringField(most=16)
    client_key = TidyStringField(most=60)
    consent = TidyStringField(most=4)


class GoodsForm(Form):
    """The second screen."""

    variety = TidyStringField(most=40, needed=_l("Choose what you sell."))
    unit = WholeNumberField(least=1, most=1_000_000, needed=_l("Choose how much goes into one pack."))
    price = YuanField(least=rules.LEAST_PRICE_FEN, most=rules.MOST_PRICE_FEN, needed=_l("Choose a price."))
    stock = WholeNumberField(least=1, most=rules.MOST_STOCK, needed=_l("Choose how many you have."))
    stock_other = WholeNumberField(least=1, most=rules.MOST_STOCK)
    harvest = WholeNumberField(least=0, most=400)
    story = TidyStringField(most=600)


class AtOnceForm(Form):
    """A whole listing on one page, as a phone without reception keeps it. Pictures come beside it."""

    household = TidyStringField(most=16)
    client_key = TidyStringField(most=60)
    variety = TidyStringField(most=40, needed=_l("Choose what you sell."))
    price = YuanField(least=rules.LEAST_PRICE_FEN, most=rules.MOST_PRICE_FEN, needed=_l("Choose a price."))
    stock = WholeNumberField(least=1, most=rules.MOST_STOCK, needed=_l("Choose how many you have."))
    harvest = WholeNumberField(least=0, most=400)
    #: The variety's usual one unless the second of the three screens said another.
    unit = WholeNumberField(least=1, most=1_000_000)
    story = TidyStringField(most=600)
    #: The day on which the phone was told: "yesterday" is reckoned from it, not from when reception returned.
    made_on = DayField()
    sure = TidyStringField(most=4)


class PriceForm(Form):
    """A new price."""

    price = YuanField(least=rules.LEAST_PRICE_FEN, most=rules.MOST_PRICE_FEN, needed=_l("Choose a price."))


class StockForm(Form):
    """How many are left."""

    left = WholeNumberField(least=0, most=rules.MOST_STOCK, needed=_l("Choose how many you have."))


class ReturnForm(Form):
    """Why an offer goes back."""

    reason = TidyStringField(most=200, needed=_l("Say in a few words what should be changed."))


class ReviewAnswerForm(Form):
    """What the seller answers: a sentence that lies ready, or words of their own."""

    ready = TidyStringField(most=10)
    words = TidyStringField(most=MOST_REVIEW_WORDS)


class HidingForm(Form):
    """Why a review is hidden."""

    reason = TidyStringField(most=200, needed=_l("Say in a few words why it is hidden. The buyer reads it."))


class LicenceForm(Form):
    """A licence on file."""

    number = TidyStringField(most=60, needed=_l("Write the licence's number."))
    valid_to = DayField(needed=_l("Write the last day it is valid."))


def sent_pictures(files: list[FileStorage]) -> list[bytes]:
    """Return the bytes of the pictures that were sent, without empty boxes."""
    return [data for data in (file.stream.read() for file in files[: 2 * MOST_FILES]) if data][:MOST_FILES]
