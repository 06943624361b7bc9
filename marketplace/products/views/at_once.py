"""The whole listing on one page: what a phone keeps for when there is no reception, and where it delivers what it kept.

The page is the only one of the desk that the phone's service worker keeps (static/js/sw.js). It holds the numbers and names of
the reader's own households and the county's guidance, and nothing else of theirs: no money, no orders, no helper. Each delivery
carries the key the phone gave the listing, so that the same listing delivered twice is one offer. It refuses to list for others:
whoever does that stands beside the household, and asks it, with reception.
"""

import datetime as dt

from flask import jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers.values import SellerState
from marketplace.kernel import clock, ids
from marketplace.kernel.errors import Refusal
from marketplace.media.services import store_image
from marketplace.media.values import CleanImage
from marketplace.products import queries, rules, services
from marketplace.products.forms import AtOnceForm, sent_pictures
from marketplace.products.pages import AtOncePage, Ware
from marketplace.products.refusals import SellerNotApproved
from marketplace.products.values import UsualPrice, VarietyView
from marketplace.products.views.blueprint import bp
from marketplace.products.views.desk import HARVESTS, STOCKS, cleaned_pictures, first_price, household_name
from marketplace.web.db import reader, write
from marketplace.web.filters import money
from marketplace.web.language import locale_id
from marketplace.web.policy import Reach, authorise, me, my_households, policy
from marketplace.web.words import say

#: A listing may wait on a phone for so many days; a day farther off is a phone's wrong clock.
MOST_DAYS_KEPT = 90


@bp.get("/desk/offers/ticket")
@policy("products.ticket", farmer=Reach.HOUSEHOLD)
def ticket() -> Response:
    """Give a signed-in phone the token its next delivery needs: the one on the kept page may be of an older sign-in."""
    return jsonify(csrf_token=generate_csrf())


@bp.get("/desk/offers/at-once")
@policy("products.list_at_once", farmer=Reach.HOUSEHOLD)
def at_once() -> str:
    """Show the page that needs no reception."""
    return _page(AtOnceForm(formdata=None))


@bp.post("/desk/offers/at-once")
@policy("products.send_at_once", of="household", farmer=Reach.HOUSEHOLD)
def send_at_once() -> Response | tuple[str, int]:
    """List in one go and hand it to the village. The same key again changes nothing and answers the same."""
    form = AtOnceForm()
    household = authorise(farmers.household_by_ref(reader(), form.household.data or ""))
    by = me().user_id
    key = f"{by}/{form.client_key.data or ids.uuid7()}"
    begun = queries.offer_by_client_key(reader(), key)
    if begun is not None and begun.price_fen:
        return _done(begun.ref, is_new=False)
    variety = queries.variety(reader(), form.variety.data or "")
    if not form.validate() or variety is None:
        return _refused(form, next((str(words[0]) for words in form.errors.values()), _("Choose what you sell.")))
    unit, price = int(form.unit.data or variety.unit_grams), int(form.price.data or 0)
    if form.sure.data != "yes" and (question := _question(variety, unit, price)):
        return _refused(form, question, is_question=True)
    household_id = household.id
    try:
        pictures = sent_pictures(request.files.getlist("photos"))
        cleaned = [] if begun is not None and not pictures else cleaned_pictures(pictures)
        ref = write(lambda session: _list(session, household_id, cleaned, key, variety, form))
    except Refusal as no:
        return _refused(form, say(no))
    return _done(ref, is_new=True)


def _list(
    session: Session, household_id: int, cleaned: list[CleanImage], key: str, variety: VarietyView, form: AtOnceForm
) -> str:
    sellers = farmers.sellers_of_household(session, household_id)
    seller = next((each for each in sellers if each.state != SellerState.CLOSED), None)
    if seller is None:
        raise SellerNotApproved
    by = me().user_id
    return services.list_offer(
        session, seller_id=seller.id, household_id=household_id, category_code=variety.category_code, variety=variety.code,
        unit_grams=int(form.unit.data or variety.unit_grams), price_fen=int(form.price.data or 0),
        quantity=int(form.stock.data or 0), story=form.story.data or None,
        harvest_on=_harvest_on(form), image_ids=[store_image(session, each, by).id for each in cleaned], client_key=key,
        listed_by=by, sell_mode=variety.sell_mode,
    ).ref  # fmt: skip


def _harvest_on(form: AtOnceForm) -> dt.date | None:
    """Reckon the harvest's day from the day the phone was told, or from today where that day cannot be."""
    if form.harvest.data is None:
        return None
    today, told = clock.today(), form.made_on.data
    if told is None or not today - dt.timedelta(days=MOST_DAYS_KEPT) <= told <= today:
        told = today
    return told - dt.timedelta(days=int(form.harvest.data))


def _question(variety: VarietyView, unit: int, price: int) -> str | None:
    low, high = rules.guidance_for(variety.basis_grams(unit), variety.guidance_low_fen, variety.guidance_high_fen)
    if low <= price <= high:
        return None
    return str(
        _("The county's guide is %(low)s to %(high)s. Is %(price)s right?", low=money(low), high=money(high), price=money(price))
    )


def _wants_json() -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _done(ref: str, *, is_new: bool) -> Response:
    url = url_for("products.own_offer_page", ref=ref, new=1)
    if not _wants_json():
        return redirect(url, code=303)
    answer = jsonify(ref=ref, url=url)
    answer.status_code = 201 if is_new else 200
    return answer


def _refused(form: AtOnceForm, words: str, *, is_question: bool = False) -> Response | tuple[str, int]:
    if _wants_json():
        answer = jsonify(words=words, is_question=is_question)
        answer.status_code = 422
        return answer
    return _page(form, question=words if is_question else None, refusal=None if is_question else words), 422


def _page(form: AtOnceForm, *, question: str | None = None, refusal: str | None = None) -> str:
    own = [found for each in sorted(my_households()) if (found := farmers.household(reader(), each))]
    households = [(each.ref, household_name(each.id, each.ref)) for each in own]
    crops = {crop for each in own for crop in farmers.crops_of_household(reader(), each.id)}
    everything = queries.varieties(reader())
    grown = [each for each in everything if any(word in crop for crop in crops for word in each.crop_words)]
    home = next((each for each in own if each.ref == form.household.data), own[0] if own else None)
    usual = queries.usual_prices(reader(), [each.code for each in everything], home.village_code) if home else {}
    wares = [_ware(each, usual.get(each.code)) for each in [*grown, *(each for each in everything if each not in grown)]]
    chosen = next((each for each in wares if each.code == form.variety.data), wares[0] if wares else None)
    page = AtOncePage(
        form=form,
        households=households,
        chosen=home.ref if home else "",
        key=form.client_key.data or ids.uuid7(),
        wares=wares,
        variety=chosen.code if chosen else "",
        price_yuan=form.price.typed or (chosen.price_yuan if chosen else ""),
        stocks=[(str(each), str(each)) for each in STOCKS],
        stock=form.stock.typed or str(STOCKS[1]),
        harvests=list(zip(map(str, HARVESTS), (_("Today"), _("Yesterday"), _("A week ago"), _("A month ago")), strict=True)),
        harvest=form.harvest.typed or "1",
        question=question,
        refusal=refusal,
    )
    return render_template("products/at_once.html", page=page, back_url=url_for("desk.home"), has_errors=bool(refusal))


def _ware(variety: VarietyView, usual: UsualPrice | None) -> Ware:
    unit = variety.unit_grams
    low, high = rules.guidance_for(variety.basis_grams(unit), variety.guidance_low_fen, variety.guidance_high_fen)
    return Ware(
        code=variety.code,
        label=variety.name(locale_id()),
        unit_words=rules.unit_words(variety, unit, locale_id()),
        picture=variety.picture,
        price_yuan=f"{first_price(variety, usual, unit) / 100:g}",
        low_fen=low,
        high_fen=high,
    )
