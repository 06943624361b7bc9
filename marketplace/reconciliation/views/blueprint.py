"""The one blueprint of this package's pages, and who may do what on them: the money is the county's."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, url_for
from flask_babel import gettext as _

from marketplace.kernel.errors import NotThere
from marketplace.ledger.values import BANK, clearing
from marketplace.payments import services as payments
from marketplace.payments.values import Holder
from marketplace.reconciliation import queries
from marketplace.reconciliation.pages import AccountLine
from marketplace.web.db import reader
from marketplace.web.policy import Reach

bp = Blueprint("reconciliation", __name__)

OFFICIALS: dict[str, Any] = {"county_official": Reach.AREA}
READERS: dict[str, Any] = {**OFFICIALS, "auditor": Reach.AREA}


def reporting() -> tuple[str, ...]:
    """Return the payment services that tell their balance."""
    return payments.reporting_gateways(current_app.extensions["gateways"])


def line_of(name: str) -> AccountLine:
    """Return an account by its name in addresses: `bank`, or a payment service's.

    Raises:
        NotThere: nobody keeps an account of this name beside our book.
    """
    if name != BANK and name not in reporting():
        raise NotThere
    account = BANK if name == BANK else clearing(name)
    return AccountLine(
        name=name,
        label=_("The county's bank account") if name == BANK else label_of(name),
        standing=queries.standing(reader(), account),
        url=url_for("reconciliation.show", name=name),
    )


def label_of(gateway: str) -> str:
    """Return what a way to pay is called."""
    offered = {view.name: view.label for view in current_app.extensions["gateways"].offered}
    return _(offered[gateway]) if gateway in offered else gateway


def silent_gateways() -> Iterable[str]:
    """Return the ways to pay whose money is real and that tell no balance."""
    told = reporting()
    offered = current_app.extensions["gateways"].offered
    return [view.name for view in offered if view.name not in told and view.who_holds is not Holder.NOBODY]
