"""The rows behind any figure, and the order line at the end of the way with its movements and the book's entries."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from marketplace.farmers import queries as farmers
from marketplace.income import queries as income
from marketplace.income.queries import drills
from marketplace.income.values import OWED_BY, Figure, Figures, Movement, SaleView
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.ledger import queries as ledger
from marketplace.ledger.values import Posting
from marketplace.reports import queries
from marketplace.reports.pages import LinePage, LinesPage, Pager, PostingView, SumLine, Table
from marketplace.reports.values import (
    CATEGORY_WORDS,
    FIGURE_WORDS,
    FIGURES,
    INCOME_CATEGORY_WORDS,
    MEASURE_WORDS,
    MOVEMENT_WORDS,
    STATUS_WORDS,
    Period,
    Scope,
)
from marketplace.reports.views import downloads, shown
from marketplace.reports.views.blueprint import READERS, bp
from marketplace.reports.views.shown import Lines
from marketplace.web import exports, visits
from marketplace.web.db import reader
from marketplace.web.filters import moment
from marketplace.web.policy import authorise, policy, reachable_areas

#: Rows shown at once.
PAGE = 40
#: No key is larger; the database would not even take the question.
MOST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Asked:
    """Whose rows are asked for, authorised: an area, a household, a household's, pool's or promotion's part of an area."""

    title: str
    village_or_area: str
    args: dict[str, str]
    of: dict[str, Any]
    figures: Figures


@bp.get("/office/reports/lines")
@policy("reports.read", of="area", **READERS)
def lines() -> str:
    """Show a page of the rows that make a figure; over all pages they sum to it to the fen."""
    scope, figure, names = shown.asked_scope(), _figure(), shown.area_names()
    asked = _asked(scope, names)
    found = income.lines_of(
        reader(),
        period=scope.period.word,
        kind=figure,
        measure=scope.measure,
        category=scope.category,
        before=shown.asked_number("before"),
        limit=PAGE,
        **asked.of,
    )
    count = drills.count_of_lines(
        reader(), period=scope.period.word, kind=figure, measure=scope.measure, category=scope.category, **asked.of
    )
    keys = {line.household_id for line in found.lines if line.household_id is not None}
    refs, heads = queries.names_of(reader(), keys, sealer=shown.sealer())
    households = {key: (refs[key], f"{heads.get(key, '')} {refs[key]}") for key in keys}
    label = _(FIGURE_WORDS[figure])
    to = Lines(scope, **asked.args)
    here = {**asked.args, **shown.scope_args(scope, kind=str(figure))}
    page = LinesPage(
        title=_("%(figure)s: the rows behind it", figure=label),
        area_name=asked.title,
        crumbs=shown.crumbs(asked.village_or_area, names, scope, *_crumb_of(asked, scope), (label, None)),
        period_words=shown.scope_words(scope),
        as_of=clock.now(),
        filters=shown.filters(url_for("reports.lines"), scope, [*asked.args.items(), ("kind", str(figure))]),
        figures=[(_(FIGURE_WORDS[each]), to.url(each), each is figure) for each in FIGURES],
        sum_label=label,
        sum_fen=asked.figures.of(figure),
        count_words=ngettext("%(num)s order line", "%(num)s order lines", count),
        meaning=downloads.definitions()[str(figure)][1],
        table=shown.lines_table(found.lines, names, figure, scope, caption=asked.title, households=households),
        pager=_pager(found.next_before, here),
        excel_url=url_for("reports.excel_lines", **here),
        how_url=shown.how(str(figure)),
    )
    return render_template("reports/lines.html", page=page)


@bp.get("/office/reports/lines/excel")
@policy("reports.read", of="area", **READERS)
def excel_lines() -> Response:
    """Send every row behind a figure."""
    scope, figure, names = shown.asked_scope(), _figure(), shown.area_names()
    asked = _asked(scope, names)
    sheet = downloads.lines_sheet(_(FIGURE_WORDS[figure]), downloads.line_rows(scope, figure, **asked.of), names, figure)
    book = exports.workbook([sheet], downloads.about(asked.title, scope, clock.now()), _("How it is reckoned"))
    return exports.send(book, f"lotusfair-{figure}-{scope.period.word}.xlsx")


@bp.get("/office/reports/lines/<int:number>")
@policy("reports.read", of="line", **READERS)
def line(number: int) -> str:
    """Show one order line: what was frozen on its day, everything since, and the entries of the book."""
    sale = _sale(number)
    return render_template("reports/line.html", page=_line_page(sale))


@bp.get("/office/reports/lines/<int:number>/excel")
@policy("reports.read", of="line", **READERS)
def excel_line(number: int) -> Response:
    """Send one order line's movements and entries."""
    sale = _sale(number)
    postings = _postings(sale)
    movements = exports.Sheet(
        _("What happened"),
        [exports.SheetColumn(_("When"), "moment"), exports.SheetColumn(_("What")), exports.SheetColumn(_("Amount"), "yuan")],
        [[moment(each.at), _(MOVEMENT_WORDS[each.kind]), each.amount_fen] for each in sale.movements],
    )
    entries = exports.Sheet(
        _("In the book"),
        [
            exports.SheetColumn(_("Transaction")),
            exports.SheetColumn(_("When"), "moment"),
            exports.SheetColumn(_("Account"), width=36),
            exports.SheetColumn(_("Debit"), "yuan"),
            exports.SheetColumn(_("Credit"), "yuan"),
        ],
        [
            [
                posting.ref,
                moment(posting.posted_at),
                entry.account,
                max(entry.amount_fen, 0) or None,
                max(-entry.amount_fen, 0) or None,
            ]
            for posting in postings
            for entry in posting.entries
        ],
    )
    scope = Scope(Period(clock.month_of(sale.sold_at)))
    book = exports.workbook([movements, entries], downloads.about(sale.order_ref, scope, clock.now()), _("How it is reckoned"))
    return exports.send(book, f"lotusfair-line-{sale.id}.xlsx")


def _figure() -> Figure:
    word = request.args.get("kind", Figure.PAID.value)
    if word not in set(Figure):
        raise NotThere
    return Figure(word)


def _asked(scope: Scope, names: Any) -> Asked:
    """Fetch and authorise whose rows the address asks for.

    Raises:
        NotThere: nobody's, or not this reader's; the answers do not differ.
    """
    code, ref, pool, promotion = (request.args.get(name, "") for name in ("area", "household", "pool", "promotion"))
    narrowed: dict[str, Any] = {"measure": scope.measure, "category": scope.category}
    if code:
        area = shown.asked_area(code)
        if pool:
            pool = shown.asked_ref(pool)
            of: dict[str, Any] = {"area_code": area.code, "seller_ref": pool}
            figures = income.sum_of_lines(reader(), period=scope.period.word, **narrowed, **of)
            return Asked(f"{names[code]} · {pool}", code, {"area": code, "pool": pool}, of, figures)
        if promotion:
            if not visits.is_promotion(promotion):
                raise NotThere
            of = {"area_code": area.code, "promotion": promotion}
            figures = income.sum_of_lines(reader(), period=scope.period.word, **narrowed, **of)
            return Asked(f"{names[code]} · {promotion}", code, {"area": code, "promotion": promotion}, of, figures)
        if not ref:
            figures = income.totals(reader(), area.code, scope.period.word, **narrowed)
            return Asked(names[code], code, {"area": code}, {"area_code": area.code}, figures)
    household = farmers.household_by_ref(reader(), shown.asked_ref(ref)) if ref else None
    if household is not None and code:
        # A household that moved away keeps the sales it made here on this area's record.
        of = {"area_code": code, "household_id": household.id}
        figures = income.sum_of_lines(reader(), period=scope.period.word, **narrowed, **of)
        if not any(figures):
            authorise(household)
        return Asked(f"{names[code]} · {ref}", code, {"area": code, "household": ref}, of, figures)
    household = authorise(household)
    figures = drills.household_totals(reader(), household.id, scope.period.word, **narrowed)
    return Asked(ref, household.village_code, {"household": ref}, {"household_id": household.id}, figures)


def _crumb_of(asked: Asked, scope: Scope) -> list[tuple[str, str | None]]:
    ref = asked.args.get("household")
    return [(ref, url_for("reports.household", ref=ref, **shown.scope_args(scope)))] if ref else []


def _pager(next_before: int | None, here: dict[str, Any]) -> Pager:
    first = url_for("reports.lines", **here) if shown.asked_number("before") else None
    following = url_for("reports.lines", **here, before=next_before) if next_before else None
    return Pager(first, following, _("The first page is the latest") if first else None)


def _sale(number: int) -> SaleView:
    sale = drills.sale(reader(), number) if number <= MOST_KEY else None
    if sale is None:
        raise NotThere
    if sale.household_id is not None and not sale.village_code.startswith(reachable_areas()):
        # The household may have moved into the reader's area since.
        return authorise(sale, village_code=farmers.villages_of_households(reader(), [sale.household_id])[sale.household_id])
    return authorise(sale, village_code=sale.village_code)


def _postings(sale: SaleView) -> list[Posting]:
    return ledger.postings_by_id(reader(), sorted({each.ledger_transaction_id for each in sale.movements}))


def _line_page(sale: SaleView) -> LinePage:
    names = shown.area_names()
    scope = Scope(Period(clock.month_of(sale.sold_at)))
    household = None
    if sale.household_id is not None:
        refs, heads = queries.names_of(reader(), [sale.household_id], sealer=shown.sealer())
        ref = refs[sale.household_id]
        url = url_for("reports.household", ref=ref, **shown.scope_args(scope))
        household = (f"{heads.get(sale.household_id, '')} {ref}", url)
    return LinePage(
        title=sale.title,
        area_name=names[sale.village_code],
        crumbs=shown.crumbs(
            sale.village_code, names, scope, *([household] if household else []), (_("Order %(ref)s", ref=sale.order_ref), None)
        ),
        as_of=clock.now(),
        facts=[
            (_("Order"), sale.order_ref),
            (_("Sold on"), moment(sale.sold_at)),
            (_("Quantity"), f"{sale.quantity}"),
            (_("Seller"), sale.seller_ref),
            (_("Paid through"), _payment_words(sale.gateway)),
        ],
        frozen=_frozen(sale, names),
        household=household,
        reckoning=shown.reckoning(sale.figures, None),
        stages=[
            SumLine(_(FIGURE_WORDS[Figure.EARNED]), sale.figures.earned_fen, None),
            SumLine(_(FIGURE_WORDS[Figure.PAID]), sale.figures.paid_fen, None, is_total=True),
        ],
        movements=_movements(sale),
        postings=[_posting_view(posting) for posting in _postings(sale)],
        excel_url=url_for("reports.excel_line", number=sale.id),
        how_url=url_for("reports.definitions"),
    )


def _frozen(sale: SaleView, names: Any) -> list[tuple[str, str]]:
    none = _("None")
    return [
        (_("Village"), names[sale.village_code]),
        (_("Standing"), _(STATUS_WORDS[sale.status])),
        (_("Registration spell"), _("No. %(number)d", number=sale.spell_id) if sale.spell_id else none),
        (_("Helper"), _("No. %(number)d", number=sale.helper_id) if sale.helper_id else none),
        (_("Measure"), _(MEASURE_WORDS[sale.measure])),
        (_("Goods"), _(CATEGORY_WORDS[sale.category])),
        (_("Income category"), _(INCOME_CATEGORY_WORDS[sale.income_category])),
        (_("Promotion"), Markup('<span translate="no">{}</span>').format(sale.promotion) if sale.promotion else none),
    ]


def _payment_words(gateway: str) -> str:
    words = {
        "offline": _("Bank transfer or cash"), "sandbox": _("Trial payment"), "stripe": _("Payment service"),
        "pool": _("What a cooperative shared out"),
    }  # fmt: skip
    return str(words.get(gateway, gateway))


def _movements(sale: SaleView) -> Table:
    costs = {"inputs": _("Declared cost: inputs"), "packing": _("Declared cost: packing")}
    rows: list[dict[str, Any]] = []
    owed = 0
    for each in sale.movements:
        sign = OWED_BY[Movement(each.kind)]
        owed += sign * each.amount_fen
        rows.append({"what": _(MOVEMENT_WORDS[each.kind]), "at": each.at, "fen": (sign or 1) * each.amount_fen, "owed": owed})
    rows += [{"what": costs[each.kind], "at": each.at, "fen": each.amount_fen, "owed": None} for each in sale.costs]
    rows.sort(key=lambda row: row["at"])
    return Table(
        caption=_("What happened"),
        note=_("In yuan, every movement of this line, oldest first. Declared costs move no money."),
        columns=[
            {"key": "what", "label": _("What")},
            {"key": "at", "label": _("When"), "kind": "moment"},
            {"key": "fen", "label": _("Amount"), "kind": "yuan"},
            {"key": "owed", "label": _("Owed to the seller afterwards"), "kind": "yuan"},
        ],
        rows=rows,
    )


def _posting_view(posting: Posting) -> PostingView:
    kinds = {
        "sale": _("Sale"),
        "freight": _("Freight"),
        "refund": _("Refund"),
        "earned": _("Earned"),
        "passed_on": _("Passed on"),
        "payout": _("Pay-out"),
        "payout_returned": _("Pay-out that came back"),
        "distribution": _("Shared among members"),
        "settlement": _("Settlement"),
    }
    return PostingView(
        ref=posting.ref,
        words=kinds.get(posting.kind, posting.kind),
        posted_at=posting.posted_at,
        entries=[
            (
                entry.account,
                _account_words(entry.account),
                entry.amount_fen if entry.amount_fen > 0 else None,
                -entry.amount_fen if entry.amount_fen < 0 else None,
            )
            for entry in posting.entries
        ],
    )


def _account_words(account: str) -> str:
    head, rest = (*account.split("/", 1), "")[:2]
    if head == "payable":
        return str(_("Owed to the seller, earned") if rest.endswith("/earned") else _("Owed to the seller, accrued"))
    words = {
        "bank": _("The county's bank account"),
        "clearing": _("Held by the payment service"),
        "freight": _("Freight"),
        "subsidy": _("Subsidy"),
        "receivable": _("Owed by a buyer"),
        "fees": _("Platform fee") if rest == "platform" else _("Payment fee"),
    }
    return str(words[head])
