"""The shop's front: home, search, sellers, about, drawn pictures, and what machines ask for."""

import functools
import gzip
from typing import Any
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import KIND_WORDS, SellerCard, SellerState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.media import illustrations
from marketplace.products import queries as products
from marketplace.products.values import FEES_BP, CatalogueFilter, CategoryView, Sort, price_split
from marketplace.storefront.pages import AboutPage, HomePage, Kind, Places, SearchPage, SellerPage
from marketplace.web.db import reader
from marketplace.web.filters import percent
from marketplace.web.forms import tidy
from marketplace.web.language import locale_id
from marketplace.web.policy import authorise, policy

bp = Blueprint("storefront", __name__)

PAGE_SIZE = 24
#: Few enough that the home page stays light.
NEWEST_ON_HOME = 4
#: The picture that stands for a kind of goods.
PICTURES = {
    "rice": "rice", "lotus": "lotus_seed", "tea": "tea", "vegetables": "vegetables", "seedlings": "seedlings",
    "oil": "camellia_oil", "handicrafts": "lotus_flower", "other": "honey",
}  # fmt: skip
#: Hours at which the light of the hero changes: it is dawn before the first, dusk from the last.
DAWN_ENDS, DUSK_BEGINS = 8, 17
CLOSED_TO_ROBOTS = ("/office/", "/desk/", "/orders/", "/cart", "/checkout")
#: A site map may hold 50,000 addresses.
MOST_IN_SITEMAP = 45_000


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
    """Find goods by Chinese, pinyin or English words."""
    words = tidy(request.args.get("q", ""))[:60]
    after = request.args.get("after", "")
    before_id = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else None
    found = products.found_page(reader(), words, size=PAGE_SIZE, before_id=before_id)
    page = SearchPage(
        words=words,
        cards=products.shop_cards(reader(), found.cards, locale_id(), _("Sold out")),
        pager=Places(None, url_for("storefront.search", q=words, after=found.after.id) if found.after else None),
        kinds=[_kind(each) for each in products.categories(reader())],
    )
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


@bp.get("/about")
@policy("storefront.about", public=True)
def about() -> str:
    """Say what this platform is, what it takes, and what to do when something is wrong."""
    page = AboutPage(*_rates())
    return render_template("storefront/about.html", page=page)


@bp.get("/drawn/<kind>.svg")
@policy("storefront.drawn", public=True)
def drawn(kind: str) -> Response:
    """Send one of the house's own pictures; the same kind is always the same picture."""
    if kind not in illustrations.KINDS:
        raise NotThere
    plain, small = _drawing(kind)
    is_small = request.accept_encodings.quality("gzip") > 0
    answer = Response(small if is_small else plain, mimetype="image/svg+xml")
    if is_small:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "public, max-age=604800"
    return answer


@functools.cache
def _drawing(kind: str) -> tuple[bytes, bytes]:
    """Return a picture plain and compressed; there are few kinds, and each is drawn once."""
    plain = illustrations.render(kind, 1).encode()
    return plain, gzip.compress(plain, mtime=0)


@bp.get("/sitemap.xml")
@policy("storefront.sitemap", public=True)
def sitemap() -> Response:
    """List the public pages for search engines."""
    root = _root()
    lines = [f"<url><loc>{root}{path}</loc></url>" for path in ("/", "/products/", "/about")]
    lines += [
        f"<url><loc>{root}/products/{escape(slug)}</loc><lastmod>{at:%Y-%m-%d}</lastmod></url>"
        for slug, at in products.published_slugs(reader(), limit=MOST_IN_SITEMAP)
    ]
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


def _rates() -> list[str]:
    return [percent(rate / 10_000) for rate in FEES_BP]


def _root() -> str:
    settings: Any = current_app.extensions["settings"]
    return escape(str(settings.public_url or request.url_root).rstrip("/"))


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
