"""Part `paging`: the first page of the catalogue against one deep inside, at 100,000 offers, and against paging by count."""

import functools

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.products import queries
from marketplace.products.values import CatalogueFilter, Cursor, Sort
from tests.bench.shown import Table, in_turn, times

SIZE = 24
#: (name, filter); each sort, and those that narrow.
ASKED = (
    ("newest", CatalogueFilter()),
    ("price", CatalogueFilter(sort=Sort.PRICE)),
    ("price per 500 g", CatalogueFilter(sort=Sort.PER_500G)),
    ("most sold", CatalogueFilter(sort=Sort.SOLD)),
    ("one kind, newest", CatalogueFilter(category_codes=("rice",))),
    ("one township, newest", CatalogueFilter(area="360321101")),
    ("one village, by price", CatalogueFilter(area="360321101005", sort=Sort.PRICE)),
    ("¥20–50, newest", CatalogueFilter(least_fen=2000, most_fen=4999)),
    ("three kinds, by price", CatalogueFilter(category_codes=("rice", "tea", "oil"), sort=Sort.PRICE)),
)
_COLUMNS = {Sort.NEWEST: "published_at", Sort.PRICE: "price_fen", Sort.PER_500G: "per_500g_fen", Sort.SOLD: "sold_count"}


def measure(world, table, engine_name):
    """Add the lists of one engine."""
    with world.full.engine(read_only=True) as engine, Session(engine) as session:
        for name, wanted in ASKED:
            place, deep = _deep_place(session, wanted)
            things = {
                "first": functools.partial(queries.catalogue_page, session, wanted, size=SIZE),
                "deep": functools.partial(queries.catalogue_page, session, wanted, size=SIZE, cursor=place),
            }
            if name == "newest":
                things["by count"] = functools.partial(_by_count, session, deep * SIZE)
            found = in_turn(things, rounds=world.rounds(25))
            for key, (spread, ratios) in found.items():
                label = {"first": "first page", "deep": f"page {deep:,}", "by count": f"page {deep:,} by OFFSET (control)"}[key]
                table.add(engine_name, name, label, spread, times(ratios))
        for words in ("莲", "大米", "lianzi"):
            found = in_turn({"found": functools.partial(queries.found_page, session, words, size=SIZE)}, rounds=world.rounds(25))
            table.add(engine_name, f"search {words}", "first page", found["found"][0], "")


def _deep_place(session, wanted):
    """Return the place of a page deep inside a list, as its address holds it, and the page's number."""
    column = _COLUMNS[wanted.sort]
    where, asked = _condition(wanted)
    down = "DESC" if wanted.sort in (Sort.NEWEST, Sort.SOLD) else "ASC"
    total = session.scalar(text(f"SELECT count(*) FROM offers WHERE {where}"), asked)
    skipped = max(1, (total * 9 // 10) // SIZE * SIZE)
    row = session.execute(
        text(f"SELECT {column}, id FROM offers WHERE {where} ORDER BY {column} {down}, id {down} LIMIT 1 OFFSET {skipped - 1}"),
        asked,
    ).one()
    value = row[0].isoformat() if hasattr(row[0], "isoformat") else str(row[0])
    if wanted.sort is Sort.NEWEST and "+" not in value:
        value = value.replace(" ", "T") + "+00:00"
    return Cursor(value, row[1]), skipped // SIZE + 1


def _condition(wanted):
    parts, asked = ["state = 'on_sale'"], {}
    if wanted.category_codes:
        names = [f"c{number}" for number in range(len(wanted.category_codes))]
        parts.append(f"category_code IN ({', '.join(f':{name}' for name in names)})")
        asked |= dict(zip(names, wanted.category_codes, strict=True))
    if wanted.area:
        parts.append("village_code >= :area AND village_code < :beyond")
        asked |= {"area": wanted.area, "beyond": wanted.area + ":"}
    if wanted.least_fen is not None:
        parts.append("price_fen BETWEEN :least AND :most")
        asked |= {"least": wanted.least_fen, "most": wanted.most_fen}
    return " AND ".join(parts), asked


def _by_count(session, skipped):
    """Read a page as most shops do: what the places in the addresses save."""
    ids = session.scalars(
        text(f"SELECT id FROM offers WHERE state = 'on_sale' ORDER BY published_at DESC, id DESC LIMIT {SIZE} OFFSET {skipped}")
    ).all()
    return queries.offer_cards(session, list(ids))


def table():
    return Table(
        "Paging the catalogue at 100,000 offers",
        "Milliseconds of the reading alone, median (tenth–ninetieth percentile). The ratio is to the first page of the same "
        "list; the deep page lies nine tenths of the way in. The control skips by counting.",
        ("engine", "list", "page", "ms", "× first page"),
    )
