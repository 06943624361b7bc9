"""What the visitors' pages are given: lists, a tour whole with a month of its dates, a place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.media.values import ImageView
from marketplace.tours.queries import ShopSite, ShopTour
from marketplace.tours.values import SiteView, Theme, TourView


@dataclass(frozen=True)
class Choice:
    """A link that narrows a list."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Places:
    """The pages before and after this one, as ui.pager wants them."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToursPage:
    """The list of what can be booked. Unless narrowed to a theme, routes stand apart from households' experiences."""

    title: str
    themes: Sequence[Choice]
    routes: Sequence[ShopTour]
    experiences: Sequence[ShopTour]
    pager: Places
    sites: Sequence[ShopSite]


@dataclass(frozen=True, kw_only=True)
class SitesPage:
    """The list of places."""

    title: str
    kinds: Sequence[Choice]
    sites: Sequence[ShopSite]


@dataclass(frozen=True)
class Node:
    """A stop on the strip, in percent of its width and height; and the middle of the way to the next."""

    x: float
    y: float
    number: int
    minutes: int
    way_x: float | None
    way_y: float | None
    way_minutes: int
    is_overnight: bool


@dataclass(frozen=True)
class Strip:
    """A route as a schematic drawing: its road as a path in a box of 100 by 100, its stops in percent."""

    road: str
    nodes: Sequence[Node]


@dataclass(frozen=True)
class Leave:
    """One departure in a month: when, what is left in words, and where it is booked."""

    hour: str
    words: str
    fen: int | None
    url: str | None
    is_sure: bool


@dataclass(frozen=True)
class Day:
    """One day of a month."""

    number: int
    label: str
    leaves: Sequence[Leave]


@dataclass(frozen=True)
class Month:
    """A month of departures as a calendar's rows; days of other months are None."""

    title: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[Day | None]]
    prev_url: str | None
    next_url: str | None
    is_empty: bool


@dataclass(frozen=True)
class Host:
    """Somebody who is paid for a part of it."""

    name: str
    kind_words: str
    roles: str
    url: str
    ref: str


@dataclass(frozen=True)
class Sharing:
    """How a page is passed on: the address with its source, and the poster."""

    url: str
    poster_url: str
    image_url: str


@dataclass(frozen=True, kw_only=True)
class TourPage:
    """A tour whole, as visitors see it."""

    tour: TourView
    title: str
    is_as_written: bool
    theme: Theme
    theme_words: str
    village: str
    village_url: str
    image: ImageView | None
    picture: str
    story: str
    from_fen: int
    #: (who, which ages, fen)
    prices: Sequence[tuple[str, str, int]]
    included: Sequence[str]
    not_included: Sequence[str]
    is_open: bool
    strip: Strip | None
    refunds: Sequence[tuple[int, int]]
    split: Sequence[tuple[str, int, str]]
    #: The party a split was reckoned for, where a part is the same for any party.
    split_people: int | None
    has_firms: bool
    hosts: Sequence[Host]
    operator: Host | None
    licence: str
    month: Month
    share: Sharing
    schema: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class SitePage:
    """A place, as visitors see it."""

    site: SiteView
    name: str
    kind_words: str
    story: str
    rule: str
    village: str
    village_url: str
    photos: Sequence[ImageView]
    picture: str
    closed: Sequence[str]
    tours: Sequence[ShopTour]
    near: Sequence[ShopSite]
    schema: Mapping[str, Any]
