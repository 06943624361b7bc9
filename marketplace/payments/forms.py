"""Forms of the officials who see and send money."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from marketplace.payments.values import Method
from marketplace.web.forms import Form, TidyStringField, YuanField


class ReceiptForm(Form):
    """Money that was seen."""

    key = TidyStringField(most=60)
    method = SelectField(choices=[str(method) for method in Method], default=str(Method.BANK_TRANSFER))
    amount = YuanField(needed=_l("Enter the amount."))
    bank_ref = TidyStringField(most=80, needed=_l("Write the bank's reference or the number of the signed slip."))


class ReferenceForm(Form):
    """The bank's reference of money that was sent."""

    key = TidyStringField(most=60)
    bank_ref = TidyStringField(most=80, needed=_l("Write the bank's reference or the number of the signed slip."))


class ReasonForm(Form):
    """Why something is not accepted."""

    reason = TidyStringField(most=400, needed=_l("Say in a few words why. The reason is kept."))
