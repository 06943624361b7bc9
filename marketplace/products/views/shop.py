"""The shop's list and the page of one offer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.areas import queries as areas
from marketplace.areas.values import township_of
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import KIND_WORDS, SHARE_WORDS, SellerCard, SellerKind, SellerState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.kernel.money import yuan
from marketplace.kernel.words import N_
from marketplace.media import queries as media
from marketplace.media.values import ImageView
from marketplace.products import queries, rules
from marketplace.products.models import Offer
from marketplace.products.pages import CataloguePage, Choice, Places, ProductPage, Reviews
from marketplace.products.values import (
    FEES_BP,
    AfterSale,
    CatalogueFilter,
    CategoryView,
    Cursor,
    OfferState,
    ReviewView,
    Sort,
    price_split,
)
from marketplace.products.views.blueprint import bp
from marketplace.web.db import reader
from marketplace.web.filters import day, percent
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, policy

SORTS = (
    (Sort.NEWEST, N_("Newest")),
    (Sort.SOLD, N_("Most sold")),
    (Sort.PRICE, N_("Lowest price")),
    (Sort.PER_500G, N_("Lowest price per 500 g")),
)
#: Bounds in yuan of the price chips.
PRICES = ((None, 20), (20, 50), (50, 100), (100, None))
#: Codes of townships and villages.
_AREA = re.compile(r"[0-9]{9}(?:[0-9]{3})?", re.ASCII)
_PRICE = re.compile(r"([0-9]{0,6})-([0-9]{0,6})", re.ASCII)
#: Reviews on the page of the goods; a link leads to all.
FEW_REVIEWS = 3
#: Cards a page; fewer for those who save data.
PAGE_SIZE = 24


@bp.get("/products/")
@policy("products.browse", public=True)
def browse() -> str:
    """Show the list, narrowed and sorted as the address says; what it says wrongly is passed over."""
    categories = queries.categories(reader())
    is_english = locale_id() == "en"
    code = request.args.get("area", "")
    names = areas.names(reader(), [code]) if _AREA.fullmatch(code) else {}
    asked = _asked(categories, names)
    wanted = _filter(asked, categories)
    area = asked.get("area", "")
    found = queries.catalogue_page(reader(), wanted, size=PAGE_SIZE, cursor=_cursor(wanted.sort))
    named = next((each.name(locale_id()) for each in categories if each.code == asked.get("category")), None)
    page = CataloguePage(
        title=named or _("Produce of Lianhua"),
        cards=queries.shop_cards(reader(), found.cards, locale_id(), _("Sold out")),
        categories=[
            _choice(asked, "category", None, _("Everything")),
            *(_choice(asked, "category", each.code, each.name(locale_id())) for each in categories),
        ],
        seasons=[_choice(asked, "season", "now", _("In season now"), can_undo=True)],
        prices=[_choice(asked, "price", _band(*band), _band_words(*band), can_undo=True) for band in PRICES],
        townships=[
            _choice(asked, "area", None, _("The whole county")),
            *(
                replace(
                    _choice(asked, "area", each.code, each.name_en if is_english else each.name_zh),
                    is_chosen=area.startswith(each.code),
                )
                for each in areas.townships(reader())
            ),
        ],
        villages=[
            _choice(asked, "area", each.code, each.name_en if is_english else each.name_zh)
            for each in (areas.villages(reader(), township_of(area)) if area else ())
        ],
        sorts=[_choice(asked, "sort", None if sort is Sort.NEWEST else sort, _(words)) for sort, words in SORTS],
        place=names[asked["area"]][is_english] if "area" in asked else None,
        pager=Places(_place(asked, "before", found.before), _place(asked, "after", found.after)),
        clear_url=url_for("products.browse") if asked else None,
    )
    return render_template("products/browse.html", page=page, tab="produce")


@bp.get("/products/<slug>")
@policy("products.show", public=True)
def show(slug: str) -> str:
    """Show one offer. A draft, or one that waits, is not there for the public."""
    offer, category, left = authorise(queries.offer_on_its_page(reader(), slug))
    seller = farmers.seller_cards(reader(), [offer.seller_id]).get(offer.seller_id)
    if offer.state not in rules.SHOWN or seller is None:
        raise NotThere
    image_ids = queries.images_of_offers(reader(), [offer.id]).get(offer.id, ())
    said = queries.reviews_of_offer(reader(), offer.id, limit=FEW_REVIEWS).rows if offer.review_count else ()
    views = media.image_views(reader(), [*image_ids, *(image_id for one in said for image_id in one.image_ids)])
    images = [views[each] for each in image_ids if each in views]
    page = _product_page(offer, seller, category, images, left, reviews_of(offer, said, views))
    return render_template("products/show.html", page=page, tab="produce")


def _product_page(
    offer: Offer, seller: SellerCard, category: CategoryView, images: Sequence[ImageView], left: int, reviews: Reviews
) -> ProductPage:
    title = title_of(offer)
    village = areas.names(reader(), [offer.village_code])[offer.village_code][locale_id() == "en"]
    is_on_sale = offer.state == OfferState.ON_SALE and seller.state == SellerState.APPROVED
    cards = queries.similar_offers(reader(), offer)
    share, platform, gateway = price_split(1000)
    rates = [percent(rate / 10_000) for rate in FEES_BP]
    return ProductPage(
        ref=offer.ref,
        title=title,
        title_as_written=not offer.title_en and locale_id() == "en",
        story=offer.story,
        price_fen=offer.price_fen,
        per_500g_fen=offer.per_500g_fen if category.is_by_weight else None,
        images=images,
        facts=_facts(offer, category, seller, village),
        trust=_trust(offer, category, seller, share),
        is_on_sale=is_on_sale,
        left=max(left, 0),
        least=offer.min_qty,
        most=max(offer.min_qty, min(offer.max_qty, left)),
        weight_grams=offer.unit_grams,
        seller=seller,
        is_household=seller.kind is SellerKind.HOUSEHOLD,
        kind_words=_(KIND_WORDS[seller.kind]),
        seller_story=seller.story,
        seller_url=url_for("storefront.seller", ref=seller.ref),
        village=village,
        split=[
            (_(SHARE_WORDS[seller.kind]), share, "k1"),
            (_("This platform, %(rate)s", rate=rates[0]), platform, "k2"),
            (_("Payment service, %(rate)s", rate=rates[1]), gateway, "k3"),
        ],
        reviews=reviews,
        is_fresh=category.after_sale is AfterSale.FRESH_24H,
        similar=queries.shop_cards(reader(), cards, locale_id(), _("Sold out")),
        category=category,
        category_name=category.name(locale_id()),
        category_url=url_for("products.browse", category=category.code),
        schema=_schema(offer, title, seller, images, is_buyable=is_on_sale and left > 0),
    )


def title_of(offer: Offer) -> str:
    """Return an offer's title in the reader's language, or as the seller wrote it."""
    return (offer.title_en or offer.title_zh) if locale_id() == "en" else offer.title_zh


def reviews_of(offer: Offer, rows: Sequence[ReviewView], images: Mapping[int, ImageView]) -> Reviews:
    """Return some of an offer's reviews with the figures of all."""
    return Reviews(
        average=rules.average_stars(offer.stars_sum, offer.review_count),
        count=offer.review_count,
        hidden=offer.hidden_reviews,
        rows=rows,
        images=images,
        all_url=url_for("products.reviews", slug=offer.slug),
    )


def _facts(offer: Offer, category: CategoryView, seller: SellerCard, village: str) -> list[tuple[str, str]]:
    # where others buy together from many, the village they sit in says nothing of where it grew
    place = _("Grown in") if seller.kind is SellerKind.HOUSEHOLD else _("Sold from")
    facts = [(_("Shelf life"), _shelf_words(category.shelf_days)), (place, village)]
    if offer.harvest_on:
        facts.insert(0, (_("Harvested"), day(offer.harvest_on)))
    return facts


def _shelf_words(days: int) -> str:
    if days >= 3650:
        return str(_("Keeps for years"))
    if days >= 60:
        return str(ngettext("%(num)s month", "%(num)s months", days // 30))
    return str(ngettext("%(num)s day", "%(num)s days", days))


def _trust(offer: Offer, category: CategoryView, seller: SellerCard, share_fen: int) -> list[tuple[str, str, str | None]]:
    """Return only what can be proved, each with where the proof is.

    Of a cooperative's or an enterprise's part nothing is said to reach a household: that happens by purchase and patronage alone.
    """
    is_household = seller.kind is SellerKind.HOUSEHOLD
    met = _("The village met this seller in person") if is_household else _("An official approved this seller")
    chips: list[tuple[str, str, str | None]] = [("handshake", met, url_for("storefront.seller", ref=seller.ref))]
    if offer.published_at:
        chips.append(("seal", _("Checked by the village on %(day)s", day=day(offer.published_at)), None))
    returns = _("Photo claim within 24 hours") if category.after_sale is AfterSale.FRESH_24H else _("Seven days to return")
    chips.append(("shield", returns, "#returns"))
    if is_household:
        chips.append(("money", _("¥%(part)s of ¥10 reaches the household", part=yuan(share_fen)), "#money"))
    return chips


def _schema(offer: Offer, title: str, seller: SellerCard, images: Sequence[ImageView], *, is_buyable: bool) -> dict[str, Any]:
    """Return the page's facts for machines (schema.org)."""
    schema = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": title,
        "sku": offer.ref,
        "image": [url_for("storefront.home", _external=True).rstrip("/") + image.nearest(640) for image in images[:3]],
        "offers": {
            "@type": "Offer",
            "price": yuan(offer.price_fen),
            "priceCurrency": "CNY",
            "availability": f"https://schema.org/{'InStock' if is_buyable else 'OutOfStock'}",
            "seller": {"@type": "Organization", "name": seller.display_name},
        },
    }
    if offer.review_count:
        average = rules.average_stars(offer.stars_sum, offer.review_count)
        schema["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": average, "reviewCount": offer.review_count}
    return schema


def _asked(categories: Sequence[CategoryView], names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return what the address asks for, without what makes no sense."""
    args = request.args
    asked = {}
    if args.get("category") in {each.code for each in categories}:
        asked["category"] = args["category"]
    if args.get("season") == "now":
        asked["season"] = "now"
    if args.get("area") in names:
        asked["area"] = args["area"]
    if (found := _PRICE.fullmatch(args.get("price", ""))) and found[0] != "-":
        asked["price"] = found[0]
    if args.get("sort") in set(Sort) - {Sort.NEWEST}:
        asked["sort"] = args["sort"]
    return asked


def _filter(asked: dict[str, str], categories: Sequence[CategoryView]) -> CatalogueFilter:
    codes = [each for each in categories if asked.get("category") in (None, each.code)]
    if "season" in asked:
        month = clock.today().month
        codes = [each for each in codes if not each.season_months or month in each.season_months]
    wanted = CatalogueFilter(area=asked.get("area", ""), sort=Sort(asked.get("sort", Sort.NEWEST)))
    if len(codes) < len(categories):
        wanted = replace(wanted, category_codes=tuple(each.code for each in codes) or ("none",))
    if found := _PRICE.fullmatch(asked.get("price", "")):
        wanted = replace(
            wanted,
            least_fen=int(found[1]) * 100 if found[1] else None,
            # bands meet without sharing: the upper bound belongs to the next one
            most_fen=int(found[2]) * 100 - 1 if found[2] else None,
        )
    return wanted


def _choice(asked: dict[str, str], name: str, value: str | None, label: str, *, can_undo: bool = False) -> Choice:
    is_chosen = asked.get(name) == value
    rest: dict[str, Any] = {key: kept for key, kept in asked.items() if key != name}
    if value is not None and not (is_chosen and can_undo):
        rest[name] = value
    return Choice(label, url_for("products.browse", **rest), is_chosen)


def _band(least: int | None, most: int | None) -> str:
    return f"{least or ''}-{most or ''}"


def _band_words(least: int | None, most: int | None) -> str:
    if least is None:
        return str(_("Under ¥%(most)d", most=most))
    return str(_("¥%(least)d and above", least=least)) if most is None else f"¥{least}–{most}"


def _cursor(sort: Sort) -> Cursor | None:
    """Return the place the address names, if any."""
    after = queries.read_place(sort, request.args.get("after", ""))
    return after or queries.read_place(sort, request.args.get("before", ""), is_backward=True)


def _place(asked: dict[str, str], name: str, cursor: Cursor | None) -> str | None:
    here: dict[str, Any] = {**asked, name: queries.write_place(cursor)}
    return None if cursor is None else url_for("products.browse", **here)
