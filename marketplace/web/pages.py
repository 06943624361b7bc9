"""What every template may use besides filters: switches, navigation, the count in the basket."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, current_app, g, make_response, request, session
from werkzeug.wrappers import Response

from marketplace.web import visits
from marketplace.web.language import locale_id, preference
from marketplace.web.nav import NavItem, office_nav


def configure_pages(app: Flask, items: tuple[NavItem, ...]) -> None:
    """Give the templates their globals and per-request values."""
    app.jinja_env.globals.update(switch_url=switch_url, switch_lang_url=switch_lang_url, flashes=flashes)

    @app.context_processor
    def context() -> dict[str, Any]:
        return {
            "locale": locale_id(),
            "elder": preference("elder") == "1",
            "lite": preference("lite") == "1" or request.headers.get("Save-Data") == "on",
            "basket_count": basket_count(),
            # an error page carries no navigation: what counts the queues may be what failed
            "office_nav": office_nav(items) if request.path.startswith("/office") and "is_error_page" not in g else [],
        }


def private(body: str, status: int = 200) -> Response:
    """Return a page that nothing between us and this browser may keep: what a guest ordered or booked stands on it."""
    answer: Response = make_response(body, status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def public_url(path: str) -> str:
    """Return an address of this site as others may keep it: under the configured root, or the one it was asked under."""
    return str(current_app.extensions["settings"].public_url or request.url_root).rstrip("/") + path


def switch_url(name: str, value: str) -> str:
    """Return this address with one preference set; after a POST, the site's home."""
    if request.method not in ("GET", "HEAD"):
        return f"/?{urlencode({name: value})}"
    query = {key: values for key, values in request.args.lists() if key != name}
    # quoted: browsers read a backslash as a slash, and what begins with slash and backslash leaves the site
    return f"{quote(request.path)}?{urlencode({**query, name: value}, doseq=True)}"


def switch_lang_url(language: str) -> str:
    """Return this address in another language."""
    return switch_url("lang", language)


def flashes() -> list[tuple[str, str]]:
    """Return (kind, words) of what was said since the last page, and forget it; an older release's cookie may hold anything."""
    held = session.pop("_flashes") if "_flashes" in session else None
    pairs = [entry for entry in held if isinstance(entry, list | tuple)] if isinstance(held, list) else []
    said = [(str(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2]
    return [(kind if kind in ("ok", "bad", "info", "wait") else "info", words) for kind, words in said]


def basket_count() -> int:
    """Return how many kinds of goods lie in the basket (kept in the signed cookie as ref -> quantity)."""
    if "fair" not in request.cookies and "__Host-fair" not in request.cookies:
        return 0
    return len(visits.basket())
