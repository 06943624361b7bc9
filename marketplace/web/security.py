"""Headers, and the guard against requests that other sites make in a visitor's name.

Public pages carry no token, so that they can be cached: a guest's form is judged by Sec-Fetch-Site and Origin. Whoever signed in
also needs the token of Flask-WTF.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from markupsafe import Markup, escape
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import ValidationError

from marketplace.web.identity import visitor

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "font-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=(), interest-cohort=()",
}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgedRequest(Forbidden):
    """A writing request that this site's own pages did not make."""


def configure_security(app: Flask) -> None:
    """Check each writing request's origin; put the headers on each answer."""
    app.before_request(_guard)
    app.after_request(_headers)
    app.jinja_env.globals["csrf_field"] = csrf_field


def csrf_field() -> Markup:
    """Return the hidden field for whoever signed in; nothing on a guest's page."""
    if not visitor().is_authenticated:
        return Markup("")
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(escape(generate_csrf()))


def _guard() -> None:
    if request.mimetype == "application/x-www-form-urlencoded":
        # parsed at once and whole: Werkzeug's limit on form memory holds for multipart alone
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
    if request.method in SAFE or getattr(g.get("policy"), "action", "").startswith("webhook."):
        return
    if not is_vouched_for():
        raise ForgedRequest
    if visitor().is_authenticated:
        try:
            validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
        except (ValidationError, CSRFError) as error:
            raise ForgedRequest from error


def is_vouched_for() -> bool:
    """Say whether the browser vouches that our own page, or the person at the address bar, sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(source).netloc == request.host
    except ValueError:  # an address no browser would send
        return False


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if visitor_known() and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def visitor_known() -> bool:
    """Say whether this answer may hold one person's matters."""
    return "_user_id" in session
