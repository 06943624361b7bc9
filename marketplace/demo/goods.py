"""What is on sale: some hundreds of offers listed over the year, approved in the village, repriced, paused and out of season."""

import functools
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from marketplace.demo.pictures import kinds_of
from marketplace.demo.seasons import Stay, last_harvest, next_season, stay_of
from marketplace.demo.state import Building
from marketplace.demo.timeline import Timeline
from marketplace.demo.values import Good, Shop
from marketplace.kernel import clock
from marketplace.products import queries as products_queries
from marketplace.products import services as products

#: Sold by the piece: their price is not one of weight.
_BY_THE_PIECE = frozenset({"handicrafts", "seedlings"})
#: The farmer who can be tried sells this many things more than others begin with.
_OFFERS_OF_THE_FARMER = 3
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
    season: str
    months: tuple[int, ...]
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
    """Arrange the listing of every offer in its season; some of the last two days wait for their village.

    Most of those wait in the village whose official can be tried.
    """
    dice, size = build.dice, build.size
    keeps_days = {category.code: category.shelf_days for category in products_queries.categories(build.session)}
    waiting = max(3, size.offers // 60)
    here = [shop for shop in build.shops if shop.village.code == build.villages[0].code]
    weights = [5 if shop.household_id is None else 3 if number < 30 else 2 for number, shop in enumerate(build.shops)]
    more = size.offers - len(build.shops) - waiting - _OFFERS_OF_THE_FARMER
    shops = [*build.shops, *build.shops[:1] * _OFFERS_OF_THE_FARMER, *dice.choices(build.shops, weights, k=max(0, more))]
    for number, shop in enumerate(shops):
        kind = _kind_for(build, shop)
        stay = stay_of(kind.season, kind.months, keeps_days[kind.category], start=build.start, now=build.now, dice=dice)
        timeline.at(stay.from_at, functools.partial(_list, build, timeline, number, shop, kind, stay))
    for number in range(waiting):
        shop = dice.choice(here if number % 3 else build.shops)
        kind = _kind_for(build, shop)
        harvest_on = last_harvest(kind.months, clock.day_of(build.now)) if kind.season == "harvest" else None
        stay = Stay(build.ago(hours=dice.uniform(2, 20)), harvest_on, None)
        timeline.at(stay.from_at, functools.partial(_list, build, timeline, size.offers + number, shop, kind, stay, is_left=True))


def _kind_for(build: Building, shop: Shop) -> Kind:
    """Choose something this seller grows; oil only where the licence is on file."""
    fitting = [kind for kind in kinds() if set(kind.crops) & set(shop.crops)]
    fitting = fitting or [kind for kind in kinds() if kind.category != "oil"]
    return build.dice.choices(fitting, [kind.share for kind in fitting])[0]


def _list(build: Building, timeline: Timeline, number: int, shop: Shop, kind: Kind, stay: Stay, *, is_left: bool = False) -> None:
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
        unit_grams=grams, price_fen=price_fen, quantity=quantity, harvest_on=stay.harvest_on,
        image_ids=[each for each in chosen if each is not None], client_key=f"demo-offer-{number}", listed_by=shop.listed_by,
        on_behalf_of_consent_id=shop.consent_id, title=title["zh"].format(**place), title_en=title["en"].format(**place),
        story=dice.choice(kind.stories).format(village=shop.village.name_zh, years=dice.randint(6, 30), mu=dice.randint(2, 14)),
        sell_mode=kind.mode,
    )  # fmt: skip
    good = Good(
        offer.id, offer.ref, shop, kind.category, kind.season, kind.months, price_fen, grams, quantity,
        pull=dice.choices((1, 3, 9), (40, 45, 15))[0], until=stay.to_at,
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
    if dice.random() < 0.05:
        timeline.later(functools.partial(_pause, build, timeline, good), days=dice.uniform(10, 200))
    if good.until is not None:
        timeline.at(good.until, functools.partial(_end_season, build, timeline, good))
    timeline.later(functools.partial(_count, build, timeline, good), days=dice.uniform(40, 100))


def _send_back(build: Building, timeline: Timeline, good: Good) -> None:
    reason = build.dice.choice(_RETURNED)
    products.reject_offer(build.session, offer_id=good.id, by=good.shop.village.official, reason=reason)
    timeline.later(functools.partial(_send_again, build, timeline, good), days=build.dice.uniform(0.5, 3))


def _send_again(build: Building, timeline: Timeline, good: Good) -> None:
    products.submit_offer(build.session, offer_id=good.id, by=good.shop.listed_by)
    timeline.later(functools.partial(_approve, build, timeline, good), hours=build.dice.uniform(1, 20))


def _reprice(build: Building, good: Good) -> None:
    if good not in build.goods:
        return
    good.price_fen = _rounded(good.price_fen * build.dice.randint(92, 108) // 100)
    products.change_price(build.session, offer_id=good.id, price_fen=good.price_fen, by=good.shop.listed_by)


def _pause(build: Building, timeline: Timeline, good: Good) -> None:
    """Take goods off the shelf for some weeks: the hands are needed in the field."""
    if good not in build.goods:
        return
    products.pause_offer(build.session, offer_id=good.id, by=good.shop.listed_by)
    build.goods.remove(good)
    timeline.later(functools.partial(_resume, build, good), days=build.dice.uniform(6, 30))


def _resume(build: Building, good: Good) -> None:
    if good.until is None or clock.now() < good.until:
        products.resume_offer(build.session, offer_id=good.id, by=good.shop.listed_by)
        build.goods.append(good)


def _end_season(build: Building, timeline: Timeline, good: Good) -> None:
    """Take goods off the shelf when they no longer keep; what is dug comes back with its months, some is put away for good."""
    if good not in build.goods:
        return
    products.pause_offer(build.session, offer_id=good.id, by=good.shop.listed_by, is_season_over=True)
    build.goods.remove(good)
    if good.season == "dug":
        good.until = None
        timeline.at(next_season(good.months, clock.now()), functools.partial(_resume, build, good))
    elif build.dice.random() < 0.5:
        timeline.later(functools.partial(_put_away, build, good), days=build.dice.uniform(5, 40))


def _put_away(build: Building, good: Good) -> None:
    products.archive_offer(build.session, offer_id=good.id, by=good.shop.listed_by)


def _count(build: Building, timeline: Timeline, good: Good) -> None:
    """Bring more where it runs out: a farmer counts again every few months."""
    if good.until is not None and clock.now() > good.until:
        return
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
