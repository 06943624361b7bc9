"""Buyers for the races: each runs in a process of its own, with its own connections."""

import contextlib

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, reading
from marketplace.orders import services
from marketplace.orders.queries.quotes import priced
from marketplace.orders.refusals import PaidTooLate, PurchaseClosed
from marketplace.orders.services import placing
from marketplace.products.refusals import SoldOut
from marketplace.products.services import stock
from tests.orders.sales import CONTACT, PROVINCE, SEALER
from tests.products.buyers import take_unasked
from tests.races import before_anybody_acts, ready


def order(session, ref, key):
    return services.place_purchase(
        session, key=key, items=[(ref, 1)], contact=CONTACT, province=PROVINCE, sealer=SEALER, expected_total_fen=None
    )


def buy(address, ref, buyer, tries, start):
    """Order one piece after another until none is left."""
    with ready(address, start) as engine:
        for attempt in range(tries):
            try:
                in_transaction(engine, lambda session, key=f"{buyer}/{attempt}": order(session, ref, key), tries=14)
            except SoldOut:
                break


def buy_unguarded(address, ref, buyer, tries, start):
    """Look what is left and what it costs, then order it: what must never be written."""
    stock._take = take_unasked
    with ready(address, start) as engine:
        for attempt in range(tries):
            with before_anybody_acts(start), reading(engine) as session:
                found = priced(session, items=((ref, 1),), province=PROVINCE)
            placing.priced = lambda *_, found=found, **__: found
            try:
                in_transaction(engine, lambda session, key=f"{buyer}/{attempt}": order(session, ref, key), tries=14)
            except SoldOut:
                break


def order_with_one_key(address, ref, _buyer, tries, start):
    """Send the same order as everybody else, as an impatient finger does."""
    with ready(address, start) as engine:
        found = {in_transaction(engine, lambda session: order(session, ref, "one key").id, tries=14) for _ in range(tries)}
    assert len(found) == 1


def pay_or_call_off(address, purchase_id, buyer, _tries, start):
    """Half of them pay, half of them call off."""

    def pay(session):
        return services.mark_paid(session, purchase_id=purchase_id, gateway="offline", gateway_fee_fen=3, at=clock.now())

    def call_off(session):
        return services.cancel_purchase(session, purchase_id=purchase_id, by=None).state

    with ready(address, start) as engine, contextlib.suppress(PurchaseClosed, PaidTooLate):
        in_transaction(engine, pay if buyer % 2 else call_off, tries=14)
