"""/office/payouts: what is payable, recording of a transfer, and a second official's word on it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.farmers.values import AccountUse
from marketplace.income import queries, services
from marketplace.income.values import Payable, SettlementState, SettlementView, Way
from marketplace.income.views.blueprint import AUDITOR, PAYERS, bp
from marketplace.kernel import ids
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import Form, TidyStringField, YuanField, tidy
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import page_asked
from marketplace.web.words import flash_refusal

PER_PAGE = 50


class PayoutForm(Form):
    """A transfer that has been made."""

    key = TidyStringField(most=60)
    amount = YuanField(needed=_l("Enter the amount."))
    bank_ref = TidyStringField(most=60, needed=_l("Write the reference from the bank's slip."))


@dataclass(frozen=True)
class PayoutsPage:
    """What officials work through."""

    payables: tuple[Payable, ...]
    waiting: tuple[SettlementView, ...]
    settled: tuple[SettlementView, ...]
    household_refs: dict[int, str]
    me: int
    #: Households of the official: their money is for others to record and confirm.
    own: frozenset[int]
    may_pay: bool
    prev_url: str | None
    next_url: str | None
    label: str


@dataclass(frozen=True)
class PayoutPage:
    """Recording of one transfer."""

    payable: Payable
    seller_name: str
    household_ref: str | None
    form: PayoutForm
    #: Under which all that is payable is sent through the bank, where an account is used.
    bank_key: str | None


@bp.get("/office/payouts")
@policy("payouts.see", **PAYERS, **AUDITOR)
def payouts() -> str:
    """List what is payable in the official's area, and the pay-outs that wait."""
    areas = reachable_areas()
    number = page_asked()
    rows = queries.payables(reader(), areas, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    by_hand = queries.payouts(reader(), areas, way=Way.BY_HAND, states=(SettlementState.DRAFT,), limit=200)
    settled = queries.payouts(
        reader(), areas, way=Way.BY_HAND, states=(SettlementState.PAID, SettlementState.ACKNOWLEDGED), limit=20
    )
    held = [row.household_id for row in rows] + [row.household_id for row in (*by_hand, *settled)]
    keys = {key for key in held if key is not None}
    page = PayoutsPage(
        payables=tuple(rows[:PER_PAGE]),
        waiting=tuple(by_hand),
        settled=tuple(settled),
        household_refs=references.refs_of_households(reader(), keys),
        me=me().user_id,
        own=me().household_ids,
        may_pay=any(str(grant.role) in PAYERS for grant in me().grants),
        prev_url=url_for("income.payouts", page=number - 1) if number > 1 else None,
        next_url=url_for("income.payouts", page=number + 1) if len(rows) > PER_PAGE else None,
        label=_("Page %(number)d", number=number),
    )
    return render_template("income/payouts.html", page=page)


@bp.get("/office/payouts/new/<seller_ref>")
@policy("payouts.record", of="payout", **PAYERS)
def new_payout(seller_ref: str) -> str:
    """Show the form for a transfer that was made."""
    payable = _payable(seller_ref)
    form = PayoutForm(key=ids.uuid7(), amount=max(payable.payable_fen, 0) or None)
    return _render(payable, form)


@bp.post("/office/payouts/new/<seller_ref>")
@policy("payouts.record", of="payout", **PAYERS)
def record_payout(seller_ref: str) -> Any:
    """Record a transfer that was made; another official confirms it."""
    payable = _payable(seller_ref)
    form = PayoutForm()
    if form.is_posted_and_valid():
        wish: dict[str, Any] = {
            "amount_fen": form.amount.data,
            "bank_ref": form.bank_ref.data,
            "key": form.key.data or ids.uuid7(),
        }
        by = me().user_id
        try:
            write(lambda session: services.record_payout(session, seller_ref=seller_ref, prepared_by=by, **wish).id)
        except Refusal as no:
            form.refuse(no)
        else:
            flash(_("Recorded. Another official must confirm it."), "ok")
            return redirect(url_for("income.payouts"), code=303)
    return _render(payable, form), 422


@bp.post("/office/payouts/<ref>/confirm")
@policy("payouts.confirm", of="payout", **PAYERS)
def confirm_payout(ref: str) -> Response:
    """Confirm what another official recorded."""
    payout = authorise(queries.payout_by_ref(reader(), ref))
    by = me().user_id
    try:
        write(lambda session: services.confirm_payout(session, payout_id=payout.id, by=by).id)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Confirmed. The money stands as paid."), "ok")
    return redirect(url_for("income.payouts"), code=303)


@bp.post("/office/payouts/<ref>/withdraw")
@policy("payouts.withdraw", of="payout", **PAYERS)
def withdraw_payout(ref: str) -> Response:
    """Withdraw what was recorded by mistake."""
    payout = authorise(queries.payout_by_ref(reader(), ref))
    by, reason = me().user_id, tidy(request.form.get("reason", ""))[:200]
    try:
        write(lambda session: services.withdraw_payout(session, payout_id=payout.id, by=by, reason=reason).id)
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Withdrawn. Nothing was posted."), "ok")
    return redirect(url_for("income.payouts"), code=303)


def _payable(seller_ref: str) -> Payable:
    found = queries.payables(reader(), reachable_areas(), seller_ref=seller_ref, limit=1)
    return authorise(found[0] if found else None)


def _render(payable: Payable, form: PayoutForm) -> str:
    seller = farmers.seller_by_ref(reader(), payable.seller_ref)
    refs = references.refs_of_households(reader(), [payable.household_id] if payable.household_id else [])
    in_use = farmers.account_in_use(reader(), payable.seller_ref)
    is_sendable = in_use.use is AccountUse.USABLE and payable.payable_fen > 0
    page = PayoutPage(
        payable, seller.display_name if seller else "", refs.get(payable.household_id or 0), form,
        ids.uuid7() if is_sendable else None,
    )  # fmt: skip
    return render_template("income/payout.html", page=page)
