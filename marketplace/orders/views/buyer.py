"""A buyer's orders: found by number and four digits, followed, called off, complained of."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import services as accounts
from marketplace.areas import queries as areas
from marketplace.farmers.values import SHARE_WORDS
from marketplace.income.queries import drills
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media import queries as media
from marketplace.media.services import keep_photos, store_image
from marketplace.orders import queries, rules, services
from marketplace.orders.forms import BUYERS_REASONS, FindForm, RefundForm
from marketplace.orders.pages import FindPage, MinePage, OrderCard, PurchasePage, RefundPage
from marketplace.orders.refusals import ClaimPhotoNeeded
from marketplace.orders.values import (
    REFUND_REASON_WORDS,
    Contact,
    InvoiceState,
    InvoiceView,
    LineView,
    OrderState,
    OrderView,
    Problem,
    PurchaseState,
    PurchaseView,
    RefundReason,
    RefundState,
)
from marketplace.orders.views import wording
from marketplace.orders.views.blueprint import bp
from marketplace.products.values import ReviewView
from marketplace.tours import queries as tours
from marketplace.web import visits
from marketplace.web.db import reader, write
from marketplace.web.identity import acting_user, visitor
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import authorise, me, policy
from marketplace.web.requests import before_asked, files_sent
from marketplace.web.words import flash_refusal, say

#: First letter of a number -> who knows it, and its page: an order, a booking of a tour, a place on a waiting list.
_FINDERS: dict[str, tuple[Callable[..., object | None], str]] = {
    "L": (queries.known_to, "orders.show"),
    "B": (tours.known_to, "tours.show_booking"),
    "Q": (tours.waiting_known_to, "tours.waiting"),
}
_NOBODY = Contact("", "", "")


@bp.get("/orders")
@policy("orders.mine", signed_in=True)
def mine() -> Response:
    """List what the signed-in person ordered."""
    found = queries.purchases_of_buyer(reader(), user_id=me().user_id, before=before_asked())
    page = MinePage(
        rows=found.rows,
        images=media.image_views(reader(), [row.first_image_id for row in found.rows]),
        next_url=url_for("orders.mine", before=found.next_before) if found.next_before else None,
    )
    return private(render_template("orders/mine.html", page=page, tab="mine"))


@bp.get("/orders/find")
@policy("orders.find", public=True)
def find() -> Response:
    """Ask for an order's number and the last four digits of its telephone."""
    form = FindForm(formdata=None, number=request.args.get("number", "")[:24])
    return private(render_template("orders/find.html", page=FindPage(form)))


@bp.post("/orders/find")
@policy("orders.look_up", public=True)
def look_up() -> Response:
    """Open an order to whoever knows both; tries are counted in the database."""
    form = FindForm()
    if form.is_posted_and_valid():
        ref = (form.number.data or "").upper().replace(" ", "").partition("-")[0]
        address = request.remote_addr or ""
        try:
            write(lambda session: accounts.spend_try(session, kind="order", subject=ref, address=address))
        except Refusal as no:
            form.refuse(no)
            return private(render_template("orders/find.html", page=FindPage(form)), no.status)
        page = _found(ref, form.last_four.data or "")
        if page is not None:
            visits.remember_purchase(ref)
            return redirect(url_for(page, ref=ref), code=303)
        form.form_errors = [_("Nothing has this number and these four digits. Please check both.")]
    return private(render_template("orders/find.html", page=FindPage(form)), 422)


@bp.get("/orders/<ref>")
@policy("orders.show", known=True, of="purchase")
def show(ref: str) -> Response:
    """Show a purchase to its buyer; whoever else comes here is asked for the four digits."""
    try:
        purchase = own_purchase(ref)
    except NotThere:
        return redirect(url_for("orders.find", number=ref[:24]), code=303)
    return private(render_template("orders/show.html", page=_purchase_page(purchase), tab="mine"))


@bp.post("/orders/<ref>/cancel")
@policy("orders.cancel_purchase", known=True, of="purchase")
def cancel(ref: str) -> Response:
    """Call off a purchase that is not paid."""
    purchase, by = own_purchase(ref), acting_user()
    try:
        write(lambda session: services.cancel_purchase(session, purchase_id=purchase.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("It is called off. Nothing was paid and nothing is owed."), "ok")
    return redirect(url_for("orders.show", ref=ref), code=303)


@bp.post("/orders/<ref>/again")
@policy("orders.order_again", known=True, of="purchase")
def order_again(ref: str) -> Response:
    """Put what was ordered and not paid into the basket once more; what is not sold any more is left out, and said so."""
    purchase = own_purchase(ref)
    if purchase.state not in rules.ENDED_UNPAID:
        return redirect(url_for("orders.show", ref=ref), code=303)
    wanted = {line.offer_ref: line.quantity for order in purchase.orders for line in order.lines}
    quote = queries.quote(reader(), items=list(wanted.items()), province=None)
    sold = {line.ref for order in quote.orders for line in order.lines if line.problem is not Problem.NOT_ON_SALE}
    added = {one: pieces for one, pieces in wanted.items() if one in sold}
    content = {**visits.basket(), **added}
    if len(content) > visits.MOST_KINDS:
        flash(
            _("One order takes at most %(most)d different goods. Please order the rest separately.", most=visits.MOST_KINDS),
            "bad",
        )
        return redirect(url_for("orders.cart"), code=303)
    visits.keep_basket(content)
    if len(sold) < len(wanted):
        flash(_("Some of it is not on sale any more and was left out."), "bad")
    elif added:
        flash(_("It is in your basket again."), "ok")
    return redirect(url_for("orders.cart"), code=303)


@bp.post("/orders/<ref>/parts/<order_ref>/cancel")
@policy("orders.cancel_order", known=True, of="purchase")
def cancel_order(ref: str, order_ref: str) -> Response:
    """Ask for a paid order back that was not sent; the village answers."""
    purchase, by = own_purchase(ref), acting_user()
    order = next((each for each in purchase.orders if each.ref == order_ref), None)
    if order is None:
        raise NotThere
    # a second touch finds the first one's refunds; after a refusal it may be asked anew
    key = f"cancel/{order.ref}/{sum(refund.state is RefundState.REJECTED for refund in order.refunds)}"
    try:
        write(lambda session: len(services.cancel_order(session, order_id=order.id, by=by, key=key)))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Asked for. The village answers within a day, then the money goes back the way it came."), "ok")
    return redirect(url_for("orders.show", ref=ref), code=303)


@bp.get("/orders/<ref>/lines/<int:line_id>/refund")
@policy("orders.ask_refund", known=True, of="purchase")
def ask_refund(ref: str, line_id: int) -> Response:
    """Ask what is wrong with how many."""
    purchase = own_purchase(ref)
    order, line = _line(purchase, line_id)
    form = RefundForm(formdata=None, key=ids.uuid7(), quantity=line.refundable_quantity)
    return _refund_page(purchase, order, line, form)


@bp.post("/orders/<ref>/lines/<int:line_id>/refund")
@policy("orders.request_refund", known=True, of="purchase")
def request_refund(ref: str, line_id: int) -> Response:
    """Take the complaint and its photos; an official answers it."""
    purchase, by = own_purchase(ref), acting_user()
    order, line = _line(purchase, line_id)
    form = RefundForm()
    if not form.is_posted_and_valid():
        return _refund_page(purchase, order, line, form, 422)
    folder = current_app.extensions["settings"].media_dir
    try:
        photos = keep_photos(folder, files_sent("photos", rules.MOST_CLAIM_PHOTOS), is_private=True)
    except Refusal as no:
        return _refund_page(purchase, order, line, form, no.status, say(no))
    wish: dict[str, Any] = {
        "key": f"{order.ref}/{form.key.data or ids.uuid7()}"[:80], "line_id": line.id, "quantity": form.quantity.data,
        "reason": RefundReason(form.reason.data), "note": form.note.data or "",
        # goods that come back to a household far away are not sold again; what never left the house is
        "restock": order.state in rules.UNSENT, "by": by, "is_quality_claim": form.quality.data == "yes",
    }  # fmt: skip

    def verb(session: Session) -> str:
        shown = [store_image(session, photo, uploaded_by=by).id for photo in photos]
        return services.request_refund(session, image_ids=shown, **wish).ref

    try:
        write(verb)
    except ClaimPhotoNeeded as no:
        return _refund_page(purchase, order, line, form, no.status, say(no))
    except Refusal as no:
        form.refuse(no)
        return _refund_page(purchase, order, line, form, no.status)
    flash(_("Asked for. The village answers within a day, then the money goes back the way it came."), "ok")
    return redirect(url_for("orders.show", ref=ref), code=303)


def _found(ref: str, last_four: str) -> str | None:
    """Return the page of what a number and four digits open, if they open anything."""
    known_to, page = _FINDERS.get(ref[:1], (queries.known_to, "orders.show"))
    return page if known_to(reader(), ref=ref, last_four=last_four) is not None else None


def own_purchase(ref: str) -> PurchaseView:
    """Return a purchase to the browser that placed or found it, and to its signed-in buyer."""
    return authorise(queries.purchase_by_ref(reader(), ref=ref))


def _line(purchase: PurchaseView, line_id: int) -> tuple[OrderView, LineView]:
    for order in purchase.orders:
        for line in order.lines:
            if line.id == line_id and order.paid_at is not None and line.refundable_quantity:
                return order, line
    raise NotThere


def _refund_page(
    purchase: PurchaseView,
    order: OrderView,
    line: LineView,
    form: RefundForm,
    status: int = 200,
    photo_refusal: str | None = None,
) -> Response:
    is_fresh = line.after_sale_hours < rules.RETURN_HOURS
    until = order.delivered_at + dt.timedelta(hours=line.after_sale_hours) if is_fresh and order.delivered_at else None
    page = RefundPage(
        purchase=purchase,
        line=line,
        form=form,
        # fresh goods are not sent back because somebody thinks better of it
        reasons=[
            (str(reason), _(REFUND_REASON_WORDS[reason]))
            for reason in BUYERS_REASONS
            if reason is not RefundReason.CHANGED_MIND or not is_fresh or order.state in rules.UNSENT
        ],
        photo_until=until,
        is_photo_time=until is not None and clock.now() <= until,
        photo_refusal=photo_refusal,
    )
    return private(render_template("orders/refund.html", page=page, tab="mine"), status)


def _purchase_page(purchase: PurchaseView) -> PurchasePage:
    headline, kind, words = wording.purchase_words(purchase)
    names = areas.names(reader(), (order.village_code for order in purchase.orders))
    invoices = queries.invoices_of_orders(reader(), [order.id for order in purchase.orders]) if purchase.paid_at else {}
    lines = [line.id for order in purchase.orders if order.state in rules.ARRIVED for line in order.lines]
    reviews = queries.reviews_of_lines(reader(), lines)
    waits = purchase.state is PurchaseState.AWAITING_PAYMENT and purchase.hold_until > clock.now()
    return PurchasePage(
        purchase=purchase,
        cards=[
            _card(order, names[order.village_code][locale_id() == "en"], invoices.get(order.id), reviews)
            for order in purchase.orders
        ],
        images=media.image_views(
            reader(),
            [
                *(line.image_id for order in purchase.orders for line in order.lines),
                *(image_id for one in reviews.values() for image_id in one.image_ids),
            ],
        ),
        contact=queries.contact_of(reader(), purchase_id=purchase.id, sealer=current_app.extensions["sealer"]),
        headline=headline,
        kind=kind,
        words=words,
        pay_url=url_for("payments.start", ref=purchase.ref) if waits else None,
        can_cancel=waits,
        can_order_again=purchase.state in rules.ENDED_UNPAID,
    )


def _card(order: OrderView, village: str, invoice: InvoiceView | None, reviews: Mapping[int, ReviewView]) -> OrderCard:
    words, kind = wording.state_of(order)
    split, split_fen = _split(order) if order.paid_at is not None else ((), 0)
    is_asked = any(refund.state is not RefundState.REJECTED for refund in order.refunds)
    return OrderCard(
        order=order,
        village=village,
        state_words=words,
        state_kind=kind,
        steps=wording.steps_of(order) if order.paid_at is not None else (),
        next_words=wording.next_of(order),
        split=split,
        split_fen=split_fen,
        can_cancel=order.paid_at is not None and order.state in rules.UNSENT and not is_asked,
        invoice=invoice,
        can_invoice=split_fen > 0 and (invoice is None or invoice.state is InvoiceState.REQUESTED),
        refund_words={refund.id: wording.refund_words(refund) for refund in order.refunds},
        reviews=reviews,
        can_review=order.state in rules.ARRIVED and not _is_own(order),
    )


def _is_own(order: OrderView) -> bool:
    """Say whether whoever looks acts for the household that sold it."""
    person = visitor().person
    return person is not None and order.household_id in person.household_ids


def _split(order: OrderView) -> tuple[list[tuple[str, int, str]], int]:
    """Return where this order's money went, to the fen, as the book has it."""
    figures, gateway_fen = drills.figures_of_sources(reader(), [line.source for line in order.lines])
    kept = figures.gross_fen - figures.refunds_fen
    freight_fen = order.freight_fen - sum(refund.freight_fen for refund in order.refunds if refund.state in rules.DONE_REFUNDS)
    parts = [
        (_(SHARE_WORDS[order.seller_kind]), kept - figures.fees_fen, "k1"),
        (_("Platform"), figures.fees_fen - gateway_fen, "k2"),
        (_("Payment service"), gateway_fen, "k3"),
        (_("Freight, to the carrier"), freight_fen, "k4"),
    ]
    if order.state is OrderState.CANCELLED or kept <= 0:
        return [], 0
    return [part for part in parts if part[1] > 0], kept + freight_fen
