"""The pages of accounts hang here; each request tells the trail where it comes from."""

from flask import Blueprint, current_app, request

from marketplace.accounts import services
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


def browser_name() -> str:
    """Return what the browser calls itself, shortened to what a person can tell apart."""
    agent = request.headers.get("User-Agent", "")
    systems = (("MicroMessenger", "WeChat"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
               ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
    programs = (("Edg/", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (systems, programs)]
    return " · ".join(name for name in found if name)
