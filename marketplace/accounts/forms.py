"""What people type to sign in."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from marketplace.web.forms import Form, PhoneField, TidyStringField


class PasswordForm(Form):
    """Phone and password."""

    phone = PhoneField()
    password = PasswordField()


class PhoneForm(Form):
    """The number a code is sent to."""

    phone = PhoneField()


class CodeForm(Form):
    """The number and the code that came."""

    phone = PhoneField()
    code = TidyStringField(most=12, needed=_l("Enter the code from the message."))
