"""Part `report`: the county's report against the same figure read raw by SQL, and against a twentieth of the history."""

import functools

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.income import queries as income
from marketplace.kernel import clock
from marketplace.reports import queries
from marketplace.reports.values import Period, Scope
from tests.bench.people import COUNTY, sign_in
from tests.bench.serving import Client, serving
from tests.bench.shown import Table, in_turn, times

#: Gross of a period, from the book alone: what buyers paid to sellers.
FROM_THE_BOOK = text(
    "SELECT -sum(e.amount_fen) FROM entries e JOIN transactions t ON t.id = e.transaction_id"
    " WHERE t.kind = 'sale' AND e.account LIKE 'payable/%' AND e.amount_fen < 0"
    " AND t.posted_at >= :first AND t.posted_at < :beyond"
)
#: The same from the movements of attributions.
FROM_THE_MOVEMENTS = text(
    "SELECT sum(amount_fen) FROM attribution_movements"
    " WHERE kind = 'accrued' AND month = :month AND village_code >= '360321' AND village_code < '360321:'"
)


class FiguresDiffer(Exception):
    """The report and the raw reading do not agree, so comparing their cost means nothing."""


def measure(world, table, history, engine_name):
    """Add the report of one engine at three sizes of history."""
    month = world.month
    first, beyond = (moment.replace(tzinfo=None) for moment in clock.month_bounds(month))
    small = {}
    for filled, entries, households in world.books:
        with filled.engine(read_only=True) as engine, Session(engine) as session:
            asked = {"first": first, "beyond": beyond}
            if engine.dialect.name == "sqlite":
                asked = {key: moment.isoformat(" ") + ".000000" for key, moment in asked.items()}
            raw = functools.partial(session.scalar, FROM_THE_BOOK, asked)
            _refuse_other_figures(session, month, asked)
            things = {
                "raw": lambda raw=raw: raw(),
                "movements": lambda session=session: session.scalar(FROM_THE_MOVEMENTS, {"month": month}),
                "figure": lambda session=session: income.totals(session, COUNTY, month),
                "report": lambda session=session: queries.area_report(session, COUNTY, Scope(Period(month)), own=(COUNTY,)),
                "report, year": lambda session=session: queries.area_report(
                    session, COUNTY, Scope(Period(month[:4])), own=(COUNTY,)
                ),
            }
            found = in_turn(things, rounds=world.rounds(15))
        cookie = sign_in(filled, world.county.official)
        with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", filled.environment) as port:
            bare, house = Client(bare_port), Client(port, cookie)
            pages = {
                "bare": lambda bare=bare: bare.get("/"),
                "page": lambda house=house: house.get(f"/office/reports/areas/{COUNTY}?period={month}"),
            }
            page = in_turn(pages, rounds=world.rounds(12), each=2)
            bare.close()
            house.close()
        small = small or {**found, "page": page["page"]}
        size = f"{entries:,} entries, {households:,} households sold"
        for label, key in (
            ("one figure, raw from the book", "raw"), ("one figure, raw from movements", "movements"),
            ("one figure, roll-up", "figure"), ("whole report, a month", "report"), ("whole report, a year", "report, year"),
        ):  # fmt: skip
            spread, ratios = found[key]
            table.add(engine_name, size, label, spread, times(ratios))
            history.add(engine_name, size, label, f"×{spread.median / small[key][0].median:.2f}")
        spread, ratios = page["page"]
        table.add(engine_name, size, "the page, against a bare page", spread, times(ratios))
        history.add(engine_name, size, "the page", f"×{spread.median / small['page'][0].median:.2f}")


def _refuse_other_figures(session, month, asked):
    figures = {
        int(session.scalar(FROM_THE_BOOK, asked) or 0),
        int(session.scalar(FROM_THE_MOVEMENTS, {"month": month}) or 0),
        income.totals(session, COUNTY, month).gross_fen,
    }
    if len(figures) != 1 or not all(figures):
        raise FiguresDiffer(figures)


def tables():
    return (
        Table(
            "The county's report",
            "Milliseconds, median (tenth–ninetieth percentile). The ratio is to the first row of its size, the same gross added "
            "up from the book's entries (for the page: to a bare Flask page); all readings of the figure agree to the fen.",
            ("engine", "size", "what", "ms", "ratio"),
        ),
        Table(
            "What history costs",
            "Each median against that of the smallest book: a reading that does not grow stays near ×1 while the book grows "
            "twentyfold. In the second book the same households sold twenty times as much; in the third ten times as many sold.",
            ("engine", "size", "what", "× the smallest"),
        ),
    )
