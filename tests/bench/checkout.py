"""Part `checkout`: guests buy by the pages of the shop, from the basket to 'paid', against a bare page under the same server.

Each guest is a new browser with a telephone, an address and goods of their own, and does what one without script would do: ten
requests, four of which write. Nothing that production does is left out; what production does not have is the trial till.
"""

import itertools
import re
import time
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.orders.models import Purchase
from marketplace.orders.values import PurchaseState
from marketplace.payments.values import SANDBOX
from marketplace.products.models import Offer
from marketplace.products.values import OfferState
from tests.bench.databases import prove
from tests.bench.serving import Client, many_a_second, serving, text_of, visits_to
from tests.bench.shown import Spread, Table, timed, times

#: Guests at once where purchases a second are counted.
AT_ONCE = 4
#: The requests of one purchase in their order.
STEPS = (
    "put into the basket", "basket", "basket with freight", "address", "order", "ways to pay", "choose the trial till",
    "trial till", "pay", "order, paid",
)  # fmt: skip
PROVINCE = "广东省"
_KEY = re.compile(r'name="key" value="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([0-9]+)"')


class NotBought(Exception):
    """Other purchases are paid than guests were told."""


class Shop:
    """A served shop whose next guest is always somebody new."""

    def __init__(self, port, offer_refs):
        self.port = port
        self._offer_refs = offer_refs
        self._numbers = itertools.count(1)
        #: The orders of the guests who were told that they have paid.
        self.told = []

    def purchase(self):
        """Let one guest buy one thing; return the seconds of each step."""
        number = next(self._numbers)
        browser = Client(self.port)
        seconds = []

        def step(verb, path, *form):
            begun = time.perf_counter()
            answer = verb(path, *form)
            seconds.append(time.perf_counter() - begun)
            return answer

        # a prime far from the list's length: neighbours in time are no neighbours on the shelf
        offer_ref = self._offer_refs[number * 7919 % len(self._offer_refs)]
        step(browser.post, "/cart/add", {"offer": offer_ref, "quantity": 1})
        step(browser.get, "/cart")
        step(browser.get, "/cart?" + urlencode({"province": PROVINCE}))
        page = text_of(*step(browser.get, "/checkout"))
        placed, _body = step(browser.post, "/checkout", _address(number, page))
        step(browser.get, placed["location"])
        chosen, _body = step(browser.post, placed["location"], {"gateway": SANDBOX})
        page = text_of(*step(browser.get, chosen["location"]))
        paid, _body = step(browser.post, chosen["location"], {"key": _KEY.search(page)[1], "outcome": "pay"})
        step(browser.get, paid["location"])
        browser.close()
        if paid["location"].startswith("/orders/"):
            self.told.append(paid["location"])
        return seconds


def _address(number, page):
    return {
        "key": _KEY.search(page)[1], "seen": _SEEN.search(page)[1], "name": "刘春兰", "phone": f"139{number:08d}",
        "province": PROVINCE, "address": f"莲花路{number}号",
    }  # fmt: skip


def measure(world, table, history, engine_name):
    """Add the steps at full size, and the whole purchase at the smallest book and at full size."""
    smallest = None
    for name, (filled, entries, households) in (("small", world.small), ("wide", world.wide)):
        shelf = world.bench.copy(filled, f"{name}_shop")
        bare, rounds, rates = _bought(world, shelf)
        whole = Spread.of([sum(each) for each in rounds])
        smallest = smallest or whole
        history.add(
            engine_name, f"{entries:,} entries, {households:,} households sold", "checkout to paid",
            f"×{whole.median / smallest.median:.2f}",
        )  # fmt: skip
    for at, name in enumerate(STEPS):
        steps = [each[at] for each in rounds]
        table.add(engine_name, name, Spread.of(steps), times(_against(bare, steps)), "", "")
    sums = [sum(each) for each in rounds]
    bare_rate, purchase_rate = (median(rates[key]) for key in ("bare", "purchase"))
    for name, parts in ((f"a purchase, all {len(STEPS)}", 1), ("a request of it, on average", len(STEPS))):
        mean = [each / parts for each in sums]
        rate = purchase_rate * parts
        table.add(
            engine_name, name, Spread.of(mean), times(_against(bare, mean)), f"{rate:.{0 if rate >= 100 else 1}f}",
            f"×{bare_rate / rate:.1f}",
        )  # fmt: skip


def _bought(world, shelf):
    """Let guests buy in turn with a bare page; return its seconds and theirs a round, and how much of both a second."""
    with shelf.engine(read_only=True) as engine, Session(engine) as session:
        refs = session.scalars(select(Offer.ref).where(Offer.state == OfferState.ON_SALE).order_by(Offer.id)).all()
        paid_before = _count_paid(session)
    with serving("tests.bench.bare:app") as bare_port, serving("wsgi:app", shelf.environment) as port:
        shop, bare = Shop(port, refs), Client(bare_port)
        shop.purchase()  # what is read, compiled and cached once
        bases, rounds = [], []
        for _ in range(world.rounds(50)):
            bases.append(median(timed(lambda: bare.get("/")) for _ in STEPS))
            rounds.append(shop.purchase())
        rates = {"bare": [], "purchase": []}
        for _ in range(world.rounds(3)):
            rates["bare"].append(many_a_second(visits_to(bare_port, itertools.repeat("/")), seconds=1, clients=AT_ONCE))
            rates["purchase"].append(many_a_second(lambda: shop.purchase, seconds=3, clients=AT_ONCE))
        bare.close()
    with shelf.engine(read_only=True) as engine, Session(engine) as session:
        if (paid := _count_paid(session) - paid_before) != len(shop.told):
            raise NotBought(f"{len(shop.told)} guests have paid, {paid} purchases are paid")
    prove(shelf)
    return bases, rounds, rates


def _count_paid(session):
    return session.scalar(select(func.count()).select_from(Purchase).where(Purchase.state == PurchaseState.PAID))


def _against(bases, seconds):
    return [mine / base for mine, base in zip(seconds, bases, strict=True)]


def table():
    return Table(
        "Checkout to paid against a bare Flask page",
        "Milliseconds of one guest's requests, each guest in turn with a bare page, median (tenth–ninetieth percentile), at full "
        f"size. The two last lines add and divide them; there: how many a second when {AT_ONCE} guests buy at once, and how many "
        "times fewer than bare pages. Every invariant is proved afterwards.",
        ("engine", "step", "ms", "× bare", "a second", "× fewer"),
    )
