"""What is on sale: some hundreds of offers listed over the year, approved in the village, repriced, paused and out of season."""

import datetime as dt
import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from marketplace.demo.pictures import kinds_of
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Good, Shop
from marketplace.kernel import clock
from marketplace.products import services as products

#: Sold by the piece: their price is not one of weight.
_BY_THE_PIECE = frozenset({"handicrafts", "seedlings"})
_RETURNED = ("照片太暗，看不清东西，请白天再拍一张。", "价格比县里指导价低很多，请再核对。", "请写明采收日期。")


@dataclass(frozen=True)
class Kind:
    """One kind of thing the county's households sell."""

    code: str
    variety: str
    category: str
    mode: str
    pictures: tuple[str, ...]
    grams: tuple[int, ...]
    price_fen: tuple[int, int]
    stock: tuple[int, int]
    harvest_months: tuple[int, ...]
    share: int
    crops: tuple[str, ...]
    titles: tuple[dict[str, str], ...]
    stories: tuple[str, ...]


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Return the kinds of things, from the file beside this module."""
    found: Any = json.loads(resources.files("marketplace.demo").joinpath("goods.json").read_text(encoding="utf-8"))
    return tuple(_kind(row) for row in found["goods"])


def _kind(row: dict[str, Any]) -> Kind:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Kind(**values)


def plan_offers(build: Building, timeline: Timeline) -> None:
    """Arrange the listing of every offer: most in the first weeks, the others through the year, some in the last two days."""
    dice, size = build.dice, build.size
    waiting = max(2, size.offers // 75)
    weights = [5 if shop.household_id is None else 3 if number < 30 else 2 for number, shop in enumerate(build.shops)]
    shops = list(build.shops) + dice.choices(build.shops, weights, k=max(0, size.offers - len(build.shops)))
    for number, shop in enumerate(shops[: size.offers]):
        if number >= size.offers - waiting:
            moment = build.ago(hours=dice.uniform(2, 20))
        elif number < size.offers * 0.62:
            moment = build.start + dt.timedelta(days=dice.uniform(3, 17))
        else:
            moment = build.start + dt.timedelta(days=dice.uniform(17, 380))
        kind = _kind_for(build, shop)
        is_left = number >= size.offers - waiting
        timeline.at(moment, functools.partial(_list, build, timeline, number, shop, kind, is_left=is_left))


def _kind_for(build: Building, shop: Shop) -> Kind:
    """Choose something this seller grows; oil only where the licence is on file."""
    fitting = [kind for kind in kinds() if set(kind.crops) & set(shop.crops)]
    fitting = fitting or [kind for kind in kinds() if kind.category != "oil"]
    return build.dice.choices(fitting, [kind.share for kind in fitting])[0]


def _list(build: Building, timeline: Timeline, number: int, shop: Shop, kind: Kind, *, is_left: bool) -> None:
    dice = build.dice
    grams = dice.choice(kind.grams)
    per_500g = dice.randint(*kind.price_fen)
    price_fen = _rounded(per_500g if kind.category in _BY_THE_PIECE else per_500g * grams // 500)
    title = dice.choice(kind.titles)
    place = {
        "place": shop.village.name_zh, "place_en": shop.village.name_en, "weight": _weight(grams, "公斤", "克"),
        "weight_en": _weight(grams, " kg", " g"),
    }  # fmt: skip
    quantity = dice.randint(*kind.stock)
    there = kinds_of(kind.pictures, build.size.pictures)
    chosen = [build.picture(name, dice.randrange(12)) for name in there[: 2 if dice.random() < 0.5 else 1]]
    offer = products.list_offer(
        build.session, seller_id=shop.id, household_id=shop.household_id, category_code=kind.category, variety=kind.variety,
        unit_grams=grams, price_fen=price_fen, quantity=quantity, harvest_on=_harvest(kind.harvest_months, clock.today()),
        image_ids=[each for each in chosen if each is not None], client_key=f"demo-offer-{number}", listed_by=shop.listed_by,
        on_behalf_of_consent_id=shop.consent_id, title=title["zh"].format(**place), title_en=title["en"].format(**place),
        story=dice.choice(kind.stories).format(village=shop.village.name_zh, years=dice.randint(6, 30), mu=dice.randint(2, 14)),
        sell_mode=kind.mode,
    )  # fmt: skip
    good = Good(
        offer.id, offer.ref, shop, kind.category, kind.harvest_months, price_fen, grams, quantity,
        pull=dice.choices((1, 3, 9), (40, 45, 15))[0],
    )  # fmt: skip
    if is_left:
        return
    if dice.random() < 0.03:
        timeline.later(functools.partial(_send_back, build, timeline, good), hours=dice.uniform(2, 20))
    else:
        timeline.later(functools.partial(_approve, build, timeline, good), hours=dice.uniform(1, 22))


def _approve(build: Building, timeline: Timeline, good: Good) -> None:
    dice = build.dice
    products.approve_offer(build.session, offer_id=good.id, by=good.shop.village.official)
    build.goods.append(good)
    if dice.random() < 0.08:
        timeline.later(functools.partial(_reprice, build, good), days=dice.uniform(15, 200))
    if dice.random() < 0.07:
        timeline.later(functools.partial(_pause, build, timeline, good), days=dice.uniform(30, 300))
    timeline.later(functools.partial(_count, build, timeline, good), days=dice.uniform(40, 100))


def _send_back(build: Building, timeline: Timeline, good: Good) -> None:
    reason = build.dice.choice(_RETURNED)
    products.reject_offer(build.session, offer_id=good.id, by=good.shop.village.official, reason=reason)
    timeline.later(functools.partial(_send_again, build, timeline, good), days=build.dice.uniform(0.5, 3))


def _send_again(build: Building, timeline: Timeline, good: Good) -> None:
    products.submit_offer(build.session, offer_id=good.id, by=good.shop.listed_by)
    timeline.later(functools.partial(_approve, build, timeline, good), hours=build.dice.uniform(1, 20))


def _reprice(build: Building, good: Good) -> None:
    good.price_fen = _rounded(good.price_fen * build.dice.randint(92, 108) // 100)
    products.change_price(build.session, offer_id=good.id, price_fen=good.price_fen, by=good.shop.listed_by)


def _pause(build: Building, timeline: Timeline, good: Good) -> None:
    is_season_over = bool(good.months)
    products.pause_offer(build.session, offer_id=good.id, by=good.shop.listed_by, is_season_over=is_season_over)
    build.goods.remove(good)
    if build.dice.random() < 0.6:
        timeline.later(functools.partial(_resume, build, good), days=build.dice.uniform(10, 60))


def _resume(build: Building, good: Good) -> None:
    products.resume_offer(build.session, offer_id=good.id, by=good.shop.listed_by)
    build.goods.append(good)


def _count(build: Building, timeline: Timeline, good: Good) -> None:
    """Bring more where it runs out: a farmer counts again every few months."""
    if good.left < 25:
        good.left = build.dice.randint(60, 220)
        products.set_stock(build.session, offer_id=good.id, left=good.left, by=good.shop.listed_by)
    timeline.later(functools.partial(_count, build, timeline, good), days=build.dice.uniform(40, 100))


def _rounded(fen: int) -> int:
    """Return a price a person would ask: to the half yuan, below ¥5 to ten fen."""
    step = 50 if fen >= 500 else 10
    return max(100, (fen + step // 2) // step * step)


def _weight(grams: int, kilos: str, plain: str) -> str:
    return f"{grams / 1000:g}{kilos}" if grams >= 1000 else f"{grams}{plain}"


def _harvest(months: tuple[int, ...], today: dt.date) -> dt.date | None:
    """Return the last harvest before a day; what is made all year was picked a few days ago."""
    if not months:
        return today - dt.timedelta(days=2)
    for back in range(13):
        month = (today.month - 1 - back) % 12 + 1
        year = today.year - (1 if today.month - 1 - back < 0 else 0)
        day = dt.date(year, month, 1 + (today.day * 7) % 27)
        if month in months and day <= today:
            return day
    return None
