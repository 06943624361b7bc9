"""The blueprint that sellers' pages stand on."""

from flask import Blueprint, current_app

from marketplace.kernel.crypto import Sealer

bp = Blueprint("farmers", __name__)


def sealer() -> Sealer:
    """Return the application's sealer of personal data."""
    found: Sealer = current_app.extensions["sealer"]
    return found
