"""What the pages of booking a date are given, from choosing it to the ticket and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.tours.pages.shop import Strip
from marketplace.tours.values import BookingView, DepartureView, Leader, TicketView, TourView, WaitingView


@dataclass(frozen=True)
class DateRow:
    """One departure in a month: what is left in words, where it is booked or waited for, whether it goes for sure."""

    departure: DepartureView
    words: str
    url: str | None
    sure: str


@dataclass(frozen=True, kw_only=True)
class DatesPage:
    """A month of a tour's dates."""

    tour: TourView
    month: str
    rows: Sequence[DateRow]
    price_fen: int
    is_open: bool
    prev_url: str | None
    next_url: str | None


@dataclass(frozen=True, kw_only=True)
class Counter:
    """How many of one kind come."""

    name: str
    label: str
    ages: str
    price_fen: int
    count: int
    #: What stands in the box, right or wrong.
    value: Any
    most: int
    error: str | None


@dataclass(frozen=True, kw_only=True)
class TravellerRow:
    """Two boxes for one person."""

    number: int
    label: str
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    error: str | None


@dataclass(frozen=True, kw_only=True)
class BookPage:
    """Who comes on a date."""

    tour: TourView
    departure: DepartureView
    form: Any
    counters: Sequence[Counter]
    people: int
    total_fen: int
    #: Why names are asked for; empty where they are not.
    places_asking: str
    #: Boxes for each person; empty where a list is pasted instead, or nobody is named.
    rows: Sequence[TravellerRow]
    #: Line by line, what is wrong with a pasted list.
    lines: Sequence[str]
    groups: Sequence[tuple[str, str]]
    is_group: bool
    #: Until when the whole price comes back, if that is still to come.
    free_until: Any
    #: Said when something changed between looking and booking.
    changed: str = ""
    #: Nothing is left at all: the waiting list is offered.
    is_full: bool = False


@dataclass(frozen=True)
class Tier:
    """One step of what comes back: until when, which part, how much, and whether it is the one that counts now."""

    until: Any
    percent: int
    fen: int
    is_now: bool


@dataclass(frozen=True)
class TicketRow:
    """One person's ticket in words."""

    ticket: TicketView
    unit: str
    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class BookingPage:
    """A booking as its visitors see it."""

    booking: BookingView
    tour: TourView
    headline: str
    kind: str
    words: str
    leader: Leader
    #: Whole seconds left of the hold; 0 where nothing is held or all is paid.
    seconds_left: int
    #: What holding anew would cost, where the hold has run out.
    again_fen: int | None
    qr: str
    code: str
    tickets: Sequence[TicketRow]
    strip: Strip | None
    #: (moment of arriving, name of the place, minutes there)
    stops: Sequence[tuple[Any, str, int]]
    split: Sequence[tuple[str, int, str]]
    tiers: Sequence[Tier]
    back_fen: int
    refunds: Sequence[tuple[str, str]]
    can_cancel: bool
    #: Until when it may be moved to another date, if it still may.
    move_until: Any
    needs_names: int
    can_name: bool
    calendar_url: str | None


@dataclass(frozen=True, kw_only=True)
class CancelPage:
    """Who leaves a booking, and what comes back for them."""

    booking: BookingView
    form: Any
    tickets: Sequence[TicketRow]
    chosen: Sequence[TicketRow]
    price_fen: int
    percent: int
    back_fen: int
    changed: str = ""


@dataclass(frozen=True)
class MovePage:
    """The other dates that take a booking's people."""

    booking: BookingView
    dates: Sequence[DepartureView]
    chosen: str
    error: str | None


@dataclass(frozen=True)
class RosterPage:
    """The names of a booking's people."""

    booking: BookingView
    form: Any
    lines: Sequence[str]
    named: Sequence[str]


@dataclass(frozen=True)
class WaitPage:
    """Waiting for seats of a full date."""

    tour: TourView
    departure: DepartureView
    form: Any


@dataclass(frozen=True)
class WaitingPage:
    """A place on the waiting list."""

    entry: WaitingView
    headline: str
    kind: str
    words: str
    book_url: str | None


@dataclass(frozen=True)
class MyBookingsPage:
    """What somebody signed in has booked."""

    rows: Sequence[BookingView]
    states: Mapping[int, tuple[str, str]]
    next_url: str | None


@dataclass(frozen=True)
class CalendarPage:
    """The secret address of a host's own calendar."""

    address: str | None
