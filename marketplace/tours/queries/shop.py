"""Cards with everything a shop shows on them. Three more queries however many cards."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.areas import queries as areas
from marketplace.kernel import clock
from marketplace.media import queries as media
from marketplace.media.illustrations import DRAWINGS
from marketplace.media.values import ImageView
from marketplace.tours.models import AgencyLicence, Site, Tour, TourStop
from marketplace.tours.values import SITE_WORDS, THEME_WORDS, SiteView, Theme, TourCard, TourKind, TourState


@dataclass(frozen=True, slots=True)
class ShopTour:
    """A card as templates/_macros/tours.html wants it."""

    url: str
    title: str
    theme: Theme
    #: The msgid of the theme's name.
    theme_words: str
    kind: TourKind
    village: str
    #: Places it stops at.
    stops: int
    from_fen: int
    minutes: int
    nights: int
    next_at: dt.datetime | None
    image: ImageView | None
    picture: str


@dataclass(frozen=True, slots=True)
class ShopSite:
    """A place's card."""

    url: str
    name: str
    #: The msgid of what kind of place it is.
    kind_words: str
    is_red: bool
    village: str
    picture: str


def shop_tours(session: Session, cards: Sequence[TourCard], locale: str) -> list[ShopTour]:
    """Return full cards of tours."""
    pictures = media.image_views(session, [card.image_id for card in cards])
    names = areas.names(session, {card.village_code for card in cards}) if cards else {}
    counted = select(TourStop.tour_id, func.count()).where(TourStop.tour_id.in_([card.id for card in cards]))
    stops = dict(session.execute(counted.group_by(TourStop.tour_id)).all())
    return [
        ShopTour(
            url=f"/tours/{card.slug}", title=card.title(locale), theme=card.theme, theme_words=THEME_WORDS[card.theme],
            kind=card.kind, village=names[card.village_code][locale == "en"], stops=stops.get(card.id, 0),
            from_fen=card.from_fen, minutes=card.minutes, nights=card.nights, next_at=card.next_at,
            image=pictures.get(card.image_id or 0), picture=drawing(card.picture, card.id),
        )
        for card in cards
    ]  # fmt: skip


def shop_sites(session: Session, sites: Sequence[SiteView], locale: str) -> list[ShopSite]:
    """Return full cards of places."""
    names = areas.names(session, {site.village_code for site in sites}) if sites else {}
    return [
        ShopSite(
            url=f"/sites/{site.slug}", name=site.name(locale), kind_words=SITE_WORDS[site.kind], is_red=site.is_red,
            village=names[site.village_code][locale == "en"], picture=drawing(site.picture, site.id),
        )
        for site in sites
    ]  # fmt: skip


def drawing(kind: str, key: int) -> str:
    """Return the name of one of the house's drawings of a kind, the same for the same key."""
    return f"{kind}-{key % DRAWINGS + 1}"


def licence_number(session: Session, *, seller_id: int) -> str:
    """Return the number of a travel agency's licence that holds today; '' where there is none."""
    found = session.scalar(
        select(func.max(AgencyLicence.number)).where(
            AgencyLicence.seller_id == seller_id, AgencyLicence.valid_to >= clock.today()
        )
    )
    return found or ""


def shown_slugs(session: Session, limit: int) -> list[tuple[str, dt.datetime]]:
    """Return the addresses of tours on sale and when they were published, for the site map."""
    rows = session.execute(
        select(Tour.slug, Tour.published_at).where(Tour.state == TourState.ON_SALE.value).order_by(Tour.id).limit(limit)
    )
    return [(slug, at) for slug, at in rows if at is not None]


def villages_with_places(session: Session) -> list[str]:
    """Return the codes of the villages in which there is something to visit or to book, in order."""
    places = session.scalars(select(Site.village_code))
    hosts = session.scalars(select(Tour.village_code).where(Tour.state == TourState.ON_SALE.value).distinct())
    return sorted({*places, *hosts})
