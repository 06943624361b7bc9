"""What a household sells: pause and resume, price, stock."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Refusal
from marketplace.media import queries as media
from marketplace.products import queries, services
from marketplace.products.forms import PriceForm, StockForm
from marketplace.products.models import Offer
from marketplace.products.pages import OwnOffer, OwnOfferPage, OwnOffers
from marketplace.products.values import STATE_WORDS, OfferState
from marketplace.products.views.blueprint import bp
from marketplace.products.views.desk import LISTERS, own_offer
from marketplace.web.db import reader, write
from marketplace.web.language import locale_id
from marketplace.web.policy import home_url, is_within_reach, me, my_households, policy
from marketplace.web.words import flash_refusal

#: How a state is coloured; words always stand beside it.
KINDS = {
    OfferState.DRAFT: "wait",
    OfferState.SUBMITTED: "wait",
    OfferState.ON_SALE: "ok",
    OfferState.PAUSED: "plain",
    OfferState.OUT_OF_SEASON: "plain",
    OfferState.ARCHIVED: "plain",
}


@bp.get("/desk/offers")
@policy("products.own_offers", **LISTERS)
def own_offers() -> str:
    """List what the household has listed, and what one listed for others, as far as one still acts for them."""
    households = my_households()
    offers = queries.offers_of_households(reader(), households)
    others = [
        each
        for each in queries.offers_listed_by(reader(), me().user_id)
        if each.household_id not in households and is_within_reach(village_code=each.village_code, household_id=each.household_id)
    ]
    page = OwnOffers(_own([*offers, *others]), bool(households))
    return render_template("products/own_offers.html", page=page, back_url=home_url())


@bp.get("/desk/offers/<ref>")
@policy("products.own_offer", of="offer", **LISTERS)
def own_offer_page(ref: str) -> str:
    """Show one offer with what can be changed."""
    return _page(own_offer(ref), PriceForm(formdata=None), StockForm(formdata=None))


@bp.post("/desk/offers/<ref>/pause")
@policy("products.pause", of="offer", **LISTERS)
def pause(ref: str) -> Response:
    """Take it off the shelf for a while."""
    return _step(ref, lambda session, offer_id, by: services.pause_offer(session, offer_id=offer_id, by=by), _("Paused."))


@bp.post("/desk/offers/<ref>/resume")
@policy("products.resume", of="offer", **LISTERS)
def resume(ref: str) -> Response:
    """Put it back on sale."""
    return _step(ref, lambda session, offer_id, by: services.resume_offer(session, offer_id=offer_id, by=by), _("On sale again."))


@bp.post("/desk/offers/<ref>/archive")
@policy("products.archive", of="offer", **LISTERS)
def archive(ref: str) -> Response:
    """Put it away for good."""
    return _step(ref, lambda session, offer_id, by: services.archive_offer(session, offer_id=offer_id, by=by), _("Put away."))


@bp.post("/desk/offers/<ref>/price")
@policy("products.change_price", of="offer", **LISTERS)
def change_price(ref: str) -> str | Response:
    """Change the price from now on."""
    offer = own_offer(ref)
    form = PriceForm()
    if not form.validate():
        return _page(offer, form, StockForm(formdata=None))
    price = int(form.price.data or 0)
    return _step(
        ref,
        lambda session, offer_id, by: services.change_price(session, offer_id=offer_id, price_fen=price, by=by),
        _("The new price holds from now on."),
    )


@bp.post("/desk/offers/<ref>/stock")
@policy("products.set_stock", of="offer", **LISTERS)
def set_stock(ref: str) -> str | Response:
    """Say how many are left."""
    offer = own_offer(ref)
    form = StockForm()
    if not form.validate():
        return _page(offer, PriceForm(formdata=None), form)
    left = int(form.left.data or 0)
    return _step(
        ref,
        lambda session, offer_id, by: services.set_stock(session, offer_id=offer_id, left=left, by=by),
        _("The number left is up to date."),
    )


def _step(ref: str, verb: Callable[[Session, int, int], object], words: str) -> Response:
    offer = own_offer(ref)
    offer_id, by = offer.id, me().user_id
    try:
        write(lambda session: verb(session, offer_id, by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(words, "ok")
    return redirect(url_for("products.own_offer_page", ref=ref), code=303)


def _page(offer: Offer, price_form: PriceForm, stock_form: StockForm) -> str:
    page = OwnOfferPage(
        offer=_own([offer])[0],
        price_form=price_form,
        stock_form=stock_form,
        can_pause=offer.state == OfferState.ON_SALE,
        can_resume=offer.state in (OfferState.PAUSED, OfferState.OUT_OF_SEASON),
        is_new="new" in request.args,
    )
    has_errors = bool(price_form.errors or stock_form.errors)
    return render_template("products/own_offer.html", page=page, back_url=url_for("products.own_offers"), has_errors=has_errors)


def _own(offers: Sequence[Offer]) -> list[OwnOffer]:
    ids = [each.id for each in offers]
    pictures = queries.images_of_offers(reader(), ids)
    views = media.image_views(reader(), [shown[0] for shown in pictures.values()])
    left = queries.left_of(reader(), ids)
    return [
        OwnOffer(
            ref=each.ref,
            title=((each.title_en if locale_id() == "en" else "") or each.title_zh) or _("Not finished"),
            url=url_for("products.own_offer_page", ref=each.ref),
            image=views.get(pictures.get(each.id, (0,))[0]),
            price_fen=each.price_fen,
            price_yuan=f"{each.price_fen / 100:g}",
            left=left.get(each.id, 0),
            sold=each.sold_count,
            state=each.state,
            state_words=_(STATE_WORDS[OfferState(each.state)]),
            state_kind=KINDS[OfferState(each.state)],
            shop_url=url_for("products.show", slug=each.slug) if each.state == OfferState.ON_SALE else None,
            reason=each.returned_reason if each.state == OfferState.DRAFT else "",
            next_url=url_for("products.describe", ref=each.ref) if each.state == OfferState.DRAFT else None,
        )
        for each in offers
    ]
