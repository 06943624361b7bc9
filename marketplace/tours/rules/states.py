"""What may follow what."""

from collections.abc import Mapping
from types import MappingProxyType

from marketplace.tours.values import BookingState, DepartureState, RefundState, TourState

#: A tour goes back to a draft when the village returns it.
TOUR_EDGES: Mapping[TourState, frozenset[TourState]] = MappingProxyType(
    {
        TourState.DRAFT: frozenset({TourState.SUBMITTED, TourState.ARCHIVED}),
        TourState.SUBMITTED: frozenset({TourState.ON_SALE, TourState.DRAFT, TourState.ARCHIVED}),
        TourState.ON_SALE: frozenset({TourState.PAUSED, TourState.ARCHIVED}),
        TourState.PAUSED: frozenset({TourState.ON_SALE, TourState.ARCHIVED}),
        TourState.ARCHIVED: frozenset(),
    }
)
#: Enough people make a departure sure; a cancellation may take that back until it closes.
DEPARTURE_EDGES: Mapping[DepartureState, frozenset[DepartureState]] = MappingProxyType(
    {
        DepartureState.OPEN: frozenset({DepartureState.GUARANTEED, DepartureState.CLOSED, DepartureState.CANCELLED}),
        DepartureState.GUARANTEED: frozenset({DepartureState.OPEN, DepartureState.CLOSED, DepartureState.CANCELLED}),
        DepartureState.CLOSED: frozenset({DepartureState.RUN, DepartureState.CANCELLED}),
        DepartureState.RUN: frozenset({DepartureState.SETTLED}),
        DepartureState.SETTLED: frozenset(),
        DepartureState.CANCELLED: frozenset(),
    }
)
#: Money may come for a booking that ran out of time, if its seats are still there. What was cancelled stays so.
BOOKING_EDGES: Mapping[BookingState, frozenset[BookingState]] = MappingProxyType(
    {
        BookingState.ON_HOLD: frozenset({BookingState.CONFIRMED, BookingState.EXPIRED, BookingState.CANCELLED}),
        BookingState.EXPIRED: frozenset({BookingState.CONFIRMED}),
        BookingState.CONFIRMED: frozenset({BookingState.REDEEMED, BookingState.CANCELLED}),
        BookingState.REDEEMED: frozenset(),
        BookingState.CANCELLED: frozenset(),
    }
)
REFUND_EDGES: Mapping[RefundState, frozenset[RefundState]] = MappingProxyType(
    {
        RefundState.APPROVED: frozenset({RefundState.SUBMITTED}),
        RefundState.SUBMITTED: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
        RefundState.FAILED: frozenset({RefundState.SUBMITTED, RefundState.PAID_BY_HAND}),
        RefundState.SUCCEEDED: frozenset(),
        RefundState.PAID_BY_HAND: frozenset(),
    }
)
#: Bookings that hold seats and buckets.
LIVE = (BookingState.ON_HOLD, BookingState.CONFIRMED, BookingState.REDEEMED)
