"""Part `checkout`: guests buy by the pages of the shop, from the basket to 'paid', against a bare page under the same server.

Each guest is a new browser with a telephone, an address and goods of their own, and does what one without script would do: ten
requests, four of which write. Nothing that production does is left out; what production does not have is the trial till.
"""

import itertools
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.orders.models import Purchase
from marketplace.orders.values import PurchaseState
from marketplace.products.models import Offer
from marketplace.products.values import OfferState
from tests.bench.databases import prove
from tests.bench.guests import AT_ONCE, HEADS, Browser, add_steps, hidden, in_turn_with_a_bare_page, pay
from tests.bench.serving import text_of
from tests.bench.shown import Table

#: The requests of one purchase in their order.
STEPS = (
    "put into the basket", "basket", "basket with freight", "address", "order", "ways to pay", "choose the trial till",
    "trial till", "pay", "order, paid",
)  # fmt: skip
PROVINCE = "广东省"


class NotBought(Exception):
    """Other purchases are paid than guests were told."""


class Shop:
    """A shop whose next guest is always somebody new."""

    def __init__(self, offer_refs):
        self._offer_refs = offer_refs
        self._numbers = itertools.count(1)
        #: The orders of the guests who were told that they have paid.
        self.told = []

    def purchase(self, port):
        """Let one guest buy one thing; return the seconds of each step."""
        number = next(self._numbers)
        browser = Browser(port)
        # a prime far from the list's length: neighbours in time are no neighbours on the shelf
        offer_ref = self._offer_refs[number * 7919 % len(self._offer_refs)]
        browser.post("/cart/add", {"offer": offer_ref, "quantity": 1})
        browser.get("/cart")
        browser.get("/cart?" + urlencode({"province": PROVINCE}))
        page = text_of(*browser.get("/checkout"))
        placed, _body = browser.post("/checkout", _address(number, page))
        paid = pay(browser, placed["location"])
        browser.close()
        if paid.startswith("/orders/"):
            self.told.append(paid)
        return browser.seconds


def _address(number, page):
    return {
        "key": hidden(page, "key"), "seen": hidden(page, "seen"), "name": "刘春兰", "phone": f"139{number:08d}",
        "province": PROVINCE, "address": f"莲花路{number}号",
    }  # fmt: skip


def measure(world, table, history, engine_name):
    """Add the steps at full size, and the whole purchase at the smallest book and at full size."""
    smallest = None
    for name, (filled, entries, households) in (("small", world.small), ("wide", world.wide)):
        taken = _bought(world, world.bench.copy(filled, f"{name}_shop"))
        smallest = smallest or taken.whole
        history.add(
            engine_name, f"{entries:,} entries, {households:,} households sold", "checkout to paid",
            f"×{taken.whole.median / smallest.median:.2f}",
        )  # fmt: skip
    add_steps(table, engine_name, taken, STEPS, "a purchase")


def _bought(world, shelf):
    """Let guests buy in turn with a bare page, and see that as many are paid as were told so."""
    with shelf.engine(read_only=True) as engine, Session(engine) as session:
        refs = session.scalars(select(Offer.ref).where(Offer.state == OfferState.ON_SALE).order_by(Offer.id)).all()
        paid_before = _count_paid(session)
    shop = Shop(refs)
    taken = in_turn_with_a_bare_page(world, shelf, shop.purchase)
    with shelf.engine(read_only=True) as engine, Session(engine) as session:
        if (paid := _count_paid(session) - paid_before) != len(shop.told):
            raise NotBought(f"{len(shop.told)} guests have paid, {paid} purchases are paid")
    prove(shelf)
    return taken


def _count_paid(session):
    return session.scalar(select(func.count()).select_from(Purchase).where(Purchase.state == PurchaseState.PAID))


def table():
    return Table(
        "Checkout to paid against a bare Flask page",
        "Milliseconds of one guest's requests, each guest in turn with a bare page, median (tenth–ninetieth percentile), at full "
        f"size. The two last lines add and divide them; there: how many a second when {AT_ONCE} guests buy at once, and how many "
        "times fewer than bare pages. Every invariant is proved afterwards.",
        HEADS,
    )
