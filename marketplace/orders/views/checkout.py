"""/checkout: whom it goes to. One page, five boxes, the first of which fills the others."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.values import Origin
from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import grouped
from marketplace.orders import queries, services
from marketplace.orders.addresses import parse_address
from marketplace.orders.forms import CheckoutForm
from marketplace.orders.pages import CheckoutPage
from marketplace.orders.refusals import TotalChanged
from marketplace.orders.values import Contact, Quote
from marketplace.orders.views.blueprint import bp
from marketplace.orders.views.cart import chosen_province, province_choices, quoted
from marketplace.products.refusals import SoldOut
from marketplace.web import visits
from marketplace.web.db import reader, write
from marketplace.web.forms import own_key
from marketplace.web.identity import acting_user
from marketplace.web.pages import private
from marketplace.web.policy import policy
from marketplace.web.words import say


@bp.get("/checkout")
@policy("checkout.see", public=True)
def checkout() -> Response:
    """Ask whom it goes to; somebody signed in finds what they wrote last time."""
    visits.mark_browser()
    province = chosen_province()
    quote = quoted(province)
    if not quote.orders or quote.problems:
        return redirect(url_for("orders.cart"), code=303)
    known = _last_contact()
    if known is not None and not province and known[1] in queries.provinces(reader()):
        province = known[1]
        quote = quoted(province)
    form = CheckoutForm(formdata=None, key=ids.uuid7(), province=province, seen=quote.total_fen)
    if known is not None:
        form.name.data, form.phone.data = known[0].name, known[0].phone
        form.address.data = known[0].address if known[1] == province else ""
    return _page(form, quote=quote)


@bp.post("/checkout")
@policy("checkout.place", public=True)
def place() -> Response:
    """Read the pasted text, or order; what was typed is kept whatever happens."""
    form = CheckoutForm()
    if request.form.get("action") == "parse":
        _fill(form)
        return _page(form)
    standing = queries.purchase_by_key(reader(), key=own_key(form.key, "shop"))
    if standing is not None:  # a second touch, or the page sent again: the cookie may have lost its basket
        return _placed(standing.ref)
    is_good = form.is_posted_and_valid()
    province = form.province.data or ""
    if province not in queries.provinces(reader()):
        form.province.errors = [_("Choose a province from the list.")]
        is_good = False
    if not is_good:
        return _page(form, status=422)
    visits.keep_province(province)
    quote = quoted(province)
    if not quote.orders or quote.problems:
        return redirect(url_for("orders.cart"), code=303)
    if form.seen.data != quote.total_fen:
        words = _("With freight it comes to ¥%(total)s. Please look at it and order.", total=grouped(quote.total_fen))
        return _page(form, words, quote=quote)
    return _place(form, province, quote.total_fen)


def _place(form: CheckoutForm, province: str, total_fen: int) -> Response:
    contact = Contact(form.name.data or "", form.phone.data or "", form.address.data or "")
    wish: dict[str, Any] = {
        "key": own_key(form.key, "shop"), "items": list(visits.basket().items()), "contact": contact, "province": province,
        "sealer": current_app.extensions["sealer"], "expected_total_fen": total_fen,
        "buyer_user_id": acting_user(), "promotion": visits.promotion(),
        "origin": Origin(request.remote_addr or "", visits.browser()),
    }  # fmt: skip

    def verb(session: Session) -> str:
        return services.place_purchase(session, **wish).ref

    try:
        ref = write(verb)
    except TotalChanged as no:
        return _page(form, say(no))
    except SoldOut:
        return redirect(url_for("orders.cart"), code=303)  # the basket says of what how many are left
    except Refusal as no:
        form.refuse(no)
        return _page(form, status=no.status)
    return _placed(ref)


def _placed(ref: str) -> Response:
    visits.keep_basket({})
    visits.remember_purchase(ref)
    return redirect(url_for("payments.start", ref=ref), code=303)


def _fill(form: CheckoutForm) -> None:
    """Put what the pasted text says into the boxes; what it does not say stays as it is."""
    found = parse_address(form.address_text.data or "")
    form.name.data = found.name or form.name.data
    form.phone.data = found.phone or form.phone.data
    form.province.data = found.province or form.province.data
    form.address.data = found.address or form.address.data


def _last_contact() -> tuple[Contact, str] | None:
    buyer = acting_user()
    if buyer is None:
        return None
    latest = queries.purchases_of_buyer(reader(), user_id=buyer, limit=1).rows
    if not latest:
        return None
    purchase = queries.purchase_by_id(reader(), purchase_id=latest[0].id)
    contact = queries.contact_of(reader(), purchase_id=latest[0].id, sealer=current_app.extensions["sealer"])
    return (contact, purchase.province) if purchase is not None and contact.phone else None


def _page(form: CheckoutForm, changed: str = "", status: int = 200, quote: Quote | None = None) -> Response:
    province = form.province.data or ""
    choices = province_choices()
    quote = quote or quoted(province if province in dict(choices) else "")
    form.seen.typed, form.seen.data = "", quote.total_fen
    page = CheckoutPage(quote, form, choices, changed)
    return private(render_template("orders/checkout.html", page=page, tab="basket"), status)
