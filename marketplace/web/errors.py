"""Error pages: every refusal and fault ends in a page in the reader's language, never in a traceback."""

import structlog
from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from marketplace.kernel.db import is_transient
from marketplace.kernel.errors import Refusal
from marketplace.web.identity import ask_no_further
from marketplace.web.words import say

log = structlog.get_logger()
#: What an HTTP error tells machines beside its page.
KEPT_HEADERS = ("Allow", "Retry-After")
#: After so many seconds whoever was turned away may come again.
COME_BACK_SECONDS = 10
PAGES = frozenset({400, 403, 404, 405, 413, 429, 500, 503})


def configure_errors(app: Flask) -> None:
    """Answer refusals, HTTP errors and faults with pages."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _busy_or_fault)
    app.register_error_handler(NoConnectionFree, _busy)
    app.register_error_handler(Exception, _fault)


def error_page(status: int, message: str | None = None) -> tuple[str, int]:
    """Return the page of an error, with words of its own where somebody knows better ones."""
    ask_no_further()
    g.is_error_page = True
    shown = status if status in PAGES else (400 if status < 500 else 500)
    return render_template(f"web/{shown}.html", message=message, request_id=g.get("request_id")), status


def _refusal(refusal: Refusal) -> tuple[str, int]:
    log.info("refused", code=refusal.code, path=request.path)
    plain = type(refusal).__name__ in ("NotThere", "NotAllowed") and not refusal.params
    return error_page(refusal.status, None if plain else say(refusal))


def _http(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    if error.response is not None or (error.code is not None and 300 <= error.code < 400):
        return error
    kept = {name: value for name, value in error.get_headers(request.environ) if name in KEPT_HEADERS}
    return *error_page(error.code or 500), kept


def _busy_or_fault(error: DBAPIError) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    return _busy(error) if is_transient(error) else _fault(error)


def _busy(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Every try was used up: others hold what this request needs, and it may succeed in a moment."""
    log.warning("busy", path=request.path, endpoint=request.endpoint, kind=type(error).__name__)
    words = _("Others are being served, and you had to wait too long. Nothing was half done: please try again in a moment.")
    return *error_page(ServiceUnavailable.code, words), {"Retry-After": str(COME_BACK_SECONDS)}


def _fault(error: Exception) -> tuple[str, int]:
    log.error("fault", path=request.path, endpoint=request.endpoint, kind=type(error).__name__, exc_info=error)
    return error_page(InternalServerError.code)
