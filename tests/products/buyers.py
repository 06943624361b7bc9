"""Buyers for the races: each runs in a process of its own, with its own connections."""

import datetime as dt
import sys

from sqlalchemy import update

from marketplace.kernel import clock
from marketplace.kernel.db import in_transaction, reading
from marketplace.products import queries, services
from marketplace.products.models import Stock
from marketplace.products.refusals import ReviewedAlready, SoldOut
from marketplace.products.services import stock
from tests.races import REFUSED, before_anybody_acts, ready


def hold_and_buy(session, offer_id, key):
    """Hold one piece and buy it, as orders do."""
    until = clock.now() + dt.timedelta(minutes=30)
    services.hold_stock(session, key=key, lines=[(offer_id, 1)], until=until, source="race")
    services.commit_hold(session, key=key)


def buy(address, offer_id, buyer, tries, start):
    """Buy one piece after another until none is left."""
    with ready(address, start) as engine:
        for attempt in range(tries):
            try:
                in_transaction(engine, lambda session, key=f"{buyer}/{attempt}": hold_and_buy(session, offer_id, key), tries=12)
            except SoldOut:
                break


def take_unasked(session, offer_id, quantity):
    """Count more as taken, however many are left: the verb without its guard."""
    session.execute(update(Stock).where(Stock.offer_id == offer_id).values(taken=Stock.taken + quantity))


def buy_unguarded(address, offer_id, buyer, tries, start):
    """Look whether something is left, then take it: what must never be written."""
    stock._take = take_unasked
    with ready(address, start) as engine:
        for attempt in range(tries):
            with before_anybody_acts(start), reading(engine) as session:
                is_one_left = queries.left_of(session, [offer_id])[offer_id] > 0
            if not is_one_left:
                break
            in_transaction(engine, lambda session, key=f"{buyer}/{attempt}": hold_and_buy(session, offer_id, key), tries=12)


def say_how_it_was(address, offer_id, buyer, _tries, start):
    """Review the same delivery as everybody else, each under a key of their own."""
    with ready(address, start) as engine:
        try:
            in_transaction(engine, lambda session: review(session, offer_id, key=f"key-{buyer}"), tries=12)
        except ReviewedAlready:
            sys.exit(REFUSED)


def review(session, offer_id, *, key="key", source="sample/1", stars=5, words="好吃", **facts):
    """Say of goods that came how they were, as orders hand it over."""
    given = {"key": key, "source": source, "offer_id": offer_id, "stars": stars, "words": words, "province": "江西省"} | facts
    return services.keep_review(session, **given)
