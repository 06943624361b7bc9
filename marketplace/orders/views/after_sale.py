"""/office/after-sale: refunds asked for, each with what a decision needs; whoever asked does not approve."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.media import queries as media
from marketplace.media.services import DiskStore
from marketplace.media.values import MEDIA_TYPES, ImageView
from marketplace.orders import queries, services
from marketplace.orders.forms import AnswerForm
from marketplace.orders.pages import AfterSalePage, WaitingRefund
from marketplace.orders.values import CLAIM_BASIS_WORDS, REFUND_REASON_WORDS, ClaimView, RefundState, RefundView
from marketplace.orders.views import wording
from marketplace.orders.views.blueprint import OFFICIALS, READERS, bp
from marketplace.web.db import reader, write
from marketplace.web.files import send_private
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

_ANSWERED = tuple(state for state in RefundState if state is not RefundState.REQUESTED)


@bp.get("/office/after-sale")
@policy("refunds.list", **READERS)
def after_sale() -> str:
    """List the refunds of one's area that wait, and the latest answered."""
    return _page()


@bp.post("/office/after-sale/<ref>/approve")
@policy("refunds.approve", of="refund", **OFFICIALS)
def approve_refund(ref: str) -> Response:
    """Agree; the money is sent next."""
    refund, by = authorise(queries.refund_by_ref(reader(), ref=ref)), me().user_id
    try:
        write(lambda session: services.approve_refund(session, refund_id=refund.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Approved. The money is sent next."), "ok")
    return redirect(url_for("orders.after_sale"), code=303)


@bp.post("/office/after-sale/<ref>/reject")
@policy("refunds.reject", of="refund", **OFFICIALS)
def reject_refund(ref: str) -> Response | tuple[str, int]:
    """Turn it down, in words the buyer reads."""
    refund, by = authorise(queries.refund_by_ref(reader(), ref=ref)), me().user_id
    form = AnswerForm()
    if not form.is_posted_and_valid():
        reachable_areas()
        return _page({f"answer-{ref}": form.errors_for("answer") or ""}), 422
    wish: dict[str, Any] = {"refund_id": refund.id, "by": by, "answer": form.answer.data}
    try:
        write(lambda session: services.reject_refund(session, **wish).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Turned down. The buyer reads your words."), "ok")
    return redirect(url_for("orders.after_sale"), code=303)


@bp.get("/office/after-sale/<ref>/photos/<image_ref>/<name>")
@policy("refunds.photo", of="refund", **READERS)
def claim_photo(ref: str, image_ref: str, name: str) -> Response:
    """Send one file of a photo that came with a claim of one's area."""
    refund = authorise(queries.refund_by_ref(reader(), ref=ref))
    image = media.image_by_ref(reader(), image_ref)
    if image is None or not queries.has_claim_photo(reader(), refund_id=refund.id, image_id=image.id):
        raise NotThere
    path = DiskStore(current_app.extensions["settings"].media_dir).path(image.sha256, name)
    if path is None:
        raise NotThere
    return send_private(path, MEDIA_TYPES[path.suffix[1:]])


def _page(errors: dict[str, str] | None = None) -> str:
    codes = reachable_areas()
    waiting = queries.refunds_in_areas(reader(), areas=codes, states=(RefundState.REQUESTED,), limit=50).rows
    answered = queries.refunds_in_areas(reader(), areas=codes, states=_ANSWERED, before=before_asked(), limit=30)
    claims = queries.claims_of_refunds(reader(), refund_ids=[refund.id for refund in waiting])
    photos = media.private_image_views(reader(), [image_id for claim in claims.values() for image_id in claim.image_ids])
    names = areas.names(reader()) if waiting or answered.rows else {}
    at = locale_id() == "en"
    villages = {refund.village_code: names[refund.village_code][at] for refund in (*waiting, *answered.rows)}
    page = AfterSalePage(
        waiting=[_waiting(refund, villages[refund.village_code], claims[refund.id], photos) for refund in waiting],
        answered=[(refund, wording.refund_words(refund), wording.REFUND_KINDS[refund.state]) for refund in answered.rows],
        villages=villages,
        may_write=bool(visitor().roles & set(OFFICIALS)),
        errors=errors or {},
        next_url=url_for("orders.after_sale", before=answered.next_before) if answered.next_before else None,
    )
    return render_template("orders/after_sale.html", page=page, has_errors=bool(errors))


def _waiting(refund: RefundView, village: str, claim: ClaimView, photos: Mapping[int, ImageView]) -> WaitingRefund:
    own = refund.household_id is not None and refund.household_id in me().household_ids
    here = url_for("orders.after_sale")
    return WaitingRefund(
        refund=refund,
        village=village,
        reason=_(REFUND_REASON_WORDS[refund.reason]),
        basis=_(CLAIM_BASIS_WORDS[claim.basis]),
        photos=[photos[key].at(f"{here}/{refund.ref}/photos/{photos[key].ref}") for key in claim.image_ids if key in photos],
        may_decide=bool(visitor().roles & set(OFFICIALS)) and refund.requested_by != me().user_id and not own,
    )
