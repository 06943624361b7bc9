"""Signing in by password or one-time code, opening a buyer's account, signing out.

A code's number, the wished page and a new buyer's name wait in the browser's signed cookie between the two steps. Whether a
number has an account is told by nothing: not by words, not by the time taken, not by whether a code is sent.
"""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries, rules, services
from marketplace.accounts.forms import BuyerForm, CodeForm, PasswordForm, PhoneForm
from marketplace.accounts.refusals import CodesClosed, WrongCode, WrongSignIn
from marketplace.accounts.values import SignedIn
from marketplace.accounts.views.blueprint import address, bp, browser_name, sealer
from marketplace.kernel.errors import Refusal
from marketplace.kernel.identity import mask_phone
from marketplace.messages import services as messages
from marketplace.web import visits
from marketplace.web.db import primary, write, writer_engine
from marketplace.web.identity import forget, remember, visitor
from marketplace.web.policy import policy
from marketplace.web.words import flash_refusal

_WAITING = "signing_in"


@dataclass(frozen=True)
class DemoSignIn:
    """A ready sign-in of the demonstration."""

    role: str
    phone: str
    password: str


@dataclass(frozen=True)
class SignInPage:
    """The two ways in."""

    form: Any
    by: str
    next: str
    #: Asked for by somebody signed in, who wants to show a code.
    again: bool
    can_send: bool
    demo: tuple[DemoSignIn, ...]


@dataclass(frozen=True)
class CodePage:
    """Where the code is typed."""

    form: Any
    phone_masked: str
    minutes: int


@dataclass(frozen=True)
class RegisterPage:
    """Opening a buyer's account."""

    form: Any
    next: str
    can_send: bool


@bp.get("/sign-in")
@policy("accounts.sign_in", public=True)
def sign_in() -> Response | str:
    """Show the way in that was asked for; who is signed in goes to their own page, unless they want to sign in again."""
    if visitor().is_authenticated and not _again():
        return redirect(rules.safe_next(request.args.get("next")) or url_for("accounts.mine"))
    visits.mark_browser()
    by = "code" if request.args.get("by") == "code" else "password"
    return _sign_in_page(PhoneForm(formdata=None) if by == "code" else PasswordForm(formdata=None), by)


@bp.post("/sign-in")
@policy("accounts.sign_in", public=True)
def sign_in_by_password() -> Response | tuple[str, int]:
    """Judge phone and password; the try is written down before it is judged."""
    form = PasswordForm()
    status = 422
    if form.is_posted_and_valid():
        try:
            return _enter(_by_password(form.phone.data, form.password.data), rules.safe_next(request.form.get("next")))
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return _sign_in_page(form, "password"), status


def _by_password(phone: str, password: str) -> SignedIn:
    where, what = address(), visits.browser()
    attempt = write(lambda s: services.begin_attempt(s, kind="password", phone=phone, address=where, device=what))
    user = queries.user_by_phone(primary(), phone)
    if not services.is_right_password(user.password_hash if user else None, password) or user is None:
        raise WrongSignIn
    user_id, name = user.id, browser_name()
    return write(lambda s: services.sign_in_with_password(s, attempt_id=attempt, user_id=user_id, device=name))


@bp.post("/sign-in/send-code")
@policy("accounts.send_code", public=True)
def send_code() -> Response | tuple[str, int]:
    """Send a one-time code, or another one to the same number, and go on to where it is typed."""
    waiting = session.get(_WAITING)
    if "again" in request.form and waiting:
        try:
            _send(waiting["phone"])
            flash(_("We have sent another code. The one before no longer works."), "ok")
        except Refusal as refusal:
            flash_refusal(refusal)
        return redirect(url_for("accounts.code"), code=303)
    form = PhoneForm()
    status = 422
    if form.is_posted_and_valid():
        try:
            return _send_and_wait(form.phone.data, rules.safe_next(request.form.get("next")))
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return _sign_in_page(form, "code"), status


@bp.get("/register-buyer")
@policy("accounts.register_buyer", public=True)
def register_buyer() -> Response | str:
    """Ask for a name and a number: an account for those who buy often; buying needs none."""
    if visitor().is_authenticated:
        return redirect(url_for("accounts.mine"))
    visits.mark_browser()
    return _register_page(BuyerForm(formdata=None))


@bp.post("/register-buyer")
@policy("accounts.register_buyer", public=True)
def open_buyer() -> Response | tuple[str, int]:
    """Send a code to the number; the account is opened when the code comes back."""
    form = BuyerForm()
    status = 422
    if form.is_posted_and_valid():
        try:
            return _send_and_wait(form.phone.data, rules.safe_next(request.form.get("next")), form.name.data)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return _register_page(form), status


def _send_and_wait(phone: str, wish: str | None, name: str = "") -> Response:
    _send(phone)
    session[_WAITING] = {"phone": phone, "next": wish or "", "name": name}
    return redirect(url_for("accounts.code"), code=303)


def _send(phone: str) -> None:
    door, seals = current_app.extensions["sms_door"], sealer()
    if not door.is_open:
        raise CodesClosed
    words = _("LotusFair: your code is %(code)s. It works for 10 minutes. Tell it to nobody.", code="%(code)s")
    where, what = address(), visits.browser()
    message = write(lambda s: services.send_code(s, phone=phone, words=words, address=where, device=what, sealer=seals))
    # at once and after the commit; should the door be shut, the sweep tries again
    with Session(writer_engine()) as own:
        messages.deliver(own, message_id=message, door=door, sealer=seals)


@bp.get("/sign-in/code")
@policy("accounts.sign_in", public=True)
def code() -> Response | str:
    """Ask for the code that was sent."""
    waiting = session.get(_WAITING)
    return _code_page(CodeForm(formdata=None), waiting) if waiting else redirect(url_for("accounts.sign_in", by="code"))


@bp.post("/sign-in/code")
@policy("accounts.use_code", public=True)
def sign_in_by_code() -> Response | tuple[str, int]:
    """Judge a one-time code."""
    waiting = session.get(_WAITING)
    if not waiting:
        return redirect(url_for("accounts.sign_in", by="code"), code=303)
    form = CodeForm()
    status = 422
    if form.is_posted_and_valid():
        try:
            found = _by_code(waiting["phone"], rules.typed_code(form.code.data), waiting["name"])
            return _enter(found, rules.safe_next(waiting["next"]))
        except Refusal as refusal:
            form.refuse(refusal, "code")
            status = refusal.status
    return _code_page(form, waiting), status


def _by_code(phone: str, typed: str, name: str) -> SignedIn:
    where, what, browser, seals = address(), visits.browser(), browser_name(), sealer()
    attempt = write(lambda s: services.begin_attempt(s, kind="code", phone=phone, address=where, device=what))
    found = write(
        lambda s: services.sign_in_with_code(
            s, attempt_id=attempt, phone=phone, code=typed, device=browser, sealer=seals, name=name
        )
    )
    if found is None:
        raise WrongCode
    return found


def _enter(signed_in: SignedIn, wish: str | None) -> Response:
    """Put the fresh session into the cookie in place of whatever the cookie held."""
    before, name = visitor().token, session.get("device")
    if before:
        write(lambda s: services.end_session(s, token=before))
    actor = queries.actor_for_session(primary(), signed_in.token)
    if actor is None:
        raise WrongSignIn
    remember(actor, signed_in.token)
    if name:
        session["device"] = name
    return redirect(wish or url_for("accounts.mine"), code=303)


@bp.post("/sign-out")
@policy("accounts.sign_out", signed_in=True)
def sign_out() -> Response:
    """End the session here and in the database; the browser forgets what it kept of the person."""
    token = visitor().token
    write(lambda s: services.end_session(s, token=token))
    forget()
    flash(_("You have signed out."), "ok")
    answer = redirect("/", code=303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _wish() -> str:
    return rules.safe_next(request.args.get("next") or request.form.get("next")) or ""


def _again() -> bool:
    return request.args.get("again") == "1"


def _can_send() -> bool:
    return bool(current_app.extensions["sms_door"].is_open)


def _sign_in_page(form: Any, by: str) -> str:
    # in production nobody's sign-in is shown, whatever the configuration says
    ready = () if current_app.config["MODE"] == "production" else current_app.config.get("DEMO_SIGN_INS") or ()
    demo = tuple(DemoSignIn(_(role), phone, word) for role, phone, word in ready)
    page = SignInPage(form, by, _wish(), _again(), _can_send(), demo)
    return render_template("accounts/sign_in.html", page=page, tab="mine")


def _register_page(form: Any) -> str:
    return render_template("accounts/register_buyer.html", page=RegisterPage(form, _wish(), _can_send()), tab="mine")


def _code_page(form: Any, waiting: dict[str, str]) -> str:
    page = CodePage(form, mask_phone(waiting["phone"]), int(rules.CODE_LIFE.total_seconds()) // 60)
    return render_template("accounts/code.html", page=page, tab="mine")
