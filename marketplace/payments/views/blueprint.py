"""The one blueprint of this package's pages, and who may do what on them."""

from typing import Any

from flask import Blueprint, current_app, url_for

from marketplace.kernel import clock
from marketplace.payments.dues import due_by_ref, dues_of
from marketplace.payments.gateways import Gateways
from marketplace.payments.values import DueView
from marketplace.web.db import reader
from marketplace.web.policy import Reach, authorise

bp = Blueprint("payments", __name__)

#: Who sees money: those whose area holds every village of the purchase.
OFFICIALS: dict[str, Any] = {"township_official": Reach.AREA, "county_official": Reach.AREA}
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}


def gateways() -> Gateways:
    """Return the ways to pay of this deployment."""
    found: Gateways = current_app.extensions["gateways"]
    return found


def own_due(ref: str) -> DueView:
    """Return what is to be paid to the browser that ordered or found it, and to its signed-in buyer."""
    return authorise(due_by_ref(reader(), ref))


def page_of(due: DueView) -> str:
    """Return where its buyer sees it."""
    return url_for(dues_of(due.kind).page, ref=due.ref)


def waits(due: DueView) -> bool:
    """Say whether it waits for money and what is held is held still."""
    return due.is_waiting and due.hold_until > clock.now()
