"""/office/reconciliation/lists: the bank's lists, one a day or a month, taken in whole or not at all."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.kernel.errors import Refusal
from marketplace.reconciliation import bank_lists, queries, services
from marketplace.reconciliation.pages import ListsPage
from marketplace.reconciliation.queries import PAGE
from marketplace.reconciliation.refusals import BadRows
from marketplace.reconciliation.values import PROBLEM_WORDS
from marketplace.reconciliation.views.blueprint import OFFICIALS, READERS, bp
from marketplace.web.db import reader, write
from marketplace.web.identity import visitor
from marketplace.web.policy import me, policy
from marketplace.web.words import say


@bp.get("/office/reconciliation/lists")
@policy("reconciliation.lists", **READERS)
def lists() -> str:
    """Show the bank's lists so far, and the form for another."""
    return _page()


@bp.post("/office/reconciliation/lists")
@policy("reconciliation.take_list", **OFFICIALS)
def take_list() -> Response | tuple[str, int]:
    """Take in a list of the bank's; of one with a bad row nothing is taken, and each bad row is named."""
    upload, by = request.files.get("file"), me().user_id
    if upload is None or not upload.filename:
        return _page(error=_("Choose the bank's list first.")), 400
    content = upload.read(bank_lists.MOST_BYTES + 1)
    try:
        held = bank_lists.read_bank_list(content, said=lambda serials: queries.lines_said(reader(), serials))
    except BadRows as no:
        return _page(error=say(no), refused=no), no.status
    except Refusal as no:
        return _page(error=say(no)), no.status
    write(lambda session: services.take_bank_list(session, held=held, by=by))
    rows = len(held.lines)
    flash(ngettext("%(num)d row of the bank's list was read.", "%(num)d rows of the bank's list were read.", rows), "ok")
    return redirect(url_for("reconciliation.show", name="bank"), code=303)


def _page(*, error: str = "", refused: BadRows | None = None) -> str:
    before = request.args.get("before", "")
    files = queries.bank_statements(
        reader(), before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=PAGE + 1
    )
    next_url = url_for("reconciliation.lists", before=files[PAGE - 1][0]) if len(files) > PAGE else None
    shown = [file for _key, file in files[:PAGE]]
    page = ListsPage(
        files=shown,
        names=names_of_users(reader(), {file.by_user_id for file in shown}),
        columns=(*bank_lists.NEEDED, bank_lists.REMARK),
        next_url=next_url,
        may_write=bool(visitor().roles & set(OFFICIALS)),
        error=error,
        findings=refused.findings if refused else (),
    )
    return render_template("reconciliation/lists.html", page=page, problems=PROBLEM_WORDS)
