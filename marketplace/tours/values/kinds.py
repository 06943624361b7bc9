"""The words of tours: kinds, themes, roles and states, with what a person reads for each."""

from collections.abc import Mapping
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


class NoticeKind(StrEnum):
    """What a visitor is told by SMS."""

    CONFIRMED = "confirmed"
    CALLED_OFF = "called_off"
    OFFERED = "offered"


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

SITE_WORDS: Mapping[SiteKind, str] = MappingProxyType(
    {
        SiteKind.MEMORIAL: N_("Memorial hall"),
        SiteKind.MUSEUM: N_("Museum"),
        SiteKind.FORMER_SITE: N_("Historic site"),
        SiteKind.TOMB: N_("Monument to the fallen"),
        SiteKind.SCENIC: N_("Scenic place"),
        SiteKind.FARM: N_("Farm open to visitors"),
    }
)
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
RESOURCE_WORDS: Mapping[ResourceKind, str] = MappingProxyType(
    {
        ResourceKind.GUIDE: N_("Guides, by the half-day"),
        ResourceKind.BEDS: N_("Beds"),
        ResourceKind.MEAL: N_("Places at table"),
        ResourceKind.PLOT: N_("Places in field or pond"),
        ResourceKind.SLOT: N_("Visitors at once"),
        ResourceKind.VEHICLE: N_("Seats in vehicles"),
    }
)
BASIS_WORDS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.PERSON: N_("for each person"),
        Basis.NIGHT: N_("for each person and night"),
        Basis.BOOKING: N_("for each booking"),
        Basis.SHARE: N_("of what the fixed parts leave"),
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
        DepartureState.OPEN: N_("Takes bookings"),
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
GROUP_WORDS: Mapping[GroupKind, str] = MappingProxyType(
    {
        GroupKind.SCHOOL: N_("School study trip"),
        GroupKind.PARTY_BRANCH: N_("Party branch"),
        GroupKind.AGENCY: N_("Travel agency"),
    }
)
#: Named cancellation policies, as `rules.POLICIES` has their tiers.
POLICY_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "easy": N_("Easy: all until a day before, half until two hours before"),
        "standard": N_("Standard: all until three days before, 70 % until one day, 30 % until six hours"),
        "group": N_("For groups: all until a week before, 70 % until three days, 30 % until one day"),
    }
)
