"""/office/refunds: approved refunds that officials send themselves, one recording and another confirming."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.payments import queries, services
from marketplace.payments.dues import refund_by_ref, refunds_to_carry
from marketplace.payments.forms import ReasonForm, ReferenceForm
from marketplace.payments.pages import TransfersPage
from marketplace.payments.values import TransferView
from marketplace.payments.views.blueprint import OFFICIALS, READERS, bp
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal


@bp.get("/office/refunds")
@policy("transfers.list", **READERS)
def transfers() -> str:
    """List the approved refunds that people send, and those that wait for a second official."""
    return _page()


@bp.post("/office/refunds/<ref>/send")
@policy("transfers.record", of="refund", **OFFICIALS)
def record_transfer(ref: str) -> Response | tuple[str, int]:
    """Record that a refund was sent at the bank; another official confirms."""
    found = refund_by_ref(reader(), ref)
    refund = authorise(found, village_code=found.area_code if found else None)
    form = ReferenceForm()
    if not form.is_posted_and_valid():
        return _page({f"bank_ref-{ref}": form.errors_for("bank_ref") or ""}), 422
    wish: dict[str, Any] = {
        "key": f"{refund.ref}/{form.key.data or ids.uuid7()}", "kind": refund.kind, "refund_id": refund.id,
        "bank_ref": form.bank_ref.data, "by": me().user_id,
    }  # fmt: skip
    try:
        write(lambda session: services.record_refund_transfer(session, **wish).ref)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Recorded. Another official must confirm it."), "ok")
    return redirect(url_for("payments.transfers"), code=303)


@bp.post("/office/transfers/<ref>/confirm")
@policy("transfers.confirm", of="transfer", **OFFICIALS)
def confirm_transfer(ref: str) -> Response:
    """Confirm what another official sent: the refund is done."""
    sent, by = _transfer(ref), me().user_id
    try:
        write(lambda session: services.confirm_refund_transfer(session, transfer_id=sent.id, by=by).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Confirmed. The money is back with the buyer."), "ok")
    return redirect(url_for("payments.transfers"), code=303)


@bp.post("/office/transfers/<ref>/withdraw")
@policy("transfers.withdraw", of="transfer", **OFFICIALS)
def withdraw_transfer(ref: str) -> Response:
    """Take back what was recorded by mistake."""
    sent, by, form = _transfer(ref), me().user_id, ReasonForm()
    if not form.is_posted_and_valid():
        flash(form.errors_for("reason") or "", "bad")
        return redirect(url_for("payments.transfers"), code=303)
    reason = form.reason.data or ""
    try:
        write(lambda session: services.withdraw_refund_transfer(session, transfer_id=sent.id, by=by, reason=reason).state)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Taken back. The refund waits to be sent again."), "ok")
    return redirect(url_for("payments.transfers"), code=303)


def _transfer(ref: str) -> TransferView:
    found = queries.transfer_by_ref(reader(), ref=ref)
    return authorise(found, village_code=found.area_code if found else None)


def _page(errors: dict[str, str] | None = None) -> str:
    codes = reachable_areas()
    page = TransfersPage(
        to_send=refunds_to_carry(reader(), codes),
        open=queries.transfers_open(reader(), areas=codes),
        me=me().user_id,
        may_write=bool(visitor().roles & set(OFFICIALS)),
        errors=errors or {},
    )
    return render_template("payments/transfers.html", page=page, new_key=ids.uuid7, has_errors=bool(errors))
