"""/office/orders: the orders of an official's area, and the steps from the collection point to the door."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.kernel.errors import Refusal
from marketplace.kernel.words import N_
from marketplace.orders import queries, services
from marketplace.orders.forms import ShipForm
from marketplace.orders.pages import OfficeOrderPage, OfficeOrdersPage
from marketplace.orders.values import ORDER_STATE_WORDS, OrderState, OrderView
from marketplace.orders.views import wording
from marketplace.orders.views.blueprint import OFFICIALS, READERS, bp
from marketplace.orders.views.desk import contact_while_needed
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.identity import visitor
from marketplace.web.language import locale_id
from marketplace.web.nav import NavItem, Section
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

OFFICE_NAV = (
    NavItem("orders.office_orders", N_("Orders"), tuple(READERS), None, order=32, section=Section.TRADE),
    NavItem(
        "orders.after_sale",
        N_("Refunds to answer"),
        tuple(READERS),
        queries.count_refunds_waiting,
        order=34,
        section=Section.TRADE,
    ),
    NavItem("orders.invoices", N_("Invoices"), tuple(READERS), queries.count_invoices_waiting, order=35, section=Section.TRADE),
)
#: state -> steps that officials of the area may take; the household may have brought a parcel without saying so.
_STEPS = {
    OrderState.PLACED: ("confirm",),
    OrderState.CONFIRMED: ("pack",),
    OrderState.PACKED: ("hand-in",),
    OrderState.HANDED_IN: ("ship",),
    OrderState.SHIPPED: ("deliver",),
}


@bp.get("/office/orders")
@policy("orders.list", **READERS)
def office_orders() -> str:
    """List the paid orders of one's area, the latest first."""
    codes = reachable_areas()
    search, state = tidy(request.args.get("q", ""))[:24], request.args.get("state", "")
    chosen = (OrderState(state),) if state in {str(one) for one in OrderState} else ()
    found = queries.orders_in_areas(reader(), areas=codes, states=chosen, before=before_asked(), search=search)
    names = areas.names(reader()) if found.rows else {}
    page = OfficeOrdersPage(
        rows=found.rows,
        search=search,
        state=state if chosen else "",
        choices=[("", _("All")), *((str(one), _(ORDER_STATE_WORDS[one])) for one in OrderState)],
        villages={row.village_code: names[row.village_code][locale_id() == "en"] for row in found.rows},
        next_url=url_for("orders.office_orders", before=found.next_before, q=search or None, state=state or None)
        if found.next_before
        else None,
    )
    return render_template("orders/office_orders.html", page=page)


@bp.get("/office/orders/<ref>")
@policy("orders.read", of="order", **READERS)
def office_order(ref: str) -> str:
    """Show one order with its history and the next step."""
    return _page(authorise(queries.order_by_ref(reader(), ref=ref)), ShipForm(formdata=None, carrier=""))


@bp.post("/office/orders/<ref>/<any(confirm, pack, 'hand-in', deliver):step>")
@policy("orders.step", of="order", **OFFICIALS)
def office_step(ref: str, step: str) -> Response:
    """Take the order one step on, for the household or at the collection point."""
    order = authorise(queries.order_by_ref(reader(), ref=ref))
    by = me().user_id
    verb = {
        "confirm": services.confirm_order, "pack": services.pack_order, "hand-in": services.hand_in_order,
        "deliver": services.deliver_order,
    }[step]  # fmt: skip
    try:
        write(lambda session: verb(session, order_id=order.id, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Done."), "ok")
    return redirect(url_for("orders.office_order", ref=ref), code=303)


@bp.post("/office/orders/<ref>/ship")
@policy("orders.ship", of="order", **OFFICIALS)
def ship(ref: str) -> Response | tuple[str, int]:
    """Note the carrier and the tracking number."""
    order = authorise(queries.order_by_ref(reader(), ref=ref))
    form = ShipForm()
    if not form.is_posted_and_valid():
        return _page(order, form), 422
    wish: dict[str, Any] = {"carrier": form.carrier.data, "tracking_no": form.tracking_no.data, "by": me().user_id}
    try:
        write(lambda session: services.ship_order(session, order_id=order.id, **wish))
    except Refusal as no:
        form.refuse(no, "tracking_no")
        return _page(order, form), no.status
    flash(_("Done."), "ok")
    return redirect(url_for("orders.office_order", ref=ref), code=303)


def _page(order: OrderView, form: ShipForm) -> str:
    words, kind = wording.state_of(order)
    may_write = bool(visitor().roles & set(OFFICIALS))
    steps = _STEPS.get(order.state, ()) if may_write and order.paid_at is not None else ()
    is_own = bool(steps) and order.household_id in me().household_ids
    page = OfficeOrderPage(
        order=order,
        village=areas.names(reader(), [order.village_code])[order.village_code][locale_id() == "en"],
        state_words=words,
        state_kind=kind,
        contact=contact_while_needed(order) if may_write else None,
        steps=() if is_own else steps,
        is_own=is_own,
        form=form,
        may_write=may_write,
        history=[(event.at, _(event.what), event.by_name or "", event.note) for event in order.events],
    )
    return render_template("orders/office_order.html", page=page, has_errors=bool(form.errors))
