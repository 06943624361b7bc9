"""Pages of signing in and out: by password or by a one-time code."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import passwords, queries, services
from marketplace.accounts.forms import CodeForm, PasswordForm, PhoneForm
from marketplace.accounts.refusals import CodesClosed, WrongCode, WrongSignIn
from marketplace.accounts.values import SignedIn
from marketplace.kernel.errors import Refusal
from marketplace.messages import services as messages
from marketplace.web.db import reader, write, writer_engine
from marketplace.web.identity import forget, remember, visitor
from marketplace.web.policy import policy

bp = Blueprint("accounts", __name__)

OFFICE_ROLES = frozenset(
    {
        "village_official",
        "task_force",
        "township_official",
        "county_official",
        "auditor",
        "administrator",
        "helper",
        "photographer",
    }
)


def safe_next(address: str | None) -> str | None:
    """Return the address if it is a path of our own, else None: nobody is sent elsewhere after signing in."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address


def home_of(roles: frozenset[str]) -> str:
    """Return where a person of these roles begins: officials at the office, farmers at their desk, buyers at the shop."""
    if roles & OFFICE_ROLES:
        return "/office/"
    return "/desk/" if "farmer" in roles else "/"


def _device() -> str:
    return request.headers.get("User-Agent", "")[:200]


@bp.get("/sign-in")
@policy("accounts.sign_in", public=True)
def sign_in() -> str:
    """Show the two ways in."""
    return _page(PasswordForm(formdata=None))


@bp.post("/sign-in")
@policy("accounts.sign_in", public=True)
def sign_in_by_password() -> Response | str:
    """Judge phone and password; the try is written down before it is judged."""
    form = PasswordForm()
    if form.is_posted_and_valid():
        try:
            return _enter(_by_password(form.phone.data, form.password.data or ""))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(form)


def _by_password(phone: str, password: str) -> SignedIn:
    attempt = write(
        lambda s: services.begin_attempt(s, kind="password", phone=phone, address=request.remote_addr or "", device=_device())
    )
    user = queries.user_by_phone(reader(), phone)
    if not passwords.is_right(user.password_hash if user else None, password) or user is None:
        raise WrongSignIn
    user_id = user.id
    return write(lambda s: services.sign_in_with_password(s, attempt_id=attempt, user_id=user_id, device=_device()))


@bp.post("/sign-in/send-code")
@policy("accounts.send_code", public=True)
def send_code() -> str:
    """Send a one-time code; the answer is the same whether or not the number has an account."""
    form = PhoneForm()
    sealer, door = current_app.extensions["sealer"], current_app.extensions["sms_door"]
    if form.is_posted_and_valid():
        phone = form.phone.data
        words = gettext("LotusFair: your code is %(code)s. It works for 10 minutes. Tell it to nobody.", code="%(code)s")
        try:
            if not door.is_open:
                raise CodesClosed
            message = write(
                lambda s: services.send_code(
                    s, phone=phone, words=words, address=request.remote_addr or "", device=_device(), sealer=sealer
                )
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            with Session(writer_engine()) as session:
                messages.deliver(session, message_id=message, door=door, sealer=sealer)
            return _code_page(CodeForm(formdata=None, phone=phone))
    return _page(form)


@bp.post("/sign-in/code")
@policy("accounts.use_code", public=True)
def sign_in_by_code() -> Response | str:
    """Judge a one-time code."""
    form = CodeForm()
    if form.is_posted_and_valid():
        try:
            return _enter(_by_code(form.phone.data, form.code.data))
        except Refusal as refusal:
            form.refuse(refusal, "code" if isinstance(refusal, WrongCode) else None)
    return _code_page(form)


def _by_code(phone: str, code: str) -> SignedIn:
    attempt = write(
        lambda s: services.begin_attempt(s, kind="code", phone=phone, address=request.remote_addr or "", device=_device())
    )
    sealer = current_app.extensions["sealer"]
    found = write(
        lambda s: services.sign_in_with_code(s, attempt_id=attempt, phone=phone, code=code, device=_device(), sealer=sealer)
    )
    if found is None:
        raise WrongCode
    return found


def _enter(signed_in: SignedIn) -> Response:
    actor = queries.actor_for_session(reader(), signed_in.token)
    if actor is None:
        raise WrongSignIn
    remember(actor, signed_in.token)
    wish = safe_next(request.args.get("next") or request.form.get("next"))
    return redirect(wish or url_for("accounts.mine"), code=303)


@bp.post("/sign-out")
@policy("accounts.sign_out", signed_in=True)
def sign_out() -> Response:
    """End the session here and in the database."""
    token = visitor().token
    write(lambda s: services.end_session(s, token=token))
    forget()
    return redirect("/", code=303)


@bp.get("/mine")
@policy("accounts.mine", signed_in=True)
def mine() -> Response | str:
    """Send officials to the office and farmers to their desk; a buyer finds their own page here."""
    home = home_of(visitor().roles)
    return redirect(home) if home != "/" else render_template("accounts/mine.html", tab="mine")


def _page(form: PasswordForm | PhoneForm) -> str:
    return render_template(
        "accounts/sign_in.html", form=form, next=safe_next(request.args.get("next") or request.form.get("next")),
        has_errors=bool(form.errors), tab="mine",
    )  # fmt: skip


def _code_page(form: CodeForm) -> str:
    return render_template("accounts/code.html", form=form, has_errors=bool(form.errors), tab="mine")
