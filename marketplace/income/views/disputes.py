"""/office/disputes: lines that households find wrong, answered in words; a posted line is never edited."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.farmers.queries import references
from marketplace.income import queries, services
from marketplace.income.values import Dispute
from marketplace.income.views.blueprint import ANSWERERS, AUDITOR, bp
from marketplace.kernel.errors import Refusal
from marketplace.web.db import reader, write
from marketplace.web.forms import tidy
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import flash_refusal


@dataclass(frozen=True)
class DisputesPage:
    """Disputed lines, longest waiting first."""

    disputes: tuple[Dispute, ...]
    household_refs: dict[int, str]
    may_answer: bool


@bp.get("/office/disputes")
@policy("disputes.see", **ANSWERERS, **AUDITOR)
def disputes() -> str:
    """List the disputed lines of the official's area."""
    rows = queries.open_disputes(reader(), reachable_areas())
    page = DisputesPage(
        disputes=tuple(rows),
        household_refs=references.refs_of_households(reader(), {row.household_id for row in rows}),
        may_answer=any(str(grant.role) in ANSWERERS for grant in me().grants),
    )
    return render_template("income/disputes.html", page=page)


@bp.post("/office/disputes/<int:line_id>/answer")
@policy("disputes.answer", of="statement_line", **ANSWERERS)
def answer_dispute(line_id: int) -> Response:
    """Answer one of them."""
    found = queries.dispute(reader(), line_id)
    # By area alone: an official of the household's own family answers no dispute of theirs through that tie.
    dispute = authorise(found, village_code=found.village_code if found else None, household_id=0)
    by, answer = me().user_id, tidy(request.form.get("answer", ""))[:500]
    try:
        write(lambda session: services.answer_dispute(session, statement_line_id=dispute.statement_line_id, by=by, answer=answer))
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(_("Answered. The household sees your words in its statement."), "ok")
    return redirect(url_for("income.disputes"), code=303)
