"""/payments/<service>/…: visits to a payment service's own page, the way back from it, and what the service notifies us of.

Buyers come back to a page that only reports. What is paid follows from notifications, and from looking the payment up.
"""

from functools import partial

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import clock, faults
from marketplace.kernel.words import Say
from marketplace.payments import rules, services
from marketplace.payments.gateways.protocol import (
    About,
    CheckoutFact,
    CheckoutWish,
    GatewayRefused,
    GatewaySilent,
    HostedGateway,
    NotGenuine,
    Stage,
)
from marketplace.payments.pages import ReturnedPage
from marketplace.payments.queries import hosted
from marketplace.payments.refusals import GatewayUnavailable, PaymentServiceRefused, PaymentServiceSilent
from marketplace.payments.values import CheckoutState, CheckoutView, DueView
from marketplace.payments.views.blueprint import bp, gateways, own_due, page_of
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.pages import private, public_url
from marketplace.web.policy import policy

#: Events are a few thousand bytes.
MOST_NOTICE_BYTES = 256 * 1024
#: The page that waits looks again by itself so often, after so many seconds.
_MOST_LOOKS, _LOOK_SECONDS = 20, 4
_UNDER_WAY = (CheckoutState.OPENING, CheckoutState.OPEN, CheckoutState.PROCESSING)


def open_visit_of(due: DueView, gateway: str) -> CheckoutView | None:
    """Return the visit in which what is due may be paid at a service now, or whose money is on its way; None if there is none."""
    visits = [one for one in hosted.checkouts_of(reader(), due_ref=due.ref) if one.gateway == gateway]
    now = clock.now()
    going = (one for one in reversed(visits) if one.state is CheckoutState.PROCESSING)
    live = (one for one in visits if one.state is CheckoutState.OPEN and one.expires_at > now)
    return next(going, None) or next(live, None)


def end_other_visits(due: DueView, gateway: str) -> str:
    """Let no other page take money for what is due, before a way to pay is taken; return the service where it is paid already.

    Raises:
        PaymentServiceSilent: the service to be opened again does not say that the earlier page is closed.
    """
    for visit in hosted.live_checkouts_of(reader(), due_ref=due.ref):
        if visit.state is CheckoutState.OPENING or (visit.gateway == gateway and _is_good_still(visit)):
            continue
        try:
            fact = gateways().hosted(visit.gateway).expire(visit.session_id)
        except (GatewaySilent, GatewayRefused, GatewayUnavailable) as error:
            if visit.gateway == gateway:
                raise PaymentServiceSilent from error
            continue  # the sweep ends it within a minute; money that comes meanwhile is known by its name
        write(partial(_take, gateway=visit.gateway, fact=fact))
        if fact.stage in (Stage.PAID, Stage.PROCESSING):
            return visit.gateway
    return ""


def open_visit(due: DueView, gateway: str) -> Response:
    """Open the service's page in three steps: write down what is asked, ask, take the answer down.

    Raises:
        PaymentServiceSilent, PaymentServiceRefused: there is no page.
    """
    offered, locale, site = gateways(), locale_id(), public_url("")
    visit = write(
        lambda session: services.begin_checkout(session, gateways=offered, ref=due.ref, gateway=gateway, locale=locale, site=site)
    )
    faults.point("checkout.attempted")
    if visit.state is CheckoutState.PROCESSING:
        return redirect(url_for("payments.returned", gateway=gateway, ref=due.ref), code=303)
    if visit.state is CheckoutState.OPENING:
        say: Say = current_app.extensions["words"].said
        fact = _opened(offered.hosted(gateway), visit, hosted.wish_of(reader(), checkout=visit, say=say))
        faults.point("checkout.called")
        write(partial(_take, gateway=gateway, fact=fact))
    return redirect(url_for("payments.start", ref=due.ref), code=303)


@bp.get("/payments/<gateway>/return/<ref>")
@policy("pay.returned", known=True, of="purchase")
def returned(gateway: str, ref: str) -> Response:
    """Report how a payment stands, and look again for a while; nothing is fulfilled here."""
    due = own_due(ref)
    gateways().hosted(gateway)
    visits = [one for one in hosted.checkouts_of(reader(), due_ref=due.ref) if one.gateway == gateway]
    if not visits or hosted.surpluses_of(reader(), due_ref=due.ref):
        return redirect(url_for("payments.start", ref=ref), code=303)
    if due.is_paid:
        return redirect(page_of(due), code=303)
    latest = visits[-1]
    if latest.state not in _UNDER_WAY:
        flash(_("The payment did not go through. Nothing was taken; try again or pay another way."), "bad")
        return redirect(url_for("payments.start", ref=ref), code=303)
    looks = request.args.get("n", default=0, type=int)
    again = url_for("payments.returned", gateway=gateway, ref=ref, n=min(max(looks, 0), _MOST_LOOKS) + 1)
    page = ReturnedPage(due, page_of(due), again, is_on_its_way=latest.state is CheckoutState.PROCESSING)
    answer = private(render_template("payments/returned.html", page=page, tab="basket"))
    if looks < _MOST_LOOKS:
        answer.headers["Refresh"] = f"{_LOOK_SECONDS}; url={again}"
    return answer


@bp.post("/payments/<gateway>/webhook")
@policy("webhook.payments", public=True)  # a payment service cannot sign in: its signature over the body stands for it
def notified(gateway: str) -> tuple[str, int]:
    """Take a notification: prove it, look its object up, do what it leads to. 2xx only once that is committed."""
    offered = gateways()
    service = offered.hosted(gateway)
    request.max_content_length = MOST_NOTICE_BYTES
    body = request.get_data(cache=False)
    try:
        notice = service.read(body, dict(request.headers))
    except NotGenuine:
        return "", 400
    if hosted.is_notified(reader(), gateway=gateway, event_id=notice.event_id):
        return "", 200
    try:
        facts = tuple(service.look_up(notice)) if notice.about is not About.NOTHING else ()
    except (GatewaySilent, GatewayRefused):
        return "", 503  # it is sent again
    write(lambda session: services.take_notice(session, gateways=offered, gateway=gateway, notice=notice, facts=facts))
    faults.point("webhook.committed")
    return "", 200


def _opened(service: HostedGateway, visit: CheckoutView, wish: CheckoutWish) -> CheckoutFact:
    """Return the page that was opened; where there will be none under this key, the visit is given up."""
    try:
        return service.open(wish)
    except GatewayRefused as no:
        write(lambda session: services.give_up_checkout(session, checkout_id=visit.id))
        raise PaymentServiceRefused from no
    except GatewaySilent as error:
        if error.is_stuck:
            write(lambda session: services.give_up_checkout(session, checkout_id=visit.id))
        raise PaymentServiceSilent from error


def _take(session: Session, *, gateway: str, fact: CheckoutFact) -> str:
    return services.take_checkout(session, gateways=gateways(), gateway=gateway, fact=fact)


def _is_good_still(visit: CheckoutView) -> bool:
    """Say whether a page that is open can be offered again: long enough, and in the reader's language."""
    return visit.locale == locale_id() and visit.expires_at - clock.now() >= rules.LEAST_LEFT
