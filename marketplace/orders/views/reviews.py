"""A buyer says how it was, a line at a time, once it has come."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media.services import keep_photos, store_image
from marketplace.orders import queries, rules, services
from marketplace.orders.forms import ReviewForm
from marketplace.orders.pages import ReviewPage
from marketplace.orders.refusals import NotDelivered
from marketplace.orders.values import LineView, PurchaseView
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.buyer import own_purchase
from marketplace.products.values import MOST_REVIEW_PHOTOS, STARS_WORDS
from marketplace.web.db import reader, write
from marketplace.web.identity import acting_user
from marketplace.web.pages import private
from marketplace.web.policy import policy
from marketplace.web.requests import files_sent
from marketplace.web.words import flash_refusal, say


@bp.get("/orders/<ref>/lines/<int:line_id>/review")
@policy("orders.ask_review", known=True, of="purchase")
def ask_review(ref: str, line_id: int) -> Response:
    """Ask how it was; what was said before is shown where it stands."""
    purchase = own_purchase(ref)
    line, has_come = _line(purchase, line_id)
    if not has_come:
        flash_refusal(NotDelivered())
        return _order_page(purchase)
    if queries.reviews_of_lines(reader(), [line.id]):
        return _order_page(purchase, line)
    return _review_page(purchase, line, ReviewForm(formdata=None, key=ids.uuid7()))


@bp.post("/orders/<ref>/lines/<int:line_id>/review")
@policy("orders.review", known=True, of="purchase")
def review(ref: str, line_id: int) -> Response:
    """Take what the buyer says, and the photos."""
    purchase, by = own_purchase(ref), acting_user()
    line, _has_come = _line(purchase, line_id)
    form = ReviewForm()
    if not form.is_posted_and_valid():
        return _review_page(purchase, line, form, 422)
    folder = current_app.extensions["settings"].media_dir
    try:
        photos = keep_photos(folder, files_sent("photos", MOST_REVIEW_PHOTOS), is_private=False)
    except Refusal as no:
        return _review_page(purchase, line, form, no.status, say(no))
    key = f"{purchase.ref}/{form.key.data or ids.uuid7()}"[:80]
    stars, words = int(form.stars.data or 0), form.words.data or ""

    def verb(session: Session) -> str:
        shown = [store_image(session, photo, uploaded_by=by).id for photo in photos]
        return services.review_line(session, key=key, line_id=line.id, stars=stars, words=words, by=by, image_ids=shown)

    try:
        write(verb)
    except Refusal as no:
        form.refuse(no)
        return _review_page(purchase, line, form, no.status)
    flash(_("Thank you. Whoever buys next reads it."), "ok")
    return _order_page(purchase, line)


def _line(purchase: PurchaseView, line_id: int) -> tuple[LineView, bool]:
    """Return a line of the purchase, and whether its goods have come."""
    for order in purchase.orders:
        for line in order.lines:
            if line.id == line_id:
                return line, order.state in rules.ARRIVED
    raise NotThere


def _order_page(purchase: PurchaseView, line: LineView | None = None) -> Response:
    anchor = f"line-{line.id}" if line is not None else None
    return redirect(url_for("orders.show", ref=purchase.ref, _anchor=anchor), code=303)


def _review_page(
    purchase: PurchaseView, line: LineView, form: ReviewForm, status: int = 200, photo_refusal: str | None = None
) -> Response:
    page = ReviewPage(
        purchase=purchase,
        line=line,
        form=form,
        stars=[(number, _(words)) for number, words in STARS_WORDS.items()],
        photo_refusal=photo_refusal,
        are_photos_lost=photo_refusal is None and any(file.filename for file in request.files.getlist("photos")),
    )
    return private(render_template("orders/review.html", page=page, tab="mine"), status)
