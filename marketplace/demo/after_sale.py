"""What goes wrong now and then: orders called off before they leave the village, claims after they came, and the answers."""

import functools

from marketplace.demo import till
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Buyer
from marketplace.orders import services as orders
from marketplace.orders.values import LineView, OrderView, RefundReason, RefundView

_CANCELLED, _CLAIMED, _TURNED_DOWN = 0.012, 0.045, 0.15
#: Goods with a shorter window are fresh.
_DRY_HOURS = 72
_CLAIMS = (
    (RefundReason.DAMAGED, "箱子压扁了，有一份漏了，照片已发。"),
    (RefundReason.SPOILED, "有几斤烂了，照片已发。"),
    (RefundReason.SHORT_WEIGHT, "称了一下少了三两。"),
    (RefundReason.NOT_AS_DESCRIBED, "比图片上的小不少。"),
    (RefundReason.CHANGED_MIND, "买多了，没拆封，想退一份。"),
)
_NOES = (
    "照片上看不出坏在哪里，请补拍一张清楚的再申请。",
    "称重单上是足秤的，已电话说明。",
    "照片里的不是这一单的货，请核对后再申请。",
)


def plan_cancellation(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    """Let a few buyers think better of it while the seller still has the goods."""
    if build.dice.random() < _CANCELLED:
        timeline.later(functools.partial(_cancel, build, timeline, order, buyer), hours=build.dice.uniform(0.5, 10))


def _cancel(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    if order.id in build.beyond_recall:
        return
    build.called_off.add(order.id)
    asked = orders.cancel_order(build.session, order_id=order.id, by=buyer.user_id, key=f"demo-cancel-{order.id}")
    for refund in asked:
        timeline.later(functools.partial(_approve, build, timeline, refund), hours=build.dice.uniform(1, 20))


def plan_claims(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    """Let a few lines be complained of in the days after they came."""
    for line in order.lines:
        if build.dice.random() < _CLAIMED:
            is_fresh = line.after_sale_hours < _DRY_HOURS
            hours = build.dice.uniform(1, 20) if is_fresh else build.dice.uniform(3, 120)
            timeline.later(functools.partial(_claim, build, timeline, line, buyer), hours=hours)


def _claim(build: Building, timeline: Timeline, line: LineView, buyer: Buyer) -> None:
    dice = build.dice
    reason, note = dice.choice(_CLAIMS[: 4 if line.after_sale_hours < _DRY_HOURS else 5])
    quantity = 1 if dice.random() < 0.8 else line.quantity
    refund = orders.request_refund(
        build.session, key=f"demo-claim-{line.id}", line_id=line.id, quantity=quantity, reason=reason, note=note,
        restock=reason is RefundReason.CHANGED_MIND, by=buyer.user_id, image_ids=_photos(build, line),
    )  # fmt: skip
    build.claims += 1
    answer = _reject if dice.random() < _TURNED_DOWN else _approve
    timeline.later(functools.partial(answer, build, timeline, refund), hours=dice.uniform(4, 60))


def _photos(build: Building, line: LineView) -> list[int]:
    """Return the picture that stands for the buyer's photo of fresh goods."""
    if line.after_sale_hours >= _DRY_HOURS:
        return []
    photo = build.photo("seedlings" if line.category_code == "seedlings" else "vegetables", line.id)
    return [] if photo is None else [photo]


def _approve(build: Building, timeline: Timeline, refund: RefundView) -> None:
    orders.approve_refund(build.session, refund_id=refund.id, by=build.village_officials[refund.village_code])
    timeline.later(functools.partial(till.give_back, build, timeline, refund), hours=build.dice.uniform(0.2, 5))


def _reject(build: Building, timeline: Timeline, refund: RefundView) -> None:  # noqa: ARG001 (as `_approve`)
    official = build.village_officials[refund.village_code]
    orders.reject_refund(build.session, refund_id=refund.id, by=official, answer=build.dice.choice(_NOES))
