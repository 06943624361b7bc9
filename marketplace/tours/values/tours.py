"""What others may know of places, tours and departures. The shapes follow OCTO: product, option, unit, availability."""

import datetime as dt
from dataclasses import dataclass

from marketplace.tours.values.kinds import (
    Basis,
    CancelReason,
    DepartureState,
    Draw,
    Policy,
    Role,
    SiteKind,
    Theme,
    TourKind,
    TourState,
    UnitKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A place with its rules."""

    id: int
    slug: str
    kind: SiteKind
    is_red: bool
    name_zh: str
    name_en: str
    story_zh: str
    story_en: str
    village_code: str
    opens: str
    closes: str
    closed_weekdays: tuple[int, ...]
    slot_minutes: int
    daily_capacity: int
    is_real_name: bool
    group_least: int
    rule_zh: str
    rule_en: str
    contact: str
    is_example: bool
    picture: str

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.name_en if locale == "en" else self.name_zh

    def story(self, locale: str) -> str:
        """Return the story in a language."""
        return self.story_en if locale == "en" else self.story_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """A price for one kind of visitor."""

    id: int
    kind: UnitKind
    price_fen: int
    least_age: int | None
    most_age: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentView:
    """A payee's part of a tour."""

    id: int
    role: Role
    seller_id: int
    basis: Basis
    amount: int
    resource_id: int | None
    draw: Draw
    after_minutes: int
    is_service: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StopView:
    """A stop of a route: which place, how long there, how long to the next."""

    position: int
    site_id: int
    slug: str
    name_zh: str
    name_en: str
    kind: SiteKind
    dwell_minutes: int
    travel_minutes: int
    is_real_name: bool

    def name(self, locale: str) -> str:
        """Return the place's name in a language."""
        return self.name_en if locale == "en" else self.name_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class TourCard:
    """A tour as a list shows it."""

    id: int
    ref: str
    slug: str
    kind: TourKind
    theme: Theme
    title_zh: str
    title_en: str
    village_code: str
    #: What an adult pays.
    from_fen: int
    minutes: int
    nights: int
    image_id: int | None
    picture: str
    next_at: dt.datetime | None

    def title(self, locale: str) -> str:
        """Return the title in a language, or as it was written."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class TourView:
    """A tour whole: all that its page says beside its departures."""

    id: int
    ref: str
    slug: str
    kind: TourKind
    theme: Theme
    #: The template it was made from; empty for routes.
    template: str
    state: TourState
    title_zh: str
    title_en: str
    story_zh: str
    story_en: str
    meeting_zh: str
    meeting_en: str
    included: tuple[str, ...]
    not_included: tuple[str, ...]
    village_code: str
    host_seller_id: int
    household_id: int | None
    operator_seller_id: int | None
    minutes: int
    nights: int
    least_people: int
    most_people: int
    cutoff_hours: int
    policy: Policy
    image_id: int | None
    picture: str
    option_id: int
    start_times: tuple[str, ...]
    weekdays: tuple[int, ...]
    weeks: int
    units: tuple[UnitView, ...]
    components: tuple[ComponentView, ...]
    stops: tuple[StopView, ...]
    listed_by: int
    #: Somebody listed it for a household that agreed.
    is_assisted: bool
    returned_reason: str
    created_at: dt.datetime
    published_at: dt.datetime | None

    @property
    def adult_fen(self) -> int:
        """What an adult pays; the dearest price where nobody is called adult."""
        return next((one.price_fen for one in self.units if one.kind is UnitKind.ADULT), self.units[0].price_fen)

    @property
    def is_real_name(self) -> bool:
        """Whether any stop asks for each visitor's name and identity number."""
        return any(stop.is_real_name for stop in self.stops)

    def title(self, locale: str) -> str:
        """Return the title in a language, or as it was written."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh

    def story(self, locale: str) -> str:
        """Return the story in a language, or as it was written."""
        return (self.story_en or self.story_zh) if locale == "en" else self.story_zh

    def meeting(self, locale: str) -> str:
        """Return the meeting point in a language, or as it was written."""
        return (self.meeting_en or self.meeting_zh) if locale == "en" else self.meeting_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureView:
    """One leaving of a tour. `left` is what its seats and every bucket it draws on still allow."""

    id: int
    ref: str
    tour_id: int
    option_id: int
    village_code: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    cutoff_at: dt.datetime
    state: DepartureState
    least_people: int
    most_people: int
    taken: int
    confirmed: int
    left: int
    reason: CancelReason | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedDeparture:
    """A departure as those who work on it have it in their calendar: head counts, and nobody's name."""

    departure: DepartureView
    title_zh: str
    title_en: str
    meeting_zh: str
    meeting_en: str

    def title(self, locale: str) -> str:
        """Return the tour's title in a language, or as it was written."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh

    def meeting(self, locale: str) -> str:
        """Return the meeting point in a language, or as it was written."""
        return (self.meeting_en or self.meeting_zh) if locale == "en" else self.meeting_zh
