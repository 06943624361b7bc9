"""/cart: what somebody means to buy, and what it comes to. It lives in the signed cookie, so nobody needs an account for it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.media import queries as media
from marketplace.orders import queries
from marketplace.orders.addresses import PROVINCES_EN
from marketplace.orders.forms import BasketForm
from marketplace.orders.pages import CartPage
from marketplace.orders.values import Quote
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.delivery import is_ours
from marketplace.web import visits
from marketplace.web.db import reader
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import policy


def province_choices() -> list[tuple[str, str]]:
    """Return the provinces we send to as (name, words)."""
    is_english = locale_id() == "en"
    return [(name, PROVINCES_EN.get(name, name) if is_english else name) for name in queries.provinces(reader())]


def chosen_province() -> str:
    """Return the province this browser sends to, if we do."""
    asked = request.args.get("province") or visits.province()
    return asked if asked in queries.provinces(reader()) else ""


def quoted(province: str) -> Quote:
    """Return what the basket costs now."""
    return queries.quote(reader(), items=list(visits.basket().items()), province=province or None)


@bp.get("/cart")
@policy("cart.see", public=True)
def cart() -> Response:
    """Show the basket with its freight, once we know where it goes."""
    province = chosen_province()
    if province and province != visits.province():
        visits.keep_province(province)
    return private(_render(province))


@bp.post("/cart/add")
@policy("cart.add", public=True)
def add() -> Response:
    """Put something into the basket; more of what is there already is added up."""
    form = BasketForm()
    content = visits.basket()
    if not form.is_posted_and_valid() or not form.quantity.data:
        flash(form.errors_for("quantity") or form.errors_for("offer") or _("Write a whole number."), "bad")
        return redirect(request.referrer if is_ours(request.referrer) else url_for("orders.cart"), code=303)
    ref = form.offer.data or ""
    if ref not in content and len(content) >= visits.MOST_KINDS:
        flash(
            _("One order takes at most %(most)d different goods. Please order the rest separately.", most=visits.MOST_KINDS),
            "bad",
        )
        return redirect(url_for("orders.cart"), code=303)
    if not queries.quote(reader(), items=[(ref, 1)], province=None).orders:
        flash(_("This is not on sale any more."), "bad")
        return redirect(url_for("orders.cart"), code=303)
    visits.keep_basket({**content, ref: min(content.get(ref, 0) + int(form.quantity.data), 100_000)})
    flash(_("It is in your basket."), "ok")
    return redirect(url_for("orders.cart"), code=303)


@bp.post("/cart/change")
@policy("cart.change", public=True)
def change() -> Response:
    """Set how many of something; none takes it out."""
    form = BasketForm()
    content = visits.basket()
    if not form.is_posted_and_valid():
        ref, words = form.offer.data or "", form.errors_for("quantity") or form.errors_for("offer") or ""
        return private(_render(chosen_province(), {ref: words}), 422)
    ref, pieces = form.offer.data or "", int(form.quantity.data or 0)
    if ref in content:
        visits.keep_basket({one: held for one, held in {**content, ref: pieces}.items() if held})
    return redirect(url_for("orders.cart"), code=303)


@bp.post("/cart/remove")
@policy("cart.remove", public=True)
def remove() -> Response:
    """Take something out of the basket."""
    ref = request.form.get("offer", "")
    visits.keep_basket({one: held for one, held in visits.basket().items() if one != ref})
    return redirect(url_for("orders.cart"), code=303)


def _render(province: str, failed: Mapping[str, str] | None = None) -> str:
    quote = quoted(province)
    lines = [line for order in quote.orders for line in order.lines]
    names = areas.names(reader(), (order.village_code for order in quote.orders))
    at = locale_id() == "en"
    page = CartPage(
        quote=quote,
        images=media.image_views(reader(), [line.image_id for line in lines]),
        provinces=province_choices() if lines else (),
        province=province,
        villages={order.village_code: names[order.village_code][at] for order in quote.orders},
        failed=failed or {},
    )
    return render_template("orders/cart.html", page=page, tab="basket")
