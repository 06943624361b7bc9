"""/pay/<purchase or booking>: how to pay, how much, until when; and the trial till where no money is."""

import datetime as dt

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal
from marketplace.payments import queries, services
from marketplace.payments.gateways import HostedGateway
from marketplace.payments.pages import GoingBackPage, PayPage
from marketplace.payments.queries import hosted
from marketplace.payments.values import HOLDER_WORDS, OFFLINE, SANDBOX, DueView, IntentState, ReceiptState
from marketplace.payments.views.blueprint import bp, gateways, own_due, page_of, waits
from marketplace.payments.views.hosted import end_other_visits, open_visit, open_visit_of
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import policy
from marketplace.web.words import flash_refusal

#: A hold this short has a clock.
_SHORT = dt.timedelta(hours=1)


@bp.get("/pay/<ref>")
@policy("pay.see", known=True, of="purchase")
def start(ref: str) -> Response:
    """Offer the ways to pay; once one is chosen, say exactly what to do. Money on its way back is told of here."""
    due = own_due(ref)
    if not waits(due):
        going_back = hosted.surpluses_of(reader(), due_ref=due.ref)
        if not going_back:
            return redirect(page_of(due), code=303)
        return private(
            render_template("payments/going_back.html", page=GoingBackPage(due, page_of(due), going_back), tab="basket")
        )
    return private(_page(due, "" if request.args.get("other") else due.gateway))


@bp.post("/pay/<ref>")
@policy("pay.choose", known=True, of="purchase")
def choose(ref: str) -> Response:
    """Take a way to pay; what is held is kept as long as it takes. Another's page that is still open takes no more money."""
    due = own_due(ref)
    gateway, offered = tidy(request.form.get("gateway", ""))[:20], gateways()
    try:
        if paid_at := end_other_visits(due, gateway):
            return redirect(url_for("payments.returned", gateway=paid_at, ref=ref), code=303)
        if isinstance(offered.get(gateway), HostedGateway):
            return open_visit(due, gateway)
        write(lambda session: services.start_payment(session, gateways=offered, ref=due.ref, gateway=gateway).id)
    except Refusal as no:
        flash_refusal(no)
    if gateway == SANDBOX:
        return redirect(url_for("payments.trial", ref=ref), code=303)
    return redirect(url_for("payments.start", ref=ref), code=303)


@bp.get("/pay/<ref>/sandbox")
@policy("pay.trial", known=True, of="purchase")
def trial(ref: str) -> Response:
    """Show the trial till, where this deployment has one."""
    due = own_due(ref)
    gateways().get(SANDBOX)
    if not waits(due):
        return redirect(page_of(due), code=303)
    return private(render_template("payments/trial.html", page=_facts(due, SANDBOX, ids.uuid7()), tab="basket"))


@bp.post("/pay/<ref>/sandbox")
@policy("pay.try", known=True, of="purchase")
def pay_trial(ref: str) -> Response:
    """Pay, or let the payment fail, as the person chose; no money moves."""
    due, offered = own_due(ref), gateways()
    offered.get(SANDBOX)
    key, succeeds = tidy(request.form.get("key", ""))[:60] or ids.uuid7(), request.form.get("outcome") != "fail"

    def verb(session: Session) -> IntentState:
        intent = services.start_payment(session, gateways=offered, ref=due.ref, gateway=SANDBOX)
        return services.pay_at_trial_till(
            session, gateways=offered, intent_id=intent.id, key=f"{due.ref}/{key}", succeeds=succeeds
        ).state

    try:
        state = write(verb)
    except Refusal as no:
        flash_refusal(no)
        return redirect(page_of(due), code=303)
    if state is IntentState.SUCCEEDED:
        flash(_("Paid in trial. No money moved."), "ok")
        return redirect(page_of(due), code=303)
    flash(_("The payment did not go through. Nothing was taken; try again or pay another way."), "bad")
    return redirect(url_for("payments.trial", ref=ref), code=303)


def _facts(due: DueView, chosen: str, key: str = "") -> PayPage:
    at = locale_id() == "en"
    receipts = queries.receipts_of(reader(), due_ref=due.ref) if chosen == OFFLINE else ()
    left = due.hold_until - clock.now()
    return PayPage(
        due=due,
        own_url=page_of(due),
        offered=gateways().offered,
        holder_words=HOLDER_WORDS,
        chosen=chosen if chosen in {view.name for view in gateways().offered} else "",
        account=current_app.extensions["settings"].offline_account,
        place=areas.names(reader(), [due.area_code])[due.area_code][at],
        is_recorded=any(receipt.state is ReceiptState.RECORDED for receipt in receipts),
        seconds_left=int(left.total_seconds()) if left <= _SHORT else None,
        key=key,
        visit=open_visit_of(due, chosen),
    )


def _page(due: DueView, chosen: str) -> str:
    return render_template("payments/pay.html", page=_facts(due, chosen), tab="basket")
