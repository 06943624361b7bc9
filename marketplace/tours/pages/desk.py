"""What the household's pages of its experiences are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.media.values import ImageView
from marketplace.tours.queries import ShopTour


@dataclass(frozen=True)
class Tile:
    """One thing to offer, or one place to tell of, as a picture."""

    value: str
    label: str
    picture: str
    note: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class WhatPage:
    """The first screen: whose, what, and for a narrator where."""

    form: Any
    hidden: Sequence[tuple[str, str]]
    households: Sequence[tuple[str, str]]
    chosen: str
    behalf_of: str | None
    tiles: Sequence[Tile]
    sites: Sequence[Tile]
    #: Codes of the templates for which a place must be chosen.
    narrators: Sequence[str]
    returned_reason: str


@dataclass(frozen=True, kw_only=True)
class WhenPage:
    """The second screen: days, times, weeks ahead, seats."""

    form: Any
    hidden: Sequence[tuple[str, str]]
    what: str
    weekdays: Sequence[tuple[str, str]]
    chosen_weekdays: Sequence[str]
    times: Sequence[tuple[str, str]]
    chosen_times: Sequence[str]
    weeks: Sequence[tuple[str, str]]
    chosen_weeks: str
    seats: str
    most_seats: int
    seats_label: str
    returned_reason: str
    back_url: str


@dataclass(frozen=True, kw_only=True)
class PricePage:
    """The third screen: the price beside the county's guidance."""

    form: Any
    hidden: Sequence[tuple[str, str]]
    what: str
    price_yuan: str
    guidance: tuple[int, int]
    child_bp: int
    question: str | None
    returned_reason: str
    back_url: str


@dataclass(frozen=True, kw_only=True)
class CheckPage:
    """The fourth screen: the card as visitors will see it."""

    hidden: Sequence[tuple[str, str]]
    card: ShopTour
    spoken: str
    facts: Sequence[tuple[str, str]]
    first_dates: Sequence[str]
    refusal: str | None
    back_url: str


@dataclass(frozen=True, kw_only=True)
class OwnTour:
    """An experience as its household's list shows it."""

    ref: str
    title: str
    url: str
    image: ImageView | None
    picture: str
    price_fen: int
    state: str
    state_words: str
    state_kind: str
    next_words: str
    reason: str


@dataclass(frozen=True)
class OwnTours:
    """What a household offers."""

    tours: Sequence[OwnTour]
    has_household: bool
    days_ahead: int


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """One date of an experience: when, and in the note how full and how it stands."""

    url: str
    words: str
    note: str


@dataclass(frozen=True, kw_only=True)
class OwnTourPage:
    """One experience on the desk, with what can be changed."""

    tour: OwnTour
    is_new: bool
    change_url: str | None
    can_pause: bool
    can_resume: bool
    can_open: bool
    can_add_photo: bool
    can_archive: bool
    dates: Sequence[DateLine]
    more_dates_url: str | None
    weekdays: Sequence[tuple[str, str]]
    chosen_weekdays: Sequence[str]
    times: Sequence[tuple[str, str]]
    chosen_times: Sequence[str]
    weeks: Sequence[tuple[str, str]]
    chosen_weeks: str
    errors: dict[str, str]
