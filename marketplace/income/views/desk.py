"""/desk/money: what came in this month, every month's statement, and the household's word on each line."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.assistance import queries as assistance
from marketplace.farmers import queries as farmers
from marketplace.farmers.queries import references
from marketplace.farmers.values import AccountInUse, AccountUse, AccountView
from marketplace.income import labels, queries, rules, services
from marketplace.income.values import Figures, LineState, NextPayout, SettlementView, Statement
from marketplace.income.views import wording
from marketplace.income.views.blueprint import HOUSEHOLD_AND_HELPERS, bp
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere, Refusal
from marketplace.web.db import reader, write
from marketplace.web.faces import installed_face
from marketplace.web.forms import tidy
from marketplace.web.policy import authorise, me, policy
from marketplace.web.requests import before_asked
from marketplace.web.words import flash_refusal

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
#: A dispute is a sentence, not a letter.
MOST_WORDS = 300
#: More lines than a page shows are not agreed to at once.
MOST_LINES = 100


@dataclass(frozen=True)
class MoneyPage:
    """What came in, this month and before."""

    ref: str
    month: str
    figures: Figures
    months: tuple[tuple[str, Figures], ...]
    #: References of the other households this person may look at.
    others: tuple[str, ...]
    open_lines: int
    is_assisted: bool
    #: What may be expected next, and where it goes.
    coming: NextPayout
    in_use: AccountInUse
    accounts: tuple[AccountView, ...]
    payouts: tuple[SettlementView, ...]


@dataclass(frozen=True)
class MonthPage:
    """One month's statement."""

    ref: str
    statement: Statement
    is_running: bool
    #: Lines of the whole month that wait for the household's word, on this page or another.
    open_lines: int
    is_assisted: bool
    #: Where this page of lines begins: a button pressed on it leads back to it.
    before: int | None
    first_url: str | None
    next_url: str | None
    #: What is sold, and what a member's part of a cooperative's sale is made of, by line.
    titles: dict[int, str]
    #: The figures shown, by line, as the button hands them back.
    seen: dict[int, str]
    #: Lines of this page that wait for the household's word: one button agrees to all of them.
    waiting: tuple[int, ...]
    parts: Mapping[int, Sequence[str]]
    #: Whether the month can be had as PDF; else its page is printed.
    has_paper: bool
    most_words: int = MOST_WORDS


@bp.get("/desk/money")
@policy("money.see", of="household", **HOUSEHOLD_AND_HELPERS)
def money() -> str:
    """Show this month's money and the months before."""
    household = asked_household()
    month = clock.month_of(clock.now())
    own = sorted(me().household_ids - {household.id})
    sellers = farmers.sellers_of_household(reader(), household.id)
    page = MoneyPage(
        ref=household.ref,
        month=month,
        figures=queries.household_figures(reader(), household.id, month),
        months=tuple(row for row in queries.household_months(reader(), household.id) if row[0] != month),
        others=tuple(sorted(references.refs_of_households(reader(), own).values())),
        open_lines=queries.open_lines(reader(), household.id, month),
        is_assisted=household.id not in me().household_ids,
        coming=queries.next_payout(
            reader(), [one.ref for one in sellers], least_fen=current_app.extensions["settings"].least_settlement_fen
        ),
        in_use=_in_use([one.ref for one in sellers]),
        accounts=tuple(farmers.accounts_of_household(reader(), household.id, sealer=current_app.extensions["sealer"])),
        payouts=tuple(queries.settlements_of_household(reader(), household.id)),
    )
    return render_template("income/money.html", page=page, labels=labels, **_desk(household.id, _back_url(household)))


@bp.get("/desk/money/<month>")
@policy("money.see", of="household", **HOUSEHOLD_AND_HELPERS)
def month(month: str) -> str:
    """Show one month line by line, the latest sales first."""
    household = asked_household()
    before = before_asked()
    statement = queries.statement(reader(), household.id, known_month(month), before=before)
    here = {"month": month, "household": household.ref}
    page = MonthPage(
        ref=household.ref,
        statement=statement,
        is_running=month == clock.month_of(clock.now()),
        open_lines=queries.open_lines(reader(), household.id, month),
        is_assisted=household.id not in me().household_ids,
        before=before,
        first_url=url_for("income.month", **here) if before else None,
        next_url=url_for("income.month", **here, before=statement.next_before) if statement.next_before else None,
        titles={one.line.attribution_id: wording.sale_words(one.line) for one in statement.lines},
        seen={one.line.attribution_id: rules.seen_words(one.line.figures) for one in statement.lines},
        waiting=tuple(one.line.attribution_id for one in statement.lines if one.state is LineState.OPEN),
        parts=wording.special_words([one.line for one in statement.lines]),
        has_paper=installed_face() is not None,
    )
    return render_template(
        "income/month.html", page=page, **_desk(household.id, url_for("income.money", household=household.ref))
    )


@bp.post("/desk/money/<month>/lines/<int:attribution_id>/confirm")
@policy("money.answer", of="household", **HOUSEHOLD_AND_HELPERS)
def confirm_line(month: str, attribution_id: int) -> Response:
    """The household agrees with a line as the page showed it."""
    seen = request.form.get("seen", "")

    def verb(session: Session, **who: Any) -> None:
        services.confirm_line(session, attribution_id=attribution_id, seen=seen, **who)

    return _say(month, f"line-{attribution_id}", verb, _("Confirmed. Thank you."))


@bp.post("/desk/money/<month>/confirm")
@policy("money.answer", of="household", **HOUSEHOLD_AND_HELPERS)
def confirm_page(month: str) -> Response:
    """The household agrees with every open line of a page as it showed them."""
    seen = {}
    for written in request.form.getlist("line")[:MOST_LINES]:
        number, _colon, figures = written.partition(":")
        if not (number.isascii() and number.isdigit() and int(number) < 2**63 and figures):
            raise NotThere
        seen[int(number)] = figures

    def verb(session: Session, **who: Any) -> None:
        services.confirm_lines(session, seen=seen, **who)

    return _say(month, "lines", verb, _("Confirmed. Thank you."))


@bp.post("/desk/money/<month>/lines/<int:attribution_id>/dispute")
@policy("money.answer", of="household", **HOUSEHOLD_AND_HELPERS)
def dispute_line(month: str, attribution_id: int) -> Response:
    """The household finds something wrong with a line."""
    words = tidy(request.form.get("words", ""))[:MOST_WORDS]

    def verb(session: Session, **who: Any) -> None:
        services.dispute_line(session, attribution_id=attribution_id, words=words, **who)

    return _say(month, f"line-{attribution_id}", verb, _("Sent. An official will answer you here."))


def _say(month: str, place: str, verb: Callable[..., None], done: str) -> Response:
    household = asked_household()
    person = me().user_id
    is_assisted = household.id not in me().household_ids
    back = redirect(
        url_for("income.month", month=known_month(month), household=household.ref, before=before_asked(), _anchor=place),
        code=303,
    )
    if is_assisted and request.form.get("agreed") != "yes":
        flash(_("Ask the household first, then tick that it agrees."), "bad")
        return back
    try:
        write(lambda session: verb(session, household_id=household.id, month=month, by=person, is_assisted=is_assisted))
    except NotThere:
        raise
    except Refusal as no:
        flash_refusal(no)
    else:
        flash(done, "ok")
    return back


def asked_household() -> Any:
    """Return the household asked for by its reference, else the person's first, authorised."""
    ref = request.values.get("household", "")
    if ref:
        found = farmers.household_by_ref(reader(), ref)
    else:
        own = sorted(me().household_ids)
        found = farmers.household(reader(), own[0]) if own else None
    return authorise(found, household_id=found.id if found else None)


def _in_use(seller_refs: list[str]) -> AccountInUse:
    """Return where the household's money goes: of several sellers, closed ones among them, the one that can be paid."""
    found = farmers.accounts_in_use(reader(), seller_refs).values()
    order = {AccountUse.USABLE: 0, AccountUse.COOLING: 1, AccountUse.MISSING: 2}
    return min(found, key=lambda one: order[one.use], default=AccountInUse(AccountUse.MISSING))


def known_month(month: str) -> str:
    """Return the month of an address.

    Raises:
        NotThere: it is none.
    """
    if not _MONTH.fullmatch(month):
        raise NotThere
    return month


def _back_url(household: Any) -> str:
    """Return where a household's money was opened from: its own desk, or its card for who helps it."""
    is_own = household.id in me().household_ids
    return url_for("desk.home") if is_own else url_for("assistance.household", ref=household.ref)


def _desk(household_id: int, back_url: str) -> dict[str, Any]:
    helper = assistance.helper_contact(reader(), household_id, clock.today(), sealer=current_app.extensions["sealer"])
    return {
        "desk_name": _("My money"),
        "back_url": back_url,
        "helper_name": helper.name if helper else None,
        "helper_phone": helper.phone if helper else None,
    }
