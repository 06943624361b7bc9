"""What people type to sign in, to open an account, and to grant a role."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import AnyOf, InputRequired, Length

from marketplace.accounts.rules import MOST_PASSWORD
from marketplace.accounts.values import OFFICE_ROLES
from marketplace.web.forms import Form, PhoneField, TidyStringField


class PasswordForm(Form):
    """Phone and password."""

    phone = PhoneField()
    password = PasswordField(
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=MOST_PASSWORD, message=_l("A password has at most %(max)d characters.")),
        ]
    )


class PhoneForm(Form):
    """The number a code is sent to."""

    phone = PhoneField()


class CodeForm(Form):
    """The code that came."""

    code = TidyStringField(most=12, needed=_l("Enter the code from the message."))


class BuyerForm(Form):
    """Who opens a buyer's account."""

    name = TidyStringField(most=60, needed=_l("Enter the name we shall call you by."))
    phone = PhoneField()


class NewPasswordForm(Form):
    """A new password, and the present one where the account has one."""

    current = PasswordField(validators=[Length(max=MOST_PASSWORD, message=_l("A password has at most %(max)d characters."))])
    password = PasswordField(validators=[InputRequired(_l("Enter your password."))])


class GrantForm(Form):
    """Who gets which role where, and why."""

    phone = PhoneField()
    name = TidyStringField(most=60)
    role = TidyStringField(
        most=20, needed=_l("Choose a role."), validators=[AnyOf([str(role) for role in OFFICE_ROLES], _l("Choose a role."))]
    )
    area = TidyStringField(most=12, needed=_l("Choose a place."))
    reason = TidyStringField(most=200)
