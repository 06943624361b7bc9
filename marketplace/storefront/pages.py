"""What the templates of the shop's front are given."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.farmers.values import SellerCard
from marketplace.media.values import ImageView
from marketplace.products.queries import ShopCard
from marketplace.tours.queries import ShopSite, ShopTour


@dataclass(frozen=True)
class Kind:
    """A kind of goods on the home page."""

    label: str
    url: str
    picture: str


@dataclass(frozen=True)
class HomePage:
    """The shop's home."""

    mood: str
    kinds: Sequence[Kind]
    newest: Sequence[ShopCard]
    in_season: Sequence[Kind]
    tours: Sequence[ShopTour]
    month: int
    split: Sequence[tuple[str, int, str]]


@dataclass(frozen=True)
class Places:
    """The pages before and after this one."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True)
class SearchPage:
    """What was found for some words."""

    words: str
    cards: Sequence[ShopCard]
    pager: Places
    kinds: Sequence[Kind]
    tours: Sequence[ShopTour]
    sites: Sequence[ShopSite]


@dataclass(frozen=True)
class SellerPage:
    """One seller and their goods."""

    seller: SellerCard
    kind_words: str
    village: str
    story: str
    approved_at: dt.datetime | None
    is_selling: bool
    cards: Sequence[ShopCard]
    pager: Places


@dataclass(frozen=True)
class Producer:
    """Somebody of a village who sells."""

    ref: str
    name: str
    kind_words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class VillagePage:
    """A village: who sells there, what is on sale, what can be visited, how it looks."""

    name: str
    township: str
    producers: Sequence[Producer]
    cards: Sequence[ShopCard]
    goods_url: str
    tours: Sequence[ShopTour]
    sites: Sequence[ShopSite]
    photos: Sequence[ImageView]
    url: str
    #: How many public notices hang out there today, and where they can be read.
    notices: int
    notices_url: str


@dataclass(frozen=True)
class AboutPage:
    """What this platform is."""

    platform_fee: str
    gateway_fee: str
