"""What others may know of places, tours, departures and bookings. The shapes follow OCTO: product, option, unit, availability."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from marketplace.kernel.words import N_


class SiteKind(StrEnum):
    """What a place is."""

    MEMORIAL = "memorial"
    MUSEUM = "museum"
    FORMER_SITE = "former_site"
    TOMB = "tomb"
    SCENIC = "scenic"
    FARM = "farm"


class Theme(StrEnum):
    """What a tour is about; red culture counts for the measure culture, every other theme for tourism."""

    RED = "red"
    LOTUS = "lotus"
    FARM_STAY = "farm_stay"
    HARVEST = "harvest"
    TEA = "tea"
    CRAFT = "craft"


class TourKind(StrEnum):
    """An experience is one household's; a route joins places and several payees."""

    EXPERIENCE = "experience"
    ROUTE = "route"


class TourState(StrEnum):
    """How far a tour has come; `rules.TOUR_EDGES` says what may follow what."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ON_SALE = "on_sale"
    PAUSED = "paused"
    ARCHIVED = "archived"


class UnitKind(StrEnum):
    """Whom a price is for, in OCTO's words."""

    ADULT = "ADULT"
    CHILD = "CHILD"
    STUDENT = "STUDENT"
    SENIOR = "SENIOR"
    INFANT = "INFANT"


#: Visitors who do not come alone.
LIGHT_UNITS = (UnitKind.CHILD, UnitKind.INFANT)


class Role(StrEnum):
    """What a payee does for the visitors."""

    GUIDE = "guide"
    HOMESTAY = "homestay"
    MEAL = "meal"
    PICKING = "picking"
    TRANSPORT = "transport"
    ENTRY = "entry"
    CRAFT = "craft"
    HOST = "host"


class Basis(StrEnum):
    """How a payee's part is reckoned. `SHARE` is in basis points of what the fixed parts leave."""

    PERSON = "person"
    NIGHT = "night"
    BOOKING = "booking"
    SHARE = "share"


class ResourceKind(StrEnum):
    """What is scarce, and in which stretches of time it is counted."""

    GUIDE = "guide"
    BEDS = "beds"
    MEAL = "meal"
    PLOT = "plot"
    SLOT = "slot"
    VEHICLE = "vehicle"


class Draw(StrEnum):
    """How much of a bucket a booking takes: as many as its people, or one."""

    PERSON = "person"
    BOOKING = "booking"


class DepartureState(StrEnum):
    """How far a departure has come; `rules.DEPARTURE_EDGES` says what may follow what."""

    OPEN = "open"
    GUARANTEED = "guaranteed"
    CLOSED = "closed"
    RUN = "run"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why a departure does not leave, or a booking does not stand."""

    VISITOR = "visitor"
    WEATHER = "weather"
    MINIMUM = "minimum"
    HOUSEHOLD = "household"
    SITE = "site"


class BookingState(StrEnum):
    """How far a booking has come, in OCTO's words; `rules.BOOKING_EDGES` says what may follow what."""

    ON_HOLD = "ON_HOLD"
    CONFIRMED = "CONFIRMED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class TicketState(StrEnum):
    """Whether a person's ticket may still be used."""

    ISSUED = "issued"
    REDEEMED = "redeemed"
    VOID = "void"


class RefundState(StrEnum):
    """How far money that goes back has come. Policy or a cancelled departure has approved it already."""

    APPROVED = "approved"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PAID_BY_HAND = "paid_by_hand"


class GroupKind(StrEnum):
    """Who comes as a group; its roster may follow."""

    SCHOOL = "school"
    PARTY_BRANCH = "party_branch"
    AGENCY = "agency"


class CheckInOutcome(StrEnum):
    """What a scanned or typed code turned out to be."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    VOID = "void"
    OTHER_DEPARTURE = "other_departure"
    UNKNOWN = "unknown"


class WaitingState(StrEnum):
    """What became of somebody who waits for a seat."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


#: (hours before the start, share of the price that goes back in basis points), the earliest first.
Policy = tuple[tuple[int, int], ...]

THEME_WORDS: Mapping[Theme, str] = MappingProxyType(
    {
        Theme.RED: N_("Red culture"),
        Theme.LOTUS: N_("Lotus and ecology"),
        Theme.FARM_STAY: N_("Farm stay"),
        Theme.HARVEST: N_("Harvest"),
        Theme.TEA: N_("Tea"),
        Theme.CRAFT: N_("Craft"),
    }
)
ROLE_WORDS: Mapping[Role, str] = MappingProxyType(
    {
        Role.GUIDE: N_("Guide"),
        Role.HOMESTAY: N_("Homestay"),
        Role.MEAL: N_("Meal"),
        Role.PICKING: N_("Picking"),
        Role.TRANSPORT: N_("Transport"),
        Role.ENTRY: N_("Entry"),
        Role.CRAFT: N_("Craft lesson"),
        Role.HOST: N_("Host"),
    }
)
UNIT_WORDS: Mapping[UnitKind, str] = MappingProxyType(
    {
        UnitKind.ADULT: N_("Adult"),
        UnitKind.CHILD: N_("Child"),
        UnitKind.STUDENT: N_("Student"),
        UnitKind.SENIOR: N_("Senior"),
        UnitKind.INFANT: N_("Infant"),
    }
)
BOOKING_WORDS: Mapping[BookingState, str] = MappingProxyType(
    {
        BookingState.ON_HOLD: N_("Waits for payment"),
        BookingState.CONFIRMED: N_("Booked"),
        BookingState.REDEEMED: N_("Visited"),
        BookingState.EXPIRED: N_("Ran out of time"),
        BookingState.CANCELLED: N_("Cancelled"),
    }
)
DEPARTURE_WORDS: Mapping[DepartureState, str] = MappingProxyType(
    {
        DepartureState.OPEN: N_("Open"),
        DepartureState.GUARANTEED: N_("Goes for sure"),
        DepartureState.CLOSED: N_("Booking has closed"),
        DepartureState.RUN: N_("Has taken place"),
        DepartureState.SETTLED: N_("Settled"),
        DepartureState.CANCELLED: N_("Cancelled"),
    }
)
CANCEL_WORDS: Mapping[CancelReason, str] = MappingProxyType(
    {
        CancelReason.VISITOR: N_("The visitors cancelled"),
        CancelReason.WEATHER: N_("Weather"),
        CancelReason.MINIMUM: N_("Too few people booked"),
        CancelReason.HOUSEHOLD: N_("The household cannot host"),
        CancelReason.SITE: N_("The place is closed"),
    }
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
    units: tuple[UnitView, ...]
    components: tuple[ComponentView, ...]
    stops: tuple[StopView, ...]
    listed_by: int
    returned_reason: str
    published_at: dt.datetime | None

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


@dataclass(frozen=True, slots=True)
class Leader:
    """Who answers for a booking; personal, so it stays out of the repr."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Traveller:
    """A person named because a place asks for it; personal, so it stays out of the repr."""

    name: str = field(repr=False)
    id_number: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """One person's ticket."""

    id: int
    code: str
    unit_id: int
    unit_kind: UnitKind
    price_fen: int
    state: TicketState
    is_named: bool
    redeemed_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """What one payee gets of a booking."""

    id: int
    component_id: int
    role: Role
    seller_id: int
    household_id: int | None
    village_code: str
    gross_fen: int
    refunded_fen: int
    platform_fee_bp: int
    gateway_fee_fen: int | None
    earned_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """Money of a booking that goes back."""

    id: int
    ref: str
    booking_id: int
    booking_ref: str
    area_code: str
    gateway: str
    amount_fen: int
    reason: CancelReason
    state: RefundState
    requested_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingView:
    """A booking whole, without the personal parts."""

    id: int
    ref: str
    key: str
    code: str
    state: BookingState
    departure: DepartureView
    tour_id: int
    tour_slug: str
    title_zh: str
    title_en: str
    village_code: str
    area_code: str
    buyer_user_id: int | None
    phone_last4: str
    group: GroupKind | None
    group_name: str
    people: int
    total_fen: int
    gateway: str | None
    policy: Policy
    placed_at: dt.datetime
    hold_until: dt.datetime
    paid_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    reason: CancelReason | None
    #: Counts the changes that calendars must hear of (RFC 5545).
    sequence: int
    note: str
    promotion: str | None
    tickets: tuple[TicketView, ...]
    shares: tuple[ShareView, ...]
    refunds: tuple[RefundView, ...]

    def title(self, locale: str) -> str:
        """Return the tour's title in a language, as it was when it was booked."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh

    @property
    def refunded_fen(self) -> int:
        """What went back or is on its way back."""
        return sum(refund.amount_fen for refund in self.refunds)
