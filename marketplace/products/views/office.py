"""The village's queue: what waits, beside what is usual, and a decision with its reason."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_
from marketplace.media import queries as media
from marketplace.products import queries, services
from marketplace.products.forms import LicenceForm, ReturnForm
from marketplace.products.models import Offer
from marketplace.products.pages import QueuePage, WaitingOffer
from marketplace.products.values import VarietyView
from marketplace.products.views.blueprint import bp
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.nav import NavItem, Section
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal

DECIDERS: dict[str, Any] = {"village_official": Reach.AREA, "township_official": Reach.AREA, "county_official": Reach.AREA}
READERS: dict[str, Any] = {**DECIDERS, "auditor": Reach.AREA}
OFFICE_NAV = (
    NavItem("products.queue", N_("Goods to approve"), tuple(READERS), queries.count_waiting, order=30, section=Section.TRADE),
)


@bp.get("/office/offers")
@policy("offers.queue", **READERS)
def queue() -> str:
    """Show what waits in one's area, the oldest first."""
    return _queue()


@bp.post("/office/offers/<ref>/approve")
@policy("offers.approve", of="offer", **DECIDERS)
def approve(ref: str) -> Response:
    """Put an offer on sale."""
    offer = authorise(queries.offer_by_ref(reader(), ref))
    offer_id, title, by = offer.id, offer.title_zh, me().user_id

    def verb(session: Session) -> None:
        services.approve_offer(session, offer_id=offer_id, by=by)

    try:
        write(verb)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("“%(title)s” is on sale.", title=title), "ok")
    return redirect(url_for("products.queue"), code=303)


@bp.post("/office/offers/<ref>/return")
@policy("offers.return", of="offer", **DECIDERS)
def send_back(ref: str) -> str | Response:
    """Send an offer back with a reason its household can act on."""
    offer = authorise(queries.offer_by_ref(reader(), ref))
    form = ReturnForm()
    if not form.validate():
        return _queue({f"reason-{ref}": form.errors_for("reason") or ""}, ref)
    offer_id, title, by, reason = offer.id, offer.title_zh, me().user_id, form.reason.data or ""
    try:
        write(lambda session: services.reject_offer(session, offer_id=offer_id, by=by, reason=reason))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("“%(title)s” went back with your words.", title=title), "ok")
    return redirect(url_for("products.queue"), code=303)


@bp.post("/office/offers/<ref>/licence")
@policy("offers.record_licence", of="offer", **DECIDERS)
def record_licence(ref: str) -> str | Response:
    """Put on file the licence that these goods need."""
    offer = authorise(queries.offer_by_ref(reader(), ref))
    form = LicenceForm()
    if not form.validate():
        return _queue({f"{name}-{ref}": form.errors_for(name) or "" for name in form.errors}, ref)
    seller_id, code, by = offer.seller_id, offer.category_code, me().user_id
    number, valid_to = form.number.data or "", form.valid_to.data or clock.today()
    write(
        lambda session: services.record_licence(
            session, seller_id=seller_id, category_code=code, number=number, valid_to=valid_to, by=by
        )
    )
    flash(_("The licence is on file."), "ok")
    return redirect(url_for("products.queue"), code=303)


def _queue(errors: dict[str, str] | None = None, failed_ref: str | None = None) -> str:
    codes = reachable_areas()
    offers = queries.offers_waiting(reader(), codes)
    may_write = bool(visitor().roles & set(DECIDERS))
    page = QueuePage(_waiting(list(offers), may_write=may_write), may_write, errors or {}, failed_ref)
    return render_template("products/queue.html", page=page, has_errors=bool(errors))


def _waiting(offers: list[Offer], *, may_write: bool) -> list[WaitingOffer]:
    """Return the offers with what a decision needs, each part read once for all."""
    ids = [each.id for each in offers]
    pictures = queries.images_of_offers(reader(), ids)
    views = media.image_views(reader(), [one for shown in pictures.values() for one in shown])
    left = queries.left_of(reader(), ids)
    sellers = farmers.seller_cards(reader(), {each.seller_id for each in offers})
    categories = {each.code: each for each in queries.categories(reader())}
    guides = {each.code: each for each in queries.varieties(reader())}
    names = areas.names(reader()) if offers else {}
    held = queries.licensed(reader(), sellers, clock.today())
    shown = []
    for each in offers:
        category = categories[each.category_code]
        guide: VarietyView | None = guides.get(each.variety)
        low = guide.guidance_low_fen if guide else category.guidance_low_fen
        high = guide.guidance_high_fen if guide else category.guidance_high_fen
        asked_fen = each.per_500g_fen if category.is_by_weight else each.price_fen
        lacks = category.needs_licence and (each.seller_id, category.code) not in held
        own = each.household_id in me().household_ids
        images = [views[one] for one in pictures.get(each.id, ()) if one in views]
        shown.append(
            WaitingOffer(
                ref=each.ref, title=(each.title_en if locale_id() == "en" else "") or each.title_zh, story=each.story,
                image=images[0] if images else None, images=images, price_fen=each.price_fen,
                per_500g_fen=each.per_500g_fen if category.is_by_weight else None,
                guidance=(low, high), is_outside_guidance=not low <= asked_fen <= high,
                seller_name=sellers[each.seller_id].display_name, seller_ref=sellers[each.seller_id].ref,
                village=names[each.village_code][locale_id() == "en"], left=left.get(each.id, 0), harvest_on=each.harvest_on,
                created_at=each.created_at, behalf=each.on_behalf_of_consent_id is not None,
                may_decide=may_write and not own and each.listed_by != me().user_id,
                lacks_licence=category.name(locale_id()) if lacks else None, category_code=category.code,
            )
        )  # fmt: skip
    return shown
