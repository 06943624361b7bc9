"""What the templates of goods are given: one typed value per page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.farmers.values import SellerCard
from marketplace.media.values import ImageView
from marketplace.products.queries import ShopCard
from marketplace.products.values import CategoryView, ReviewView, VarietyView


@dataclass(frozen=True)
class Choice:
    """A link that narrows or sorts a list."""

    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Places:
    """The pages before and after this one, as ui.pager wants them."""

    prev_url: str | None
    next_url: str | None
    label: str | None = None


@dataclass(frozen=True)
class CataloguePage:
    """The shop's list."""

    title: str
    cards: Sequence[ShopCard]
    categories: Sequence[Choice]
    seasons: Sequence[Choice]
    prices: Sequence[Choice]
    townships: Sequence[Choice]
    #: Those of the chosen township.
    villages: Sequence[Choice]
    sorts: Sequence[Choice]
    place: str | None
    pager: Places
    clear_url: str | None


@dataclass(frozen=True)
class Reviews:
    """What buyers say of one offer: some of it, with the figures of all."""

    #: Such as 4.6; empty where nobody has said anything that is shown.
    average: str
    count: int
    #: How many an official hid.
    hidden: int
    rows: Sequence[ReviewView]
    images: Mapping[int, ImageView]
    all_url: str


@dataclass(frozen=True)
class ProductPage:
    """One offer in the shop, from photographs to what is like it."""

    ref: str
    title: str
    title_as_written: bool
    story: str
    price_fen: int
    per_500g_fen: int | None
    images: Sequence[ImageView]
    facts: Sequence[tuple[str, str]]
    trust: Sequence[tuple[str, str, str | None]]
    is_on_sale: bool
    left: int
    least: int
    most: int
    weight_grams: int
    seller: SellerCard
    is_household: bool
    kind_words: str
    seller_story: str
    seller_url: str
    village: str
    split: Sequence[tuple[str, int, str]]
    reviews: Reviews
    is_fresh: bool
    similar: Sequence[ShopCard]
    category: CategoryView
    category_name: str
    category_url: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class Tile:
    """One thing to sell, as a picture."""

    label: str
    url: str
    picture: str
    is_chosen: bool


@dataclass(frozen=True)
class PhotoPage:
    """The first screen: whose goods, and their photographs."""

    form: Any
    households: Sequence[tuple[str, str]]
    chosen: str
    behalf_of: str | None
    key: str
    refusal: str | None = None


@dataclass(frozen=True)
class GoodsPage:
    """The second screen: what it is, its price, how many, when harvested."""

    ref: str
    form: Any
    tiles: Sequence[Tile]
    more_url: str | None
    variety: VarietyView | None
    unit_words: str
    price_label: str
    price_yuan: str
    guidance: tuple[int, int]
    #: What others around ask, and where that is; empty where nobody sells it yet.
    usual_words: str
    stocks: Sequence[tuple[str, str]]
    stock: str
    harvests: Sequence[tuple[str, str]]
    harvest: str
    units: Sequence[Choice]
    unit_grams: int
    returned_reason: str
    question: str | None = None
    #: Household and key under which a phone without reception may finish this draft later; nothing where it may not.
    kept_as: tuple[str, str] | None = None


@dataclass(frozen=True)
class Ware:
    """One thing to sell on the page that needs no reception: all that a choice of it changes."""

    code: str
    label: str
    unit_words: str
    picture: str
    price_yuan: str
    low_fen: int
    high_fen: int


@dataclass(frozen=True)
class AtOncePage:
    """The whole listing on one page."""

    form: Any
    households: Sequence[tuple[str, str]]
    chosen: str
    key: str
    wares: Sequence[Ware]
    variety: str
    price_yuan: str
    stocks: Sequence[tuple[str, str]]
    stock: str
    harvests: Sequence[tuple[str, str]]
    harvest: str
    question: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class CheckPage:
    """The third screen: the card as buyers will see it."""

    ref: str
    card: ShopCard
    spoken: str
    household_fen: int
    form: Any
    change_url: str


@dataclass(frozen=True)
class OwnOffer:
    """An offer as its household manages it."""

    ref: str
    title: str
    url: str
    image: ImageView | None
    price_fen: int
    price_yuan: str
    left: int
    sold: int
    state: str
    state_words: str
    state_kind: str
    shop_url: str | None
    reason: str
    next_url: str | None = None


@dataclass(frozen=True)
class OwnOffers:
    """What a household sells."""

    offers: Sequence[OwnOffer]
    has_household: bool


@dataclass(frozen=True)
class OwnOfferPage:
    """One offer on the desk."""

    offer: OwnOffer
    price_form: Any
    stock_form: Any
    can_pause: bool
    can_resume: bool
    is_new: bool = False


@dataclass(frozen=True)
class WaitingOffer:
    """An offer that the village has to look at."""

    ref: str
    title: str
    story: str
    image: ImageView | None
    images: Sequence[ImageView]
    price_fen: int
    #: Nothing where goods are sold by the plant or piece; the guidance is for each then.
    per_500g_fen: int | None
    guidance: tuple[int, int]
    is_outside_guidance: bool
    seller_name: str
    seller_ref: str
    village: str
    left: int
    harvest_on: dt.date | None
    created_at: dt.datetime
    behalf: bool
    may_decide: bool
    lacks_licence: str | None
    category_code: str


@dataclass(frozen=True)
class QueuePage:
    """Offers waiting in the official's area."""

    offers: Sequence[WaitingOffer]
    may_write: bool
    errors: dict[str, str] = field(default_factory=dict)
    failed_ref: str | None = None


@dataclass(frozen=True)
class AllReviewsPage:
    """All that buyers say of one offer, a page at a time."""

    title: str
    offer_url: str
    reviews: Reviews
    next_url: str | None


@dataclass(frozen=True)
class OwnReviewsPage:
    """What buyers said of a household's goods: what waits for an answer, then the rest."""

    waiting: Sequence[ReviewView]
    answered: Sequence[ReviewView]
    images: Mapping[int, ImageView]
    next_url: str | None


@dataclass(frozen=True)
class OwnReviewPage:
    """One review, and its answer."""

    review: ReviewView
    images: Mapping[int, ImageView]
    form: Any
    #: Sentences to tap.
    ready: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class OfficeReview:
    """A review as officials see it."""

    review: ReviewView
    village: str
    seller_name: str
    hidden_by: str
    may_hide: bool


@dataclass(frozen=True)
class OfficeReviewsPage:
    """The reviews of goods from an official's area."""

    rows: Sequence[OfficeReview]
    choices: Sequence[Choice]
    images: Mapping[int, ImageView]
    may_write: bool
    next_url: str | None
    errors: Mapping[str, str] = field(default_factory=dict)
