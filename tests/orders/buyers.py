"""Buyers for the races: each runs in a process of its own, with its own connections."""

import contextlib
import time

from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, make_engine
from marketplace.orders import services
from marketplace.orders.refusals import PaidTooLate, PurchaseClosed
from marketplace.products.refusals import SoldOut
from tests.orders.sales import CONTACT, PROVINCE, SEALER


def order(session, ref, key):
    return services.place_purchase(
        session, key=key, items=[(ref, 1)], contact=CONTACT, province=PROVINCE, sealer=SEALER, expected_total_fen=None
    )


def buy(address, ref, buyer, tries, start):
    """Order one piece after another until none is left."""
    engine = make_engine(address, pool_size=1)
    with engine.connect():
        start.wait(30)
    for attempt in range(tries):
        key = f"{buyer}/{attempt}"
        try:
            in_transaction(engine, lambda session, key=key: order(session, ref, key), tries=14)
        except SoldOut:
            break
    engine.dispose()


def buy_unguarded(address, _ref, _buyer, tries, start):
    """Look whether something is left, then take it and write the order: what must never be written."""
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


def order_with_one_key(address, ref, _buyer, tries, start):
    """Send the same order as everybody else, as an impatient finger does."""
    engine = make_engine(address, pool_size=1)
    with engine.connect():
        start.wait(30)
    found = {in_transaction(engine, lambda session: order(session, ref, "one key").id, tries=14) for _ in range(tries)}
    engine.dispose()
    raise SystemExit(0 if len(found) == 1 else 1)


def pay_or_call_off(address, purchase_id, buyer, _tries, start):
    """Half of them pay, half of them call off."""
    engine = make_engine(address, pool_size=1)
    with engine.connect():
        start.wait(30)

    def pay(session):
        return services.mark_paid(session, purchase_id=purchase_id, gateway="offline", gateway_fee_fen=3, at=clock.now())

    def call_off(session):
        return services.cancel_purchase(session, purchase_id=purchase_id, by=None).state

    with contextlib.suppress(PurchaseClosed, PaidTooLate):
        in_transaction(engine, pay if buyer % 2 else call_off, tries=14)
    engine.dispose()
