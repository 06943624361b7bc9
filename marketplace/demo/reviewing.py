"""What buyers say once their goods have come: some write, a few send photos, some sellers answer, and one review is hidden.

The dice are an order's own: what is said of one changes nothing of what is bought next.
"""

import functools
import random

from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Buyer
from marketplace.orders import services as orders
from marketplace.orders.values import LineView, OrderView
from marketplace.products import services as products

#: Of the lines that came, so many are reviewed: more at the farmer's who can be tried, for their desk has something to answer.
_SAID, _SAID_AT_THE_FARMERS = 0.14, 0.7
_WITH_PHOTO, _ANSWERED = 0.3, 0.45
#: How often so many stars are given.
_STARS = (2, 3, 9, 30, 56)
_WORDS = {
    1: ("到的时候坏了一半，退了款，希望下次包好一点。",),
    2: ("比照片上小不少，味道倒还可以。", "路上走了五天，不太新鲜了。"),
    3: ("东西还行，包装要改进。", "一般，和超市的差不多。"),
    4: ("味道好，就是快递慢了一天。", "不错，分量也足，下次还来。", "挺好的，家里老人喜欢。"),
    5: (
        "莲乡的东西就是实在，煮出来满屋子香。", "第三次买了，一直很好。", "包得很仔细，一颗都没坏。", "", "孩子说比外面买的甜。",
        "写了纸条教怎么做，很用心。\n谢谢你们一家人。",
    ),
}  # fmt: skip
_RUDE, _REASON = "不是说东西，是他们家跟邻居吵架的事……", "写的是别人家里的事，与商品无关。"
_ANSWERS = {
    True: ("谢谢您，您喜欢我们就高兴。", "谢谢惦记，新货下来再告诉您。"),
    False: ("没让您满意，对不起，我们去查一查。", "谢谢您告诉我们，下次一定做得更好。"),
}
_CONTENT = 4
_PICTURES = {"lotus": "lotus_seed", "rice": "rice", "tea": "tea", "oil": "camellia_oil", "seedlings": "seedlings"}


def plan_reviews(build: Building, timeline: Timeline, order: OrderView, buyer: Buyer) -> None:
    """Let some lines that came be reviewed in the days after."""
    dice = random.Random(f"reviews of {order.id}")
    share = _SAID_AT_THE_FARMERS if order.seller_id == build.shops[0].id else _SAID
    for line in order.lines:
        if dice.random() < share:
            timeline.later(functools.partial(_say, build, timeline, line, buyer, dice), days=dice.uniform(0.2, 6))


def _say(build: Building, timeline: Timeline, line: LineView, buyer: Buyer, dice: random.Random) -> None:
    is_rude = not build.is_one_review_hidden and line.seller_id == build.shops[0].id
    stars = 1 if is_rude else dice.choices(range(1, 6), _STARS)[0]
    ref = orders.review_line(
        build.session, key=f"demo-review-{line.id}", line_id=line.id, stars=stars,
        words=_RUDE if is_rude else dice.choice(_WORDS[stars]), by=buyer.user_id,
        image_ids=[] if is_rude or dice.random() > _WITH_PHOTO else _photos(build, line),
    )  # fmt: skip
    if is_rude:
        build.is_one_review_hidden = True
        products.hide_review(build.session, ref=ref, reason=_REASON, by=build.village_officials[line.village_code])
    elif line.household_id is not None and dice.random() < _ANSWERED:
        words = dice.choice(_ANSWERS[stars >= _CONTENT])
        timeline.later(functools.partial(_answer, build, line, ref, words), hours=dice.uniform(2, 70))


def _answer(build: Building, line: LineView, ref: str, words: str) -> None:
    products.answer_review(build.session, ref=ref, words=words, by=build.seller_users[line.seller_id])


def _photos(build: Building, line: LineView) -> list[int]:
    """Return the picture that stands for the buyer's photo."""
    photo = build.picture(_PICTURES.get(line.category_code, "vegetables"), line.id)
    return [] if photo is None else [photo]
