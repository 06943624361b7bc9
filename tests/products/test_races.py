"""Many buyers at once, each a process: stock is never oversold; and a control shows that the race is real."""

import pytest
from sqlalchemy import func, select

from marketplace.products import queries
from marketplace.products.invariants import oversold_stock
from marketplace.products.models import Reservation
from tests.products import buyers
from tests.products.goods import on_sale, village
from tests.races import STOCK, drop_check, race

pytestmark = pytest.mark.race


@pytest.fixture
def offer(session):
    offer = on_sale(session, village(session), quantity=STOCK)
    session.commit()
    return offer


def bought(session):
    session.rollback()
    return session.scalar(select(func.sum(Reservation.quantity)).where(Reservation.state == "committed"))


def test_24_buyers_with_12_tries_each_buy_exactly_the_50_there_are(database_url, session, offer):
    race(buyers.buy, database_url, offer.id)
    assert bought(session) == STOCK
    assert queries.left_of(session, [offer.id]) == {offer.id: 0}
    assert oversold_stock(session) == []


@pytest.mark.breaks_truths("the guard is gone", "products.oversold_stock")
def test_without_the_guard_half_the_crowd_oversells_the_same_shelf(database_url, session, offer):
    drop_check(session, "stocks", "ck_stocks_never_oversold")
    race(buyers.buy_unguarded, database_url, offer.id, crowd=12, tries=5)
    assert bought(session) > STOCK
    assert [row.offer_id for row in oversold_stock(session)] == [offer.id]
