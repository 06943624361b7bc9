"""A person's own page: a buyer's links, the account's devices and password."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries, rules, services
from marketplace.accounts.forms import NewPasswordForm
from marketplace.accounts.models import User
from marketplace.accounts.refusals import PasswordTooWeak, WrongPassword
from marketplace.accounts.values import OFFICE_ROLES, ROLE_NAMES, Role
from marketplace.accounts.views.blueprint import address, bp
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import mask_phone
from marketplace.web import visits
from marketplace.web.db import primary, write
from marketplace.web.identity import forget, visitor
from marketplace.web.policy import me, policy


@dataclass(frozen=True)
class MinePage:
    """A buyer's page."""

    name: str
    orders_url: str | None
    bookings_url: str | None


@dataclass(frozen=True)
class AccountPage:
    """The account itself."""

    form: Any
    name: str
    phone_masked: str
    roles: tuple[str, ...]
    has_password: bool
    has_shown_code: bool
    devices: tuple[queries.SessionRow, ...]


def home_of(roles: frozenset[str]) -> str | None:
    """Return where officials and farmers begin; a buyer begins at their own page."""
    if roles & {str(role) for role in OFFICE_ROLES}:
        return "/office/"
    return "/desk/" if Role.FARMER in roles else None


@bp.get("/mine")
@policy("accounts.mine", signed_in=True)
def mine() -> Response | str:
    """Send officials to the office and farmers to their desk; a buyer finds their own page here."""
    home = home_of(visitor().roles)
    if home:
        return redirect(home)
    # orders and tours stand above accounts: their lists are linked by their names where they are there
    lists = [url_for(name) if name in current_app.view_functions else None for name in ("orders.mine", "tours.mine")]
    return render_template("accounts/mine.html", page=MinePage(me().name, *lists), tab="mine")


@bp.get("/mine/account")
@policy("accounts.account", signed_in=True)
def account() -> str:
    """Show number, roles, password and the devices signed in."""
    return _account_page(NewPasswordForm(formdata=None))


@bp.post("/mine/password")
@policy("accounts.set_password", signed_in=True)
def set_password() -> Response | tuple[str, int]:
    """Set a new password; every device is signed out, this one too."""
    form = NewPasswordForm()
    user_id, token = me().user_id, visitor().token
    status = 422
    if form.is_posted_and_valid():
        try:
            attempt = _try_present(queries.user(primary(), user_id), form.current.data or "", form.password.data)
            hashed = services.hash_password(form.password.data)
            write(lambda s: services.change_password(s, user_id=user_id, token=token, password_hash=hashed, attempt_id=attempt))
            return _signed_out(_("Your password is set. Sign in with it now."))
        except Refusal as refusal:
            form.refuse(refusal, _BESIDE.get(type(refusal)))
            status = refusal.status
    return _account_page(form), status


#: Refusals that one field is to blame for.
_BESIDE: dict[type[Refusal], str] = {PasswordTooWeak: "password", WrongPassword: "current"}


def _try_present(user: User | None, present: str, new: str) -> int | None:
    """Return the key of the try in which the present password was found right; None where only a code can stand for it.

    A new password that would be guessed is refused first, for it costs no try.
    """
    if rules.is_weak(new, user.phone if user else None):
        raise PasswordTooWeak(least=rules.LEAST_PASSWORD)
    if user is None or user.password_hash is None or _has_shown_code():
        return None
    phone, password_hash, where, what = user.phone or "", user.password_hash, address(), visits.browser()
    attempt = write(lambda s: services.begin_attempt(s, kind="password", phone=phone, address=where, device=what))
    if not services.is_right_password(password_hash, present):
        raise WrongPassword
    return attempt


def _has_shown_code() -> bool:
    return queries.has_just_shown_a_code(primary(), user_id=me().user_id, token=visitor().token)


@bp.post("/mine/sign-out-everywhere")
@policy("accounts.sign_out_everywhere", signed_in=True)
def sign_out_everywhere() -> Response:
    """Sign every device out: for a lost or lent phone."""
    user_id = me().user_id
    write(lambda s: services.end_all_sessions(s, user_id=user_id, by=user_id))
    answer = _signed_out(_("Every device is signed out."))
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _signed_out(words: str) -> Response:
    forget()
    flash(words, "ok")
    return redirect(url_for("accounts.sign_in"), code=303)


def _account_page(form: NewPasswordForm) -> str:
    person = me()
    user = queries.user(primary(), person.user_id)
    page = AccountPage(
        form=form,
        name=person.name,
        phone_masked=mask_phone(user.phone) if user and user.phone else "",
        roles=tuple(_(ROLE_NAMES[Role(role)]) for role in sorted({str(grant.role) for grant in person.grants})),
        has_password=bool(user and user.password_hash),
        has_shown_code=_has_shown_code(),
        devices=tuple(queries.sessions_of(primary(), person.user_id, visitor().token)),
    )
    return render_template("accounts/account.html", page=page, tab="mine")
