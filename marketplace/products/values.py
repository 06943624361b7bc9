"""What others may know of goods and stock."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from marketplace.farmers.values import SellerCard
from marketplace.income.values import USUAL_GATEWAY_FEE_BP
from marketplace.kernel.money import share
from marketplace.kernel.words import N_


class OfferState(StrEnum):
    """How far an offer has come; `rules.OFFER_EDGES` says what may follow what."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ON_SALE = "on_sale"
    PAUSED = "paused"
    OUT_OF_SEASON = "out_of_season"
    ARCHIVED = "archived"


#: What a person reads for each state.
STATE_WORDS: Mapping[OfferState, str] = MappingProxyType(
    {
        OfferState.DRAFT: N_("Not finished"),
        OfferState.SUBMITTED: N_("Waiting for the village"),
        OfferState.ON_SALE: N_("On sale"),
        OfferState.PAUSED: N_("Paused"),
        OfferState.OUT_OF_SEASON: N_("Out of season"),
        OfferState.ARCHIVED: N_("Put away"),
    }
)


class SellMode(StrEnum):
    """How goods are counted."""

    PACK = "pack"
    BY_WEIGHT = "by_weight"
    PER_PLANT = "per_plant"


class Degree(StrEnum):
    """How far goods are from the field."""

    FRESH = "fresh"
    PRIMARY = "primary"
    PROCESSED = "processed"


class AfterSale(StrEnum):
    """How long a buyer may come back without a reason; statutory quality claims stand beside either."""

    SEVEN_DAYS = "seven_days"
    FRESH_24H = "fresh_24h"


#: Hours after delivery until income is earned.
AFTER_SALE_HOURS: Mapping[str, int] = MappingProxyType({AfterSale.SEVEN_DAYS: 168, AfterSale.FRESH_24H: 24})


#: (platform, payment service) in basis points, shown to buyers and farmers before a sale; orders freeze those that held.
FEES_BP = (500, USUAL_GATEWAY_FEE_BP)


def price_split(price_fen: int) -> tuple[int, int, int]:
    """Return (household, platform, payment service) of a price: fees rounded half-up, the rest is the household's."""
    platform, gateway = (share(price_fen, rate) for rate in FEES_BP)
    return price_fen - platform - gateway, platform, gateway


class HoldState(StrEnum):
    """What became of a reservation. Only `held` may change."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


class MovementKind(StrEnum):
    """Why a stock figure moved."""

    BROUGHT = "brought"
    COUNTED = "counted"
    HELD = "held"
    RELEASED = "released"
    EXPIRED = "expired"
    RESTOCKED = "restocked"


class Sort(StrEnum):
    """Orders in which the catalogue can be read."""

    NEWEST = "newest"
    PRICE = "price"
    PER_500G = "per_500g"
    SOLD = "sold"


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """All that an order freezes of an offer on sale."""

    offer_id: int
    ref: str
    slug: str
    seller: SellerCard
    household_id: int | None
    village_code: str
    category_code: str
    is_cultural: bool
    after_sale_hours: int
    title: str
    title_en: str
    unit_grams: int
    price_fen: int
    min_qty: int
    max_qty: int
    left: int
    image_id: int | None


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A kind of goods and the rules that come with it."""

    code: str
    zh: str
    en: str
    guidance_low_fen: int
    guidance_high_fen: int
    shelf_days: int
    degree: Degree
    after_sale: AfterSale
    needs_licence: bool
    season_months: tuple[int, ...]
    is_cultural: bool
    is_by_weight: bool

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.en if locale == "en" else self.zh


#: Kinds of goods that are sold plant by plant.
_PER_PLANT = frozenset({"seedlings"})


@dataclass(frozen=True, slots=True)
class VarietyView:
    """One thing households grow or make: a tile of the listing screens. What is not sold by weight is priced each."""

    code: str
    category_code: str
    zh: str
    en: str
    unit_grams: int
    guidance_low_fen: int
    guidance_high_fen: int
    picture: str
    crop_words: tuple[str, ...]
    is_by_weight: bool

    @property
    def sell_mode(self) -> SellMode:
        """Return how it is counted."""
        return SellMode.PER_PLANT if self.category_code in _PER_PLANT else SellMode.PACK

    def basis_grams(self, unit_grams: int) -> int:
        """Return the grams that turn a price per 500 g into a unit's; plants and pieces cost the same whatever they weigh."""
        return unit_grams if self.is_by_weight else 500

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.en if locale == "en" else self.zh


class Around(StrEnum):
    """How far around a household its prices are compared."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


#: With `price` in words.
USUAL_WORDS: Mapping[Around, str] = MappingProxyType(
    {
        Around.VILLAGE: N_("In your village it is usually %(price)s."),
        Around.TOWNSHIP: N_("In your township it is usually %(price)s."),
        Around.COUNTY: N_("In the county it is usually %(price)s."),
    }
)


@dataclass(frozen=True, slots=True)
class UsualPrice:
    """The middle of what others ask, per 500 g or each, and among whom."""

    fen: int
    around: Around


@dataclass(frozen=True, slots=True)
class OfferCard:
    """An offer as a list shows it, without its seller's name and picture, which other rooms know."""

    id: int
    ref: str
    slug: str
    title_zh: str
    title_en: str
    price_fen: int
    per_500g_fen: int
    is_by_weight: bool
    village_code: str
    seller_id: int
    category_code: str
    harvest_on: dt.date | None
    sold_count: int
    left: int
    image_id: int | None
    review_count: int = 0
    stars_sum: int = 0

    def title(self, locale: str) -> str:
        """Return the title in a language, or as the seller wrote it."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What a reader of the catalogue asked for. `area` is a township's or village's code."""

    category_codes: tuple[str, ...] = ()
    area: str = ""
    least_fen: int | None = None
    most_fen: int | None = None
    seller_id: int | None = None
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a sorted list: the sort column's value as text, and the key."""

    value: str
    id: int
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page of cards and the places before and after it."""

    cards: tuple[OfferCard, ...]
    before: Cursor | None
    after: Cursor | None


#: What a review may hold; an answer has as many words.
MOST_STARS, MOST_REVIEW_WORDS, MOST_REVIEW_PHOTOS = 5, 300, 3

#: What a person reads for each number of stars.
STARS_WORDS: Mapping[int, str] = MappingProxyType(
    {1: N_("Very bad"), 2: N_("Bad"), 3: N_("Fair"), 4: N_("Good"), 5: N_("Very good")}
)


class ReviewChoice(StrEnum):
    """Which reviews an official looks through."""

    ALL = "all"
    LOW = "low"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a buyer says of goods that came, with the seller's answer; who wrote it is known by province alone."""

    id: int
    ref: str
    source: str
    offer_id: int
    slug: str
    title_zh: str
    title_en: str
    seller_id: int
    household_id: int | None
    village_code: str
    stars: int
    words: str
    province: str
    written_at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    hidden_at: dt.datetime | None
    hidden_by: int | None
    hidden_reason: str
    #: Whether the shop still has a page of the goods.
    has_page: bool
    image_ids: tuple[int, ...]

    @property
    def stars_words(self) -> str:
        """Return the msgid of what so many stars say."""
        return STARS_WORDS[self.stars]

    def title(self, locale: str) -> str:
        """Return the title of the goods in a language, or as the seller wrote it."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh


@dataclass(frozen=True, slots=True)
class ReviewsPage:
    """A page of reviews, the latest first; `next_before` asks for the following page."""

    rows: tuple[ReviewView, ...]
    next_before: int | None


#: So often must something have been looked for in a month before its words are kept and told.
LEAST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What buyers looked for in a month and hardly found."""

    month: str
    term: str
    searches: int


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be done with a kind of goods in some months."""

    id: int
    category_code: str
    months: tuple[int, ...]
    zh: str
    en: str
    from_on: dt.date

    def words(self, locale: str) -> str:
        """Return the note in a language."""
        return self.zh if locale == "zh" else self.en
