"""Many at once, each a process: nothing is oversold, nothing happens twice; and a control shows that the race is real."""

import pytest
from sqlalchemy import func, select, text

from marketplace.orders import queries
from marketplace.orders.models import OrderEvent, OrderLine, Purchase
from tests.orders import buyers
from tests.orders.sales import breaches, fair, left, place
from tests.products.test_races import BUYERS, PROCESSES, STOCK, TRIES, race

pytestmark = pytest.mark.race

# Both modules of races are collected before either runs, so the one server process imports for both.
PROCESSES.set_forkserver_preload(
    ["tests.products.buyers", "tests.orders.buyers", "marketplace.accounts.models", "marketplace.media.models"]
)


@pytest.fixture
def market(session):
    return fair(session, quantity=STOCK)


def race_few(act, address, what, crowd=8, tries=3):
    start = PROCESSES.Barrier(crowd)
    racers = [PROCESSES.Process(target=act, args=(address, what, number, tries, start)) for number in range(crowd)]
    for each in racers:
        each.start()
    for each in racers:
        each.join(60)
    assert [each.exitcode for each in racers] == [0] * crowd


def test_24_buyers_with_12_tries_each_order_exactly_the_50_there_are(database_url, session, market):
    assert BUYERS * TRIES > STOCK
    race(buyers.buy, database_url, market.seed)
    session.rollback()
    assert session.scalar(select(func.sum(OrderLine.quantity))) == STOCK
    assert session.scalar(select(func.count()).select_from(Purchase)) == STOCK
    assert left(session, market.seed) == 0
    assert breaches(session) == {}


def test_without_the_guard_the_same_crowd_oversells(database_url, session):
    session.execute(text("CREATE TABLE control_shelf (capacity integer NOT NULL, taken integer NOT NULL)"))
    session.execute(text(f"INSERT INTO control_shelf VALUES ({STOCK}, 0)"))
    session.commit()
    race(buyers.buy_unguarded, database_url)
    assert session.scalar(text("SELECT taken FROM control_shelf")) > STOCK


def test_one_key_sent_by_many_at_once_is_one_purchase(database_url, session, market):
    race_few(buyers.order_with_one_key, database_url, market.seed)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Purchase)) == 1
    assert left(session, market.seed) == STOCK - 1
    assert breaches(session) == {}


def test_paying_and_calling_off_at_once_end_in_one_of_the_two(database_url, session, market):
    purchase = place(session, [(market.seed, 2), (market.tea, 1)])
    session.commit()
    race_few(buyers.pay_or_call_off, database_url, purchase.id)
    session.rollback()
    # money that comes after the calling off is still taken, for the goods are there: so it ends paid, once
    assert queries.purchase_by_id(session, purchase_id=purchase.id).state == "paid"
    paid = select(func.count()).select_from(OrderEvent).where(OrderEvent.subject == "purchase", OrderEvent.after == "paid")
    assert session.scalar(paid) == 1
    assert left(session, market.seed) == STOCK - 2
    assert breaches(session) == {}
