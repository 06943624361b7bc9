"""/office/reconciliation: each account on both sides, the rows behind each sum, and their Excel twin."""

import datetime as dt

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.queries import names_of_users
from marketplace.kernel import clock, ids
from marketplace.ledger import queries as ledger
from marketplace.ledger.values import BANK, clearing
from marketplace.reconciliation import queries
from marketplace.reconciliation.pages import AccountPage, AccountsPage, ClosedPage
from marketplace.reconciliation.queries import DAYS_ALLOWED, PAGE
from marketplace.reconciliation.values import KIND_WORDS, GroupView, RowView, Side
from marketplace.reconciliation.views.blueprint import OFFICIALS, READERS, bp, label_of, line_of, reporting, silent_gateways
from marketplace.web import exports
from marketplace.web.db import reader
from marketplace.web.exports import Sheet, SheetColumn
from marketplace.web.filters import day, moment
from marketplace.web.identity import visitor
from marketplace.web.policy import me, policy

#: Rows of one side in a workbook.
MOST_IN_WORKBOOK = 20_000


@bp.get("/office/reconciliation")
@policy("reconciliation.accounts", **READERS)
def accounts() -> str:
    """Show every account that somebody else keeps beside our book."""
    page = AccountsPage(
        accounts=[line_of(name) for name in (BANK, *reporting())],
        silent=[(label_of(name), ledger.balance(reader(), clearing(name))) for name in silent_gateways()],
        newest=queries.newest_bank_statement(reader()),
        days_allowed=DAYS_ALLOWED,
    )
    return render_template("reconciliation/accounts.html", page=page)


@bp.get("/office/reconciliation/<name>")
@policy("reconciliation.show", **READERS)
def show(name: str) -> str:
    """Show one account: from the book's sum to the outside's, with the rows between them."""
    return account_page(name)


def account_page(name: str, *, reason: str = "", chosen: frozenset[int] = frozenset(), error: str = "") -> str:
    """Render an account; what was chosen and written before a refusal is kept."""
    line = line_of(name)
    account, after = line.standing.account, _place(request.args.get("after", ""))
    book = queries.open_rows(reader(), account, Side.BOOK, after=after, limit=PAGE + 1)
    outside = queries.open_rows(reader(), account, Side.OUTSIDE, after=after, limit=PAGE + 1)
    waiting = queries.waiting_groups(reader(), account)
    next_url = None
    if len(book) > PAGE or len(outside) > PAGE:
        # both sides go on from the earlier of their last days, so that what belongs together is seen together
        last = min((side[PAGE - 1] for side in (book, outside) if len(side) > PAGE), key=lambda row: (row.on_day, row.id))
        next_url = url_for("reconciliation.show", name=name, after=f"{last.on_day.isoformat()}.{last.id}")
        book, outside = ([row for row in side if (row.on_day, row.id) <= (last.on_day, last.id)] for side in (book, outside))
    page = AccountPage(
        line=line,
        book=book,
        outside=outside,
        waiting=waiting,
        held=queries.held_rows(reader(), account) if account != BANK else (),
        names=names_of_users(reader(), {group.proposed_by for group in waiting}),
        late_before=(clock.today() - dt.timedelta(days=DAYS_ALLOWED)).isoformat(),
        next_url=next_url,
        is_first=after is None,
        key=ids.uuid7(),
        me=me().user_id,
        may_write=bool(visitor().roles & set(OFFICIALS)),
        reason=reason,
        chosen=chosen,
        error=error,
    )
    return render_template("reconciliation/account.html", page=page, kinds=KIND_WORDS)


@bp.get("/office/reconciliation/<name>/closed")
@policy("reconciliation.closed", **READERS)
def closed(name: str) -> str:
    """Show the differences of an account that two people explained, the newest first."""
    line = line_of(name)
    before = request.args.get("before", "")
    groups = queries.closed_groups(
        reader(), line.standing.account, before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=PAGE + 1
    )
    more = len(groups) > PAGE
    groups = groups[:PAGE]
    page = ClosedPage(
        line=line,
        groups=groups,
        names=names_of_users(reader(), _people(groups)),
        next_url=url_for("reconciliation.closed", name=name, before=groups[-1].id) if more else None,
    )
    return render_template("reconciliation/closed.html", page=page, kinds=KIND_WORDS)


@bp.get("/office/reconciliation/<name>/excel")
@policy("reconciliation.excel", **READERS)
def excel(name: str) -> Response:
    """Send the account as a workbook: the statement, and the rows of either side that nothing joins."""
    line = line_of(name)
    standing = line.standing
    columns = [
        SheetColumn(_("Day"), "day"), SheetColumn(_("What"), width=20), SheetColumn(_("Reference"), width=26),
        SheetColumn(_("Amount"), "yuan"), SheetColumn(_("Number of the row"), width=24),
    ]  # fmt: skip
    sides = ((Side.BOOK, _("Only in our book")), (Side.OUTSIDE, _("Only outside")))
    rows = {side: queries.open_rows(reader(), standing.account, side, limit=MOST_IN_WORKBOOK) for side, _title in sides}
    sheets = [Sheet(title, columns, [_cells(row) for row in rows[side]]) for side, title in sides]
    groups = queries.closed_groups(reader(), standing.account, limit=MOST_IN_WORKBOOK)
    names = names_of_users(reader(), _people(groups))
    explained = [
        [group.ref, group.difference_fen, group.reason, names.get(group.proposed_by, ""), names.get(group.closed_by or 0, ""),
         moment(group.closed_at)]
        for group in groups
    ]  # fmt: skip
    heads = [
        SheetColumn(_("Number"), width=16), SheetColumn(_("Difference"), "yuan"), SheetColumn(_("Reason"), width=40),
        SheetColumn(_("Explained by"), width=16), SheetColumn(_("Accepted by"), width=16), SheetColumn(_("When"), "moment"),
    ]  # fmt: skip
    sums = [
        [_("Our book says"), standing.book_fen], [_("Only in our book"), -standing.only_book_fen],
        [_("Only outside"), standing.only_outside_fen], [_("Explained by two people"), -standing.explained_fen],
        [_("So the other side should say"), standing.expected_fen], [_("The other side says"), standing.said_fen],
    ]  # fmt: skip
    sheets = [
        Sheet(line.label, [SheetColumn(_("Line"), width=36), SheetColumn(_("Amount"), "yuan")], sums),
        *sheets,
        Sheet(_("Explained by two people"), heads, explained),
    ]
    about = [(_("Which account"), line.label), (_("As of"), moment(clock.now()))]
    return exports.send(exports.workbook(sheets, about, _("About these figures")), f"lotusfair-reconciliation-{name}.xlsx")


def _cells(row: RowView) -> list[object]:
    return [day(row.on_day), _(KIND_WORDS[row.kind]), row.ref, row.amount_fen, row.key]


def _people(groups: list[GroupView]) -> set[int]:
    return {person for group in groups for person in (group.proposed_by, group.closed_by) if person}


def _place(written: str) -> tuple[dt.date, int] | None:
    """Return where a page begins; what is no place is the beginning."""
    on, _dot, key = written.partition(".")
    try:
        return (dt.date.fromisoformat(on), int(key)) if key.isdecimal() and len(key) < 19 else None
    except ValueError:
        return None
