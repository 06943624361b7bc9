"""Differences are explained by one official and accepted by another."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotThere, Refusal
from marketplace.ledger.values import BANK
from marketplace.reconciliation import queries, services
from marketplace.reconciliation.refusals import NothingChosen, WordsNeeded
from marketplace.reconciliation.views.accounts import account_page
from marketplace.reconciliation.views.blueprint import OFFICIALS, bp, line_of
from marketplace.web.db import reader, write
from marketplace.web.forms import posted_key, tidy
from marketplace.web.policy import me, policy
from marketplace.web.words import flash_refusal, say

#: Rows that one explanation may join.
MOST_ROWS = 200


@bp.post("/office/reconciliation/<name>/explain")
@policy("reconciliation.explain", **OFFICIALS)
def explain(name: str) -> Response | tuple[str, int]:
    """Put rows together with a reason; another official accepts it."""
    line, key, by = line_of(name), posted_key(), me().user_id
    reason = tidy(request.form.get("reason", ""))[:400]
    written = request.form.getlist("row")[:MOST_ROWS]
    chosen = frozenset(int(row) for row in written if row.isascii() and row.isdigit() and len(row) < 19)
    try:
        write(
            lambda session: services.explain(
                session, key=f"{name}/{key}", account=line.standing.account, row_ids=chosen, reason=reason, by=by
            )
        )
    except (NothingChosen, WordsNeeded) as no:
        return account_page(name, reason=reason, chosen=chosen, error=say(no)), 422
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Written down. Another official must accept it."), "ok")
    return redirect(url_for("reconciliation.show", name=name), code=303)


@bp.post("/office/reconciliation/differences/<ref>/accept")
@policy("reconciliation.accept", **OFFICIALS)
def accept(ref: str) -> Response:
    """Accept, as another official, what explains a difference."""
    name, by = _account_of(ref), me().user_id
    try:
        write(lambda session: services.accept(session, ref=ref, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Accepted. The difference is explained."), "ok")
    return redirect(url_for("reconciliation.show", name=name), code=303)


@bp.post("/office/reconciliation/differences/<ref>/take-back")
@policy("reconciliation.take_back", **OFFICIALS)
def take_back(ref: str) -> Response:
    """Take an explanation back, or refuse it: its rows are open again."""
    name, by = _account_of(ref), me().user_id
    try:
        write(lambda session: services.take_back(session, ref=ref, by=by))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Taken back. Its rows are open again."), "ok")
    return redirect(url_for("reconciliation.show", name=name), code=303)


def _account_of(ref: str) -> str:
    """Return the name of the account of an explanation, once it is there."""
    found = queries.group_by_ref(reader(), ref) if ref.isascii() and ref.isalnum() else None
    if found is None:
        raise NotThere
    account = found.account
    return BANK if account == BANK else account.partition("/")[2]
