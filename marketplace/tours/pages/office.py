"""What the officials' pages of tours are given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.media.values import ImageView


@dataclass(frozen=True, kw_only=True)
class WaitingTour:
    """A tour that the village has to look at, with what the decision needs."""

    ref: str
    url: str
    title: str
    story: str
    image: ImageView | None
    picture: str
    kind_words: str
    facts: Sequence[tuple[str, str]]
    is_outside_guidance: bool
    is_assisted: bool
    #: Several paid services sold as one, without a licensed agency on it.
    lacks_operator: bool
    may_decide: bool


@dataclass(frozen=True, kw_only=True)
class TourLine:
    """A tour of the area as the list shows it."""

    ref: str
    url: str
    title: str
    village: str
    kind_words: str
    state_words: str
    price_fen: int
    next_words: str


@dataclass(frozen=True)
class ToursPage:
    """What waits in an official's area, and all that is offered there."""

    waiting: Sequence[WaitingTour]
    tours: Sequence[TourLine]
    may_write: bool
    errors: dict[str, str] = field(default_factory=dict)
    failed_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class PayeeLine:
    """A payee's part of a tour, and what it comes to for a party of some size."""

    role: str
    seller_name: str
    seller_ref: str
    basis: str
    uses: str
    example_fen: int


@dataclass(frozen=True, kw_only=True)
class DateRow:
    """A departure as officials' lists show it."""

    ref: str
    url: str
    when: str
    title: str
    village: str
    state_words: str
    state_kind: str
    booked: int
    paid: int
    least: int
    most: int


@dataclass(frozen=True, kw_only=True)
class TourPage:
    """One tour with everything that an official needs to know of it."""

    tour: WaitingTour
    state_words: str
    state_kind: str
    returned_reason: str
    #: Where a route that was sent back is written anew.
    rewrite_url: str | None
    operator_name: str
    stops: Sequence[tuple[str, str]]
    prices: Sequence[tuple[str, int]]
    payees: Sequence[PayeeLine]
    example_people: int
    example_fen: int
    dates: Sequence[DateRow]
    is_waiting: bool
    can_open: bool
    form: Any
    weekdays: Sequence[tuple[str, str]]
    chosen_weekdays: Sequence[str]
    errors: dict[str, str]
