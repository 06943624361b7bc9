"""What guides and hosts may know of a day: who does the work, and who comes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from marketplace.kernel.words import N_
from marketplace.tours.values.kinds import CheckInOutcome, GroupKind, Role, UnitKind

OUTCOME_WORDS: Mapping[CheckInOutcome, str] = MappingProxyType(
    {
        CheckInOutcome.ACCEPTED: N_("Welcome"),
        CheckInOutcome.DUPLICATE: N_("This code was used before. Nobody more comes in by it."),
        CheckInOutcome.VOID: N_("This booking was cancelled or is not paid."),
        CheckInOutcome.OTHER_DEPARTURE: N_("This code is for another date or another tour."),
        CheckInOutcome.UNKNOWN: N_("Nobody has this code. Please compare it letter by letter."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who does a component's work on a departure, after any substitution."""

    component_id: int
    role: Role
    seller_id: int
    is_substitute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstitutionView:
    """Who stepped in for whom, when, and why; frozen as it was decided."""

    component_id: int
    role: Role
    from_seller_id: int
    to_seller_id: int
    by_user_id: int
    at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """A booking as the one at the gate sees it: how many come and how many are there. Names are masked."""

    booking_id: int
    booking_ref: str
    leader_masked: str
    phone_last4: str
    group: GroupKind | None
    group_name: str
    note: str
    units: tuple[tuple[UnitKind, int], ...]
    people: int
    arrived: int
    #: Masked names of those who are named because a place asks for it.
    names: tuple[str, ...]
    #: Each code that lets some of them in, with how many it lets in now: the booking's, then each ticket's. On paper alone.
    codes: tuple[tuple[str, int], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanView:
    """A scan at the gate, as it was taken in."""

    outcome: CheckInOutcome
    people: int
    booking_ref: str
    device_at: dt.datetime
    is_offline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What calling a departure off would do: bookings that end, paid or not, their people, and what goes back in fen."""

    bookings: int
    people: int
    back_fen: int
