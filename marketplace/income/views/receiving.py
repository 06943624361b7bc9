"""/desk/settlements: the household says that money has arrived, or that it has not."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.income import queries, services
from marketplace.income.values import SettlementView
from marketplace.income.views.blueprint import HOUSEHOLD_AND_HELPERS, bp
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.policy import authorise, me, policy
from marketplace.web.words import flash_refusal


@bp.post("/desk/settlements/<ref>/received")
@policy("money.received", of="payout", **HOUSEHOLD_AND_HELPERS)
def received(ref: str) -> Response:
    """The household has the money."""
    one = _payout(ref)

    def verb(session: Any, by: int, *, is_assisted: bool) -> None:
        services.acknowledge(session, settlement_id=one.id, by=by, is_assisted=is_assisted)

    return _say(one, verb, _("Thank you. It is written down that the money has arrived."))


@bp.post("/desk/settlements/<ref>/missing")
@policy("money.missing", of="payout", **HOUSEHOLD_AND_HELPERS)
def missing(ref: str) -> Response:
    """The household has not got the money."""
    one, words = _payout(ref), tidy(request.form.get("words", "")) or _("It has not arrived.")

    def verb(session: Any, by: int, *, is_assisted: bool) -> None:
        services.report_missing(session, settlement_id=one.id, by=by, words=words, is_assisted=is_assisted)

    return _say(one, verb, _("Sent. An official asks the bank and tells you here."))


def _payout(ref: str) -> SettlementView:
    return authorise(queries.payout_by_ref(reader(), ref))


def _say(one: SettlementView, verb: Any, done: str) -> Response:
    by, is_assisted = me().user_id, one.household_id not in me().household_ids
    back = redirect(url_for("income.money", household=request.form.get("household") or None, _anchor="payouts"), 303)
    if is_assisted and request.form.get("agreed") != "yes":
        flash(_("Ask the household first, then tick that it agrees."), "bad")
        return back
    try:
        write(lambda session: verb(session, by, is_assisted=is_assisted))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(done, "ok")
    return back
