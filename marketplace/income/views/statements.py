"""/desk/money/<month>.pdf: a household's month on paper, for its own file and for the officials of its area."""

import datetime as dt

from flask import current_app
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.income import queries
from marketplace.income.values import Figures, PostedPayout, Statement, StatementLine
from marketplace.income.views.blueprint import AUDITOR, HOUSEHOLD_AND_HELPERS, PAYERS, bp
from marketplace.income.views.desk import asked_household, known_month
from marketplace.income.views.wording import sale_words, special_words
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.web import paper
from marketplace.web.db import reader
from marketplace.web.faces import installed_face
from marketplace.web.filters import moment, money, month
from marketplace.web.paper import Paper, PaperColumn, PaperTable
from marketplace.web.policy import policy


@bp.get("/desk/money/<month>.pdf")
@policy("money.paper", of="household", **HOUSEHOLD_AND_HELPERS, **PAYERS, **AUDITOR)
def statement_paper(month: str) -> Response:
    """Send one month's statement as PDF: every line, its split, and what was paid out."""
    household = asked_household()
    face = installed_face()
    if face is None:
        raise NotThere
    drawn = statement_on_paper(household.id, household.ref, known_month(month))
    return paper.send(drawn, face, f"lotusfair-{household.ref}-{month}.pdf")


def statement_on_paper(household_id: int, ref: str, word: str) -> Paper:
    """Return a month's statement as it is drawn; its sums are those of the page, to the fen."""
    found = queries.statement(reader(), household_id, word, limit=1)
    lines = list(queries.whole_month(reader(), household_id, word))
    moved_at = queries.last_moved_at(reader(), household_id, word) or clock.month_bounds(word)[0]
    return Paper(
        title=_("Statement for %(month)s", month=month(word)),
        mark=_("%(site)s · household %(ref)s", site=_("LotusFair"), ref=ref),
        as_of=moved_at,
        facts=[
            (_("Household"), ref),
            (_("Paid to your bank account"), money(found.total.paid_fen)),
            (_("Yours for good"), money(found.total.earned_fen)),
            (_("Left for you"), money(found.total.net_fen)),
            (_("Last change"), moment(moved_at)),
        ],
        tables=[_sales(found, lines, queries.service_fees(reader(), household_id, word)), _payouts(household_id, found)],
        notes=[
            _("All sums in yuan. Left = sold − refunded − fees − your costs."),
            _("What was refunded after it had been paid out is negative and is taken off the next pay-out."),
            _("A closed month keeps its figures: what happens later stands in the month in which it happens."),
        ],
    )  # fmt: skip


def _sales(found: Statement, lines: list[StatementLine], service: dict[int, int]) -> PaperTable:
    parts = special_words([one.line for one in lines])
    rows: list[list[str | int | None]] = [
        [
            _iso(one.line.sold_at),
            "\n".join([sale_words(one.line), *parts.get(one.line.attribution_id, ()), one.line.order_ref]),
            *_split(one.line.figures, service.get(one.line.attribution_id, 0)),
        ]
        for one in lines
    ]
    return PaperTable(
        _("Every sale"),
        [
            PaperColumn(_("Day"), width=20), PaperColumn(_("Sale"), width=45), PaperColumn(_("Sold"), "yuan", 19),
            PaperColumn(_("Refunded"), "yuan", 18), PaperColumn(_("Platform"), "yuan", 17),
            PaperColumn(_("Payment service"), "yuan", 17), PaperColumn(_("Your costs"), "yuan", 17),
            PaperColumn(_("Left for you"), "yuan", 20),
        ],
        rows,
        [_("Together"), None, *_split(found.total, sum(service.values()))],
    )  # fmt: skip


def _iso(at: dt.date | dt.datetime | None) -> str:
    """Return a day as narrow columns hold it, the same in both languages."""
    return "" if at is None else (clock.day_of(at) if isinstance(at, dt.datetime) else at).isoformat()


def _split(figures: Figures, service_fen: int) -> list[int]:
    platform_fen = figures.fees_fen - service_fen
    return [figures.gross_fen, -figures.refunds_fen, -platform_fen, -service_fen, -figures.costs_fen, figures.net_fen]


def _payouts(household_id: int, found: Statement) -> PaperTable:
    posted = queries.payouts_of_month(reader(), household_id, found.month)
    keys = {one.settlement.account_id for one in posted if one.settlement.account_id is not None}
    accounts = farmers.accounts_by_id(reader(), keys, sealer=current_app.extensions["sealer"])

    def row(one: PostedPayout) -> list[str | int | None]:
        paid = one.settlement
        where = accounts[paid.account_id].words if paid.account_id in accounts else _("By hand, against a signed slip")
        words = _("Taken back by the bank: %(where)s", where=where) if one.is_taken_back else where
        at = paid.settled_at if one.is_taken_back else paid.paid_on or paid.settled_at
        return [_iso(at), words, paid.bank_ref, one.amount_fen]

    return PaperTable(
        _("Money sent to you"),
        [
            PaperColumn(_("Day"), width=26), PaperColumn(_("Bank account"), width=66), PaperColumn(_("Bank reference"), width=50),
            PaperColumn(_("Paid to you"), "yuan", 26),
        ],
        [row(one) for one in posted],
        [_("Together"), None, None, found.total.paid_fen],
    )  # fmt: skip
