"""/office/settlements: batches of pay-outs prepared, approved, sent to the bank, tried again."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.farmers.values import AccountView
from marketplace.income import bankfile, labels, queries, services
from marketplace.income.values import (
    BankFileView,
    BatchLine,
    BatchState,
    Omission,
    PaidLine,
    SettlementState,
    SettlementView,
)
from marketplace.income.views.blueprint import AUDITOR, PAYERS, bp
from marketplace.income.views.trying import tried
from marketplace.kernel import clock, faults, ids
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.kernel.money import yuan
from marketplace.web import exports
from marketplace.web.db import reader, write
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import moment
from marketplace.web.forms import posted_key, tidy
from marketplace.web.policy import authorise, me, policy, reachable_areas
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

PER_PAGE = 24
#: Attempts whose sales are listed on a batch's page; the Excel twin lists them all.
MOST_SPLIT = 60


@dataclass(frozen=True)
class SettlementsPage:
    """The batches of an official's area."""

    batches: tuple[BatchLine, ...]
    areas: tuple[str, ...]
    month: str
    least_fen: int
    key: str
    may_pay: bool
    next_url: str | None


@dataclass(frozen=True)
class BatchPage:
    """One batch: its attempts with accounts and sales, whom it left out, files for the bank, and what may be done."""

    batch: BatchLine
    attempts: tuple[SettlementView, ...]
    accounts: dict[int, AccountView]
    lines: dict[int, list[PaidLine]]
    omissions: tuple[Omission, ...]
    files: tuple[BankFileView, ...]
    household_refs: dict[int, str]
    seller_names: dict[str, str]
    names: dict[int, str]
    me: int
    key: str
    may_pay: bool
    #: How many attempts are approved and not in a file yet.
    to_send: int
    #: Keys of attempts that came back and were not tried again.
    to_retry: frozenset[int]


@bp.get("/office/settlements")
@policy("settlements.list", **PAYERS, **AUDITOR)
def settlements() -> str:
    """List the batches of the official's area, the latest first."""
    found = queries.batches(reader(), reachable_areas(), limit=PER_PAGE + 1, before=before_asked())
    shown = found[:PER_PAGE]
    page = SettlementsPage(
        batches=tuple(shown),
        areas=reachable_areas(),
        month=_last_month(),
        least_fen=_least_fen(),
        key=ids.uuid7(),
        may_pay=_may_pay(),
        next_url=url_for("income.settlements", before=shown[-1].id) if len(found) > PER_PAGE else None,
    )
    return render_template("income/settlements.html", page=page, labels=labels)


@bp.post("/office/settlements")
@policy("settlements.prepare", of="area", **PAYERS)
def prepare_batch() -> Response:
    """Prepare last month's batch of an area, or one of chosen sellers; another official approves it."""
    areas = reachable_areas()
    area = request.form.get("area", "") or (areas[0] if areas else "")
    if not any(area.startswith(code) for code in areas) or len(area) not in (6, 9, 12):
        raise NotThere
    sellers = [ref for ref in request.form.getlist("seller") if ref][:500]
    key, by, least, month = posted_key(), me().user_id, _least_fen(), None if sellers else _last_month()
    try:
        ref = write(
            lambda session: (
                services.prepare_batch(
                    session, key=key, area_code=area, by=by, month=month, seller_refs=sellers or None, least_fen=least
                ).ref
            )
        )
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("income.settlements"), 303)
    flash(_("Prepared. Another official must approve it."), "ok")
    return redirect(url_for("income.batch", ref=ref), 303)


@bp.get("/office/settlements/<ref>")
@policy("settlements.see", of="batch", **PAYERS, **AUDITOR)
def batch(ref: str) -> str:
    """Show a batch with its sums, whom it left out and why, and what the bank said."""
    found = _batch(ref)
    return render_template("income/batch.html", page=_page(found), labels=labels)


@bp.get("/office/settlements/<ref>/excel")
@policy("settlements.excel", of="batch", **PAYERS, **AUDITOR)
def batch_excel(ref: str) -> Response:
    """Send the Excel twin of a batch; accounts are masked as on the page."""
    found = _batch(ref)
    page = _page(found, split=None)
    attempts = [
        [
            one.attempt_ref, one.seller_ref, page.seller_names.get(one.seller_ref, ""), _area(one.village_code), one.amount_fen,
            page.accounts[one.account_id].words if one.account_id in page.accounts else "",
            _(labels.SETTLEMENT_STATE[one.state][0]), one.bank_ref, one.paid_on.isoformat() if one.paid_on else "",
            _reason(one.reason),
        ]
        for one in page.attempts
    ]  # fmt: skip
    lines = [
        [one.attempt_ref, line.order_ref, line.title, clock.day_of(line.sold_at).isoformat(), line.amount_fen]
        for one in page.attempts
        for line in page.lines.get(one.id, ())
    ]
    left = [[one.seller_ref, _area(one.village_code), one.balance_fen, _(labels.LEFT_OUT[one.reason])] for one in page.omissions]
    sheets = [
        Sheet(_("Payments"), [
            SheetColumn(_("Settlement"), width=16), SheetColumn(_("Seller"), width=12), SheetColumn(_("Name shown")),
            SheetColumn(_("Village")), SheetColumn(_("Amount"), "yuan"), SheetColumn(_("Bank account"), width=30),
            SheetColumn(_("How far")), SheetColumn(_("Bank reference")), SheetColumn(_("Paid on"), "day"),
            SheetColumn(_("Reason"), width=30),
        ], attempts),
        Sheet(_("Sales paid"), [
            SheetColumn(_("Settlement"), width=16), SheetColumn(_("Order"), width=16), SheetColumn(_("Goods")),
            SheetColumn(_("Sold on"), "day"), SheetColumn(_("Amount"), "yuan"),
        ], lines),
        Sheet(_("Left out"), [
            SheetColumn(_("Seller"), width=12), SheetColumn(_("Village")), SheetColumn(_("On its account"), "yuan"),
            SheetColumn(_("Why"), width=50),
        ], left),
    ]  # fmt: skip
    about = [
        (_("Settlement"), found.ref), (_("Area"), _area(found.area_code)), (_("As of"), moment(clock.now())),
        (_("Amount"), _("What was earned and not paid, less what was refunded after it had been paid.")),
    ]  # fmt: skip
    return exports.send(exports.workbook(sheets, about, _("Terms")), f"lotusfair-{found.ref}.xlsx")


@bp.post("/office/settlements/<ref>/approve")
@policy("settlements.approve", of="batch", **PAYERS)
def approve_batch(ref: str) -> Response:
    """Approve what another official prepared."""
    found, by = _batch(ref), me().user_id
    return _try(
        ref,
        lambda session: services.approve_batch(session, batch_id=found.id, by=by).id,
        _("Approved. Make the file for the bank now."),
    )


@bp.post("/office/settlements/<ref>/withdraw")
@policy("settlements.withdraw", of="batch", **PAYERS)
def withdraw_batch(ref: str) -> Response:
    """Withdraw a batch that was not approved."""
    found, by, reason = _batch(ref), me().user_id, tidy(request.form.get("reason", ""))
    return _try(
        ref,
        lambda session: services.withdraw_batch(session, batch_id=found.id, by=by, reason=reason).id,
        _("Withdrawn. Nothing was posted."),
    )


@bp.post("/office/settlements/<ref>/file")
@policy("settlements.file", of="batch", **PAYERS)
def make_bank_file(ref: str) -> Response:
    """Make the file for the bank of what is approved and send it; each account in it is noted as seen."""
    found, by, sealer = _batch(ref), me().user_id, current_app.extensions["sealer"]
    try:
        file_ref, rows = write(
            lambda session: _file(services.make_bank_file(session, batch_id=found.id, by=by, sealer=sealer))
        )  # fmt: skip
    except Refusal as no:
        flash_refusal(no)
        return redirect(url_for("income.batch", ref=ref), 303)
    faults.point("settlement.committed")
    return _send(file_ref, rows)


@bp.post("/office/settlements/files/<ref>")
@policy("settlements.file_again", of="bank file", **PAYERS)
def bank_file(ref: str) -> Response:
    """Send a file for the bank once more; each account in it is noted as seen once more."""
    found = queries.batch_of_file(reader(), ref)
    authorise(found, village_code=found.area_code if found else None)
    by, sealer = me().user_id, current_app.extensions["sealer"]
    file_ref, rows = write(lambda session: _file(services.rows_of_file(session, file_ref=ref, by=by, sealer=sealer)))
    return _send(file_ref, rows)


@bp.post("/office/settlements/attempts/<ref>/again")
@policy("settlements.again", of="payout", **PAYERS)
def prepare_attempt(ref: str) -> Response:
    """Prepare another attempt after a return."""
    one, by = _attempt(ref), me().user_id
    # one key a page, and on it a button an attempt
    key = f"{posted_key()}/{one.attempt_ref}"
    return _try_attempt(
        one,
        lambda session: services.prepare_attempt(session, key=key, settlement_id=one.id, by=by).id,
        _("Prepared. Another official must approve it."),
    )


@bp.post("/office/settlements/attempts/<ref>/approve")
@policy("settlements.approve_again", of="payout", **PAYERS)
def approve_attempt(ref: str) -> Response:
    """Approve another attempt."""
    one, by = _attempt(ref), me().user_id
    return _try_attempt(
        one,
        lambda session: services.approve_attempt(session, settlement_id=one.id, by=by).id,
        _("Approved. Make the file for the bank now."),
    )


@bp.post("/office/settlements/attempts/<ref>/withdraw")
@policy("settlements.take_out", of="payout", **PAYERS)
def withdraw_attempt(ref: str) -> Response:
    """Take one attempt out before it is sent."""
    one, by, reason = _attempt(ref), me().user_id, tidy(request.form.get("reason", ""))
    return _try_attempt(
        one,
        lambda session: services.withdraw_payout(session, payout_id=one.id, by=by, reason=reason).id,
        _("Taken out. The money goes with a later settlement."),
    )


def _batch(ref: str) -> BatchLine:
    found = queries.batch_by_ref(reader(), ref)
    return authorise(found, village_code=found.area_code if found else None)


def _attempt(ref: str) -> SettlementView:
    """Return an attempt of a batch in the official's area: by area alone, never through a tie to the household."""
    found = queries.payout_by_ref(reader(), ref)
    return authorise(found if found and found.batch_id else None, household_id=0)


def _try(ref: str, verb: Callable[[Any], Any], done: str) -> Response:
    return tried(verb, done, back="income.batch", ref=ref)


def _try_attempt(one: SettlementView, verb: Callable[[Any], Any], done: str) -> Response:
    found = queries.batch_by_id(reader(), one.batch_id or 0)
    if found is None:
        raise NotThere
    return _try(found.ref, verb, done)


def _file(made: tuple[Any, list[bankfile.FileRow]]) -> tuple[str, list[bankfile.FileRow]]:
    return made[0].ref, made[1]


def _send(file_ref: str, rows: list[bankfile.FileRow]) -> Response:
    """Return a file for the bank as CSV, or as its Excel twin; no cache keeps either."""
    if request.form.get("format") == "xlsx":
        names = bankfile.HEADINGS
        kinds = {"金额": "yuan"}
        columns = [SheetColumn(name, kinds.get(name, "text"), 24 if name in ("账号", "开户行") else None) for name in names]
        about = [
            ("T", file_ref), (_("Count"), str(len(rows))), (_("Amount"), yuan(sum(row.amount_fen for row in rows))),
            ("SHA-256", bankfile.checksum(rows)),
        ]  # fmt: skip
        book = exports.workbook([Sheet(file_ref, columns, bankfile.table(rows))], about, _("Terms"))
        return exports.send(book, f"lotusfair-{file_ref}.xlsx")
    answer = make_response(bankfile.written(file_ref, rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="lotusfair-{file_ref}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(found: BatchLine, *, split: int | None = MOST_SPLIT) -> BatchPage:
    attempts = queries.settlements_of(reader(), found.id)
    omissions = queries.omissions_of(reader(), found.id)
    files = queries.files_of(reader(), found.id)
    households = {one.household_id for one in attempts} | {one.household_id for one in omissions}
    refs = {one.seller_ref for one in attempts} | {one.seller_ref for one in omissions}
    latest = {one.ref: one for one in attempts}
    people = {found.prepared_by, found.approved_by, *(file.made_by for file in files)}
    people |= {one.prepared_by for one in attempts} | {one.approved_by for one in attempts}
    lines = queries.paid_lines_of(reader(), attempts if split is None else attempts[:split])
    accounts = {one.account_id for one in attempts if one.account_id is not None}
    return BatchPage(
        batch=found,
        attempts=tuple(attempts),
        accounts=farmers.accounts_by_id(reader(), accounts, sealer=current_app.extensions["sealer"]),
        lines=lines,
        omissions=tuple(omissions),
        files=tuple(files),
        household_refs=references.refs_of_households(reader(), {key for key in households if key is not None}),
        seller_names={ref: one.display_name for ref, one in farmers.sellers_by_refs(reader(), refs).items()},
        names=names_of_users(reader(), {key for key in people if key is not None}),
        me=me().user_id,
        key=ids.uuid7(),
        may_pay=_may_pay(),
        to_send=sum(one.state is SettlementState.APPROVED for one in attempts),
        to_retry=frozenset(
            one.id
            for one in latest.values()
            if one.state is SettlementState.RETURNED and found.state is BatchState.APPROVED
        ),
    )  # fmt: skip


def _may_pay() -> bool:
    return any(str(grant.role) in PAYERS for grant in me().grants)


def _least_fen() -> int:
    least: int = current_app.extensions["settings"].least_settlement_fen
    return least


def _last_month() -> str:
    return (clock.today().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")


def _area(code: str) -> str:
    return str(current_app.extensions["area_name"](code))


def _reason(reason: str) -> str:
    return _(labels.REASON[reason]) if reason in labels.REASON else reason
