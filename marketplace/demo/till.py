"""How the demonstration's buyers pay: most at once in the trial, some by a bank transfer that two officials see, a few never."""

import datetime as dt
import functools
from collections.abc import Callable

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.income import services as income
from marketplace.kernel import clock
from marketplace.kernel.money import share
from marketplace.orders import queries as order_queries
from marketplace.orders import services as orders
from marketplace.orders.values import PurchaseView
from marketplace.products.values import FEES_BP

OnPaid = Callable[[PurchaseView], None]


def plan_payment(build: Building, timeline: Timeline, view: PurchaseView, on_paid: OnPaid) -> None:
    """Decide how a purchase is paid, and arrange it."""
    chance = build.dice.random()
    if chance < 0.03:
        return  # the buyer closed the page
    if chance < 0.045:
        timeline.at(clock.now() + dt.timedelta(minutes=9), functools.partial(_call_off, build, view))
    elif chance < 0.72:
        timeline.at(clock.now() + dt.timedelta(minutes=3), functools.partial(_pay, build, view, "sandbox", on_paid))
    else:
        orders.choose_gateway(
            build.session, purchase_id=view.id, gateway="offline", hold_until=clock.now() + dt.timedelta(days=3)
        )
        if build.dice.random() < 0.94:
            timeline.later(functools.partial(_pay, build, view, "offline", on_paid), hours=build.dice.uniform(4, 50))


def _call_off(build: Building, view: PurchaseView) -> None:
    orders.cancel_purchase(build.session, purchase_id=view.id, by=view.buyer_user_id)


def _pay(build: Building, view: PurchaseView, gateway: str, on_paid: OnPaid) -> None:
    fee_fen = share(view.total_fen, FEES_BP[1])
    orders.mark_paid(build.session, purchase_id=view.id, gateway=gateway, gateway_fee_fen=fee_fen, at=clock.now())
    if gateway == "offline":
        income.settle_clearing(
            build.session, gateway=gateway, amount_fen=view.total_fen, bank_ref=f"示例入账-{view.ref}", at=clock.now()
        )
    paid = order_queries.purchase_by_id(build.session, purchase_id=view.id)
    if paid is not None:
        on_paid(paid)
