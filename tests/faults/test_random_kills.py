"""Buyers order and pay, refunds are sent, and web server and worker are killed at random moments, a thousand times.

Only `make faults` has the time: `KILLS=…` for more or fewer, `SEED=…` for the same dice. Half of the kills are on each engine.
"""

import itertools
import os
import random
import threading
import time

import pytest

from marketplace.orders import queries as orders
from marketplace.orders import services as order_services
from tests.faults.conftest import STOCK
from tests.faults.site import Buyer, delivered
from tests.faults.standing import stands
from tests.orders.sales import asked

KILLS = int(os.environ.get("KILLS") or 1000)
SEED = int(os.environ.get("SEED") or 20_261_126)
BUYERS = 3
#: Seconds from one kill to the next: about as long as a new process takes over its first pages, so that most die in the middle.
LIFE = 0.4

pytestmark = [pytest.mark.race, pytest.mark.faults, pytest.mark.long]


class Fair:
    """What goes on at a site while its processes die: each of those who act has dice of their own."""

    def __init__(self, site, market, seed):
        self.site, self.market, self.seed = site, market, seed
        self.is_over = threading.Event()
        self.paid, self.acknowledged, self.failed = [], set(), []
        self._numbers = itertools.count(1)
        self._acting = [
            threading.Thread(target=self._act, args=(verb, number))
            for number, verb in enumerate((*[self.buy] * BUYERS, self.notify, self.refund))
        ]

    def __enter__(self):
        for each in self._acting:
            each.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for each in self._acting:
            each.join(120)
        assert not self.failed, self.failed

    def _act(self, verb, number):
        dice = random.Random(f"{self.seed}/{number}")
        try:
            while not self.is_over.is_set():
                verb(dice)
        except BaseException as error:
            self.failed.append(repr(error))
            raise

    def buy(self, dice):
        """Order and pay as somebody new."""
        ref, _event = Buyer(self.site, next(self._numbers)).buy(self.market.seed, dice.randint(1, 3))
        self.paid.append(ref)

    def notify(self, dice):
        """Deliver something that was not acknowledged, or again what was."""
        events = list(self.site.stub.book.events)
        waiting = [event for event in events if event["id"] not in self.acknowledged]
        if not events:
            time.sleep(0.05)
            return
        event = dice.choice(waiting if waiting and dice.random() < 0.9 else events)
        if self.site.notify(event):
            self.acknowledged.add(event["id"])
        else:
            time.sleep(0.02)

    def refund(self, dice):
        """Let one unit of something paid go back."""
        time.sleep(dice.uniform(0.05, 0.4))
        if self.paid:
            ref = dice.choice(self.paid)
            self.site.in_database(lambda session: self._approved(session, ref))

    def _approved(self, session, ref):
        purchase = orders.purchase_by_ref(session, ref=ref)
        line = purchase.orders[0].lines[0]
        if purchase.state == "paid" and line.refundable_quantity:
            refund = asked(session, line, 1, by=self.market.buyer)
            order_services.approve_refund(session, refund_id=refund.id, by=self.market.second_official)


def test_killed_at_random_every_acknowledged_payment_stands_once(site, market, request):
    dice, kills = random.Random(SEED), (KILLS + 1) // 2
    living = {"web": site.web(), "worker": site.worker()}
    begun = time.monotonic()
    with Fair(site, market, SEED) as fair:
        for _ in range(kills):
            time.sleep(dice.expovariate(1 / LIFE))
            victim = dice.choice(("web", "web", "worker"))
            living[victim].kill()
            living[victim] = getattr(site, victim)()
    living["worker"].kill()
    delivered(site, site.stub.book.events, dice)
    assert site.swept(rounds=3) == 0
    delivered(site, site.stub.book.events, dice)
    stands(site.url, site.stub, fair.paid, stock={market.seed: STOCK})
    refunds = len(site.stub.book.of_kind("refund"))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(  # noqa: T201 (the figure that a long run is for)
            f"\n{site.url.partition(':')[0]}: {kills} kills, {len(fair.paid)} payments, {refunds} refunds,"
            f" {len(fair.acknowledged)} notifications in {time.monotonic() - begun:.0f} s; SEED={SEED}"
        )
    assert fair.paid
    assert refunds
