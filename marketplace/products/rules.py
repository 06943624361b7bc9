"""Policy of goods as plain tables and functions."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from marketplace.kernel.money import ratio
from marketplace.products.values import HoldState, OfferState, SellMode, VarietyView

#: What the shop has a page of: seen offers that are on sale no longer still have one, for links to them live on.
SHOWN = (OfferState.ON_SALE, OfferState.PAUSED, OfferState.OUT_OF_SEASON)
#: What an offer's state may become. `archived` is the end.
OFFER_EDGES: Mapping[OfferState, frozenset[OfferState]] = MappingProxyType(
    {
        OfferState.DRAFT: frozenset({OfferState.SUBMITTED, OfferState.ARCHIVED}),
        OfferState.SUBMITTED: frozenset({OfferState.ON_SALE, OfferState.DRAFT, OfferState.ARCHIVED}),
        OfferState.ON_SALE: frozenset({OfferState.PAUSED, OfferState.OUT_OF_SEASON, OfferState.ARCHIVED}),
        OfferState.PAUSED: frozenset({OfferState.ON_SALE, OfferState.ARCHIVED}),
        OfferState.OUT_OF_SEASON: frozenset({OfferState.ON_SALE, OfferState.ARCHIVED}),
        OfferState.ARCHIVED: frozenset(),
    }
)
#: What a reservation may become; all but `held` are the end.
HOLD_EDGES: Mapping[HoldState, frozenset[HoldState]] = MappingProxyType(
    {
        HoldState.HELD: frozenset({HoldState.COMMITTED, HoldState.RELEASED, HoldState.EXPIRED}),
        HoldState.COMMITTED: frozenset(),
        HoldState.RELEASED: frozenset(),
        HoldState.EXPIRED: frozenset(),
    }
)
LEAST_PRICE_FEN = 10
MOST_PRICE_FEN = 10_000_000
MOST_STOCK = 1_000_000
MOST_PER_ORDER = 999


def may_become(now: OfferState, then: OfferState) -> bool:
    """Say whether an offer may go from one state to another."""
    return then in OFFER_EDGES[now]


def per_500g(price_fen: int, unit_grams: int) -> int:
    """Return the price of 500 g in fen, rounded half-up."""
    return ratio(price_fen, 500, unit_grams)


def unit_price(per_500g_fen: int, unit_grams: int) -> int:
    """Return the price of a unit at a price per 500 g, to the nearest half yuan and never nothing: what a stepper can show."""
    return max(50, ratio(per_500g_fen * unit_grams, 1, 500 * 50) * 50)


def median(figures: Sequence[int]) -> int | None:
    """Return the middle of some figures (the lower of two), or None without any."""
    return sorted(figures)[(len(figures) - 1) // 2] if figures else None


def guidance_for(unit_grams: int, low_fen: int, high_fen: int) -> tuple[int, int]:
    """Return the guidance per 500 g as that of a unit."""
    return ratio(low_fen, unit_grams, 500), ratio(high_fen, unit_grams, 500)


def weight_words(grams: int, locale: str) -> str:
    """Return a unit's weight for a title."""
    kilos = f"{grams / 1000:g}"
    if locale == "en":
        return f"{kilos} kg" if grams >= 1000 else f"{grams} g"
    return f"{kilos}公斤" if grams >= 1000 else f"{grams}克"


def unit_words(variety: VarietyView, grams: int, locale: str) -> str:
    """Return what one unit of a variety is, for the tiles of the listing screens: so much of it, a plant, or a piece."""
    if variety.is_by_weight:
        return weight_words(grams, locale)
    if variety.sell_mode is SellMode.PER_PLANT:
        return "1 plant" if locale == "en" else "1株"
    return "1 piece" if locale == "en" else "1件"


def title_of(name: str, unit_grams: int, locale: str, *, is_by_weight: bool = True) -> str:
    """Return an offer's title from what it is and, where that is how it is sold, how much of it."""
    return f"{name} {weight_words(unit_grams, locale)}" if is_by_weight else name


def slug_of(words: str, ref: str) -> str:
    """Return an address part from Latin words and a reference."""
    tidy = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:50].strip("-")
    return f"{tidy}-{ref.lower()}" if tidy else ref.lower()


def average_stars(stars_sum: int, count: int) -> str:
    """Return the average of some reviews to one place, rounded half-up; empty without any."""
    return f"{ratio(stars_sum, 10, count) / 10:.1f}" if count else ""


#: What a page of reviews may hold, in characters of words and answers; a photo and the rest of a review count as so many.
REVIEWS_BUDGET, REVIEW_COSTS, PHOTO_COSTS = 4_200, 60, 90


def fitting(reviews: Sequence[tuple[int, int]]) -> int:
    """Return how many of some reviews, each (characters, photos), one page holds within its bytes: the first in any case."""
    spent = 0
    for number, (characters, photos) in enumerate(reviews):
        spent += characters + REVIEW_COSTS + photos * PHOTO_COSTS
        if spent > REVIEWS_BUDGET and number:
            return number
    return len(reviews)


#: What somebody looks for is a word or two; longer, it is a sentence, and may be about a person.
LEAST_TERM, MOST_TERM = 2, 12
_DIGITS = re.compile(r"[0-9]{4}")
_SPACES = re.compile(r"\s+")


def countable_term(words: str) -> str | None:
    """Return what was looked for as it is counted, or None where it is no name of goods: too short or long, or holds a number."""
    term = _SPACES.sub(" ", unicodedata.normalize("NFKC", words)).strip().lower()
    if not LEAST_TERM <= len(term) <= MOST_TERM or _DIGITS.search(term) or "@" in term or not any(one.isalpha() for one in term):
        return None
    return term
