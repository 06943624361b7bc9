"""How accounts say no."""

from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_


class PhoneRefused(Refusal):
    """No mainland mobile number."""

    code = "phone"
    message = N_("A mobile number has 11 digits and begins with 1.")
    status = 400


class PhoneTaken(Refusal):
    """An account with this number stands."""

    code = "phone_taken"
    message = N_("There is an account with this number already.")


class PasswordTooWeak(Refusal):
    """A password that would be guessed."""

    code = "password_weak"
    message = N_("Use at least %(least)d characters, and not one everybody would try.")
    status = 400


class WrongSignIn(Refusal):
    """The number or the password is wrong; which of them is not said."""

    code = "wrong_sign_in"
    message = N_("The number and the password do not fit together. Try again, or use a code.")
    status = 400


class WrongPassword(Refusal):
    """Whoever wants to set a new password does not know the present one."""

    code = "wrong_password"
    message = N_("This is not your present password. Try again, or sign in with a code.")
    status = 400


class CodeNeeded(Refusal):
    """A password is set by whoever knows the present one or has just answered the telephone; this session shows neither."""

    code = "code_needed"
    message = N_("Sign in with a code, then set your password within %(minutes)d minutes.")
    status = 403


class WrongCode(Refusal):
    """The code is wrong, used, or too old."""

    code = "wrong_code"
    message = N_("This code is wrong or has run out. Check it, or ask for a new one.")
    status = 400


class TryLater(Refusal):
    """Too many tries from one number, one device or address, or in all."""

    code = "try_later"
    message = N_("Too many tries. Try again in %(minutes)d min.")
    status = 429


class CodesClosed(Refusal):
    """No way to send an SMS was set up."""

    code = "codes_closed"
    message = N_("Codes can't be sent here now. Use your password.")
    status = 503


class GrantedToOneself(Refusal):
    """Somebody tried to grant a role to themselves."""

    code = "granted_to_oneself"
    message = N_("Nobody grants a role to themselves. Ask another official.")
    status = 403


class MayNotGrant(Refusal):
    """The person may not grant or end this role on this area."""

    code = "may_not_grant"
    message = N_("You may not grant or end this role there.")
    status = 403


class RoleNeedsArea(Refusal):
    """The role is held on an area of the right size, or on none."""

    code = "role_needs_area"
    message = N_("This role is not held on an area of that size.")
    status = 400


class RolesClash(Refusal):
    """Two roles that one person must not hold together, because the one checks the other."""

    code = "roles_clash"
    message = N_("One person can't hold both: the one role checks the other.")


class LastOneStanding(Refusal):
    """Ending the grant would leave nobody who can grant."""

    code = "last_one_standing"
    message = N_("Somebody must keep this role: grant it to another person first.")
