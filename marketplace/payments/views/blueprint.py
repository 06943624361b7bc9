"""The one blueprint of this package's pages, and who may do what on them."""

from typing import Any

from flask import Blueprint, current_app

from marketplace.payments.gateways import Gateways
from marketplace.web.policy import Reach

bp = Blueprint("payments", __name__)

#: Who sees money: those whose area holds every village of the purchase.
OFFICIALS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}


def gateways() -> Gateways:
    """Return the ways to pay of this deployment."""
    found: Gateways = current_app.extensions["gateways"]
    return found
