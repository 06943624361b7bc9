"""Many at once, each a process: nothing is oversold, nothing happens twice; and a control shows that the race is real."""

import pytest
from sqlalchemy import func, select

from marketplace.orders import queries
from marketplace.orders.models import OrderEvent, OrderLine, Purchase
from marketplace.products.invariants import oversold_stock
from marketplace.products.queries import offer_by_ref
from tests.orders import buyers
from tests.orders.sales import breaches, fair, left, place
from tests.races import BUYERS, STOCK, TRIES, drop_check, race

pytestmark = pytest.mark.race
FEW = {"crowd": 8, "tries": 3}


@pytest.fixture
def market(session):
    return fair(session, quantity=STOCK)


def test_24_buyers_with_12_tries_each_order_exactly_the_50_there_are(database_url, session, market):
    assert BUYERS * TRIES > STOCK
    race(buyers.buy, database_url, market.seed)
    session.rollback()
    assert session.scalar(select(func.sum(OrderLine.quantity))) == STOCK
    assert session.scalar(select(func.count()).select_from(Purchase)) == STOCK
    assert left(session, market.seed) == 0
    assert breaches(session) == {}


@pytest.mark.breaks_truths("the guard is gone", "products.oversold_stock")
def test_without_the_guard_the_same_crowd_oversells_the_same_shelf(database_url, session, market):
    offer = offer_by_ref(session, market.seed)
    drop_check(session, "stocks", "ck_stocks_never_oversold")
    race(buyers.buy_unguarded, database_url, market.seed)
    session.rollback()
    assert session.scalar(select(func.sum(OrderLine.quantity))) > STOCK
    assert [row.offer_id for row in oversold_stock(session)] == [offer.id]


def test_one_key_sent_by_many_at_once_is_one_purchase(database_url, session, market):
    race(buyers.order_with_one_key, database_url, market.seed, **FEW)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Purchase)) == 1
    assert left(session, market.seed) == STOCK - 1
    assert breaches(session) == {}


def test_paying_and_calling_off_at_once_end_in_one_of_the_two(database_url, session, market):
    purchase = place(session, [(market.seed, 2), (market.tea, 1)])
    session.commit()
    race(buyers.pay_or_call_off, database_url, purchase.id, **FEW)
    session.rollback()
    # money that comes after the calling off is still taken, for the goods are there: so it ends paid, once
    assert queries.purchase_by_id(session, purchase_id=purchase.id).state == "paid"
    paid = select(func.count()).select_from(OrderEvent).where(OrderEvent.subject == "purchase", OrderEvent.after == "paid")
    assert session.scalar(paid) == 1
    assert left(session, market.seed) == STOCK - 2
    assert breaches(session) == {}
