"""The pages of accounts hang here; each request tells the trail where it comes from."""

from flask import Blueprint, current_app, request, session

from marketplace.accounts import services
from marketplace.kernel import ids
from marketplace.kernel.crypto import Sealer

bp = Blueprint("accounts", __name__)


@bp.before_app_request
def note_address() -> None:
    """Let the lines of the trail that this request writes carry its address."""
    services.asking_from(request.remote_addr)


def sealer() -> Sealer:
    """Return the application's sealer."""
    found: Sealer = current_app.extensions["sealer"]
    return found


def address() -> str:
    """Return the network address of whoever asks."""
    return request.remote_addr or ""


def mark_device() -> str:
    """Return this browser's own random name, giving it one that it keeps in its cookie."""
    return str(session.setdefault("device", ids.token(12)))


def device() -> str:
    """Return this browser's name; all that keep no cookie share the one of their address."""
    return str(session.get("device") or f"none/{address()}")


def browser_name() -> str:
    """Return what the browser calls itself, shortened to what a person can tell apart."""
    agent = request.headers.get("User-Agent", "")
    systems = (("MicroMessenger", "WeChat"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
               ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
    programs = (("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (systems, programs)]
    return " · ".join(name for name in found if name)
