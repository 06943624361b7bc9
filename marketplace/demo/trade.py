"""The year's trade: people buy what is in season, pay or forget to, and parcels go from the village to their doors."""

import calendar
import datetime as dt
import functools

from marketplace.demo import after_sale, reviewing, till, visitors
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Buyer, Good
from marketplace.kernel import clock
from marketplace.orders import services as orders
from marketplace.orders.values import Contact, OrderView, PurchaseView

#: How much is bought in a month, January first: the New Year, the lotus harvest and autumn are busy.
_BUSY_MONTHS = (15, 8, 8, 9, 9, 8, 10, 13, 15, 14, 14, 12)
#: People shop in the evening. Weights of the hours 7 to 22 in the county.
_HOURS = (2, 4, 5, 6, 6, 7, 6, 5, 5, 5, 5, 6, 9, 12, 10, 5)
_NOTES = ("周末送货请先打电话。", "请放驿站。", "送人的，麻烦装好一点。", "莲子要今年的。", "不着急，和下一批一起发也行。")
_PROMOTIONS = ("wechat-helper", "lotus-festival", "live-2026")
#: Of the latest purchases, this share is made at the farmer's who can be tried: their desk has something to do.
_AT_THE_FARMERS = 0.3
#: The last days, whose orders are on their way when the county opens to visitors.
_LATEST_DAYS = 4.0
#: So many days ago something was surely bought and paid at a cooperative's: it is earned by now, and can be shared.
_POOLED_DAYS = 30
_POOLED = 0
#: The year grows: the last month sees this many times the purchases of the first.
_GROWTH = 2.2
_CARRIER = "示例快递"


def plan_year(build: Building, timeline: Timeline) -> None:
    """Arrange every purchase of the year, and the sweeps that end what waits too long."""
    for number in range(build.size.purchases):
        timeline.at(_moment(build, number), functools.partial(_buy, build, timeline, number))
    day = build.start.replace(hour=19, minute=20, second=0, microsecond=0)
    while day < build.now:
        timeline.at(day, functools.partial(_sweep, build))
        day += dt.timedelta(days=1)
    timeline.at(build.now - dt.timedelta(seconds=30), functools.partial(_sweep, build))


def _moment(build: Building, number: int) -> dt.datetime:
    """Return when a purchase is made: one in ten in the last days, the others by season and growth."""
    dice = build.dice
    if number == _POOLED:
        return build.ago(days=_POOLED_DAYS, hours=5)
    if number % 11 == 0:
        return build.ago(days=_LATEST_DAYS * dice.random() ** 1.4, hours=0.2)
    while True:
        share = dice.random()
        day = clock.day_of(build.start + dt.timedelta(days=20 + 365 * share))
        days = calendar.monthrange(day.year, day.month)[1]
        weight = _BUSY_MONTHS[day.month - 1] / days * (1 + (_GROWTH - 1) * share)
        if dice.random() * 0.55 * _GROWTH < weight:
            hour = dice.choices(range(7, 23), _HOURS)[0]
            return clock.day_bounds(day)[0] + dt.timedelta(hours=hour, minutes=dice.uniform(0, 59))


def _sweep(build: Building) -> None:
    """Do what the worker does all day: end what was not paid, earn what is due."""
    orders.expire_purchases(build.session)
    build.completed += orders.complete_due(build.session)
    visitors.keep_tours(build)


def _buy(build: Building, timeline: Timeline, number: int) -> None:
    dice = build.dice
    items = _basket(build, number)
    if not items:
        return
    buyer = dice.choices(build.buyers, [buyer.weight for buyer in build.buyers])[0]
    view = orders.place_purchase(
        build.session, key=f"demo-purchase-{number}", items=[(good.ref, quantity) for good, quantity in items],
        contact=Contact(buyer.name, buyer.phone, buyer.address), province=buyer.province, sealer=build.sealer,
        expected_total_fen=None, buyer_user_id=buyer.user_id,
        promotion=dice.choice(_PROMOTIONS) if dice.random() < 0.12 else None,
        note=dice.choice(_NOTES) if dice.random() < 0.08 else "",
    )  # fmt: skip
    for good, quantity in items:
        good.left -= quantity
    build.placed += len(view.orders)
    till.plan_payment(build, timeline, view, is_sure=number == _POOLED, on_paid=functools.partial(_send, build, timeline, buyer))


def _basket(build: Building, number: int) -> list[tuple[Good, int]]:
    """Choose one to three things, most often of one seller: each parcel costs freight."""
    dice = build.dice
    is_latest = clock.now() > build.ago(days=_LATEST_DAYS)
    there = [good for good in build.goods if good.left > 8]
    if number == _POOLED:
        there = [good for good in there if good.shop.household_id is None] or there
    if is_latest and dice.random() < _AT_THE_FARMERS:
        there = [good for good in there if good.shop is build.shops[0]] or there
    if not there:
        return []
    month = clock.today().month
    first = dice.choices(there, [_wish(good, month) for good in there])[0]
    chosen = {first.id: first}
    if dice.random() < 0.4:
        beside = [good for good in there if good.shop is first.shop] if dice.random() < 0.6 else there
        for good in dice.choices(beside, [_wish(good, month) for good in beside], k=dice.choice((1, 1, 2))):
            chosen[good.id] = good
    return [(good, _quantity(build, good)) for good in chosen.values()]


def _wish(good: Good, month: int) -> int:
    """Return how much a thing is wanted in a month: what was just harvested most."""
    return good.pull * (3 if month in good.months or (month - 2) % 12 + 1 in good.months else 1)


def _quantity(build: Building, good: Good) -> int:
    most = 1 if good.price_fen > 12_000 else 2 if good.price_fen > 6_000 else 4 if good.price_fen > 2_500 else 6
    if good.season == "dug":
        most = 8
    return min(good.left - 1, build.dice.choice((1, 1, 2, build.dice.randint(1, most))) if most > 1 else 1)


def _send(build: Building, timeline: Timeline, buyer: Buyer, paid: PurchaseView) -> None:
    """Arrange what follows a payment: each order is confirmed, packed, brought to the village and sent."""
    for order in paid.orders:
        after_sale.plan_cancellation(build, timeline, order, buyer)
        timeline.later(functools.partial(_confirm, build, timeline, order, buyer), hours=build.dice.uniform(0.5, 14))


def _confirm(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    if order.id in build.called_off:
        return
    orders.confirm_order(build.session, order_id=order.id, by=build.seller_users[order.seller_id])
    timeline.later(functools.partial(_pack, build, timeline, order, buyer), hours=build.dice.uniform(2, 22))


def _pack(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    if order.id in build.called_off:
        return
    orders.pack_order(build.session, order_id=order.id, by=build.seller_users[order.seller_id])
    timeline.later(functools.partial(_hand_in, build, timeline, order, buyer), hours=build.dice.uniform(1, 20))


def _hand_in(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    if order.id in build.called_off:
        return
    build.beyond_recall.add(order.id)
    orders.hand_in_order(build.session, order_id=order.id, by=build.village_officials[order.village_code])
    timeline.later(functools.partial(_ship, build, timeline, order, buyer), hours=build.dice.uniform(2, 24))


def _ship(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    build.parcels += 1
    orders.ship_order(
        build.session, order_id=order.id, by=build.posts().townships[order.village_code[:9]], carrier=_CARRIER,
        tracking_no=f"SL{clock.today():%y%m}{build.parcels:07d}",
    )  # fmt: skip
    least, most = (1.0, 2.4) if buyer.province == "江西省" else (2.0, 5.0)
    timeline.later(functools.partial(_deliver, build, timeline, order, buyer), days=build.dice.uniform(least, most))


def _deliver(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    orders.deliver_order(build.session, order_id=order.id, by=build.posts().townships[order.village_code[:9]])
    after_sale.plan_claims(build, timeline, order, buyer)
    reviewing.plan_reviews(build, timeline, order, buyer)
