"""/office/payment-disputes: buyers' disputes at the card's bank, when evidence is due, and who bears a lost one."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Refusal
from marketplace.payments import services
from marketplace.payments.pages import DisputesPage
from marketplace.payments.queries import hosted
from marketplace.payments.values import BEARER_WORDS, DISPUTE_STATE_WORDS, DisputeView
from marketplace.payments.views.blueprint import OFFICIALS, READERS, bp, gateways
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal


@bp.get("/office/payment-disputes")
@policy("disputes.list", **READERS)
def disputes() -> str:
    """List disputes: first those that somebody has to answer or decide."""
    page = DisputesPage(
        disputes=hosted.disputes_in(reader(), areas=reachable_areas()),
        ways=gateways().offered,
        me=me().user_id,
        may_write=bool(visitor().roles & set(OFFICIALS)),
        state_words=DISPUTE_STATE_WORDS,
        bearer_words=BEARER_WORDS,
    )
    return render_template("payments/disputes.html", page=page)


@bp.post("/office/payment-disputes/<ref>/propose")
@policy("disputes.propose", of="dispute", **OFFICIALS)
def propose(ref: str) -> Response:
    """Propose that a lost dispute be borne as the rule says."""
    dispute, by = _dispute(ref), me().user_id
    try:
        write(lambda session: services.propose_bearer(session, dispute_id=dispute.id, by=by).ref)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Proposed. Another official must decide it."), "ok")
    return redirect(url_for("payments.disputes"), code=303)


@bp.post("/office/payment-disputes/<ref>/decide")
@policy("disputes.decide", of="dispute", **OFFICIALS)
def decide(ref: str) -> Response:
    """Decide, as another official, who bears it."""
    dispute, by = _dispute(ref), me().user_id
    try:
        write(lambda session: services.decide_bearer(session, dispute_id=dispute.id, by=by).ref)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Decided. The book has moved."), "ok")
    return redirect(url_for("payments.disputes"), code=303)


def _dispute(ref: str) -> DisputeView:
    found = hosted.dispute_by_ref(reader(), ref=ref)
    return authorise(found, village_code=found.area_code if found else None)
