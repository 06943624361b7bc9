"""Roll-ups and the lines behind them: every figure re-sums."""

import pytest

from marketplace.income import queries, services
from marketplace.income.values import CostKind, Figure, Figures
from marketplace.kernel import clock
from tests.farmers.places import OTHER_VILLAGE, VILLAGE
from tests.income.sales import LATER, MONTH, NEXT_MONTH, POOL, earn, fact, pay, refund, village

COUNTY, TOWNSHIP = VILLAGE[:6], VILLAGE[:9]


@pytest.fixture
def who(session):
    """Four sales in two villages and two months: refunds, costs, a pay-out, a pool."""
    people = village(session)
    services.accrue_sale(session, fact=fact(1, people.household_id))
    services.accrue_sale(session, fact=fact(2, people.household_id, category_code="handicrafts", is_cultural=True, gross_fen=800))
    services.accrue_sale(session, fact=fact(3, people.neighbour_id, seller_ref="SNEXT1", gross_fen=12345, category_code="rice"))
    services.accrue_sale(session, fact=fact(4, gross_fen=90000, sold_at=NEXT_MONTH))
    refund(session, 9000, 36000)
    earn(session, 1)
    refund(session, 45, 12300, number=3, at=NEXT_MONTH, ref="R3")
    services.declare_cost(
        session, key="c", source="order_line/1", kind=CostKind.PACKING, amount_fen=1500, by=people.farmer, at=LATER
    )
    with clock.stopped_at(LATER):
        pay(session, people, 30000)
    session.commit()
    return people


@pytest.mark.parametrize("period", ["2026-09", "2026-10", "2026", "2025"])
@pytest.mark.parametrize("area", [COUNTY, TOWNSHIP, VILLAGE, OTHER_VILLAGE, "360321102"])
def test_children_households_categories_and_lines_each_sum_to_the_area(session, who, area, period):
    whole = queries.totals(session, area, period)
    parts = {
        "children": [row.figures for row in queries.totals_by_child(session, area, period)],
        "households": [row.figures for row in queries.totals_by_household(session, area, period)],
        "categories": [figures for _, figures in queries.totals_by_category(session, area, period)],
        "measures": [queries.totals(session, area, period, measure=measure) for measure in ("agriculture", "culture")],
        "lines": [queries.sum_of_lines(session, area_code=area, period=period)],
    }
    for figures in parts.values():
        assert sum(figures, Figures()) == whole
    if period == "2026":
        assert sum((figures for _, figures in queries.totals_by_month(session, area, "2026")), Figures()) == whole


@pytest.mark.parametrize("kind", list(Figure))
def test_the_lines_behind_each_figure_sum_to_it_over_all_pages(session, who, kind):
    before, found, pages = None, [], 0
    while True:
        page = queries.lines_of(session, area_code=COUNTY, period="2026", kind=kind.value, before=before, limit=2)
        found += page.lines
        pages += 1
        before = page.next_before
        if before is None:
            break
    assert sum(line.figures.of(kind) for line in found) == queries.totals(session, COUNTY, "2026").of(kind)
    assert all(line.figures.of(kind) for line in found)
    assert len({line.attribution_id for line in found}) == len(found)
    if kind is Figure.GROSS:
        assert (len(found), pages) == (4, 2)


def test_the_pool_stands_beside_the_households(session, who):
    (row,) = queries.totals_by_household(session, VILLAGE, "2026-10")
    assert (row.pool, row.household_id, row.figures.gross_fen) == (POOL, None, 90000)


def test_households_are_reached_once_whatever_they_sold(session, who):
    assert queries.households_reached(session, COUNTY, "2026") == {"registered": 1, "none": 1, "all": 2}
    assert queries.households_reached(session, VILLAGE, MONTH) == {"registered": 1, "all": 1}
    assert queries.households_reached(session, COUNTY, "2026-10") == {"all": 0}


def test_a_household_s_months_come_latest_first(session, who):
    months = queries.household_months(session, who.neighbour_id)
    assert [month for month, _ in months] == ["2026-10", "2026-09"]
    assert months[0][1].refunds_fen == 45
    assert queries.household_figures(session, who.neighbour_id, "2026").gross_fen == 12345


def test_a_sale_at_midnight_in_shanghai_belongs_to_the_new_month(session, who):
    services.accrue_sale(session, fact=fact(9, who.household_id, sold_at=clock.month_bounds("2026-12")[0], gross_fen=100))
    assert queries.totals(session, VILLAGE, "2026-12").lines == 1
