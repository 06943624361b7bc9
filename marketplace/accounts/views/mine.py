"""A person's own page: a buyer's links, the account's devices and password."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries, rules, services
from marketplace.accounts.forms import NewPasswordForm
from marketplace.accounts.refusals import PasswordTooWeak
from marketplace.accounts.values import OFFICE_ROLES, ROLE_NAMES, Role
from marketplace.accounts.views.blueprint import bp
from marketplace.kernel.identity import mask_phone
from marketplace.web.db import reader, write
from marketplace.web.identity import forget, visitor
from marketplace.web.policy import me, policy


@dataclass(frozen=True)
class MinePage:
    """A buyer's page."""

    name: str
    orders_url: str | None


@dataclass(frozen=True)
class AccountPage:
    """The account itself."""

    form: Any
    name: str
    phone_masked: str
    roles: tuple[str, ...]
    has_password: bool
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
    # orders stand above accounts: their list is linked by its name where it is there
    orders_url = url_for("orders.mine") if "orders.mine" in current_app.view_functions else None
    return render_template("accounts/mine.html", page=MinePage(me().name, orders_url), tab="mine")


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
    user_id = me().user_id
    if form.is_posted_and_valid():
        user = queries.user(reader(), user_id)
        if rules.is_weak(form.password.data, user.phone if user else None):
            form.refuse(PasswordTooWeak(least=rules.LEAST_PASSWORD), "password")
        else:
            hashed = services.hash_password(form.password.data)
            write(lambda s: services.set_password(s, user_id=user_id, password_hash=hashed, by=user_id))
            return _signed_out(_("Your password is set. Sign in with it now."))
    return _account_page(form), 422


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
    user = queries.user(reader(), person.user_id)
    page = AccountPage(
        form=form,
        name=person.name,
        phone_masked=mask_phone(user.phone) if user and user.phone else "",
        roles=tuple(_(ROLE_NAMES[Role(role)]) for role in sorted({str(grant.role) for grant in person.grants})),
        has_password=bool(user and user.password_hash),
        devices=tuple(queries.sessions_of(reader(), person.user_id, visitor().token)),
    )
    return render_template("accounts/account.html", page=page, tab="mine")
