"""What others may know of bookings: tickets, shares, refunds, and who leads."""

import datetime as dt
from dataclasses import dataclass, field

from marketplace.tours.values.kinds import (
    BookingState,
    CancelReason,
    GroupKind,
    Policy,
    RefundState,
    Role,
    TicketState,
    UnitKind,
    WaitingState,
)
from marketplace.tours.values.tours import (
    DepartureView,
)


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
    title: str
    title_en: str
    amount_fen: int
    reason: CancelReason
    state: RefundState
    requested_at: dt.datetime

    def title_in(self, locale: str) -> str:
        """Return the tour's title in a language, or as its host wrote it."""
        return (self.title_en or self.title) if locale == "en" else self.title


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingView:
    """A place on the waiting list of a date, without the personal parts."""

    id: int
    ref: str
    departure: DepartureView
    tour_slug: str
    title_zh: str
    title_en: str
    people: int
    state: WaitingState
    offered_until: dt.datetime | None
    booking_ref: str | None
    #: How many wait before it; nothing once it does not wait any more.
    before: int

    def title(self, locale: str) -> str:
        """Return the tour's title in a language."""
        return (self.title_en or self.title_zh) if locale == "en" else self.title_zh
