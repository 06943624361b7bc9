"""Each list of the shop is read in the order of an index, from the first page to the last: no engine sorts what is not shown."""

import itertools
import re
from dataclasses import replace

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.orm import Session

from marketplace.products import queries
from marketplace.products.models import Offer
from marketplace.products.values import CatalogueFilter, Sort
from tests.products.goods import VILLAGE, on_sale, village

#: Enough for either engine to prefer an index; what it prefers then it prefers of a hundred thousand.
OFFERS = 20_000
#: So many offers before the page that is looked at.
DEEP = 4_000
#: What a reader can ask for: each order of the whole, of one kind, and of what a chip or a place leaves.
NARROWED = {
    "all": CatalogueFilter(),
    "one kind": CatalogueFilter(category_codes=("rice",)),
    "three kinds": CatalogueFilter(category_codes=("rice", "tea", "oil")),
    "a price": CatalogueFilter(least_fen=2000, most_fen=9999),
    "a township": CatalogueFilter(area="360321101"),
}


def fill(session, first):
    """Copy one offer many times: other kinds, prices and days, its stock left out."""
    given = {
        "id": "n", "ref": "'B' || n", "slug": "'b-' || n", "client_key": "'bench-' || n", "price_fen": "500 + (n % 997) * 20",
        "per_500g_fen": "200 + (n % 1009) * 9", "sold_count": "(n * 31) % 500",
        "category_code": "CASE n % 4 WHEN 0 THEN 'rice' WHEN 1 THEN 'tea' WHEN 2 THEN 'oil' ELSE 'other' END",
    }  # fmt: skip
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    given["published_at"] = (
        "strftime('%Y-%m-%d %H:%M:%f000', o.published_at, '-' || n || ' minutes')"
        if is_sqlite
        else "o.published_at - n * interval '1 minute'"
    )
    names = [column.name for column in inspect(Offer).columns]
    session.execute(
        text(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < {OFFERS + 1000})"
            f" INSERT INTO offers ({', '.join(names)})"
            f" SELECT {', '.join(given.get(name, f'o.{name}') for name in names)} FROM offers o, numbers WHERE o.id = :first"
        ),
        {"first": first},
    )
    session.commit()
    session.execute(text("ANALYZE"))
    session.commit()


@pytest.fixture
def shelf(engine):
    with Session(engine) as session:
        fill(session, on_sale(session, village(session)).id)
        yield session


def plan_of(session, wanted, cursor):
    """Return how the engine finds the keys of one page, as it says itself."""
    asked = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        asked.append((statement, parameters))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        queries.catalogue_page(session, wanted, cursor=cursor)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if each[0].startswith("SELECT"))
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    rows = session.connection().exec_driver_sql(explain + statement, parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.breaks_truths(
    "copies that only make the shelf long have no stock, and were never sold",
    "products.offers_without_stock",
    "products.sold_apart_from_counts",
)
def test_no_list_of_the_shop_is_sorted_however_it_is_narrowed_and_however_deep_its_page_lies(shelf):
    sorts = re.compile(r"TEMP B-TREE|\bSort\b|Seq Scan|^SCAN offers$", re.MULTILINE)
    for name, sort in itertools.product(NARROWED, Sort):
        wanted = replace(NARROWED[name], sort=sort)
        deep = queries.catalogue_page(shelf, wanted, size=DEEP).after
        for step, cursor in (("first", None), ("after", deep), ("before", replace(deep, is_backward=True))):
            plan = plan_of(shelf, wanted, cursor)
            assert "ix_offers_sale_" in plan, (name, sort, step, plan)
            assert not sorts.search(plan), (name, sort, step, plan)
    # one village is few enough to be sorted, once it is found
    assert "ix_offers_sale_village" in plan_of(shelf, CatalogueFilter(area=VILLAGE[:-1] + "9"), None)
