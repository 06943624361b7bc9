"""Words for refusals in the reader's language."""

from flask import flash
from flask_babel import gettext

from marketplace.kernel.errors import Refusal


def say(refusal: Refusal) -> str:
    """Return the refusal's sentence in the reader's language; parameters that are themselves msgids are the caller's care."""
    return str(gettext(refusal.text, **refusal.params)) if refusal.params else str(gettext(refusal.text))


def flash_refusal(refusal: Refusal) -> None:
    """Show the refusal at the top of the next page."""
    flash(say(refusal), "bad")
