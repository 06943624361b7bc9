"""Tax invoices: asked for on the order's page, issued on the desk or in the office."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.areas import queries as areas
from marketplace.kernel import ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.orders import queries, refusals, services
from marketplace.orders.forms import InvoiceForm
from marketplace.orders.pages import InvoicePage, InvoicesPage, OpenInvoice
from marketplace.orders.values import TITLE_KIND_WORDS, InvoiceState, InvoiceTitle, OrderView, PurchaseView, TitleKind
from marketplace.orders.views.blueprint import OFFICIALS, READERS, bp
from marketplace.orders.views.buyer import own_purchase
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.identity import acting_user, visitor
from marketplace.web.language import locale_id
from marketplace.web.pages import private
from marketplace.web.policy import Reach, authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

PER_PAGE = 30
#: refusal -> the box it belongs to
_FIELDS = {
    refusals.TitleMissing: "title", refusals.TaxNumberWrong: "tax_number", refusals.InvoiceContactWrong: "contact",
}  # fmt: skip


@bp.get("/orders/<ref>/parts/<order_ref>/invoice")
@policy("orders.invoice_form", known=True, of="purchase")
def invoice_form(ref: str, order_ref: str) -> Response:
    """Ask in whose name the invoice of one seller is."""
    purchase = own_purchase(ref)
    return _form_page(purchase, _paid_part(purchase, order_ref), InvoiceForm(formdata=None, key=ids.uuid7()))


@bp.post("/orders/<ref>/parts/<order_ref>/invoice")
@policy("orders.ask_invoice", known=True, of="purchase")
def ask_invoice(ref: str, order_ref: str) -> Response:
    """Ask one seller for an invoice."""
    purchase, by, sealer = own_purchase(ref), acting_user(), current_app.extensions["sealer"]
    order = _paid_part(purchase, order_ref)
    form = InvoiceForm()
    if not form.is_posted_and_valid():
        return _form_page(purchase, order, form, 422)
    title = InvoiceTitle(form.title.data or "", form.tax_number.data or "", form.contact.data or "")
    kind, key = TitleKind(form.kind.data), f"{order.ref}/{form.key.data or ids.uuid7()}"[:80]
    try:
        write(
            lambda session: (
                services.ask_invoice(session, key=key, order_id=order.id, kind=kind, title=title, by=by, sealer=sealer).ref
            )
        )
    except Refusal as no:
        form.refuse(no, _FIELDS.get(type(no)))
        return _form_page(purchase, order, form, no.status)
    flash(_("Asked for. The seller issues the invoice and its number stands here then."), "ok")
    return redirect(url_for("orders.show", ref=ref), code=303)


@bp.post("/desk/orders/<ref>/invoice")
@policy("desk.issue_invoice", of="order", farmer=Reach.HOUSEHOLD)
def issue_own_invoice(ref: str) -> Response:
    """The seller says that the invoice was issued."""
    order = authorise(queries.order_by_ref(reader(), ref=ref))
    invoice = queries.invoices_of_orders(reader(), [order.id]).get(order.id)
    if invoice is None:
        raise NotThere
    return _issued(invoice.id, url_for("orders.desk_order", ref=ref))


@bp.get("/office/invoices")
@policy("invoices.list", **READERS)
def invoices() -> str:
    """List the invoices to issue in one's area, and the latest issued."""
    codes = reachable_areas()
    found = queries.invoices_in_areas(
        reader(), areas=codes, state=InvoiceState.REQUESTED, before=before_asked(), limit=PER_PAGE + 1
    )  # fmt: skip
    shown = found[:PER_PAGE]
    issued = queries.invoices_in_areas(reader(), areas=codes, state=InvoiceState.ISSUED)
    names = areas.names(reader(), {one.village_code for one in (*shown, *issued)})
    may_write = bool(visitor().roles & set(OFFICIALS))
    page = InvoicesPage(
        waiting=[OpenInvoice(one, open_title(one.id) if may_write else None) for one in shown],
        issued=issued,
        villages={code: both[locale_id() == "en"] for code, both in names.items()},
        kind_words=TITLE_KIND_WORDS,
        may_write=may_write,
        next_url=url_for("orders.invoices", before=shown[-1].id) if len(found) > PER_PAGE else None,
    )
    return render_template("orders/invoices.html", page=page)


@bp.post("/office/invoices/<ref>/issue")
@policy("invoices.issue", of="invoice", **OFFICIALS)
def issue_invoice(ref: str) -> Response:
    """An official says that the invoice was issued."""
    invoice = authorise(queries.invoice_by_ref(reader(), ref=ref))
    return _issued(invoice.id, url_for("orders.invoices"))


def open_title(invoice_id: int) -> InvoiceTitle | None:
    """Return what is to stand on an invoice, to those who issue it."""
    return queries.title_of(reader(), invoice_id=invoice_id, sealer=current_app.extensions["sealer"])


def _issued(invoice_id: int, back_url: str) -> Response:
    by, number = me().user_id, tidy(request.form.get("invoice_no", ""))[:40]
    try:
        write(lambda session: services.issue_invoice(session, invoice_id=invoice_id, invoice_no=number, by=by).ref)
    except NotThere:
        raise
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Noted. The buyer sees the number."), "ok")
    return redirect(back_url, code=303)


def _paid_part(purchase: PurchaseView, order_ref: str) -> OrderView:
    for order in purchase.orders:
        if order.ref == order_ref and order.paid_at is not None:
            return order
    raise NotThere


def _form_page(purchase: PurchaseView, order: OrderView, form: InvoiceForm, status: int = 200) -> Response:
    page = InvoicePage(purchase, order, form, [(str(kind), _(words)) for kind, words in TITLE_KIND_WORDS.items()])
    return private(render_template("orders/invoice.html", page=page, tab="mine"), status)
