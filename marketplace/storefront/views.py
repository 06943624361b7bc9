"""The shop's front: home, search, sellers, about, drawn pictures, and what machines ask for."""

import functools
import gzip
import itertools
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

import brotli  # type: ignore[import-untyped]
from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import KIND_WORDS, SellerCard, SellerState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.media import illustrations
from marketplace.media import queries as media
from marketplace.notices import queries as notices
from marketplace.products import queries as products
from marketplace.products.services import count_missed_search
from marketplace.products.values import FEES_BP, CatalogueFilter, CategoryView, Sort, price_split
from marketplace.storefront.pages import AboutPage, HomePage, Kind, Places, Producer, SearchPage, SellerPage, VillagePage
from marketplace.tours import queries as tours
from marketplace.tours.values import TourCard, TourKind
from marketplace.web.db import reader, write_beside
from marketplace.web.filters import percent
from marketplace.web.forms import tidy
from marketplace.web.language import locale_id
from marketplace.web.pages import public_url
from marketplace.web.policy import authorise, policy

bp = Blueprint("storefront", __name__)

PAGE_SIZE = 24
#: Few enough that the home page stays light.
NEWEST_ON_HOME = 4
#: Tours, and places, that stand beside the goods that were found.
MOST_BESIDE = 8
#: The picture that stands for a kind of goods.
PICTURES = {
    "rice": "rice", "lotus": "lotus_seed", "tea": "tea", "vegetables": "vegetables", "seedlings": "seedlings",
    "oil": "camellia_oil", "handicrafts": "lotus_flower", "other": "honey",
}  # fmt: skip
#: Hours at which the light of the hero changes: it is dawn before the first, dusk from the last.
DAWN_ENDS, DUSK_BEGINS = 8, 17
CLOSED_TO_ROBOTS = ("/office/", "/desk/", "/orders/", "/cart", "/checkout")
#: "lotus_pond", or "lotus_pond-7".
_DRAWING = re.compile(r"([a-z_]+)(?:-([1-9]))?", re.ASCII)
#: A site map may hold 50,000 addresses.
MOST_IN_SITEMAP, MOST_TOURS_IN_SITEMAP = 40_000, 5_000
#: A search that finds fewer has as good as missed: farmers are told what was looked for.
FEW = 3
#: What a village's page shows of each.
MOST_PRODUCERS, MOST_GOODS_OF_VILLAGE, MOST_TOURS_OF_VILLAGE = 12, 8, 12
#: Tours on the home page; what leads to all of them stands beside.
TOURS_ON_HOME = 3


@bp.get("/")
@policy("storefront.home", public=True)
def home() -> str:
    """Show the county, its kinds of goods, what is new and what is in season."""
    categories = products.categories(reader())
    newest = products.catalogue_page(reader(), CatalogueFilter(), size=NEWEST_ON_HOME)
    now = clock.now().astimezone(clock.SHANGHAI)
    seller, platform, gateway = price_split(1000)
    rates = _rates()
    page = HomePage(
        mood="dawn" if now.hour < DAWN_ENDS else "dusk" if now.hour >= DUSK_BEGINS else "noon",
        kinds=[_kind(each) for each in categories],
        newest=products.shop_cards(reader(), newest.cards, locale_id(), _("Sold out")),
        in_season=[_kind(each) for each in categories if now.month in each.season_months],
        tours=tours.shop_tours(reader(), _some_tours(), locale_id()),
        month=now.month,
        split=[
            (_("To the seller"), seller, "k1"),
            (_("This platform, %(rate)s", rate=rates[0]), platform, "k2"),
            (_("Payment service, %(rate)s", rate=rates[1]), gateway, "k3"),
        ],
    )
    return render_template("storefront/home.html", page=page, tab="home")


@bp.get("/search")
@policy("storefront.search", public=True)
def search() -> str:
    """Find goods by Chinese, pinyin or English words, and on the first page the tours and places of that name."""
    words = tidy(request.args.get("q", ""))[:60]
    after = request.args.get("after", "")
    before_id = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None
    found = products.found_page(reader(), words, size=PAGE_SIZE, before_id=before_id)
    page = SearchPage(
        words=words,
        cards=products.shop_cards(reader(), found.cards, locale_id(), _("Sold out")),
        pager=Places(None, url_for("storefront.search", q=words, after=found.after.id) if found.after else None),
        kinds=[_kind(each) for each in products.categories(reader())],
        tours=tours.shop_tours(reader(), [] if before_id else tours.found_tours(reader(), words, limit=MOST_BESIDE), locale_id()),
        sites=tours.shop_sites(reader(), [] if before_id else tours.found_sites(reader(), words, limit=MOST_BESIDE), locale_id()),
    )
    if before_id is None and request.method == "GET" and len(page.cards) + len(page.tours) + len(page.sites) < FEW:
        sealer = current_app.extensions["sealer"]
        write_beside(lambda session: count_missed_search(session, words=words, sealer=sealer))
    return render_template("storefront/search.html", page=page, tab="search", q=words)


@bp.get("/sellers/<ref>")
@policy("storefront.seller", public=True)
def seller(ref: str) -> str:
    """Show a seller whom the village approved, and their goods."""
    found = authorise(farmers.seller_by_ref(reader(), ref))
    card: SellerCard = farmers.seller_cards(reader(), [found.id])[found.id]
    if card.state not in (SellerState.APPROVED, SellerState.SUSPENDED):
        raise NotThere
    place = products.read_place(Sort.NEWEST, request.args.get("after", ""))
    back = products.read_place(Sort.NEWEST, request.args.get("before", ""), is_backward=True)
    goods = products.catalogue_page(reader(), CatalogueFilter(seller_id=card.id), size=PAGE_SIZE, cursor=place or back)
    before, after = products.write_place(goods.before), products.write_place(goods.after)
    page = SellerPage(
        seller=card,
        kind_words=_(KIND_WORDS[card.kind]),
        village=areas.names(reader(), [card.village_code])[card.village_code][locale_id() == "en"],
        story=found.story,
        approved_at=found.approved_at,
        is_selling=card.state is SellerState.APPROVED,
        cards=products.shop_cards(reader(), goods.cards, locale_id(), _("Sold out")),
        pager=Places(
            url_for("storefront.seller", ref=ref, before=before) if before else None,
            url_for("storefront.seller", ref=ref, after=after) if after else None,
        ),
    )
    return render_template("storefront/seller.html", page=page, tab="produce")


@bp.get("/villages/<slug>")
@policy("storefront.village", public=True)
def village(slug: str) -> str:
    """Show a village by its code: who sells there, goods, tours, places and photographs."""
    names = areas.names(reader(), [slug, slug[:9]])
    if len(slug) != len("360321101200") or slug not in names:
        raise NotThere
    at = int(locale_id() == "en")
    sellers = [one.id for one in farmers.sellers_in(reader(), [slug], [SellerState.APPROVED], limit=MOST_PRODUCERS)]
    cards = farmers.seller_cards(reader(), sellers)
    goods = products.catalogue_page(reader(), CatalogueFilter(area=slug), size=MOST_GOODS_OF_VILLAGE)
    sites = tours.sites(reader(), codes=[slug])
    page = VillagePage(
        name=names[slug][at],
        township=names[slug[:9]][at],
        producers=[
            Producer(card.ref, card.display_name, _(KIND_WORDS[card.kind]), url_for("storefront.seller", ref=card.ref))
            for card in sorted((cards[key] for key in sellers), key=lambda card: (card.household_id is None, card.id))
        ],
        cards=products.shop_cards(reader(), goods.cards, locale_id(), _("Sold out")),
        goods_url=url_for("products.browse", area=slug),
        tours=tours.shop_tours(reader(), tours.tour_cards(reader(), codes=[slug], limit=MOST_TOURS_OF_VILLAGE), locale_id()),
        sites=tours.shop_sites(reader(), sites, locale_id()),
        photos=list(media.image_views(reader(), tours.photos_of_sites(reader(), site_ids=[site.id for site in sites])).values()),
        url=public_url(url_for("storefront.village", slug=slug)),
        notices=notices.count_standing(reader(), area_code=slug, on=clock.today()),
        notices_url=url_for("notices.board", area=slug),
    )
    return render_template("storefront/village.html", page=page, tab="tours")


@bp.get("/about")
@policy("storefront.about", public=True)
def about() -> str:
    """Say what this platform is, what it takes, and what to do when something is wrong."""
    page = AboutPage(*_rates())
    return render_template("storefront/about.html", page=page)


@bp.get("/drawn/<kind>.svg")
@policy("storefront.drawn", public=True)
def drawn(kind: str) -> Response:
    """Send one of the house's own pictures: of a kind, or one of the nine of a kind; the same name is the same picture."""
    named = _DRAWING.fullmatch(kind)
    if named is None or named[1] not in illustrations.KINDS:
        raise NotThere
    encoding = request.accept_encodings.best_match(["br", "gzip"])
    answer = Response(_drawing(named[1], int(named[2] or 1))[encoding or ""], mimetype="image/svg+xml")
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "public, max-age=604800"
    return answer


@functools.cache
def _drawing(kind: str, number: int) -> Mapping[str, bytes]:
    """Return a picture by how it is compressed; there are few, and each is drawn and pressed once."""
    plain = illustrations.numbered(kind, number).encode()
    return {"": plain, "gzip": gzip.compress(plain, mtime=0), "br": brotli.compress(plain, mode=brotli.MODE_TEXT)}


@bp.get("/sitemap.xml")
@policy("storefront.sitemap", public=True)
def sitemap() -> Response:
    """List the public pages for search engines."""
    root = _root()
    plain = ["/", "/products/", "/tours/", "/sites/", "/about"]
    plain += [f"/sites/{site.slug}" for site in tours.sites(reader())]
    plain += [f"/villages/{code}" for code in tours.villages_with_places(reader())]
    lines = [f"<url><loc>{root}{escape(path)}</loc></url>" for path in plain]
    dated = [(f"/tours/{slug}", at) for slug, at in tours.shown_slugs(reader(), limit=MOST_TOURS_IN_SITEMAP)]
    dated += [(f"/products/{slug}", at) for slug, at in products.published_slugs(reader(), limit=MOST_IN_SITEMAP)]
    lines += [f"<url><loc>{root}{escape(path)}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>" for path, at in dated]
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n"
    )
    return _for_machines(body, "application/xml")


@bp.get("/robots.txt")
@policy("storefront.robots", public=True)
def robots() -> Response:
    """Tell search engines what is not theirs."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED_TO_ROBOTS)
    body = f"User-agent: *\n{closed}Sitemap: {_root()}/sitemap.xml\n"
    return _for_machines(body, "text/plain")


def _some_tours() -> list[TourCard]:
    """Return a few tours for the home page: routes and households' experiences by turns, those that leave soonest first."""
    each = [
        sorted(
            (card for card in tours.tour_cards(reader(), kind=kind, limit=12) if card.next_at),
            key=lambda card: (card.next_at, card.id),
        )
        for kind in (TourKind.ROUTE, TourKind.EXPERIENCE)
    ]
    turns = [card for pair in itertools.zip_longest(*each) for card in pair if card is not None]
    return turns[:TOURS_ON_HOME]


def _rates() -> list[str]:
    return [percent(rate / 10_000) for rate in FEES_BP]


def _root() -> str:
    return escape(public_url(""))


def _for_machines(body: str, mimetype: str) -> Response:
    answer = Response(body, mimetype=mimetype)
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def _kind(category: CategoryView) -> Kind:
    return Kind(
        label=category.name(locale_id()),
        url=url_for("products.browse", category=category.code),
        picture=url_for("storefront.drawn", kind=PICTURES.get(category.code, "lotus_flower")),
    )
