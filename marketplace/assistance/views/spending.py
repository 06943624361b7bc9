"""Entering what a household spent on what cannot be put off, and taking a mistake back."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from marketplace.assistance import services
from marketplace.assistance.labels import alerts as words
from marketplace.assistance.values.alerts import SpendingKind
from marketplace.assistance.views.blueprint import OFFICIALS, bp
from marketplace.assistance.views.entry import attempt, entry_page, field_of
from marketplace.assistance.views.households import known
from marketplace.kernel import clock
from marketplace.kernel.errors import Refusal
from marketplace.web.db import write
from marketplace.web.forms import Form, TidyStringField, WholeNumberField, YuanField, posted_key
from marketplace.web.policy import me, policy
from marketplace.web.words import flash_refusal


class SpendingForm(Form):
    """A sum spent in a year."""

    year = WholeNumberField(least=1990, most=2100, needed=_l("Enter a year."))
    kind = SelectField(choices=[str(kind) for kind in SpendingKind])
    amount_fen = YuanField(least=1, most=10**10, needed=_l("Enter an amount in yuan."))
    source = TidyStringField(most=60, needed=_l("Say where the figure comes from."))


@bp.route("/office/households/<ref>/spending", methods=["GET", "POST"])
@policy("households.spending", of="household", **OFFICIALS)
def spending(ref: str) -> Any:
    """Enter spending of the household."""
    household = known(ref)
    form: Any = SpendingForm()
    by, household_id, key = me().user_id, household.id, posted_key()
    if request.method == "GET":
        form.year.data = clock.today().year
    elif form.is_posted_and_valid():
        answer = attempt(
            form,
            lambda session: services.record_spending(
                session, household_id=household_id, year=form.year.data, kind=SpendingKind(form.kind.data),
                amount_fen=form.amount_fen.data, source=form.source.data, by=by, key=key,
            ),
            _("The spending is on record. The rules look at it tonight."),
            ref,
        )  # fmt: skip
        if answer is not None:
            return answer
    fields = (
        field_of(form, "year", _("Year"), type="number", size="s"),
        field_of(form, "kind", _("Kind of spending"), type="select", options=[(k, _(w)) for k, w in words.SPENDING.items()]),
        field_of(form, "amount_fen", _("Amount"), type="number", prefix="¥", size="m"),
        field_of(form, "source", _("Source"), hint=_("For example: invoices seen at home. Nothing about the illness itself.")),
    )
    about = _("What the household paid itself, after insurance and relief. Large sums raise an alert.")
    return entry_page(form, household, _("Enter spending that cannot be put off"), about, fields, key=key)


@bp.post("/office/households/<ref>/spending/<int:spending_id>/withdraw")
@policy("households.withdraw_spending", of="household", **OFFICIALS)
def withdraw_spending(ref: str, spending_id: int) -> Response:
    """Take an entry back; it stays in the history."""
    household = known(ref)
    by, household_id = me().user_id, household.id
    try:
        write(lambda session: services.withdraw_spending(session, entry_id=spending_id, household_id=household_id, by=by))
        flash(_("Taken back. The entry stays in the history."), "ok")
    except Refusal as no:
        if no.status == 404:
            raise
        flash_refusal(no)
    return redirect(url_for("assistance.household", ref=ref), 303)
