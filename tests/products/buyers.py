"""Buyers for the races: each runs in a process of its own, with its own connections."""

import datetime as dt
import time

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.products import services
from marketplace.products.refusals import SoldOut


def buy(address, offer_id, buyer, tries, start):
    """Try to hold one piece after another and buy it, as orders do."""
    engine = make_engine(address, pool_size=1)
    with engine.connect():
        start.wait(30)
    for attempt in range(tries):
        key = f"{buyer}/{attempt}"
        until = clock.now() + dt.timedelta(minutes=30)

        def verb(session, key=key, until=until):
            services.hold_stock(session, key=key, lines=[(offer_id, 1)], until=until, source="race")
            services.commit_hold(session, key=key)

        try:
            in_transaction(engine, verb, tries=12)
        except SoldOut:
            break
    engine.dispose()


def buy_unguarded(address, _offer_id, _buyer, tries, start):
    """Look whether something is left, then take it: what must never be written."""
    engine = make_engine(address, pool_size=1)
    with engine.connect():
        start.wait(30)
    for _attempt in range(tries):
        with engine.connect() as connection:
            left = connection.execute(text("SELECT capacity - taken FROM control_shelf")).scalar()
            connection.rollback()
            if left < 1:
                break
            time.sleep(0.002)  # somebody thinks about it
            connection.execute(text("UPDATE control_shelf SET taken = taken + 1"))
            connection.commit()
    engine.dispose()
