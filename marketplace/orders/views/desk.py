"""/desk/orders: what waits for the household, and one large button for the one next step."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.words import N_
from marketplace.media import queries as media
from marketplace.orders import queries, rules, services
from marketplace.orders.pages import DeskOrderPage, DeskOrdersPage
from marketplace.orders.values import Contact, InvoiceState, OrderState, OrderView
from marketplace.orders.views import wording
from marketplace.orders.views.blueprint import bp
from marketplace.web.db import reader, write
from marketplace.web.policy import Reach, authorise, me, my_households, policy
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

Step = Callable[..., OrderState]
#: state -> (name of the step, its verb, words on the button, what it means)
STEPS: dict[OrderState, tuple[str, Step, str, str]] = {
    OrderState.PLACED: (
        "confirm", services.confirm_order, N_("I will send it"), N_("Somebody bought this and has paid. Do you have it?"),
    ),
    OrderState.CONFIRMED: (
        "pack", services.pack_order, N_("It is packed"), N_("Weigh it, pack it well, write the number on it."),
    ),
    OrderState.PACKED: (
        "hand-in", services.hand_in_order, N_("I brought it there"), N_("Bring the parcel to the village collection point."),
    ),
}  # fmt: skip
_BY_NAME = {name: verb for name, verb, _label, _words in STEPS.values()}


@bp.get("/desk/orders")
@policy("desk.orders", farmer=Reach.HOUSEHOLD)
def desk_orders() -> str:
    """List the household's orders, what waits first."""
    households = my_households()
    to_do = queries.orders_of_households(reader(), household_ids=households, states=rules.UNSENT, limit=50).rows
    others = [state for state in OrderState if state not in rules.UNSENT]
    found = queries.orders_of_households(reader(), household_ids=households, states=others, before=before_asked(), limit=20)
    page = DeskOrdersPage(
        to_do=to_do,
        rows=found.rows,
        images=media.image_views(reader(), [row.first_image_id for row in (*to_do, *found.rows)]),
        next_url=url_for("orders.desk_orders", before=found.next_before) if found.next_before else None,
    )
    return render_template("orders/desk_orders.html", page=page, back_url=url_for("desk.home"))


@bp.get("/desk/orders/<ref>")
@policy("desk.order", of="order", farmer=Reach.HOUSEHOLD)
def desk_order(ref: str) -> str:
    """Show one order: what, for whom, and the one next step."""
    order = authorise(queries.order_by_ref(reader(), ref=ref))
    if order.paid_at is None:
        raise NotThere  # nobody has bought anything yet
    words, kind = wording.state_of(order)
    invoice = queries.invoices_of_orders(reader(), [order.id]).get(order.id)
    is_open = invoice is not None and invoice.state is InvoiceState.REQUESTED
    title = queries.title_of(reader(), invoice_id=invoice.id, sealer=_sealer()) if invoice and is_open else None
    step = STEPS.get(order.state) if not _is_asked_back(order) else None
    page = DeskOrderPage(
        order=order,
        images=media.image_views(reader(), [line.image_id for line in order.lines]),
        state_words=words,
        state_kind=kind,
        contact=contact_while_needed(order),
        step=step[0] if step else None,
        step_label=_(step[2]) if step else "",
        step_words=_(step[3]) if step else "",
        steps=wording.steps_of(order),
        invoice=invoice,
        invoice_title=title,
    )
    return render_template("orders/desk_order.html", page=page, back_url=url_for("orders.desk_orders"))


@bp.post("/desk/orders/<ref>/<any(confirm, pack, 'hand-in'):step>")
@policy("desk.order_step", of="order", farmer=Reach.HOUSEHOLD)
def desk_step(ref: str, step: str) -> Response:
    """Take the order one step on."""
    order = authorise(queries.order_by_ref(reader(), ref=ref))
    by, verb = me().user_id, _BY_NAME[step]
    try:
        write(lambda session: verb(session, order_id=order.id, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        said = {
            "confirm": _("Good. Now pack it."),
            "pack": _("Good. Now bring it to the collection point."),
            "hand-in": _("Done. The carrier fetches it there."),
        }
        flash(said[step], "ok")
    return redirect(url_for("orders.desk_order", ref=ref), code=303)


def contact_while_needed(order: OrderView) -> Contact | None:
    """Return whom a parcel goes to, from payment until nothing can be asked of the seller any more; nobody after."""
    if order.paid_at is None or order.state is OrderState.CANCELLED:
        return None
    closes = order.closes_at
    if closes is not None and clock.now() > closes:
        return None
    found = queries.contact_of(reader(), purchase_id=order.purchase_id, sealer=_sealer())
    return found if found.phone else None


def _sealer() -> Any:
    return current_app.extensions["sealer"]


def _is_asked_back(order: OrderView) -> bool:
    """Say whether all of it is asked back: then the household waits for the village's answer."""
    return not any(line.refundable_quantity for line in order.lines)
