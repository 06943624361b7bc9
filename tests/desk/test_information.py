"""What is good to know on the desk, gathered from the rooms below for one household."""

import datetime as dt

import pytest

from marketplace.areas import services as areas
from marketplace.desk.information import information
from marketplace.kernel import clock
from marketplace.orders import queries as orders
from marketplace.products import services as products
from tests.farmers.places import SEALER, VILLAGE, enter
from tests.orders import sales

pytestmark = pytest.mark.breaks_truths("money is said to have come as payments would", "payments.dues_paid_by_nothing")

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
BEFORE = NOW - dt.timedelta(days=59)


@pytest.fixture
def fair(session):
    with clock.stopped_at(NOW):
        made = sales.fair(session)
        products.load_agronomy_notes(session)
        yield made


def test_the_middle_of_what_was_paid_lately_is_told_from_three_sales_on(session, fair):
    for quantity, at in ((1, NOW), (2, BEFORE), (1, NOW - dt.timedelta(days=61))):
        sales.pay(session, sales.place(session, [(fair.seed, quantity), (fair.rice, 1)]), at=at)
    assert orders.sold_prices(session, NOW - dt.timedelta(days=60)) == {}, "two within the time: too few to tell"
    sales.place(session, [(fair.seed, 1)])
    assert orders.sold_prices(session, NOW - dt.timedelta(days=60)) == {}, "what is not paid is not sold"
    sales.pay(session, sales.place(session, [(fair.rice, 1)]), at=NOW)
    found = orders.sold_prices(session, NOW - dt.timedelta(days=60))
    assert found == {"rice": orders.SoldPrice(per_500g_fen=690, piece_fen=6900, sales=3)}


def test_a_household_reads_its_own_crops_first_prices_searches_and_its_broadband(session, fair):
    areas.record_broadband(session, village_code=VILLAGE, measured_on=clock.today(), households_percent=42, source="年报")
    for _ in range(3):
        sales.bought(session, [(fair.seed, 1)])
    for _ in range(5):
        products.count_missed_search(session, words="腊肉", sealer=SEALER)
    told = information(session, fair.village.household_id, clock.today())
    kinds = [category.code for category, _ in told.notes]
    assert {"rice", "lotus"} >= set(kinds[:2]), "it grows rice and lotus"
    assert set(kinds) > {"rice", "lotus"}
    assert all(11 in note.months for _, note in told.notes)
    sold = {one.category.code: (one.sold_fen, one.sales) for one in told.prices}
    assert sold["lotus"] == (4800, 3)
    assert sold["rice"] == (None, 0)
    assert [(one.term, one.searches) for one in told.wanted] == [("腊肉", 5)]
    assert told.broadband.households_percent == 42


def test_the_page_says_it_in_words_and_a_stranger_has_none(client, writing, app):
    with clock.stopped_at(NOW):
        made = sales.fair(writing)
    products.load_agronomy_notes(writing)
    areas.record_broadband(writing, village_code=VILLAGE, measured_on=dt.date(2026, 1, 1), households_percent=42, source="年报")
    writing.commit()
    enter(client, made.village.farmer)
    assert "/desk/information?household=" in client.get("/desk/").text
    page = client.get("/desk/information").text
    assert "A line reaches 42 of 100 households" in page
    assert "Without a line" in page
    assert "Nothing that several people looked for." in page
    assert "每100户有42户通宽带" in client.get("/desk/information?lang=zh").text
    enter(client, made.buyer)
    assert client.get("/desk/information").status_code == 403
