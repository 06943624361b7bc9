"""Many buyers at once, each a process: stock is never oversold; and a control shows that the race is real."""

import multiprocessing

import pytest
from sqlalchemy import func, select, text

from marketplace.products import queries
from marketplace.products.models import Reservation
from tests.products import buyers
from tests.products.goods import assert_truths_hold, on_sale, village

pytestmark = pytest.mark.race

BUYERS, TRIES, STOCK = 24, 12, 50
#: One server process imports everything once; each buyer is then a real process in a moment.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.products.buyers", "marketplace.accounts.models", "marketplace.media.models"])


def race(buy, address, offer_id=0):
    start = PROCESSES.Barrier(BUYERS)
    crowd = [PROCESSES.Process(target=buy, args=(address, offer_id, number, TRIES, start)) for number in range(BUYERS)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join(60)
    assert [each.exitcode for each in crowd] == [0] * BUYERS


def test_24_buyers_with_12_tries_each_buy_exactly_the_50_there_are(database_url, session):
    offer = on_sale(session, village(session), quantity=STOCK)
    session.commit()
    race(buyers.buy, database_url, offer.id)
    session.rollback()
    assert session.scalar(select(func.sum(Reservation.quantity)).where(Reservation.state == "committed")) == STOCK
    assert queries.left_of(session, [offer.id]) == {offer.id: 0}
    assert_truths_hold(session)


def test_without_the_guard_the_same_crowd_oversells(database_url, session):
    session.execute(text("CREATE TABLE control_shelf (capacity integer NOT NULL, taken integer NOT NULL)"))
    session.execute(text(f"INSERT INTO control_shelf VALUES ({STOCK}, 0)"))
    session.commit()
    race(buyers.buy_unguarded, database_url)
    assert session.scalar(text("SELECT taken FROM control_shelf")) > STOCK
