"""The visitors' list of tours, and the page of one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.areas import queries as areas
from marketplace.farmers import queries as farmers
from marketplace.farmers.values import KIND_WORDS, SellerCard, SellerState
from marketplace.kernel import clock
from marketplace.kernel.errors import NotThere
from marketplace.media import queries as media
from marketplace.tours import queries
from marketplace.tours.pages.shop import Choice, Host, Places, Sharing, TourPage, ToursPage
from marketplace.tours.values import (
    INCLUDED_WORDS,
    ROLE_WORDS,
    THEME_WORDS,
    UNIT_WORDS,
    Role,
    Theme,
    TourKind,
    TourState,
    TourView,
    UnitKind,
    UnitView,
)
from marketplace.tours.views import schema
from marketplace.tours.views.blueprint import bp
from marketplace.tours.views.money import split_of, split_people
from marketplace.tours.views.month import asked_month, departures_of_month, month_of
from marketplace.tours.views.strip import strip_of
from marketplace.web.db import reader
from marketplace.web.language import locale_id
from marketplace.web.pages import public_url
from marketplace.web.policy import authorise, policy

#: Routes shown apart, experiences a page, and places of the first page.
MOST_ROUTES, PAGE_SIZE, SOME_SITES = 12, 20, 4
#: What left the shop still has a page: links to it live on.
_SHOWN = (TourState.ON_SALE, TourState.PAUSED)
_BIGGEST_KEY = 2**53


@bp.get("/tours/")
@policy("tours.browse", public=True)
def browse() -> str:
    """Show what can be booked, all of it or of one theme; what the address says wrongly is passed over."""
    asked = request.args.get("theme", "")
    theme = Theme(asked) if asked in set(Theme) else None
    after = request.args.get("after", "")
    before_id = int(after) if after.isascii() and after.isdigit() and int(after) < _BIGGEST_KEY else None
    is_first = theme is None and before_id is None
    routes = queries.tour_cards(reader(), kind=TourKind.ROUTE, limit=MOST_ROUTES) if is_first else []
    cards = queries.tour_cards(
        reader(), theme=theme, kind=None if theme else TourKind.EXPERIENCE, before_id=before_id, limit=PAGE_SIZE + 1
    )
    following = cards[PAGE_SIZE - 1].id if len(cards) > PAGE_SIZE else None
    page = ToursPage(
        title=_(THEME_WORDS[theme]) if theme else _("Tours and experiences"),
        themes=[
            Choice(_("Everything"), url_for("tours.browse"), theme is None),
            *(Choice(_(words), url_for("tours.browse", theme=each.value), each is theme) for each, words in THEME_WORDS.items()),
        ],
        routes=queries.shop_tours(reader(), routes, locale_id()),
        experiences=queries.shop_tours(reader(), cards[:PAGE_SIZE], locale_id()),
        pager=Places(None, url_for("tours.browse", theme=theme, after=following) if following else None),
        sites=queries.shop_sites(reader(), queries.sites(reader())[:SOME_SITES], locale_id()) if is_first else [],
    )
    return render_template("tours/browse.html", page=page, tab="tours")


@bp.get("/tours/<slug>")
@policy("tours.show", public=True)
def show(slug: str) -> str:
    """Show one tour with a month of its dates. A draft, or one that waits, is not there for the public."""
    return render_template("tours/show.html", page=_page(shown_tour(slug)), tab="tours")


def shown_tour(slug: str) -> TourView:
    """Return a tour that the public may see.

    Raises:
        NotThere: no such tour, or it was never put on sale, or is put away.
    """
    tour = authorise(queries.tour_by_slug(reader(), slug=slug))
    if tour.state not in _SHOWN:
        raise NotThere
    return tour


def adult_fen(tour: TourView) -> int:
    """Return what an adult pays, or the dearest price where there is none for adults."""
    return next((unit.price_fen for unit in tour.units if unit.kind is UnitKind.ADULT), tour.units[0].price_fen)


def _page(tour: TourView) -> TourPage:
    cards = farmers.seller_cards(reader(), {part.seller_id for part in tour.components} | _sellers(tour))
    is_open = tour.state is TourState.ON_SALE and all(card.state is SellerState.APPROVED for card in cards.values())
    hosts = _hosts(tour, cards)
    village = areas.names(reader(), [tour.village_code])[tour.village_code][locale_id() == "en"]
    images = media.image_views(reader(), [tour.image_id])
    shown = asked_month(queries.next_start(reader(), tour_id=tour.id, now=clock.now()))
    leaves = departures_of_month(tour, shown)
    poster_url = url_for("tours.poster", slug=tour.slug)
    return TourPage(
        tour=tour,
        title=tour.title(locale_id()),
        is_as_written=locale_id() == "en" and not tour.story_en and bool(tour.story_zh),
        theme=tour.theme,
        theme_words=_(THEME_WORDS[tour.theme]),
        village=village,
        village_url=url_for("storefront.village", slug=tour.village_code),
        image=images.get(tour.image_id or 0),
        picture=queries.drawing(tour.picture, tour.id),
        story=tour.story(locale_id()),
        from_fen=adult_fen(tour),
        prices=[(_(UNIT_WORDS[unit.kind]), ages_words(unit), unit.price_fen) for unit in tour.units],
        included=[_(INCLUDED_WORDS[code]) for code in tour.included if code in INCLUDED_WORDS],
        not_included=[_(INCLUDED_WORDS[code]) for code in tour.not_included if code in INCLUDED_WORDS],
        is_open=is_open,
        strip=strip_of(tour.stops),
        refunds=sorted(tour.policy, reverse=True),
        split=split_of(tour, adult_fen(tour), cards),
        split_people=split_people(tour),
        has_firms=any(card.household_id is None for card in cards.values()),
        hosts=hosts,
        operator=next((host for host in hosts if host.ref == _operator_ref(tour, cards)), None),
        licence=queries.licence_number(reader(), seller_id=tour.operator_seller_id) if tour.operator_seller_id else "",
        month=month_of(tour, shown, leaves, adult_fen(tour), is_open=is_open),
        share=Sharing(public_url(f"/tours/{tour.slug}?from=share"), poster_url, public_url(poster_url)),
        schema=schema.trip(
            tour, locale_id(), village=village, provider=cards[tour.operator_seller_id or tour.host_seller_id].display_name,
            image_url=public_url(poster_url), leaves=leaves if is_open else [],
        ),
    )  # fmt: skip


def ages_words(unit: UnitView) -> str:
    """Return which ages a price is for, or nothing."""
    if unit.least_age is None and unit.most_age is None:
        return ""
    if unit.most_age is None:
        return str(_("from %(least)d years", least=unit.least_age))
    return str(_("%(least)d to %(most)d years", least=unit.least_age or 0, most=unit.most_age))


def _sellers(tour: TourView) -> set[int]:
    return {tour.host_seller_id} | ({tour.operator_seller_id} if tour.operator_seller_id else set())


def _operator_ref(tour: TourView, cards: Mapping[int, SellerCard]) -> str | None:
    return cards[tour.operator_seller_id].ref if tour.operator_seller_id else None


def _hosts(tour: TourView, cards: Mapping[int, SellerCard]) -> Sequence[Host]:
    """Return everybody who is paid, with what they do, the households first."""
    roles: dict[int, list[Role]] = defaultdict(list)
    for part in tour.components:
        roles[part.seller_id].append(part.role)
    ordered = sorted(roles, key=lambda key: cards[key].household_id is None)
    return [
        Host(
            name=cards[key].display_name, kind_words=_(KIND_WORDS[cards[key].kind]),
            roles=_(", ").join(_(ROLE_WORDS[role]) for role in dict.fromkeys(roles[key])),
            url=url_for("storefront.seller", ref=cards[key].ref), ref=cards[key].ref,
        )
        for key in ordered
    ]  # fmt: skip
