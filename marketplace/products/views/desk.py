"""Listing in three screens, and what a household sells. Nothing needs typing; everything works without script.

Each screen is POST, redirect, GET; between them stands a draft. A village official or helper may do all of it for a household
that agreed, and the household stays the producer.
"""

import datetime as dt
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers import services as farmer_services
from marketplace.farmers.values import ConsentKind, SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.money import yuan
from marketplace.media.services import DiskStore, accept_image, keep_files, store_image
from marketplace.media.values import CleanImage
from marketplace.products import queries, rules, services
from marketplace.products.forms import GoodsForm, PhotoForm, sent_pictures
from marketplace.products.models import Offer
from marketplace.products.pages import CheckPage, Choice, GoodsPage, PhotoPage, Tile
from marketplace.products.refusals import ConsentNeeded, PhotoNeeded, SellerNotApproved
from marketplace.products.rules import unit_price, weight_words
from marketplace.products.values import USUAL_WORDS, OfferState, SellMode, UsualPrice, VarietyView, price_split
from marketplace.products.views.blueprint import bp
from marketplace.web.db import reader, write
from marketplace.web.filters import money
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, home_url, me, my_households, policy
from marketplace.web.words import say

LISTERS: dict[str, Any] = {"farmer": Reach.HOUSEHOLD, "village_official": Reach.AREA, "helper": Reach.HOUSEHOLD}
STOCKS = (10, 20, 50, 100, 200)
#: Days since the harvest, offered as chips.
HARVESTS = (0, 1, 7, 30)
#: Tiles shown before "more".
FEW_TILES = 6


@bp.get("/desk/offers/new")
@policy("products.list", of="household", **LISTERS)
def photograph() -> str:
    """First screen: whose goods, and their photographs."""
    return _photo_page(PhotoForm(formdata=None), request.args.get("household", ""))


@bp.post("/desk/offers/new")
@policy("products.start_draft", of="household", **LISTERS)
def take_photographs() -> str | Response:
    """Clean the photographs, then begin the draft."""
    form = PhotoForm()
    household_ref = form.household.data or ""
    household_id = asked_household(household_ref).id
    is_own = household_id in me().household_ids
    try:
        cleaned = cleaned_pictures(sent_pictures(request.files.getlist("photos")))
        agreed = form.consent.data == "yes" or bool(farmers.standing_consent(reader(), household_id, ConsentKind.LISTING))
        if not is_own and not agreed:
            raise ConsentNeeded
        key = form.client_key.data or ids.uuid7()
        ref = write(lambda session: _begin(session, household_id, cleaned, key, is_own=is_own))
    except Refusal as no:
        return _photo_page(form, household_ref, no)
    return redirect(url_for("products.describe", ref=ref), code=303)


def cleaned_pictures(pictures: list[bytes]) -> list[CleanImage]:
    """Clean and keep pictures before any transaction begins."""
    if not pictures:
        raise PhotoNeeded
    cleaned = [accept_image(data) for data in pictures]
    store = DiskStore(current_app.extensions["settings"].media_dir)
    for each in cleaned:
        keep_files(store, each)
    return cleaned


def _begin(session: Session, household_id: int, cleaned: list[CleanImage], key: str, *, is_own: bool) -> str:
    seller = next(
        (each for each in farmers.sellers_of_household(session, household_id) if each.state != SellerState.CLOSED), None
    )
    if seller is None:
        raise SellerNotApproved
    by = me().user_id
    consent_id = None
    if not is_own:
        consent_id = farmer_services.give_consent(
            session, household_id=household_id, kind=ConsentKind.LISTING, by=by, witnessed_by=by
        ).id
    images = [store_image(session, each, by) for each in cleaned]
    return services.start_draft(
        session, seller_id=seller.id, listed_by=by, client_key=f"{by}/{key}", image_ids=[image.id for image in images],
        on_behalf_of_consent_id=consent_id,
    ).ref  # fmt: skip


def _photo_page(form: PhotoForm, chosen: str, no: Refusal | None = None) -> str:
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    names = {each.id: household_name(each.id, each.ref) for each in own}
    households = [(each.ref, names[each.id]) for each in own]
    behalf_of = None
    if chosen and chosen not in {ref for ref, _name in households}:
        household = asked_household(chosen)
        behalf_of = household_name(household.id, chosen)
    page = PhotoPage(
        form=form,
        households=households,
        chosen=chosen or (households[0][0] if households else ""),
        behalf_of=behalf_of,
        key=form.client_key.data or ids.uuid7(),
        refusal=say(no) if no else None,
    )
    return render_template("products/photograph.html", page=page, back_url=home_url(), has_errors=bool(no))


def asked_household(ref: str) -> Any:
    """Return a household by its reference, authorised.

    Raises:
        NotThere: there is none, or not for this person.
    """
    found = farmers.household_by_ref(reader(), ref)
    return authorise(found, household_id=found.id if found else None)


def household_name(household_id: int, ref: str) -> str:
    """Return the name a household sells under, or its number."""
    sellers = farmers.sellers_of_household(reader(), household_id)
    return sellers[0].display_name if sellers else ref


@bp.get("/desk/offers/<ref>/goods")
@policy("products.describe", of="offer", **LISTERS)
def describe(ref: str) -> str | Response:
    """Second screen: what it is, what it costs, how many there are."""
    offer = own_offer(ref)
    if offer.state != OfferState.DRAFT:
        return redirect(url_for("products.own_offer_page", ref=ref))
    return _goods_page(offer, GoodsForm(formdata=None))


@bp.post("/desk/offers/<ref>/goods")
@policy("products.describe_draft", of="offer", **LISTERS)
def say_goods(ref: str) -> str | Response:
    """Put what was chosen into the draft. A price outside the guidance is asked about once, never refused."""
    offer = own_offer(ref)
    form = GoodsForm()
    if form.stock_other.data and not form.stock_other.complaint:
        form.stock.data, form.stock.complaint = form.stock_other.data, None
    variety = queries.variety(reader(), form.variety.data or "")
    if not form.validate() or variety is None:
        return _goods_page(offer, form)
    unit, price, stock = int(form.unit.data or 0), int(form.price.data or 0), int(form.stock.data or 0)
    low, high = rules.guidance_for(variety.basis_grams(unit), variety.guidance_low_fen, variety.guidance_high_fen)
    if not low <= price <= high and request.form.get("sure") != str(price):
        question = _("The county's guide is %(low)s to %(high)s. Is %(price)s right?", low=money(low), high=money(high),
                     price=money(price))  # fmt: skip
        return _goods_page(offer, form, question)
    offer_id, by = offer.id, me().user_id
    harvest_on = clock.today() - dt.timedelta(days=int(form.harvest.data)) if form.harvest.data is not None else None
    try:
        write(
            lambda session: services.describe_draft(
                session, offer_id=offer_id, by=by, category_code=variety.category_code, variety=variety.code, unit_grams=unit,
                price_fen=price, quantity=stock, harvest_on=harvest_on, story=form.story.data or None,
                sell_mode=variety.sell_mode,
            )
        )  # fmt: skip
    except Refusal as no:
        form.refuse(no)
        return _goods_page(offer, form)
    return redirect(url_for("products.check", ref=ref), code=303)


def _goods_page(offer: Offer, form: GoodsForm, question: str | None = None) -> str:
    everything = queries.varieties(reader())
    crops = farmers.crops_of_household(reader(), offer.household_id) if offer.household_id else ()
    grown = [each for each in everything if any(word in crop for crop in crops for word in each.crop_words)]
    has_more = bool(grown) and request.args.get("more") is None
    tiles = grown[:FEW_TILES] if has_more else [*grown, *(each for each in everything if each not in grown)]
    asked = form.variety.data or request.args.get("variety") or offer.variety
    variety = next((each for each in everything if each.code == asked), tiles[0])
    if variety not in tiles:
        tiles = [variety, *tiles]
    unit = _unit(form, offer, variety)
    usual = queries.usual_prices(reader(), [variety.code], offer.village_code).get(variety.code)
    basis = variety.basis_grams(unit)
    kept = offer.price_fen if offer.variety == variety.code and offer.unit_grams == unit else 0
    page = GoodsPage(
        ref=offer.ref,
        form=form,
        tiles=[
            Tile(each.name(locale_id()), url_for("products.describe", ref=offer.ref, variety=each.code), each.picture,
                 each.code == variety.code)
            for each in tiles
        ],
        more_url=url_for("products.describe", ref=offer.ref, more=1) if has_more else None,
        variety=variety,
        unit_words=rules.unit_words(variety, unit, locale_id()),
        price_label=_price_label(variety),
        price_yuan=form.price.typed or f"{(kept or first_price(variety, usual, unit)) / 100:g}",
        guidance=rules.guidance_for(basis, variety.guidance_low_fen, variety.guidance_high_fen),
        usual_words=_(USUAL_WORDS[usual.around], price=money(unit_price(usual.fen, basis))) if usual else "",
        stocks=[(str(each), str(each)) for each in STOCKS],
        stock=form.stock.typed or str(STOCKS[1]),
        harvests=list(zip(map(str, HARVESTS), (_("Today"), _("Yesterday"), _("A week ago"), _("A month ago")), strict=True)),
        harvest=form.harvest.typed or "1",
        units=[
            Choice(weight_words(each, locale_id()),
                   url_for("products.describe", ref=offer.ref, variety=variety.code, unit=each), each == unit)
            for each in _units(variety)
        ],
        unit_grams=unit,
        returned_reason=offer.returned_reason,
        question=question,
        kept_as=_kept_as(offer),
    )  # fmt: skip
    has_errors = bool(form.errors or form.form_errors)
    return render_template("products/goods.html", page=page, back_url=url_for("products.own_offers"), has_errors=has_errors)


def _kept_as(offer: Offer) -> tuple[str, str] | None:
    """Return under which household and key a phone may finish an untouched draft that its owner began on it."""
    by, _slash, key = offer.client_key.partition("/")
    if offer.price_fen or by != str(me().user_id) or offer.household_id not in me().household_ids:
        return None
    household = farmers.household(reader(), offer.household_id)
    return (household.ref, key) if household else None


def _price_label(variety: VarietyView) -> str:
    if variety.is_by_weight:
        return str(_("Price of one pack, in yuan"))
    return str(_("Price of one plant, in yuan") if variety.sell_mode is SellMode.PER_PLANT else _("Price of one piece, in yuan"))


def first_price(variety: VarietyView, usual: UsualPrice | None, unit_grams: int) -> int:
    """Return the price that stands in the box at first: what is usual around the household, else the middle of the guidance."""
    middle = (variety.guidance_low_fen + variety.guidance_high_fen) // 2
    return unit_price(usual.fen if usual else middle, variety.basis_grams(unit_grams))


def _units(variety: VarietyView) -> tuple[int, ...]:
    """Return the sizes to choose from; what is sold by the plant or piece has one."""
    if not variety.is_by_weight:
        return (variety.unit_grams,)
    return (variety.unit_grams // 2, variety.unit_grams, variety.unit_grams * 2)


def _unit(form: GoodsForm, offer: Offer, variety: VarietyView) -> int:
    asked = form.unit.data if form.unit.data else request.args.get("unit", type=int)
    if asked and 1 <= asked <= 1_000_000:
        return int(asked)
    return offer.unit_grams if offer.price_fen and offer.variety == variety.code else variety.unit_grams


@bp.get("/desk/offers/<ref>/check")
@policy("products.check", of="offer", **LISTERS)
def check(ref: str) -> str | Response:
    """Third screen: the card as buyers will see it."""
    offer = own_offer(ref)
    if offer.state != OfferState.DRAFT:
        return redirect(url_for("products.own_offer_page", ref=ref))
    if not offer.price_fen:
        return redirect(url_for("products.describe", ref=ref))
    cards = queries.shop_cards(reader(), queries.offer_cards(reader(), [offer.id]), locale_id(), _("Sold out"))
    if not cards:
        flash(say(SellerNotApproved()), "bad")
        return redirect(url_for("products.own_offers"))
    household, _platform, _gateway = price_split(offer.price_fen)
    page = CheckPage(
        ref=ref,
        card=cards[0],
        spoken=_("%(title)s, %(price)s yuan, %(left)d of them.", title=cards[0].title, price=yuan(offer.price_fen),
                 left=cards[0].left),
        household_fen=household,
        form=None,
        change_url=url_for("products.describe", ref=ref),
    )  # fmt: skip
    return render_template("products/check.html", page=page, back_url=page.change_url)


@bp.post("/desk/offers/<ref>/check")
@policy("products.submit", of="offer", **LISTERS)
def submit(ref: str) -> Response:
    """Hand the draft to the village."""
    offer = own_offer(ref)
    offer_id, by = offer.id, me().user_id
    try:
        write(lambda session: services.submit_offer(session, offer_id=offer_id, by=by))
    except Refusal as no:
        flash(say(no), "bad")
        return redirect(url_for("products.describe", ref=ref), code=303)
    return redirect(url_for("products.own_offer_page", ref=ref, new=1), code=303)


def own_offer(ref: str) -> Offer:
    """Return an offer of one's household, or one listed for a household that agreed.

    Raises:
        NotThere: it is neither.
    """
    offer = authorise(queries.offer_by_ref(reader(), ref))
    is_own = offer.household_id in me().household_ids
    if not is_own and offer.on_behalf_of_consent_id is None:
        raise NotThere
    return offer
