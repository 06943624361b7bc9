"""/office/payments: money that people brought, seen by one official and confirmed by another."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries as accounts
from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.orders import queries as orders
from marketplace.payments import queries, services
from marketplace.payments.dues import due_by_ref, dues_of
from marketplace.payments.forms import ReasonForm, ReceiptForm, ReferenceForm
from marketplace.payments.pages import ReceiptPage, ReceiptsPage
from marketplace.payments.refusals import ReferenceNeeded, ReferenceUsed, WrongAmount
from marketplace.payments.values import (
    OFFLINE,
    SURPLUS_REASON_WORDS,
    DueKind,
    DueView,
    Method,
    ReceiptState,
    ReceiptView,
    SurplusView,
)
from marketplace.payments.views.blueprint import OFFICIALS, READERS, bp, gateways
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

#: refusal -> the box it belongs to
_FIELDS = {WrongAmount: "amount", ReferenceNeeded: "bank_ref", ReferenceUsed: "bank_ref"}


@bp.get("/office/payments")
@policy("receipts.list", **READERS)
def receipts() -> Response | str:
    """List what is expected, what waits for a second official, and the latest settled; a number leads to what it pays."""
    codes = reachable_areas()
    search = tidy(request.args.get("q", ""))[:24].upper().partition("-")[0]
    not_found = False
    if search:
        found = due_by_ref(reader(), search)
        if found is not None and found.area_code.startswith(codes):
            return redirect(url_for("payments.receipt", ref=found.ref), code=303)
        not_found = True
    awaiting = orders.awaiting_payment(reader(), areas=codes, gateway=OFFLINE, before=before_asked())
    page = ReceiptsPage(
        awaiting=awaiting.rows,
        visits=dues_of(DueKind.BOOKING).awaiting(reader(), codes, OFFLINE),
        open=queries.receipts_open(reader(), areas=codes),
        settled=queries.receipts_settled(reader(), areas=codes),
        surpluses=queries.surpluses_open(reader(), areas=codes),
        ways={view.name: _(view.label) for view in gateways().offered},
        me=me().user_id,
        may_write=_may_write(),
        search=search,
        next_url=url_for("payments.receipts", before=awaiting.next_before) if awaiting.next_before else None,
        reason_words=SURPLUS_REASON_WORDS,
        not_found=not_found,
    )
    return render_template("payments/receipts.html", page=page)


@bp.get("/office/payments/<ref>")
@policy("receipts.read", of="purchase", **READERS)
def receipt(ref: str) -> str:
    """Show the money of one purchase or booking and, where none was seen yet, the form for it."""
    due = _due(ref)
    return _page(due, ReceiptForm(formdata=None, key=ids.uuid7(), method=str(Method.BANK_TRANSFER)))


@bp.post("/office/payments/<ref>")
@policy("receipts.record", of="purchase", **OFFICIALS)
def record(ref: str) -> Response | tuple[str, int]:
    """Record that the money was seen; another official confirms it."""
    due = _due(ref)
    form = ReceiptForm()
    if not form.is_posted_and_valid():
        return _page(due, form), 422
    wish: dict[str, Any] = {
        "key": f"{due.ref}/{form.key.data or ids.uuid7()}", "ref": due.ref, "by": me().user_id,
        "method": Method(form.method.data), "bank_ref": form.bank_ref.data, "amount_fen": form.amount.data,
    }  # fmt: skip
    try:
        write(lambda session: services.record_offline_receipt(session, **wish).ref)
    except Refusal as no:
        form.refuse(no, _FIELDS.get(type(no), "bank_ref"))
        return _page(due, form), no.status
    flash(_("Recorded. Another official must confirm it."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/receipts/<ref>/confirm")
@policy("receipts.confirm", of="receipt", **OFFICIALS)
def confirm(ref: str) -> Response:
    """Confirm what another official saw: the purchase is paid."""
    seen, by, offered = _receipt(ref), me().user_id, gateways()

    def verb(session: Session) -> ReceiptState:
        return services.confirm_offline_receipt(session, gateways=offered, receipt_id=seen.id, by=by).state

    try:
        state = write(verb)
    except Refusal as no:
        flash_refusal(no)
    else:
        if state is ReceiptState.CONFIRMED:
            flash(_("Confirmed. The order is paid and the sellers are told."), "ok")
        else:
            flash(_("The order is paid already, or its goods are sold. Send the money back and record it here."), "bad")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/receipts/<ref>/reject")
@policy("receipts.reject", of="receipt", **OFFICIALS)
def reject(ref: str) -> Response:
    """Say that the money is not there, or not this purchase's."""
    seen, by, form = _receipt(ref), me().user_id, ReasonForm()
    if not form.is_posted_and_valid():
        flash(form.errors_for("reason") or "", "bad")
        return redirect(url_for("payments.receipts"), code=303)
    reason = form.reason.data or ""
    try:
        write(lambda session: services.reject_offline_receipt(session, receipt_id=seen.id, by=by, reason=reason).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Not accepted. The order waits on for its money."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/receipts/<ref>/return")
@policy("receipts.return", of="receipt", **OFFICIALS)
def send_back(ref: str) -> Response:
    """Record that late money was sent back; another official confirms."""
    seen, by, form = _receipt(ref), me().user_id, ReferenceForm()
    if not form.is_posted_and_valid():
        flash(form.errors_for("bank_ref") or "", "bad")
        return redirect(url_for("payments.receipts"), code=303)
    bank_ref = form.bank_ref.data or ""
    try:
        write(lambda session: services.record_return(session, receipt_id=seen.id, by=by, bank_ref=bank_ref).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Recorded. Another official must confirm it."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/receipts/<ref>/returned")
@policy("receipts.confirm_return", of="receipt", **OFFICIALS)
def confirm_return(ref: str) -> Response:
    """Confirm that late money left the bank."""
    seen, by = _receipt(ref), me().user_id
    try:
        write(lambda session: services.confirm_return(session, receipt_id=seen.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Confirmed. The money is back with the buyer."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/surpluses/<ref>/return")
@policy("surpluses.return", of="surplus", **OFFICIALS)
def send_surplus_back(ref: str) -> Response:
    """Record that money which a machine took too often was sent back; another official confirms."""
    surplus, by, form = _surplus(ref), me().user_id, ReferenceForm()
    if not form.is_posted_and_valid():
        flash(form.errors_for("bank_ref") or "", "bad")
        return redirect(url_for("payments.receipts"), code=303)
    bank_ref = form.bank_ref.data or ""
    try:
        write(lambda session: services.record_surplus_return(session, surplus_id=surplus.id, by=by, bank_ref=bank_ref).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Recorded. Another official must confirm it."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


@bp.post("/office/surpluses/<ref>/returned")
@policy("surpluses.confirm_return", of="surplus", **OFFICIALS)
def confirm_surplus_return(ref: str) -> Response:
    """Confirm that it is back with the buyer."""
    surplus, by = _surplus(ref), me().user_id
    try:
        write(lambda session: services.confirm_surplus_return(session, surplus_id=surplus.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Confirmed. The money is back with the buyer."), "ok")
    return redirect(url_for("payments.receipts"), code=303)


def _may_write() -> bool:
    return bool(visitor().roles & set(OFFICIALS))


def _due(ref: str) -> DueView:
    found = due_by_ref(reader(), ref)
    return authorise(found, village_code=found.area_code if found else None)


def _receipt(ref: str) -> ReceiptView:
    found = queries.receipt_by_ref(reader(), ref=ref)
    return authorise(found, village_code=found.area_code if found else None)


def _surplus(ref: str) -> SurplusView:
    found = queries.surplus_by_ref(reader(), ref=ref)
    return authorise(found, village_code=found.area_code if found else None)


def _page(due: DueView, form: ReceiptForm) -> str:
    seen = queries.receipts_of(reader(), due_ref=due.ref)
    people = {one.recorded_by for one in seen} | {one.confirmed_by for one in seen if one.confirmed_by}
    waits = any(one.state is ReceiptState.RECORDED for one in seen)
    sold_by = dues_of(due.kind).households(reader(), due.id)
    is_own = due.buyer_user_id == me().user_id or bool(sold_by & me().household_ids)
    page = ReceiptPage(
        due=due,
        purchase=orders.purchase_by_ref(reader(), ref=due.ref) if due.kind is DueKind.PURCHASE else None,
        receipts=seen,
        names=accounts.names_of_users(reader(), people),
        form=form,
        may_record=_may_write() and not waits and not is_own,
        is_own=is_own,
        me=me().user_id,
        may_write=_may_write(),
    )
    return render_template("payments/receipt.html", page=page, has_errors=bool(form.errors))
