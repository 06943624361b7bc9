"""/office/settlements/results: what the bank says, loaded by one official and accepted by another."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.farmers.queries import references
from marketplace.income import bankfile, labels, queries, services
from marketplace.income.values import BankResultView, ResultFinding, ResultLine
from marketplace.income.views.blueprint import AUDITOR, PAYERS, bp
from marketplace.income.views.trying import tried
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import primary, reader, write
from marketplace.web.forms import tidy
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.words import say


@dataclass(frozen=True)
class ResultsPage:
    """The bank's results so far, and what is wrong with the one just sent in."""

    results: tuple[BankResultView, ...]
    headings: str
    may_pay: bool
    error: str | None = None
    findings: tuple[ResultFinding, ...] = ()


@dataclass(frozen=True)
class ResultPage:
    """One result of the bank beside the attempts it speaks of."""

    result: BankResultView
    lines: tuple[ResultLine, ...]
    household_refs: dict[int, str]
    names: dict[int, str]
    me: int
    may_pay: bool


@bp.get("/office/settlements/results")
@policy("results.list", **PAYERS, **AUDITOR)
def results() -> str:
    """List the bank's results, and the form for another."""
    return _page()


@bp.post("/office/settlements/results")
@policy("results.load", of="area", **PAYERS)
def load_result() -> Any:
    """Judge a result of the bank: every bad row is told, and nothing is taken of a file that has one."""
    areas, upload = reachable_areas(), request.files.get("file")
    if upload is None or not upload.filename:
        return _page(_("Choose the bank's file first.")), 400
    content = upload.read(bankfile.MOST_BYTES + 1)
    try:
        expected = queries.attempts_named(primary(), bankfile.references(content), areas)
        found = bankfile.read_result(content, expected, today=clock.today())
        if found.findings:
            return _page(_("Nothing was taken of this file. Mend these rows and send it again."), found.findings), 422
        sha256, by = hashlib.sha256(content).hexdigest(), me().user_id
        ref = write(lambda session: services.load_result(session, rows=found.rows, sha256=sha256, by=by).ref)
    except Refusal as no:
        return _page(say(no)), no.status
    flash(_("Read. Another official must compare it with the bank's statement and accept it."), "ok")
    return redirect(url_for("income.result", ref=ref), 303)


@bp.get("/office/settlements/results/<ref>")
@policy("results.see", of="bank result", **PAYERS, **AUDITOR)
def result(ref: str) -> str:
    """Show a result of the bank row by row."""
    found = _result(ref)
    lines = queries.result_lines(reader(), found.id)
    households = {line.household_id for line in lines if line.household_id is not None}
    people = {found.loaded_by} | ({found.accepted_by} if found.accepted_by else set())
    page = ResultPage(
        result=found,
        lines=tuple(lines),
        household_refs=references.refs_of_households(reader(), households),
        names=names_of_users(reader(), people),
        me=me().user_id,
        may_pay=_may_pay(),
    )
    return render_template("income/result.html", page=page, labels=labels)


@bp.post("/office/settlements/results/<ref>/accept")
@policy("results.accept", of="bank result", **PAYERS)
def accept_result(ref: str) -> Response:
    """Accept what another official loaded: what is paid is booked, what came back is owed again."""
    found, by = _result(ref), me().user_id
    return _try(
        ref, lambda session: services.accept_result(session, result_id=found.id, by=by).id, _("Accepted. The book follows.")
    )  # fmt: skip


@bp.post("/office/settlements/results/<ref>/discard")
@policy("results.discard", of="bank result", **PAYERS)
def discard_result(ref: str) -> Response:
    """Discard a result that was not accepted."""
    found, by, reason = _result(ref), me().user_id, tidy(request.form.get("reason", ""))
    return _try(
        ref,
        lambda session: services.discard_result(session, result_id=found.id, by=by, reason=reason).id,
        _("Discarded. Nothing was posted."),
    )


def _result(ref: str) -> BankResultView:
    """Return a result all of whose attempts lie in the official's area."""
    found = queries.result_by_ref(reader(), ref)
    if found is None:
        raise NotThere
    for code in found.area_codes:
        authorise(found, village_code=code)
    return found


def _try(ref: str, verb: Callable[[Any], Any], done: str) -> Response:
    return tried(verb, done, back="income.result", ref=ref)


def _page(error: str | None = None, findings: tuple[ResultFinding, ...] = ()) -> str:
    page = ResultsPage(
        results=tuple(queries.results(reader(), reachable_areas())),
        headings="、".join(bankfile.RESULT_HEADINGS),
        may_pay=_may_pay(),
        error=error,
        findings=findings,
    )
    return render_template("income/results.html", page=page, labels=labels)


def _may_pay() -> bool:
    return any(str(grant.role) in PAYERS for grant in me().grants)
